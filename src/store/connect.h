/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection string to a libpq connection, and the waiting on its socket, under a deadline. */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/**
 * tlsrpt_wait_socket:
 * @socket: file descriptor
 * @events: of poll(2)
 * @deadline: g_get_monotonic_time() value
 *
 * Returns: the events that came; 0 once @deadline has passed
 */
short tlsrpt_wait_socket (int socket, short events, gint64 deadline);

/**
 * tlsrpt_connect:
 * @conninfo: (nullable): libpq connection string; %NULL or "" leaves all to libpq's environment
 * @deadline: g_get_monotonic_time() value
 * @error: return location
 *
 * Several hosts are tried in turn, each for `connect_timeout` or else for its share of what is left;
 * libpq's `target_session_attrs` says which will do. Looking up a host's name is the resolver's to
 * bound, not @deadline's: in a delivery the alarm of walls.c does.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY, %TLSRPT_ERROR_DEADLINE, %TLSRPT_ERROR_OPERATOR.
 *
 * Returns: (transfer full): a connection in non-blocking mode, or %NULL with @error set
 */
PGconn *tlsrpt_connect (const char *conninfo, gint64 deadline, GError **error);

G_END_DECLS
