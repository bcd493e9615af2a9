-- SPDX-License-Identifier: GPL-3.0-or-later
-- The views, made anew at every installation, a \ir line each, in the order in which they build on
-- each other.
\ir failed-session.sql
\ir daily.sql
\ir daily-total.sql
\ir daily-failure.sql
\ir storage.sql
\ir incident-day.sql
\ir silence.sql
\ir incident.sql
\ir health.sql
\ir reporter.sql
\ir policy-change.sql
\ir coverage.sql
\ir trust.sql
