/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writes what changed in the book to the tables. */
#include "insight/record.h"

#include "insight/column.h"

#include <string.h>

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

static char *
save_sql (void)
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
    g_string_append_printf (values, "%s$%u::%s", i > 0 ? ", " : "", i + 1,
                            own ? tlsrpt_column_type (i) : other[1]);
    if (i > 0)
      g_string_append_printf (updates, "%s%s = excluded.%s", i > 1 ? ", " : "", name, name);
  }
  return g_strdup_printf ("INSERT INTO tlsrpt.incident (%s) VALUES (%s)"
                          " ON CONFLICT (incident_no) DO UPDATE SET %s",
                          names->str, values->str, updates->str);
}

static const char forget_sql[] =
    "DELETE FROM tlsrpt.incident_member WHERE incident_no = $1::bigint";
static const char member_sql[] =
    "INSERT INTO tlsrpt.incident_member (incident_no, day, reporter_domain, mail_domain,"
    " policy_domain, policy_type, result_type, receiving_mx, failed_sessions)"
    " SELECT $1::bigint, date '1970-01-01' + m.day, m.reporter_domain, m.mail_domain,"
    " m.policy_domain, m.policy_type, m.result_type, m.receiving_mx, m.failed_sessions"
    " FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],"
    " $8::text[], $9::bigint[]) AS m(day, reporter_domain, mail_domain, policy_domain, policy_type,"
    " result_type, receiving_mx, failed_sessions)";

enum {
  MEMBER_DAY,
  MEMBER_REPORTER,
  MEMBER_MAIL_DOMAIN,
  MEMBER_POLICY_DOMAIN,
  MEMBER_POLICY_TYPE,
  MEMBER_RESULT_TYPE,
  MEMBER_RECEIVING_MX,
  MEMBER_SESSIONS,
  N_MEMBER_COLUMNS,
};

static gboolean
save_members (TlsrptPg *pg, const TlsrptBookEntry *entry, GError **error)
{
  g_auto (TlsrptColumnParams) number = { 0 };
  g_auto (TlsrptColumnParams) params = { 0 };
  TlsrptArray arrays[N_MEMBER_COLUMNS];

  tlsrpt_column_params_init (&number);
  tlsrpt_column_params_init (&params);
  tlsrpt_column_add_text (&number, g_strdup_printf ("%" G_GINT64_FORMAT, entry->judgement->number));
  tlsrpt_column_add_text (&params, g_strdup_printf ("%" G_GINT64_FORMAT, entry->judgement->number));
  for (int i = 0; i < N_MEMBER_COLUMNS; i++)
    tlsrpt_array_init (&arrays[i], i == MEMBER_DAY        ? &tlsrpt_array_int4
                                   : i == MEMBER_SESSIONS ? &tlsrpt_array_int8
                                                          : &tlsrpt_array_text);
  for (guint i = 0; i < entry->members->len; i++) {
    const TlsrptMember *member = &g_array_index (entry->members, TlsrptMember, i);

    tlsrpt_array_add_int4 (&arrays[MEMBER_DAY], member->day);
    tlsrpt_array_add_text (&arrays[MEMBER_REPORTER], member->reporter);
    tlsrpt_array_add_text (&arrays[MEMBER_MAIL_DOMAIN], member->mail_domain);
    tlsrpt_array_add_text (&arrays[MEMBER_POLICY_DOMAIN], member->policy_domain);
    tlsrpt_array_add_text (&arrays[MEMBER_POLICY_TYPE], tlsrpt_mechanism_names[member->mechanism]);
    tlsrpt_array_add_text (&arrays[MEMBER_RESULT_TYPE], member->result_type);
    tlsrpt_array_add_text (&arrays[MEMBER_RECEIVING_MX], member->receiving_mx);
    tlsrpt_array_add_int8 (&arrays[MEMBER_SESSIONS],
                           (gint64)MIN (member->failed_sessions, (guint64)G_MAXINT64));
  }
  for (int i = 0; i < N_MEMBER_COLUMNS; i++)
    tlsrpt_column_add_array (&params, arrays[i]);
  return tlsrpt_column_run (pg, forget_sql, &number, error) &&
         (entry->members->len == 0 || tlsrpt_column_run (pg, member_sql, &params, error));
}

static gboolean
save_entry (TlsrptPg *pg, const char *sql, const TlsrptBookEntry *entry, gint32 today,
            GError **error)
{
  g_auto (TlsrptColumnParams) params = { 0 };

  tlsrpt_column_params_init (&params);
  tlsrpt_column_add_judgement (&params, entry->judgement);
  add_entry (&params, entry, today);
  return tlsrpt_column_run (pg, sql, &params, error) && save_members (pg, entry, error);
}

static const char event_sql[] = "INSERT INTO tlsrpt.event (incident_no, event, day, severity)"
                                " VALUES ($1::bigint, $2, $3::date, $4)";
static const char notify_sql[] =
    "SELECT pg_catalog.pg_notify('tlsrpt_incident', json_build_object('incident_no', $1::bigint,"
    " 'event', $2::text, 'day', $3::text, 'severity', $4::text)::text)";
static const char judged_sql[] =
    "INSERT INTO tlsrpt.judged (day) VALUES ($1::date) ON CONFLICT (is_only_row)"
    " DO UPDATE SET day = greatest(judged.day, excluded.day), judged_at = now()";

static gboolean
save_event (TlsrptPg *pg, const TlsrptEvent *event, GError **error)
{
  g_auto (TlsrptColumnParams) params = { 0 };

  tlsrpt_column_params_init (&params);
  tlsrpt_column_add_text (&params, g_strdup_printf ("%" G_GINT64_FORMAT, event->number));
  tlsrpt_column_add_text (&params, g_strdup (tlsrpt_event_names[event->kind]));
  tlsrpt_column_add_text (&params, tlsrpt_judgement_day_text (event->day));
  tlsrpt_column_add_text (&params, g_strdup (tlsrpt_severity_names[event->severity]));
  return tlsrpt_column_run (pg, event_sql, &params, error) &&
         tlsrpt_column_run (pg, notify_sql, &params, error);
}

gboolean
tlsrpt_record_save (TlsrptPg *pg, const TlsrptBook *book, gint32 today, GError **error)
{
  g_autofree char *sql = save_sql ();
  g_autofree char *day = tlsrpt_judgement_day_text (today);
  g_autoptr (PGresult) judged = NULL;

  for (guint i = 0; i < book->entries->len; i++) {
    const TlsrptBookEntry *entry = book->entries->pdata[i];

    if (entry->is_changed && !save_entry (pg, sql, entry, today, error))
      return FALSE;
  }
  for (guint i = 0; i < book->events->len; i++)
    if (!save_event (pg, &g_array_index (book->events, TlsrptEvent, i), error))
      return FALSE;
  judged = tlsrpt_pg_query_text (pg, judged_sql, error, day, TLSRPT_PG_END);
  return judged != NULL;
}
