/* SPDX-License-Identifier: GPL-3.0-or-later
 * A verdict on a mail to the trust of a report: the names a signature has to align with. */
#include "core/trust/trust.h"

#include <string.h>

static const char *
domain_of (const char *address)
{
  const char *at = address != NULL ? strrchr (address, '@') : NULL;

  return at != NULL ? at + 1 : NULL;
}

void
tlsrpt_trust_judge (TlsrptReport *report, const TlsrptEnvelope *envelope,
                    const TlsrptOwnService *service)
{
  const char *names[4] = { NULL };
  guint n = 0;
  g_autoptr (TlsrptVerdict) verdict = NULL;

  report->trust = (TlsrptTrust){ .dkim_result = "unknown" };
  if (service->authserv_id == NULL || envelope == NULL)
    return;
  if (report->submitter != NULL)
    names[n++] = report->submitter;
  if (domain_of (report->header_from) != NULL)
    names[n++] = domain_of (report->header_from);
  /* A name such as `Example Inc.` is no domain, and aligns with none. */
  names[n] = report->organization_name;
  verdict = tlsrpt_verdict_read (envelope, service, names);
  report->trust.dkim_result = verdict->dkim_result;
  report->trust.dkim_domain = tlsrpt_report_string (report, verdict->dkim_domain);
  report->trust.dkim_aligned = verdict->dkim_aligned;
  report->trust.spf_result = tlsrpt_report_string (report, verdict->spf_result);
  report->trust.dmarc_result = tlsrpt_report_string (report, verdict->dmarc_result);
}

gboolean
tlsrpt_trust_is_authentic (const TlsrptTrust *trust)
{
  return trust->dkim_result != NULL && strcmp (trust->dkim_result, "pass") == 0 &&
         trust->dkim_aligned;
}
