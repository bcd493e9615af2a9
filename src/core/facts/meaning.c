/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to the digest of its facts: a digest of each part that has parts of its own, in the order of
 * these digests, and lists of texts in the order of their bytes. */
#include "core/facts/meaning.h"

#include "core/domain.h"
#include "core/report/address.h"

#include <string.h>

/* One checksum for all parts: making one costs as much as using it. */
typedef struct {
  GChecksum *checksum;
} Meaning;

typedef struct {
  guint8 bytes[TLSRPT_DIGEST_BYTES];
} Digest;

static void
add_bytes (const Meaning *meaning, gconstpointer data, gsize length)
{
  guint32 prefix = GUINT32_TO_BE ((guint32)length);

  g_checksum_update (meaning->checksum, (const guchar *)&prefix, sizeof prefix);
  if (length > 0)
    g_checksum_update (meaning->checksum, data, (gssize)length);
}

static void
add_text (const Meaning *meaning, const char *text)
{
  add_bytes (meaning, text, text != NULL ? strlen (text) : 0);
}

static void
add_number (const Meaning *meaning, gint64 number)
{
  guint64 bytes = GUINT64_TO_BE ((guint64)number);

  add_bytes (meaning, &bytes, sizeof bytes);
}

static void
add_host (const Meaning *meaning, const char *host)
{
  g_autofree char *canonical = host != NULL ? tlsrpt_domain_canonical (host) : NULL;

  add_text (meaning, canonical);
}

static void
add_address (const Meaning *meaning, const char *address)
{
  guint8 bytes[TLSRPT_ADDRESS_BYTES];
  gsize length = address != NULL ? tlsrpt_address_parse (address, bytes) : 0;

  if (length > 0)
    add_bytes (meaning, bytes, length);
  else
    add_text (meaning, address);
}

static Digest
take (const Meaning *meaning)
{
  Digest digest;
  gsize length = sizeof digest.bytes;

  g_checksum_get_digest (meaning->checksum, digest.bytes, &length);
  g_checksum_reset (meaning->checksum);
  return digest;
}

static int
compare_digests (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Digest));
}

/* Parts whose order says nothing. */
static void
add_parts (const Meaning *meaning, GArray *parts)
{
  g_array_sort (parts, compare_digests);
  add_bytes (meaning, parts->data, (gsize)parts->len * sizeof (Digest));
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

/* Texts whose order says nothing. To make a digest of each would take longer than all the rest. */
static void
add_list (const Meaning *meaning, const char *const *list, char *(*copy) (const char *text))
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; list[i] != NULL; i++)
    g_ptr_array_add (texts, copy (list[i]));
  g_ptr_array_sort (texts, compare_texts);
  add_number (meaning, texts->len);
  for (guint i = 0; i < texts->len; i++)
    add_text (meaning, texts->pdata[i]);
}

static Digest
digest_failure (const Meaning *meaning, const TlsrptFailure *failure)
{
  add_text (meaning, failure->result_type);
  add_address (meaning, failure->sending_mta_ip);
  add_host (meaning, failure->receiving_mx_hostname);
  add_text (meaning, failure->receiving_mx_helo);
  add_address (meaning, failure->receiving_ip);
  add_number (meaning, failure->failed_session_count);
  add_text (meaning, failure->additional_information);
  add_text (meaning, failure->failure_reason_code);
  return take (meaning);
}

static Digest
digest_policy (const Meaning *meaning, const TlsrptPolicy *policy)
{
  g_autoptr (GArray) failures =
      g_array_sized_new (FALSE, FALSE, sizeof (Digest), policy->failures->len);

  for (guint i = 0; i < policy->failures->len; i++) {
    Digest failure = digest_failure (meaning, tlsrpt_policy_failure (policy, i));

    g_array_append_val (failures, failure);
  }
  add_text (meaning, policy->policy_type);
  add_text (meaning, policy->policy_domain);
  add_list (meaning, policy->policy_string, copy_text);
  add_list (meaning, policy->mx_host, tlsrpt_domain_canonical);
  add_number (meaning, policy->total_successful_session_count);
  add_number (meaning, policy->total_failure_session_count);
  add_parts (meaning, failures);
  return take (meaning);
}

void
tlsrpt_meaning_digest (const TlsrptReport *report, guint8 digest[TLSRPT_DIGEST_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GArray) policies =
      g_array_sized_new (FALSE, FALSE, sizeof (Digest), report->policies->len);
  Meaning meaning = { .checksum = checksum };
  Digest whole;

  for (guint i = 0; i < report->policies->len; i++) {
    Digest policy = digest_policy (&meaning, tlsrpt_report_policy (report, i));

    g_array_append_val (policies, policy);
  }
  add_number (&meaning, report->start_datetime);
  add_number (&meaning, report->end_datetime);
  add_parts (&meaning, policies);
  whole = take (&meaning);
  memcpy (digest, whole.bytes, sizeof whole.bytes);
}
