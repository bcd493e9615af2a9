/* SPDX-License-Identifier: GPL-3.0-or-later
 * What doctor saw, as incidents: opened once, worsened, ended, and left to the reports where sessions
 * fail. */
#include "insight/looming.h"
#include "support/cluster.h"

#include <string.h>

#define TODAY 20000

static void
look (TlsrptBook *book, TlsrptPlaceKind kind, const char *place, const char *cause, gint32 today)
{
  g_autoptr (GPtrArray) seen =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_looming_seen_free);

  g_array_set_size (book->events, 0);
  book->judged_on = today;
  g_ptr_array_add (seen, tlsrpt_looming_seen_new (kind, place, cause));
  tlsrpt_looming_apply (book, seen, today);
}

static void
assert_event (const TlsrptBook *book, TlsrptEventKind kind)
{
  g_assert_cmpuint (book->events->len, ==, 1);
  g_assert_cmpint (g_array_index (book->events, TlsrptEvent, 0).kind, ==, kind);
}

static void
test_life (void)
{
  g_autoptr (TlsrptBook) book = tlsrpt_book_new ();
  const TlsrptJudgement *judgement;

  look (book, TLSRPT_PLACE_MX, "mx.example", NULL, TODAY);
  g_assert_cmpuint (book->entries->len, ==, 0);
  look (book, TLSRPT_PLACE_MX, "mx.example", TLSRPT_CAUSE_ENDS_SOON, TODAY);
  assert_event (book, TLSRPT_EVENT_OPENED);
  judgement = ((TlsrptBookEntry *)book->entries->pdata[0])->judgement;
  g_assert_cmpint (judgement->severity, ==, TLSRPT_SEVERITY_WARNING);
  g_assert_cmpint (judgement->number, ==, 1);
  look (book, TLSRPT_PLACE_MX, "mx.example", TLSRPT_CAUSE_ENDS_SOON, TODAY + 1);
  g_assert_cmpuint (book->events->len, ==, 0);
  g_assert_cmpint (judgement->last_day, ==, TODAY + 1);
  look (book, TLSRPT_PLACE_MX, "mx.example", TLSRPT_CAUSE_FOUND_WRONG, TODAY + 2);
  assert_event (book, TLSRPT_EVENT_WORSENED);
  look (book, TLSRPT_PLACE_POLICY_MX, "mx.example", NULL, TODAY + 3);
  g_assert_cmpuint (book->events->len, ==, 0);
  look (book, TLSRPT_PLACE_MX, "mx.example", NULL, TODAY + 3);
  assert_event (book, TLSRPT_EVENT_CLOSED);
  g_assert_cmpint (judgement->over_day, ==, TODAY + 3);
  look (book, TLSRPT_PLACE_MX, "mx.example", NULL, TODAY + 4);
  g_assert_cmpuint (book->events->len, ==, 0);
  look (book, TLSRPT_PLACE_MX, "mx.example", TLSRPT_CAUSE_FOUND_WRONG, TODAY + 5);
  assert_event (book, TLSRPT_EVENT_OPENED);
  g_assert_cmpuint (book->entries->len, ==, 2);
}

/* An update for a day that is past changes nothing. */
static void
test_past_day (void)
{
  g_autoptr (TlsrptBook) book = tlsrpt_book_new ();
  g_autoptr (GPtrArray) seen =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_looming_seen_free);

  book->judged_on = TODAY;
  g_ptr_array_add (seen, tlsrpt_looming_seen_new (TLSRPT_PLACE_MX, "mx.example",
                                                  TLSRPT_CAUSE_FOUND_WRONG));
  tlsrpt_looming_apply (book, seen, TODAY - 1);
  g_assert_cmpuint (book->entries->len, ==, 0);
}

static void
test_failing (void)
{
  g_autoptr (TlsrptBook) book = tlsrpt_book_new ();
  TlsrptJudgement *judgement = tlsrpt_judgement_new ();

  judgement->place_kind = TLSRPT_PLACE_MX;
  judgement->place = g_strdup ("mx.example");
  judgement->cause = g_strdup ("certificate-expired");
  judgement->state = TLSRPT_STATE_OPEN;
  judgement->failed_sessions = 9;
  tlsrpt_book_entry_new (book, judgement);
  look (book, TLSRPT_PLACE_MX, "mx.example", TLSRPT_CAUSE_FOUND_WRONG, TODAY);
  g_assert_cmpuint (book->entries->len, ==, 1);
  look (book, TLSRPT_PLACE_MX, "mx.example", NULL, TODAY);
  g_assert_cmpint (judgement->state, ==, TLSRPT_STATE_OPEN);
  g_assert_cmpuint (book->events->len, ==, 0);
}

/* What is read of a place that doctor saw at @at, with a certificate until @good_until: its cause, %NULL if
 * nothing is wrong, `-` if the look is too old to say anything. */
static void
assert_read (const char *at, const char *good_until, const char *cause)
{
  static char *conninfo;
  g_autofree char *sql =
      g_strdup_printf ("TRUNCATE tlsrpt.observation; INSERT INTO tlsrpt.observation"
                       " (at, place, kind, is_healthy, detail, good_until)"
                       " VALUES ('%s UTC', 'mx.example', 'mx', true, 'all is right', '%s UTC')",
                       at, good_until);
  g_autoptr (TlsrptPg) pg = NULL;
  g_autoptr (GPtrArray) seen = NULL;
  g_autoptr (GError) error = NULL;

  if (conninfo == NULL)
    conninfo = cluster_installed ();
  cluster_sql (conninfo, sql);
  pg = cluster_connect (conninfo);
  seen = tlsrpt_looming_read (pg, TODAY, &tlsrpt_threshold_defaults, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (seen->len == 0 ? "-" : ((TlsrptSeen *)seen->pdata[0])->cause, ==, cause);
}

/* Today is 2024-10-04. A look counts on three days after its own; trouble comes within seven. */
static void
test_days (void)
{
  assert_read ("2024-10-04 12:00", "2024-10-11 23:59:59", TLSRPT_CAUSE_ENDS_SOON);
  assert_read ("2024-10-04 12:00", "2024-10-12 00:00:00", NULL);
  assert_read ("2024-10-01 00:00:00", "2024-10-11 23:59:59", TLSRPT_CAUSE_ENDS_SOON);
  assert_read ("2024-09-30 23:59:59", "2024-10-11 23:59:59", "-");
  assert_read ("2024-10-04 23:59:59", "2024-10-11 23:59:59", TLSRPT_CAUSE_ENDS_SOON);
  assert_read ("2024-10-05 00:00:00", "2024-10-11 23:59:59", "-");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/insight/looming/opened-worsened-closed-and-anew", test_life);
  g_test_add_func ("/insight/looming/a-past-day-changes-nothing", test_past_day);
  g_test_add_func ("/insight/looming/failing-sessions-are-the-reports-business", test_failing);
  g_test_add_func ("/insight/looming/first-and-last-day-of-a-look-and-of-an-end", test_days);
  return g_test_run ();
}
