/* SPDX-License-Identifier: GPL-3.0-or-later
 * DNS messages, whole and damaged, to records. */
#include "doctor/answer.h"

#include <string.h>

/* Head with @flags and @n answers, and the question for a.example; @type in its place. */
static GByteArray *
message (guint16 flags, guint16 n, guint8 type)
{
  const guint8 head[] = {
    0, 1, (guint8)(flags >> 8), (guint8)flags, 0, 1, 0, (guint8)n, 0, 0, 0, 0
  };
  const guint8 question[] = { 1, 'a', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, type, 0, 1 };
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, question, sizeof question);
  return bytes;
}

/* A record of a.example. */
static void
add (GByteArray *bytes, guint8 type, const void *data, guint8 length)
{
  const guint8 head[] = { 0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, length };

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, data, length);
}

#define ANSWER 0x8180
#define AUTHENTIC 0x0020
#define NXDOMAIN 3
#define SERVFAIL 2

static const TlsrptRecord *
record (const TlsrptAnswer *answer, guint i)
{
  return answer->records->pdata[i];
}

static void
test_status (void)
{
  static const struct {
    guint16 flags;
    TlsrptAnswerStatus status;
    gboolean is_secure;
  } cases[] = {
    { ANSWER, TLSRPT_ANSWER_NONE, FALSE },
    { ANSWER | AUTHENTIC, TLSRPT_ANSWER_NONE, TRUE },
    { ANSWER | NXDOMAIN, TLSRPT_ANSWER_NONE, FALSE },
    { ANSWER | SERVFAIL, TLSRPT_ANSWER_FAILED, FALSE },
    { ANSWER | 5, TLSRPT_ANSWER_FAILED, FALSE },
    { 0x0100, TLSRPT_ANSWER_FAILED, FALSE }, /* a question is no answer */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) bytes = message (cases[i].flags, 0, TLSRPT_RECORD_TXT);
    g_autoptr (TlsrptAnswer) answer =
        tlsrpt_answer_parse (bytes->data, bytes->len, TLSRPT_RECORD_TXT);

    g_assert_cmpint (answer->status, ==, cases[i].status);
    if (answer->status != TLSRPT_ANSWER_FAILED)
      g_assert_cmpint (answer->is_secure, ==, cases[i].is_secure);
  }
}

static void
test_txt (void)
{
  g_autoptr (GByteArray) bytes = message (ANSWER, 3, TLSRPT_RECORD_TXT);
  g_autoptr (TlsrptAnswer) answer = NULL;

  add (bytes, TLSRPT_RECORD_TXT, "\003abc\002de", 7);
  add (bytes, 5, "\300\014", 2);                 /* CNAME */
  add (bytes, TLSRPT_RECORD_TXT, "\005\377", 2); /* says 5 bytes, has 1 */
  answer = tlsrpt_answer_parse (bytes->data, bytes->len, TLSRPT_RECORD_TXT);
  g_assert_cmpint (answer->status, ==, TLSRPT_ANSWER_FOUND);
  g_assert_cmpuint (answer->records->len, ==, 2);
  g_assert_cmpstr (record (answer, 0)->text, ==, "abcde");
  g_assert_cmpstr (record (answer, 1)->text, ==, "\377");
}

static void
test_mx (void)
{
  g_autoptr (GByteArray) bytes = message (ANSWER, 4, TLSRPT_RECORD_MX);
  g_autoptr (TlsrptAnswer) answer = NULL;

  add (bytes, TLSRPT_RECORD_MX, "\000\024\002mx\300\014", 7);
  add (bytes, TLSRPT_RECORD_MX, "\000\012\001b\300\014", 6);
  add (bytes, TLSRPT_RECORD_MX, "\000\000\000", 3);
  add (bytes, TLSRPT_RECORD_MX, "\000\001", 2);
  answer = tlsrpt_answer_parse (bytes->data, bytes->len, TLSRPT_RECORD_MX);
  g_assert_cmpuint (answer->records->len, ==, 3);
  g_assert_cmpstr (record (answer, 0)->text, ==, "");
  g_assert_cmpstr (record (answer, 1)->text, ==, "b.a.example");
  g_assert_cmpuint (record (answer, 1)->preference, ==, 10);
  g_assert_cmpstr (record (answer, 2)->text, ==, "mx.a.example");
}

static void
test_addresses (void)
{
  g_autoptr (GByteArray) four = message (ANSWER, 2, TLSRPT_RECORD_A);
  g_autoptr (GByteArray) six = message (ANSWER, 2, TLSRPT_RECORD_AAAA);
  g_autoptr (TlsrptAnswer) addresses = NULL;
  g_autoptr (TlsrptAnswer) addresses6 = NULL;

  add (four, TLSRPT_RECORD_A, "\300\000\002\001", 4);
  add (four, TLSRPT_RECORD_A, "\300\000\002", 3);
  add (six, TLSRPT_RECORD_AAAA, "\040\001\015\270\0\0\0\0\0\0\0\0\0\0\0\001", 16);
  add (six, TLSRPT_RECORD_AAAA, "\040\001", 2);
  addresses = tlsrpt_answer_parse (four->data, four->len, TLSRPT_RECORD_A);
  addresses6 = tlsrpt_answer_parse (six->data, six->len, TLSRPT_RECORD_AAAA);
  g_assert_cmpuint (addresses->records->len, ==, 1);
  g_assert_cmpstr (record (addresses, 0)->text, ==, "192.0.2.1");
  g_assert_cmpuint (addresses6->records->len, ==, 1);
  g_assert_cmpstr (record (addresses6, 0)->text, ==, "2001:db8::1");
}

static void
test_tlsa (void)
{
  g_autoptr (GByteArray) bytes = message (ANSWER | AUTHENTIC, 2, TLSRPT_RECORD_TLSA);
  g_autoptr (TlsrptAnswer) answer = NULL;

  add (bytes, TLSRPT_RECORD_TLSA, "\003\001\001xyz", 6);
  add (bytes, TLSRPT_RECORD_TLSA, "\003\001\001", 3); /* no data */
  answer = tlsrpt_answer_parse (bytes->data, bytes->len, TLSRPT_RECORD_TLSA);
  g_assert_true (answer->is_secure);
  g_assert_cmpuint (answer->records->len, ==, 1);
  g_assert_cmpuint (record (answer, 0)->usage, ==, 3);
  g_assert_cmpuint (record (answer, 0)->selector, ==, 1);
  g_assert_cmpuint (record (answer, 0)->matching_type, ==, 1);
  g_assert_cmpmem (g_bytes_get_data (record (answer, 0)->data, NULL), 3, "xyz", 3);
}

/* Half an answer is not taken for a whole one, wherever it is cut. */
static void
test_cut (void)
{
  g_autoptr (GByteArray) bytes = message (ANSWER, 2, TLSRPT_RECORD_TXT);

  add (bytes, TLSRPT_RECORD_TXT, "\003abc", 4);
  add (bytes, TLSRPT_RECORD_TXT, "\003def", 4);
  for (guint length = 0; length <= bytes->len; length++) {
    g_autofree guint8 *copy = g_memdup2 (bytes->data, length);
    g_autoptr (TlsrptAnswer) answer = tlsrpt_answer_parse (copy, length, TLSRPT_RECORD_TXT);

    g_assert_cmpint (answer->status, ==,
                     length == bytes->len ? TLSRPT_ANSWER_FOUND : TLSRPT_ANSWER_FAILED);
  }
}

static void
test_64_records_and_no_more (void)
{
  for (guint n = 64; n <= 65; n++) {
    g_autoptr (GByteArray) bytes = message (ANSWER, (guint16)n, TLSRPT_RECORD_TXT);
    g_autoptr (TlsrptAnswer) answer = NULL;

    for (guint i = 0; i < n; i++)
      add (bytes, TLSRPT_RECORD_TXT, "\001x", 2);
    answer = tlsrpt_answer_parse (bytes->data, bytes->len, TLSRPT_RECORD_TXT);
    g_assert_cmpuint (answer->records->len, ==, 64);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/answer/status", test_status);
  g_test_add_func ("/doctor/answer/txt", test_txt);
  g_test_add_func ("/doctor/answer/mx-by-preference", test_mx);
  g_test_add_func ("/doctor/answer/addresses", test_addresses);
  g_test_add_func ("/doctor/answer/tlsa", test_tlsa);
  g_test_add_func ("/doctor/answer/cut-anywhere", test_cut);
  g_test_add_func ("/doctor/answer/64-records-and-no-more", test_64_records_and_no_more);
  return g_test_run ();
}
