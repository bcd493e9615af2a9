/* SPDX-License-Identifier: GPL-3.0-or-later
 * IP addresses of reports, from text to the bytes of the wire. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_ADDRESS_BYTES 16

/**
 * tlsrpt_address_parse:
 * @text: (nullable): what may be an IPv4 or IPv6 address (RFC 4291 section 2.2), without zone or
 *   prefix length
 * @bytes: (out): the address in network byte order
 *
 * By inet_pton(3) and not GInetAddress: a report may have a hundred thousand of them, and an object
 * for each was a tenth of the time it takes to decode.
 *
 * Returns: how many of @bytes are set: 4, 16, or 0 if @text is no address
 */
gsize tlsrpt_address_parse (const char *text, guint8 bytes[TLSRPT_ADDRESS_BYTES]);

G_END_DECLS
