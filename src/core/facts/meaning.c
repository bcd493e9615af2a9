/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to the digest of its facts: policies in the order of their digests, failures and lists of texts in
 * the order of their bytes. */
#include "core/facts/meaning.h"

#include "core/domain.h"
#include "core/report/address.h"

#include <string.h>

typedef struct {
  guint8 bytes[TLSRPT_DIGEST_BYTES];
} Digest;

/* Bytes behind their length: one byte, or this mark and four for a long one. */
#define LONG 0xff

static void
add_bytes (GByteArray *text, gconstpointer data, gsize length)
{
  guint32 number = GUINT32_TO_BE ((guint32)length);
  guint head = length < LONG ? 1 : 1 + sizeof number;
  guint used = text->len;

  g_byte_array_set_size (text, used + head + (guint)length);
  text->data[used] = length < LONG ? (guint8)length : LONG;
  if (length >= LONG)
    memcpy (text->data + used + 1, &number, sizeof number);
  if (length > 0)
    memcpy (text->data + used + head, data, length);
}

static void
add_text (GByteArray *text, const char *value)
{
  add_bytes (text, value, value != NULL ? strlen (value) : 0);
}

static void
add_number (GByteArray *text, gint64 number)
{
  guint64 bytes = GUINT64_TO_BE ((guint64)number);

  add_bytes (text, &bytes, sizeof bytes);
}

static void
add_host (GByteArray *text, const char *host)
{
  g_autofree char *canonical = host != NULL ? tlsrpt_domain_canonical (host) : NULL;

  add_text (text, canonical);
}

static void
add_address (GByteArray *text, const char *address)
{
  guint8 bytes[TLSRPT_ADDRESS_BYTES];
  gsize length = address != NULL ? tlsrpt_address_parse (address, bytes) : 0;

  if (length > 0)
    add_bytes (text, bytes, length);
  else
    add_text (text, address);
}

static char *
copy_text (const char *text)
{
  return g_strdup (text);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

/* Texts whose order says nothing. */
static void
add_list (GByteArray *text, const char *const *list, char *(*copy) (const char *text))
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; list[i] != NULL; i++)
    g_ptr_array_add (texts, copy (list[i]));
  g_ptr_array_sort (texts, compare_texts);
  add_number (text, texts->len);
  for (guint i = 0; i < texts->len; i++)
    add_text (text, texts->pdata[i]);
}

static void
add_failure (GByteArray *text, const TlsrptFailure *failure)
{
  add_text (text, failure->result_type);
  add_address (text, failure->sending_mta_ip);
  add_host (text, failure->receiving_mx_hostname);
  add_text (text, failure->receiving_mx_helo);
  add_address (text, failure->receiving_ip);
  add_number (text, failure->failed_session_count);
  add_text (text, failure->additional_information);
  add_text (text, failure->failure_reason_code);
}

/* A failure in the text of all. */
typedef struct {
  guint32 offset;
  guint32 length;
} Span;

static int
compare_spans (gconstpointer a, gconstpointer b, gpointer text)
{
  const Span *left = a;
  const Span *right = b;
  int order = memcmp ((const guint8 *)text + left->offset, (const guint8 *)text + right->offset,
                      MIN (left->length, right->length));

  return order != 0 ? order : (left->length > right->length) - (left->length < right->length);
}

static Digest
take (GChecksum *checksum)
{
  Digest digest;
  gsize length = sizeof digest.bytes;

  g_checksum_get_digest (checksum, digest.bytes, &length);
  g_checksum_reset (checksum);
  return digest;
}

/* The order of failures says nothing. A digest of each would take twice as long. @text is empty, and is again. */
static Digest
digest_policy (GChecksum *checksum, GByteArray *text, const TlsrptPolicy *policy)
{
  g_autofree Span *failures = g_new (Span, policy->failures->len + 1);
  guint n = policy->failures->len;

  add_text (text, policy->policy_type);
  add_text (text, policy->policy_domain);
  add_list (text, policy->policy_string, copy_text);
  add_list (text, policy->mx_host, tlsrpt_domain_canonical);
  add_number (text, policy->total_successful_session_count);
  add_number (text, policy->total_failure_session_count);
  add_number (text, n);
  g_checksum_update (checksum, text->data, (gssize)text->len);
  g_byte_array_set_size (text, 0);
  for (guint i = 0; i < n; i++) {
    failures[i].offset = text->len;
    add_failure (text, tlsrpt_policy_failure (policy, i));
    failures[i].length = text->len - failures[i].offset;
  }
  g_qsort_with_data (failures, (int)n, sizeof (Span), compare_spans, text->data);
  for (guint i = 0; i < n; i++)
    g_checksum_update (checksum, text->data + failures[i].offset, (gssize)failures[i].length);
  g_byte_array_set_size (text, 0);
  return take (checksum);
}

static int
compare_digests (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Digest));
}

void
tlsrpt_meaning_digest (const TlsrptReport *report, guint8 digest[TLSRPT_DIGEST_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GByteArray) text = g_byte_array_new ();
  g_autoptr (GArray) policies =
      g_array_sized_new (FALSE, FALSE, sizeof (Digest), report->policies->len);
  Digest whole;

  for (guint i = 0; i < report->policies->len; i++) {
    Digest policy = digest_policy (checksum, text, tlsrpt_report_policy (report, i));

    g_array_append_val (policies, policy);
  }
  g_array_sort (policies, compare_digests);
  add_number (text, report->start_datetime);
  add_number (text, report->end_datetime);
  add_bytes (text, policies->data, (gsize)policies->len * sizeof (Digest));
  g_checksum_update (checksum, text->data, (gssize)text->len);
  whole = take (checksum);
  memcpy (digest, whole.bytes, sizeof whole.bytes);
}
