-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every installation creates the functions again, before the views. Each file creates the function that it
-- is named after, and the trigger that calls it.
\ir installed_version.sql
\ir today.sql
\ir sees_all.sql
\ir own_domains.sql
\ir habit_days.sql
\ir is_dane.sql
\ir quarantine_drop_oldest.sql
\ir quarantine_added.sql
\ir quarantine_removed.sql
\ir quarantine_emptied.sql
\ir store_added.sql
\ir store_removed.sql
\ir store_changed.sql
\ir store_emptied.sql
\ir policy_changed.sql
\ir failure_changed.sql
\ir partition_lock.sql
\ir partition_make.sql
\ir partition_ahead.sql
\ir partition_drop.sql
\ir partition_analyze.sql
\ir report_document.sql
\ir report_supersedes.sql
\ir policy_lines.sql
\ir policy_patterns.sql
\ir incident_known_day.sql
\ir link_append.sql
\ir link_documents.sql
\ir link_prune.sql
\ir link_remove.sql
\ir link_replay.sql
