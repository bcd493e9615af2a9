/* SPDX-License-Identifier: GPL-3.0-or-later
 * Plain bytes to a gzip member, for what is kept. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_gzip:
 * @plain: any bytes
 *
 * Packs at zlib's fastest level: of a report, which repeats itself, that leaves a tenth, and the
 * better levels take three times as long for little more.
 *
 * Returns: (transfer full): a gzip member (RFC 1952), the same for the same bytes
 */
GBytes *tlsrpt_gzip (GBytes *plain);

G_END_DECLS
