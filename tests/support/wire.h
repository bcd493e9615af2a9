/* SPDX-License-Identifier: GPL-3.0-or-later
 * A wire between client and server that breaks after a given number of bytes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  WIRE_TO_SERVER,
  WIRE_TO_CLIENT,
} WireDirection;

/** Wire: an opaque proxy on a unix socket of its own */
typedef struct _Wire Wire;

/**
 * wire_new:
 *
 * Returns: (transfer full): a wire to the cluster's server; it breaks nowhere yet
 */
Wire *wire_new (void);

void wire_free (Wire *wire);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wire, wire_free)

/**
 * wire_conninfo:
 * @wire: a wire
 * @conninfo: connection string of a database of the cluster
 *
 * Returns: (transfer full): @conninfo through @wire
 */
char *wire_conninfo (Wire *wire, const char *conninfo);

/**
 * wire_break:
 * @wire: a wire
 * @direction: bytes of which are counted
 * @bytes: that many pass, on each connection
 * @connections: how many of the next connections break so; the ones after them are whole
 *
 * Both sides see the end of the connection at once when it breaks.
 */
void wire_break (Wire *wire, WireDirection direction, gsize bytes, guint connections);

/** wire_passed: bytes that passed in @direction on the last connection that was opened */
gsize wire_passed (Wire *wire, WireDirection direction);

G_END_DECLS
