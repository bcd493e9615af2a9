/* SPDX-License-Identifier: GPL-3.0-or-later
 * The end of a statement that is late. */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/**
 * tlsrpt_cancel:
 * @connection: a connection with a statement under way
 *
 * Asks the server to cancel the statement; returns once it was asked, after half a second at the
 * latest.
 */
void tlsrpt_cancel (PGconn *connection);

G_END_DECLS
