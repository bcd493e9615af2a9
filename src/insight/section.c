/* SPDX-License-Identifier: GPL-3.0-or-later
 * The queries of a digest. They read views only. */
#include "insight/section.h"

#include "insight/trend.h"

#define PERIOD " WHERE day BETWEEN $1::date AND $2::date AND ($3::text IS NULL OR mail_domain = $3)"

#define SESSIONS " sum(sessions), sum(failed_sessions)," SHARE
#define SHARE " CASE WHEN sum(sessions) > 0 THEN round(sum(failed_sessions) / sum(sessions), 6) END"

#define BY_REPORTER                                                                                \
  " GROUP BY reporter_domain"                                                                      \
  " ORDER BY sum(failed_sessions) DESC, sum(sessions) DESC, reporter_domain"

enum {
  DOMAIN_NAME,
  DOMAIN_POLICY_MODE,
  DOMAIN_HAS_TLSA,
  DOMAIN_REPORTERS,
  DOMAIN_SESSIONS,
  DOMAIN_FAILED,
  DOMAIN_SHARE,
  DOMAIN_SESSIONS_BEFORE,
  DOMAIN_FAILED_BEFORE,
  DOMAIN_TREND,
};

static void
set_trends (TlsrptTable *table, const TlsrptPeriod *period)
{
  (void)period;
  for (guint row = 0; row < tlsrpt_table_rows (table); row++) {
    TlsrptTrendSum now = { tlsrpt_table_number (table, row, DOMAIN_SESSIONS),
                           tlsrpt_table_number (table, row, DOMAIN_FAILED) };
    TlsrptTrendSum before = { tlsrpt_table_number (table, row, DOMAIN_SESSIONS_BEFORE),
                              tlsrpt_table_number (table, row, DOMAIN_FAILED_BEFORE) };

    tlsrpt_table_set (table, row, DOMAIN_TREND, tlsrpt_trend (now, before));
  }
}

/* Today is left out: hardly any report on it can have come, and a low bar would look like a fault. */
static void
set_complete (TlsrptTable *table, const TlsrptPeriod *period)
{
  guint rows = tlsrpt_table_rows (table);

  if (rows > 0 &&
      tlsrpt_period_day (period, tlsrpt_table_cell (table, rows - 1, TLSRPT_DAYS_DAY)) ==
          TLSRPT_DAY_TODAY)
    g_ptr_array_set_size (table->cells, (gint)(--rows * table->n_columns));
  for (guint row = 0; row < rows; row++) {
    const char *day = tlsrpt_table_cell (table, row, TLSRPT_DAYS_DAY);

    tlsrpt_table_set (table, row, TLSRPT_DAYS_IS_COMPLETE,
                      tlsrpt_period_day (period, day) == TLSRPT_DAY_WHOLE ? "t" : "f");
  }
}

/* clang-format off */
static const TlsrptSection sections[] = {
  { "result_types", "Failures by type", "No failures.",
    "SELECT result_type, count(DISTINCT mail_domain), count(DISTINCT reporter_domain),"
    " sum(failed_sessions) FROM tlsrpt.daily" PERIOD " AND result_type IS NOT NULL"
    " GROUP BY result_type ORDER BY sum(failed_sessions) DESC, result_type",
    { { "result_type", "RESULT TYPE", TLSRPT_COLUMN_TEXT },
      { "mail_domains", "DOMAINS", TLSRPT_COLUMN_NUMBER },
      { "reporters", "REPORTERS", TLSRPT_COLUMN_NUMBER },
      { "failed_sessions", "FAILED", TLSRPT_COLUMN_NUMBER } },
    .bar = 3 },

  { "receiving_mx", "Failures by MX", NULL,
    "SELECT receiving_mx, count(DISTINCT mail_domain), count(DISTINCT reporter_domain),"
    " sum(failed_sessions) FROM tlsrpt.daily_failure" PERIOD " GROUP BY receiving_mx"
    " ORDER BY sum(failed_sessions) DESC, receiving_mx",
    { { "receiving_mx", "MX", TLSRPT_COLUMN_TEXT },
      { "mail_domains", "DOMAINS", TLSRPT_COLUMN_NUMBER },
      { "reporters", "REPORTERS", TLSRPT_COLUMN_NUMBER },
      { "failed_sessions", "FAILED", TLSRPT_COLUMN_NUMBER } },
    .bar = 3 },

  { "days", "Sessions by day", NULL,
    "SELECT d::date, coalesce(sum(sessions), 0), coalesce(sum(failed_sessions), 0)," SHARE ","
    " count(DISTINCT reporter_domain), NULL::text"
    " FROM generate_series(greatest($1::date, $2::date - 399), $2::date, '1 day') d"
    " LEFT JOIN tlsrpt.session_count t ON t.day = d::date AND t.day BETWEEN $1::date AND $2::date"
    " AND ($3::text IS NULL OR t.mail_domain = $3) GROUP BY d ORDER BY d",
    { { "day", "DAY", TLSRPT_COLUMN_DAY },
      { "sessions", "SESSIONS", TLSRPT_COLUMN_NUMBER },
      { "failed_sessions", "FAILED", TLSRPT_COLUMN_NUMBER },
      { "failed_share", "SHARE", TLSRPT_COLUMN_SHARE },
      { "reporters", "REPORTERS", TLSRPT_COLUMN_NUMBER },
      { "is_complete", "ALL IN", TLSRPT_COLUMN_FLAG } },
    .total_sql =
    "SELECT d::date, coalesce(sum(sessions), 0), coalesce(sum(failed_sessions), 0)," SHARE ","
    " count(DISTINCT reporter_domain), NULL::text"
    " FROM generate_series(greatest($1::date, $2::date - 399), $2::date, '1 day') d"
    " LEFT JOIN tlsrpt.daily_total t ON t.day = d::date AND t.day BETWEEN $1::date AND $2::date"
    " WHERE $3::text IS NULL GROUP BY d ORDER BY d",
    .by_day = TRUE, .has_all = TRUE, .finish = set_complete },

  { "domains", "By domain", NULL,
    "SELECT mail_domain, (array_agg(policy_mode ORDER BY last_day DESC, policy_mode)"
    "  FILTER (WHERE policy_type = 'sts' AND policy_mode IS NOT NULL))[1],"
    " bool_or(policy_type = 'tlsa' AND last_day >= $1::date),"
    " count(DISTINCT reporter_domain) FILTER (WHERE last_day >= $1::date),"
    " sum(sessions), sum(failed_sessions)," SHARE ", sum(sessions_before), sum(failed_before), NULL::text"
    " FROM (SELECT mail_domain, reporter_domain, policy_type, policy_mode, max(day),"
    TLSRPT_SECTION_SUMS
    "  FROM tlsrpt.session_count WHERE day BETWEEN $1::date - ($2::date - $1::date + 1) AND $2::date"
    "  AND ($3::text IS NULL OR mail_domain = $3)"
    "  GROUP BY mail_domain, reporter_domain, policy_type, policy_mode) AS told (mail_domain,"
    "   reporter_domain, policy_type, policy_mode, last_day, sessions, failed_sessions,"
    "   sessions_before, failed_before)"
    " GROUP BY mail_domain HAVING max(last_day) >= $1::date"
    " ORDER BY sum(failed_sessions) DESC, sum(sessions) DESC, mail_domain",
    { { "mail_domain", "DOMAIN", TLSRPT_COLUMN_TEXT },
      { "policy_mode", "POLICY", TLSRPT_COLUMN_WORD },
      { "has_tlsa", "TLSA", TLSRPT_COLUMN_FLAG },
      { "reporters", "REPORTERS", TLSRPT_COLUMN_NUMBER },
      { "sessions", "SESSIONS", TLSRPT_COLUMN_NUMBER },
      { "failed_sessions", "FAILED", TLSRPT_COLUMN_NUMBER },
      { "failed_share", "SHARE", TLSRPT_COLUMN_SHARE },
      { "sessions_before", NULL, TLSRPT_COLUMN_NUMBER },
      { "failed_sessions_before", NULL, TLSRPT_COLUMN_NUMBER },
      { "trend", "TREND", TLSRPT_COLUMN_WORD } },
    .has_all = TRUE, .has_total = TRUE, .finish = set_trends },

  { "reporters", "By reporter", NULL,
    "SELECT min(organization_name), reporter_domain, max(day)," SESSIONS
    " FROM tlsrpt.daily" PERIOD BY_REPORTER,
    { { "organization_name", "REPORTER", TLSRPT_COLUMN_TEXT },
      { "reporter_domain", "DOMAIN", TLSRPT_COLUMN_TEXT },
      { "last_day", "LAST DAY", TLSRPT_COLUMN_DAY },
      { "sessions", "SESSIONS", TLSRPT_COLUMN_NUMBER },
      { "failed_sessions", "FAILED", TLSRPT_COLUMN_NUMBER },
      { "failed_share", "SHARE", TLSRPT_COLUMN_SHARE } },
    .total_sql =
    "SELECT min(organization_name), reporter_domain, max(day)," SESSIONS
    " FROM tlsrpt.daily_total WHERE day BETWEEN $1::date AND $2::date AND $3::text IS NULL" BY_REPORTER,
    .bar = 4 },

  { "policy_changes", "Policies that reporters first saw", NULL,
    "SELECT day, policy_domain, policy_type, array_to_string(policy, '; '), reporters"
    " FROM tlsrpt.policy_change WHERE day BETWEEN $1::date AND $2::date"
    " AND ($3::text IS NULL OR policy_domain = $3) AND change = 'new'"
    " ORDER BY day DESC, policy_domain, policy_type, policy",
    { { "day", "DAY", TLSRPT_COLUMN_DAY },
      { "policy_domain", "DOMAIN", TLSRPT_COLUMN_TEXT },
      { "policy_type", "TYPE", TLSRPT_COLUMN_TEXT },
      { "policy", "POLICY", TLSRPT_COLUMN_TEXT },
      { "reporters", "REPORTERS", TLSRPT_COLUMN_NUMBER } },
    .bar = 0 },

  { "silent_reporters", "Reporters that stopped reporting", NULL,
    "SELECT place, first_day - 1, last_day - first_day + 1 FROM tlsrpt.incident_list"
    " WHERE cause = 'reporter-silent' AND is_open AND first_day <= $2::date"
    " AND $1::date <= $2::date AND $3::text IS NULL ORDER BY first_day, place",
    { { "reporter_domain", "REPORTER", TLSRPT_COLUMN_TEXT },
      { "last_day", "LAST DAY", TLSRPT_COLUMN_DAY },
      { "silent_days", "SILENT DAYS", TLSRPT_COLUMN_NUMBER } },
    .bar = 0 },

  { "late_reports", "Late: reports on earlier days that came after the digest before", NULL,
    "SELECT s.day, count(DISTINCT (s.report_uid, s.mail_domain)), sum(s.sessions), sum(s.failed_sessions)"
    " FROM tlsrpt.report_fact r JOIN tlsrpt.session_count s USING (report_uid)"
    " WHERE r.day BETWEEN $1::date - 31 AND $1::date - 1 AND r.stored_at >= $2::timestamptz"
    " AND ($3::text IS NULL OR s.day BETWEEN $1::date - 31 AND $1::date - 1)"
    " AND r.stored_at < date_trunc('hour', $4::timestamptz, 'UTC') + interval '1 hour'"
    " AND ($3::text IS NULL OR s.mail_domain = $3) GROUP BY s.day ORDER BY s.day DESC",
    { { "day", "DAY", TLSRPT_COLUMN_DAY },
      { "reports", "REPORTS", TLSRPT_COLUMN_NUMBER },
      { "sessions", "SESSIONS", TLSRPT_COLUMN_NUMBER },
      { "failed_sessions", "FAILED", TLSRPT_COLUMN_NUMBER } },
    .is_late = TRUE },

  { "coverage", "Encrypted and validated, by month", NULL,
    "SELECT mail_domain, month, sessions, round(encrypted_share, 6), round(validated_share, 6)"
    " FROM tlsrpt.coverage WHERE month BETWEEN date_trunc('month', $1::date) AND $2::date"
    " AND ($3::text IS NULL OR mail_domain = $3) ORDER BY sessions DESC, mail_domain, month",
    { { "mail_domain", "DOMAIN", TLSRPT_COLUMN_TEXT },
      { "month", "MONTH FROM", TLSRPT_COLUMN_DAY },
      { "sessions", "SESSIONS", TLSRPT_COLUMN_NUMBER },
      { "encrypted_share", "ENCRYPTED", TLSRPT_COLUMN_SHARE },
      { "validated_share", "VALIDATED", TLSRPT_COLUMN_SHARE } },
    .bar = 0 },
};
/* clang-format on */

const TlsrptSection *
tlsrpt_sections (guint *n)
{
  *n = G_N_ELEMENTS (sections);
  return sections;
}

guint
tlsrpt_section_columns (const TlsrptSection *section)
{
  guint n = 0;

  while (n < TLSRPT_TABLE_COLUMNS_MAX && section->columns[n].name != NULL)
    n++;
  return n;
}
