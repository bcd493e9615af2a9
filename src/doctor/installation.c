/* SPDX-License-Identifier: GPL-3.0-or-later
 * This installation, judged. Reads views alone. */
#include "doctor/installation.h"

#include "core/errors.h"
#include "core/refusal.h"
#include "doctor/finding.h"
#include "doctor/resolve.h"
#include "pg/row.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

/* Reports are about yesterday, and some come a day later. */
#define DAYS_WITHOUT_REPORT 3

/* The clock may be off by this much: a DKIM signature may be a minute from the future, and
 * certificates and days tolerate more. */
#define CLOCK_SECONDS 60

void
tlsrpt_installation_judge_machine (GPtrArray *looks)
{
  g_autoptr (TlsrptAnswer) root = tlsrpt_resolve (".", TLSRPT_RECORD_MX);

  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "tls", "glib-networking", NULL,
                        "TLS can be spoken");
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "tls", "glib-networking", "install the package",
                        "there is no TLS for GIO here: no host can be looked at");
  if (root->status == TLSRPT_ANSWER_FAILED || root->status == TLSRPT_ANSWER_BOGUS)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "resolver", "/etc/resolv.conf",
                        "name a resolver that answers; DKIM keys cannot be looked up either",
                        "no resolver answers");
  else if (!root->is_secure)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_WARN, "resolver", "/etc/resolv.conf",
        "name a resolver that validates DNSSEC; without one, TLSA records cannot be judged",
        "a resolver answers, and does not vouch for its answers by DNSSEC");
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "resolver", "/etc/resolv.conf", NULL,
                        "a resolver answers, and validates DNSSEC");
}

void
tlsrpt_installation_judge_clock (gint64 server, gint64 here, const char *database, GPtrArray *looks)
{
  gint64 seconds = (server - here) / G_TIME_SPAN_SECOND;

  if (ABS (seconds) > CLOCK_SECONDS)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "clock", database, "set both clocks by NTP",
                        "the server's clock is %" G_GINT64_FORMAT " seconds %s this machine's",
                        ABS (seconds), seconds > 0 ? "ahead of" : "behind");
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "clock", database, NULL,
                        "the server's clock agrees with this machine's");
}

/* A login that is a member of tlsrpt_domain_reader and sees not all domains, sees those of domain_access. */
static void
judge_domain_access (TlsrptPg *pg, GPtrArray *looks)
{
  const char *user = tlsrpt_pg_user (pg);
  g_autoptr (PGresult) result = tlsrpt_pg_query (
      pg,
      "SELECT tlsrpt.sees_all() AS all_seen, (SELECT count(*) FROM tlsrpt.own_domain) AS domains",
      0, NULL, NULL);
  g_autofree char *advice = NULL;

  if (result == NULL || tlsrpt_row_truth (result, 0, "all_seen"))
    return;
  if (tlsrpt_row_number (result, 0, "domains") > 0) {
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "domain-access", user, NULL,
                        "sees only its own domains by domain_access: %s",
                        tlsrpt_row_text (result, 0, "domains"));
    return;
  }
  advice = g_strdup_printf (
      "as tlsrpt_owner: INSERT INTO tlsrpt.domain_access VALUES ('%s', 'example.org')", user);
  tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "domain-access", user, advice,
                      "sees no domain: domain_access has no entry for it");
}

static void
judge_roles (TlsrptPg *pg, GPtrArray *looks)
{
  static const struct {
    const char *role;
    const char *commands;
  } roles[] = {
    { "tlsrpt_writer", "deliver, replay, quarantine retry" },
    { "tlsrpt_reader", "digest" },
    { "tlsrpt_domain_reader", "digest of the domains that domain_access gives to a customer" },
    { "tlsrpt_alerter", "alert, incident, doctor --record" },
    { "tlsrpt_owner", "schema, quarantine, prune" },
  };
  const char *user = tlsrpt_pg_user (pg);

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++) {
    gboolean has_role = tlsrpt_pg_has_role (pg, roles[i].role);
    g_autofree char *advice =
        has_role
            ? NULL
            : g_strdup_printf ("where it is to run them: GRANT %s TO \"%s\"", roles[i].role, user);

    tlsrpt_finding_add (looks, has_role ? TLSRPT_LEVEL_OK : TLSRPT_LEVEL_UNKNOWN, "role", user,
                        advice, "%s role %s, for %s", has_role ? "has" : "has not", roles[i].role,
                        roles[i].commands);
  }
  judge_domain_access (pg, looks);
}

void
tlsrpt_installation_judge_database (TlsrptPg *pg, GPtrArray *looks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) result =
      tlsrpt_pg_query (pg,
                       "SELECT current_setting('server_version') AS server_version,"
                       " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock",
                       0, NULL, &error);

  if (result == NULL) {
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "database", tlsrpt_pg_database (pg), NULL, "%s",
                        error->message);
    return;
  }
  tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "database", tlsrpt_pg_database (pg), NULL,
                      "connected as %s, PostgreSQL %s", tlsrpt_pg_user (pg),
                      tlsrpt_row_text (result, 0, "server_version"));
  tlsrpt_installation_judge_clock ((gint64)tlsrpt_row_number (result, 0, "clock"),
                                   g_get_real_time (), tlsrpt_pg_database (pg), looks);
  judge_roles (pg, looks);
}

void
tlsrpt_installation_judge_schema (int version, char **faults, GPtrArray *looks)
{
  static const char advice[] = "as a superuser run: tlsrpt-ingest schema install";

  if (version == 0) {
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "schema", "tlsrpt", advice,
                        "the schema is not there");
    return;
  }
  for (guint i = 0; faults[i] != NULL; i++) {
    g_autofree char *fault = tlsrpt_quote (faults[i]);

    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "schema", "tlsrpt", advice, "%s", fault);
  }
  if (faults[0] == NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "schema", "tlsrpt", NULL,
                        "version %d, as its installation made it", version);
}

/* If the check needs a reader of the views and the user is none, nothing is known. */
static PGresult *
read_views (TlsrptPg *pg, const char *check, const char *sql, GPtrArray *looks)
{
  g_autoptr (GError) error = NULL;
  PGresult *result = tlsrpt_pg_query (pg, sql, 0, NULL, &error);

  if (result == NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_UNKNOWN, check, tlsrpt_pg_database (pg),
                        "look as a user with role tlsrpt_reader", "it cannot be read: %s",
                        error->message);
  return result;
}

static void
judge_last_day (TlsrptPg *pg, GPtrArray *looks)
{
  g_autoptr (PGresult) result = read_views (
      pg, "last-report",
      "SELECT max(day) AS last_day, tlsrpt.today() - max(day) AS age FROM tlsrpt.session_count"
      " WHERE day >= " TLSRPT_PG_TODAY " - 60",
      looks);
  const char *last_day;
  gboolean is_old;

  if (result == NULL)
    return;
  last_day = tlsrpt_row_text (result, 0, "last_day");
  is_old = (gint64)tlsrpt_row_number (result, 0, "age") > DAYS_WITHOUT_REPORT;
  if (last_day == NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "last-report", tlsrpt_pg_database (pg),
                        "look at the _smtp._tls records, and send a mail to their address",
                        "no report of the last 60 days is stored");
  else
    tlsrpt_finding_add (
        looks, is_old ? TLSRPT_LEVEL_WARN : TLSRPT_LEVEL_OK, "last-report", tlsrpt_pg_database (pg),
        is_old ? "look at the quarantine, at the mail log, and at the _smtp._tls records" : NULL,
        "the last day that a report speaks of is %s", last_day);
}

static void
judge_quarantine (TlsrptPg *pg, GPtrArray *looks)
{
  g_autoptr (PGresult) result = read_views (
      pg, "quarantine",
      "SELECT reason, messages, (newest_at AT TIME ZONE 'UTC')::date AS newest_day, cause FROM "
      "tlsrpt.refusal_count"
      " WHERE newest_at >= now() - interval '7 days' ORDER BY messages DESC, reason, cause",
      looks);

  if (result == NULL)
    return;
  for (int row = 0; row < PQntuples (result); row++) {
    const char *reason = tlsrpt_row_text (result, row, "reason");
    const char *cause = tlsrpt_row_text (result, row, "cause");
    const char *advice = tlsrpt_refusal_advice (reason, cause);

    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "quarantine", reason,
                        advice != NULL ? advice : "look at them: tlsrpt-ingest quarantine list",
                        "%s messages in quarantine%s%s, the newest of %s",
                        tlsrpt_row_text (result, row, "messages"), cause != NULL ? ", " : "",
                        cause != NULL ? cause : "", tlsrpt_row_text (result, row, "newest_day"));
  }
  if (PQntuples (result) == 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "quarantine", tlsrpt_pg_database (pg), NULL,
                        "no message came into quarantine within 7 days");
}

/* The reporters of the last 60 days, the latest first. */
static void
judge_reporters (TlsrptPg *pg, GPtrArray *looks)
{
  g_autoptr (PGresult) result =
      read_views (pg, "last-report",
                  "SELECT reporter_domain, max(last_day) AS last_day FROM tlsrpt.report_fact"
                  " WHERE last_day >= " TLSRPT_PG_TODAY " - 60 GROUP BY reporter_domain"
                  " ORDER BY max(last_day) DESC, count(*) DESC, reporter_domain LIMIT 10",
                  looks);

  for (int row = 0; result != NULL && row < PQntuples (result); row++) {
    g_autofree char *reporter = tlsrpt_quote (tlsrpt_row_text (result, row, "reporter_domain"));

    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "reporter", reporter, NULL,
                        "its last report speaks of %s", tlsrpt_row_text (result, row, "last_day"));
  }
}

/* Incidents are brought up to date by alert: a timer that does not run shows here. */
static void
judge_alert (TlsrptPg *pg, GPtrArray *looks)
{
  static const char advice[] = "let cron or a timer run it each day, as in contrib/cron";
  g_autoptr (PGresult) result =
      read_views (pg, "alert",
                  "SELECT to_char(judged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS judged_at,"
                  " judged_at < now() - interval '2 days' AS is_late FROM tlsrpt.judged_day",
                  looks);

  if (result == NULL)
    return;
  if (PQntuples (result) == 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "alert", tlsrpt_pg_database (pg), advice,
                        "alert has never run here");
  else if (tlsrpt_row_truth (result, 0, "is_late"))
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "alert", tlsrpt_pg_database (pg), advice,
                        "alert last ran at %s UTC", tlsrpt_row_text (result, 0, "judged_at"));
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "alert", tlsrpt_pg_database (pg), NULL,
                        "alert last ran at %s UTC", tlsrpt_row_text (result, 0, "judged_at"));
}

/* Nothing is said of a schema without partitions, or with all that it should have. */
static void
judge_partitions (TlsrptPg *pg, GPtrArray *looks)
{
  g_autoptr (PGresult) result =
      read_views (pg, "partition",
                  "SELECT months, fault, remedy FROM tlsrpt.partition_fault ORDER BY months",
                  looks);

  for (int row = 0; result != NULL && row < PQntuples (result); row++)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "partition",
                        tlsrpt_row_text (result, row, "months"),
                        tlsrpt_row_text (result, row, "remedy"), "%s",
                        tlsrpt_row_text (result, row, "fault"));
}

/* Mails that were stored are not kept: those in quarantine are, and a misspelt authserv-id puts all
 * there. */
void
tlsrpt_installation_judge_authserv (TlsrptPg *pg, const char *authserv_id, GPtrArray *looks)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (
      pg,
      "SELECT DISTINCT lower(found[1]) FROM (SELECT regexp_match(encode(substring(raw FROM 1 FOR"
      " 65536), 'escape'), '(?:^|\\n)Authentication-Results:\\s*([^;\\s]+)', 'i') AS found FROM"
      " (SELECT raw FROM tlsrpt.quarantine WHERE quarantined_at >= now() - interval '7 days'"
      "  ORDER BY quarantined_at DESC LIMIT 100) AS latest) AS header"
      " WHERE found IS NOT NULL ORDER BY 1 LIMIT 5",
      0, NULL, NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  gboolean is_seen = FALSE;

  for (int row = 0; result != NULL && row < PQntuples (result); row++) {
    g_autofree char *name = tlsrpt_quote (PQgetvalue (result, row, 0));

    g_string_append_printf (names, "%s%s", row > 0 ? ", " : "", name);
    is_seen = is_seen || (authserv_id != NULL &&
                          g_ascii_strcasecmp (authserv_id, PQgetvalue (result, row, 0)) == 0);
  }
  if (names->len == 0)
    return;
  if (authserv_id != NULL && !is_seen)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "authserv-id", authserv_id,
                        "set authserv-id to the name that your own service writes",
                        "the latest mails in quarantine have Authentication-Results of %s, and "
                        "none of this name",
                        names->str);
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "authserv-id",
                        authserv_id != NULL ? authserv_id : "unset", NULL,
                        "the latest mails in quarantine have Authentication-Results of %s",
                        names->str);
}

void
tlsrpt_installation_judge_reports (TlsrptPg *pg, GPtrArray *looks)
{
  judge_last_day (pg, looks);
  judge_reporters (pg, looks);
  judge_alert (pg, looks);
  judge_quarantine (pg, looks);
  judge_partitions (pg, looks);
}
