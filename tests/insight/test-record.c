/* SPDX-License-Identifier: GPL-3.0-or-later
 * The book to the tables and back: each member has its own column, as every value here is another. */
#include "insight/recall.h"
#include "insight/record.h"
#include "support/cluster.h"

#define TODAY 20009

static const char incident_columns[] =
    "SELECT incident_no, place_kind, place, cause, effect, severity, fault, state, is_security,"
    " first_day - date '1970-01-01', last_day - date '1970-01-01', over_day - date '1970-01-01',"
    " last_word_day - date '1970-01-01', failed_days, failed_sessions, refused_sessions, sessions,"
    " unplaced_sessions, mechanism, policy_mode, failure_reason_code, receiving_ip, late_sessions,"
    " merged_into, told_severity, told_effect, told_domains, judged_on - date '1970-01-01'"
    " FROM tlsrpt.incident WHERE incident_no = 7";
static const char incident_row[] =
    "7|policy-host|mta-sts.a.example|sts-policy-invalid|unprotected|critical|between|merged|t|"
    "20001|20002|20003|20004|5|18446744073709551615|11|12|13|{sts,other}|{enforce,none}|"
    "{\"one line\",two}|{192.0.2.1,192.0.2.2}|14|5|warning|refused|15|20009\n";

static TlsrptBookEntry *
entry_new (TlsrptBook *book, gint64 number)
{
  TlsrptBookEntry *entry = tlsrpt_book_entry_new (book, tlsrpt_judgement_new ());

  entry->judgement->number = number;
  entry->judgement->cause = g_strdup ("sts-policy-invalid");
  entry->judgement->first_day = entry->judgement->last_day = TODAY;
  entry->judgement->last_word_day = TODAY;
  entry->judged_on = TODAY;
  entry->is_changed = TRUE;
  return entry;
}

static void
fill (TlsrptBook *book, TlsrptBookEntry *entry)
{
  static const char *const addresses[] = { "192.0.2.1", "192.0.2.2", NULL };
  TlsrptJudgement *judgement = entry->judgement;
  const TlsrptMember member = { 20005,
                                "reporter.example",
                                "mail.example",
                                "policy.example",
                                TLSRPT_MECHANISM_TLSA,
                                "dnssec-invalid",
                                "mx.example",
                                16 };

  judgement->place_kind = TLSRPT_PLACE_POLICY_HOST;
  judgement->place = g_strdup ("mta-sts.a.example");
  judgement->effect = TLSRPT_EFFECT_UNPROTECTED;
  judgement->severity = TLSRPT_SEVERITY_CRITICAL;
  judgement->fault = TLSRPT_FAULT_BETWEEN;
  judgement->state = TLSRPT_STATE_MERGED;
  judgement->is_security = TRUE;
  judgement->first_day = 20001;
  judgement->last_day = 20002;
  judgement->over_day = 20003;
  judgement->last_word_day = 20004;
  judgement->failed_days = 5;
  judgement->failed_sessions = G_MAXUINT64;
  judgement->refused_sessions = 11;
  judgement->sessions = 12;
  judgement->unplaced_sessions = 13;
  judgement->mechanisms = 1u << TLSRPT_MECHANISM_STS | 1u << TLSRPT_MECHANISM_OTHER;
  judgement->modes = 1u << TLSRPT_MODE_ENFORCE | 1u << TLSRPT_MODE_NONE;
  tlsrpt_judgement_tally (judgement->reasons, "one\nline", 2);
  tlsrpt_judgement_tally (judgement->reasons, "two", 1);
  g_strfreev (judgement->receiving_ips);
  judgement->receiving_ips = g_strdupv ((char **)addresses);
  entry->late_sessions = 14;
  entry->merged_into = 5;
  entry->was_told = TRUE;
  entry->told_severity = TLSRPT_SEVERITY_WARNING;
  entry->told_effect = TLSRPT_EFFECT_REFUSED;
  entry->told_domains = 15;
  tlsrpt_book_add_member (book, entry, &member);
}

static TlsrptBook *
full_book (void)
{
  TlsrptBook *book = tlsrpt_book_new ();
  const TlsrptEvent events[] = {
    { TLSRPT_EVENT_WORSENED, 7, 20006, TLSRPT_SEVERITY_MINOR },
    { TLSRPT_EVENT_CLOSED, 5, 20007, TLSRPT_SEVERITY_CRITICAL },
  };

  entry_new (book, 5);
  fill (book, entry_new (book, 7));
  g_array_append_vals (book->events, events, G_N_ELEMENTS (events));
  return book;
}

static void
test_every_member (void)
{
  g_autofree char *conninfo = cluster_installed ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (TlsrptBook) book = full_book ();
  g_autoptr (TlsrptBook) again = NULL;
  g_autoptr (GError) error = NULL;
  const TlsrptBookEntry *entry;

  tlsrpt_record_save (pg, book, TODAY, "v", &error);
  g_assert_no_error (error);
  cluster_assert_rows (conninfo, incident_columns, incident_row);
  cluster_assert_rows (conninfo,
                       "SELECT place, over_day, merged_into, told_severity, told_effect,"
                       " told_domains FROM tlsrpt.incident WHERE incident_no = 5",
                       "~|~|~|~|~|~\n");
  cluster_assert_rows (conninfo,
                       "SELECT incident_no, day - date '1970-01-01', reporter_domain, mail_domain,"
                       " policy_domain, policy_type, result_type, receiving_mx, failed_sessions"
                       " FROM tlsrpt.incident_member",
                       "7|20005|reporter.example|mail.example|policy.example|tlsa|dnssec-invalid|"
                       "mx.example|16\n");
  cluster_assert_rows (conninfo,
                       "SELECT incident_no, event, day - date '1970-01-01', severity"
                       " FROM tlsrpt.event ORDER BY event_no",
                       "7|worsened|20006|minor\n5|closed|20007|critical\n");

  /* What is read is written anew as it was. */
  again = tlsrpt_recall_book (pg, TODAY, &tlsrpt_threshold_defaults, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->next_number, ==, 8);
  g_assert_cmpint (again->judged_on, ==, TODAY);
  g_assert_false (tlsrpt_book_entry (again, 5)->was_told);
  entry = tlsrpt_book_entry (again, 7);
  g_assert_true (entry->was_told);
  tlsrpt_book_entry (again, 7)->is_changed = TRUE;
  cluster_sql (conninfo, "TRUNCATE tlsrpt.incident_member");
  cluster_sql (conninfo,
               "UPDATE tlsrpt.incident SET failed_sessions = 0, late_sessions = 0, place = 'x'");
  tlsrpt_record_save (pg, again, TODAY, "v", &error);
  g_assert_no_error (error);
  cluster_assert_rows (conninfo, incident_columns, incident_row);
  cluster_assert_rows (conninfo, "SELECT reporter_domain, receiving_mx FROM tlsrpt.incident_member",
                       "reporter.example|mx.example\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/every-member-has-its-column", test_every_member);
  return g_test_run ();
}
