/* SPDX-License-Identifier: GPL-3.0-or-later
 * Views to the tables of evidence. */
#include "insight/audit.h"

#include "core/domain.h"
#include "insight/snapshot.h"

#include <string.h>

/* The last part, and a column of it. */
#define REPORTERS (TLSRPT_AUDIT_PARTS - 1)
#define IS_VERIFIED 2

#define OF_DOMAIN "($3::text IS NULL OR mail_domain = $3)"

/* clang-format off */
const TlsrptAuditPart tlsrpt_audit_parts[TLSRPT_AUDIT_PARTS] = {
  { .name = "coverage", .title = "Coverage by month", .empty = "No report covers these months.",
    .sql = "SELECT to_char(month, 'YYYY-MM'), count(*), sum(sessions), sum(encrypted_sessions), sum(validated_sessions),"
           " sum(encrypted_sessions) / nullif(sum(sessions), 0), sum(validated_sessions) / nullif(sum(sessions), 0),"
           " max(days_reported) FROM tlsrpt.coverage"
           " WHERE month BETWEEN date_trunc('month', $1::date::timestamp)::date AND $2::date AND " OF_DOMAIN
           " GROUP BY month ORDER BY month",
    .columns = { { "month", "Month", TLSRPT_COLUMN_DAY },
                 { "mail_domains", "Domains", TLSRPT_COLUMN_NUMBER },
                 { "sessions", "Sessions", TLSRPT_COLUMN_NUMBER },
                 { "encrypted_sessions", "Encrypted", TLSRPT_COLUMN_NUMBER },
                 { "validated_sessions", "Validated", TLSRPT_COLUMN_NUMBER },
                 { "encrypted_share", "% encrypted", TLSRPT_COLUMN_SHARE },
                 { "validated_share", "% validated", TLSRPT_COLUMN_SHARE },
                 { "days_reported", "Days", TLSRPT_COLUMN_NUMBER } } },
  { .name = "incidents", .title = "Incidents and time to repair", .empty = "No incident touches these days.",
    .sql = "SELECT i.incident_no, i.place, i.title, i.severity, i.state, i.first_day, i.last_day, i.over_day,"
           " CASE WHEN i.state = 'closed' THEN i.over_day - i.first_day END, i.failed_sessions"
           " FROM tlsrpt.incident_list i"
           " WHERE i.first_day <= $2::date AND (i.is_open OR i.last_day >= $1::date) AND i.state <> 'merged'"
           " AND ($3::text IS NULL OR i.incident_no = ANY (ARRAY (SELECT t.incident_no FROM tlsrpt.incident_tally t"
           "  WHERE t.kind = 'mail-domain' AND t.name = $3))) ORDER BY i.first_day, i.incident_no",
    .columns = { { "incident_no", "No", TLSRPT_COLUMN_NUMBER },
                 { "place", "Place", TLSRPT_COLUMN_TEXT },
                 { "title", "What", TLSRPT_COLUMN_TEXT },
                 { "severity", "Severity", TLSRPT_COLUMN_WORD },
                 { "state", "State", TLSRPT_COLUMN_WORD },
                 { "first_day", "First day", TLSRPT_COLUMN_DAY },
                 { "last_day", "Last day", TLSRPT_COLUMN_DAY },
                 { "over_day", "Over", TLSRPT_COLUMN_DAY },
                 { "days_to_repair", "Days to repair", TLSRPT_COLUMN_NUMBER },
                 { "failed_sessions", "Failed", TLSRPT_COLUMN_NUMBER } } },
  { .name = "policies", .title = "Policy history", .empty = "No reporter saw a policy for the first time in these days.",
    .sql = "SELECT day, policy_domain, policy_type, policy_mode, change, reporters, array_to_string(policy, '; ')"
           " FROM tlsrpt.policy_change WHERE day BETWEEN $1::date AND $2::date AND change <> 'same'"
           " AND ($3::text IS NULL OR (policy_domain, day) IN (SELECT policy_domain, day FROM tlsrpt.session_fact"
           "  WHERE mail_domain = $3 AND day BETWEEN $1::date AND $2::date))"
           " ORDER BY day, policy_domain, policy_type, policy",
    .columns = { { "day", "Day", TLSRPT_COLUMN_DAY },
                 { "policy_domain", "Policy domain", TLSRPT_COLUMN_TEXT },
                 { "policy_type", "Type", TLSRPT_COLUMN_WORD },
                 { "policy_mode", "Mode", TLSRPT_COLUMN_WORD },
                 { "change", "Change", TLSRPT_COLUMN_WORD },
                 { "reporters", "Reporters", TLSRPT_COLUMN_NUMBER },
                 { "policy", "Policy", TLSRPT_COLUMN_TEXT } } },
  { .name = "reporters", .title = "Reporters", .empty = "No report covers these days.",
    .sql = "SELECT reporter_domain, max(organization_name), bool_or(is_verified), count(*),"
           " count(*) FILTER (WHERE is_verified), count(*) FILTER (WHERE is_repeat OR is_impersonating),"
           " min(first_day), max(last_day) FROM tlsrpt.report_list l WHERE day BETWEEN $1::date AND $2::date"
           " AND ($3::text IS NULL OR EXISTS (SELECT FROM tlsrpt.session_count s"
           "  WHERE s.report_uid = l.report_uid AND s.day = l.day AND s.mail_domain = $3))"
           " GROUP BY reporter_domain ORDER BY count(*) DESC, reporter_domain",
    .columns = { { "reporter_domain", "Reporter", TLSRPT_COLUMN_TEXT },
                 { "organization_name", "Name", TLSRPT_COLUMN_TEXT },
                 { "is_verified", "Verified", TLSRPT_COLUMN_FLAG },
                 { "reports", "Reports", TLSRPT_COLUMN_NUMBER },
                 { "verified_reports", "Signed", TLSRPT_COLUMN_NUMBER },
                 { "uncounted_reports", "Not counted", TLSRPT_COLUMN_NUMBER },
                 { "first_day", "First day", TLSRPT_COLUMN_DAY },
                 { "last_day", "Last day", TLSRPT_COLUMN_DAY } } },
};
/* clang-format on */

const char *const tlsrpt_audit_limits[] = {
  "Only sending servers that report are counted. A server that sends no reports is not in any "
  "number here, whether it used TLS or not.",
  "A report says what its reporter observed. A DKIM signature proves who sent the report, not "
  "that the report is true; of a report without a valid signature not even the sender is "
  "proven.",
  "Encrypted means that TLS was negotiated as the policy demands. Under an MTA-STS policy in "
  "mode testing, or without a policy, the reporter may have sent over a connection whose "
  "certificate it did not check.",
  "A failed session counts as neither encrypted nor validated, and does not mean that mail was "
  "lost or sent in clear: reports do not say what became of the message.",
  "Reports count sessions, not messages, and cover whole days. An attack on a few sessions may "
  "not show.",
  "The time to repair is counted in days from the first day of failure to the day on which "
  "reports or doctor show that it is over. It is empty unless that was shown.",
  "Reports cover mail that is received, and say nothing of how it is sent on, stored or read.",
  "The chain of digests shows that stored reports were not changed since they were linked. It "
  "does not show that no report was dropped before it was stored, and who may write to the "
  "database can make all of it again: only a head that was kept elsewhere shows that this did "
  "not happen.",
  NULL,
};

static guint
count_columns (const TlsrptAuditPart *part)
{
  guint n = 0;

  while (n < TLSRPT_TABLE_COLUMNS_MAX && part->columns[n].name != NULL)
    n++;
  return n;
}

/* A last row for a person: how many reporters there are, and how many are verified. */
static void
count_reporters (TlsrptTable *table)
{
  guint rows = tlsrpt_table_rows (table);
  guint verified = 0;

  for (guint row = 0; row < rows; row++)
    verified += *tlsrpt_table_cell (table, row, IS_VERIFIED) == 't';
  if (rows == 0)
    return;
  table->total = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (table->total, g_strdup_printf ("%u reporter%s, %u verified", rows,
                                                  rows == 1 ? "" : "s", verified));
  while (table->total->len < table->n_columns)
    g_ptr_array_add (table->total, NULL);
}

static gboolean
load (TlsrptAudit *audit, TlsrptPg *pg, GError **error)
{
  for (guint i = 0; i < TLSRPT_AUDIT_PARTS; i++) {
    const TlsrptAuditPart *part = &tlsrpt_audit_parts[i];
    g_autoptr (PGresult) result =
        tlsrpt_pg_query_text (pg, part->sql, error, audit->period.since, audit->period.until,
                              audit->domain, TLSRPT_PG_END);

    if (result == NULL)
      return FALSE;
    audit->tables[i] = tlsrpt_table_new (part->columns, count_columns (part), result);
  }
  count_reporters (audit->tables[REPORTERS]);
  audit->chain = tlsrpt_custody_load (pg, error);
  return audit->chain != NULL;
}

TlsrptAudit *
tlsrpt_audit_load (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_snapshot_begin (pg, period->until, error);
  g_autoptr (TlsrptAudit) audit = g_new0 (TlsrptAudit, 1);

  audit->period = *period;
  audit->domain = domain != NULL ? tlsrpt_domain_canonical (domain) : NULL;
  return transaction != NULL && load (audit, pg, error) ? g_steal_pointer (&audit) : NULL;
}

void
tlsrpt_audit_free (TlsrptAudit *audit)
{
  if (audit == NULL)
    return;
  for (guint i = 0; i < TLSRPT_AUDIT_PARTS; i++)
    tlsrpt_table_free (audit->tables[i]);
  tlsrpt_custody_free (audit->chain);
  g_free (audit->domain);
  g_free (audit);
}

char *
tlsrpt_audit_title (const TlsrptAudit *audit)
{
  g_autofree char *domain =
      audit->domain != NULL ? tlsrpt_text_shown (audit->domain) : g_strdup ("all domains");

  return g_strdup_printf ("Evidence from TLS reports on %s, %s to %s", domain, audit->period.since,
                          audit->period.until);
}

char **
tlsrpt_audit_chain_lines (const TlsrptAudit *audit)
{
  const TlsrptCustody *chain = audit->chain;
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *links = tlsrpt_digits_shown (chain->links);
  g_autofree char *reports = tlsrpt_digits_shown (chain->reports);
  g_autofree char *documents = tlsrpt_digits_shown (chain->documents);
  g_autofree char *line =
      g_strdup_printf ("Links: %s, for %s reports of all domains and days; documents kept: %s.",
                       links, reports, documents);

  g_strv_builder_add (lines, line);
  if (chain->pruned_until != NULL) {
    g_autofree char *pruned =
        g_strdup_printf ("Reports on days before %s were deleted.", chain->pruned_until);
    g_strv_builder_add (lines, pruned);
  }
  if (strcmp (chain->waiting, "0") != 0) {
    g_autofree char *waiting = g_strdup_printf (
        "Reports not linked yet: %s. A user with role tlsrpt_alerter links them.", chain->waiting);
    g_strv_builder_add (lines, waiting);
  }
  if (strcmp (chain->late, "0") != 0) {
    g_autofree char *late = g_strdup_printf (
        "Reports that are older than linked ones and are never linked: %s.", chain->late);
    g_strv_builder_add (lines, late);
  }
  g_strv_builder_add (lines,
                      "Not checked here: tlsrpt-ingest evidence --verify checks it, and with "
                      "--head the head of an earlier file.");
  return g_strv_builder_end (lines);
}
