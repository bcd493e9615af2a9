/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents in the tables brought up to date with the reports. */
#pragma once

#include "core/threshold.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_update:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @today: the day for which incidents are judged, in days since 1970
 * @thresholds: thresholds
 * @error: return location
 *
 * Judges the reports and writes what has changed, with the events, in one transaction under a lock: a
 * second one waits. On a day before that of the last update nothing changes.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_update (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds,
                        GError **error);

/**
 * tlsrpt_update_where_may:
 * @pg: a connection
 * @today: the day for which incidents are judged, in days since 1970
 * @thresholds: thresholds
 * @error: return location
 *
 * tlsrpt_update() for a user who may write incidents; for others nothing happens.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_update_where_may (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds,
                                  GError **error);

G_END_DECLS
