/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is stored of one mail domain, a line of JSON for each report and incident, in memory one page at a
 * time. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptExtractLine:
 * @data: what was given to tlsrpt_extract_run()
 * @line: JSON without a line end
 * @length: bytes in @line
 * @error: return location
 *
 * Takes one line.
 *
 * Returns: %FALSE with @error set, which ends the run
 */
typedef gboolean (*TlsrptExtractLine) (gpointer data, const char *line, gsize length,
                                       GError **error);

/**
 * tlsrpt_extract_run:
 * @pg: a connection as a member of tlsrpt_owner
 * @domain: a mail domain, canonical
 * @take: takes each line
 * @data: for @take
 * @error: return location
 *
 * First the reports in which @domain has policies, in the order of their days: the document as it was sent,
 * with blanks for its line ends, where all policies are of @domain; else, or if the document was not kept
 * or is damaged, one made from the rows of @domain alone. Then its incidents, with a member `kind`. All are
 * of one moment.
 *
 * Errors: as tlsrpt_pg_query(), and those of @take.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_extract_run (TlsrptPg *pg, const char *domain, TlsrptExtractLine take,
                             gpointer data, GError **error);

G_END_DECLS
