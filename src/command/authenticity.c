/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who sent a message, by its DKIM signatures and the operator's own header fields. Refuses a report
 * that nobody vouches for, where that is demanded. */
#include "command/authenticity.h"

#include "core/errors.h"
#include "core/trust/trust.h"

#include <string.h>

/* How long mail may have waited in queues: an older date is not that of its arrival. */
#define QUEUE_TIME (7 * G_TIME_SPAN_DAY)

/* What the reports of one mail are judged by. */
typedef struct {
  const TlsrptSettings *settings;
  gboolean is_demanded;
} Demand;

/* If no mail has the verdict that the operator relies on, the settings are wrong and not the
 * mails. */
static char *
missing_verdict (const TlsrptTrust *trust, const TlsrptSettings *settings)
{
  g_autofree char *name = NULL;

  if (settings->authserv_id == NULL || settings->verify_dkim ||
      strcmp (trust->dkim_result, "pass") == 0 || strcmp (trust->dkim_result, "fail") == 0)
    return g_strdup ("");
  name = tlsrpt_quote (settings->authserv_id);
  return g_strdup_printf ("; no trusted Authentication-Results of '%s' has a verdict: if no mail "
                          "has one, see settings authserv-id, trusted-hops and verify-dkim",
                          name);
}

static GError *
refuse_trust (const TlsrptTrust *trust, const TlsrptSettings *settings)
{
  g_autofree char *domain = tlsrpt_quote (trust->dkim_domain);
  g_autofree char *missing = missing_verdict (trust, settings);
  const char *why = trust->dkim_why;

  if (strcmp (trust->dkim_result, "pass") == 0)
    return g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_UNAUTHENTIC,
                        "trust: %s: the DKIM signature is of '%s', which is neither From's domain "
                        "nor above it",
                        tlsrpt_trust_cause (trust), domain);
  return g_error_new (
      TLSRPT_ERROR, TLSRPT_ERROR_UNAUTHENTIC,
      "trust: %s: no valid DKIM signature (RFC 8460 section 3): dkim=%s%s%s%s%s%s%s",
      tlsrpt_trust_cause (trust), trust->dkim_result, trust->dkim_domain != NULL ? " of '" : "",
      trust->dkim_domain != NULL ? domain : "", trust->dkim_domain != NULL ? "'" : "",
      why != NULL ? ": " : "", why != NULL ? why : "", missing);
}

static GError *
judge_trust (TlsrptReport *report, gconstpointer data)
{
  const Demand *demand = data;

  if (!demand->is_demanded || tlsrpt_trust_is_acceptable (&report->trust))
    return NULL;
  return refuse_trust (&report->trust, demand->settings);
}

static GError *
defer_trust (const TlsrptTrust *trust)
{
  g_autofree char *domain = tlsrpt_quote (trust->dkim_domain);

  return g_error_new (
      TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
      "trust: dkim=temperror: the key of '%s' cannot be looked up now, because no name server "
      "answers for it (settings dkim-temperror, verify-dkim)",
      domain);
}

/* When the mail came, in seconds since 1970: a signature expires by that, not by when a queue gave the
 * mail back. */
static gint64
arrival (const TlsrptItem *item)
{
  gint64 now = g_get_real_time ();
  gint64 date = item->envelope != NULL ? item->envelope->date : 0;

  return (date > now - QUEUE_TIME && date < now ? date : now) / G_USEC_PER_SEC;
}

TlsrptDkim *
tlsrpt_authenticity_ask (const TlsrptItem *item, TlsrptDns *dns)
{
  g_autoptr (TlsrptDkim) dkim = NULL;
  g_auto (GStrv) names = NULL;

  if (dns == NULL || item->kind != TLSRPT_ITEM_MESSAGE || item->is_cut)
    return NULL;
  dkim = tlsrpt_dkim_read (item->bytes);
  names = tlsrpt_dkim_key_names (dkim);
  tlsrpt_dns_ask (dns, names);
  return g_steal_pointer (&dkim);
}

void
tlsrpt_authenticity_judge (TlsrptItem *item, TlsrptDkim *dkim, TlsrptDns *dns,
                           const TlsrptSettings *settings)
{
  const TlsrptBelief belief = {
    .service = { .authserv_id = settings->authserv_id,
                 .trusted_hops = (guint)settings->trusted_hops,
                 .below = settings->authserv_below },
    .gateways = (const char *const *)settings->gateways,
  };
  const Demand demand = {
    .settings = settings,
    .is_demanded = item->envelope != NULL && tlsrpt_settings_demand_dkim (settings, dns != NULL),
  };

  if (item->reports->len == 0)
    return;
  if (dkim != NULL)
    tlsrpt_dkim_verify (dkim, arrival (item), tlsrpt_dns_answer, dns);
  for (guint i = 0; i < item->reports->len; i++) {
    TlsrptReport *report = tlsrpt_item_report (item, i);

    tlsrpt_trust_judge (report, item->envelope, dkim, &belief);
    if (tlsrpt_trust_is_authentic (&report->trust) && item->authenticated_domain == NULL)
      item->authenticated_domain = g_strdup (report->trust.dkim_domain);
    if (demand.is_demanded && tlsrpt_trust_is_open (&report->trust) &&
        settings->dkim_temperror == TLSRPT_DKIM_TEMPERROR_DEFER && item->deferral == NULL)
      item->deferral = defer_trust (&report->trust);
  }
  tlsrpt_item_judge_reports (item, judge_trust, &demand);
}
