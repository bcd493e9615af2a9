/* SPDX-License-Identifier: GPL-3.0-or-later
 * Questions to the database, each one pass over the days of the window. */
#include "insight/gather.h"

#include "insight/scope.h"
#include "insight/session-day.h"

#include <string.h>

#define DAYS " BETWEEN $1::date AND $2::date"
/* A report that is only about an MX host names no mail domain. */
#define MAIL "coalesce(mail_domain, policy_domain)"
#define SCOPE                                                                                      \
  "day - date '1970-01-01', first_day - date '1970-01-01', last_day - date '1970-01-01',"          \
  " reporter_domain, is_verified, " MAIL ", policy_domain, policy_type, policy_mode"

enum {
  COLUMN_DAY,
  COLUMN_FIRST_DAY,
  COLUMN_LAST_DAY,
  COLUMN_REPORTER,
  COLUMN_IS_VERIFIED,
  COLUMN_MAIL_DOMAIN,
  COLUMN_POLICY_DOMAIN,
  COLUMN_POLICY_TYPE,
  COLUMN_POLICY_MODE,
  N_SCOPE_COLUMNS,
};

enum {
  FAILURE_RESULT_TYPE = N_SCOPE_COLUMNS,
  FAILURE_RECEIVING_MX,
  FAILURE_REASON,
  FAILURE_RECEIVING_IP,
  FAILURE_POLICY_MX_DIGEST,
  FAILURE_MISSES_POLICY,
  FAILURE_IS_UNUSABLE,
  FAILURE_SESSIONS,
};
/* The key begins with the day, and failures have no other. */
#define KEYS                                                                                       \
  " report_uid >= tlsrpt.first_key($1::date) AND report_uid < tlsrpt.first_key($2::date + 1)"
static const char failure_sql[] =
    "SELECT " SCOPE ", result_type, receiving_mx, left(failure_reason_code, 500),"
    " host(min(receiving_ip)), policy_mx_digest, mx_in_policy IS FALSE, has_usable_tlsa IS FALSE,"
    " sum(failed_sessions) FROM tlsrpt.failure_fact WHERE day" DAYS " AND" KEYS
    " AND failed_sessions > 0"
    " GROUP BY day, first_day, last_day, reporter_domain, is_verified, mail_domain, policy_domain,"
    "  policy_type, policy_mode, policy_mx_digest, mx_in_policy, has_usable_tlsa, result_type,"
    "  receiving_mx, failure_reason_code";

enum { REPORT_REPORTER, REPORT_FIRST_DAY, REPORT_LAST_DAY };
static const char report_sql[] =
    "SELECT DISTINCT reporter_domain, first_day - date '1970-01-01', last_day - date '1970-01-01'"
    " FROM tlsrpt.report_fact WHERE last_day" DAYS;

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

/* @patterns: the patterns that a digest stands for. Sent once, and not with each failure: a policy has
 * 256 of them, and a report 100,000 failures. */
typedef struct {
  TlsrptFacts *facts;
  GHashTable *patterns;
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

static guint64
number (const Row *row, int column)
{
  return g_ascii_strtoull (PQgetvalue (row->result, row->row, column), NULL, 10);
}

static gboolean
truth (const Row *row, int column)
{
  return *PQgetvalue (row->result, row->row, column) == 't';
}

static TlsrptScope
scope (const Row *row)
{
  return (TlsrptScope){ .day = day (row, COLUMN_DAY),
                        .first_day = day (row, COLUMN_FIRST_DAY),
                        .last_day = day (row, COLUMN_LAST_DAY),
                        .reporter = text (row, COLUMN_REPORTER),
                        .is_verified = truth (row, COLUMN_IS_VERIFIED),
                        .mail_domain = text (row, COLUMN_MAIL_DOMAIN),
                        .policy_domain = text (row, COLUMN_POLICY_DOMAIN),
                        .mechanism = tlsrpt_scope_mechanism (text (row, COLUMN_POLICY_TYPE)),
                        .mode = tlsrpt_scope_mode (text (row, COLUMN_POLICY_MODE)) };
}

static const char *
patterns_of (const Row *row)
{
  if (PQgetisnull (row->result, row->row, FAILURE_POLICY_MX_DIGEST))
    return NULL;
  return g_hash_table_lookup (row->patterns,
                              PQgetvalue (row->result, row->row, FAILURE_POLICY_MX_DIGEST));
}

static void
take_failure (const Row *row)
{
  TlsrptFailureFact failure = { .scope = scope (row),
                                .result_type = text (row, FAILURE_RESULT_TYPE),
                                .receiving_mx = text (row, FAILURE_RECEIVING_MX),
                                .reason = text (row, FAILURE_REASON),
                                .receiving_ip = text (row, FAILURE_RECEIVING_IP),
                                .policy_mx = patterns_of (row),
                                .misses_policy = truth (row, FAILURE_MISSES_POLICY),
                                .is_unusable = truth (row, FAILURE_IS_UNUSABLE),
                                .failed_sessions = number (row, FAILURE_SESSIONS) };

  g_array_append_val (row->facts->failures, failure);
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
  g_autoptr (GHashTable) patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *first = tlsrpt_judgement_day_text (today - thresholds->window_days);
  g_autofree char *last = tlsrpt_judgement_day_text (today);
  const char *const days[] = { first, last };
  const Row row = { .facts = facts, .patterns = patterns };

  if (!tlsrpt_session_day_copy (pg, first, last, error) ||
      !tlsrpt_session_day_read (pg, first, last, facts, patterns, error) ||
      !ask (pg, failure_sql, days, row, take_failure, error) ||
      !ask (pg, report_sql, days, row, take_report, error) ||
      !ask (pg, reporter_sql, days, row, take_reporter, error) ||
      !ask (pg, observation_sql, days, row, take_observation, error))
    return NULL;
  return g_steal_pointer (&facts);
}
