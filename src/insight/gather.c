/* SPDX-License-Identifier: GPL-3.0-or-later
 * Four questions to the database, each one pass over the days of the window. */
#include "insight/gather.h"

#include <string.h>

#define DAYS " BETWEEN $1::date AND $2::date"
/* A report on an MX host alone names no mail domain. */
#define MAIL "coalesce(mail_domain, policy_domain)"
#define SCOPE                                                                                      \
  "day - date '1970-01-01', first_day - date '1970-01-01', last_day - date '1970-01-01',"          \
  " reporter_domain, is_verified, " MAIL ", policy_domain, policy_type, policy_mode"

/* What a domain without failures says is of no use: nothing is compared with it. */
#define FAILING                                                                                    \
  " (SELECT DISTINCT " MAIL " FROM tlsrpt.session_fact WHERE day" DAYS " AND failed_sessions > 0)"

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
  SESSION_SUCCESSFUL = N_SCOPE_COLUMNS,
  SESSION_FAILED,
};
static const char session_sql[] =
    "SELECT " SCOPE ", sum(successful_sessions), sum(failed_sessions) FROM tlsrpt.session_fact"
    " WHERE day" DAYS " AND " MAIL " IN" FAILING " GROUP BY day, first_day, last_day,"
    " reporter_domain, is_verified, " MAIL ", policy_domain, policy_type, policy_mode";

enum {
  FAILURE_RESULT_TYPE = N_SCOPE_COLUMNS,
  FAILURE_RECEIVING_MX,
  FAILURE_REASON,
  FAILURE_RECEIVING_IP,
  FAILURE_POLICY_MX,
  FAILURE_IS_UNUSABLE,
  FAILURE_SESSIONS,
};

/* RFC 7672 section 3.1.3: certificate usages 0 and 1 are not usable for SMTP. */
static const char failure_sql[] =
    "SELECT " SCOPE ", result_type, receiving_mx, left(failure_reason_code, 500), receiving_ip,"
    " CASE WHEN policy_type = 'sts'"
    " THEN array_to_string(tlsrpt.policy_mx(policy_string, mx_host), ' ') END,"
    " policy_type = 'tlsa' AND cardinality(policy_string) > 0"
    "  AND array_to_string(policy_string, E'\\n') !~* '(^|TLSA\\s+)\\s*[23]\\s+[01]\\s',"
    " sessions"
    " FROM (SELECT day, first_day, last_day, reporter_domain, is_verified, mail_domain,"
    "  policy_domain, policy_type, policy_mode, policy_string, mx_host, result_type, receiving_mx,"
    "  failure_reason_code, min(host(receiving_ip)) AS receiving_ip, sum(failed_sessions) AS "
    "sessions"
    "  FROM tlsrpt.failure_fact WHERE day" DAYS " AND failed_sessions > 0"
    "  GROUP BY day, first_day, last_day, reporter_domain, is_verified, mail_domain, policy_domain,"
    "   policy_type, policy_mode, policy_string, mx_host, result_type, receiving_mx,"
    "   failure_reason_code) AS summed";

enum { POLICY_DOMAIN, POLICY_MX, POLICY_FIRST_DAY, POLICY_LAST_DAY };
static const char policy_sql[] =
    "SELECT policy_domain, array_to_string(tlsrpt.policy_mx(policy_string, mx_host), ' '),"
    " min(first_day) - date '1970-01-01', max(last_day) - date '1970-01-01'"
    " FROM (SELECT policy_domain, policy_string, mx_host, min(first_day) AS first_day,"
    "  max(last_day) AS last_day FROM tlsrpt.session_fact WHERE day" DAYS
    "  AND policy_type = 'sts' AND " MAIL " IN" FAILING
    "  GROUP BY policy_domain, policy_string, mx_host) AS seen GROUP BY 1, 2";

enum { REPORT_REPORTER, REPORT_FIRST_DAY, REPORT_LAST_DAY };
static const char report_sql[] =
    "SELECT DISTINCT reporter_domain, first_day - date '1970-01-01', last_day - date '1970-01-01'"
    " FROM tlsrpt.report_fact WHERE last_day" DAYS;

enum { REPORTER_DOMAIN, REPORTER_NAME, REPORTER_CONTACT };
static const char reporter_sql[] =
    "SELECT DISTINCT ON (reporter_domain) reporter_domain, organization_name, contact_info"
    " FROM tlsrpt.report_fact WHERE last_day" DAYS
    " ORDER BY reporter_domain, last_day DESC, organization_name, contact_info";

typedef struct {
  TlsrptFacts *facts;
  const PGresult *result;
  int row;
} Row;

static const char *
text (const Row *row, int column)
{
  if (PQgetisnull (row->result, row->row, column))
    return NULL;
  return tlsrpt_facts_word (row->facts, PQgetvalue (row->result, row->row, column));
}

static gint32
day (const Row *row, int column)
{
  return (gint32)g_ascii_strtoll (PQgetvalue (row->result, row->row, column), NULL, 10);
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

static TlsrptMechanism
mechanism_of (const char *type)
{
  if (type == NULL)
    return TLSRPT_MECHANISM_OTHER;
  return strcmp (type, "sts") == 0    ? TLSRPT_MECHANISM_STS
         : strcmp (type, "tlsa") == 0 ? TLSRPT_MECHANISM_TLSA
         : strcmp (type, "no-policy-found") == 0 || strcmp (type, "no-sts-found") == 0 ||
                 strcmp (type, "no-tlsa-found") == 0
             ? TLSRPT_MECHANISM_NONE
             : TLSRPT_MECHANISM_OTHER;
}

static TlsrptPolicyMode
mode_of (const char *mode)
{
  for (guint i = 0; mode != NULL && i < TLSRPT_N_MODES; i++)
    if (strcmp (tlsrpt_mode_names[i], mode) == 0)
      return (TlsrptPolicyMode)i;
  return TLSRPT_MODE_UNKNOWN;
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
                        .mechanism = mechanism_of (text (row, COLUMN_POLICY_TYPE)),
                        .mode = mode_of (text (row, COLUMN_POLICY_MODE)) };
}

static void
take_session (const Row *row)
{
  TlsrptSessionFact session = { .scope = scope (row),
                                .successful_sessions = number (row, SESSION_SUCCESSFUL),
                                .failed_sessions = number (row, SESSION_FAILED) };

  g_array_append_val (row->facts->sessions, session);
}

static void
take_failure (const Row *row)
{
  TlsrptFailureFact failure = { .scope = scope (row),
                                .result_type = text (row, FAILURE_RESULT_TYPE),
                                .receiving_mx = text (row, FAILURE_RECEIVING_MX),
                                .reason = text (row, FAILURE_REASON),
                                .receiving_ip = text (row, FAILURE_RECEIVING_IP),
                                .policy_mx = text (row, FAILURE_POLICY_MX),
                                .is_unusable = truth (row, FAILURE_IS_UNUSABLE),
                                .failed_sessions = number (row, FAILURE_SESSIONS) };

  g_array_append_val (row->facts->failures, failure);
}

static void
take_policy (const Row *row)
{
  TlsrptPolicyFact policy = { text (row, POLICY_DOMAIN), text (row, POLICY_MX),
                              day (row, POLICY_FIRST_DAY), day (row, POLICY_LAST_DAY) };

  g_array_append_val (row->facts->policies, policy);
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

static gboolean
ask (TlsrptPg *pg, const char *sql, const char *first, const char *last, TlsrptFacts *facts,
     void (*take) (const Row *row), GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, sql, error, first, last, TLSRPT_PG_END);
  Row row = { .facts = facts, .result = result };

  if (result == NULL)
    return FALSE;
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

  if (!ask (pg, session_sql, first, last, facts, take_session, error) ||
      !ask (pg, failure_sql, first, last, facts, take_failure, error) ||
      !ask (pg, policy_sql, first, last, facts, take_policy, error) ||
      !ask (pg, report_sql, first, last, facts, take_report, error) ||
      !ask (pg, reporter_sql, first, last, facts, take_reporter, error))
    return NULL;
  return g_steal_pointer (&facts);
}
