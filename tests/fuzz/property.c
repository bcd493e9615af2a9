/* SPDX-License-Identifier: GPL-3.0-or-later
 * Decoded, encoded, decoded again: equal. The caps of the second reading are wide, as what was
 * repaired or defaulted may take a few bytes more than what was sent. */
#include "fuzz/property.h"

#include "core/report/report-parse.h"
#include "core/report/report-write.h"
#include "support/document.h"
#include "core/domain.h"
#include "core/errors.h"
#include "core/facts/identity.h"
#include "core/facts/meaning.h"

#include <string.h>

/* Several pieces of what a stranger wrote, of 80 bytes each, and the words around them. */
#define REFUSAL_MAX_BYTES 700

/* clang-format off */
const TlsrptLimits property_narrow = {
  .message_bytes   = 15000,
  .header_bytes    = 200,
  .mime_depth      = 2,
  .mime_parts      = 4,
  .part_bytes      = 1024,
  .inflated_bytes  = 2048,
  .inflated_ratio  = 8,
  .gzip_members    = 2,
  .json_depth      = 7,
  .json_values     = 40,
  .json_members    = 9,
  .policies        = 2,
  .domain_policies = 1,
  .failure_details = 3,
  .list_entries    = 3,
  .name_bytes      = 32,
  .text_bytes      = 40,
  .string_bytes    = 48,
};
/* clang-format on */

void
property_assert_refusal (const GError *refusal)
{
  gsize stage = strspn (refusal->message, "abcdefghijklmnopqrstuvwxyz");

  g_assert_true (tlsrpt_error_is_message_fault (refusal));
  g_assert_cmpuint (stage, >, 0);
  g_assert_true (g_str_has_prefix (refusal->message + stage, ": "));
  g_assert_cmpuint (strlen (refusal->message), <=, REFUSAL_MAX_BYTES);
  g_assert_true (g_utf8_validate (refusal->message, -1, NULL));
  for (const char *c = refusal->message; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    g_assert_true (g_unichar_isprint (character));
    g_assert_cmpuint (character, !=, 0x2028);
    g_assert_cmpuint (character, !=, 0x2029);
  }
}

void
property_assert_narrowed (const GError *narrow, const GError *wide)
{
  if (narrow == NULL)
    g_assert_no_error (wide);
  else if (!g_error_matches (narrow, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT))
    g_assert_error (wide, narrow->domain, narrow->code);
}

/* JSON that others read: no control character as it is (RFC 8259 section 7). */
static void
assert_json (const char *json)
{
  for (; json != NULL && *json != '\0'; json++)
    g_assert_false (g_ascii_iscntrl (*json));
}

static void
assert_policy (const TlsrptPolicy *policy)
{
  const char *domain = policy->policy_domain;
  g_autofree char *canonical = domain != NULL ? tlsrpt_domain_canonical (domain) : NULL;

  g_assert_cmpstr (canonical, ==, domain);
  assert_json (policy->extra);
  for (guint i = 0; i < policy->failures->len; i++)
    assert_json (tlsrpt_policy_failure (policy, i)->extra);
}

void
property_assert (const TlsrptReport *report, const TlsrptLimits *limits)
{
  TlsrptLimits wide = *limits;
  g_autofree char *before = report_text (report);
  g_autofree char *json = tlsrpt_report_write (report);
  g_autoptr (GBytes) bytes = document_bytes (json);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptReport) again = NULL;
  g_autofree char *after = NULL;
  guint8 uid[TLSRPT_UID_BYTES], uid_again[TLSRPT_UID_BYTES];
  guint8 meaning[TLSRPT_DIGEST_BYTES], meaning_again[TLSRPT_DIGEST_BYTES];

  g_assert_true (g_utf8_validate (before, -1, NULL));
  assert_json (json);
  assert_json (report->extra);
  for (guint i = 0; i < report->policies->len; i++)
    assert_policy (tlsrpt_report_policy (report, i));
  wide.json_depth += 2;
  wide.json_values *= 20;
  wide.json_members += 2;
  wide.name_bytes *= 4;
  wide.text_bytes *= 4;
  wide.string_bytes *= 8;
  again = tlsrpt_report_parse (bytes, &wide, &error);
  g_assert_no_error (error);
  after = report_text (again);
  g_assert_cmpstr (after, ==, before);
  tlsrpt_identity_claim (report, uid);
  tlsrpt_identity_claim (again, uid_again);
  g_assert_cmpmem (uid, sizeof uid, uid_again, sizeof uid_again);
  tlsrpt_meaning_digest (report, meaning);
  tlsrpt_meaning_digest (again, meaning_again);
  g_assert_cmpmem (meaning, sizeof meaning, meaning_again, sizeof meaning_again);
}
