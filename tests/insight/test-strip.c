/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first facts of a digest: what is not known is not said to be none. */
#include "insight/strip.h"

#include <string.h>

typedef struct {
  const char *name;
  TlsrptStripKind kind;
  const char *shown;
  const char *domain;
  const char *judged_on;
  const char *reports;
  const char *sessions;
  const char *failed_sessions;
  const char *last_day;
  double share;
  double share_before;
  guint broken;
  guint causes;
  guint affected;
  guint loaded;
  guint reporters;
  guint reporters_of_last_day;
  gboolean is_incomplete;
  const char *quarantine;
} Case;

/* clang-format off */
static const Case cases[] = {
  { "/strip/causes/nobody-looked-is-unknown", TLSRPT_STRIP_CAUSES, "Causes|unknown|-", .reports = "1" },
  { "/strip/causes/no-reports-is-unknown", TLSRPT_STRIP_CAUSES, "Causes|unknown|-", .reports = "0",
    .judged_on = "2026-05-08" },
  { "/strip/causes/none", TLSRPT_STRIP_CAUSES, "Causes|none|-", .reports = "1", .judged_on = "2026-05-08" },
  { "/strip/causes/broken-without-reports", TLSRPT_STRIP_CAUSES, "Causes|1|1 critical, 1 new", .reports = "0",
    .judged_on = "2026-05-08", .broken = 1, .causes = 1, .loaded = 1 },
  { "/strip/causes/several-places-of-one", TLSRPT_STRIP_CAUSES, "Causes|1|99 incidents, 1 critical, 1 new",
    .reports = "1", .judged_on = "2026-05-08", .broken = 99, .causes = 1, .loaded = 99 },
  { "/strip/causes/more-than-were-read", TLSRPT_STRIP_CAUSES, "Causes|1 or more|100 incidents, 1 critical, 1 new",
    .reports = "1", .judged_on = "2026-05-08", .broken = 100, .causes = 1, .loaded = 100 },
  { "/strip/affected/all-domains", TLSRPT_STRIP_AFFECTED, "Domains affected|1,200|of 0 with reports",
    .judged_on = "2026-05-08", .affected = 1200, .loaded = 99 },
  { "/strip/affected/more-than-were-read", TLSRPT_STRIP_AFFECTED, "Domains affected|7 or more|of 0 with reports",
    .judged_on = "2026-05-08", .affected = 7, .loaded = 100 },
  { "/strip/affected/nobody-looked", TLSRPT_STRIP_AFFECTED, "Domains affected|unknown|of 0 with reports", .domain = NULL },
  { "/strip/affected/not-of-one-domain", TLSRPT_STRIP_AFFECTED, "-|-|-", .domain = "example.org" },
  { "/strip/failed/against-the-period-before", TLSRPT_STRIP_FAILED,
    "Sessions failed|2.5 %|25 of 1,000; 1.0 % in the 7 days before", .sessions = "1000", .failed_sessions = "25",
    .share = 0.025, .share_before = 0.01 },
  { "/strip/failed/nothing-before", TLSRPT_STRIP_FAILED,
    "Sessions failed|0 %|0 of 1,000; no session before to compare with", .sessions = "1000",
    .failed_sessions = "0", .share_before = -1 },
  { "/strip/failed/no-session-is-no-share", TLSRPT_STRIP_FAILED,
    "Sessions failed|unknown|0 of 0; 0 % in the 7 days before", .sessions = "0", .failed_sessions = "0" },
  { "/strip/data/whole-day", TLSRPT_STRIP_DATA, "Data up to|2026-05-07|3 of 5 reporters in for that day; 1 report in all",
    .reports = "1", .last_day = "2026-05-07", .reporters = 5, .reporters_of_last_day = 3 },
  { "/strip/data/day-that-is-coming", TLSRPT_STRIP_DATA,
    "Data up to|2026-05-07|3 of 5 reporters in for that day, more to come; 2 reports in all",
    .reports = "2", .last_day = "2026-05-07", .reporters = 5, .reporters_of_last_day = 3, .is_incomplete = TRUE },
  { "/strip/data/nobody-in-for-the-last-day", TLSRPT_STRIP_DATA,
    "Data up to|2026-05-05|none of 1 reporter in for 2026-05-07, more to come; 2,000 reports in all",
    .reports = "2000", .last_day = "2026-05-05", .reporters = 1, .is_incomplete = TRUE },
  { "/strip/data/none", TLSRPT_STRIP_DATA, "Data up to|no day of the period|-", .reports = "0" },
  { "/strip/quarantine/nothing", TLSRPT_STRIP_QUARANTINE, "In quarantine|nothing|-", .domain = NULL },
  { "/strip/quarantine/one-reason", TLSRPT_STRIP_QUARANTINE, "In quarantine|1 mail|no-report",
    .quarantine = "no-report:1" },
  { "/strip/quarantine/causes-of-a-reason-are-added-up", TLSRPT_STRIP_QUARANTINE,
    "In quarantine|1,203 mails|1,001 unauthentic, 202 no-report",
    .quarantine = "unauthentic:1000 no-report:202 unauthentic:1" },
  { "/strip/made", TLSRPT_STRIP_MADE, "Made|2026-05-08 06:00 UTC|-", .domain = NULL },
};
/* clang-format on */

static void
quarantined_free (gpointer data)
{
  TlsrptQuarantined *quarantined = data;

  g_free (quarantined->reason);
  g_free (quarantined);
}

static GPtrArray *
quarantine_of (const char *words)
{
  GPtrArray *quarantine = g_ptr_array_new_with_free_func (quarantined_free);
  g_auto (GStrv) all = g_strsplit (words != NULL ? words : "", " ", -1);

  for (guint i = 0; all[i] != NULL; i++) {
    TlsrptQuarantined *one = g_new0 (TlsrptQuarantined, 1);
    char *colon = strchr (all[i], ':');

    one->reason = g_strndup (all[i], (gsize)(colon - all[i]));
    one->messages = g_ascii_strtoull (colon + 1, NULL, 10);
    g_ptr_array_add (quarantine, one);
  }
  return quarantine;
}

static GPtrArray *
empty_tables (void)
{
  GPtrArray *tables = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_table_free);
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  for (guint i = 0; i < n; i++) {
    TlsrptTable *table = g_new0 (TlsrptTable, 1);

    table->columns = sections[i].columns;
    table->n_columns = tlsrpt_section_columns (&sections[i]);
    table->cells = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (tables, table);
  }
  return tables;
}

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (TlsrptDigest) digest = g_new0 (TlsrptDigest, 1);
  g_auto (TlsrptStripItem) item = { 0 };
  g_autofree char *shown = NULL;

  digest->period = (TlsrptPeriod){ .until = "2026-05-07",
                                   .days = 7,
                                   .is_incomplete = row->is_incomplete,
                                   .made = G_GINT64_CONSTANT (1778220000) * G_TIME_SPAN_SECOND };
  digest->domain = g_strdup (row->domain);
  digest->judged_on = g_strdup (row->judged_on);
  digest->reports = g_strdup (row->reports);
  digest->sessions = g_strdup (row->sessions);
  digest->failed_sessions = g_strdup (row->failed_sessions);
  digest->failed_share = row->share;
  digest->share_before = row->share_before;
  digest->last_day = g_strdup (row->last_day);
  digest->reporters = row->reporters;
  digest->reporters_of_last_day = row->reporters_of_last_day;
  digest->counts[TLSRPT_DIGEST_BROKEN] = row->broken;
  digest->counts[TLSRPT_DIGEST_NEW] = 3;
  digest->new_and_over = 2;
  digest->critical = 1;
  digest->causes = row->causes;
  digest->affected = row->affected;
  digest->incidents = g_ptr_array_new ();
  g_ptr_array_set_size (digest->incidents, (gint)row->loaded);
  digest->quarantine = quarantine_of (row->quarantine);
  digest->tables = empty_tables ();
  item = tlsrpt_strip_item (digest, row->kind);
  shown =
      g_strdup_printf ("%s|%s|%s", item.name != NULL ? item.name : "-",
                       item.value != NULL ? item.value : "-", item.note != NULL ? item.note : "-");
  g_assert_cmpstr (shown, ==, row->shown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, &cases[i], test_case);
  return g_test_run ();
}
