/* SPDX-License-Identifier: GPL-3.0-or-later
 * Functions in the database that insert reports, as the tests' own language. */
#include "support/known.h"

#include "support/cluster.h"

static const char functions[] =
    "CREATE SCHEMA known;"
    "CREATE SEQUENCE known.number;"
    "CREATE TABLE known.last (report_uid uuid, policy_no integer, failure_no integer);"
    "INSERT INTO known.last VALUES (NULL, -1, -1);"

    /* What core decides when a report is stored, for the forms that the tests write. */
    "CREATE FUNCTION known.mx(sent text) RETURNS text LANGUAGE sql AS"
    " $$ SELECT nullif(lower(rtrim(sent, '.')), '') $$;"

    "CREATE FUNCTION known.patterns(type text, strings text[], hosts text[]) RETURNS text[]"
    " LANGUAGE sql AS $$"
    "  SELECT coalesce(array_agg(DISTINCT known.mx(pattern)), '{}') FROM ("
    "    SELECT substring(line FROM '^mx: (.*)$') FROM unnest(strings) AS line"
    "    UNION ALL SELECT unnest(hosts)) AS named(pattern)"
    "   WHERE type = 'sts' AND known.mx(pattern) IS NOT NULL"
    " $$;"

    "CREATE FUNCTION known.report(day date, organization text, dkim text DEFAULT 'pass')"
    " RETURNS void LANGUAGE sql AS $$"
    "  UPDATE known.last SET policy_no = -1, failure_no = -1, report_uid ="
    "   overlay(tlsrpt.first_key(day)::text PLACING lpad(nextval('known.number')::text, 12, '0')"
    "           FROM 25)::uuid;"
    "  INSERT INTO tlsrpt.report (report_uid, organization_name, report_id, start_datetime,"
    "    end_datetime, dkim_result, document_bytes, contact_info,"
    "    reporter_domain, reporter_basis, is_verified, day, first_day, last_day,"
    "    reported_sessions, content_digest)"
    "   SELECT report_uid, organization, 'r' || currval('known.number'),"
    "    day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC', dkim,"
    "    100, 'tls@' || lower(organization),"
    "    lower(organization), CASE WHEN dkim = 'pass' THEN 'dkim' ELSE 'from' END, dkim = 'pass',"
    "    day, day, day, 0, sha256(report_uid::text::bytea) FROM known.last;"
    "  INSERT INTO tlsrpt.reporter (reporter_domain, organization_name, name_since, is_verified)"
    "   VALUES (lower(organization), organization, day, dkim = 'pass') ON CONFLICT DO NOTHING"
    " $$;"

    "CREATE FUNCTION known.policy(type text, domain text, successful bigint, failed bigint,"
    "  strings text[] DEFAULT '{}', hosts text[] DEFAULT '{}', is_foreign boolean DEFAULT false)"
    " RETURNS void LANGUAGE sql AS $$"
    "  UPDATE known.last SET policy_no = policy_no + 1, failure_no = -1;"
    "  INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type, policy_domain, policy_string,"
    "    mx_host, total_successful_session_count, total_failure_session_count, is_foreign, day,"
    "    first_day, last_day, mail_domain, reporter_domain, is_verified, is_counted, policy_mode, "
    "policy_mx,"
    "    policy_mx_digest, has_usable_tlsa, successful_sessions,"
    "    validated_sessions, failed_sessions)"
    "   SELECT report_uid, policy_no, type, domain, strings, hosts, successful, failed, is_foreign,"
    "    r.day, r.first_day, r.last_day, domain, r.reporter_domain, r.is_verified, NOT is_foreign,"
    "    CASE WHEN type = 'tlsa' THEN 'enforce' WHEN type = 'sts' THEN substring("
    "     lower(array_to_string(strings, ' ')) FROM 'mode\\s*:\\s*(enforce|testing|none)') END,"
    "    patterns, CASE WHEN patterns <> '{}' THEN md5(patterns::text)::uuid END,"
    "    CASE WHEN type = 'tlsa' AND strings <> '{}' THEN array_to_string(strings, ' ')"
    "     ~ '(^|[ \"])[23] [01] ' END,"
    "    CASE WHEN is_foreign THEN 0 ELSE successful END,"
    "    CASE WHEN is_foreign OR type NOT IN ('sts', 'tlsa') THEN 0 ELSE successful END,"
    "    CASE WHEN is_foreign THEN 0 ELSE failed END"
    "    FROM known.last JOIN tlsrpt.report r USING (report_uid)"
    "    CROSS JOIN known.patterns(type, strings, hosts) AS patterns"
    " $$;";

static const char of_failures[] =
    "CREATE FUNCTION known.failure(result_type text, mx text, sessions bigint,"
    "  reason text DEFAULT NULL, sending_mta inet DEFAULT NULL)"
    " RETURNS void LANGUAGE sql AS $$"
    "  UPDATE known.last SET failure_no = failure_no + 1;"
    "  INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, result_type,"
    "    receiving_mx_hostname, failed_session_count, failure_reason_code, sending_mta_ip,"
    "    receiving_mx, mx_in_policy, failed_sessions)"
    "   SELECT report_uid, policy_no, failure_no, result_type, mx, sessions, reason, sending_mta,"
    "    coalesce(known.mx(mx), CASE WHEN p.policy_type = 'tlsa' THEN p.policy_domain END),"
    "    CASE WHEN p.policy_mx <> '{}' THEN known.mx(mx) = ANY (p.policy_mx)"
    "     OR regexp_replace(known.mx(mx), '^[^.]+', '*') = ANY (p.policy_mx) END,"
    "    CASE WHEN p.is_foreign THEN 0 ELSE sessions END"
    "    FROM known.last JOIN tlsrpt.policy p USING (report_uid, policy_no)"
    " $$;";

/* What the program does when it stores a report: the rest of a summary is a row of its own, and the first of
 * those that are alike has their sum. */
static const char rest_of_summaries[] =
    "INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, receiving_mx, failed_sessions)"
    " SELECT p.report_uid, p.policy_no, count(f.failure_no),"
    "   CASE WHEN p.policy_type = 'tlsa' THEN p.policy_domain END,"
    "   CASE WHEN p.is_foreign THEN 0"
    "        ELSE p.total_failure_session_count - coalesce(sum(f.failed_session_count), 0) END"
    "  FROM tlsrpt.policy p LEFT JOIN tlsrpt.failure f USING (report_uid, policy_no)"
    "  GROUP BY p.report_uid, p.policy_no"
    "  HAVING p.total_failure_session_count > coalesce(sum(f.failed_session_count), 0);"
    "UPDATE tlsrpt.failure f SET alike_sessions = summed.sessions"
    " FROM (SELECT report_uid, policy_no, min(failure_no) AS failure_no, sum(failed_sessions) AS "
    "sessions"
    "       FROM tlsrpt.failure"
    "       GROUP BY report_uid, policy_no, result_type, receiving_mx, failure_reason_code) AS "
    "summed"
    " WHERE (f.report_uid, f.policy_no, f.failure_no)"
    "   = (summed.report_uid, summed.policy_no, summed.failure_no)";

char *
known_database (const char *sql)
{
  char *conninfo = cluster_installed ();

  cluster_sql (conninfo, functions);
  cluster_sql (conninfo, of_failures);
  cluster_sql (conninfo, sql);
  cluster_sql (conninfo, rest_of_summaries);
  return conninfo;
}
