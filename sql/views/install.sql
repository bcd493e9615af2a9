-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every installation creates the views again. A view comes after the views that it uses. Each file creates the
-- view that it is named after.
\ir failed_session.sql
\ir session_count.sql
\ir late_report.sql
\ir daily.sql
\ir daily_total.sql
\ir daily_failure.sql
\ir storage.sql
\ir schema_object_now.sql
\ir schema_fault.sql
\ir quarantine_usage.sql
\ir store_usage.sql
\ir session_fact.sql
\ir day_version.sql
\ir failure_fact.sql
\ir report_fact.sql
\ir known_reporter.sql
\ir own_domain.sql
\ir incident_scope.sql
\ir incident_tally.sql
\ir incident_day.sql
\ir mute.sql
\ir incident_list.sql
\ir incident_event.sql
\ir incident_sight.sql
\ir judged_day.sql
\ir domain_health.sql
\ir mx_health.sql
\ir reporter_health.sql
\ir sending_mta.sql
\ir policy_change.sql
\ir coverage.sql
\ir trust.sql
\ir quarantine_count.sql
\ir refusal_count.sql
