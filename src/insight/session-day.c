/* SPDX-License-Identifier: GPL-3.0-or-later
 * A window of 60 days has 600,000 policies of 2,500 domains. To send them row by row takes the server and us
 * two seconds, and as long again to find the policies among them; to find 40,000 failures takes it most of a
 * second. The copy has them as text, thousands of them in a row, and is made again only of the days that have
 * changed. */
#include "insight/session-day.h"

#include "insight/day-line.h"
#include "insight/scope.h"
#include "pg/array.h"

#include <string.h>

/* Lines in a row of the copy: of 600 bytes at most, so that no row is too long. */
#define LINES "5000"

static const char drop_sql[] =
    "WITH now AS MATERIALIZED (SELECT day, version FROM tlsrpt.day_version"
    "  WHERE day BETWEEN $1::date AND $2::date)"
    " DELETE FROM tlsrpt.session_day s WHERE NOT EXISTS (SELECT FROM now"
    "  WHERE now.day = s.day AND now.version = s.version)";

/* An array, and not a join, so that the planner knows how many days it is about. */
enum { MISSING_DAYS, MISSING_FIRST, MISSING_LAST };
static const char missing_sql[] =
    "SELECT array_agg(d::date), min(d::date), max(d::date)"
    " FROM generate_series($1::date, $2::date, '1 day') AS d"
    " WHERE NOT EXISTS (SELECT FROM tlsrpt.session_day s WHERE s.day = d::date)";

/* A report that is only about an MX host names no mail domain. */
#define MAIL "coalesce(mail_domain, policy_domain)"
#define OTHER_POLICY(escaped) "CASE WHEN mail_domain <> policy_domain THEN " escaped " ELSE '' END"
#define KEY "day, first_day, last_day, reporter_domain, is_verified, policy_type, policy_mode"
#define PART "row_number() OVER (PARTITION BY " KEY ") / " LINES " AS part"
#define WITH_VERSION                                                                               \
  " LEFT JOIN (SELECT day, version FROM tlsrpt.day_version WHERE day = ANY ($1::date[])) AS now"   \
  " USING (day)"

/* clang-format off */
#define SESSION_LINES \
  "SELECT " KEY ", coalesce(min(version), '')," \
  "  string_agg(DISTINCT mail, E'\\n') FILTER (WHERE has_failures)," \
  "  string_agg(concat_ws(' ', mail, policy, successful_sessions, failed_sessions," \
  "   policy_mx_digest), E'\\n'), NULL" \
  " FROM (SELECT " KEY ", version, has_failures, successful_sessions, failed_sessions," \
  "   policy_mx_digest, " TLSRPT_DAY_LINE_SPACED (MAIL) " AS mail," \
  "   " OTHER_POLICY (TLSRPT_DAY_LINE_SPACED ("policy_domain")) " AS policy, " PART \
  "  FROM tlsrpt.session_fact" WITH_VERSION \
  "  WHERE day = ANY ($1::date[])) AS line GROUP BY " KEY ", part"

#define OF_FAILURE \
  "mail_domain, policy_domain, policy_mx_digest, mx_in_policy, has_usable_tlsa, result_type," \
  " receiving_mx, failure_reason_code"

/* The key begins with the day, and failures have no other. */
#define FAILURE_LINES \
  "SELECT " KEY ", coalesce(min(version), ''), NULL, ''," \
  "  string_agg(concat_ws(E'\\t', mail, policy, failed_sessions, (mx_in_policy IS FALSE)::integer," \
  "   (has_usable_tlsa IS FALSE)::integer, coalesce(policy_mx_digest::text, '\\-')," \
  "   coalesce(ip, '\\-'), " TLSRPT_DAY_LINE_TABBED ("result_type") "," \
  "   " TLSRPT_DAY_LINE_TABBED ("receiving_mx") "," \
  "   " TLSRPT_DAY_LINE_TABBED ("left(failure_reason_code, 500)") "), E'\\n')" \
  " FROM (SELECT " KEY ", " OF_FAILURE ", version, ip, failed_sessions," \
  "   " TLSRPT_DAY_LINE_TABBED (MAIL) " AS mail," \
  "   " OTHER_POLICY (TLSRPT_DAY_LINE_TABBED ("policy_domain")) " AS policy, " PART \
  "  FROM (SELECT " KEY ", " OF_FAILURE ", host(min(receiving_ip)) AS ip," \
  "    sum(failed_sessions) AS failed_sessions FROM tlsrpt.failure_fact" \
  "   WHERE day = ANY ($1::date[]) AND report_uid >= tlsrpt.first_key($2::date)" \
  "    AND report_uid < tlsrpt.first_key($3::date + 1) AND failed_sessions > 0" \
  "   GROUP BY " KEY ", " OF_FAILURE ") AS alike" WITH_VERSION ") AS line GROUP BY " KEY ", part"
/* clang-format on */

/* Version, sessions and failures are of one snapshot. A day without a version is copied each time. */
static const char copy_sql[] =
    "INSERT INTO tlsrpt.session_day (" KEY ", version, failing, sessions, failures) " SESSION_LINES
    " UNION ALL " FAILURE_LINES;

static const char failing_sql[] = "SELECT failing FROM tlsrpt.session_day WHERE failing IS NOT NULL"
                                  " AND day BETWEEN $1::date AND $2::date";

enum {
  COLUMN_DAY,
  COLUMN_FIRST_DAY,
  COLUMN_LAST_DAY,
  COLUMN_REPORTER,
  COLUMN_IS_VERIFIED,
  COLUMN_POLICY_TYPE,
  COLUMN_POLICY_MODE,
  COLUMN_SESSIONS,
  COLUMN_FAILURES,
};
static const char session_sql[] =
    "SELECT day - date '1970-01-01', first_day - date '1970-01-01', last_day - date '1970-01-01',"
    " reporter_domain, is_verified, policy_type, policy_mode, sessions, failures"
    " FROM tlsrpt.session_day WHERE day = $1::date";

/* One row of many has the patterns that a digest stands for. */
enum { PATTERNS_NUMBER, PATTERNS_DIGEST, PATTERNS_MX };
static const char patterns_sql[] =
    "SELECT number, digest, policy_mx FROM tlsrpt.policy_patterns($1, $2, $3, $4)";

/* A policy of a domain, and the day on which the first reports of it count. */
typedef struct {
  TlsrptWordPair domain_and_digest;
  gint32 first_day;
  gint32 last_day;
  gint32 day;
} Policy;

typedef struct {
  TlsrptFacts *facts;
  GHashTable *failing;
  GHashTable *policies; /* a set of Policy */
} Reading;

gboolean
tlsrpt_session_day_copy (TlsrptPg *pg, const char *first, const char *last, GError **error)
{
  g_autoptr (PGresult) dropped =
      tlsrpt_pg_query_text (pg, drop_sql, error, first, last, TLSRPT_PG_END);
  g_autoptr (PGresult) missing = NULL;
  g_autoptr (PGresult) copied = NULL;

  if (dropped == NULL)
    return FALSE;
  missing = tlsrpt_pg_query_text (pg, missing_sql, error, first, last, TLSRPT_PG_END);
  if (missing == NULL || PQgetisnull (missing, 0, MISSING_DAYS))
    return missing != NULL;
  copied = tlsrpt_pg_query_text (pg, copy_sql, error, PQgetvalue (missing, 0, MISSING_DAYS),
                                 PQgetvalue (missing, 0, MISSING_FIRST),
                                 PQgetvalue (missing, 0, MISSING_LAST), TLSRPT_PG_END);
  return copied != NULL;
}

static gboolean
read_failing (Reading *reading, TlsrptPg *pg, const char *first, const char *last, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, failing_sql, error, first, last, TLSRPT_PG_END);

  for (int row = 0; result != NULL && row < PQntuples (result); row++) {
    g_autofree char *text = g_strdup (PQgetvalue (result, row, 0));

    for (char *rest = text; *rest != '\0';)
      g_hash_table_add (reading->failing, (gpointer)tlsrpt_day_line_word (
                                              reading->facts, tlsrpt_day_line_cut (&rest, '\n')));
  }
  return result != NULL;
}

static void
see_policy (Reading *reading, const TlsrptScope *scope, const char *digest)
{
  Policy key = { { scope->policy_domain, tlsrpt_facts_word (reading->facts, digest) },
                 scope->first_day,
                 scope->last_day,
                 scope->day };
  Policy *seen = g_hash_table_lookup (reading->policies, &key);

  if (seen == NULL) {
    g_hash_table_add (reading->policies, g_memdup2 (&key, sizeof key));
    return;
  }
  seen->first_day = MIN (seen->first_day, key.first_day);
  seen->last_day = MAX (seen->last_day, key.last_day);
  seen->day = MIN (seen->day, key.day);
}

static void
take_line (Reading *reading, TlsrptScope scope, char *line)
{
  const char *mail = tlsrpt_day_line_word (reading->facts, tlsrpt_day_line_cut (&line, ' '));
  char *policy = tlsrpt_day_line_cut (&line, ' ');
  TlsrptSessionFact session;

  if (!g_hash_table_contains (reading->failing, mail))
    return;
  scope.mail_domain = mail;
  scope.policy_domain = *policy != '\0' ? tlsrpt_day_line_word (reading->facts, policy) : mail;
  session.scope = scope;
  session.successful_sessions = g_ascii_strtoull (line, &line, 10);
  session.failed_sessions = g_ascii_strtoull (line, &line, 10);
  g_array_append_val (reading->facts->sessions, session);
  if (*line == ' ')
    see_policy (reading, &scope, line + 1);
}

static void
take_row (Reading *reading, const PGresult *result, int row)
{
  gboolean has_sessions = PQgetisnull (result, row, COLUMN_FAILURES);
  g_autofree char *text =
      g_strdup (PQgetvalue (result, row, has_sessions ? COLUMN_SESSIONS : COLUMN_FAILURES));
  TlsrptScope scope = {
    .day = tlsrpt_scope_day (result, row, COLUMN_DAY),
    .first_day = tlsrpt_scope_day (result, row, COLUMN_FIRST_DAY),
    .last_day = tlsrpt_scope_day (result, row, COLUMN_LAST_DAY),
    .reporter = tlsrpt_scope_text (reading->facts, result, row, COLUMN_REPORTER),
    .is_verified = *PQgetvalue (result, row, COLUMN_IS_VERIFIED) == 't',
    .mechanism = tlsrpt_scope_mechanism (
        tlsrpt_scope_text (reading->facts, result, row, COLUMN_POLICY_TYPE)),
    .mode = tlsrpt_scope_mode (tlsrpt_scope_text (reading->facts, result, row, COLUMN_POLICY_MODE)),
  };

  for (char *rest = text; *rest != '\0';) {
    char *line = tlsrpt_day_line_cut (&rest, '\n');

    if (has_sessions)
      take_line (reading, scope, line);
    else
      tlsrpt_day_line_failure (reading->facts, &scope, line);
  }
}

/* Day by day, so that there is never more than a day beside the facts. */
static gboolean
read_days (Reading *reading, TlsrptPg *pg, gint32 first, gint32 last, GError **error)
{
  for (gint32 day = first; day <= last; day++) {
    g_autofree char *text = tlsrpt_judgement_day_text (day);
    g_autoptr (PGresult) result =
        tlsrpt_pg_query_text (pg, session_sql, error, text, TLSRPT_PG_END);

    if (result == NULL)
      return FALSE;
    for (int row = 0; row < PQntuples (result); row++)
      take_row (reading, result, row);
  }
  return TRUE;
}

static void
take_policy (TlsrptFacts *facts, GHashTable *patterns, const Policy *policy, const PGresult *result,
             int row)
{
  TlsrptPolicyFact fact = { policy->domain_and_digest.first,
                            tlsrpt_scope_text (facts, result, row, PATTERNS_MX), policy->first_day,
                            policy->last_day };

  g_array_append_val (facts->policies, fact);
  g_hash_table_replace (patterns, g_strdup (PQgetvalue (result, row, PATTERNS_DIGEST)),
                        (gpointer)fact.policy_mx);
}

static gboolean
read_policies (Reading *reading, TlsrptPg *pg, const char *last, GHashTable *patterns,
               GError **error)
{
  guint n;
  g_autofree gpointer *policies = g_hash_table_get_keys_as_array (reading->policies, &n);
  const TlsrptArrayType *const types[] = { &tlsrpt_array_text, &tlsrpt_array_text,
                                           &tlsrpt_array_date };
  TlsrptArray arrays[G_N_ELEMENTS (types)];
  TlsrptPgParam params[G_N_ELEMENTS (types) + 1];
  g_autoptr (PGresult) result = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    tlsrpt_array_init (&arrays[i], types[i]);
  for (guint i = 0; i < n; i++) {
    const Policy *policy = policies[i];

    tlsrpt_array_add_text (&arrays[0], policy->domain_and_digest.first);
    tlsrpt_array_add_text (&arrays[1], policy->domain_and_digest.second);
    tlsrpt_array_add_date (&arrays[2], policy->day);
  }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    params[i] = tlsrpt_array_param (&arrays[i]);
  params[G_N_ELEMENTS (types)] = (TlsrptPgParam){ .value = last };
  result = tlsrpt_pg_query (pg, patterns_sql, G_N_ELEMENTS (params), params, error);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    tlsrpt_array_clear (&arrays[i]);
  for (int row = 0; result != NULL && row < PQntuples (result); row++) {
    guint64 number = g_ascii_strtoull (PQgetvalue (result, row, PATTERNS_NUMBER), NULL, 10);

    take_policy (reading->facts, patterns, policies[number - 1], result, row);
  }
  return result != NULL;
}

/* The policy of a failure was named by its digest so far. */
static void
name_policies (TlsrptFacts *facts, GHashTable *patterns)
{
  for (guint i = 0; i < facts->failures->len; i++) {
    TlsrptFailureFact *failure = &g_array_index (facts->failures, TlsrptFailureFact, i);

    if (failure->policy_mx != NULL)
      failure->policy_mx = g_hash_table_lookup (patterns, failure->policy_mx);
  }
}

gboolean
tlsrpt_session_day_read (TlsrptPg *pg, const char *first, const char *last, TlsrptFacts *facts,
                         GError **error)
{
  g_autoptr (GHashTable) patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) failing = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) policies =
      g_hash_table_new_full (tlsrpt_word_pair_hash, tlsrpt_word_pair_equal, g_free, NULL);
  Reading reading = { facts, failing, policies };

  if (!read_failing (&reading, pg, first, last, error) ||
      !read_days (&reading, pg, tlsrpt_judgement_day (first), tlsrpt_judgement_day (last), error) ||
      !read_policies (&reading, pg, last, patterns, error))
    return FALSE;
  name_policies (facts, patterns);
  return TRUE;
}
