/* SPDX-License-Identifier: GPL-3.0-or-later
 * Each signature to its two hashes; then, with its key, to a verdict. The body is hashed once for each
 * canonical form, a header field once for each signature. */
#include "core/trust/dkim.h"

#include "core/limits.h"
#include "core/trust/dkim-canonical.h"
#include "core/trust/dkim-crypto.h"
#include "core/trust/dkim-message.h"
#include "core/trust/dkim-signature.h"

#include <string.h>

/* What is kept of a signature until its key arrives. */
typedef struct {
  TlsrptDkimVerdict verdict;
  gboolean is_open; /* undecided: the key is needed */
  TlsrptDkimKeyType key_type;
  gboolean is_below;
  gint64 expires_at;
  guint8 digest[TLSRPT_DKIM_DIGEST_BYTES];
  GBytes *data;
} Pending;

struct _TlsrptDkim {
  GArray *pending;
  GArray *verdicts;
};

/* SHA-256 of the body in each form, made when first asked for. */
typedef struct {
  const TlsrptDkimMessage *message;
  gboolean is_made[2];
  guint8 digests[2][TLSRPT_DKIM_DIGEST_BYTES];
} BodyHashes;

static void
pending_clear (gpointer data)
{
  Pending *pending = data;

  g_free (pending->verdict.domain);
  g_free (pending->verdict.key_name);
  g_clear_pointer (&pending->data, g_bytes_unref);
}

static void
hash (const char *bytes, gsize length, gpointer data)
{
  g_checksum_update (data, (const guchar *)bytes, (gssize)length);
}

static void
take_digest (GChecksum *checksum, guint8 digest[TLSRPT_DKIM_DIGEST_BYTES])
{
  gsize length = TLSRPT_DKIM_DIGEST_BYTES;

  g_checksum_get_digest (checksum, digest, &length);
}

static const guint8 *
body_digest (BodyHashes *hashes, TlsrptDkimForm form)
{
  if (!hashes->is_made[form]) {
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

    tlsrpt_dkim_canonical_body (form, hashes->message->body, hashes->message->body_length, hash,
                                checksum);
    take_digest (checksum, hashes->digests[form]);
    hashes->is_made[form] = TRUE;
  }
  return hashes->digests[form];
}

/* For each name in lower case a list of its fields, the last one first. */
static GHashTable *
index_fields (const TlsrptDkimMessage *message, const TlsrptDkimSignature *signature)
{
  GHashTable *fields =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_queue_free);

  for (guint i = 0; i < message->fields->len; i++) {
    TlsrptDkimField *field = &g_array_index (message->fields, TlsrptDkimField, i);
    g_autofree char *name = g_ascii_strdown (field->bytes, (gssize)field->name_length);
    GQueue *queue = g_hash_table_lookup (fields, name);

    if (field->bytes == signature->field.bytes)
      continue; /* a signature does not cover itself by `h` */
    if (queue == NULL) {
      queue = g_queue_new ();
      g_hash_table_insert (fields, g_steal_pointer (&name), queue);
    }
    g_queue_push_head (queue, field);
  }
  return fields;
}

/* The fields that `h` names, from the bottom up. A name that is there once too often, or without
 * a field, signs nothing (RFC 6376 section 5.4.2). */
static void
hash_fields (const TlsrptDkimSignature *signature, GHashTable *fields, GChecksum *checksum)
{
  for (const char *at = signature->names; *at != '\0';) {
    gsize length = strcspn (at, ":");
    g_autofree char *name = g_ascii_strdown (at, (gssize)length);
    GQueue *queue = g_hash_table_lookup (fields, name);
    const TlsrptDkimField *field = queue != NULL ? g_queue_pop_head (queue) : NULL;

    if (field != NULL) {
      tlsrpt_dkim_canonical_field (signature->header_form, field->bytes, field->length, hash,
                                   checksum);
      hash ("\r\n", 2, checksum);
    }
    at += length + (at[length] == ':' ? 1 : 0);
  }
}

/* The signature's own field as it was before `b` had a value. */
static void
hash_own_field (const TlsrptDkimSignature *signature, GChecksum *checksum)
{
  const TlsrptDkimField *field = &signature->field;
  gsize before = (gsize)(signature->hidden - field->bytes);
  gsize behind = before + signature->hidden_length;
  g_autoptr (GString) open = g_string_new_len (field->bytes, (gssize)before);
  gsize length = field->length;

  /* The line end of the field is not part of it; if `b` is the last tag it went with the value. */
  if (length > behind && field->bytes[length - 1] == '\n')
    length -= length > behind + 1 && field->bytes[length - 2] == '\r' ? 2 : 1;
  g_string_append_len (open, field->bytes + behind, (gssize)(length - behind));
  tlsrpt_dkim_canonical_field (signature->header_form, open->str, open->len, hash, checksum);
}

static void
make_digest (Pending *pending, const TlsrptDkimMessage *message,
             const TlsrptDkimSignature *signature)
{
  g_autoptr (GHashTable) fields = index_fields (message, signature);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  hash_fields (signature, fields, checksum);
  hash_own_field (signature, checksum);
  take_digest (checksum, pending->digest);
}

static void
add_signature (TlsrptDkim *dkim, const TlsrptDkimField *field, BodyHashes *hashes)
{
  const char *why;
  g_autoptr (TlsrptDkimSignature) signature = tlsrpt_dkim_signature_read (field, &why);
  Pending pending = { .key_type = signature->key_type,
                      .is_below = signature->is_below,
                      .expires_at = signature->expires_at };

  if (why == NULL &&
      memcmp (body_digest (hashes, signature->body_form),
              g_bytes_get_data (signature->body_hash, NULL), TLSRPT_DKIM_DIGEST_BYTES) != 0)
    why = "the body is not what was signed";
  pending.is_open = why == NULL;
  pending.verdict.why = why;
  pending.verdict.result = signature->is_partial ? TLSRPT_DKIM_NONE : TLSRPT_DKIM_FAIL;
  if (signature->domain != NULL)
    pending.verdict.key_name =
        g_strdup_printf ("%s._domainkey.%s", signature->selector, signature->domain);
  if (pending.is_open) {
    make_digest (&pending, hashes->message, signature);
    pending.data = g_steal_pointer (&signature->data);
  }
  pending.verdict.domain = g_steal_pointer (&signature->domain);
  g_array_append_val (dkim->pending, pending);
}

TlsrptDkim *
tlsrpt_dkim_read (GBytes *bytes)
{
  TlsrptDkim *dkim = g_new0 (TlsrptDkim, 1);
  const char *why;
  g_autoptr (TlsrptDkimMessage) message = tlsrpt_dkim_message_read (bytes, &why);
  BodyHashes hashes = { .message = message };

  dkim->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  g_array_set_clear_func (dkim->pending, pending_clear);
  dkim->verdicts = g_array_new (FALSE, FALSE, sizeof (TlsrptDkimVerdict));
  if (message == NULL) {
    Pending damaged = { .verdict = { .result = TLSRPT_DKIM_FAIL, .why = why } };

    g_array_append_val (dkim->pending, damaged);
    return dkim;
  }
  for (guint i = 0; i < message->fields->len && dkim->pending->len < TLSRPT_DKIM_SIGNATURES_MAX;
       i++) {
    const TlsrptDkimField *field = &g_array_index (message->fields, TlsrptDkimField, i);

    if (tlsrpt_dkim_message_is_named (field, "DKIM-Signature"))
      add_signature (dkim, field, &hashes);
  }
  return dkim;
}

void
tlsrpt_dkim_free (TlsrptDkim *dkim)
{
  if (dkim == NULL)
    return;
  g_array_unref (dkim->pending);
  g_array_unref (dkim->verdicts);
  g_free (dkim);
}

char **
tlsrpt_dkim_key_names (const TlsrptDkim *dkim)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < dkim->pending->len; i++) {
    const Pending *pending = &g_array_index (dkim->pending, Pending, i);

    if (pending->is_open && g_hash_table_add (known, pending->verdict.key_name))
      g_strv_builder_add (names, pending->verdict.key_name);
  }
  return g_strv_builder_end (names);
}

/* The verdict by one key. A key in testing mode can vouch, but its failure counts for nothing
 * (RFC 6376 section 3.6.1). */
static void
try_key (Pending *pending, const TlsrptDkimKey *key)
{
  TlsrptDkimVerdict *verdict = &pending->verdict;

  verdict->result = TLSRPT_DKIM_FAIL;
  if (key->type != pending->key_type)
    verdict->why = "the key is of another kind than the signature says";
  else if (key->is_strict && pending->is_below)
    verdict->why = "the key is not for a domain below d (t=s)";
  else if (!tlsrpt_dkim_crypto_verify (key, pending->digest, pending->data))
    verdict->why = "the header is not what was signed, or not by the published key";
  else
    verdict->result = TLSRPT_DKIM_PASS;
  if (verdict->result == TLSRPT_DKIM_PASS)
    verdict->why = key->type == TLSRPT_DKIM_KEY_RSA && key->bits < TLSRPT_DKIM_KEY_BITS_GOOD
                       ? "the key has less than 2048 bits (RFC 8301)"
                       : NULL;
  else if (key->is_testing)
    verdict->result = TLSRPT_DKIM_NONE;
}

static void
judge (Pending *pending, const TlsrptDkimAnswer *answer)
{
  TlsrptDkimVerdict *verdict = &pending->verdict;
  char **record = answer->records;

  if (!answer->is_known) {
    verdict->result = TLSRPT_DKIM_TEMPERROR;
    verdict->why = "the key cannot be looked up now";
    return;
  }
  verdict->result = TLSRPT_DKIM_FAIL;
  verdict->why = "there is no such key in the DNS";
  for (guint i = 0; record != NULL && record[i] != NULL && i < TLSRPT_DKIM_RECORDS_MAX; i++) {
    g_autoptr (TlsrptDkimKey) key = NULL;

    if (strlen (record[i]) > TLSRPT_DKIM_RECORD_BYTES_MAX)
      verdict->why = "the key record is too long";
    else
      key = tlsrpt_dkim_key_read (record[i], &verdict->why);
    if (key != NULL)
      try_key (pending, key);
    if (verdict->result == TLSRPT_DKIM_PASS)
      return;
  }
}

void
tlsrpt_dkim_verify (TlsrptDkim *dkim, gint64 received_at, TlsrptDkimLookup lookup, gpointer data)
{
  g_array_set_size (dkim->verdicts, 0);
  for (guint i = 0; i < dkim->pending->len; i++) {
    Pending *pending = &g_array_index (dkim->pending, Pending, i);

    if (pending->is_open && pending->expires_at > 0 &&
        received_at > pending->expires_at + TLSRPT_DKIM_CLOCK_SLACK_SECONDS) {
      pending->verdict.result = TLSRPT_DKIM_FAIL;
      pending->verdict.why = "the signature has expired";
    } else if (pending->is_open) {
      judge (pending, lookup (pending->verdict.key_name, data));
    }
    g_array_append_val (dkim->verdicts, pending->verdict);
  }
}

const GArray *
tlsrpt_dkim_verdicts (const TlsrptDkim *dkim)
{
  return dkim->verdicts;
}
