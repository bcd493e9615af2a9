/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the pages of domains, MX hosts, incidents, reporters and days have. In each query $1 and $2 are the
 * first and the last day. */
#include "site/kind.h"

#include "core/limits.h"

#define TEXT(heading)                                                                              \
  {                                                                                                \
    .title = (heading), .kind = TLSRPT_CELL_TEXT                                                   \
  }
#define NUMBER(heading)                                                                            \
  {                                                                                                \
    .title = (heading), .kind = TLSRPT_CELL_NUMBER                                                 \
  }
#define SHARE(heading)                                                                             \
  {                                                                                                \
    .title = (heading), .kind = TLSRPT_CELL_SHARE                                                  \
  }
#define TAG(heading)                                                                               \
  {                                                                                                \
    .title = (heading), .kind = TLSRPT_CELL_TAG                                                    \
  }
#define FLAG(heading)                                                                              \
  {                                                                                                \
    .title = (heading), .kind = TLSRPT_CELL_FLAG                                                   \
  }
#define LINK(heading, about)                                                                       \
  {                                                                                                \
    .title = (heading), .kind = TLSRPT_CELL_LINK, .sheet = (about)                                 \
  }
#define DOMAIN(heading) LINK (heading, TLSRPT_SHEET_DOMAIN)
#define MX(heading) LINK (heading, TLSRPT_SHEET_MX)
#define INCIDENT(heading) LINK (heading, TLSRPT_SHEET_INCIDENT)
#define REPORTER(heading) LINK (heading, TLSRPT_SHEET_REPORTER)
#define DAY(heading) LINK (heading, TLSRPT_SHEET_DAY)
#define REPORT(heading) LINK (heading, TLSRPT_SHEET_REPORT)

#define WITHIN "day BETWEEN $1::date AND $2::date"
#define SHARE_OF_SUMS "sum(failed_sessions) / nullif(sum(sessions), 0)"

#define WORST_FIRST "array_position(ARRAY['critical', 'warning', 'minor'], i.severity::text)"

/* The incidents that touch a name of @kind in incident_tally. */
#define INCIDENTS(kind)                                                                            \
  {                                                                                                \
    .title = "Incidents",                                                                          \
    .sql =                                                                                         \
        "SELECT t.name, i.incident_no, i.severity, i.state, i.place, i.title, t.first_day,"        \
        " t.last_day, t.failed_sessions"                                                           \
        " FROM tlsrpt.incident_tally t JOIN tlsrpt.incident_list i USING (incident_no)"            \
        " WHERE t.kind = '" kind "' AND i.state <> 'merged'"                                       \
        "  AND (i.is_open OR t.last_day >= $1::date) AND t.first_day <= $2::date"                  \
        " ORDER BY t.name COLLATE \"C\", NOT i.is_open, " WORST_FIRST ", t.failed_sessions DESC,"  \
        "  i.incident_no",                                                                         \
    .cells = { INCIDENT ("incident"), TAG ("severity"),  TEXT ("state"),   TEXT ("place"),         \
               TEXT ("what"),         DAY ("first day"), DAY ("last day"), NUMBER ("failed") },    \
  }

static const TlsrptKind domains = {
  .sheet = TLSRPT_SHEET_DOMAIN,
  .word = "Domain",
  .path = "domains.html",
  .most = TLSRPT_SITE_DOMAINS_MAX,
  .index = {
    .title = "Domains",
    .sql = "SELECT mail_domain, mail_domain, health, open_incidents, sessions, failed_sessions,"
           " failed_share, reporters, last_day FROM tlsrpt.domain_health"
           " WHERE mail_domain IS NOT NULL AND $1::date <= $2::date ORDER BY mail_domain COLLATE \"C\"",
    .cells = { DOMAIN ("domain"), TAG ("health"), NUMBER ("incidents"), NUMBER ("sessions"),
               NUMBER ("failed"), SHARE ("share"), NUMBER ("reporters"), DAY ("last day") },
  },
  .n_listings = 6,
  .listings = {
    INCIDENTS ("mail-domain"),
    {
      .title = "Sessions by day",
      .sql = "SELECT mail_domain, day, sum(sessions), sum(failed_sessions), " SHARE_OF_SUMS
             " FROM tlsrpt.session_count WHERE mail_domain IS NOT NULL AND " WITHIN
             " GROUP BY mail_domain, day ORDER BY mail_domain COLLATE \"C\", day",
      .is_chart = TRUE,
      .cells = { DAY ("day"), NUMBER ("sessions"), NUMBER ("failed"), SHARE ("share") },
    },
    {
      .title = "Failures by type and MX host",
      .sql = "SELECT mail_domain, result_type, receiving_mx, sum(failed_sessions),"
             " count(DISTINCT reporter_domain), min(day), max(day) FROM tlsrpt.daily_failure"
             " WHERE mail_domain IS NOT NULL AND " WITHIN
             " GROUP BY mail_domain, result_type, receiving_mx"
             " ORDER BY mail_domain COLLATE \"C\", 4 DESC, 2, 3",
      .cells = { TEXT ("type"), MX ("MX host"), NUMBER ("failed"), NUMBER ("reporters"),
                 DAY ("first day"), DAY ("last day") },
    },
    {
      .title = "By reporter",
      .sql = "SELECT mail_domain, reporter_domain, sum(sessions), sum(failed_sessions), " SHARE_OF_SUMS
             ", bool_or(is_verified), max(day) FROM tlsrpt.session_count"
             " WHERE mail_domain IS NOT NULL AND " WITHIN
             " GROUP BY mail_domain, reporter_domain"
             " ORDER BY mail_domain COLLATE \"C\", sum(sessions) DESC, reporter_domain",
      .cells = { REPORTER ("reporter"), NUMBER ("sessions"), NUMBER ("failed"), SHARE ("share"),
                 FLAG ("verified"), DAY ("last day") },
    },
    {
      .title = "Policies that reporters applied",
      .sql = "SELECT mail_domain, policy_type, policy_mode, policy_domain,"
             " count(DISTINCT reporter_domain), min(day), max(day)"
             " FROM tlsrpt.session_fact WHERE mail_domain IS NOT NULL AND " WITHIN
             " GROUP BY mail_domain, policy_type, policy_mode, policy_domain"
             " ORDER BY mail_domain COLLATE \"C\", max(day) DESC, 2, 3, 4",
      .cells = { TEXT ("policy"), TEXT ("mode"), TEXT ("policy domain"), NUMBER ("reporters"),
                 DAY ("first day"), DAY ("last day") },
    },
    {
      .title = "Reports",
      .sql = "SELECT mail_domain, report_uid, day, reporter_domain, sum(sessions),"
             " sum(failed_sessions) FROM tlsrpt.session_count WHERE mail_domain IS NOT NULL AND " WITHIN
             " GROUP BY mail_domain, report_uid, day, reporter_domain"
             " ORDER BY mail_domain COLLATE \"C\", day DESC, reporter_domain, report_uid",
      .cells = { REPORT ("report"), DAY ("day"), REPORTER ("reporter"), NUMBER ("sessions"),
                 NUMBER ("failed") },
    },
  },
};

static const TlsrptKind hosts = {
  .sheet = TLSRPT_SHEET_MX,
  .word = "MX host",
  .path = "mx.html",
  .most = TLSRPT_SITE_HOSTS_MAX,
  .index = {
    .title = "MX hosts",
    .sql = "SELECT receiving_mx, receiving_mx, count(DISTINCT mail_domain), sum(failed_sessions),"
           " max(failed_days), max(reporters), max(last_failed_day) FROM tlsrpt.mx_health"
           " WHERE receiving_mx IS NOT NULL AND $1::date <= $2::date"
           " GROUP BY receiving_mx ORDER BY receiving_mx COLLATE \"C\"",
    .cells = { MX ("MX host"), NUMBER ("domains"), NUMBER ("failed"), NUMBER ("failed days"),
               NUMBER ("reporters"), DAY ("last failed day") },
  },
  .n_listings = 4,
  .listings = {
    INCIDENTS ("receiving-mx"),
    {
      .title = "Failures by day",
      .sql = "SELECT receiving_mx, day, sum(failed_sessions), count(DISTINCT mail_domain),"
             " count(DISTINCT reporter_domain) FROM tlsrpt.daily_failure"
             " WHERE receiving_mx IS NOT NULL AND " WITHIN
             " GROUP BY receiving_mx, day ORDER BY receiving_mx COLLATE \"C\", day",
      .cells = { DAY ("day"), NUMBER ("failed"), NUMBER ("domains"), NUMBER ("reporters") },
    },
    {
      .title = "Failures by type and reporter",
      .sql = "SELECT receiving_mx, result_type, reporter_domain, sum(failed_sessions), max(day)"
             " FROM tlsrpt.daily_failure WHERE receiving_mx IS NOT NULL AND " WITHIN
             " GROUP BY receiving_mx, result_type, reporter_domain"
             " ORDER BY receiving_mx COLLATE \"C\", 4 DESC, 2, 3",
      .cells = { TEXT ("type"), REPORTER ("reporter"), NUMBER ("failed"), DAY ("last day") },
    },
    {
      .title = "Failures by domain",
      .sql = "SELECT receiving_mx, mail_domain, sum(failed_sessions), min(day), max(day)"
             " FROM tlsrpt.daily_failure WHERE receiving_mx IS NOT NULL AND " WITHIN
             " GROUP BY receiving_mx, mail_domain"
             " ORDER BY receiving_mx COLLATE \"C\", 3 DESC, mail_domain",
      .cells = { DOMAIN ("domain"), NUMBER ("failed"), DAY ("first day"), DAY ("last day") },
    },
  },
};

#define TALLY(heading, of_kind, cell)                                                              \
  {                                                                                                \
    .title = (heading),                                                                            \
    .sql = "SELECT incident_no::text AS key, name, failed_sessions, first_day, last_day"           \
           " FROM tlsrpt.incident_tally WHERE kind = '" of_kind "' AND $1::date <= $2::date"       \
           " ORDER BY incident_no::text COLLATE \"C\", failed_sessions DESC, name",                \
    .cells = { cell, NUMBER ("failed"), DAY ("first day"), DAY ("last day") },                     \
  }

/* A merged incident has a page too: its number stands in old mails. */
static const TlsrptKind incidents = {
  .sheet = TLSRPT_SHEET_INCIDENT,
  .word = "Incident",
  .path = "incidents.html",
  .most = TLSRPT_SITE_INCIDENTS_MAX,
  .index = {
    .title = "Incidents",
    .sql = "SELECT incident_no::text AS key, incident_no, severity, state, place, title, effect, first_day,"
           " last_day, failed_sessions, mail_domains FROM tlsrpt.incident_list"
           " WHERE $1::date <= $2::date ORDER BY NOT is_open, incident_no DESC",
    .cells = { INCIDENT ("incident"), TAG ("severity"), TEXT ("state"), TEXT ("place"), TEXT ("what"),
               TEXT ("mail"), DAY ("first day"), DAY ("last day"), NUMBER ("failed"),
               NUMBER ("domains") },
  },
  .n_listings = 8,
  .listings = {
    TALLY ("Domains", "mail-domain", DOMAIN ("domain")),
    TALLY ("MX hosts", "receiving-mx", MX ("MX host")),
    TALLY ("Types of failure", "result-type", TEXT ("type")),
    TALLY ("Policy domains", "policy-domain", TEXT ("policy domain")),
    TALLY ("Reporters", "reporter", REPORTER ("reporter")),
    {
      .title = "By day",
      .sql = "SELECT incident_no::text AS key, day, sum(failed_sessions), count(DISTINCT reporter_domain)"
             " FROM tlsrpt.incident_day WHERE $1::date <= $2::date GROUP BY incident_no, day"
             " ORDER BY incident_no::text COLLATE \"C\", day DESC",
      .cells = { DAY ("day"), NUMBER ("failed"), NUMBER ("reporters") },
    },
    {
      .title = "Events",
      .sql = "SELECT incident_no::text AS key, day, event, severity,"
             " coalesce(string_agg(channel, ', ' ORDER BY channel), 'not sent')"
             " FROM tlsrpt.incident_event WHERE $1::date <= $2::date"
             " GROUP BY incident_no, event_no, day, event, severity"
             " ORDER BY incident_no::text COLLATE \"C\", event_no",
      .cells = { DAY ("day"), TEXT ("event"), TAG ("severity"), TEXT ("sent to") },
    },
    {
      .title = "Reports that tell of it",
      .sql = "SELECT incident_no::text AS key, report_uid, day, reporter_domain, mail_domain, failed_sessions"
             " FROM tlsrpt.incident_report WHERE " WITHIN
             " ORDER BY incident_no::text COLLATE \"C\", day DESC, reporter_domain, mail_domain, report_uid",
      .cells = { REPORT ("report"), DAY ("day"), REPORTER ("reporter"), DOMAIN ("domain"),
                 NUMBER ("failed") },
    },
  },
};

static const TlsrptKind reporters = {
  .sheet = TLSRPT_SHEET_REPORTER,
  .word = "Reporter",
  .path = "reporters.html",
  .most = TLSRPT_SITE_REPORTERS_MAX,
  .index = {
    .title = "Reporters",
    .sql = "SELECT reporter_domain, reporter_domain, organization_name, reports, verified_reports,"
           " mail_domains, sessions, failed_sessions, failed_share, last_day, contact_info"
           " FROM tlsrpt.reporter_health WHERE $1::date <= $2::date"
           " ORDER BY reporter_domain COLLATE \"C\"",
    .cells = { REPORTER ("reporter"), TEXT ("name"), NUMBER ("reports"), NUMBER ("verified"),
               NUMBER ("domains"), NUMBER ("sessions"), NUMBER ("failed"), SHARE ("share"),
               DAY ("last day"), TEXT ("contact") },
  },
  .n_listings = 5,
  .listings = {
    INCIDENTS ("reporter"),
    {
      .title = "Sessions by day",
      .sql = "SELECT reporter_domain, day, sessions, failed_sessions,"
             " failed_sessions / nullif(sessions, 0), reports, repeats, impersonating_reports"
             " FROM tlsrpt.daily_total WHERE " WITHIN
             " ORDER BY reporter_domain COLLATE \"C\", day",
      .is_chart = TRUE,
      .cells = { DAY ("day"), NUMBER ("sessions"), NUMBER ("failed"), SHARE ("share"),
                 NUMBER ("reports"), NUMBER ("repeats"), NUMBER ("impersonating") },
    },
    {
      .title = "Failures by type and MX host",
      .sql = "SELECT reporter_domain, result_type, receiving_mx, sum(failed_sessions),"
             " count(DISTINCT mail_domain), max(day) FROM tlsrpt.daily_failure WHERE " WITHIN
             " GROUP BY reporter_domain, result_type, receiving_mx"
             " ORDER BY reporter_domain COLLATE \"C\", 4 DESC, 2, 3",
      .cells = { TEXT ("type"), MX ("MX host"), NUMBER ("failed"), NUMBER ("domains"),
                 DAY ("last day") },
    },
    {
      .title = "By domain",
      .sql = "SELECT reporter_domain, mail_domain, sum(sessions), sum(failed_sessions), " SHARE_OF_SUMS
             ", max(day) FROM tlsrpt.session_count WHERE " WITHIN
             " GROUP BY reporter_domain, mail_domain"
             " ORDER BY reporter_domain COLLATE \"C\", sum(failed_sessions) DESC, sum(sessions) DESC,"
             "  mail_domain",
      .cells = { DOMAIN ("domain"), NUMBER ("sessions"), NUMBER ("failed"), SHARE ("share"),
                 DAY ("last day") },
    },
    {
      .title = "Reports",
      .sql = "SELECT reporter_domain, report_uid, day, mail_domain, is_verified, is_repeat,"
             " is_impersonating, reported_sessions, report_id FROM tlsrpt.report_list WHERE " WITHIN
             " ORDER BY reporter_domain COLLATE \"C\", day DESC, mail_domain, report_uid",
      .is_listed = TRUE,
      .cells = { REPORT ("report"), DAY ("day"), DOMAIN ("domain"), FLAG ("verified"),
                 FLAG ("repeat"), FLAG ("impersonating"), NUMBER ("sessions"), TEXT ("report-id") },
    },
  },
};

static const TlsrptKind days = {
  .sheet = TLSRPT_SHEET_DAY,
  .word = "Day",
  .path = "days.html",
  .most = G_MAXUINT,
  .index = {
    .title = "Days",
    .sql = "SELECT day::text AS key, day, sum(sessions), sum(failed_sessions), " SHARE_OF_SUMS
           ", sum(reports), count(DISTINCT reporter_domain) FROM tlsrpt.daily_total WHERE " WITHIN
           " GROUP BY day ORDER BY day",
    .is_chart = TRUE,
    .cells = { DAY ("day"), NUMBER ("sessions"), NUMBER ("failed"), SHARE ("share"),
               NUMBER ("reports"), NUMBER ("reporters") },
  },
  .n_listings = 5,
  .listings = {
    {
      .title = "Incidents",
      .sql = "SELECT d.day::text AS key, d.incident_no, i.severity, i.state, i.place, i.title,"
             " sum(d.failed_sessions), count(DISTINCT d.reporter_domain)"
             " FROM tlsrpt.incident_day d JOIN tlsrpt.incident_list i USING (incident_no)"
             " WHERE d." WITHIN " AND i.state <> 'merged'"
             " GROUP BY d.day, d.incident_no, i.severity, i.state, i.place, i.title"
             " ORDER BY d.day, " WORST_FIRST ", 7 DESC, d.incident_no",
      .cells = { INCIDENT ("incident"), TAG ("severity"), TEXT ("state"), TEXT ("place"),
                 TEXT ("what"), NUMBER ("failed"), NUMBER ("reporters") },
    },
    {
      .title = "By reporter",
      .sql = "SELECT day::text AS key, reporter_domain, organization_name, reports, sessions,"
             " failed_sessions, failed_sessions / nullif(sessions, 0) FROM tlsrpt.daily_total WHERE "
             WITHIN " ORDER BY day, sessions DESC, reporter_domain",
      .cells = { REPORTER ("reporter"), TEXT ("name"), NUMBER ("reports"), NUMBER ("sessions"),
                 NUMBER ("failed"), SHARE ("share") },
    },
    {
      .title = "Failures by type and MX host",
      .sql = "SELECT day::text AS key, result_type, receiving_mx, sum(failed_sessions),"
             " count(DISTINCT mail_domain), count(DISTINCT reporter_domain)"
             " FROM tlsrpt.daily_failure WHERE " WITHIN " GROUP BY day, result_type, receiving_mx"
             " ORDER BY day, 4 DESC, 2, 3",
      .cells = { TEXT ("type"), MX ("MX host"), NUMBER ("failed"), NUMBER ("domains"),
                 NUMBER ("reporters") },
    },
    {
      .title = "Domains with failures",
      .sql = "SELECT day::text AS key, mail_domain, sum(sessions), sum(failed_sessions), " SHARE_OF_SUMS
             " FROM tlsrpt.session_count WHERE " WITHIN
             " GROUP BY day, mail_domain HAVING sum(failed_sessions) > 0"
             " ORDER BY day, sum(failed_sessions) DESC, mail_domain",
      .cells = { DOMAIN ("domain"), NUMBER ("sessions"), NUMBER ("failed"), SHARE ("share") },
    },
    {
      .title = "Reports",
      .sql = "SELECT day::text AS key, report_uid, reporter_domain, mail_domain, sum(sessions),"
             " sum(failed_sessions) FROM tlsrpt.session_count WHERE " WITHIN
             " GROUP BY day, report_uid, reporter_domain, mail_domain"
             " ORDER BY day, sum(failed_sessions) DESC, reporter_domain, mail_domain, report_uid",
      .cells = { REPORT ("report"), REPORTER ("reporter"), DOMAIN ("domain"), NUMBER ("sessions"),
                 NUMBER ("failed") },
    },
  },
};

const TlsrptKind *const *
tlsrpt_kinds (guint *n)
{
  static const TlsrptKind *const kinds[] = { &domains, &hosts, &incidents, &reporters, &days };

  *n = G_N_ELEMENTS (kinds);
  return kinds;
}
