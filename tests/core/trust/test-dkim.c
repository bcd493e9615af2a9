/* SPDX-License-Identifier: GPL-3.0-or-later
 * DKIM by the examples of its RFCs, by tables of what each part must refuse, and at every cap. Messages
 * that other programs signed are in tests/trust/test-dkim.py. */
#include "core/trust/dkim.h"

#include "core/limits.h"
#include "core/trust/dkim-canonical.h"
#include "core/trust/dkim-crypto.h"
#include "core/trust/dkim-key.h"
#include "core/trust/dkim-message.h"
#include "core/trust/dkim-tags.h"

#include <string.h>

/* RFC 6376 appendix A.2 */
#define MAIL_6376                                                                                  \
  "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\n"                                \
  "      c=simple/simple; q=dns/txt; i=joe@football.example.com;\n"                                \
  "      h=Received : From : To : Subject : Date : Message-ID;\n"                                  \
  "      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n"                                       \
  "      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\n"                                 \
  "      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\n"                                   \
  "      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\n"                                   \
  "      4bmp/YzhwvcubU4=;\n"                                                                      \
  "Received: from client1.football.example.com  [192.0.2.1]\n"                                     \
  "      by submitserver.example.com with SUBMISSION;\n"                                           \
  "      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\n" MAIL_TEXT

/* RFC 8463 appendix A.3 */
#define SIGNATURE_ED25519                                                                          \
  "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\n"                                    \
  " d=football.example.com; i=@football.example.com;\n"                                            \
  " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\n"                                          \
  " subject : date : message-id : from : subject : date;\n"                                        \
  " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n"                                            \
  " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\n"                                  \
  " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\n"
#define SIGNATURE_RSA                                                                              \
  "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n"                                        \
  " d=football.example.com; i=@football.example.com;\n"                                            \
  " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\n"                                    \
  " date : message-id : from : subject : date;\n"                                                  \
  " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n"                                            \
  " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\n"                                  \
  " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\n"                                  \
  " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\n"

#define MAIL_TEXT                                                                                  \
  "From: Joe SixPack <joe@football.example.com>\n"                                                 \
  "To: Suzie Q <suzie@shopping.example.net>\n"                                                     \
  "Subject: Is dinner ready?\n"                                                                    \
  "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\n"                                                  \
  "Message-ID: <20030712040037.46341.5F8J@football.example.com>\n"                                 \
  "\n"                                                                                             \
  "Hi.\n\nWe lost the game. Are you hungry yet?\n\nJoe.\n"

/* The keys of both, published in their appendices. */
#define KEY_6376                                                                                   \
  "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/"       \
  "zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/"                 \
  "NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
#define KEY_ED25519 "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define POINT "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define KEY_RSA                                                                                    \
  "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qh"     \
  "dR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hst"     \
  "T5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
#define WEAK "the key has less than 2048 bits (RFC 8301)"

/* Signed with the Ed25519 key above, over From, Subject and the body `Hi.`. */
#define OPEN_SIGNATURE(tags)                                                                       \
  "DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; d=football.example.com;\n"              \
  " s=brisbane; h=from:subject; " tags " bh=UrA8rmgY3eNBotmDWtzAmHyn5RyZv8Gea45sNGsP0zw=; b="
#define SHORT_MAIL "\nFrom: <a@football.example.com>\nSubject: s\n\nHi.\n"
#define MAIL_EXPIRES                                                                               \
  OPEN_SIGNATURE ("t=1700000000; x=1700000001;")                                                   \
  "bm8xQ9rwd1z2PrL36VJPCB/"                                                                        \
  "WX0N144cN7PI7vLAYSgOaeall11nWo77kNGs1Kkn0e5gPv5WZk5qSFts32M4AAQ==" SHORT_MAIL
#define MAIL_OF_TOMORROW                                                                           \
  OPEN_SIGNATURE ("t=4000000000;")                                                                 \
  "AeUWK8+jGA+Nwn1lxCQNeP1iOPflqSC2ozFY9izlQ8f/"                                                   \
  "n01I9xa82oDPQkFaqNiBYUDxVx4DptjPBsaQvGXtCw==" SHORT_MAIL
#define MAIL_BELOW                                                                                 \
  OPEN_SIGNATURE ("i=@a.football.example.com;")                                                    \
  "FENREXMKb16C8rhsB0TnO0FisQnlaYaHYPHhptQGU4EQOfU49xtFXrZV2W7EypWh1YcG3RuHn3WIAWU302YoAw="        \
  "=" SHORT_MAIL
#define MAIL_PARTIAL                                                                               \
  OPEN_SIGNATURE ("l=5;")                                                                          \
  "Lgasuvupm1MzfuXDUbf0CQ4nrPNaC482Z8MLw0qkQXQZxQa1mQ1fLWav2FZIwNJk2mELbfw6jF8ohZHur6XLBw="        \
  "=" SHORT_MAIL

#define SOME_TIME 1700000000

static const char *const words[] = {
  [TLSRPT_DKIM_NONE] = "none",
  [TLSRPT_DKIM_FAIL] = "fail",
  [TLSRPT_DKIM_TEMPERROR] = "temperror",
  [TLSRPT_DKIM_PASS] = "pass",
};

/* The DNS of a case: each name has these records. */
static const TlsrptDkimAnswer *
look_up (const char *name, gpointer data)
{
  g_assert_true (g_str_has_suffix (name, ".example.com"));
  return data;
}

/* Verdicts as `result domain: why`, a line each. */
static char *
judge_bytes (GBytes *bytes, gint64 received_at, const TlsrptDkimAnswer *answer)
{
  g_autoptr (TlsrptDkim) dkim = tlsrpt_dkim_read (bytes);
  GString *text = g_string_new (NULL);
  const GArray *verdicts;

  tlsrpt_dkim_verify (dkim, received_at, look_up, (gpointer)answer);
  verdicts = tlsrpt_dkim_verdicts (dkim);
  for (guint i = 0; i < verdicts->len; i++) {
    const TlsrptDkimVerdict *verdict = &g_array_index (verdicts, TlsrptDkimVerdict, i);

    g_string_append_printf (text, "%s%s %s: %s", i > 0 ? "\n" : "", words[verdict->result],
                            verdict->domain != NULL ? verdict->domain : "-",
                            verdict->why != NULL ? verdict->why : "-");
  }
  return g_string_free (text, FALSE);
}

static char *
judge (const char *message, gint64 received_at, const char *const *records)
{
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  TlsrptDkimAnswer answer = { .is_known = records != NULL, .records = (char **)records };

  return judge_bytes (bytes, received_at, &answer);
}

static char *
replace (const char *text, const char *old, const char *new)
{
  g_auto (GStrv) pieces = g_strsplit (text, old, -1);

  g_assert_cmpuint (g_strv_length (pieces), >, 1);
  return g_strjoinv (new, pieces);
}

typedef struct {
  const char *name;
  const char *message;
  const char *record; /* NULL: nobody can be asked; "": there is none */
  const char *verdicts;
} MessageCase;

/* clang-format off */
static const MessageCase message_cases[] = {
  { "rfc6376-appendix-a2", MAIL_6376, KEY_6376, "pass example.com: " WEAK },
  { "rfc8463-appendix-a3-ed25519", SIGNATURE_ED25519 MAIL_TEXT, KEY_ED25519, "pass football.example.com: -" },
  { "rfc8463-appendix-a3-rsa", SIGNATURE_RSA MAIL_TEXT, KEY_RSA, "pass football.example.com: " WEAK },
  { "several-signatures", SIGNATURE_ED25519 SIGNATURE_RSA MAIL_TEXT, KEY_ED25519,
    "pass football.example.com: -\nfail football.example.com: the key is of another kind than the signature says" },
  { "no-signature", MAIL_TEXT, KEY_RSA, "" },
  { "leading-from-line", "From a@b Mon Jan  1 00:00:00 2024\n" MAIL_6376, KEY_6376, "pass example.com: " WEAK },
  { "key-of-somebody-else", MAIL_6376, KEY_RSA,
    "fail example.com: the header is not what was signed, or not by the published key" },
  { "testing-mode-vouches", MAIL_6376, KEY_6376 "; t=y", "pass example.com: " WEAK },
  { "testing-mode-does-not-accuse", MAIL_6376, KEY_RSA "; t=y",
    "none example.com: the header is not what was signed, or not by the published key" },
  { "no-such-key", MAIL_6376, "", "fail example.com: there is no such key in the DNS" },
  { "no-name-server", MAIL_6376, NULL, "temperror example.com: the key cannot be looked up now" },
  { "i-below-d", MAIL_BELOW, KEY_ED25519, "pass football.example.com: -" },
  { "i-below-d-with-a-strict-key", MAIL_BELOW, KEY_ED25519 "; t=s",
    "fail football.example.com: the key is not for a domain below d (t=s)" },
  { "i-is-d-with-a-strict-key", SIGNATURE_ED25519 MAIL_TEXT, KEY_ED25519 "; t=y:s", "pass football.example.com: -" },
  { "l-is-no-signature", MAIL_PARTIAL, KEY_ED25519,
    "none football.example.com: the signature has an l, which RFC 8460 forbids" },
  { "made-in-the-future", MAIL_OF_TOMORROW, KEY_ED25519, "pass football.example.com: -" },
  /* What a stranger adds to a header so that it is read otherwise. */
  { "second-from", "From: <a@example.net>\n" MAIL_6376, KEY_6376, "fail -: the header has several From fields" },
  { "second-content-type", "Content-Type: text/plain\ncontent-type: application/tlsrpt+json\n" MAIL_6376, KEY_6376,
    "fail -: the header says twice how to decode its body" },
  { "line-that-is-no-field", "--boundary\n" MAIL_6376, KEY_6376, "fail -: the header has a line that is no field" },
  { "space-before-the-colon", "Content-Type : a/b\n" MAIL_6376, KEY_6376, "fail -: the header has a line that is no field" },
  { "eight-bit-name", "\xc3\xa4: b\n" MAIL_6376, KEY_6376, "fail -: the header has a line that is no field" },
  { "blank-line-inside", "X: y\n \t\n" MAIL_6376, KEY_6376, "fail -: the header has a line that is no field" },
  { "begins-with-a-continuation", " x: y\n" MAIL_6376, KEY_6376, "fail -: the header has a line that is no field" },
  { "bare-cr", "X: y\rContent-Type: a/b\r\r{}\n" MAIL_6376, KEY_6376, "fail -: the header has a bare CR or a NUL" },
  { "bare-cr-before-the-header", "From a\rX: y\n" MAIL_6376, KEY_6376,
    "fail -: the line before the header has a bare CR or a NUL" },
  { "no-header", "\n", KEY_6376, "" },
  { "empty", "", KEY_6376, "" },
};
/* clang-format on */

static void
judges_message (gconstpointer data)
{
  const MessageCase *row = data;
  const char *records[] = { row->record != NULL && *row->record != '\0' ? row->record : NULL,
                            NULL };
  g_autofree char *by_lf = judge (row->message, SOME_TIME, row->record != NULL ? records : NULL);
  g_autofree char *crlf =
      *row->message != '\0' ? replace (row->message, "\n", "\r\n") : g_strdup ("");
  g_autofree char *by_crlf = judge (crlf, SOME_TIME, row->record != NULL ? records : NULL);

  g_assert_cmpstr (by_lf, ==, row->verdicts);
  g_assert_cmpstr (by_crlf, ==, row->verdicts);
}

typedef struct {
  const char *name;
  const char *old;
  const char *new;
  const char *why;
} ChangeCase;

/* clang-format off */
static const ChangeCase change_cases[] = {
  { "without-v", "v=1; ", "", "the signature is not of version 1" },
  { "another-v", "v=1;", "v=2;", "the signature is not of version 1" },
  { "without-a", "a=ed25519-sha256; ", "", "the signature has no a" },
  { "rsa-sha1", "a=ed25519-sha256", "a=rsa-sha1", "the signature uses rsa-sha1, which is no longer valid (RFC 8301)" },
  { "another-a", "a=ed25519-sha256", "a=ed448", "the signature uses an unknown algorithm" },
  { "another-c", "c=relaxed/relaxed", "c=relaxed/nowsp", "the signature's canonical form is not known" },
  { "empty-c", "c=relaxed/relaxed", "c=", "the signature's canonical form is not known" },
  { "relaxed-header-simple-body", "c=relaxed/relaxed", "c=relaxed", "the header is not what was signed, or not by the published key" },
  { "without-d", " d=football.example.com;", "", "the signature has no d or s" },
  { "without-s", " s=brisbane;", "", "the signature has no d or s" },
  { "d-is-no-name", "d=football.example.com;", "d=foot ball..example.com;", "the signature's d or s is no domain name" },
  { "s-is-no-name", "s=brisbane;", "s=bris*bane;", "the signature's d or s is no domain name" },
  { "h-without-from", "h=from : to :\n subject : date : message-id : from :", "h=to : subject :", "the signature does not cover From" },
  { "without-h", "h=from : to :\n subject : date : message-id : from : subject : date;", "", "the signature does not cover From" },
  { "i-beside-d", "i=@football.example.com", "i=@example.com", "the signature's i is neither d nor below it" },
  { "i-that-ends-like-d", "i=@football.example.com", "i=@afootball.example.com", "the signature's i is neither d nor below it" },
  { "i-without-at", "i=@football.example.com", "i=football.example.com", "the signature's i is neither d nor below it" },
  { "another-q", "q=dns/txt", "q=http", "the signature's key is not in the DNS" },
  { "t-is-no-time", "t=1528637909", "t=now", "the signature's t or x is no time" },
  { "t-of-13-digits", "t=1528637909", "t=1528637909000", "the signature's t or x is no time" },
  { "x-is-negative", "t=1528637909", "x=-1", "the signature's t or x is no time" },
  { "x-is-t", "t=1528637909", "t=1528637909; x=1528637909", "the signature expires before it was made" },
  { "x-long-past", "t=1528637909", "x=1528637909", "the signature has expired" },
  { "bh-is-no-base64", "bh=2j", "bh=?j", "the signature's b or bh is not base64" },
  { "bh-too-short", "bh=2jUS", "bh=", "the signature's bh is no SHA-256" },
  { "without-b", ";\n b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\n Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==", ";", "the signature's b or bh is not base64" },
  { "b-cut", "eXdp1Q1Dw==", "eXdp1Q1", "the header is not what was signed, or not by the published key" },
  { "tag-twice", "s=brisbane;", "s=brisbane; s=brisbane;", "the signature field breaks its grammar (RFC 6376)" },
  { "tag-without-equals", "s=brisbane;", "s=brisbane; flag;", "the signature field breaks its grammar (RFC 6376)" },
  { "body-altered", "hungry", "angry", "the body is not what was signed" },
  { "body-longer", "Joe.\n", "Joe.\n.\n", "the body is not what was signed" },
  { "body-shorter", "\nJoe.\n", "", "the body is not what was signed" },
  { "from-altered", "From: Joe", "From: Jo", "the header is not what was signed, or not by the published key" },
  { "field-added-that-h-names-once-more", "Subject:", "Subject: x\nSubject:", "the header is not what was signed, or not by the published key" },
  { "field-taken-out", "To: Suzie Q <suzie@shopping.example.net>\n", "", "the header is not what was signed, or not by the published key" },
  /* What may change. */
  { "unknown-tag-changes-the-hash", "s=brisbane;", "s=brisbane; zz=1;", "the header is not what was signed, or not by the published key" },
  { "field-added-that-h-does-not-name", "From:", "X-Spam: no\nFrom:", NULL },
  { "field-added-once-that-h-names-once", "To: S", "To: x\nTo: S", NULL },
  { "white-space-in-the-header", "Subject: Is dinner", "Subject:   Is\n\tdinner ", NULL },
  { "name-in-capitals", "Subject:", "SUBJECT:", NULL },
  { "white-space-in-b", "b=/gCri", "b= /g\n\tCri", NULL },
  { "white-space-in-the-body", "the game. Are", "the \t game.  Are", NULL },
  { "white-space-at-line-ends", "Hi.\n", "Hi.  \t\n", NULL },
  { "empty-lines-at-the-end", "Joe.\n", "Joe.\n\n \n\n", NULL },
  { "no-line-end-at-the-end", "Joe.\n", "Joe.", NULL },
};
/* clang-format on */

static void
judges_change (gconstpointer data)
{
  const ChangeCase *row = data;
  const char *records[] = { KEY_ED25519, NULL };
  g_autofree char *changed = replace (SIGNATURE_ED25519 MAIL_TEXT, row->old, row->new);
  g_autofree char *verdict = judge (changed, SOME_TIME, records);
  g_autofree char *expected = row->why == NULL
                                  ? g_strdup ("pass football.example.com: -")
                                  : g_strdup_printf ("fail %s: %s",
                                                     strstr (row->why, "d or s") != NULL ||
                                                             strstr (row->why, "grammar") != NULL
                                                         ? "-"
                                                         : "football.example.com",
                                                     row->why);

  g_assert_cmpstr (verdict, ==, expected);
}

/* A day is forgiven; one second more is not. */
static void
expires_after_the_slack (void)
{
  const char *records[] = { KEY_ED25519, NULL };
  g_autofree char *last = judge (MAIL_EXPIRES, 1700000001 + 86400, records);
  g_autofree char *late = judge (MAIL_EXPIRES, 1700000002 + 86400, records);

  g_assert_cmpstr (last, ==, "pass football.example.com: -");
  g_assert_cmpstr (late, ==, "fail football.example.com: the signature has expired");
}

typedef struct {
  const char *name;
  const char *record;
  const char *why;
} KeyCase;

/* clang-format off */
static const KeyCase key_cases[] = {
  { "without-v", "k=ed25519; p=" POINT, NULL },
  { "v-not-first", "k=ed25519; v=DKIM1; p=" POINT, "the record is no DKIM key record" },
  { "v-of-something-else", "v=spf1; k=ed25519; p=" POINT, "the record is no DKIM key record" },
  { "spf", "v=spf1 -all", "the record is no DKIM key record" },
  { "empty", "", "the key record has no p" },
  { "service-any", "k=ed25519; s=*; p=" POINT, NULL },
  { "service-email", "k=ed25519; s=email; p=" POINT, NULL },
  { "service-tlsrpt", "k=ed25519; s=tlsrpt; p=" POINT, NULL },
  { "service-several", "k=ed25519; s=other : TLSRPT; p=" POINT, NULL },
  { "service-other", "k=ed25519; s=other; p=" POINT, "the key is for another service than email or tlsrpt" },
  { "service-that-begins-alike", "k=ed25519; s=tlsrpt2; p=" POINT, "the key is for another service than email or tlsrpt" },
  { "service-empty", "k=ed25519; s=; p=" POINT, "the key is for another service than email or tlsrpt" },
  { "hash-sha256", "k=ed25519; h=sha1:sha256; p=" POINT, NULL },
  { "hash-sha1-alone", "k=ed25519; h=sha1; p=" POINT, "the key is not for sha256" },
  { "revoked", "v=DKIM1; p=", "the key has been revoked" },
  { "without-p", "v=DKIM1; k=rsa", "the key record has no p" },
  { "p-is-no-base64", "k=ed25519; p=#", "the key record's p is not base64" },
  { "p-without-padding", "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo", NULL },
  { "p-with-white-space", "k=ed25519; p=11qYAYKxCrfVS/7TyWQ HOg7hcvPapiMlrwIaaPcHURo=", NULL },
  { "another-kind", "k=ed448; p=" POINT, "the key is of an unknown kind" },
  { "ed25519-too-short", "k=ed25519; p=AAAA", "the key record has no Ed25519 key in its p" },
  { "rsa-by-default", KEY_6376, NULL },
  { "rsa-that-is-ed25519", "k=rsa; p=" POINT, "the key record has no RSA key in its p" },
  { "rsa-cut", "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/", "the key record has no RSA key in its p" },
  { "unknown-tags", "v=DKIM1; n=note; g=*; k=ed25519; zz=; p=" POINT ";", NULL },
};
/* clang-format on */

static void
reads_key (gconstpointer data)
{
  const KeyCase *row = data;
  const char *why;
  g_autoptr (TlsrptDkimKey) key = tlsrpt_dkim_key_read (row->record, &why);

  g_assert_cmpstr (why, ==, row->why);
  g_assert_cmpint (key != NULL, ==, row->why == NULL);
}

/* A number in DER. */
static void
append_der (GByteArray *der, guint8 tag, const guint8 *content, gsize length)
{
  const guint8 head[] = { tag, 0x82, (guint8)(length >> 8), (guint8)length };

  g_byte_array_append (der, head, sizeof head);
  g_byte_array_append (der, content, (guint)length);
}

/* A record with an RSAPublicKey whose modulus has @bits, its exponent @exponent_bytes. */
static char *
rsa_record (guint bits, guint exponent_bytes)
{
  g_autoptr (GByteArray) numbers = g_byte_array_new ();
  g_autoptr (GByteArray) der = g_byte_array_new ();
  g_autofree guint8 *modulus = g_malloc0 (bits / 8 + 2);
  g_autofree guint8 *exponent = g_malloc0 (exponent_bytes + 1);
  g_autofree char *text = NULL;

  memset (modulus + 1, 0xff, bits / 8 + 1);
  modulus[1] = (guint8)((1u << bits % 8) - 1);
  exponent[exponent_bytes] = 3;
  exponent[1] |= 1;
  append_der (numbers, 0x02, modulus, bits / 8 + 2);
  append_der (numbers, 0x02, exponent, exponent_bytes + 1);
  append_der (der, 0x30, numbers->data, numbers->len);
  text = g_base64_encode (der->data, der->len);
  return g_strconcat ("p=", text, NULL);
}

typedef struct {
  guint bits;
  guint exponent_bytes;
  const char *why;
} SizeCase;

static const SizeCase size_cases[] = {
  { 1023, 3, "the key has less than 1024 bits (RFC 8301)" },
  { 1024, 3, NULL },
  { 8192, 8, NULL },
  { 8193, 3, "the key is too large to be checked" },
  { 2048, 9, "the key is too large to be checked" },
};

static void
reads_key_sizes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (size_cases); i++) {
    const SizeCase *row = &size_cases[i];
    g_autofree char *record = rsa_record (row->bits, row->exponent_bytes);
    const char *why;
    g_autoptr (TlsrptDkimKey) key = tlsrpt_dkim_key_read (record, &why);

    g_assert_cmpstr (why, ==, row->why);
    if (key != NULL)
      g_assert_cmpuint (key->bits, ==, row->bits);
  }
}

static void
collect (const char *bytes, gsize length, gpointer data)
{
  g_assert_cmpuint (length, >, 0);
  g_string_append_len (data, bytes, (gssize)length);
}

typedef struct {
  const char *name;
  TlsrptDkimForm form;
  const char *body;
  const char *canonical;
} BodyCase;

/* clang-format off */
static const BodyCase body_cases[] = {
  { "rfc6376-example-1-relaxed", TLSRPT_DKIM_RELAXED, " C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n" },
  { "rfc6376-example-2-simple", TLSRPT_DKIM_SIMPLE, " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n" },
  { "empty-simple", TLSRPT_DKIM_SIMPLE, "", "\r\n" },
  { "empty-relaxed", TLSRPT_DKIM_RELAXED, "", "" },
  { "empty-lines-simple", TLSRPT_DKIM_SIMPLE, "\r\n\r\n", "\r\n" },
  { "empty-lines-relaxed", TLSRPT_DKIM_RELAXED, "\r\n \r\n", "" },
  { "blank-line-simple", TLSRPT_DKIM_SIMPLE, "a\r\n \r\n", "a\r\n \r\n" },
  { "blank-line-relaxed", TLSRPT_DKIM_RELAXED, "a\r\n \r\n", "a\r\n" },
  { "no-line-end-simple", TLSRPT_DKIM_SIMPLE, "a", "a\r\n" },
  { "no-line-end-relaxed", TLSRPT_DKIM_RELAXED, "a ", "a\r\n" },
  { "bare-lf", TLSRPT_DKIM_SIMPLE, "a\n\nb\n\n", "a\r\n\r\nb\r\n" },
  { "mixed-line-ends", TLSRPT_DKIM_RELAXED, "a\r\nb\nc\r\n", "a\r\nb\r\nc\r\n" },
  { "bare-cr-is-text", TLSRPT_DKIM_SIMPLE, "a\rb\r\n", "a\rb\r\n" },
  { "cr-before-crlf-is-text", TLSRPT_DKIM_SIMPLE, "a\r\r\n", "a\r\r\n" },
  { "empty-lines-first", TLSRPT_DKIM_SIMPLE, "\n\na\n", "\r\n\r\na\r\n" },
  { "blanks-first", TLSRPT_DKIM_RELAXED, " \t a\n", " a\r\n" },
};

static const BodyCase field_cases[] = {
  { "rfc6376-example-1-a", TLSRPT_DKIM_RELAXED, "A: X\r\n", "a:X" },
  { "rfc6376-example-1-b", TLSRPT_DKIM_RELAXED, "B : Y\t\r\n\tZ  \r\n", "b:Y Z" },
  { "rfc6376-example-2-a", TLSRPT_DKIM_SIMPLE, "A: X\r\n", "A: X" },
  { "rfc6376-example-2-b", TLSRPT_DKIM_SIMPLE, "B : Y\t\r\n\tZ  \r\n", "B : Y\t\r\n\tZ  " },
  { "bare-lf-simple", TLSRPT_DKIM_SIMPLE, "A: X\n Y\n", "A: X\r\n Y" },
  { "bare-lf-relaxed", TLSRPT_DKIM_RELAXED, "A: X\n Y\n", "a:X Y" },
  { "empty-value", TLSRPT_DKIM_RELAXED, "A:\r\n", "a:" },
  { "blank-value", TLSRPT_DKIM_RELAXED, "A: \t \r\n", "a:" },
  { "value-on-the-second-line", TLSRPT_DKIM_RELAXED, "A:\r\n X\r\n", "a:X" },
  { "value-with-colons", TLSRPT_DKIM_RELAXED, "A: b : c\r\n", "a:b : c" },
  { "no-line-end", TLSRPT_DKIM_SIMPLE, "A: X", "A: X" },
};
/* clang-format on */

static void
makes_canonical_body (gconstpointer data)
{
  const BodyCase *row = data;
  g_autoptr (GString) found = g_string_new (NULL);

  tlsrpt_dkim_canonical_body (row->form, row->body, strlen (row->body), collect, found);
  g_assert_cmpstr (found->str, ==, row->canonical);
}

static void
makes_canonical_field (gconstpointer data)
{
  const BodyCase *row = data;
  g_autoptr (GString) found = g_string_new (NULL);

  tlsrpt_dkim_canonical_field (row->form, row->body, strlen (row->body), collect, found);
  g_assert_cmpstr (found->str, ==, row->canonical);
}

/* @n times @piece, then @end. */
static char *
repeat (const char *piece, guint n, const char *end)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  g_string_append (text, end);
  return g_string_free (text, FALSE);
}

static guint
count_verdicts (const char *message)
{
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  g_autoptr (TlsrptDkim) dkim = tlsrpt_dkim_read (bytes);
  TlsrptDkimAnswer answer = { .is_known = TRUE };

  tlsrpt_dkim_verify (dkim, SOME_TIME, look_up, &answer);
  return tlsrpt_dkim_verdicts (dkim)->len;
}

/* The eighth counts, the ninth does not. */
static void
looks_at_no_more_signatures (void)
{
  const char *records[] = { KEY_6376, NULL };
  g_autofree char *last = repeat ("DKIM-Signature: x\n", 7, MAIL_6376);
  g_autofree char *beyond = repeat ("DKIM-Signature: x\n", 8, MAIL_6376);
  g_autofree char *many = repeat ("DKIM-Signature: x\n", 200, MAIL_6376);
  g_autofree char *last_verdict = judge (last, SOME_TIME, records);
  g_autofree char *beyond_verdict = judge (beyond, SOME_TIME, records);

  g_assert_nonnull (strstr (last_verdict, "pass example.com"));
  g_assert_null (strstr (beyond_verdict, "pass"));
  g_assert_cmpuint (count_verdicts (last), ==, 8);
  g_assert_cmpuint (count_verdicts (beyond), ==, 8);
  g_assert_cmpuint (count_verdicts (many), ==, 8);
}

static void
tries_no_more_records (void)
{
  const char *records[6] = { NULL };
  g_autofree char *last = NULL;
  g_autofree char *beyond = NULL;

  for (guint i = 0; i < 4; i++)
    records[i] = "v=spf1 -all";
  records[4] = KEY_6376;
  beyond = judge (MAIL_6376, SOME_TIME, records);
  last = judge (MAIL_6376, SOME_TIME, records + 1);
  g_assert_cmpstr (last, ==, "pass example.com: " WEAK);
  g_assert_cmpstr (beyond, ==, "fail example.com: the record is no DKIM key record");
}

static void
reads_no_longer_record (void)
{
  g_autofree char *padding = g_strnfill (8192 - strlen (KEY_6376 ";n="), 'n');
  g_autofree char *longest = g_strconcat (KEY_6376, ";n=", padding, NULL);
  g_autofree char *longer = g_strconcat (longest, "n", NULL);
  const char *records[] = { longest, NULL };
  g_autofree char *last = judge (MAIL_6376, SOME_TIME, records);
  g_autofree char *beyond = NULL;

  records[0] = longer;
  beyond = judge (MAIL_6376, SOME_TIME, records);
  g_assert_cmpstr (last, ==, "pass example.com: " WEAK);
  g_assert_cmpstr (beyond, ==, "fail example.com: the key record is too long");
}

static void
reads_no_more_tags (void)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autoptr (GArray) last = NULL;
  g_autoptr (GArray) beyond = NULL;

  for (guint i = 0; i < 64; i++)
    g_string_append_printf (list, "a%u=%u;", i, i);
  last = tlsrpt_dkim_tags_read (list->str, list->len);
  g_string_append (list, "b=1");
  beyond = tlsrpt_dkim_tags_read (list->str, list->len);
  g_assert_nonnull (last);
  g_assert_cmpuint (last->len, ==, 64);
  g_assert_null (beyond);
}

/* A name without a field is for nothing: relaxed, 10,000 of them change the signature's own field. */
static void
takes_ten_thousand_names (void)
{
  g_autofree char *names = repeat ("x:", 10000, "from : to :");
  g_autofree char *message = replace (SIGNATURE_ED25519 MAIL_TEXT, "from : to :", names);
  const char *records[] = { KEY_ED25519, NULL };
  g_autofree char *verdict = judge (message, SOME_TIME, records);

  g_assert_cmpstr (verdict, ==,
                   "fail football.example.com: the header is not what was signed, or not by the "
                   "published key");
}

static void
reads_no_longer_field (void)
{
  const char *records[] = { KEY_ED25519, NULL };
  gsize head = strlen (SIGNATURE_ED25519) - 1;

  for (guint past = 0; past <= 1; past++) {
    g_autofree char *blanks = g_strnfill (65536 - head - 1 + past, ' ');
    g_autofree char *field = g_strconcat ("b=", blanks, "/gCr", NULL);
    g_autofree char *message = replace (SIGNATURE_ED25519 MAIL_TEXT, "b=/gCr", field);
    g_autofree char *verdict = judge (message, SOME_TIME, records);

    g_assert_cmpstr (verdict, ==,
                     past ? "fail -: the signature field is too long"
                          : "pass football.example.com: -");
  }
}

/* The place of a key, SELECTOR._domainkey.football.example.com, has 253 bytes at most, each label 63. */
static void
takes_no_longer_name (void)
{
  const char *records[] = { KEY_ED25519, NULL };
  g_autofree char *label = g_strnfill (63, 'a');
  g_autofree char *three = g_strjoin (".", label, label, label, NULL);
  g_autofree char *rest = g_strnfill (29, 'a');
  g_autofree char *longest = g_strjoin (".", three, rest, NULL);
  const struct {
    const char *selector;
    const char *more;
    gboolean is_name;
  } cases[] = {
    { label, "", TRUE }, { label, "a", FALSE }, { longest, "", TRUE }, { longest, "a", FALSE }
  };

  g_assert_cmpuint (strlen (longest) + strlen ("._domainkey.football.example.com"), ==, 253);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *tag = g_strconcat ("s=", cases[i].selector, cases[i].more, ";", NULL);
    g_autofree char *message = replace (SIGNATURE_ED25519 MAIL_TEXT, "s=brisbane;", tag);
    g_autofree char *verdict = judge (message, SOME_TIME, records);

    g_assert_cmpint (strstr (verdict, "is no domain name") == NULL, ==, cases[i].is_name);
  }
}

static void
takes_a_megabyte (void)
{
  g_autofree char *long_field = repeat ("DKIM-Signature: a=b;", 50000, "\n" MAIL_6376);
  const char *records[] = { KEY_6376, NULL };
  g_autofree char *verdict = judge (long_field, SOME_TIME, records);

  g_assert_cmpuint (strlen (long_field), >, 1000000);
  g_assert_cmpstr (verdict, ==, "fail -: the signature field is too long\npass example.com: " WEAK);
}

static void
asks_for_each_key_once (void)
{
  const char *message = SIGNATURE_ED25519 SIGNATURE_ED25519 SIGNATURE_RSA MAIL_TEXT;
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  g_autoptr (TlsrptDkim) dkim = tlsrpt_dkim_read (bytes);
  g_auto (GStrv) names = tlsrpt_dkim_key_names (dkim);
  g_autofree char *joined = g_strjoinv (" ", names);

  g_assert_cmpstr (joined, ==,
                   "brisbane._domainkey.football.example.com test._domainkey.football.example.com");
}

/* A signature that fails by itself needs no question. */
static void
asks_for_no_key_without_need (void)
{
  g_autofree char *message = replace (MAIL_6376, "hungry", "angry");
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  g_autoptr (TlsrptDkim) dkim = tlsrpt_dkim_read (bytes);
  g_auto (GStrv) names = tlsrpt_dkim_key_names (dkim);

  g_assert_null (names[0]);
}

/* Any byte of what is signed, in the simple form, decides; in `b` there may be other white space. */
static void
any_byte_decides (void)
{
  const char *signed_from = strstr (MAIL_6376, "v=1");
  const char *records[] = { KEY_6376, NULL };
  TlsrptDkimAnswer answer = { .is_known = TRUE, .records = (char **)records };
  g_autofree char *message = g_strdup (MAIL_6376);

  for (gsize i = (gsize)(signed_from - MAIL_6376); i < strlen (MAIL_6376); i++) {
    g_autoptr (GBytes) bytes = NULL;
    g_autofree char *verdict = NULL;

    message[i] ^= 0x04;
    bytes = g_bytes_new_static (message, strlen (message));
    verdict = judge_bytes (bytes, SOME_TIME, &answer);
    g_assert_false (g_str_has_prefix (verdict, "pass"));
    message[i] ^= 0x04;
  }
}

static void
add_tables (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (message_cases); i++) {
    g_autofree char *path = g_strconcat ("/dkim/message/", message_cases[i].name, NULL);
    g_test_add_data_func (path, &message_cases[i], judges_message);
  }
  for (guint i = 0; i < G_N_ELEMENTS (change_cases); i++) {
    g_autofree char *path = g_strconcat ("/dkim/change/", change_cases[i].name, NULL);
    g_test_add_data_func (path, &change_cases[i], judges_change);
  }
  g_test_add_func ("/dkim/change/any-byte-decides", any_byte_decides);
}

static void
add_pure_tables (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (key_cases); i++) {
    g_autofree char *path = g_strconcat ("/dkim/key/", key_cases[i].name, NULL);
    g_test_add_data_func (path, &key_cases[i], reads_key);
  }
  for (guint i = 0; i < G_N_ELEMENTS (body_cases); i++) {
    g_autofree char *path = g_strconcat ("/dkim/canonical/body/", body_cases[i].name, NULL);
    g_test_add_data_func (path, &body_cases[i], makes_canonical_body);
  }
  for (guint i = 0; i < G_N_ELEMENTS (field_cases); i++) {
    g_autofree char *path = g_strconcat ("/dkim/canonical/field/", field_cases[i].name, NULL);
    g_test_add_data_func (path, &field_cases[i], makes_canonical_field);
  }
  g_test_add_func ("/dkim/key/sizes", reads_key_sizes);
  g_test_add_func ("/dkim/cap/tags", reads_no_more_tags);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_pure_tables ();
  if (!tlsrpt_dkim_crypto_is_built_in ())
    return g_test_run ();
  add_tables ();
  g_test_add_func ("/dkim/expires-after-the-slack", expires_after_the_slack);
  g_test_add_func ("/dkim/asks/each-key-once", asks_for_each_key_once);
  g_test_add_func ("/dkim/asks/no-key-without-need", asks_for_no_key_without_need);
  g_test_add_func ("/dkim/cap/signatures", looks_at_no_more_signatures);
  g_test_add_func ("/dkim/cap/records", tries_no_more_records);
  g_test_add_func ("/dkim/cap/record-bytes", reads_no_longer_record);
  g_test_add_func ("/dkim/cap/signature-bytes", reads_no_longer_field);
  g_test_add_func ("/dkim/cap/name-bytes-and-label-bytes", takes_no_longer_name);
  g_test_add_func ("/dkim/hostile/ten-thousand-names", takes_ten_thousand_names);
  g_test_add_func ("/dkim/hostile/signature-of-a-megabyte", takes_a_megabyte);
  return g_test_run ();
}
