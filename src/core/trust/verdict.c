/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which Authentication-Results fields are trusted, and which of their DKIM results counts. */
#include "core/trust/verdict.h"

#include "core/domain.h"
#include "core/report/report.h"
#include "core/trust/alignment.h"
#include "core/trust/authres.h"
#include "core/trust/signature.h"

#include <string.h>

/* A result word of SPF or DMARC, in bytes; the longest that RFC 8601 knows has 9. */
#define RESULT_WORD_BYTES_MAX 32

/* From what counts least to what counts most. */
typedef enum {
  RANK_NONE,
  RANK_TEMPERROR,
  RANK_FAIL,
  RANK_PASS,
  RANK_ALIGNED_PASS,
} Rank;

static const char *const rank_words[] = {
  [RANK_NONE] = "none", [RANK_TEMPERROR] = "temperror", [RANK_FAIL] = "fail",
  [RANK_PASS] = "pass", [RANK_ALIGNED_PASS] = "pass",
};

void
tlsrpt_verdict_free (TlsrptVerdict *verdict)
{
  if (verdict == NULL)
    return;
  g_free (verdict->dkim_domain);
  g_free (verdict->spf_result);
  g_free (verdict->dmarc_result);
  g_free (verdict);
}

static gboolean
is_named (const TlsrptField *field, const char *name)
{
  return g_ascii_strcasecmp (field->name, name) == 0;
}

static guint
count_received (const TlsrptEnvelope *envelope)
{
  guint n = 0;

  for (guint i = 0; i < envelope->trace->len; i++)
    if (is_named (&g_array_index (envelope->trace, TlsrptField, i), "Received"))
      n++;
  return n;
}

/* header.d, else the domain of header.i; %NULL if it is not valid text. */
static char *
signing_domain (const TlsrptAuthresResult *result)
{
  const char *domain = tlsrpt_authres_property (result, "header", "d");
  const char *identity = tlsrpt_authres_property (result, "header", "i");

  if (domain == NULL && identity != NULL) {
    const char *at = strrchr (identity, '@');

    domain = at != NULL ? at + 1 : identity;
  }
  if (domain == NULL || *domain == '\0' || !g_utf8_validate (domain, -1, NULL))
    return NULL;
  return tlsrpt_domain_canonical (domain);
}

/* Whether @signature may be the one that @result speaks of. header.i may name a domain below d. */
static gboolean
fits (const TlsrptSignature *signature, const TlsrptAuthresResult *result, const char *domain)
{
  const char *selector = tlsrpt_authres_property (result, "header", "s");
  const char *data = tlsrpt_authres_property (result, "header", "b");
  gboolean by_identity = tlsrpt_authres_property (result, "header", "d") == NULL;

  if (signature->domain == NULL)
    return FALSE;
  if (strcmp (signature->domain, domain) != 0 &&
      !(by_identity && g_str_has_suffix (domain, signature->domain) &&
        domain[strlen (domain) - strlen (signature->domain) - 1] == '.'))
    return FALSE;
  if (selector != NULL && signature->selector != NULL &&
      g_ascii_strcasecmp (selector, signature->selector) != 0)
    return FALSE;
  return data == NULL || (signature->data != NULL && g_str_has_prefix (signature->data, data));
}

/* Whether the header shows the signature that passed, and shows it without `l`. */
static gboolean
is_shown_whole (GArray *signatures, const TlsrptAuthresResult *result, const char *domain)
{
  gboolean found = FALSE;

  for (guint i = 0; i < signatures->len; i++) {
    const TlsrptSignature *signature = &g_array_index (signatures, TlsrptSignature, i);

    if (!fits (signature, result, domain))
      continue;
    if (signature->has_length)
      return FALSE;
    found = TRUE;
  }
  return found;
}

static Rank
rank (GArray *signatures, const TlsrptAuthresResult *result, const char *domain, gboolean aligned)
{
  static const char *const failures[] = { "fail", "policy", "neutral", "permerror", NULL };

  if (strcmp (result->result, "pass") == 0)
    return domain == NULL || !is_shown_whole (signatures, result, domain) ? RANK_NONE
           : aligned                                                      ? RANK_ALIGNED_PASS
                                                                          : RANK_PASS;
  if (g_strv_contains (failures, result->result))
    return RANK_FAIL;
  return strcmp (result->result, "temperror") == 0 ? RANK_TEMPERROR : RANK_NONE;
}

static void
judge_dkim (TlsrptVerdict *verdict, const TlsrptAuthres *authres, const TlsrptEnvelope *envelope,
            const char *author)
{
  g_autoptr (GArray) signatures = tlsrpt_signatures_read (envelope);
  Rank best = RANK_NONE;

  for (guint i = 0; i < authres->results->len; i++) {
    const TlsrptAuthresResult *result = &g_array_index (authres->results, TlsrptAuthresResult, i);
    g_autofree char *domain = NULL;
    gboolean aligned;
    Rank found;

    if (strcmp (result->method, "dkim") != 0)
      continue;
    domain = signing_domain (result);
    aligned = tlsrpt_alignment_vouches (domain, author);
    found = rank (signatures, result, domain, aligned);
    if (found <= best)
      continue;
    best = found;
    g_free (verdict->dkim_domain);
    verdict->dkim_domain = g_steal_pointer (&domain);
    verdict->dkim_aligned = aligned;
  }
  verdict->dkim_result = rank_words[best];
}

static const TlsrptAuthresResult *
find_method (const TlsrptAuthres *authres, const char *method)
{
  for (guint i = 0; i < authres->results->len; i++) {
    const TlsrptAuthresResult *result = &g_array_index (authres->results, TlsrptAuthresResult, i);

    if (strcmp (result->method, method) == 0)
      return result;
  }
  return NULL;
}

static void
note_word (char **word, const TlsrptAuthres *authres, const char *method)
{
  const TlsrptAuthresResult *result = *word == NULL ? find_method (authres, method) : NULL;

  if (result != NULL && strlen (result->result) <= RESULT_WORD_BYTES_MAX)
    *word = g_strdup (result->result);
}

/* Adds what @field says to @verdict if the operator's service wrote it; %FALSE if no later field
 * counts. */
static gboolean
read_own (TlsrptVerdict *verdict, const TlsrptField *field, const TlsrptEnvelope *envelope,
          const TlsrptOwnService *service, const char *author)
{
  g_autoptr (TlsrptAuthres) authres = NULL;

  if (!is_named (field, "Authentication-Results"))
    return TRUE;
  authres = tlsrpt_authres_parse (field->value);
  if (authres == NULL || g_ascii_strcasecmp (authres->authserv_id, service->authserv_id) != 0)
    return TRUE;
  if (authres->malformed)
    return FALSE;
  note_word (&verdict->spf_result, authres, "spf");
  note_word (&verdict->dmarc_result, authres, "dmarc");
  if (verdict->dkim_result == NULL && find_method (authres, "dkim") != NULL)
    judge_dkim (verdict, authres, envelope, author);
  return TRUE;
}

TlsrptVerdict *
tlsrpt_verdict_read (const TlsrptEnvelope *envelope, const TlsrptOwnService *service,
                     const char *author)
{
  TlsrptVerdict *verdict = g_new0 (TlsrptVerdict, 1);
  gboolean sound = count_received (envelope) >= service->trusted_hops;
  guint hops = 0;

  for (guint i = 0; sound && i < envelope->trace->len; i++) {
    const TlsrptField *field = &g_array_index (envelope->trace, TlsrptField, i);

    if (hops == service->trusted_hops) {
      if (service->below)
        read_own (verdict, field, envelope, service, author);
      break;
    }
    if (is_named (field, "Received"))
      hops++;
    else
      sound = read_own (verdict, field, envelope, service, author);
  }
  if (verdict->dkim_result == NULL)
    verdict->dkim_result = "none";
  return verdict;
}
