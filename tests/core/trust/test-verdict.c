/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whom to believe: each row is a header as a mail system hands it over, with what a stranger may have
 * put in it, and the verdict that must come of it. */
#include "core/trust/verdict.h"

#include "core/trust/alignment.h"
#include "core/envelope.h"

#include <string.h>

#define OWN                                                                                        \
  "Received: from client.example (client.example [192.0.2.1]) by mx.example.org (Postfix)\n"
#define INNER "Received: from mx.example.org by store.example.org with LMTP\n"
#define FOREIGN "Received: from a.example by b.example\n"
#define SIGNED                                                                                     \
  "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=mail; h=from; bh=x; b=AbCd EfGhIj\n"
#define PASS                                                                                       \
  "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example header.s=mail\n"
#define FAIL                                                                                       \
  "Authentication-Results: mx.example.org; dkim=fail header.d=sender.example header.s=mail\n"

typedef struct {
  const char *name;
  int trusted_hops;    /* negative: and the service writes below them */
  const char *header;  /* lines `Name: value`, top first */
  const char *verdict; /* `dkim domain aligned spf dmarc`, - for nothing */
} HeaderCase;

/* clang-format off */
static const HeaderCase header_cases[] = {
  /* Where the own service writes. */
  { "place/above-own-received", 1, PASS OWN SIGNED, "pass sender.example aligned - -" },
  { "place/one-inner-hop", 2, INNER PASS OWN SIGNED, "pass sender.example aligned - -" },
  { "place/one-inner-hop-that-writes-itself", 2, PASS INNER OWN SIGNED, "pass sender.example aligned - -" },
  { "place/inner-hop-not-counted", 1, INNER PASS OWN SIGNED, "none - - - -" },
  { "place/inner-hop-that-signs", 2, INNER SIGNED PASS OWN, "pass sender.example aligned - -" },
  { "place/arc-of-own-host-above", 1, "ARC-Seal: i=1\n" PASS OWN SIGNED, "pass sender.example aligned - -" },
  { "place/another-id-above", 1,
    "Authentication-Results: OpenDMARC; dmarc=pass\n" PASS OWN SIGNED, "pass sender.example aligned - -" },
  { "place/several-fields", 1,
    "Authentication-Results: mx.example.org; dmarc=pass header.from=sender.example\n"
    "Authentication-Results: mx.example.org; spf=softfail smtp.mailfrom=sender.example\n" PASS OWN SIGNED,
    "pass sender.example aligned softfail pass" },
  { "place/several-methods-in-one-field", 1,
    "Authentication-Results: MX.Example.ORG 1; spf=pass smtp.mailfrom=sender.example; "
    "dkim=pass header.d=sender.example; dmarc=fail (p=none)\n" OWN SIGNED, "pass sender.example aligned pass fail" },
  { "word/of-32-bytes", 1, "Authentication-Results: mx.example.org; spf=abcdefghijklmnopqrstuvwxyzabcdef\n" PASS OWN SIGNED,
    "pass sender.example aligned abcdefghijklmnopqrstuvwxyzabcdef -" },
  { "word/of-33-bytes-is-left-out", 1,
    "Authentication-Results: mx.example.org; spf=abcdefghijklmnopqrstuvwxyzabcdefg\n" PASS OWN SIGNED,
    "pass sender.example aligned - -" },

  { "place/below", -1, OWN PASS SIGNED, "pass sender.example aligned - -" },
  { "place/below-with-inner-hop", -2, INNER OWN PASS SIGNED, "pass sender.example aligned - -" },
  { "place/below-and-above-counts-above", -1, FAIL OWN PASS SIGNED, "fail sender.example aligned - -" },
  { "place/below-set-but-written-above", -1, PASS OWN SIGNED, "pass sender.example aligned - -" },

  /* Where a stranger writes. */
  { "forged/below-the-own-one-below", -1, OWN FAIL PASS SIGNED, "fail sender.example aligned - -" },
  { "forged/below-an-own-one-without-dkim", -1,
    OWN "Authentication-Results: mx.example.org; spf=fail\n" PASS SIGNED, "none - - fail -" },
  { "forged/below-a-broken-own-one", -1,
    OWN "Authentication-Results: mx.example.org; dkim=fail (\n" PASS SIGNED, "none - - - -" },
  { "forged/below-another-id", -1,
    OWN "Authentication-Results: other.example; dkim=fail\n" PASS SIGNED, "none - - - -" },
  { "forged/below-the-signature", -1, OWN SIGNED PASS, "none - - - -" },
  { "forged/below-a-foreign-received", -1, OWN FOREIGN PASS SIGNED, "none - - - -" },
  { "forged/below-without-enough-received", -2, OWN PASS SIGNED, "none - - - -" },
  { "forged/under-own-received", 1, OWN PASS SIGNED, "none - - - -" },
  { "forged/under-own-received-with-inner-hop", 2, INNER OWN PASS SIGNED, "none - - - -" },
  { "forged/under-foreign-received", 1, OWN FOREIGN PASS SIGNED, "none - - - -" },
  { "forged/under-the-signature", 1, OWN SIGNED PASS, "none - - - -" },
  { "forged/under-the-own-field", 1, FAIL OWN PASS SIGNED, "fail sender.example aligned - -" },
  { "forged/under-own-field-of-another-method", 1,
    "Authentication-Results: mx.example.org; dkim=none\n" OWN PASS SIGNED, "none - - - -" },
  { "forged/under-received-that-looks-own", 1, OWN OWN PASS SIGNED, "none - - - -" },
  { "forged/other-id", 1,
    "Authentication-Results: sender.example; dkim=pass header.d=sender.example\n" OWN SIGNED, "none - - - -" },
  { "forged/id-with-suffix", 1,
    "Authentication-Results: mx.example.org.evil.example; dkim=pass header.d=sender.example\n" OWN SIGNED,
    "none - - - -" },
  { "forged/id-in-comment", 1,
    "Authentication-Results: (mx.example.org;) evil.example; dkim=pass header.d=sender.example\n" OWN SIGNED,
    "none - - - -" },
  { "forged/original-is-not-believed", 1,
    "Authentication-Results-Original: mx.example.org; dkim=pass header.d=sender.example\n" OWN SIGNED,
    "none - - - -" },
  { "forged/arc-is-not-believed", 1,
    "ARC-Authentication-Results: i=1; mx.example.org; dkim=pass header.d=sender.example\n" OWN SIGNED,
    "none - - - -" },
  { "forged/without-any-received", 1, PASS SIGNED, "none - - - -" },
  { "forged/fewer-hops-than-own", 2, PASS OWN SIGNED, "none - - - -" },
  { "forged/own-field-broken-ends-the-reading", 1,
    "Authentication-Results: mx.example.org; dkim=fail (\n" PASS OWN SIGNED, "none - - - -" },
  { "forged/spf-and-dmarc-below", 1,
    FAIL OWN FOREIGN "Authentication-Results: mx.example.org; spf=pass; dmarc=pass\n",
    "fail sender.example aligned - -" },

  /* Which result counts. */
  { "result/none", 1, "Authentication-Results: mx.example.org; none\n" OWN SIGNED, "none - - - -" },
  { "result/no-field", 1, OWN SIGNED, "none - - - -" },
  { "result/temperror", 1,
    "Authentication-Results: mx.example.org; dkim=temperror header.d=sender.example\n" OWN SIGNED,
    "temperror sender.example aligned - -" },
  { "result/permerror", 1,
    "Authentication-Results: mx.example.org; dkim=permerror header.d=sender.example\n" OWN SIGNED,
    "fail sender.example aligned - -" },
  { "result/policy", 1,
    "Authentication-Results: mx.example.org; dkim=policy header.d=sender.example\n" OWN SIGNED,
    "fail sender.example aligned - -" },
  { "result/word-nobody-knows", 1,
    "Authentication-Results: mx.example.org; dkim=passed header.d=sender.example\n" OWN SIGNED, "none - - - -" },
  { "result/aligned-pass-goes-before-another", 1,
    "Authentication-Results: mx.example.org; dkim=fail header.d=sender.example; "
    "dkim=pass header.d=mailer.example; dkim=pass header.d=sender.example\n" OWN
    "DKIM-Signature: d=mailer.example; s=a; b=x\n" SIGNED,
    "pass sender.example aligned - -" },
  { "result/pass-that-does-not-align", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.d=mailer.example\n" OWN
    "DKIM-Signature: d=mailer.example; s=a; b=x\n", "pass mailer.example - - -" },
  { "result/pass-goes-before-aligned-failure", 1,
    "Authentication-Results: mx.example.org; dkim=fail header.d=sender.example; dkim=pass header.d=mailer.example\n" OWN
    "DKIM-Signature: d=mailer.example; s=a; b=x\n" SIGNED, "pass mailer.example - - -" },
  { "result/domain-of-i", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.i=@sender.example\n" OWN SIGNED,
    "pass sender.example aligned - -" },
  { "result/domain-of-i-below-d", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.i=a@b.sender.example\n" OWN SIGNED,
    "pass b.sender.example - - -" },
  { "result/d-goes-before-i", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.i=@other.example header.d=sender.example\n" OWN SIGNED,
    "pass sender.example aligned - -" },
  { "result/no-domain", 1, "Authentication-Results: mx.example.org; dkim=pass\n" OWN SIGNED, "none - - - -" },
  { "result/domain-in-capitals-and-dot", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.d=Sender.EXAMPLE.\n" OWN SIGNED,
    "pass sender.example aligned - -" },
  { "result/domain-as-u-label", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.d=b\xc3\xbc" "cher.example\n" OWN
    "DKIM-Signature: d=xn--bcher-kva.example; s=a; b=x\n", "pass xn--bcher-kva.example - - -" },
  { "result/domain-no-utf-8", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.d=\xff.example\n" OWN
    "DKIM-Signature: d=\xff.example; s=a; b=x\n", "none - - - -" },
  { "result/dkim-adsp-is-another-method", 1,
    "Authentication-Results: mx.example.org; dkim-adsp=pass header.d=sender.example\n" OWN SIGNED, "none - - - -" },

  /* The signature itself. */
  { "signature/not-in-the-header", 1, PASS OWN, "none - - - -" },
  { "signature/of-another-domain", 1, PASS OWN "DKIM-Signature: d=other.example; s=mail; b=x\n", "none - - - -" },
  { "signature/of-another-selector", 1, PASS OWN "DKIM-Signature: d=sender.example; s=other; b=x\n", "none - - - -" },
  { "signature/b-begins-so", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example header.b=\"AbCdEfGh\"\n" OWN SIGNED,
    "pass sender.example aligned - -" },
  { "signature/b-begins-otherwise", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example header.b=XbCdEfGh\n" OWN SIGNED,
    "none - - - -" },
  { "signature/with-l", 1, PASS OWN "DKIM-Signature: d=sender.example; s=mail; l=100; b=x\n", "none - - - -" },
  { "signature/with-l-and-space", 1, PASS OWN "DKIM-Signature: d=sender.example;s=mail;b=x;\t l =\t 0\n",
    "none - - - -" },
  { "signature/with-l-beside-one-without", 1,
    PASS OWN SIGNED "DKIM-Signature: d=sender.example; s=mail; l=1; b=x\n", "none - - - -" },
  { "signature/with-l-of-another-selector", 1,
    PASS OWN SIGNED "DKIM-Signature: d=sender.example; s=other; l=1; b=x\n", "pass sender.example aligned - -" },
  { "signature/with-l-told-apart-by-b", 1,
    "Authentication-Results: mx.example.org; dkim=pass header.d=sender.example header.b=AbCd\n" OWN SIGNED
    "DKIM-Signature: d=sender.example; s=mail; l=1; b=xyz\n", "pass sender.example aligned - -" },
  { "signature/l-in-capitals-is-no-tag", 1, PASS OWN "DKIM-Signature: d=sender.example; s=mail; L=1; b=x\n",
    "pass sender.example aligned - -" },
};

static const char author[] = "Sender.Example";

typedef struct {
  const char *signer;
  const char *author;
  gboolean vouches;
} AlignmentCase;

static const AlignmentCase alignment_cases[] = {
  { "example.org", "example.org", TRUE },
  { "Example.ORG.", "example.org", TRUE },
  { "example.org..", "example.org", TRUE },
  { "b\xc3\xbc" "cher.example\xe3\x80\x82", "xn--bcher-kva.example", TRUE },
  { "example.org", "mail.example.org", TRUE },
  { "example.org", "a.b.example.org", TRUE },
  { "b\xc3\xbc" "cher.example", "mail.xn--bcher-kva.example", TRUE },
  { "mail.example.org", "example.org", FALSE },
  { "a.example.org", "b.example.org", FALSE },
  { "example.org", "badexample.org", FALSE },
  { "org", "example.org", FALSE },
  { "org", "org", FALSE },
  { "org.", "example.org", FALSE },
  { ".org", "example.org", FALSE },
  { "..org", "a...org", FALSE },
  { "example..org", "example..org", FALSE },
  { "", "", FALSE },
  { ".", ".", FALSE },
  { "example.org", NULL, FALSE },
  { NULL, "example.org", FALSE },
  { NULL, NULL, FALSE },
  { "Example Inc.", "Example Inc.", FALSE },
  { "[192.0.2.1]", "[192.0.2.1]", FALSE },
};
/* clang-format on */

static TlsrptEnvelope *
envelope_of (const char *header)
{
  TlsrptEnvelope *envelope = tlsrpt_envelope_new ();
  g_auto (GStrv) lines = g_strsplit (header, "\n", -1);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    char *colon = strstr (lines[i], ": ");
    TlsrptField field;

    g_assert_nonnull (colon);
    field.name = g_strndup (lines[i], (gsize)(colon - lines[i]));
    field.value = g_strdup (colon + 2);
    g_array_append_val (envelope->trace, field);
  }
  return envelope;
}

static char *
write_out (const TlsrptVerdict *verdict)
{
  return g_strdup_printf ("%s %s %s %s %s", verdict->dkim_result,
                          verdict->dkim_domain != NULL ? verdict->dkim_domain : "-",
                          verdict->dkim_aligned ? "aligned" : "-",
                          verdict->spf_result != NULL ? verdict->spf_result : "-",
                          verdict->dmarc_result != NULL ? verdict->dmarc_result : "-");
}

/* @trusted_hops negative: the service writes below that many. */
static void
assert_verdict (const char *header, int trusted_hops, const char *expected)
{
  g_autoptr (TlsrptEnvelope) envelope = envelope_of (header);
  TlsrptOwnService service = { .authserv_id = "mx.example.org",
                               .trusted_hops = (guint)ABS (trusted_hops),
                               .below = trusted_hops < 0 };
  g_autoptr (TlsrptVerdict) verdict = tlsrpt_verdict_read (envelope, &service, author);
  g_autofree char *found = write_out (verdict);

  g_assert_cmpstr (found, ==, expected);
}

static void
judges_header (gconstpointer data)
{
  const HeaderCase *row = data;

  assert_verdict (row->header, row->trusted_hops, row->verdict);
}

/* A signature with `l` behind more signatures than are looked at must not hide. */
static void
caps_signatures (void)
{
  g_autoptr (GString) header = g_string_new (PASS OWN SIGNED);

  for (guint i = 1; i < 64; i++)
    g_string_append (header, "DKIM-Signature: d=other.example; s=a; b=x\n");
  assert_verdict (header->str, 1, "pass sender.example aligned - -");
  g_string_append (header, "DKIM-Signature: d=other.example; s=a; b=x\n");
  assert_verdict (header->str, 1, "none - - - -");
  g_string_append (header, "DKIM-Signature: d=sender.example; s=mail; l=1; b=x\n");
  assert_verdict (header->str, 1, "none - - - -");
}

static void
takes_a_thousand_fields (void)
{
  g_autoptr (GString) header = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++)
    g_string_append (header, "Authentication-Results: other.example; dkim=pass\n");
  g_string_append (header, PASS OWN SIGNED);
  assert_verdict (header->str, 1, "pass sender.example aligned - -");
  for (guint i = 0; i < 1000; i++)
    g_string_prepend (header, INNER);
  assert_verdict (header->str, 1001, "pass sender.example aligned - -");
}

static void
takes_a_thousand_results (void)
{
  g_autoptr (GString) header = g_string_new ("Authentication-Results: mx.example.org");

  for (guint i = 0; i < 1000; i++)
    g_string_append (header, "; dkim=pass header.d=sender.example");
  g_string_append (header, "\n" PASS OWN SIGNED);
  assert_verdict (header->str, 1, "none - - - -");
}

static void
aligns (gconstpointer data)
{
  const AlignmentCase *row = data;

  g_assert_cmpint (tlsrpt_alignment_vouches (row->signer, row->author), ==, row->vouches);
  if (row->vouches)
    g_assert_true (tlsrpt_alignment_relaxed (row->author, row->signer));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (header_cases); i++) {
    g_autofree char *path = g_strconcat ("/verdict/", header_cases[i].name, NULL);
    g_test_add_data_func (path, &header_cases[i], judges_header);
  }
  for (guint i = 0; i < G_N_ELEMENTS (alignment_cases); i++) {
    g_autofree char *path = g_strdup_printf ("/alignment/%u", i);
    g_test_add_data_func (path, &alignment_cases[i], aligns);
  }
  g_test_add_func ("/verdict/signature/at-the-cap-and-one-past-it", caps_signatures);
  g_test_add_func ("/verdict/place/a-thousand-fields", takes_a_thousand_fields);
  g_test_add_func ("/verdict/result/a-thousand-results", takes_a_thousand_results);
  return g_test_run ();
}
