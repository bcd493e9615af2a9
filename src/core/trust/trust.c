/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two sources of verdicts to one verdict, and the name of the source that it is from. */
#include "core/trust/trust.h"

#include "core/trust/alignment.h"

#include <string.h>

/* What one source says, in our own words. */
typedef struct {
  const char *result;
  const char *domain;
  gboolean aligned;
  const char *why;
} Word;

static const char source_signature[] = "signature";
static const char source_auth_results[] = "auth-results";
static const char source_gateway[] = "gateway";

static const char *const result_words[] = {
  [TLSRPT_DKIM_NONE] = "none",
  [TLSRPT_DKIM_FAIL] = "fail",
  [TLSRPT_DKIM_TEMPERROR] = "temperror",
  [TLSRPT_DKIM_PASS] = "pass",
};

static const char *
author_of (const TlsrptReport *report)
{
  const char *at = report->header_from != NULL ? strrchr (report->header_from, '@') : NULL;

  return at != NULL ? at + 1 : NULL;
}

/* The larger value counts more. A key of another domain that cannot be looked up decides
 * nothing. */
static guint
rank (const TlsrptDkimVerdict *verdict, gboolean aligned)
{
  static const guint ranks[] = { [TLSRPT_DKIM_NONE] = 0,
                                 [TLSRPT_DKIM_TEMPERROR] = 1,
                                 [TLSRPT_DKIM_FAIL] = 2,
                                 [TLSRPT_DKIM_PASS] = 4 };

  if (!aligned)
    return ranks[verdict->result];
  switch (verdict->result) {
  case TLSRPT_DKIM_PASS:
    return 6;
  case TLSRPT_DKIM_TEMPERROR:
    return 5;
  case TLSRPT_DKIM_FAIL:
    return 3;
  case TLSRPT_DKIM_NONE:
  default:
    return 0;
  }
}

/* The verdict that counts most, the first among equals. */
static Word
word_of_signatures (const GArray *verdicts, const char *author)
{
  Word word = { .result = "none" };
  guint best = 0;

  for (guint i = 0; i < verdicts->len; i++) {
    const TlsrptDkimVerdict *verdict = &g_array_index (verdicts, TlsrptDkimVerdict, i);
    gboolean aligned = tlsrpt_alignment_vouches (verdict->domain, author);
    guint found = rank (verdict, aligned);

    if (found > best || (i == 0 && found == 0)) {
      best = found;
      word = (Word){ .result = result_words[verdict->result],
                     .domain = verdict->domain,
                     .aligned = aligned,
                     .why = verdict->why };
    }
  }
  return word;
}

static gboolean
is_pass (const Word *word)
{
  return strcmp (word->result, "pass") == 0;
}

static gboolean
is_gateway (const TlsrptBelief *belief, const char *domain)
{
  return domain != NULL && belief->gateways != NULL && g_strv_contains (belief->gateways, domain);
}

/* A gateway that signs for a From of its own says who the gateway is, not who the reporter is. */
static gboolean
vouches (const Word *word, const TlsrptBelief *belief)
{
  return is_pass (word) && word->aligned && !is_gateway (belief, word->domain);
}

static void
count (TlsrptReport *report, const Word *word, const char *source)
{
  TlsrptTrust *trust = &report->trust;

  trust->dkim_result = word->result;
  trust->dkim_domain = tlsrpt_report_string (report, word->domain);
  trust->dkim_aligned = word->aligned && source != source_gateway;
  trust->dkim_source = source;
  trust->dkim_why = word->why;
}

/* The header's word counts where it vouches and the signature does not, or where there is no other. */
static void
weigh (TlsrptReport *report, const Word *signature, const Word *header, const TlsrptBelief *belief)
{
  if (signature != NULL && vouches (signature, belief))
    count (report, signature, source_signature);
  else if (header != NULL && vouches (header, belief))
    count (report, header, source_auth_results);
  else if (signature != NULL && is_pass (signature) && is_gateway (belief, signature->domain))
    count (report, signature, source_gateway);
  else if (header != NULL && is_pass (header) && is_gateway (belief, header->domain))
    count (report, header, source_gateway);
  else if (signature != NULL)
    count (report, signature, source_signature);
  else if (header != NULL)
    count (report, header, source_auth_results);
}

void
tlsrpt_trust_judge (TlsrptReport *report, const TlsrptEnvelope *envelope, const TlsrptDkim *dkim,
                    const TlsrptBelief *belief)
{
  const char *author = author_of (report);
  g_autoptr (TlsrptVerdict) verdict = NULL;
  Word signature, header;

  report->trust = (TlsrptTrust){ .dkim_result = "unknown" };
  if (envelope == NULL)
    return;
  if (dkim != NULL) {
    signature = word_of_signatures (tlsrpt_dkim_verdicts (dkim), author);
    report->trust.signature_result = signature.result;
  }
  if (belief->service.authserv_id != NULL) {
    verdict = tlsrpt_verdict_read (envelope, &belief->service, author);
    header = (Word){ .result = verdict->dkim_result,
                     .domain = verdict->dkim_domain,
                     .aligned = verdict->dkim_aligned };
    report->trust.auth_results_result = verdict->dkim_result;
    report->trust.spf_result = tlsrpt_report_string (report, verdict->spf_result);
    report->trust.dmarc_result = tlsrpt_report_string (report, verdict->dmarc_result);
  }
  weigh (report, dkim != NULL ? &signature : NULL, verdict != NULL ? &header : NULL, belief);
}

gboolean
tlsrpt_trust_is_authentic (const TlsrptTrust *trust)
{
  return g_strcmp0 (trust->dkim_result, "pass") == 0 && trust->dkim_aligned;
}

gboolean
tlsrpt_trust_is_acceptable (const TlsrptTrust *trust)
{
  return tlsrpt_trust_is_authentic (trust) || g_strcmp0 (trust->dkim_source, source_gateway) == 0;
}

/* The operator's service says that a signature failed, but not why: usually the mail was
 * altered. */
static gboolean
is_altered (const TlsrptTrust *trust)
{
  return trust->dkim_why == NULL || g_str_has_prefix (trust->dkim_why, "the body is not") ||
         g_str_has_prefix (trust->dkim_why, "the header is not");
}

const char *
tlsrpt_trust_cause (const TlsrptTrust *trust)
{
  if (strcmp (trust->dkim_result, "pass") == 0)
    return "other-signer";
  if (strcmp (trust->dkim_result, "temperror") == 0)
    return "no-answer";
  if (strcmp (trust->dkim_result, "fail") == 0)
    return is_altered (trust) ? "altered" : "bad-signature";
  if (trust->signature_result == NULL)
    return "no-verdict";
  return trust->dkim_domain == NULL && trust->dkim_why == NULL ? "unsigned" : "bad-signature";
}

gboolean
tlsrpt_trust_is_open (const TlsrptTrust *trust)
{
  return g_strcmp0 (trust->dkim_result, "temperror") == 0 && trust->dkim_aligned &&
         g_strcmp0 (trust->dkim_source, source_signature) == 0;
}
