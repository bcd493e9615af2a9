/* SPDX-License-Identifier: GPL-3.0-or-later
 * An mbox, of the kinds mboxo, mboxrd, mboxcl and mboxcl2, LF or CRLF, to its messages, one at a
 * time. Refuses nothing. */
#pragma once

#include "core/archive/input.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_mbox_is_start:
 * @data: first bytes of a file
 * @size: how many
 * @blank: (out): bytes of blank lines before the first `From ` line
 *
 * Returns: %TRUE if an mbox begins so
 */
gboolean tlsrpt_mbox_is_start (const guint8 *data, gsize size, gsize *blank);

/**
 * tlsrpt_mbox_next:
 * @input: an input at a `From ` line or at its end
 * @message_bytes: cap on a message, in bytes
 * @oversized: (out): %TRUE if the message is longer and was cut
 * @error: return location
 *
 * Takes one message, its `From ` line included and the blank line behind it not, and leaves @input at
 * the next `From ` line. A `From ` line counts after a blank line only. `Content-Length` counts (and
 * the message is then taken to be of mboxcl2, without quoting) where it leads exactly to a `From `
 * line or the end of the file, and no line on the way has a date and is followed by a header field:
 * a message must not swallow another one by a false length. Otherwise `>From ` loses one `>`.
 * No more than twice @message_bytes is in memory; the rest of a longer message is passed over.
 *
 * Errors: as tlsrpt_input_fill().
 *
 * Returns: (transfer full) (nullable): the message; %NULL at the end, or with @error set
 */
GBytes *tlsrpt_mbox_next (TlsrptInput *input, guint64 message_bytes, gboolean *oversized,
                          GError **error);

G_END_DECLS
