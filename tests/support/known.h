/* SPDX-License-Identifier: GPL-3.0-or-later
 * Known rows for the views: SQL functions `known.report`, `known.policy` and `known.failure` in a
 * database, so that a case says its data in a few lines. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * known_database:
 * @sql: statements that call the functions
 *
 * `known.report(day, organization)` begins a report of that day; `known.policy(type, domain,
 * successful, failed)` adds a policy to the last report, `known.failure(result_type, mx, sessions)`
 * a failure to the last policy.
 *
 * Returns: (transfer full): connection string of a new database with schema tlsrpt and these rows
 */
char *known_database (const char *sql);

G_END_DECLS
