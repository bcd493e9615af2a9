/* SPDX-License-Identifier: GPL-3.0-or-later
 * The book to the tables. */
#pragma once

#include "insight/book.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_record_save:
 * @pg: the connection
 * @book: a book that was updated
 * @today: the day it is
 * @version: what the facts of @book were read from, as tlsrpt_update() compares it
 * @error: return location
 *
 * Writes entries that have changed, and the events.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_record_save (TlsrptPg *pg, const TlsrptBook *book, gint32 today,
                             const char *version, GError **error);

G_END_DECLS
