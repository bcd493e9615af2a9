-- SPDX-License-Identifier: GPL-3.0-or-later
-- The functions, made anew at every installation and before the views, a \ir line each.
\ir today.sql
\ir quarantine.sql
\ir policy.sql
\ir remedy.sql
