/* SPDX-License-Identifier: GPL-3.0-or-later
 * What to do about a refusal, by its reason and cause: one table for every output. */
#include "core/refusal.h"

#include <string.h>

/* A row without a cause is for every cause that has no row of its own. */
static const struct {
  const char *reason;
  const char *cause;
  const char *advice;
} advices[] = {
  { "unauthentic", "unsigned",
    "forged, or something in front of this program removes signatures: see authserv-id" },
  { "unauthentic", "altered",
    "forged, or a list, footer or filter in front of this program alters mails: see "
    "gateway-domains "
    "and authserv-id" },
  { "unauthentic", "other-signer",
    "forged, or signed anew by a gateway of yours: see gateway-domains" },
  { "unauthentic", "bad-signature",
    "forged, or a key or signature that the reporter has to mend; require-dkim=no takes it" },
  { "unauthentic", "no-verdict", "see authserv-id, trusted-hops and verify-dkim" },
  { "unauthentic", "no-answer", "see the name server of this host, and dkim-temperror" },
  { "unauthentic", NULL, "see verify-dkim, authserv-id and require-dkim" },
  { "foreign-domain", NULL,
    "if the domains are yours, see accept-domains and accept-domains-table" },
  { "limit", NULL, "if the reports are real, see the caps of tlsrpt-ingest --help-settings" },
  { "no-report", NULL, "other mail comes to the report address" },
  { "malformed", NULL,
    "damaged on the way, or written so: tlsrpt-ingest inspect says where; the reporter has to mend "
    "it" },
  { "invalid", NULL,
    "JSON that is not a TLS report: tlsrpt-ingest inspect says where; the reporter has to mend "
    "it" },
  { "unsupported", NULL, "not JSON or gzip, as RFC 8460 demands: the reporter has to mend it" },
  { "conflict", NULL,
    "one report-id with two contents: the first counts; ask the reporter which is right" },
  { "superseded", NULL, "nothing to do: a signed report of the same reporter took its place" },
  { "flood", NULL, "a cap of table store_limit is reached: raise it, or see tlsrpt-ingest prune" },
  { "refused-value", NULL,
    "the database takes no such value: tlsrpt-ingest quarantine list says which" },
};

const char *
tlsrpt_refusal_advice (const char *reason, const char *cause)
{
  for (gsize i = 0; i < G_N_ELEMENTS (advices); i++)
    if (strcmp (advices[i].reason, reason) == 0 &&
        (advices[i].cause == NULL || g_strcmp0 (advices[i].cause, cause) == 0))
      return advices[i].advice;
  return NULL;
}

char *
tlsrpt_refusal_text (guint64 messages, const char *reason, const char *cause)
{
  const char *advice = tlsrpt_refusal_advice (reason, cause);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%" G_GUINT64_FORMAT " %s", messages, reason);
  if (cause != NULL)
    g_string_append_printf (text, ", %s", cause);
  if (advice != NULL)
    g_string_append_printf (text, " (%s)", advice);
  return g_string_free (text, FALSE);
}
