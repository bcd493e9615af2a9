/* SPDX-License-Identifier: GPL-3.0-or-later
 * Functions in the database that insert reports, as the tests' own language. */
#include "support/known.h"

#include "support/cluster.h"

static const char functions[] =
    "CREATE SCHEMA known;"
    "CREATE SEQUENCE known.number;"
    "CREATE TABLE known.last (report_uid uuid, policy_no integer, failure_no integer);"
    "INSERT INTO known.last VALUES (NULL, -1, -1);"

    "CREATE FUNCTION known.report(day date, organization text, dkim text DEFAULT 'pass')"
    " RETURNS void LANGUAGE sql AS $$"
    "  UPDATE known.last SET policy_no = -1, failure_no = -1, report_uid ="
    "   overlay(tlsrpt.first_key(day)::text PLACING lpad(nextval('known.number')::text, 12, '0')"
    "           FROM 25)::uuid;"
    "  INSERT INTO tlsrpt.report (report_uid, organization_name, report_id, start_datetime,"
    "    end_datetime, dkim_result, document_digest, document_bytes, contact_info)"
    "   SELECT report_uid, organization, 'r' || currval('known.number'),"
    "    day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC', dkim,"
    "    sha256(report_uid::text::bytea), 100, 'tls@' || lower(organization) FROM known.last"
    " $$;"

    "CREATE FUNCTION known.policy(type text, domain text, successful bigint, failed bigint,"
    "  strings text[] DEFAULT '{}', hosts text[] DEFAULT '{}', is_foreign boolean DEFAULT false)"
    " RETURNS void LANGUAGE sql AS $$"
    "  UPDATE known.last SET policy_no = policy_no + 1, failure_no = -1;"
    "  INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type, policy_domain, policy_string,"
    "    mx_host, total_successful_session_count, total_failure_session_count, is_foreign)"
    "   SELECT report_uid, policy_no, type, domain, strings, hosts, successful, failed, is_foreign"
    "    FROM known.last"
    " $$;"

    "CREATE FUNCTION known.failure(result_type text, mx text, sessions bigint,"
    "  reason text DEFAULT NULL, sending_mta inet DEFAULT NULL)"
    " RETURNS void LANGUAGE sql AS $$"
    "  UPDATE known.last SET failure_no = failure_no + 1;"
    "  INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, result_type,"
    "    receiving_mx_hostname, failed_session_count, failure_reason_code, sending_mta_ip)"
    "   SELECT report_uid, policy_no, failure_no, result_type, mx, sessions, reason, sending_mta"
    "    FROM known.last"
    " $$;";

char *
known_database (const char *sql)
{
  char *conninfo = cluster_installed ();

  cluster_sql (conninfo, functions);
  cluster_sql (conninfo, sql);
  return conninfo;
}
