/* SPDX-License-Identifier: GPL-3.0-or-later
 * Questions to the database, each one pass over the days of the window. */
#include "insight/gather.h"

#include "insight/scope.h"
#include "insight/session-day.h"

#include <string.h>

#define DAYS " BETWEEN $1::date AND $2::date"
/* In the order of columns of the index that has them all: to leave out what is equal then costs little. */
enum { REPORT_LAST_DAY, REPORT_REPORTER, REPORT_FIRST_DAY };
static const char report_sql[] =
    "SELECT last_day - date '1970-01-01', reporter_domain, first_day - date '1970-01-01'"
    " FROM (SELECT DISTINCT last_day, reporter_domain, first_day FROM tlsrpt.report_fact"
    "  WHERE last_day" DAYS ") AS reported";

enum { REPORTER_DOMAIN, REPORTER_NAME, REPORTER_CONTACT };
static const char reporter_sql[] =
    "SELECT reporter_domain, organization_name, contact_info FROM tlsrpt.known_reporter"
    " WHERE last_day >= $1::date AND $2::date IS NOT NULL";

enum {
  OBSERVATION_DAY,
  OBSERVATION_KIND,
  OBSERVATION_PLACE,
  OBSERVATION_MAIL_DOMAIN,
  OBSERVATION_IS_HEALTHY
};
static const char observation_sql[] =
    "SELECT DISTINCT ON (day, kind, place, mail_domain) day - date '1970-01-01', kind, place,"
    " mail_domain, is_healthy"
    " FROM (SELECT (at AT TIME ZONE 'UTC')::date AS day, * FROM tlsrpt.observation) AS seen"
    " WHERE day" DAYS " ORDER BY day, kind, place, mail_domain, at DESC, observation_no DESC";

typedef struct {
  TlsrptFacts *facts;
  const PGresult *result;
  int row;
} Row;

static const char *
text (const Row *row, int column)
{
  return tlsrpt_scope_text (row->facts, row->result, row->row, column);
}

static gint32
day (const Row *row, int column)
{
  return tlsrpt_scope_day (row->result, row->row, column);
}

static gboolean
truth (const Row *row, int column)
{
  return *PQgetvalue (row->result, row->row, column) == 't';
}

static void
take_report (const Row *row)
{
  TlsrptReportFact report = { text (row, REPORT_REPORTER), day (row, REPORT_FIRST_DAY),
                              day (row, REPORT_LAST_DAY) };

  g_array_append_val (row->facts->reports, report);
}

static void
take_reporter (const Row *row)
{
  TlsrptReporterFact reporter = { text (row, REPORTER_DOMAIN), text (row, REPORTER_NAME),
                                  text (row, REPORTER_CONTACT) };

  g_array_append_val (row->facts->reporters, reporter);
}

static void
take_observation (const Row *row)
{
  const char *kind = PQgetvalue (row->result, row->row, OBSERVATION_KIND);
  gboolean is_use = strcmp (kind, "domain-mx") == 0;
  TlsrptObservationFact observation = { .day = day (row, OBSERVATION_DAY),
                                        .kind = is_use
                                                    ? TLSRPT_PLACE_MX
                                                    : tlsrpt_judgement_word (tlsrpt_place_names,
                                                                             TLSRPT_N_PLACES, kind,
                                                                             TLSRPT_PLACE_DOMAIN),
                                        .place = text (row, OBSERVATION_PLACE),
                                        .mail_domain = text (row, OBSERVATION_MAIL_DOMAIN),
                                        .is_healthy = truth (row, OBSERVATION_IS_HEALTHY),
                                        .is_use = is_use };

  g_array_append_val (row->facts->observations, observation);
}

/* @row: without its result. */
static gboolean
ask (TlsrptPg *pg, const char *sql, const char *const days[2], Row row,
     void (*take) (const Row *row), GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, sql, error, days[0], days[1], TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  row.result = result;
  for (; row.row < PQntuples (result); row.row++)
    take (&row);
  return TRUE;
}

TlsrptFacts *
tlsrpt_gather (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds, GError **error)
{
  g_autoptr (TlsrptFacts) facts = tlsrpt_facts_new ();
  g_autofree char *first = tlsrpt_judgement_day_text (today - thresholds->window_days);
  g_autofree char *last = tlsrpt_judgement_day_text (today);
  const char *const days[] = { first, last };
  const Row row = { .facts = facts };

  if (!tlsrpt_session_day_copy (pg, first, last, error) ||
      !tlsrpt_session_day_read (pg, first, last, facts, error) ||
      !ask (pg, report_sql, days, row, take_report, error) ||
      !ask (pg, reporter_sql, days, row, take_reporter, error) ||
      !ask (pg, observation_sql, days, row, take_observation, error))
    return NULL;
  return g_steal_pointer (&facts);
}
