/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much the first page shows, at each cap and one past it, and that it says how much is left out. */
#include "site/overview.h"

#include "support/cluster.h"
#include "support/scratch.h"

#include <string.h>

#define UNTIL "2026-05-30"

/* No reports: what there is stands here. */
static const char domains_sql[] =
    "DROP VIEW tlsrpt.domain_health CASCADE;"
    "CREATE VIEW tlsrpt.domain_health AS SELECT 'own' || n || '.example' AS mail_domain,"
    " 'warning' AS health, 9 AS sessions, 3 AS failed_sessions, 0.3 AS failed_share,"
    " date '" UNTIL "' AS last_day FROM generate_series(1, %u) n";

static char *no_words[] = { NULL };

static TlsrptIncident *
incident_new (guint number, const char *meaning, TlsrptState state)
{
  TlsrptIncident *incident = g_new0 (TlsrptIncident, 1);
  TlsrptJudgement *judgement = tlsrpt_judgement_new ();

  judgement->number = number;
  judgement->place_kind = TLSRPT_PLACE_MX;
  judgement->place = g_strdup_printf ("mx%u.example", number);
  judgement->cause = g_strdup ("certificate-expired");
  judgement->severity = TLSRPT_SEVERITY_WARNING;
  judgement->state = state;
  judgement->first_day = tlsrpt_judgement_day (UNTIL) - 3;
  judgement->last_day = judgement->first_day;
  judgement->last_word_day = judgement->first_day;
  judgement->failed_sessions = 10;
  judgement->sessions = 40;
  incident->judgement = judgement;
  incident->remedy = g_new0 (TlsrptRemedy, 1);
  incident->remedy->finding = "certificate-expired";
  incident->remedy->meaning = g_strdup (meaning);
  incident->remedy->words = g_strdupv (no_words);
  incident->remedy->causes = g_strdupv (no_words);
  incident->remedy->commands = g_strdupv (no_words);
  incident->remedy->changes = g_strdupv (no_words);
  return incident;
}

static void
incident_free (gpointer incident)
{
  tlsrpt_incident_free (incident);
}

typedef struct {
  Scratch scratch;
  char *conninfo;
  GHashTable *incidents;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  scratch_make (&fixture->scratch, unused);
  fixture->conninfo = cluster_installed ();
  fixture->incidents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, incident_free);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_hash_table_unref (fixture->incidents);
  g_free (fixture->conninfo);
  scratch_remove (&fixture->scratch, unused);
}

/* Makes incidents until there are @n, each with a cause of its own or all with one. */
static void
add_until (Fixture *fixture, guint n, gboolean is_alike, TlsrptState state)
{
  for (guint number = g_hash_table_size (fixture->incidents) + 1; number <= n; number++) {
    g_autofree char *meaning = g_strdup_printf ("Meaning %u.", is_alike ? 0 : number);

    g_hash_table_insert (fixture->incidents, g_strdup_printf ("%u", number),
                         incident_new (number, meaning, state));
  }
}

static char *
overview (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->scratch.folder, "site", NULL);
  g_autofree char *path = g_build_filename (folder, "index.html", NULL);
  g_autoptr (TlsrptPublish) publish = tlsrpt_publish_open (folder, &error);
  g_autoptr (TlsrptPg) pg = cluster_connect (fixture->conninfo);
  g_autoptr (PGresult) days = tlsrpt_pg_query (pg, "SELECT WHERE false", 0, NULL, &error);
  g_autoptr (TlsrptAtlas) atlas = tlsrpt_atlas_new (1, 0);
  const TlsrptPages pages = { .pg = pg,
                              .publish = publish,
                              .atlas = atlas,
                              .incidents = fixture->incidents,
                              .may_list = TRUE,
                              .since = "2026-05-01",
                              .until = UNTIL };
  TlsrptPublished published;
  char *text;

  tlsrpt_overview_make (&pages, days, &error);
  g_assert_no_error (error);
  tlsrpt_publish_finish (publish, &published, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* The page has @piece so many times, and @more, if there is more; nothing else is said to be left out. */
static void
assert_shown (Fixture *fixture, const char *piece, guint times, const char *more)
{
  g_autofree char *text = overview (fixture);
  g_auto (GStrv) pieces = g_strsplit (text, piece, -1);

  g_assert_cmpuint (g_strv_length (pieces) - 1, ==, times);
  if (more != NULL)
    g_assert_nonnull (strstr (text, more));
  else
    g_assert_null (strstr (text, " more</a>"));
}

static void
test_causes (Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
  add_until (fixture, 20, FALSE, TLSRPT_STATE_OPEN);
  assert_shown (fixture, "Meaning ", 20, NULL);
  add_until (fixture, 21, FALSE, TLSRPT_STATE_OPEN);
  assert_shown (fixture, "Meaning ", 20, "<a href=\"incidents.html\">and 1 more</a>");
  assert_shown (fixture, "Broken now: 21 causes", 1, "and 1 more");
}

static void
test_places (Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
  add_until (fixture, 10, TRUE, TLSRPT_STATE_OPEN);
  assert_shown (fixture, ", #", 9, NULL);
  add_until (fixture, 11, TRUE, TLSRPT_STATE_OPEN);
  assert_shown (fixture, ", #", 9, "and <a href=\"incidents.html\">1 more</a>");
}

static void
test_ended (Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
  add_until (fixture, 20, FALSE, TLSRPT_STATE_CLOSED);
  assert_shown (fixture, "<li>#", 20, NULL);
  add_until (fixture, 22, FALSE, TLSRPT_STATE_CLOSED);
  assert_shown (fixture, "<li>#", 20, "<a href=\"incidents.html\">and 2 more</a>");
}

static void
test_domains (Fixture *fixture, gconstpointer unused G_GNUC_UNUSED)
{
  for (guint n = 20; n <= 21; n++) {
    g_autofree char *sql = g_strdup_printf (domains_sql, n);

    cluster_sql (fixture->conninfo, sql);
    assert_shown (fixture, ">own", 20, n == 20 ? NULL : "<a href=\"domains.html\">and 1 more</a>");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/overview/20-causes-and-how-many-more", Fixture, NULL, set_up, test_causes,
              tear_down);
  g_test_add ("/overview/10-places-of-a-cause-and-how-many-more", Fixture, NULL, set_up,
              test_places, tear_down);
  g_test_add ("/overview/20-that-have-ended-and-how-many-more", Fixture, NULL, set_up, test_ended,
              tear_down);
  g_test_add ("/overview/20-domains-and-how-many-more", Fixture, NULL, set_up, test_domains,
              tear_down);
  return g_test_run ();
}
