/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as what the doctor is given by strangers: the first byte says as what, the rest is the DNS
 * answer, HTTP answer, policy, TXT record, certificate, or name. */
#include "core/name.h"
#include "doctor/answer.h"
#include "doctor/http.h"
#include "doctor/policy.h"
#include "doctor/published.h"
#include "doctor/tlsa.h"
#include "fuzz/target.h"

#include <string.h>

static void
read_answer (const uint8_t *data, size_t size)
{
  static const TlsrptRecordType types[] = { TLSRPT_RECORD_A, TLSRPT_RECORD_AAAA, TLSRPT_RECORD_MX,
                                            TLSRPT_RECORD_TXT, TLSRPT_RECORD_TLSA };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (TlsrptAnswer) answer = tlsrpt_answer_parse (data, size, types[i]);
    g_autoptr (TlsrptPublished) sts = NULL;
    g_autoptr (TlsrptPublished) tlsrpt = NULL;

    g_assert_cmpuint (answer->records->len, <=, TLSRPT_ANSWER_RECORDS_MAX);
    g_assert_true ((answer->status == TLSRPT_ANSWER_FOUND) <= (answer->records->len > 0));
    if (types[i] != TLSRPT_RECORD_TXT)
      continue;
    sts = tlsrpt_published_sts (answer);
    tlsrpt = tlsrpt_published_tlsrpt (answer);
    g_assert_true (!sts->is_valid || (sts->n == 1 && strlen (sts->id) <= 32));
    g_assert_true (!tlsrpt->is_valid || (tlsrpt->n == 1 && tlsrpt->rua[0] != NULL));
  }
}

/* What is whole stays as it is, whatever comes after it or however it ends. */
static void
read_http (const uint8_t *data, size_t size)
{
  g_autoptr (TlsrptHttp) open = tlsrpt_http_parse (data, size, FALSE);
  g_autoptr (TlsrptHttp) closed = tlsrpt_http_parse (data, size, TRUE);

  g_assert_true ((open != NULL) == (closed != NULL));
  if (open == NULL)
    return;
  g_assert_true (open->status >= 100 && open->status <= 599);
  g_assert_cmpuint (open->body->len, <=, size);
  g_assert_true (!open->is_whole || closed->is_whole);
  g_assert_cmpmem (open->body->data, open->body->len, closed->body->data, closed->body->len);
}

static void
read_policy (const uint8_t *data, size_t size)
{
  g_autoptr (TlsrptStsPolicy) policy = tlsrpt_policy_parse ((const char *)data, size);

  for (guint i = 0; policy->troubles[i] != NULL; i++)
    g_assert_true (g_utf8_validate (policy->troubles[i], -1, NULL));
  if (policy->troubles[0] != NULL)
    return;
  g_assert_nonnull (policy->mode);
  g_assert_cmpuint (policy->max_age, <=, TLSRPT_POLICY_MAX_AGE_MAX);
  for (guint i = 0; policy->mx[i] != NULL; i++)
    g_assert_true (g_str_has_prefix (policy->mx[i], "*.") ||
                   tlsrpt_policy_names (policy, policy->mx[i]));
}

static void
read_text (char *text)
{
  g_autoptr (TlsrptAnswer) answer = tlsrpt_answer_new (TLSRPT_ANSWER_FOUND);
  g_autoptr (TlsrptPublished) sts = NULL;
  g_autoptr (TlsrptPublished) tlsrpt = NULL;
  TlsrptRecord *record = g_new0 (TlsrptRecord, 1);

  record->text = g_strdup (text);
  g_ptr_array_add (answer->records, record);
  sts = tlsrpt_published_sts (answer);
  tlsrpt = tlsrpt_published_tlsrpt (answer);
  g_assert_true (!(sts->is_valid && tlsrpt->is_valid));
}

static void
read_certificate (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) certificate = g_bytes_new (data, size);
  g_autoptr (GBytes) key = tlsrpt_tlsa_public_key (certificate);

  g_assert_true (key == NULL || g_bytes_get_size (key) < size);
}

/* Only what no shell and no header field can misread, and that again as itself. */
static void
read_name (const char *text)
{
  static const char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+=@:-";
  g_autofree char *host = tlsrpt_name_host (text);
  g_autofree char *again = tlsrpt_name_host (host);
  g_autofree char *address = tlsrpt_name_address (text);
  g_autofree char *mailbox = tlsrpt_name_mailbox (text);
  g_autofree char *mailbox_again = tlsrpt_name_mailbox (mailbox);
  const char *const names[] = { host, address, mailbox };

  g_assert_cmpstr (host, ==, again);
  g_assert_cmpstr (mailbox, ==, mailbox_again);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (names[i] == NULL ||
                   (*names[i] != '-' && names[i][strspn (names[i], plain)] == '\0'));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = size > 0 ? g_strndup ((const char *)data + 1, size - 1) : NULL;

  if (size == 0)
    return 0;
  switch (data[0]) {
  case 'a':
    read_answer (data + 1, size - 1);
    break;
  case 'h':
    read_http (data + 1, size - 1);
    break;
  case 'p':
    read_policy (data + 1, size - 1);
    break;
  case 't':
    read_text (text);
    break;
  case 'c':
    read_certificate (data + 1, size - 1);
    break;
  default:
    read_name (text);
  }
  return 0;
}
