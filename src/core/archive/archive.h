/* SPDX-License-Identifier: GPL-3.0-or-later
 * An open mbox to items of a source, from where an earlier run stored it up to. */
#pragma once

#include "core/archive/input.h"
#include "core/archive/position.h"
#include "core/item.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptArchive: an open mbox */
typedef struct _TlsrptArchive TlsrptArchive;

/**
 * tlsrpt_archive_new:
 * @input: (transfer full): an mbox at its first byte, inflating if it is packed
 * @path: its path
 * @message_bytes: cap on a message, in bytes
 * @resume: (nullable): what is stored already; %NULL if @input is no file that can be opened again
 *
 * Returns: (transfer full): the mbox
 */
TlsrptArchive *tlsrpt_archive_new (TlsrptInput *input, const char *path, guint64 message_bytes,
                                   TlsrptResume *resume);

/**
 * tlsrpt_archive_free:
 * @archive: (transfer full): what to free
 */
void tlsrpt_archive_free (TlsrptArchive *archive);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptArchive, tlsrpt_archive_free)

/**
 * tlsrpt_archive_next:
 * @archive: an mbox
 * @error: return location
 *
 * Errors: as tlsrpt_mbox_next().
 *
 * Returns: (transfer full) (nullable): the next message; %NULL at the end, or with @error set
 */
TlsrptItem *tlsrpt_archive_next (TlsrptArchive *archive, GError **error);

/**
 * tlsrpt_archive_position:
 * @item: an item whose place is not %TLSRPT_PLACE_NONE
 *
 * Returns: the position of its archive once it and all that came before it are stored
 */
TlsrptPosition tlsrpt_archive_position (const TlsrptItem *item);

/**
 * tlsrpt_archive_consumed:
 * @archive: an mbox
 *
 * Returns: bytes of the file that were read so far, as tlsrpt_input_consumed() counts them
 */
guint64 tlsrpt_archive_consumed (const TlsrptArchive *archive);

/**
 * tlsrpt_archive_doubts:
 * @archive: an mbox
 *
 * Returns: how many lines so far may or may not begin a mail; see tlsrpt_mbox_next()
 */
guint64 tlsrpt_archive_doubts (const TlsrptArchive *archive);

G_END_DECLS
