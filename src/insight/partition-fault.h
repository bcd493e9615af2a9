/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is wrong with the partitions of months, said before prune is slow by it. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_partition_fault_line:
 * @pg: a connection whose user has role tlsrpt_reader or tlsrpt_alerter
 * @faults: (out) (nullable): what view partition_fault says, with what to do, in one line; %NULL where it
 *   says nothing
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_partition_fault_line (TlsrptPg *pg, char **faults, GError **error);

G_END_DECLS
