/* SPDX-License-Identifier: GPL-3.0-or-later
 * A TCP connection to one address, without a proxy. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * tlsrpt_dial:
 * @address: an IP address
 * @port: a port
 * @seconds: after which each wait ends
 * @cancellable: ends all
 * @error: return location
 *
 * Errors: of GIO.
 *
 * Returns: (transfer full): the connection, or %NULL with @error set
 */
GSocketConnection *tlsrpt_dial (const char *address, guint16 port, guint seconds,
                                GCancellable *cancellable, GError **error);

/**
 * tlsrpt_dial_has_no_way:
 * @error: (nullable): why there is no connection
 *
 * Returns: %TRUE if this machine is the reason: it has no route to the network
 */
gboolean tlsrpt_dial_has_no_way (const GError *error);

/**
 * tlsrpt_dial_is_private:
 * @address: an IP address
 *
 * Returns: %TRUE if it is one that the world cannot reach, or that is not one host's: loopback, private,
 *   link-local, shared (RFC 6598), multicast, or no address at all
 */
gboolean tlsrpt_dial_is_private (const char *address);

G_END_DECLS
