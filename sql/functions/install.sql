-- SPDX-License-Identifier: GPL-3.0-or-later
-- The functions, made anew at every installation and before the views. Each file makes the function of its
-- name, and its trigger.
\ir today.sql
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
\ir report_document.sql
\ir report_supersedes.sql
\ir policy_lines.sql
