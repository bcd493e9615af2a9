/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who reports, and whose a name is: each source of the answer, and both sides of each edge. */
#include "core/facts/reporter.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *name;
  const char *header_from;
  const char
      *dkim; /* result and signing domain, a blank between them; `gateway` for a pass of one */
  const char *submitter;
  const char *contact_info;
  const char *expected; /* basis and domain */
} Case;

#define FROM "noreply@sender.example"
#define CONTACT "tls@contact.example"

/* clang-format off */
static const Case cases[] = {
  { "signed-by-from", FROM, "pass sender.example", NULL, NULL, "dkim sender.example" },
  { "signed-by-the-domain-above", "noreply@mail.sender.example", "pass sender.example", NULL, NULL,
    "dkim mail.sender.example" },
  { "signed-by-a-domain-far-above", "noreply@a.b.c.sender.example", "pass sender.example", NULL, NULL,
    "dkim a.b.c.sender.example" },
  { "signed-in-capitals-with-a-dot", "noreply@Sender.Example.", "pass SENDER.EXAMPLE.", NULL, NULL,
    "dkim sender.example" },
  { "signed-as-a-label", "x@b\xc3\xbc" "cher.example", "pass xn--bcher-kva.example", NULL, NULL,
    "dkim xn--bcher-kva.example" },
  { "signed-from-below", FROM, "pass mail.sender.example", NULL, NULL, "from sender.example" },
  { "signed-from-beside", "noreply@a.sender.example", "pass b.sender.example", NULL, NULL,
    "from a.sender.example" },
  { "signed-by-a-stranger", FROM, "pass evil.example", NULL, NULL, "from sender.example" },
  { "signed-by-the-last-label", FROM, "pass example", NULL, NULL, "from sender.example" },
  { "signed-by-a-longer-label", FROM, "pass badsender.example", NULL, NULL, "from sender.example" },
  { "signed-by-its-end", "noreply@badsender.example", "pass sender.example", NULL, NULL, "from badsender.example" },
  { "signed-by-nothing", FROM, "pass ", NULL, NULL, "from sender.example" },
  { "signed-by-a-gateway-for-itself", "list@gateway.example", "gateway gateway.example", NULL, NULL,
    "from gateway.example" },
  { "signature-failed", FROM, "fail sender.example", NULL, NULL, "from sender.example" },
  { "signature-not-judged", FROM, "unknown sender.example", NULL, NULL, "from sender.example" },
  { "not-signed", FROM, "none", NULL, NULL, "from sender.example" },
  { "from-before-the-others", FROM, "none", "submitter.example", CONTACT, "from sender.example" },
  { "from-with-two-ats", "\"a@b.example\"@sender.example", "pass b.example", NULL, NULL, "from sender.example" },
  { "from-of-one-label", "root@localhost", "pass localhost", "submitter.example", NULL,
    "submitter submitter.example" },
  { "from-an-address-literal", "x@[192.0.2.1]", "pass 192.0.2.1", "submitter.example", NULL,
    "submitter submitter.example" },
  { "from-a-bare-address", "x@192.0.2.1", "pass 192.0.2.1", "submitter.example", NULL,
    "submitter submitter.example" },
  { "from-without-at", "noreply", "pass sender.example", "submitter.example", NULL, "submitter submitter.example" },
  { "from-ends-with-at", "noreply@", "pass sender.example", "submitter.example", NULL,
    "submitter submitter.example" },
  { "from-with-an-empty-label", "x@sender..example", "pass sender..example", "submitter.example", NULL,
    "submitter submitter.example" },
  { "signed-but-not-from", NULL, "pass submitter.example", "submitter.example", NULL, "submitter submitter.example" },
  { "submitter-before-contact", NULL, "none", "submitter.example", CONTACT, "submitter submitter.example" },
  { "submitter-is-a-name", NULL, "none", "example inc.", CONTACT, "contact-info contact.example" },
  { "contact", NULL, "none", NULL, CONTACT, "contact-info contact.example" },
  { "contact-with-a-name", NULL, "none", NULL, "TLS <tls@Contact.Example>, other@b.example",
    "contact-info contact.example" },
  { "contact-as-uri", NULL, "none", NULL, "mailto:tls@contact.example?subject=x", "contact-info contact.example" },
  { "contact-is-a-web-page", NULL, "none", NULL, "https://contact.example/", "name senderinc" },
  { "contact-of-one-label", NULL, "none", NULL, "root@localhost", "name senderinc" },
  { "the-name-alone", NULL, "none", NULL, NULL, "name senderinc" },
};

typedef struct {
  const char *name;
  const char *reporter; /* From's domain; NULL for what is known by its name alone */
  gboolean is_verified;
  const char *organization;
  const char *owners; /* domain and age in hours, a blank between two owners */
  gboolean expected;
} NameCase;

static const NameCase name_cases[] = {
  { "nobody-known", "google.com", TRUE, "Google Inc.", "", FALSE },
  { "its-own", "google.com", TRUE, "Google Inc.", "google.com 1000", FALSE },
  { "its-own-unsigned", "google.com", FALSE, "Google Inc.", "google.com 1000", FALSE },
  { "of-the-domain-above", "mail.google.com", TRUE, "Google Inc.", "google.com 1000", FALSE },
  { "of-the-domain-below", "google.com", TRUE, "Google Inc.", "mail.google.com 1000", FALSE },
  { "a-stranger-known-names-himself-google", "evil.example", TRUE, "Google Inc.", "google.com 0", TRUE },
  { "a-stranger-unsigned", "evil.example", FALSE, "Google Inc.", "google.com 0", TRUE },
  { "a-stranger-who-was-first", "evil.example", TRUE, "Google Inc.", "google.com 0 evil.example 1000", TRUE },
  { "google-after-the-stranger", "google.com", TRUE, "Google Inc.", "evil.example 1000", FALSE },
  { "google-unsigned-after-the-stranger", "google.com", FALSE, "Google Inc.", "evil.example 1000", FALSE },
  { "a-host-of-the-stranger", "google.evil.example", TRUE, "Google Inc.", "google.com 0", TRUE },
  { "under-a-shared-suffix", "google.co.uk", TRUE, "Google Inc.", "evil.example 1000", FALSE },
  { "a-shared-suffix-is-of-two-letters", "google.co.example", TRUE, "Google Inc.", "google.com 0", TRUE },
  { "by-one-of-its-words", "mail.ru", TRUE, "Mail.Ru", "evil.example 1000", FALSE },
  { "by-all-of-its-words", "yahooinc.com", TRUE, "Yahoo Inc.", "evil.example 1000", FALSE },
  { "part-of-a-word-is-no-word", "goo.gl", TRUE, "Google Inc.", "google.com 0", TRUE },
  { "both-fit-and-the-other-is-older", "google.example", TRUE, "Google Inc.", "google.com 72", TRUE },
  { "both-fit-and-the-other-is-new", "google.example", TRUE, "Google Inc.", "google.com 71", FALSE },
  { "both-fit-and-both-have-used-it", "google.example", TRUE, "Google Inc.", "google.com 1000 google.example 1",
    FALSE },
  { "none-fits-and-the-other-is-older", "b.example", TRUE, "Post", "a.example 72", TRUE },
  { "none-fits-and-the-other-is-new", "b.example", TRUE, "Post", "a.example 71", FALSE },
  { "none-fits-and-both-have-used-it", "b.example", TRUE, "Post", "a.example 1000 b.example 1", FALSE },
  { "one-of-many-owners-is-enough", "b.example", TRUE, "Post", "a.example 1 c.example 72", TRUE },
  { "known-by-its-name-alone", NULL, FALSE, "Google Inc.", "google.com 1000", FALSE },
};

/* A name, the domain that may be before the other, the other, and whether it is. */
static const struct {
  const char *name;
  const char *domain;
  const char *other;
  gboolean expected;
} claims[] = {
  { "Google Inc.", "google.com", "evil.example", TRUE },
  { "Google Inc.", "evil.example", "google.com", FALSE },
  { "Google Inc.", "google.com", "google.example", FALSE },
  { "Google Inc.", "google.com", "googleinc", TRUE }, /* known by its name alone */
  { "Google Inc.", "evil.example", "worse.example", FALSE },
  { "Post", "a.example", "mail.a.example", TRUE },
  { "Post", "mail.a.example", "a.example", FALSE },
  { "Post", "a.example", "aa.example", FALSE },
  { "Post", "a.example", "a.example", TRUE },
};

static const char *const name_keys[][2] = {
  { "Google Inc.", "googleinc" },
  { "GOOGLE,  inc", "googleinc" },
  { "\xef\xbc\xa7oogle Inc", "googleinc" }, /* a full-width G */
  { "Goo\xe2\x80\x8bgle Inc.", "googleinc" }, /* a space without width */
  { "Stra\xc3\x9f" "e", "strasse" },
  { "1&1 Mail", "11mail" },
  { "B\xc3\xbc" "cher", "b\xc3\xbc" "cher" },
  { "Bu\xcc\x88" "cher", "b\xc3\xbc" "cher" },
  { "--", "--" },
};
/* clang-format on */

static TlsrptReport *
report_of (const char *organization, const char *header_from)
{
  TlsrptReport *report = tlsrpt_report_new ();

  report->organization_name = organization;
  report->header_from = header_from;
  return report;
}

static void
test_reporter (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (TlsrptReport) report = report_of ("Sender Inc.", row->header_from);
  g_auto (GStrv) dkim = g_strsplit (row->dkim, " ", 2);
  g_autofree char *found = NULL;

  report->trust.dkim_aligned = strcmp (dkim[0], "gateway") != 0;
  report->trust.dkim_result = report->trust.dkim_aligned ? dkim[0] : "pass";
  report->trust.dkim_domain = dkim[1];
  report->submitter = row->submitter;
  report->contact_info = row->contact_info;
  tlsrpt_reporter_identify (report);
  found = g_strdup_printf ("%s %s", tlsrpt_reporter_basis_word (report->reporter_basis),
                           report->reporter_domain);
  g_assert_cmpstr (found, ==, row->expected);
  g_assert_cmpint (report->is_verified, ==, g_str_has_prefix (row->expected, "dkim "));
}

static void
test_name (gconstpointer data)
{
  const NameCase *row = data;
  g_autofree char *from =
      row->reporter != NULL ? g_strconcat ("noreply@", row->reporter, NULL) : NULL;
  g_autoptr (TlsrptReport) report = report_of (row->organization, from);
  g_auto (GStrv) words = g_strsplit (row->owners, " ", -1);
  g_autoptr (GArray) owners = g_array_new (FALSE, FALSE, sizeof (TlsrptNameOwner));
  const gint64 now = G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC;

  if (row->is_verified) {
    report->trust.dkim_result = "pass";
    report->trust.dkim_aligned = TRUE;
    report->trust.dkim_domain = row->reporter;
  }
  tlsrpt_reporter_identify (report);
  for (guint i = 0; i + 1 < g_strv_length (words); i += 2) {
    TlsrptNameOwner owner = { words[i], now - atoi (words[i + 1]) * G_TIME_SPAN_HOUR };

    g_array_append_val (owners, owner);
  }
  g_assert_cmpint (tlsrpt_reporter_is_impersonating (report, (const TlsrptNameOwner *)owners->data,
                                                     owners->len, now),
                   ==, row->expected);
}

/* At the age that makes a name one's own, and a microsecond before it. */
static void
test_name_age (void)
{
  g_autoptr (TlsrptReport) report = report_of ("Post", "noreply@b.example");
  const gint64 now = G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC;
  TlsrptNameOwner owner = { "a.example", now - 3 * G_TIME_SPAN_DAY };

  tlsrpt_reporter_identify (report);
  g_assert_true (tlsrpt_reporter_is_impersonating (report, &owner, 1, now));
  owner.since++;
  g_assert_false (tlsrpt_reporter_is_impersonating (report, &owner, 1, now));
}

static void
test_claims (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (claims); i++)
    g_assert_cmpint (tlsrpt_reporter_is_before (claims[i].domain, claims[i].other, claims[i].name),
                     ==, claims[i].expected);
}

static void
test_name_keys (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (name_keys); i++) {
    g_autofree char *key = tlsrpt_reporter_name_key (name_keys[i][0]);

    g_assert_cmpstr (key, ==, name_keys[i][1]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/reporter/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_reporter);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (name_cases); i++) {
    g_autofree char *path = g_strconcat ("/reporter/name/", name_cases[i].name, NULL);

    g_test_add_data_func (path, &name_cases[i], test_name);
  }
  g_test_add_func ("/reporter/name/is-ones-own-after-three-days", test_name_age);
  g_test_add_func ("/reporter/claim/is-of-who-is-above-or-has-the-name", test_claims);
  g_test_add_func ("/reporter/name/names-that-read-alike-have-one-key", test_name_keys);
  return g_test_run ();
}
