/* SPDX-License-Identifier: GPL-3.0-or-later
 * A mail with a report, through the decoder, to the trust of the report: the names that a signature
 * has to align with, and folded raw header fields as a mail system hands them over. */
#include "core/trust/trust.h"

#include "core/decode.h"
#include "core/refusal.h"
#include "support/document.h"

#include <string.h>

static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
static const TlsrptBelief own = { .service = { .authserv_id = "mx.example.org",
                                               .trusted_hops = 1 } };
static const TlsrptBelief other = { .service = { .authserv_id = "other.example.org",
                                                 .trusted_hops = 1 } };
static const TlsrptBelief nobody = { .service = { .trusted_hops = 1 } };

typedef struct {
  const char *name;
  const char *signing; /* domain */
  const char *from;
  const char *submitter; /* field, or "" */
  const char *organization;
  gboolean authentic;
} NamesCase;

/* clang-format off */
static const NamesCase names_cases[] = {
  { "vouches-for-from", "sender.example", "a@sender.example", "", "Example", TRUE },
  { "vouches-for-from-below", "sender.example", "a@mail.sender.example", "", "Example", TRUE },
  { "below-from-vouches-for-nothing", "mail.sender.example", "a@sender.example", "", "Example", FALSE },
  { "beside-from-vouches-for-nothing", "a.sender.example", "a@b.sender.example", "", "Example", FALSE },
  { "submitter-does-not-count", "sender.example", "a@mailer.example", "TLS-Report-Submitter: sender.example\n", "Example", FALSE },
  { "organization-does-not-count", "sender.example", "a@mailer.example", "", "Sender.Example", FALSE },
  { "single-label-vouches-for-nothing", "example", "a@mailer.example", "", "example", FALSE },
};
/* clang-format on */

static TlsrptItem *
decode (const NamesCase *row, const char *header)
{
  g_autofree char *organization =
      g_strdup_printf ("\"organization-name\":\"%s\"", row->organization);
  g_autofree char *mail = g_strdup_printf (
      "%sFrom: Reports <%s>\n%sMIME-Version: 1.0\nContent-Type: application/tlsrpt+json\n\n"
      "{%s,\"date-range\":{\"start-datetime\":\"2024-01-01T00:00:00Z\","
      "\"end-datetime\":\"2024-01-01T23:59:59Z\"},\"report-id\":\"1\",\"policies\":[]}\n",
      header, row->from, row->submitter, organization);
  g_autoptr (GBytes) bytes = document_bytes (mail);
  TlsrptItem *decoded = document_decode_message (bytes, &limits);

  g_assert_no_error (decoded->refusal);
  g_assert_cmpuint (decoded->reports->len, ==, 1);
  return decoded;
}

static void
judges_names (gconstpointer data)
{
  const NamesCase *row = data;
  g_autofree char *header = g_strdup_printf (
      "Authentication-Results: mx.example.org;\n\tdkim=pass (2048-bit key)\n\t header.d=%s\n"
      "Received: from client.example by mx.example.org\n\tfor <a@example.org>; Mon, 1 Jan 2024 "
      "00:00:01 +0000\n"
      "DKIM-Signature: v=1; a=rsa-sha256;\n d=%s; s=mail;\n b=AbCd\n  EfGh\n",
      row->signing, row->signing);
  g_autoptr (TlsrptItem) decoded = decode (row, header);
  TlsrptReport *report = g_ptr_array_index (decoded->reports, 0);

  g_assert_cmpstr (report->trust.dkim_result, ==, "unknown");
  tlsrpt_trust_judge (report, decoded->envelope, NULL, &own);
  g_assert_cmpstr (report->trust.dkim_result, ==, "pass");
  g_assert_cmpstr (report->trust.dkim_domain, ==, row->signing);
  g_assert_cmpint (tlsrpt_trust_is_authentic (&report->trust), ==, row->authentic);
  tlsrpt_trust_judge (report, decoded->envelope, NULL, &other);
  g_assert_cmpstr (report->trust.dkim_result, ==, "none");
  g_assert_null (report->trust.dkim_domain);
  g_assert_false (tlsrpt_trust_is_authentic (&report->trust));
}

/* Without an id of one's own, and without a mail, nobody knows. */
static void
knows_nothing (void)
{
  g_autoptr (TlsrptItem) decoded = decode (&names_cases[0], "");
  TlsrptReport *report = g_ptr_array_index (decoded->reports, 0);

  tlsrpt_trust_judge (report, decoded->envelope, NULL, &nobody);
  g_assert_cmpstr (report->trust.dkim_result, ==, "unknown");
  tlsrpt_trust_judge (report, NULL, NULL, &own);
  g_assert_cmpstr (report->trust.dkim_result, ==, "unknown");
  g_assert_false (tlsrpt_trust_is_authentic (&report->trust));
}

/* clang-format off */
static const struct {
  TlsrptTrust trust;
  const char *cause;
} cause_cases[] = {
  { { .dkim_result = "pass", .signature_result = "pass" }, "other-signer" },
  { { .dkim_result = "temperror", .signature_result = "temperror" }, "no-answer" },
  { { .dkim_result = "fail", .signature_result = "fail", .dkim_why = "the body is not what was signed" }, "altered" },
  { { .dkim_result = "fail", .signature_result = "fail", .dkim_why = "the signature has expired" }, "bad-signature" },
  { { .dkim_result = "fail", .auth_results_result = "fail" }, "altered" },
  { { .dkim_result = "none", .signature_result = "none" }, "unsigned" },
  { { .dkim_result = "none", .signature_result = "none", .dkim_why = "the signature has an l, which RFC 8460 forbids" },
    "bad-signature" },
  { { .dkim_result = "none", .auth_results_result = "none" }, "no-verdict" },
  { { .dkim_result = "unknown" }, "no-verdict" },
};
/* clang-format on */

/* Each cause has advice of its own, and not what is said of any other. */
static void
says_why (void)
{
  const char *any = tlsrpt_refusal_advice ("unauthentic", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cause_cases); i++) {
    g_assert_cmpstr (tlsrpt_trust_cause (&cause_cases[i].trust), ==, cause_cases[i].cause);
    g_assert_cmpstr (tlsrpt_refusal_advice ("unauthentic", cause_cases[i].cause), !=, any);
  }
  g_assert_nonnull (any);
  g_assert_null (tlsrpt_refusal_advice ("no-such-reason", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names_cases); i++) {
    g_autofree char *path = g_strconcat ("/trust/", names_cases[i].name, NULL);
    g_test_add_data_func (path, &names_cases[i], judges_names);
  }
  g_test_add_func ("/trust/cause-of-a-refusal", says_why);
  g_test_add_func ("/trust/unknown-without-id-or-mail", knows_nothing);
  return g_test_run ();
}
