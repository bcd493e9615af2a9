/* SPDX-License-Identifier: GPL-3.0-or-later
 * Views to OpenMetrics, for programs. */
#pragma once

#include "insight/period.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_openmetrics:
 * @pg: a connection whose user has role tlsrpt_reader
 * @period: days
 * @domain: (nullable): a policy domain in any spelling
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): gauges of the period as OpenMetrics text; %NULL with @error set
 */
char *tlsrpt_openmetrics (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                          GError **error);

G_END_DECLS
