/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table of parts, each a count and a statement that removes some of it and is repeated until nothing is
 * left. The order matters: what incidents and copies are made of goes before them. */
#include "store/removal.h"

#include "store/identity.h"

#include <string.h>

/* Rows that lead to one transaction: tens of milliseconds, unless a report is large. */
#define BATCH "1000"

/* An update of incidents that runs would write what is removed. */
#define LOCK "SELECT " TLSRPT_PG_INCIDENT_LOCK

/* $1 is the domain. $2 is a pattern: the domain as a whole name, in whatever text, but not the names below
 * it: these may be mail domains of their own, or MX hosts of others. */
#define PATTERN_BEFORE "(?<![a-z0-9.-])((_smtp\\._tls|_mta-sts|mta-sts)\\.)?"
#define PATTERN_AFTER "(?![a-z0-9_-]|\\.[a-z0-9])"

/* clang-format off */
#define OTHERS_IN_REPORT(uid) \
  "EXISTS (SELECT FROM tlsrpt.policy other WHERE other.report_uid = " uid \
  " AND other.mail_domain IS DISTINCT FROM $1)"
#define OTHERS_IN_INCIDENT(number) \
  "EXISTS (SELECT FROM tlsrpt.incident_member other WHERE other.incident_no = " number \
  " AND other.mail_domain <> $1)"
#define REPORTS "(SELECT report_uid FROM tlsrpt.policy WHERE mail_domain = $1)"
#define MEMBERS "(SELECT incident_no FROM tlsrpt.incident_member WHERE mail_domain = $1)"

/* At the domain or below it, and not below another mail domain with reports that lies between. */
#define AT_OWN_HOST(place) \
  "((" place " = $1 OR right(" place ", length($1) + 1) = '.' || $1)" \
  " AND NOT EXISTS (SELECT FROM generate_series(1, length(" place ")) AS n" \
  "  JOIN tlsrpt.policy other ON other.mail_domain = substr(" place ", n)" \
  "  WHERE length(other.mail_domain) > length($1) AND substr('.' || " place ", n, 1) = '.'))"

/* Without failed sessions, as of a domain that nobody reports on, or found by doctor. */
#define OWN_PLACE \
  "NOT EXISTS (SELECT FROM tlsrpt.incident_member m WHERE m.incident_no = i.incident_no)" \
  " AND CASE i.place_kind WHEN 'reporter' THEN false WHEN 'domain' THEN i.place = $1" \
  "  ELSE " AT_OWN_HOST ("i.place") " END"

#define HEADER_NAMES "(r.mail_domain = $1 OR r.report_domain ~* $2)"
#define FORGET_HEADER \
  "mail_domain = nullif(r.mail_domain, $1)," \
  " report_domain = CASE WHEN r.report_domain ~* $2 THEN NULL ELSE r.report_domain END"

/* A domain may have this very name: what is counted is what changes, or it would never end. */
#define FORGOTTEN(column) "regexp_replace(" column ", $2, 'removed', 'gi')"
#define NAMED_IN(column) "(" column " IS DISTINCT FROM " FORGOTTEN (column) ")"

#define ACKNOWLEDGED "(subject_kind = 'domain' AND subject = $1)"
#define OBSERVED "(mail_domain = $1 OR (mail_domain IS NULL AND " AT_OWN_HOST ("place") "))"

/* The counters of the store follow by triggers; rows of failure go with their policy. */
static const char remove_reports[] =
    "WITH batch AS MATERIALIZED (SELECT DISTINCT report_uid FROM (SELECT report_uid"
    "   FROM tlsrpt.policy WHERE mail_domain = $1 LIMIT " BATCH ") AS first_ones),"
    " alone AS MATERIALIZED (SELECT report_uid FROM batch"
    "   WHERE NOT " OTHERS_IN_REPORT ("batch.report_uid") "),"
    " gone AS (DELETE FROM tlsrpt.report r USING alone"
    "   WHERE r.report_uid = alone.report_uid RETURNING 1),"
    " shared AS MATERIALIZED (SELECT report_uid, count(*) + sum((SELECT count(*)"
    "    FROM tlsrpt.failure f WHERE f.report_uid = p.report_uid AND f.policy_no = p.policy_no))"
    "     AS charged"
    "   FROM tlsrpt.policy p JOIN batch USING (report_uid)"
    "   WHERE p.mail_domain = $1 AND " OTHERS_IN_REPORT ("p.report_uid")
    "   GROUP BY report_uid),"
    " cut AS (DELETE FROM tlsrpt.policy p USING shared"
    "   WHERE p.report_uid = shared.report_uid AND p.mail_domain = $1),"
    " forgotten AS (UPDATE tlsrpt.report r SET evidence = NULL,"
    "    charged_rows = r.charged_rows - shared.charged::integer,"
    "    report_id = " FORGOTTEN ("r.report_id") ", message_id = " FORGOTTEN ("r.message_id") ","
    "    extra = CASE WHEN r.extra::text ~* $2 THEN NULL ELSE r.extra END, " FORGET_HEADER
    "   FROM shared WHERE r.report_uid = shared.report_uid RETURNING 1),"
    " linked AS MATERIALIZED (SELECT tlsrpt.link_remove(ARRAY(SELECT report_uid FROM alone),"
    "    ARRAY(SELECT report_uid FROM shared)) AS links)"
    " SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM forgotten) FROM linked"
    "  WHERE links >= 0";

static const char remove_header_names[] =
    "WITH batch AS MATERIALIZED (SELECT report_uid, EXISTS (SELECT FROM tlsrpt.policy p"
    "    WHERE p.report_uid = r.report_uid) AS has_policies"
    "   FROM tlsrpt.report r WHERE " HEADER_NAMES " LIMIT " BATCH "),"
    " gone AS (DELETE FROM tlsrpt.report r USING batch"
    "   WHERE r.report_uid = batch.report_uid AND NOT batch.has_policies),"
    " forgotten AS (UPDATE tlsrpt.report r SET " FORGET_HEADER
    "   FROM batch WHERE r.report_uid = batch.report_uid AND batch.has_policies),"
    " linked AS MATERIALIZED (SELECT tlsrpt.link_remove(ARRAY(SELECT report_uid FROM batch"
    "    WHERE NOT has_policies), '{}') AS links)"
    " SELECT (SELECT count(*) FROM batch) FROM linked WHERE links >= 0";

/* One that was merged into an incident that ends has ended too. */
static const char remove_incidents[] =
    "WITH RECURSIVE touched AS MATERIALIZED (SELECT DISTINCT incident_no FROM (SELECT incident_no"
    "   FROM tlsrpt.incident_member WHERE mail_domain = $1 LIMIT " BATCH ") AS first_ones"
    "  UNION SELECT incident_no FROM tlsrpt.incident i WHERE " OWN_PLACE "),"
    " ended AS (SELECT incident_no FROM touched"
    "   WHERE NOT " OTHERS_IN_INCIDENT ("touched.incident_no")
    "   AND NOT EXISTS (SELECT FROM tlsrpt.incident i WHERE i.merged_into = touched.incident_no"
    "    AND " OTHERS_IN_INCIDENT ("i.incident_no") ")"
    "  UNION SELECT i.incident_no FROM tlsrpt.incident i"
    "   JOIN ended ON i.merged_into = ended.incident_no"
    "   WHERE NOT " OTHERS_IN_INCIDENT ("i.incident_no") "),"
    " cut AS (DELETE FROM tlsrpt.incident_member m USING touched"
    "   WHERE m.incident_no = touched.incident_no AND m.mail_domain = $1"
    "    AND m.incident_no NOT IN (SELECT incident_no FROM ended) RETURNING m.incident_no),"
    " gone AS (DELETE FROM tlsrpt.incident i USING ended"
    "   WHERE i.incident_no = ended.incident_no RETURNING 1),"
    " forgotten AS (UPDATE tlsrpt.incident i SET failure_reason_code ="
    "    ARRAY(SELECT code FROM unnest(i.failure_reason_code) AS code WHERE code !~* $2)"
    "   WHERE i.incident_no IN (SELECT incident_no FROM cut)),"
    " released AS (DELETE FROM tlsrpt.acknowledgement WHERE subject_kind = 'incident'"
    "   AND subject IN (SELECT incident_no::text FROM ended))"
    " SELECT (SELECT count(*) FROM gone), (SELECT count(DISTINCT incident_no) FROM cut)";

static const char remove_acknowledgements[] =
    "WITH gone AS (DELETE FROM tlsrpt.acknowledgement WHERE " ACKNOWLEDGED " RETURNING 1),"
    " forgotten AS (UPDATE tlsrpt.acknowledgement SET note = " FORGOTTEN ("note")
    "   WHERE " NAMED_IN ("note") " AND NOT " ACKNOWLEDGED " RETURNING 1)"
    " SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM forgotten)";

static const char remove_observations[] =
    "WITH gone AS (DELETE FROM tlsrpt.observation WHERE observation_no IN"
    "   (SELECT observation_no FROM tlsrpt.observation WHERE " OBSERVED " LIMIT " BATCH ")"
    "   RETURNING 1),"
    " forgotten AS (UPDATE tlsrpt.observation SET detail = " FORGOTTEN ("detail")
    "   WHERE " NAMED_IN ("detail") " AND (" OBSERVED ") IS NOT TRUE RETURNING 1)"
    " SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM forgotten)";

/* The channel of `alert --each` has the address in its name. */
static const char remove_contacts[] =
    "WITH gone AS (DELETE FROM tlsrpt.domain_contact WHERE domain = $1 RETURNING address),"
    " delivered AS (DELETE FROM tlsrpt.delivery WHERE channel IN"
    "   (SELECT 'each ' || address FROM gone"
    "     WHERE NOT EXISTS (SELECT FROM tlsrpt.domain_contact kept"
    "      WHERE kept.address = gone.address AND kept.domain <> $1)))"
    " SELECT count(*) FROM gone";

#define COUNT(what) "SELECT count(*) FROM tlsrpt." what
#define REMOVE(what) "WITH gone AS (DELETE FROM tlsrpt." what " RETURNING 1) SELECT count(*) FROM gone"

/* A second column of what @remove returns belongs to the next part, which has no statement of its own. */
static const struct {
  const char *words;
  const char *count;
  const char *remove;
} parts[TLSRPT_REMOVAL_PARTS] = {
  { "reports of this domain alone",
    COUNT ("report r WHERE report_uid IN " REPORTS " AND NOT " OTHERS_IN_REPORT ("r.report_uid")),
    remove_reports },
  { "reports of other domains too: the policies of this domain, and the document",
    COUNT ("report r WHERE report_uid IN " REPORTS " AND " OTHERS_IN_REPORT ("r.report_uid")),
    NULL },
  { "reports that name it only as what they are about: the name",
    COUNT ("report r WHERE " HEADER_NAMES " AND report_uid NOT IN " REPORTS),
    remove_header_names },
  { "incidents of this domain alone, with their events",
    COUNT ("incident i WHERE (incident_no IN " MEMBERS " OR (" OWN_PLACE "))"
           " AND NOT " OTHERS_IN_INCIDENT ("i.incident_no")),
    remove_incidents },
  { "incidents of other domains too: the failed sessions of this domain",
    COUNT ("incident i WHERE incident_no IN " MEMBERS " AND " OTHERS_IN_INCIDENT ("i.incident_no")),
    NULL },
  { "acknowledgements and mutes, or the name in their notes",
    COUNT ("acknowledgement WHERE " ACKNOWLEDGED " OR " NAMED_IN ("note")),
    remove_acknowledgements },
  { "observations of doctor, or the name in them",
    COUNT ("observation WHERE " OBSERVED " OR " NAMED_IN ("detail")),
    remove_observations },
  { "contacts", COUNT ("domain_contact WHERE domain = $1"), remove_contacts },
  { "notes of digests that were sent",
    COUNT ("digest_delivery WHERE domain = $1"), REMOVE ("digest_delivery WHERE domain = $1") },
  { "entries of domain_access",
    COUNT ("domain_access WHERE domain = $1"), REMOVE ("domain_access WHERE domain = $1") },
};

/* Not counted in what is said of the removal: copies of days, which the next update of incidents makes again. */
static const char remove_copies[] =
    REMOVE ("session_day s WHERE NOT EXISTS (SELECT FROM tlsrpt.day_version v"
            " WHERE v.day = s.day AND v.version = s.version)");
/* clang-format on */

const char *
tlsrpt_removal_part (guint part)
{
  return parts[part].words;
}

static char *
pattern_of (const char *domain)
{
  g_autofree char *escaped = g_regex_escape_string (domain, -1);

  return g_strconcat (PATTERN_BEFORE, escaped, PATTERN_AFTER, NULL);
}

/* The server refuses a parameter that a statement does not have. */
static PGresult *
ask (TlsrptPg *pg, const char *sql, const char *domain, GError **error)
{
  g_autofree char *pattern = pattern_of (domain);
  const TlsrptPgParam params[] = { { .value = domain }, { .value = pattern } };
  guint n = strstr (sql, "$2") != NULL ? 2 : strstr (sql, "$1") != NULL ? 1 : 0;

  return tlsrpt_pg_query (pg, sql, n, params, error);
}

static guint64
number_of (const PGresult *result, int column)
{
  return g_ascii_strtoull (PQgetvalue (result, 0, column), NULL, 10);
}

/* Their statements would have to be others: each report is a row here, and rows of workers. */
static gboolean
refuse_distributed (TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query (pg, "SELECT " TLSRPT_IDENTITY_IS_THERE, 0, NULL, error);

  if (result == NULL)
    return FALSE;
  if (*PQgetvalue (result, 0, 0) == 'f')
    return TRUE;
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
                       "domain: reports that Citus distributes are removed by age alone: see "
                       "`tlsrpt-ingest prune`");
  return FALSE;
}

gboolean
tlsrpt_removal_count (TlsrptPg *pg, const char *domain, guint64 counts[TLSRPT_REMOVAL_PARTS],
                      GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction =
      tlsrpt_pg_begin (pg, TLSRPT_SESSION_SNAPSHOT, error);

  if (transaction == NULL || !refuse_distributed (pg, error))
    return FALSE;
  for (guint part = 0; part < TLSRPT_REMOVAL_PARTS; part++) {
    g_autoptr (PGresult) result = ask (pg, parts[part].count, domain, error);

    if (result == NULL)
      return FALSE;
    counts[part] = number_of (result, 0);
  }
  return tlsrpt_pg_commit (transaction, error);
}

/* Adds to @counts, a number for each column; @more says whether anything was removed. */
static gboolean
remove_batch (TlsrptPg *pg, const char *sql, const char *domain, guint64 *counts, gboolean *more,
              GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  g_autoptr (PGresult) lock =
      transaction != NULL ? tlsrpt_pg_query (pg, LOCK, 0, NULL, error) : NULL;
  g_autoptr (PGresult) result = lock != NULL ? ask (pg, sql, domain, error) : NULL;

  *more = FALSE;
  if (result == NULL || !tlsrpt_pg_commit (transaction, error))
    return FALSE;
  for (int column = 0; column < PQnfields (result); column++) {
    counts[column] += number_of (result, column);
    *more |= number_of (result, column) > 0;
  }
  return TRUE;
}

gboolean
tlsrpt_removal_run (TlsrptPg *pg, const char *domain, guint64 counts[TLSRPT_REMOVAL_PARTS],
                    GError **error)
{
  guint64 copies = 0;
  gboolean more = TRUE;

  memset (counts, 0, TLSRPT_REMOVAL_PARTS * sizeof *counts);
  if (!refuse_distributed (pg, error))
    return FALSE;
  for (guint part = 0; part < TLSRPT_REMOVAL_PARTS; part++) {
    for (more = parts[part].remove != NULL; more;)
      if (!remove_batch (pg, parts[part].remove, domain, &counts[part], &more, error))
        return FALSE;
  }
  return remove_batch (pg, remove_copies, domain, &copies, &more, error);
}
