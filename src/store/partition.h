/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partitions of months, where the schema was installed with them: made ahead, and dropped. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_partition_ahead:
 * @pg: a connection as a member of tlsrpt_owner
 * @error: return location
 *
 * Makes the partitions of this month and the next three that are missing. Rows that came before them
 * move there. Nothing is made if the default partitions are in use, or if the schema has no partitions.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_partition_ahead (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_partition_analyze:
 * @pg: a connection as a member of tlsrpt_owner, without a transaction
 * @error: return location
 *
 * Makes the statistics of each partitioned table that has grown or shrunk by a tenth since they were made.
 * Autovacuum makes those of partitions only. A table that is in use otherwise waits for the next call.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_partition_analyze (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_partition_drop:
 * @pg: a connection as a member of tlsrpt_owner, without a transaction
 * @first_kept: days since 1970-01-01: the months that end before this day go
 * @reports: (inout): the reports that went are added
 * @error: return location
 *
 * Drops partitions, each month in a transaction. A delivery waits for it, three seconds at most.
 *
 * Errors: as tlsrpt_pg_query(); %TLSRPT_ERROR_TEMPORARY if the tables are in use for long. What was
 * dropped until then stays dropped.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_partition_drop (TlsrptPg *pg, gint64 first_kept, guint64 *reports, GError **error);

/**
 * tlsrpt_partition_describe:
 * @pg: a connection as a member of any role but tlsrpt_domain_reader
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): which months have partitions, which lack them, and how many reports are
 * elsewhere, for an operator
 */
char *tlsrpt_partition_describe (TlsrptPg *pg, GError **error);

G_END_DECLS
