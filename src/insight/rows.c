/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries on the views to gauges. */
#include "insight/rows.h"

#include "core/domain.h"
#include "core/report/report.h"
#include "insight/snapshot.h"

#include <string.h>

#define PERIOD " WHERE day BETWEEN $1::date AND $2::date AND ($3::text IS NULL OR mail_domain = $3)"

/**
 * Metric:
 * @name: name of the gauge; it ends with @unit, if there is one
 * @unit: (nullable): base unit of the value
 * @help: its help text
 * @sql: label values, as many as @labels, then the value
 * @labels: names of labels
 */
typedef struct {
  const char *name;
  const char *unit;
  const char *help;
  const char *sql;
  const char *labels[3];
} Metric;

/* clang-format off */
static const Metric metrics[] = {
  { "tlsrpt_reports", NULL, "Reports of the period.",
    "SELECT mail_domain, count(DISTINCT report_uid) FROM tlsrpt.session_count" PERIOD
    " GROUP BY 1 ORDER BY 1", { "mail_domain" } },
  { "tlsrpt_sessions", NULL, "Sessions of the period, failed ones too.",
    "SELECT mail_domain, sum(sessions) FROM tlsrpt.daily" PERIOD " GROUP BY 1 ORDER BY 1",
    { "mail_domain" } },
  { "tlsrpt_failed_sessions", NULL, "Failed sessions of the period.",
    "SELECT mail_domain, result_type, sum(failed_sessions) FROM tlsrpt.daily" PERIOD
    " AND result_type IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2", { "mail_domain", "result_type" } },
  { "tlsrpt_last_report_age_seconds", "seconds", "Time since the end of the last day that was reported on.",
    "SELECT mail_domain, greatest(0, extract(epoch FROM least(now(), ($2::date + 1)::timestamp AT TIME ZONE 'UTC')"
    " - (max(day) + 1)::timestamp AT TIME ZONE 'UTC'))::bigint FROM tlsrpt.daily" PERIOD
    " GROUP BY 1 ORDER BY 1", { "mail_domain" } },
  { "tlsrpt_open_incidents", NULL, "Incidents that are open or flapping.",
    "SELECT t.name, i.severity, count(*) FROM tlsrpt.incident_list i"
    " JOIN tlsrpt.incident_tally t USING (incident_no)"
    " WHERE i.is_open AND i.severity <> 'minor' AND t.kind = 'mail-domain'"
    " AND i.first_day <= $2::date AND i.last_day >= least($1::date, i.last_day)"
    " AND ($3::text IS NULL OR t.name = $3) GROUP BY 1, 2 ORDER BY 1, 2",
    { "mail_domain", "severity" } },
  { "tlsrpt_quarantine_messages", NULL, "Messages in quarantine.",
    "SELECT reason, messages FROM tlsrpt.quarantine_count"
    " WHERE $1::date <= $2::date OR $3::text IS NULL ORDER BY 1", { "reason" } },
  { "tlsrpt_quarantine_bytes", "bytes", "Size of the messages in quarantine.",
    "SELECT reason, raw_bytes FROM tlsrpt.quarantine_count"
    " WHERE $1::date <= $2::date OR $3::text IS NULL ORDER BY 1", { "reason" } },
};
/* clang-format on */

static PGresult *
query (TlsrptPg *pg, const char *sql, const TlsrptPeriod *period, const char *domain,
       GError **error)
{
  g_autofree char *canonical = domain != NULL ? tlsrpt_domain_canonical (domain) : NULL;

  return tlsrpt_pg_query_text (pg, sql, error, period->since, period->until, canonical,
                               TLSRPT_PG_END);
}

static void
append_label (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, "%s=\"", name);
  for (; *value != '\0'; value = g_utf8_next_char (value)) {
    gunichar c = g_utf8_get_char (value);

    if (c == '\n')
      g_string_append (text, "\\n");
    else if (c == '"' || c == '\\')
      g_string_append_printf (text, "\\%c", (char)c);
    else
      g_string_append_unichar (text, c);
  }
  g_string_append_c (text, '"');
}

/* A control character, which a terminal or a parser may obey, is shown as U+FFFD, as in CSV. Labels that are
 * the same then are one series: a second one would make a scrape fail. */
#define SHOWN(label)                                                                               \
  "regexp_replace(" label ", '[\\u0001-\\u0009\\u000b-\\u001f\\u007f-\\u009f]', chr(65533), 'g')"

static char *
series_sql (const Metric *metric)
{
  const char *merge = g_strcmp0 (metric->unit, "seconds") == 0 ? "min" : "sum";
  gboolean has_two = metric->labels[1] != NULL;

  return g_strdup_printf ("SELECT " SHOWN ("l1") "%s, %s(value) FROM (%s) AS t(l1, %svalue)"
                                                 " GROUP BY 1%s ORDER BY 1%s",
                          has_two ? ", " SHOWN ("l2") : "", merge, metric->sql,
                          has_two ? "l2, " : "", has_two ? ", 2" : "", has_two ? ", 2" : "");
}

static void
append_metric (GString *text, const Metric *metric, const PGresult *result)
{
  int n_labels = PQnfields (result) - 1;

  g_string_append_printf (text, "# TYPE %s gauge\n", metric->name);
  if (metric->unit != NULL)
    g_string_append_printf (text, "# UNIT %s %s\n", metric->name, metric->unit);
  g_string_append_printf (text, "# HELP %s %s\n", metric->name, metric->help);
  for (int row = 0; row < PQntuples (result); row++) {
    g_string_append_printf (text, "%s{", metric->name);
    for (int label = 0; label < n_labels; label++) {
      append_label (text, metric->labels[label], PQgetvalue (result, row, label));
      g_string_append (text, label + 1 < n_labels ? "," : "");
    }
    g_string_append_printf (text, "} %s\n", PQgetvalue (result, row, n_labels));
  }
}

char *
tlsrpt_openmetrics (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_snapshot_begin (pg, period->until, error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (transaction == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (metrics); i++) {
    g_autofree char *sql = series_sql (&metrics[i]);
    g_autoptr (PGresult) result = query (pg, sql, period, domain, error);

    if (result == NULL)
      return NULL;
    append_metric (text, &metrics[i], result);
  }
  g_string_append (text, "# EOF\n");
  return g_strdup (text->str);
}
