/* SPDX-License-Identifier: GPL-3.0-or-later
 * An mbox, of the kinds mboxo, mboxrd, mboxcl and mboxcl2, with blank lines between its messages or
 * without, LF or CRLF, to its messages, one at a time. Refuses nothing.
 *
 * GMime's own reader of mboxes was measured and lost (3.2.13): it takes every line that begins with
 * `From ` for a separator, so that a sentence splits a mail, knows neither mboxcl2's quoting nor a cap, and
 * parses each mail before it knows where the mail ends. */
#pragma once

#include "core/archive/input.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_mbox_next:
 * @input: an input at a `From ` line or at its end
 * @message_bytes: cap on a message, in bytes
 * @is_cut: (out): %TRUE if the message is longer and was cut
 * @doubts: (inout): lines that may or may not begin a mail are added (see tlsrpt_from_line_judge())
 * @error: return location
 *
 * Takes one message, its `From ` line included and the blank line behind it not, and leaves @input at
 * the next `From ` line that tlsrpt_from_line_judge() takes to begin a mail. `Content-Length` counts (and
 * the message is then taken to be of mboxcl2, without quoting) where it leads exactly to such a line, to
 * one of which that is in doubt, or the end of the file, and no line on the way begins a mail beyond
 * doubt: a message must not swallow another one by a false length. Otherwise `>From ` loses one `>`.
 * No more than twice @message_bytes is in memory; the rest of a longer message is passed over.
 *
 * Errors: as tlsrpt_input_fill().
 *
 * Returns: (transfer full) (nullable): the message; %NULL at the end, or with @error set
 */
GBytes *tlsrpt_mbox_next (TlsrptInput *input, guint64 message_bytes, gboolean *is_cut,
                          guint64 *doubts, GError **error);

G_END_DECLS
