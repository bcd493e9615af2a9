/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writes what changed in the book to the tables, many incidents in a statement: a stranger can name as many
 * places as a report has room for, and a round trip for each of them is minutes. */
#include "insight/record.h"

#include "insight/column.h"
#include "insight/member-row.h"

#include <string.h>

/* Incidents in one statement: 33 parameters each, of the 65,535 that a statement may have. */
#define CHUNK 500u

/* What an entry has beside its judgement, in the order of add_entry(). */
static const char *const entry_columns[] = { "late_sessions::numeric", "merged_into::bigint",
                                             "told_severity::text",    "told_effect::text",
                                             "told_domains::integer",  "judged_on::date" };

static void
add_entry (TlsrptColumnParams *params, const TlsrptBookEntry *entry, gint32 today)
{
  gboolean told = entry->was_told;

  tlsrpt_column_add_text (params, g_strdup_printf ("%" G_GUINT64_FORMAT, entry->late_sessions));
  tlsrpt_column_add_text (params, entry->merged_into != 0
                                      ? g_strdup_printf ("%" G_GINT64_FORMAT, entry->merged_into)
                                      : NULL);
  tlsrpt_column_add_text (params,
                          told ? g_strdup (tlsrpt_severity_names[entry->told_severity]) : NULL);
  tlsrpt_column_add_text (params, told ? g_strdup (tlsrpt_effect_names[entry->told_effect]) : NULL);
  tlsrpt_column_add_text (params, told ? g_strdup_printf ("%u", entry->told_domains) : NULL);
  tlsrpt_column_add_text (params, tlsrpt_judgement_day_text (today));
}

/* `($1::bigint, $2::text, ...)` for entry number @row. */
static void
append_values (GString *text, guint row, guint n_own)
{
  guint n = n_own + G_N_ELEMENTS (entry_columns);

  for (guint i = 0; i < n; i++) {
    const char *type =
        i < n_own ? tlsrpt_column_type (i) : strstr (entry_columns[i - n_own], "::") + 2;

    g_string_append_printf (text, "%s$%u::%s",
                            i > 0     ? ", "
                            : row > 0 ? "), ("
                                      : "(",
                            row * n + i + 1, type);
  }
}

static char *
save_sql (guint n_entries)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new (NULL);
  g_autoptr (GString) updates = g_string_new (NULL);
  guint n_own = (guint)tlsrpt_column_count;

  for (guint i = 0; i < n_own + G_N_ELEMENTS (entry_columns); i++) {
    gboolean own = i < n_own;
    g_auto (GStrv) other = own ? NULL : g_strsplit (entry_columns[i - n_own], "::", 2);
    const char *name = own ? tlsrpt_column_name (i) : other[0];

    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    if (i > 0)
      g_string_append_printf (updates, "%s%s = excluded.%s", i > 1 ? ", " : "", name, name);
  }
  for (guint row = 0; row < n_entries; row++)
    append_values (values, row, n_own);
  return g_strdup_printf ("INSERT INTO tlsrpt.incident (%s) VALUES %s)"
                          " ON CONFLICT (incident_no) DO UPDATE SET %s",
                          names->str, values->str, updates->str);
}

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
save_members (TlsrptPg *pg, gpointer *entries, guint n, GError **error)
{
  g_auto (TlsrptColumnParams) forgotten = { 0 };
  g_auto (TlsrptColumns) rows = { 0 };
  g_autofree char *sql = tlsrpt_columns_insert (&tlsrpt_member_row_relation, 1);
  g_autofree TlsrptPgParam *params = NULL;
  g_autoptr (PGresult) result = NULL;
  TlsrptArray numbers;

  tlsrpt_column_params_init (&forgotten);
  tlsrpt_columns_init (&rows, &tlsrpt_member_row_relation);
  tlsrpt_array_init (&numbers, &tlsrpt_array_int8);
  for (guint i = 0; i < n; i++) {
    const TlsrptBookEntry *entry = entries[i];

    tlsrpt_array_add_int8 (&numbers, entry->judgement->number);
    add_members (&rows, entry);
  }
  tlsrpt_column_add_array (&forgotten, numbers);
  if (!tlsrpt_column_run (pg, forget_sql, &forgotten, error))
    return FALSE;
  params = g_new0 (TlsrptPgParam, tlsrpt_member_row_relation.n_columns);
  tlsrpt_columns_params (&rows, params);
  result = tlsrpt_pg_query (pg, sql, (int)tlsrpt_member_row_relation.n_columns, params, error);
  return result != NULL;
}

static gboolean
save_entries (TlsrptPg *pg, gpointer *entries, guint n, gint32 today, GError **error)
{
  g_auto (TlsrptColumnParams) params = { 0 };
  g_autofree char *sql = save_sql (n);

  tlsrpt_column_params_init (&params);
  for (guint i = 0; i < n; i++) {
    const TlsrptBookEntry *entry = entries[i];

    tlsrpt_column_add_judgement (&params, entry->judgement);
    add_entry (&params, entry, today);
  }
  return tlsrpt_column_run (pg, sql, &params, error) && save_members (pg, entries, n, error);
}

#define EVENTS                                                                                     \
  " FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::text[]) WITH ORDINALITY"              \
  " AS e(incident_no, event, day, severity, number)"
static const char event_sql[] =
    "INSERT INTO tlsrpt.event (incident_no, event, day, severity)"
    " SELECT incident_no, event, date '1970-01-01' + day, severity" EVENTS " ORDER BY number";
static const char notify_sql[] =
    "SELECT pg_catalog.pg_notify('tlsrpt_incident', json_build_object('incident_no', incident_no,"
    " 'event', event, 'day', (date '1970-01-01' + day)::text, 'severity', severity)::text)" EVENTS;
static const char judged_sql[] =
    "INSERT INTO tlsrpt.judged (day, version)"
    " SELECT $1::date, concat_ws(' ', $2::text, incidents) FROM tlsrpt.judgement_version"
    " ON CONFLICT (is_only_row)"
    " DO UPDATE SET day = excluded.day, judged_at = now(), version = excluded.version";

static gboolean
save_events (TlsrptPg *pg, const GArray *events, GError **error)
{
  g_auto (TlsrptColumnParams) params = { 0 };
  TlsrptArray numbers, kinds, days, severities;

  tlsrpt_column_params_init (&params);
  tlsrpt_array_init (&numbers, &tlsrpt_array_int8);
  tlsrpt_array_init (&kinds, &tlsrpt_array_text);
  tlsrpt_array_init (&days, &tlsrpt_array_int4);
  tlsrpt_array_init (&severities, &tlsrpt_array_text);
  for (guint i = 0; i < events->len; i++) {
    const TlsrptEvent *event = &g_array_index (events, TlsrptEvent, i);

    tlsrpt_array_add_int8 (&numbers, event->number);
    tlsrpt_array_add_text (&kinds, tlsrpt_event_names[event->kind]);
    tlsrpt_array_add_int4 (&days, event->day);
    tlsrpt_array_add_text (&severities, tlsrpt_severity_names[event->severity]);
  }
  tlsrpt_column_add_array (&params, numbers);
  tlsrpt_column_add_array (&params, kinds);
  tlsrpt_column_add_array (&params, days);
  tlsrpt_column_add_array (&params, severities);
  return tlsrpt_column_run (pg, event_sql, &params, error) &&
         tlsrpt_column_run (pg, notify_sql, &params, error);
}

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
  for (guint i = 0; i < changed->len; i += CHUNK)
    if (!save_entries (pg, changed->pdata + i, MIN (CHUNK, changed->len - i), today, error))
      return FALSE;
  if (book->events->len > 0 && !save_events (pg, book->events, error))
    return FALSE;
  judged = tlsrpt_pg_query_text (pg, judged_sql, error, day, version, TLSRPT_PG_END);
  return judged != NULL;
}
