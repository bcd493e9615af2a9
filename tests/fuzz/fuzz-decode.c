/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes through the whole of decode: as a mail, and as a document that is packed and mailed first,
 * as no fuzzer gets through base64 and a checksum by itself. */
#include "core/decode.h"
#include "support/document.h"
#include "core/trust/trust.h"
#include "fuzz/property.h"
#include "fuzz/target.h"

#include <string.h>

static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

static void
assert_decoded (TlsrptItem *decoded)
{
  g_assert_true (decoded->refusal != NULL || decoded->reports->len > 0);
  if (decoded->refusal != NULL) {
    g_autofree char *stage = tlsrpt_refusal_stage (decoded->refusal);

    property_assert_refusal (decoded->refusal);
    g_assert_true (g_str_has_prefix (decoded->refusal->message, stage));
  }
  for (guint i = 0; i < decoded->reports->len; i++)
    property_assert (decoded->reports->pdata[i], &limits);
}

static gboolean
mentions (GBytes *mail, const char *word)
{
  gsize size;
  const char *text = g_bytes_get_data (mail, &size);

  for (gsize i = 0; i + strlen (word) <= size; i++)
    if (g_ascii_strncasecmp (text + i, word, strlen (word)) == 0)
      return TRUE;
  return FALSE;
}

/* A report is authentic only if the mail shows a signature, and a service that says so. */
static void
assert_trust (TlsrptItem *decoded, GBytes *mail, gboolean below)
{
  TlsrptBelief belief = { .service = { "mx.example.org", 1, below } };

  for (guint i = 0; i < decoded->reports->len; i++) {
    TlsrptReport *report = decoded->reports->pdata[i];

    tlsrpt_trust_judge (report, decoded->envelope, NULL, &belief);
    if (tlsrpt_trust_is_authentic (&report->trust)) {
      g_assert_nonnull (report->trust.dkim_domain);
      g_assert_true (mentions (mail, "dkim-signature"));
      g_assert_true (mentions (mail, "authentication-results"));
      g_assert_true (mentions (mail, "received"));
    }
  }
}

static GBytes *
mail_of (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GBytes) packed = document_packed (text, 31);
  g_autofree char *encoded =
      g_base64_encode (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  GString *mail = g_string_new ("From: a@sender.example\nTLS-Report-Domain: example.org\n"
                                "TLS-Report-Submitter: sender.example\nMIME-Version: 1.0\n"
                                "Content-Type: application/tlsrpt+gzip\n"
                                "Content-Transfer-Encoding: base64\n\n");

  g_string_append (mail, encoded);
  return g_string_free_to_bytes (mail);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GBytes) mail = mail_of (data, size);
  g_autoptr (TlsrptItem) as_mail = document_decode_message (bytes, &limits);
  g_autoptr (TlsrptItem) as_document =
      document_decode_document (bytes, "a.example!b.example!1!2.json.gz", &limits);
  g_autoptr (TlsrptItem) as_mailed = document_decode_message (mail, &limits);
  g_autoptr (TlsrptItem) narrow = document_decode_message (bytes, &property_narrow);
  g_autoptr (TlsrptItem) narrow_document = document_decode_document (bytes, NULL, &property_narrow);

  assert_decoded (as_mail);
  assert_trust (as_mail, bytes, FALSE);
  assert_trust (as_mail, bytes, TRUE);
  assert_trust (as_mailed, mail, FALSE);
  assert_decoded (as_document);
  assert_decoded (as_mailed);
  assert_decoded (narrow);
  assert_decoded (narrow_document);
  if (narrow->refusal == NULL)
    g_assert_no_error (as_mail->refusal);
  return 0;
}
