/* SPDX-License-Identifier: GPL-3.0-or-later
 * All kinds of pages, from one state of the database. */
#include "site/site.h"

#include "insight/snapshot.h"
#include "insight/update.h"
#include "pg/row.h"
#include "site/document.h"
#include "site/frame.h"
#include "site/overview.h"
#include "site/pages.h"

#include <string.h>

#define N_KINDS (TLSRPT_N_SHEETS - 1)

/* A cursor that is read to its end: the planner would take one for a few rows. */
static const char whole_sql[] = "SET LOCAL cursor_tuple_fraction = 1";

static const char merged_sql[] = ", i.merged_into FROM tlsrpt.incident_list i";

static void
incident_free (gpointer incident)
{
  tlsrpt_incident_free (incident);
}

static gboolean
load_incidents (TlsrptPages *pages, GError **error)
{
  g_autofree char *sql = tlsrpt_incident_sql (merged_sql);
  g_autoptr (PGresult) result = tlsrpt_pg_query (pages->pg, sql, 0, NULL, error);
  g_autoptr (GPtrArray) incidents =
      result != NULL ? tlsrpt_incident_take (pages->pg, result, error) : NULL;

  if (incidents == NULL)
    return FALSE;
  g_ptr_array_set_free_func (incidents, NULL);
  for (guint i = 0; i < incidents->len; i++) {
    TlsrptIncident *incident = incidents->pdata[i];
    char *number = g_strdup_printf ("%" G_GINT64_FORMAT, incident->judgement->number);

    char *merged_into = tlsrpt_row_copy (result, (int)i, "merged_into");

    if (merged_into != NULL)
      g_hash_table_insert (pages->merged, g_strdup (number), merged_into);
    g_hash_table_insert (pages->incidents, number, incident);
  }
  return TRUE;
}

static gboolean
load_judged (TlsrptPages *pages, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (
      pages->pg, "SELECT max(day) AS judged_on FROM tlsrpt.judged_day", 0, NULL, error);

  if (result == NULL)
    return FALSE;
  pages->judged_on = tlsrpt_row_copy (result, 0, "judged_on");
  return TRUE;
}

static gboolean
make_style (const TlsrptPages *pages, GError **error)
{
  char *style = tlsrpt_frame_style ();
  g_autoptr (GBytes) bytes = g_bytes_new_take (style, strlen (style));

  return tlsrpt_publish_put (pages->publish, "style.css", NULL, bytes, error);
}

/* First all indexes, which say which pages there are, then the pages, with links to each other. */
static gboolean
make_kinds (const TlsrptPages *pages, PGresult *indexes[], GError **error)
{
  guint n;
  const TlsrptKind *const *kinds = tlsrpt_kinds (&n);

  g_assert (n == N_KINDS);
  for (guint i = 0; i < n; i++) {
    indexes[i] = tlsrpt_pages_index (pages, kinds[i], error);
    if (indexes[i] == NULL)
      return FALSE;
  }
  if (!make_style (pages, error) || !tlsrpt_document_make (pages, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!tlsrpt_pages_make (pages, kinds[i], indexes[i], error))
      return FALSE;
  return tlsrpt_overview_make (pages, indexes[n - 1], error);
}

static gboolean
make (const TlsrptPages *pages, GError **error)
{
  PGresult *indexes[N_KINDS] = { NULL };
  gboolean is_made = make_kinds (pages, indexes, error);

  for (guint i = 0; i < N_KINDS; i++)
    PQclear (indexes[i]);
  return is_made;
}

static void
pages_clear (TlsrptPages *pages)
{
  tlsrpt_atlas_free (pages->atlas);
  g_hash_table_unref (pages->incidents);
  g_hash_table_unref (pages->merged);
  g_free (pages->judged_on);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsrptPages, pages_clear)

gboolean
tlsrpt_site_make (TlsrptPg *pg, TlsrptPublish *publish, const TlsrptSiteDays *days,
                  const TlsrptThresholds *thresholds, TlsrptPublished *published, GError **error)
{
  gint32 first_report = days->today - (gint32)days->reports + 1;
  g_autofree char *since = tlsrpt_judgement_day_text (days->today - (gint32)days->days + 1);
  g_autofree char *reports_since = tlsrpt_judgement_day_text (first_report);
  g_autofree char *until = tlsrpt_judgement_day_text (days->today);
  g_autoptr (TlsrptPgTransaction) transaction = NULL;
  g_autoptr (PGresult) whole = NULL;
  g_auto (TlsrptPages) pages = {
    .pg = pg,
    .publish = publish,
    .since = since,
    .reports_since = reports_since,
    .until = until,
    .incidents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, incident_free),
    .merged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
  };

  if (!tlsrpt_update_where_may (pg, days->today, thresholds, error))
    return FALSE;
  transaction = tlsrpt_snapshot_begin (pg, until, error);
  if (transaction == NULL)
    return FALSE;
  whole = tlsrpt_pg_query (pg, whole_sql, 0, NULL, error);
  if (whole == NULL || !tlsrpt_pg_may (pg, "tlsrpt.report_list", "SELECT", &pages.may_list, error))
    return FALSE;
  pages.atlas = tlsrpt_atlas_new (pages.may_list ? first_report : days->today + 1, days->today);
  return load_judged (&pages, error) && load_incidents (&pages, error) && make (&pages, error) &&
         tlsrpt_pg_commit (transaction, error) && tlsrpt_publish_finish (publish, published, error);
}
