/* SPDX-License-Identifier: GPL-3.0-or-later
 * TXT records of _mta-sts and _smtp._tls, right and wrong. */
#include "doctor/published.h"

#include <string.h>

typedef TlsrptPublished *(*Read) (const TlsrptAnswer *answer);

typedef struct {
  const char *const texts[4];
  guint n;
  const char *value;   /* id, or the first rua; %NULL if the record is not valid */
  const char *trouble; /* a piece of it */
} Case;

static TlsrptAnswer *
answer_of (const char *const *texts)
{
  TlsrptAnswer *answer = tlsrpt_answer_new (TLSRPT_ANSWER_FOUND);

  for (; *texts != NULL; texts++) {
    TlsrptRecord *record = g_new0 (TlsrptRecord, 1);

    record->text = g_strdup (*texts);
    g_ptr_array_add (answer->records, record);
  }
  return answer;
}

static void
check (const Case *cases, gsize n, Read read)
{
  for (gsize i = 0; i < n; i++) {
    g_autoptr (TlsrptAnswer) answer = answer_of (cases[i].texts);
    g_autoptr (TlsrptPublished) published = read (answer);

    g_test_message ("case %u", (guint)i);
    g_assert_cmpuint (published->n, ==, cases[i].n);
    g_assert_cmpint (published->is_valid, ==, cases[i].value != NULL);
    if (cases[i].value != NULL)
      g_assert_cmpstr (published->id != NULL ? published->id : published->rua[0], ==,
                       cases[i].value);
    if (cases[i].trouble != NULL)
      g_assert_nonnull (strstr (published->trouble, cases[i].trouble));
    else
      g_assert_null (published->trouble);
  }
}

static void
test_sts (void)
{
  static const Case cases[] = {
    { { "v=STSv1; id=20260101T000000" }, 1, "20260101T000000", NULL },
    { { "v=STSv1;id=1;" }, 1, "1", NULL },
    { { "v=STSv1 ; id = 1 ; x=y" }, 1, "1", NULL },
    { { "v=STSv1; id=12345678901234567890123456789012" },
      1,
      "12345678901234567890123456789012",
      NULL },
    { { "v=STSv1; id=123456789012345678901234567890123" }, 1, NULL, "32" },
    { { "v=STSv1; id=" }, 1, NULL, "32" },
    { { "v=STSv1; id=2026-01-01" }, 1, NULL, "letters and digits" },
    { { "v=STSv1; id=\377" }, 1, NULL, "letters and digits" },
    { { "v=STSv1; id=1; id=2" }, 1, NULL, "second id" },
    { { "v=STSv1; id" }, 1, NULL, "without a value" },
    { { "v=STSv1;" }, 1, NULL, "no id" },
    { { "v=STSv1; ; id=1" }, 1, NULL, "without a value" },
    { { "v=STSv1; id=1", "v=STSv1; id=2" }, 2, NULL, NULL },
    { { "v=STSv1; id=1", "v=spf1 -all" }, 1, "1", NULL },
    { { "v=STSv1" }, 0, NULL, NULL },
    { { "v=STSv10; id=1" }, 0, NULL, NULL },
    { { "V=STSv1; id=1" }, 0, NULL, NULL },
    { { " v=STSv1; id=1" }, 0, NULL, NULL },
    { { NULL }, 0, NULL, NULL },
  };

  check (cases, G_N_ELEMENTS (cases), tlsrpt_published_sts);
}

static void
test_tlsrpt (void)
{
  static const Case cases[] = {
    { { "v=TLSRPTv1; rua=mailto:tls@example.org" }, 1, "mailto:tls@example.org", NULL },
    { { "v=TLSRPTv1;rua=https://example.org/tls" }, 1, "https://example.org/tls", NULL },
    { { "v=TLSRPTv1; rua=mailto:a@example.org, https://example.org/" },
      1,
      "mailto:a@example.org",
      NULL },
    { { "v=TLSRPTv1; rua=tls@example.org" }, 1, NULL, "neither mailto:" },
    { { "v=TLSRPTv1; rua=mailto:example.org" }, 1, NULL, "neither mailto:" },
    { { "v=TLSRPTv1; rua=http://example.org/" }, 1, NULL, "neither mailto:" },
    { { "v=TLSRPTv1; rua=mailto:a@example.org; rua=mailto:b@example.org" }, 1, NULL, "second rua" },
    { { "v=TLSRPTv1; rua=" }, 1, NULL, "no rua" },
    { { "v=TLSRPTv1; x=y" }, 1, NULL, "no rua" },
    { { "v=TLSRPTv1; rua=https://\377" }, 1, NULL, "not text" },
    { { "v=TLSRPTv1; rua=mailto:a@b.example", "v=TLSRPTv1; rua=mailto:c@d.example" },
      2,
      NULL,
      NULL },
    { { "v=TLSRPTv2; rua=mailto:a@b.example" }, 0, NULL, NULL },
  };

  check (cases, G_N_ELEMENTS (cases), tlsrpt_published_tlsrpt);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/published/sts", test_sts);
  g_test_add_func ("/doctor/published/tlsrpt", test_tlsrpt);
  return g_test_run ();
}
