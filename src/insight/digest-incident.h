/* SPDX-License-Identifier: GPL-3.0-or-later
 * The incidents of a digest, from the views. */
#pragma once

#include "insight/digest-data.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_digest_incident_load:
 * @digest: a digest with its period and domain
 * @pg: a connection in the transaction of the digest
 * @error: return location
 *
 * Reads what of @digest is about incidents: they themselves, their last days, how many there are, and on which
 * day they stand.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_digest_incident_load (TlsrptDigest *digest, TlsrptPg *pg, GError **error);

/**
 * tlsrpt_digest_incident_history:
 * @incidents: (element-type TlsrptIncident): incidents
 * @last_day: day that their history ends on, in days since 1970
 * @is_coming: whether reports on that day are still to come
 * @pg: a connection
 * @error: return location
 *
 * Reads the last days of @incidents.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_digest_incident_history (const GPtrArray *incidents, gint32 last_day,
                                         gboolean is_coming, TlsrptPg *pg, GError **error);

G_END_DECLS
