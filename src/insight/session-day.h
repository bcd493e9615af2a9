/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sessions and failures of many days to facts, from the copy that table session_day has of days that have not
 * changed. */
#pragma once

#include "insight/fact.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_session_day_copy:
 * @pg: a connection in a transaction that alone writes the copy, whose user has role tlsrpt_alerter
 * @first: first day
 * @last: last day
 * @error: return location
 *
 * Makes the copy one of the days from @first to @last as they are now.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE on success
 */
gboolean tlsrpt_session_day_copy (TlsrptPg *pg, const char *first, const char *last,
                                  GError **error);

/**
 * tlsrpt_session_day_read:
 * @pg: a connection in a transaction
 * @first: first day
 * @last: last day
 * @facts: facts without failures, to which the failures are added, and the sessions and policies of the domains
 *   that have some
 * @error: return location
 *
 * Reads the copy.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE on success
 */
gboolean tlsrpt_session_day_read (TlsrptPg *pg, const char *first, const char *last,
                                  TlsrptFacts *facts, GError **error);

G_END_DECLS
