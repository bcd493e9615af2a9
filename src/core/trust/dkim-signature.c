/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tags of a signature, each checked by a function of its own; the first failure gives the
 * reason. */
#include "core/trust/dkim-signature.h"

#include "core/domain.h"
#include "core/limits.h"
#include "core/trust/dkim-crypto.h"
#include "core/trust/dkim-tags.h"

#include <string.h>

/* RFC 1035 section 2.3.4 */
#define NAME_BYTES_MAX 253
#define LABEL_BYTES_MAX 63

void
tlsrpt_dkim_signature_free (TlsrptDkimSignature *signature)
{
  if (signature == NULL)
    return;
  g_free (signature->domain);
  g_free (signature->selector);
  g_free (signature->names);
  g_clear_pointer (&signature->body_hash, g_bytes_unref);
  g_clear_pointer (&signature->data, g_bytes_unref);
  g_free (signature);
}

/* Labels of letters, digits, hyphens and underscores with dots between them. */
static gboolean
is_name (const char *name)
{
  gsize label = 0;

  for (const char *c = name; *c != '\0'; c++) {
    if (*c != '.' && !g_ascii_isalnum (*c) && *c != '-' && *c != '_')
      return FALSE;
    if (*c == '.' && label == 0)
      return FALSE;
    label = *c == '.' ? 0 : label + 1;
    if (label > LABEL_BYTES_MAX)
      return FALSE;
  }
  return label > 0;
}

static const char *
read_place (TlsrptDkimSignature *signature, const GArray *tags)
{
  g_autofree char *domain = tlsrpt_dkim_tags_bare (tags, "d");
  g_autofree char *selector = tlsrpt_dkim_tags_bare (tags, "s");
  g_autofree char *canonical = domain != NULL && g_utf8_validate (domain, -1, NULL)
                                   ? tlsrpt_domain_canonical (domain)
                                   : NULL;

  if (canonical == NULL || selector == NULL)
    return "the signature has no d or s";
  if (!is_name (canonical) || !is_name (selector) ||
      strlen (canonical) + strlen (selector) + strlen ("._domainkey.") > NAME_BYTES_MAX)
    return "the signature's d or s is no domain name";
  signature->domain = g_steal_pointer (&canonical);
  signature->selector = g_ascii_strdown (selector, -1);
  return NULL;
}

static const char *
read_version (TlsrptDkimSignature *signature, const GArray *tags)
{
  g_autofree char *version = tlsrpt_dkim_tags_bare (tags, "v");

  (void)signature;
  return version != NULL && strcmp (version, "1") == 0 ? NULL : "the signature is not of version 1";
}

static const char *
read_algorithm (TlsrptDkimSignature *signature, const GArray *tags)
{
  g_autofree char *algorithm = tlsrpt_dkim_tags_bare (tags, "a");

  if (algorithm == NULL)
    return "the signature has no a";
  if (g_ascii_strcasecmp (algorithm, "rsa-sha1") == 0)
    return "the signature uses rsa-sha1, which is no longer valid (RFC 8301)";
  if (g_ascii_strcasecmp (algorithm, "ed25519-sha256") == 0)
    signature->key_type = TLSRPT_DKIM_KEY_ED25519;
  else if (g_ascii_strcasecmp (algorithm, "rsa-sha256") != 0)
    return "the signature uses an unknown algorithm";
  return NULL;
}

/* One word of `c`, @length bytes. */
static gboolean
read_form (const char *word, gsize length, TlsrptDkimForm *form)
{
  if (length == 6 && g_ascii_strncasecmp (word, "simple", length) == 0)
    *form = TLSRPT_DKIM_SIMPLE;
  else if (length == 7 && g_ascii_strncasecmp (word, "relaxed", length) == 0)
    *form = TLSRPT_DKIM_RELAXED;
  else
    return FALSE;
  return TRUE;
}

static const char *
read_forms (TlsrptDkimSignature *signature, const GArray *tags)
{
  g_autofree char *forms = tlsrpt_dkim_tags_bare (tags, "c");
  const char *slash = forms != NULL ? strchr (forms, '/') : NULL;
  gsize length = slash != NULL ? (gsize)(slash - forms) : forms != NULL ? strlen (forms) : 0;

  if (forms == NULL)
    return tlsrpt_dkim_tags_find (tags, "c") == NULL
               ? NULL
               : "the signature's canonical form is not known";
  if (!read_form (forms, length, &signature->header_form) ||
      (slash != NULL && !read_form (slash + 1, strlen (slash + 1), &signature->body_form)))
    return "the signature's canonical form is not known";
  return NULL;
}

static const char *
read_names (TlsrptDkimSignature *signature, const GArray *tags)
{
  signature->names = tlsrpt_dkim_tags_bare (tags, "h");
  return tlsrpt_dkim_tags_lists (tags, "h", "from") ? NULL : "the signature does not cover From";
}

static const char *
read_query (TlsrptDkimSignature *signature, const GArray *tags)
{
  (void)signature;
  return tlsrpt_dkim_tags_find (tags, "q") == NULL || tlsrpt_dkim_tags_lists (tags, "q", "dns/txt")
             ? NULL
             : "the signature's key is not in the DNS";
}

/* The domain of `i`, which is `d` or below it. */
static const char *
read_identity (TlsrptDkimSignature *signature, const GArray *tags)
{
  g_autofree char *identity = tlsrpt_dkim_tags_bare (tags, "i");
  const char *at = identity != NULL ? strrchr (identity, '@') : NULL;
  g_autofree char *domain =
      at != NULL && g_utf8_validate (at, -1, NULL) ? tlsrpt_domain_canonical (at + 1) : NULL;
  gsize length = strlen (signature->domain);

  if (tlsrpt_dkim_tags_find (tags, "i") == NULL ||
      (domain != NULL && strcmp (domain, signature->domain) == 0))
    return NULL;
  if (domain == NULL || !g_str_has_suffix (domain, signature->domain) ||
      domain[strlen (domain) - length - 1] != '.')
    return "the signature's i is neither d nor below it";
  signature->is_below = TRUE;
  return NULL;
}

/* Seconds since 1970: 0 if there is no such tag, -1 if it is no time. */
static gint64
read_time (const GArray *tags, const char *name)
{
  g_autofree char *text = tlsrpt_dkim_tags_bare (tags, name);
  guint64 seconds;

  if (text == NULL)
    return tlsrpt_dkim_tags_find (tags, name) == NULL ? 0 : -1;
  /* RFC 6376 section 3.5: up to 12 digits. */
  return g_ascii_string_to_unsigned (text, 10, 0, G_GUINT64_CONSTANT (999999999999), &seconds, NULL)
             ? (gint64)seconds
             : -1;
}

static const char *
read_times (TlsrptDkimSignature *signature, const GArray *tags)
{
  gint64 signed_at = read_time (tags, "t");

  signature->expires_at = read_time (tags, "x");
  if (signed_at < 0 || signature->expires_at < 0)
    return "the signature's t or x is no time";
  if (signature->expires_at > 0 && signature->expires_at <= signed_at)
    return "the signature expires before it was made";
  return NULL;
}

static const char *
read_hashes (TlsrptDkimSignature *signature, const GArray *tags)
{
  const TlsrptDkimTag *data = tlsrpt_dkim_tags_find (tags, "b");

  signature->body_hash = tlsrpt_dkim_tags_base64 (tags, "bh");
  signature->data = tlsrpt_dkim_tags_base64 (tags, "b");
  if (signature->body_hash == NULL || signature->data == NULL)
    return "the signature's b or bh is not base64";
  if (g_bytes_get_size (signature->body_hash) != TLSRPT_DKIM_DIGEST_BYTES)
    return "the signature's bh is no SHA-256";
  signature->hidden = data->raw;
  signature->hidden_length = data->raw_length;
  return NULL;
}

static const char *
read_length (TlsrptDkimSignature *signature, const GArray *tags)
{
  signature->is_partial = tlsrpt_dkim_tags_find (tags, "l") != NULL;
  return signature->is_partial ? "the signature has an l, which RFC 8460 forbids" : NULL;
}

static const char *
read_tags (TlsrptDkimSignature *signature, const GArray *tags)
{
  static const char *(*const readers[]) (TlsrptDkimSignature *, const GArray *) = {
    read_place, read_length,   read_version, read_algorithm, read_forms,
    read_names, read_identity, read_query,   read_times,     read_hashes,
  };
  const char *why = NULL;

  for (gsize i = 0; why == NULL && i < G_N_ELEMENTS (readers); i++)
    why = readers[i](signature, tags);
  return why;
}

TlsrptDkimSignature *
tlsrpt_dkim_signature_read (const TlsrptDkimField *field, const char **why)
{
  TlsrptDkimSignature *signature = g_new0 (TlsrptDkimSignature, 1);
  gsize named = field->name_length + 1;
  g_autoptr (GArray) tags = NULL;

  signature->field = *field;
  if (field->length > TLSRPT_DKIM_SIGNATURE_BYTES_MAX) {
    *why = "the signature field is too long";
    return signature;
  }
  tags = tlsrpt_dkim_tags_read (field->bytes + named, field->length - named);
  *why = tags != NULL ? read_tags (signature, tags)
                      : "the signature field breaks its grammar (RFC 6376)";
  return signature;
}
