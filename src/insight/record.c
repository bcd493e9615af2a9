/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writes what changed in the book to the tables, many incidents in a statement: a stranger can name as many
 * places as a report has room for, and a round trip for each of them is minutes. */
#include "insight/record.h"

#include "insight/incident-row.h"
#include "insight/member-row.h"

static const char forget_sql[] =
    "DELETE FROM tlsrpt.incident_member WHERE incident_no = ANY ($1::bigint[])";

static void
add_members (TlsrptColumns *rows, const TlsrptBookEntry *entry)
{
  for (guint i = 0; i < entry->members->len; i++) {
    const TlsrptMember *member = &g_array_index (entry->members, TlsrptMember, i);
    const TlsrptMemberRow row = {
      .incident_no = entry->judgement->number,
      .day = member->day,
      .reporter_domain = member->reporter,
      .mail_domain = member->mail_domain,
      .policy_domain = member->policy_domain,
      .policy_type = tlsrpt_mechanism_names[member->mechanism],
      .result_type = member->result_type,
      .receiving_mx = member->receiving_mx,
      .failed_sessions = (gint64)MIN (member->failed_sessions, (guint64)G_MAXINT64),
    };

    tlsrpt_columns_add (rows, NULL, &row);
  }
}

static gboolean
run (TlsrptPg *pg, const char *sql, TlsrptColumns *rows, GError **error)
{
  TlsrptPgParam params[TLSRPT_COLUMNS_MAX];
  g_autoptr (PGresult) result = NULL;

  tlsrpt_columns_params (rows, params);
  result = tlsrpt_pg_query (pg, sql, (int)rows->relation->n_columns, params, error);
  return result != NULL;
}

static gboolean
save_entries (TlsrptPg *pg, TlsrptBookEntry *const *entries, guint n, GError **error)
{
  g_auto (TlsrptColumns) rows = { 0 };
  g_autofree char *insert = tlsrpt_columns_insert (&tlsrpt_member_row_relation, 1);
  g_autoptr (GPtrArray) judgements = g_ptr_array_new ();
  g_autofree char *numbers = NULL;
  g_autoptr (PGresult) forgotten = NULL;

  tlsrpt_columns_init (&rows, &tlsrpt_member_row_relation);
  for (guint i = 0; i < n; i++) {
    g_ptr_array_add (judgements, entries[i]->judgement);
    add_members (&rows, entries[i]);
  }
  numbers = tlsrpt_judgement_numbers (judgements);
  if (!tlsrpt_incident_row_save (pg, entries, n, error))
    return FALSE;
  forgotten = tlsrpt_pg_query_text (pg, forget_sql, error, numbers, TLSRPT_PG_END);
  return forgotten != NULL && run (pg, insert, &rows, error);
}

static void
put_kind (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  tlsrpt_array_add_text (array, tlsrpt_event_names[((const TlsrptEvent *)object)->kind]);
}

static void
put_severity (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  tlsrpt_array_add_text (array, tlsrpt_severity_names[((const TlsrptEvent *)object)->severity]);
}

static const TlsrptColumn event_columns[] = {
  { "incident_no", &tlsrpt_array_int8, .offset = G_STRUCT_OFFSET (TlsrptEvent, number) },
  { "event", &tlsrpt_array_text, .put = put_kind },
  { "day", &tlsrpt_array_date, .offset = G_STRUCT_OFFSET (TlsrptEvent, day) },
  { "severity", &tlsrpt_array_text, .put = put_severity },
};

static const TlsrptRelation event_relation = TLSRPT_RELATION ("tlsrpt.event", event_columns);

static const char notify_sql[] =
    "SELECT pg_catalog.pg_notify('tlsrpt_incident', json_build_object('incident_no', incident_no,"
    " 'event', event, 'day', day, 'severity', severity)::text) FROM ";

static gboolean
save_events (TlsrptPg *pg, const GArray *events, GError **error)
{
  g_autofree char *insert = tlsrpt_columns_insert (&event_relation, 1);
  g_autofree char *rows_sql = tlsrpt_columns_unnest (&event_relation, 1);
  g_autofree char *notify = g_strconcat (notify_sql, rows_sql, NULL);
  g_auto (TlsrptColumns) rows = { 0 };

  tlsrpt_columns_init (&rows, &event_relation);
  for (guint i = 0; i < events->len; i++)
    tlsrpt_columns_add (&rows, NULL, &g_array_index (events, TlsrptEvent, i));
  return run (pg, insert, &rows, error) && run (pg, notify, &rows, error);
}

static const char judged_sql[] =
    "INSERT INTO tlsrpt.judged (day, version)"
    " SELECT $1::date, concat_ws(' ', $2::text, incidents) FROM tlsrpt.judgement_version"
    " ON CONFLICT (is_only_row)"
    " DO UPDATE SET day = excluded.day, judged_at = now(), version = excluded.version";

gboolean
tlsrpt_record_save (TlsrptPg *pg, const TlsrptBook *book, gint32 today, const char *version,
                    GError **error)
{
  g_autofree char *day = tlsrpt_judgement_day_text (today);
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();
  g_autoptr (PGresult) judged = NULL;

  for (guint i = 0; i < book->entries->len; i++)
    if (((TlsrptBookEntry *)book->entries->pdata[i])->is_changed)
      g_ptr_array_add (changed, book->entries->pdata[i]);
  for (guint i = 0; i < changed->len; i += TLSRPT_INCIDENT_ROW_MAX)
    if (!save_entries (pg, (TlsrptBookEntry *const *)changed->pdata + i,
                       MIN (TLSRPT_INCIDENT_ROW_MAX, changed->len - i), error))
      return FALSE;
  if (book->events->len > 0 && !save_events (pg, book->events, error))
    return FALSE;
  judged = tlsrpt_pg_query_text (pg, judged_sql, error, day, version, TLSRPT_PG_END);
  return judged != NULL;
}
