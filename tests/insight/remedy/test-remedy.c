/* SPDX-License-Identifier: GPL-3.0-or-later
 * Remedies by place, policy, mode, reporters and words. */
#include "insight/remedy/remedy.h"

#include <string.h>

static TlsrptJudgement *
incident (const char *cause, TlsrptPlaceKind kind, const char *place, TlsrptMechanism mechanism,
          TlsrptPolicyMode mode, TlsrptEffect effect)
{
  TlsrptJudgement *judgement = tlsrpt_judgement_new ();

  judgement->cause = g_strdup (cause);
  judgement->place_kind = kind;
  judgement->place = g_strdup (place);
  judgement->mechanisms = 1u << mechanism;
  judgement->modes = 1u << mode;
  judgement->effect = effect;
  judgement->first_day = judgement->last_day = tlsrpt_judgement_day ("2026-11-20");
  judgement->failed_sessions = 12;
  tlsrpt_judgement_tally (judgement->mail_domains, "example.org", 12);
  tlsrpt_judgement_tally (judgement->result_types, cause, 12);
  return judgement;
}

static TlsrptJudgement *
at_mx (const char *cause, TlsrptMechanism mechanism, TlsrptPolicyMode mode, TlsrptEffect effect)
{
  return incident (cause, TLSRPT_PLACE_MX, "mx1.example.net", mechanism, mode, effect);
}

static void
add_reporter (TlsrptJudgement *judgement, const char *domain, const char *contact)
{
  TlsrptWitness *witness = g_new0 (TlsrptWitness, 1);

  witness->domain = g_strdup (domain);
  witness->contact_info = g_strdup (contact);
  g_ptr_array_add (judgement->witnesses, witness);
}

static gboolean
has (char **lines, const char *piece)
{
  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], piece) != NULL)
      return TRUE;
  return FALSE;
}

/* Which entry, and what is said of mail. */
static void
test_finding_and_effect (void)
{
  static const struct {
    const char *cause;
    TlsrptMechanism mechanism;
    TlsrptPolicyMode mode;
    TlsrptEffect effect;
    const char *finding;
    const char *says;
  } cases[] = {
    { "certificate-expired", TLSRPT_MECHANISM_STS, TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED,
      "certificate-expired", "do not deliver here" },
    { "certificate-expired", TLSRPT_MECHANISM_STS, TLSRPT_MODE_TESTING, TLSRPT_EFFECT_UNPROTECTED,
      "certificate-expired", "delivered all the same" },
    { "certificate-expired", TLSRPT_MECHANISM_STS, TLSRPT_MODE_NONE, TLSRPT_EFFECT_UNPROTECTED,
      "certificate-expired", "Nothing demands proof" },
    { "certificate-expired", TLSRPT_MECHANISM_STS, TLSRPT_MODE_UNKNOWN, TLSRPT_EFFECT_UNKNOWN,
      "certificate-expired", "Where a policy says enforce" },
    { "starttls-not-supported", TLSRPT_MECHANISM_NONE, TLSRPT_MODE_UNKNOWN,
      TLSRPT_EFFECT_UNPROTECTED, "starttls-not-supported", "unencrypted" },
    { "certificate-expired", TLSRPT_MECHANISM_TLSA, TLSRPT_MODE_UNKNOWN, TLSRPT_EFFECT_REFUSED,
      "tlsa-invalid", "use DANE do not deliver" },
    { "certificate-not-trusted", TLSRPT_MECHANISM_TLSA, TLSRPT_MODE_UNKNOWN,
      TLSRPT_EFFECT_UNPROTECTED, "tlsa-unusable", "delivered all the same" },
    { "tlsa-invalid", TLSRPT_MECHANISM_TLSA, TLSRPT_MODE_UNKNOWN, TLSRPT_EFFECT_REFUSED,
      "tlsa-invalid", "use DANE do not deliver" },
    { "sts-policy-fetch-error", TLSRPT_MECHANISM_STS, TLSRPT_MODE_UNKNOWN,
      TLSRPT_EFFECT_UNPROTECTED, "sts-policy-fetch-error", "No mail is refused" },
    { "dnssec-invalid", TLSRPT_MECHANISM_STS, TLSRPT_MODE_TESTING, TLSRPT_EFFECT_REFUSED,
      "dnssec-invalid", "whatever MTA-STS says" },
    { "no-reports", TLSRPT_MECHANISM_NONE, TLSRPT_MODE_UNKNOWN, TLSRPT_EFFECT_NOTHING, "no-reports",
      "Mail is not touched" },
    { "x-new-type", TLSRPT_MECHANISM_NONE, TLSRPT_MODE_UNKNOWN, TLSRPT_EFFECT_UNPROTECTED,
      "unknown", "delivered all the same" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TlsrptJudgement) judgement =
        at_mx (cases[i].cause, cases[i].mechanism, cases[i].mode, cases[i].effect);
    g_autoptr (TlsrptRemedy) remedy = tlsrpt_remedy_new (judgement);

    g_test_message ("%s %u", cases[i].cause, (guint)i);
    g_assert_cmpstr (remedy->finding, ==, cases[i].finding);
    g_assert_nonnull (strstr (remedy->meaning, cases[i].says));
    if (cases[i].effect == TLSRPT_EFFECT_UNPROTECTED)
      g_assert_null (strstr (remedy->meaning, "not deliver"));
  }
}

/* A certificate matters to MTA-STS where both policies apply. */
static void
test_both_mechanisms (void)
{
  g_autoptr (TlsrptJudgement) judgement = at_mx ("certificate-expired", TLSRPT_MECHANISM_STS,
                                                 TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED);
  g_autoptr (TlsrptRemedy) remedy = NULL;

  judgement->mechanisms |= 1u << TLSRPT_MECHANISM_TLSA;
  remedy = tlsrpt_remedy_new (judgement);
  g_assert_cmpstr (remedy->finding, ==, "certificate-expired");
  g_assert_nonnull (strstr (remedy->meaning, "DANE or MTA-STS"));
}

/* Some of the domains enforce, others test. */
static void
test_both_modes (void)
{
  g_autoptr (TlsrptJudgement) judgement = at_mx ("certificate-expired", TLSRPT_MECHANISM_STS,
                                                 TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED);
  g_autoptr (TlsrptRemedy) remedy = NULL;

  judgement->modes |= 1u << TLSRPT_MODE_TESTING;
  remedy = tlsrpt_remedy_new (judgement);
  g_assert_nonnull (strstr (remedy->meaning, "where it says testing"));
}

static void
test_order_of_changes (void)
{
  static const struct {
    const char *cause;
    const char *first;
    const char *later;
  } cases[] = {
    { "certificate-expired", "look for TLSA records", "renew what has expired" },
    { "tlsa-invalid", "beside the old record", "take the old record away" },
    { "mx-not-in-policy", "is yours", "add its mx line" },
    { "mx-not-in-policy", "add its mx line", "then change the id" },
    { "policy-without-new-id", "change the id", "then wait a day, then the MX record" },
    { "dnssec-invalid", "signed anew", "the new DS beside the old one" },
    { "sts-policy-fetch-error", "pass every filter", "mode: none with a new id" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TlsrptJudgement) judgement =
        at_mx (cases[i].cause, TLSRPT_MECHANISM_STS, TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED);
    g_autoptr (TlsrptRemedy) remedy = tlsrpt_remedy_new (judgement);
    g_autofree char *all = g_strjoinv ("\n", remedy->changes);
    const char *first = strstr (all, cases[i].first);

    g_assert_nonnull (first);
    g_assert_nonnull (strstr (first, cases[i].later));
  }
}

static void
test_one_reporter (void)
{
  g_autoptr (TlsrptJudgement) judgement = at_mx ("certificate-not-trusted", TLSRPT_MECHANISM_STS,
                                                 TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED);
  g_autoptr (TlsrptRemedy) alone = NULL;
  g_autoptr (TlsrptRemedy) unclear = NULL;
  g_autoptr (TlsrptRemedy) several = NULL;

  add_reporter (judgement, "reporter.example", "TLS Team <tls@reporter.example>");
  unclear = tlsrpt_remedy_new (judgement);
  g_assert_false (has (unclear->changes, "change nothing here"));
  g_assert_nonnull (strstr (unclear->draft, "No other reporter reports it."));

  judgement->fault = TLSRPT_FAULT_THEIRS;
  alone = tlsrpt_remedy_new (judgement);
  g_assert_nonnull (strstr (alone->causes[0], "reporter.example's list of authorities"));
  g_assert_nonnull (strstr (alone->changes[0], "change nothing here: write to reporter.example"));
  g_assert_true (g_str_has_prefix (alone->draft, "To: tls@reporter.example\nSubject: "));
  for (const char *const *piece =
           (const char *const[]){ "mx1.example.net", "example.org", "2026-11-20", "sessions: 12",
                                  "certificate-not-trusted", "Other reporters reach the same place",
                                  NULL };
       *piece != NULL; piece++)
    g_assert_nonnull (strstr (alone->draft, *piece));

  add_reporter (judgement, "other.example", NULL);
  several = tlsrpt_remedy_new (judgement);
  g_assert_null (several->draft);
  g_assert_false (has (several->changes, "change nothing here"));
}

static void
test_draft_recipient (void)
{
  static const struct {
    const char *domain;
    const char *contact;
    const char *to; /* %NULL: no draft */
  } cases[] = {
    { "reporter.example", "tls@reporter.example", "tls@reporter.example" },
    { "reporter.example", "tlsrpt-noreply@reporter.example", "postmaster@reporter.example" },
    { "reporter.example", "No-Reply@reporter.example", "postmaster@reporter.example" },
    { "reporter.example", "https://reporter.example/", "postmaster@reporter.example" },
    { "reporter.example", NULL, "postmaster@reporter.example" },
    { "A Company", "tls@reporter.example", "tls@reporter.example" },
    { "A Company", "call us", NULL },
    { "localhost", NULL, NULL },
    { "x\nBcc: victim@x.example", "y\nBcc: victim", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TlsrptJudgement) judgement = at_mx ("validation-failure", TLSRPT_MECHANISM_STS,
                                                   TLSRPT_MODE_TESTING, TLSRPT_EFFECT_UNPROTECTED);
    g_autoptr (TlsrptRemedy) remedy = NULL;
    g_autofree char *first = NULL;

    add_reporter (judgement, cases[i].domain, cases[i].contact);
    remedy = tlsrpt_remedy_new (judgement);
    if (cases[i].to == NULL) {
      g_assert_null (remedy->draft);
      continue;
    }
    first = g_strdup_printf ("To: %s\nSubject: ", cases[i].to);
    g_assert_true (g_str_has_prefix (remedy->draft, first));
  }
}

/* No stranger's line becomes a header or a line of its own. */
static void
test_draft_takes_no_line_of_a_stranger (void)
{
  g_autoptr (TlsrptJudgement) judgement = at_mx ("validation-failure", TLSRPT_MECHANISM_STS,
                                                 TLSRPT_MODE_TESTING, TLSRPT_EFFECT_UNPROTECTED);
  g_autoptr (TlsrptRemedy) remedy = NULL;
  g_auto (GStrv) lines = NULL;

  add_reporter (judgement, "reporter.example", "tls@reporter.example");
  tlsrpt_judgement_tally (judgement->reasons, "\n.\n\nBcc: victim@x.example\r\nstolen", 1);
  tlsrpt_judgement_tally (judgement->result_types, "type\nstolen", 1);
  g_strfreev (judgement->receiving_ips);
  judgement->receiving_ips = g_strsplit ("1\nstolen,192.0.2.9,not an address", ",", -1);
  remedy = tlsrpt_remedy_new (judgement);
  g_assert_true (g_utf8_validate (remedy->draft, -1, NULL));
  lines = g_strsplit (remedy->draft, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_assert_false (g_str_has_prefix (lines[i], "stolen"));
    g_assert_false (g_str_has_prefix (lines[i], "Bcc"));
    g_assert_cmpstr (lines[i], !=, ".");
    g_assert_null (strchr (lines[i], '\r'));
    g_assert_cmpuint (strlen (lines[i]), <, 200);
  }
  g_assert_nonnull (strstr (remedy->draft, "Address that was reached: 192.0.2.9\n"));
}

static guint
count (const char *text, const char *piece)
{
  guint n = 0;

  for (const char *hit = strstr (text, piece); hit != NULL; hit = strstr (hit + 1, piece))
    n++;
  return n;
}

static void
test_draft_names_five_of_each (void)
{
  g_autoptr (TlsrptJudgement) judgement = at_mx ("validation-failure", TLSRPT_MECHANISM_STS,
                                                 TLSRPT_MODE_TESTING, TLSRPT_EFFECT_UNPROTECTED);
  g_autoptr (TlsrptRemedy) remedy = NULL;

  add_reporter (judgement, "reporter.example", "tls@reporter.example");
  for (guint i = 0; i < 6; i++) {
    g_autofree char *reason = g_strdup_printf ("reason-%u", i);

    tlsrpt_judgement_tally (judgement->reasons, reason, 1);
  }
  g_strfreev (judgement->receiving_ips);
  judgement->receiving_ips =
      g_strsplit ("192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6", ",", -1);
  remedy = tlsrpt_remedy_new (judgement);
  g_assert_cmpuint (count (remedy->draft, "  Your words: "), ==, 5);
  g_assert_cmpuint (count (remedy->draft, " 192.0.2."), ==, 5);
}

static void
test_silence_is_no_failure_at_our_side (void)
{
  g_autoptr (TlsrptJudgement) judgement =
      incident ("reporter-silent", TLSRPT_PLACE_INTAKE, "reporter.example", TLSRPT_MECHANISM_NONE,
                TLSRPT_MODE_UNKNOWN, TLSRPT_EFFECT_NOTHING);
  g_autoptr (TlsrptRemedy) remedy = NULL;

  add_reporter (judgement, "reporter.example", NULL);
  judgement->fault = TLSRPT_FAULT_THEIRS;
  remedy = tlsrpt_remedy_new (judgement);
  g_assert_cmpstr (remedy->title, ==, "reporter.example: a reporter has stopped sending reports");
  g_assert_nonnull (strstr (remedy->draft, "have stopped"));
  g_assert_null (strstr (remedy->draft, "Failed sessions"));
  g_assert_false (has (remedy->changes, "where the commands show nothing wrong"));
}

static void
test_many_domains (void)
{
  g_autoptr (TlsrptJudgement) at_host = at_mx ("certificate-expired", TLSRPT_MECHANISM_STS,
                                               TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED);
  g_autoptr (TlsrptJudgement) of_policy =
      incident ("mx-not-in-policy", TLSRPT_PLACE_POLICY_MX, "mx1.example.net", TLSRPT_MECHANISM_STS,
                TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED);
  g_autoptr (TlsrptRemedy) host = NULL;
  g_autoptr (TlsrptRemedy) policy = NULL;

  for (guint i = 1; i < 300; i++) {
    g_autofree char *domain = g_strdup_printf ("d%u.example", i);

    tlsrpt_judgement_tally (at_host->mail_domains, domain, 1);
    tlsrpt_judgement_tally (of_policy->mail_domains, domain, 1);
  }
  host = tlsrpt_remedy_new (at_host);
  g_assert_cmpstr (host->title, ==,
                   "mx1.example.net: the certificate has expired, for 300 domains");
  g_assert_cmpuint (g_strv_length (host->commands), ==, 2);
  g_assert_false (has (host->changes, "each of the domains needs it"));
  policy = tlsrpt_remedy_new (of_policy);
  g_assert_true (has (policy->changes, "each of the domains needs it"));
}

static void
test_foreign_mx (void)
{
  g_autoptr (TlsrptJudgement) judgement =
      incident ("foreign-mx", TLSRPT_PLACE_POLICY_MX, "mx.stranger.example", TLSRPT_MECHANISM_STS,
                TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED);
  g_autoptr (TlsrptRemedy) remedy = NULL;

  tlsrpt_judgement_tally (judgement->receiving_mx, "mx.stranger.example", 1);
  g_strfreev (judgement->receiving_ips);
  judgement->receiving_ips = g_strsplit ("203.0.113.7", ",", -1);
  judgement->is_security = TRUE;
  add_reporter (judgement, "reporter.example", NULL);
  remedy = tlsrpt_remedy_new (judgement);
  g_assert_true (remedy->is_security);
  g_assert_cmpstr (remedy->finding, ==, "foreign-mx");
  g_assert_nonnull (strstr (remedy->changes[0], "find out whose mx.stranger.example is"));
  g_assert_true (has (remedy->commands, "203.0.113.7"));
  g_assert_null (remedy->draft);
}

/* Words name the cause only where the result type leaves it open. */
static void
test_words_of_the_reporter (void)
{
  static const struct {
    const char *cause;
    const char *words;
    const char *finding;
  } cases[] = {
    { "validation-failure", "MX_HOSTS_MISMATCH", "mx-not-in-policy" },
    { "unspecified", "certificate has expired", "certificate-expired" },
    { "unknown", "bad https response code: 404", "sts-policy-fetch-error" },
    { "validation-failure", "unsupported protocol", "validation-failure" },
    { "validation-failure", "?", "validation-failure" },
    { "certificate-expired", "MX_HOSTS_MISMATCH", "certificate-expired" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TlsrptJudgement) judgement = at_mx (cases[i].cause, TLSRPT_MECHANISM_STS,
                                                   TLSRPT_MODE_TESTING, TLSRPT_EFFECT_UNPROTECTED);
    g_autoptr (TlsrptRemedy) remedy = NULL;

    tlsrpt_judgement_tally (judgement->reasons, cases[i].words, 1);
    remedy = tlsrpt_remedy_new (judgement);
    g_assert_cmpstr (remedy->finding, ==, cases[i].finding);
    g_assert_true (g_str_has_prefix (remedy->words[0], cases[i].words));
  }
}

static void
test_five_words_and_no_more (void)
{
  g_autoptr (TlsrptJudgement) judgement = at_mx ("validation-failure", TLSRPT_MECHANISM_STS,
                                                 TLSRPT_MODE_TESTING, TLSRPT_EFFECT_UNPROTECTED);

  for (guint i = 1; i <= 6; i++) {
    g_autofree char *words = g_strdup_printf ("words %u", i);
    g_autoptr (TlsrptRemedy) remedy = NULL;

    tlsrpt_judgement_tally (judgement->reasons, words, 1);
    remedy = tlsrpt_remedy_new (judgement);
    g_assert_cmpuint (g_strv_length (remedy->words), ==, MIN (i, 5));
  }
}

/* Where no report names the MX, each command runs at every MX of the domain. */
static void
test_without_mx (void)
{
  g_autoptr (TlsrptJudgement) judgement =
      incident ("starttls-not-supported", TLSRPT_PLACE_DOMAIN, "example.org", TLSRPT_MECHANISM_NONE,
                TLSRPT_MODE_UNKNOWN, TLSRPT_EFFECT_UNPROTECTED);
  g_autoptr (TlsrptRemedy) remedy = tlsrpt_remedy_new (judgement);

  g_assert_true (
      g_str_has_prefix (remedy->commands[0], "for mx in $(dig +short MX example.org | "));
  g_assert_true (has (remedy->commands, "-servername $mx"));
  g_assert_false (has (remedy->commands, "MX-HOST"));
  g_assert_true (has (remedy->changes, "the MX host"));
}

static void
test_every_finding_has_a_remedy (void)
{
  static const char *const findings[] = { "starttls-not-supported",
                                          "certificate-host-mismatch",
                                          "certificate-expired",
                                          "certificate-not-trusted",
                                          "validation-failure",
                                          "tlsa-invalid",
                                          "dnssec-invalid",
                                          "dane-required",
                                          "sts-policy-fetch-error",
                                          "sts-policy-invalid",
                                          "sts-webpki-invalid",
                                          TLSRPT_CAUSE_MX_NOT_IN_POLICY,
                                          TLSRPT_CAUSE_POLICY_WITHOUT_NEW_ID,
                                          TLSRPT_CAUSE_FOREIGN_MX,
                                          TLSRPT_CAUSE_NO_REPORTS,
                                          TLSRPT_CAUSE_REPORTER_SILENT,
                                          TLSRPT_CAUSE_UNSPECIFIED,
                                          TLSRPT_CAUSE_UNKNOWN };

  for (gsize i = 0; i < G_N_ELEMENTS (findings); i++) {
    g_autoptr (TlsrptJudgement) judgement =
        at_mx (findings[i], TLSRPT_MECHANISM_STS, TLSRPT_MODE_ENFORCE, TLSRPT_EFFECT_REFUSED);
    g_autoptr (TlsrptRemedy) remedy = tlsrpt_remedy_new (judgement);

    g_assert_cmpstr (remedy->finding, ==, findings[i]);
    g_assert_true (g_str_has_suffix (remedy->title, tlsrpt_remedy_title (findings[i])));
    g_assert_nonnull (remedy->causes[0]);
    g_assert_nonnull (remedy->commands[0]);
    g_assert_nonnull (remedy->changes[0]);
    for (char **lines = remedy->changes; *lines != NULL; lines++)
      g_assert_null (strpbrk (*lines, "{}\n"));
    for (char **lines = remedy->causes; *lines != NULL; lines++)
      g_assert_null (strpbrk (*lines, "{}\n"));
  }
  g_assert_cmpstr (tlsrpt_remedy_title ("x-new-type"), ==,
                   tlsrpt_remedy_title (TLSRPT_CAUSE_UNKNOWN));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/remedy/finding-and-effect", test_finding_and_effect);
  g_test_add_func ("/remedy/finding-and-effect/of-both-mechanisms", test_both_mechanisms);
  g_test_add_func ("/remedy/finding-and-effect/of-both-modes", test_both_modes);
  g_test_add_func ("/remedy/changes-never-break-mail", test_order_of_changes);
  g_test_add_func ("/remedy/one-reporter", test_one_reporter);
  g_test_add_func ("/remedy/draft/recipient", test_draft_recipient);
  g_test_add_func ("/remedy/draft/names-five-of-each", test_draft_names_five_of_each);
  g_test_add_func ("/remedy/draft/takes-no-line-of-a-stranger",
                   test_draft_takes_no_line_of_a_stranger);
  g_test_add_func ("/remedy/draft/silence-is-no-failure", test_silence_is_no_failure_at_our_side);
  g_test_add_func ("/remedy/many-domains", test_many_domains);
  g_test_add_func ("/remedy/foreign-mx", test_foreign_mx);
  g_test_add_func ("/remedy/words/name-the-cause-where-it-is-open", test_words_of_the_reporter);
  g_test_add_func ("/remedy/words/five-and-no-more", test_five_words_and_no_more);
  g_test_add_func ("/remedy/without-mx", test_without_mx);
  g_test_add_func ("/remedy/every-finding-has-a-remedy", test_every_finding_has_a_remedy);
  return g_test_run ();
}
