/* SPDX-License-Identifier: GPL-3.0-or-later
 * `quarantine retry`: messages out of quarantine, stored. */
#pragma once

#include "pg/pg.h"
#include "settings.h"
#include "store/quarantine.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_retry_run:
 * @pg: a connection as a member of tlsrpt_owner
 * @settings: settings; what they refuse today is kept
 * @filter: which
 * @error: return location
 *
 * Decodes each again, stores its reports, and then removes it; what is refused again, in whole or in
 * part, stays with the reason of today. A message that was cut stays. Ended between storing and
 * removing, the next run finds the reports stored and removes. Prints a tally.
 *
 * Errors: as tlsrpt_pg_query() and tlsrpt_store_put().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_retry_run (TlsrptPg *pg, const TlsrptSettings *settings,
                           const TlsrptQuarantineFilter *filter, GError **error);

G_END_DECLS
