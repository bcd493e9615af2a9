/* SPDX-License-Identifier: GPL-3.0-or-later
 * Table replay_position: how far archives are stored, beside the reports themselves, as it is of this
 * database alone that it is true. */
#pragma once

#include "core/archive/position.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_positions_load:
 * @pg: a connection
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): all positions, the latest 100,000; or %NULL with @error set
 */
TlsrptPositions *tlsrpt_positions_load (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_positions_save:
 * @pg: a connection
 * @positions: what is committed already
 * @error: return location
 *
 * Does not wait for the disk: a position that a crash of the server loses costs some duplicates.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_positions_save (TlsrptPg *pg, TlsrptPositions *positions, GError **error);

/**
 * tlsrpt_positions_forget:
 * @pg: a connection
 * @positions: positions of archives
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_positions_forget (TlsrptPg *pg, TlsrptPositions *positions, GError **error);

G_END_DECLS
