/* SPDX-License-Identifier: GPL-3.0-or-later
 * What must hold of every history of reports, tried on generated ones: TLSRPT_HISTORIES of them (300). */
#include "insight/book-update.h"
#include "support/history.h"

#include <stdlib.h>
#include <string.h>

#define DAYS 45
#define DEFAULT_HISTORIES 300

static guint
histories (void)
{
  const char *number = g_getenv ("TLSRPT_HISTORIES");

  return number != NULL ? (guint)g_ascii_strtoull (number, NULL, 10) : DEFAULT_HISTORIES;
}

/* Something that breaks on some days for some reporters. */
typedef struct {
  int first;
  int last;
  guint reporters;
  guint domains;
  int share;
  const char *type;
  gboolean named;
  int mx;
} Trouble;

static const char *const types[] = { "certificate-expired",     "certificate-host-mismatch",
                                     "certificate-not-trusted", "starttls-not-supported",
                                     "validation-failure",      "sts-policy-fetch-error",
                                     "dnssec-invalid",          "-" };
static const char *const policies[] = { " sts/enforce=mx1.p.net",
                                        " sts/enforce=mx1.p.net,mx2.p.net",
                                        " sts/testing=mx1.p.net,mx2.p.net", " none" };

static Trouble
trouble_new (GRand *rand)
{
  Trouble trouble = { .first = g_rand_int_range (rand, 8, DAYS - 2) };

  trouble.last = MIN (DAYS - 1, trouble.first + g_rand_int_range (rand, 0, 12));
  trouble.reporters = (guint)g_rand_int_range (rand, 1, 16);
  trouble.domains = (guint)g_rand_int_range (rand, 1, 16);
  trouble.share = g_rand_int_range (rand, 1, 101);
  trouble.type = types[g_rand_int_range (rand, 0, G_N_ELEMENTS (types))];
  trouble.named = g_rand_boolean (rand);
  trouble.mx = g_rand_int_range (rand, 1, 4);
  return trouble;
}

static void
append_trouble (GString *line, const Trouble *trouble, GRand *rand, guint64 *sessions,
                guint64 scale)
{
  guint64 failed = MIN (*sessions, *sessions * (guint64)trouble->share / 100 +
                                       (guint64)g_rand_int_range (rand, 0, 2));

  if (failed == 0)
    return;
  *sessions -= failed;
  g_string_append_printf (line, " %" G_GUINT64_FORMAT ":%s", failed * scale, trouble->type);
  if (trouble->named)
    g_string_append_printf (line, "@mx%d.p.net", trouble->mx);
}

/* Each reporter reports on each domain each day. */
static char *
generate (guint32 seed, guint64 scale, gboolean is_clean)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GString *history = g_string_new (NULL);
  guint n_troubles = is_clean ? 0 : (guint)g_rand_int_range (rand, 1, 5);
  guint n_reporters = (guint)g_rand_int_range (rand, 1, 5);
  guint n_domains = (guint)g_rand_int_range (rand, 1, 5);
  Trouble troubles[4];

  for (guint i = 0; i < n_troubles; i++)
    troubles[i] = trouble_new (rand);
  for (int day = 1; day < DAYS; day++)
    for (guint reporter = 0; reporter < n_reporters; reporter++)
      for (guint domain = 0; domain < n_domains; domain++) {
        guint64 sessions = (guint64)g_rand_int_range (rand, 1, 200);
        g_autoptr (GString) failures = g_string_new (NULL);

        for (guint i = 0; i < n_troubles; i++)
          if (day >= troubles[i].first && day <= troubles[i].last &&
              (troubles[i].reporters & (1u << reporter)) != 0 &&
              (troubles[i].domains & (1u << domain)) != 0 && g_rand_int_range (rand, 0, 10) > 1)
            append_trouble (failures, &troubles[i], rand, &sessions, scale);
        g_string_append_printf (history, "%d r%u.com d%u.org%s %" G_GUINT64_FORMAT "%s\n", day,
                                reporter, domain, policies[domain % G_N_ELEMENTS (policies)],
                                sessions * scale, failures->str);
      }
  return g_string_free (history, FALSE);
}

static TlsrptFacts *
facts_of (guint32 seed, guint64 scale, gboolean is_clean)
{
  TlsrptFacts *facts = tlsrpt_facts_new ();
  g_autofree char *history = generate (seed, scale, is_clean);

  history_add (facts, history);
  return facts;
}

static int
compare_lines (gconstpointer left, gconstpointer right)
{
  return strcmp (*(char *const *)left, *(char *const *)right);
}

/* An incident that is over keeps the name of the place that was told, and hears no more of sessions that
 * would have fitted it. */
static char *
ended_line (const TlsrptJudgement *judgement)
{
  return g_strdup_printf ("%s %s %s %s %s %s %d-%d %" G_GUINT64_FORMAT,
                          tlsrpt_place_names[judgement->place_kind], judgement->cause,
                          tlsrpt_state_names[judgement->state],
                          tlsrpt_severity_names[judgement->severity],
                          tlsrpt_fault_names[judgement->fault],
                          tlsrpt_effect_names[judgement->effect], judgement->first_day,
                          judgement->last_day, judgement->failed_sessions);
}

static char *
entry_line (const TlsrptBookEntry *entry)
{
  return tlsrpt_judgement_is_over (entry->judgement) ? ended_line (entry->judgement)
                                                     : history_line (entry->judgement);
}

/* The incidents of a book as lines, without what depends on when they were told. */
static char *
book_lines (const TlsrptBook *book, gboolean with_counts)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < book->entries->len; i++) {
    const TlsrptBookEntry *entry = book->entries->pdata[i];
    const TlsrptJudgement *judgement = entry->judgement;

    if (entry->merged_into == 0)
      g_ptr_array_add (lines, with_counts
                                  ? entry_line (entry)
                                  : g_strdup_printf ("%d %s %s %d", (int)judgement->place_kind,
                                                     judgement->place, judgement->cause,
                                                     (int)judgement->fault));
  }
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

static TlsrptBook *
at_once (TlsrptFacts *facts)
{
  TlsrptBook *book = tlsrpt_book_new ();

  tlsrpt_book_update (book, facts, HISTORY_ORIGIN + DAYS, &tlsrpt_threshold_defaults);
  return book;
}

static void
update_on (TlsrptBook *book, const TlsrptFacts *facts, int day)
{
  g_autoptr (TlsrptFacts) known = history_until (facts, HISTORY_ORIGIN + day);

  tlsrpt_book_update (book, known, HISTORY_ORIGIN + day, &tlsrpt_threshold_defaults);
}

static void
test_again (void)
{
  for (guint32 seed = 0; seed < histories (); seed++) {
    g_autoptr (TlsrptFacts) facts = facts_of (seed, 1, FALSE);
    g_autoptr (TlsrptBook) book = at_once (facts);
    g_autofree char *before = book_lines (book, TRUE);
    g_autofree char *after = NULL;

    update_on (book, facts, DAYS);
    after = book_lines (book, TRUE);
    g_assert_cmpstr (before, ==, after);
    g_assert_cmpuint (book->events->len, ==, 0);
    for (guint i = 0; i < book->entries->len; i++)
      g_assert_false (((TlsrptBookEntry *)book->entries->pdata[i])->is_changed);
  }
}

/* Each failed session of the history is in one entry, and no other is. */
static void
assert_partition (const TlsrptBook *book, const TlsrptFacts *facts, guint32 seed)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (tlsrpt_member_hash, tlsrpt_member_equal);
  guint64 in_book = 0;
  guint64 in_facts = 0;

  for (guint i = 0; i < book->entries->len; i++) {
    const TlsrptBookEntry *entry = book->entries->pdata[i];
    guint64 sum = 0;

    for (guint j = 0; j < entry->members->len; j++) {
      TlsrptMember *member = &g_array_index (entry->members, TlsrptMember, j);

      if (!g_hash_table_add (seen, member))
        g_error ("seed %u: a session is in two incidents", seed);
      sum += member->failed_sessions;
    }
    if (entry->merged_into == 0)
      g_assert_cmpuint (sum, ==, entry->judgement->failed_sessions);
    in_book += sum;
  }
  for (guint i = 0; i < facts->failures->len; i++)
    in_facts += g_array_index (facts->failures, TlsrptFailureFact, i).failed_sessions;
  if (in_book != in_facts)
    g_error ("seed %u: %" G_GUINT64_FORMAT " sessions in incidents, %" G_GUINT64_FORMAT
             " in reports",
             seed, in_book, in_facts);
}

/* What ends otherwise day by day must have been told as over before: that is not taken back. */
static guint
assert_same_but_told (const TlsrptBook *book, GHashTable *ended, const TlsrptBook *once,
                      guint32 seed)
{
  g_autofree char *lines = book_lines (once, TRUE);
  g_auto (GStrv) others = g_strsplit (lines, "\n", -1);
  guint differing = 0;

  for (guint i = 0; i < book->entries->len; i++) {
    const TlsrptBookEntry *entry = book->entries->pdata[i];
    g_autofree char *line = entry_line (entry);

    if (entry->merged_into != 0 || g_strv_contains ((const char *const *)others, line))
      continue;
    differing++;
    if (!g_hash_table_contains (ended, GINT_TO_POINTER (entry->judgement->number)))
      g_error ("seed %u: day by day it ends as\n%s\nat once as\n%s", seed, line, lines);
  }
  return differing;
}

static void
test_day_by_day (void)
{
  guint differing = 0;
  guint incidents = 0;
  guint events = 0;

  for (guint32 seed = 0; seed < histories (); seed++) {
    g_autoptr (TlsrptFacts) facts = facts_of (seed, 1, FALSE);
    g_autoptr (TlsrptBook) book = tlsrpt_book_new ();
    g_autoptr (GHashTable) ended = g_hash_table_new (NULL, NULL);
    g_autoptr (TlsrptBook) once = NULL;

    for (int day = 2; day <= DAYS; day++) {
      update_on (book, facts, day);
      events += book->events->len;
      for (guint i = 0; i < book->entries->len; i++) {
        const TlsrptJudgement *judgement = ((TlsrptBookEntry *)book->entries->pdata[i])->judgement;

        if (tlsrpt_judgement_is_over (judgement))
          g_hash_table_add (ended, GINT_TO_POINTER (judgement->number));
      }
    }
    assert_partition (book, facts, seed);
    once = at_once (facts);
    assert_partition (once, facts, seed);
    incidents += book->entries->len;
    differing += assert_same_but_told (book, ended, once, seed);
  }
  g_test_message ("%u histories, %u incidents, %u events; %u that were told as over end otherwise",
                  histories (), incidents, events, differing);
  g_assert_cmpuint (differing * 100, <=, incidents);
}

#define SHUFFLE(array, type)                                                                       \
  for (guint i = array->len; i > 1; i--) {                                                         \
    guint j = (guint)g_rand_int_range (rand, 0, (gint32)i);                                        \
    type held = g_array_index (array, type, i - 1);                                                \
                                                                                                   \
    g_array_index (array, type, i - 1) = g_array_index (array, type, j);                           \
    g_array_index (array, type, j) = held;                                                         \
  }

static void
test_order (void)
{
  for (guint32 seed = 0; seed < histories (); seed++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
    g_autoptr (TlsrptFacts) facts = facts_of (seed, 1, FALSE);
    g_autoptr (TlsrptFacts) shuffled = facts_of (seed, 1, FALSE);
    g_autoptr (TlsrptBook) book = at_once (facts);
    g_autoptr (TlsrptBook) other = NULL;
    g_autofree char *lines = book_lines (book, TRUE);
    g_autofree char *other_lines = NULL;

    SHUFFLE (shuffled->sessions, TlsrptSessionFact)
    SHUFFLE (shuffled->failures, TlsrptFailureFact)
    SHUFFLE (shuffled->policies, TlsrptPolicyFact)
    SHUFFLE (shuffled->reports, TlsrptReportFact)
    other = at_once (shuffled);
    other_lines = book_lines (other, TRUE);
    g_assert_cmpstr (lines, ==, other_lines);
  }
}

static void
test_scale (void)
{
  for (guint32 seed = 0; seed < histories (); seed++) {
    g_autoptr (TlsrptFacts) facts = facts_of (seed, 1, FALSE);
    g_autoptr (TlsrptFacts) larger = facts_of (seed, 10 + seed % 991, FALSE);
    g_autoptr (TlsrptBook) book = at_once (facts);
    g_autoptr (TlsrptBook) other = at_once (larger);
    g_autofree char *lines = book_lines (book, FALSE);
    g_autofree char *other_lines = book_lines (other, FALSE);

    g_assert_cmpstr (lines, ==, other_lines);
  }
}

static void
test_clean (void)
{
  for (guint32 seed = 0; seed < histories (); seed++) {
    g_autoptr (TlsrptFacts) facts = facts_of (seed, 1, TRUE);
    g_autoptr (TlsrptBook) book = at_once (facts);

    g_assert_cmpuint (book->entries->len, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/properties/again-changes-nothing", test_again);
  g_test_add_func ("/properties/day-by-day-ends-where-at-once-ends", test_day_by_day);
  g_test_add_func ("/properties/order-of-arrival-changes-nothing", test_order);
  g_test_add_func ("/properties/scale-leaves-place-and-fault", test_scale);
  g_test_add_func ("/properties/a-clean-history-has-no-incident", test_clean);
  return g_test_run ();
}
