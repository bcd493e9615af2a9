/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads views alone. */
#include "doctor/reported.h"

#include "core/errors.h"
#include "doctor/finding.h"
#include "pg/row.h"

#include <stddef.h>
#include <string.h>

/* What mode enforce asks for: at least so many; of failures at most. Sending MTAs of the world are many: two
 * of them, and a hundred sessions, show that it is not one that is lucky. */
static const struct {
  gsize offset;
  guint64 wanted;
  gboolean is_most;
  const char *what;
} demands[] = {
  { offsetof (TlsrptReadiness, days), 10, FALSE, "days with reports of the last 14" },
  { offsetof (TlsrptReadiness, verified_reporters), 2, FALSE, "verified reporters" },
  { offsetof (TlsrptReadiness, validated_sessions), 100, FALSE, "validated sessions" },
  { offsetof (TlsrptReadiness, failed_sessions), 0, TRUE, "failed sessions" },
};

static void
append_reason (GString *reasons, guint64 found, const char *what, const char *before,
               guint64 wanted, const char *after)
{
  g_string_append_printf (reasons, "%s%" G_GUINT64_FORMAT " %s, %s%" G_GUINT64_FORMAT "%s",
                          reasons->len > 0 ? "; " : "", found, what, before, wanted, after);
}

void
tlsrpt_reported_readiness (const TlsrptReadiness *readiness, const char *domain, GPtrArray *looks)
{
  g_autoptr (GString) reasons = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (demands); i++) {
    guint64 found = *(const guint64 *)((const char *)readiness + demands[i].offset);

    if (demands[i].is_most ? found > demands[i].wanted : found < demands[i].wanted)
      append_reason (reasons, found, demands[i].what, "", demands[i].wanted,
                     demands[i].is_most ? " at most" : " wanted");
  }
  if (readiness->mx_hosts == 0 || readiness->right_hosts < readiness->mx_hosts)
    append_reason (reasons, readiness->right_hosts, "MX hosts found right at each address", "of ",
                   readiness->mx_hosts, "");
  if (reasons->len > 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "enforce", domain,
                        "stay in mode testing until then", "not ready for mode enforce: %s",
                        reasons->str);
  else
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_OK, "enforce", domain,
        "publish the policy with mode: enforce, then change the id in the TXT record",
        "ready for mode enforce: %" G_GUINT64_FORMAT " days with reports of the last 14, "
        "%" G_GUINT64_FORMAT " verified reporters, %" G_GUINT64_FORMAT
        " validated sessions, none failed, all MX hosts found right",
        readiness->days, readiness->verified_reporters, readiness->validated_sessions);
}

static gboolean
judge_readiness (TlsrptPg *pg, const TlsrptPatient *patient, GError **error)
{
  g_autofree char *window = g_strdup_printf ("%d", TLSRPT_READINESS_WINDOW_DAYS);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (
      pg,
      "SELECT count(DISTINCT day) AS days,"
      " count(DISTINCT reporter_domain) FILTER (WHERE is_verified) AS verified_reporters,"
      " sum(successful_sessions) AS validated_sessions, sum(failed_sessions) AS failed_sessions"
      " FROM tlsrpt.session_fact WHERE mail_domain = $1 AND policy_type = 'sts'"
      " AND day >= " TLSRPT_PG_TODAY " - $2::integer AND day < " TLSRPT_PG_TODAY,
      error, patient->domain, window, TLSRPT_PG_END);
  TlsrptReadiness readiness = { .mx_hosts = patient->mx_hosts,
                                .right_hosts = patient->right_hosts };

  if (result == NULL)
    return FALSE;
  readiness.days = tlsrpt_row_number (result, 0, "days");
  readiness.verified_reporters = tlsrpt_row_number (result, 0, "verified_reporters");
  readiness.validated_sessions = tlsrpt_row_number (result, 0, "validated_sessions");
  readiness.failed_sessions = tlsrpt_row_number (result, 0, "failed_sessions");
  tlsrpt_reported_readiness (&readiness, patient->domain, patient->looks);
  return TRUE;
}

/* A sending MTA keeps a policy as long as the id stays, whatever the file says. */
static gboolean
judge_text (TlsrptPg *pg, const TlsrptPatient *patient, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (
      pg,
      "SELECT day, bool_or(policy = tlsrpt.policy_lines(ARRAY[$2])) AS is_live FROM"
      " tlsrpt.policy_change WHERE policy_domain = $1 AND policy_type = 'sts'"
      " AND day >= " TLSRPT_PG_TODAY " - 7 GROUP BY day ORDER BY day DESC LIMIT 1",
      error, patient->domain, patient->policy_text, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  if (PQntuples (result) == 0)
    return TRUE;
  if (tlsrpt_row_truth (result, 0, "is_live"))
    tlsrpt_finding_add (patient->looks, TLSRPT_LEVEL_OK, "sts-text", patient->domain, NULL,
                        "sending MTAs saw this policy on %s", tlsrpt_row_text (result, 0, "day"));
  else
    tlsrpt_finding_add (
        patient->looks, TLSRPT_LEVEL_WARN, "sts-text", patient->domain,
        "if the file has changed since then all is well; if it changed before, "
        "change the id in the TXT record: without that sending MTAs keep the old policy",
        "sending MTAs saw another policy on %s", tlsrpt_row_text (result, 0, "day"));
  return TRUE;
}

gboolean
tlsrpt_reported_judge (TlsrptPg *pg, TlsrptPatient *patient, GError **error)
{
  if (patient->is_testing && !judge_readiness (pg, patient, error))
    return FALSE;
  return patient->policy_text == NULL || judge_text (pg, patient, error);
}
