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

/** TlsrptConnecting: an opaque attempt to connect */
typedef struct _TlsrptConnecting TlsrptConnecting;

/**
 * tlsrpt_connect_begin:
 * @conninfo: (nullable): libpq connection string; %NULL or "" leaves all to libpq's environment
 *
 * Knocks and waits for nothing, so that the server starts its process and checks the user while the
 * caller does something else. Of several hosts none is tried yet. Looking up a host's name is the
 * resolver's to bound: in a delivery the alarm of walls.c does.
 *
 * Returns: (transfer full): an attempt; what went wrong is told by tlsrpt_connect_end()
 */
TlsrptConnecting *tlsrpt_connect_begin (const char *conninfo);

/**
 * tlsrpt_connect_end:
 * @connecting: (transfer full): an attempt
 * @deadline: g_get_monotonic_time() value
 * @error: return location
 *
 * Several hosts are tried in turn, each for `connect_timeout` or else for its share of what is left;
 * libpq's `target_session_attrs` says which will do.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY, %TLSRPT_ERROR_DEADLINE, %TLSRPT_ERROR_OPERATOR.
 *
 * Returns: (transfer full): a connection in non-blocking mode, or %NULL with @error set
 */
PGconn *tlsrpt_connect_end (TlsrptConnecting *connecting, gint64 deadline, GError **error);

/**
 * tlsrpt_connect_target:
 * @conninfo: (nullable): as of tlsrpt_connect_begin()
 *
 * Who would connect to what, by libpq's own defaults; for the operator, never for a stranger. Of several
 * hosts the first. No host is asked for or connected to.
 *
 * Returns: (transfer full) (nullable): `user "U", database "D", server HOST`, each as of tlsrpt_quote(); %NULL where
 *   @conninfo is malformed
 */
char *tlsrpt_connect_target (const char *conninfo);

/**
 * tlsrpt_connecting_free:
 * @connecting: (transfer full) (nullable): what to free
 */
void tlsrpt_connecting_free (TlsrptConnecting *connecting);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptConnecting, tlsrpt_connecting_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGresult, PQclear)

G_END_DECLS
