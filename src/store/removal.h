/* SPDX-License-Identifier: GPL-3.0-or-later
 * One mail domain out of the database, part by part, in small transactions: an interrupted removal can be
 * run again. Quarantine, accepted_domain, and entries for all subdomains of a domain stay. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** TLSRPT_REMOVAL_PARTS: number of parts */
#define TLSRPT_REMOVAL_PARTS 10

/**
 * tlsrpt_removal_part:
 * @part: number of a part, from 0
 *
 * Returns: (transfer none): what it is, in words that follow a number
 */
const char *tlsrpt_removal_part (guint part);

/**
 * tlsrpt_removal_count:
 * @pg: a connection as a member of tlsrpt_owner
 * @domain: a mail domain, canonical
 * @counts: (out caller-allocates) (array fixed-size=10): how many there are of each part
 * @error: return location
 *
 * Changes nothing.
 *
 * Errors: as tlsrpt_pg_query(); %TLSRPT_ERROR_OPERATOR where Citus distributes the reports.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_removal_count (TlsrptPg *pg, const char *domain,
                               guint64 counts[TLSRPT_REMOVAL_PARTS], GError **error);

/**
 * tlsrpt_removal_run:
 * @pg: a connection as a member of tlsrpt_owner
 * @domain: a mail domain, canonical
 * @counts: (out caller-allocates) (array fixed-size=10): how many were removed of each part
 * @error: return location
 *
 * Reports of other domains too keep the policies of these, and their key; the document goes, as it names
 * @domain.
 *
 * Errors: as tlsrpt_removal_count(); what was removed until then stays removed.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_removal_run (TlsrptPg *pg, const char *domain, guint64 counts[TLSRPT_REMOVAL_PARTS],
                             GError **error);

G_END_DECLS
