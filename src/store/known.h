/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the store knows of the reporters of a few reports, and of others that use their names. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptKnown:
 * @reporter_domain: the reporter
 * @name_key: (nullable): set in a row of tlsrpt.reporter_name: a name that it has signed; its members
 *   are @reporter_domain and @age alone
 * @organization_name: (nullable): its name
 * @name_since: since when, in days since 1970
 * @is_verified: whether it has signed a report
 * @mechanism: (nullable): how it counts, if that is known
 * @age: for how long it has used the name, in whole seconds
 *
 * A row of tlsrpt.reporter or of tlsrpt.reporter_name.
 */
typedef struct {
  const char *reporter_domain;
  const char *name_key;
  const char *organization_name;
  gint32 name_since;
  gboolean is_verified;
  const char *mechanism;
  gint64 age;
} TlsrptKnown;

/**
 * tlsrpt_known_look_up:
 * @known: (element-type TlsrptKnown) (inout): an array; the rows replace what is in it
 * @is_distributed: (inout): becomes %TRUE if the reports are distributed over workers (identity.h)
 * @entries: (element-type TlsrptEntry): reports
 * @pg: a connection
 * @error: return location
 *
 * Asks once, and once more where a name has more owners than are looked at.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full) (nullable): what @known points into; %NULL with @error set
 */
PGresult *tlsrpt_known_look_up (GArray *known, gboolean *is_distributed, GPtrArray *entries,
                                TlsrptPg *pg, GError **error);

G_END_DECLS
