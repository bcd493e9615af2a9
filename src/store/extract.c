/* SPDX-License-Identifier: GPL-3.0-or-later
 * Cursors over reports and incidents to lines. A document is inflated here; one that cannot be a line of
 * JSON is made from its rows. */
#include "store/extract.h"

#include "core/gzip/gunzip.h"
#include "pg/columns.h"

#include <string.h>

/* Documents may be large: few of them are in memory at once. */
#define FETCH "FETCH 10 FROM tlsrpt_extract"

typedef struct {
  const char *uid;
  GBytes *evidence;
  const char *text;
} Row;

static const TlsrptColumn report_columns[] = {
  { "report_uid", &tlsrpt_array_text, .offset = G_STRUCT_OFFSET (Row, uid),
    .sql = "r.report_uid::text" },
  { "evidence", &tlsrpt_array_bytea, .offset = G_STRUCT_OFFSET (Row, evidence),
    .sql = "CASE WHEN NOT EXISTS (SELECT FROM tlsrpt.policy p WHERE p.report_uid = r.report_uid"
           " AND p.mail_domain IS DISTINCT FROM $1) THEN r.evidence END" },
};

static const TlsrptColumn incident_columns[] = {
  { "line", &tlsrpt_array_text, .offset = G_STRUCT_OFFSET (Row, text),
    .sql = "json_build_object('kind', 'incident', 'version', 1, 'number', i.incident_no,"
           " 'place_kind', i.place_kind, 'place', i.place, 'cause', i.cause, 'state', i.state,"
           " 'severity', i.severity, 'effect', i.effect, 'fault', i.fault,"
           " 'first_day', coalesce(m.first_day, i.first_day),"
           " 'last_day', coalesce(m.last_day, i.last_day), 'over_day', i.over_day,"
           " 'failed_sessions', coalesce(m.failed_sessions, 0), 'reporters', coalesce(m.reporters, "
           "'{}'),"
           " 'events', (SELECT coalesce(json_agg(json_build_object('event', e.event, 'day', e.day,"
           " 'severity', e.severity) ORDER BY e.event_no), '[]') FROM tlsrpt.event e"
           " WHERE e.incident_no = i.incident_no))" },
};

static const TlsrptRelation report_relation = TLSRPT_RELATION (NULL, report_columns);
static const TlsrptRelation incident_relation = TLSRPT_RELATION (NULL, incident_columns);

static const char reports_from[] =
    " FROM (SELECT DISTINCT report_uid FROM tlsrpt.policy WHERE mail_domain = $1) AS of_domain"
    " JOIN tlsrpt.report r USING (report_uid) ORDER BY r.report_uid";
/* An incident without failed sessions is one of a domain that nobody reports on any more. */
static const char incidents_from[] =
    " FROM tlsrpt.incident i"
    " LEFT JOIN (SELECT incident_no, min(day) AS first_day, max(day) AS last_day,"
    "   sum(failed_sessions) AS failed_sessions,"
    "   array_agg(DISTINCT reporter_domain ORDER BY reporter_domain) AS reporters"
    "  FROM tlsrpt.incident_member WHERE mail_domain = $1 GROUP BY incident_no) AS m"
    "  USING (incident_no)"
    " WHERE m.incident_no IS NOT NULL OR (i.place_kind = 'domain' AND i.place = $1)"
    " ORDER BY i.incident_no";
static const char rebuild_sql[] = "SELECT tlsrpt.report_document($1::uuid, $2)";

typedef struct {
  TlsrptPg *pg;
  const char *domain;
  TlsrptExtractLine take;
  gpointer data;
} Extract;

/* A line end in JSON stands between its words. */
static gboolean
take_line (const Extract *extract, const char *text, gsize length, GError **error)
{
  g_autofree char *line = g_strndup (text, length);

  g_strdelimit (line, "\r\n", ' ');
  return extract->take (extract->data, line, length, error);
}

static gboolean
rebuild (const Extract *extract, const char *uid, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (extract->pg, rebuild_sql, error, uid, extract->domain, TLSRPT_PG_END);
  const char *document;

  if (result == NULL)
    return FALSE;
  document = PQgetvalue (result, 0, 0);
  return take_line (extract, document, strlen (document), error);
}

static gboolean
take_report (const Extract *extract, const Row *row, GError **error)
{
  static const char mark[] = "\xEF\xBB\xBF";
  g_autoptr (GBytes) document = row->evidence != NULL ? tlsrpt_gunzip_stored (row->evidence) : NULL;
  gsize length = 0;
  const char *text = document != NULL ? g_bytes_get_data (document, &length) : NULL;

  if (text == NULL || !g_utf8_validate_len (text, length, NULL))
    return rebuild (extract, row->uid, error);
  if (length >= strlen (mark) && memcmp (text, mark, strlen (mark)) == 0)
    return take_line (extract, text + strlen (mark), length - strlen (mark), error);
  return take_line (extract, text, length, error);
}

static gboolean
take_incident (const Extract *extract, const Row *row, GError **error)
{
  return take_line (extract, row->text, strlen (row->text), error);
}

typedef gboolean (*TakeRow) (const Extract *extract, const Row *row, GError **error);

/* Takes the next rows of the cursor; @more says whether there were any. */
static gboolean
fetch (const Extract *extract, const TlsrptRelation *relation, TakeRow take_row, gboolean *more,
       GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (extract->pg, FETCH, 0, NULL, error);

  if (result == NULL)
    return FALSE;
  *more = PQntuples (result) > 0;
  for (int i = 0; i < PQntuples (result); i++) {
    Row row = { 0 };
    gboolean taken;

    tlsrpt_columns_read (relation, result, i, &row);
    taken = take_row (extract, &row, error);
    g_clear_pointer (&row.evidence, g_bytes_unref);
    if (!taken)
      return FALSE;
  }
  return TRUE;
}

static gboolean
take_all (const Extract *extract, const TlsrptRelation *relation, const char *from,
          TakeRow take_row, GError **error)
{
  g_autofree char *list = tlsrpt_columns_list (relation);
  g_autofree char *declare =
      g_strconcat ("DECLARE tlsrpt_extract NO SCROLL CURSOR FOR SELECT ", list, from, NULL);
  g_autoptr (PGresult) declared =
      tlsrpt_pg_query_text (extract->pg, declare, error, extract->domain, TLSRPT_PG_END);
  g_autoptr (PGresult) closed = NULL;
  gboolean more = declared != NULL;

  if (declared == NULL)
    return FALSE;
  while (more)
    if (!fetch (extract, relation, take_row, &more, error))
      return FALSE;
  closed = tlsrpt_pg_query (extract->pg, "CLOSE tlsrpt_extract", 0, NULL, error);
  return closed != NULL;
}

gboolean
tlsrpt_extract_run (TlsrptPg *pg, const char *domain, TlsrptExtractLine take, gpointer data,
                    GError **error)
{
  const Extract extract = { pg, domain, take, data };
  g_autoptr (TlsrptPgTransaction) transaction =
      tlsrpt_pg_begin (pg, TLSRPT_SESSION_SNAPSHOT, error);

  return transaction != NULL &&
         take_all (&extract, &report_relation, reports_from, take_report, error) &&
         take_all (&extract, &incident_relation, incidents_from, take_incident, error) &&
         tlsrpt_pg_commit (transaction, error);
}
