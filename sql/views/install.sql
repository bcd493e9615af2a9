-- SPDX-License-Identifier: GPL-3.0-or-later
-- The views, made anew at every installation, a \ir line each, in the order in which they build on
-- each other.
\ir failed-session.sql
\ir daily.sql
\ir daily-failure.sql
\ir storage.sql
