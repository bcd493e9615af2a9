/* SPDX-License-Identifier: GPL-3.0-or-later
 * A message or document with where it came from. */
#pragma once

#include "core/archive/position.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptSourceKind:
 * @TLSRPT_SOURCE_MESSAGE: a mail
 * @TLSRPT_SOURCE_DOCUMENT: a document that was taken out of its mail
 *
 * What an item is.
 */
typedef enum {
  TLSRPT_SOURCE_MESSAGE,
  TLSRPT_SOURCE_DOCUMENT,
} TlsrptSourceKind;

/**
 * TlsrptPlace:
 * @TLSRPT_PLACE_NONE: a file of its own, or standard input
 * @TLSRPT_PLACE_MBOX: in an mbox
 * @TLSRPT_PLACE_FOLDER: a file in a folder
 *
 * What an item is a piece of, where a later run could go on behind it.
 */
typedef enum {
  TLSRPT_PLACE_NONE,
  TLSRPT_PLACE_MBOX,
  TLSRPT_PLACE_FOLDER,
} TlsrptPlace;

/**
 * TlsrptSourceItem:
 * @kind: a mail, or a document out of one
 * @bytes: its bytes; where @oversized, the first `message_bytes` of them
 * @envelope_sender: (nullable): as the mail system passed it on, where that is known
 * @path: file it came from, `-` for standard input
 * @offset: where it starts in @path, in bytes (inflated bytes for a gzipped mbox); 0 for a file of its own
 * @end: where it ends in @path
 * @oversized: %TRUE if it was longer than `message_bytes` and is cut there
 * @place: what it is a piece of
 * @position: see tlsrpt_source_item_position(), which completes it
 */
typedef struct {
  TlsrptSourceKind kind;
  GBytes *bytes;
  char *envelope_sender;
  char *path;
  guint64 offset;
  guint64 end;
  gboolean oversized;
  TlsrptPlace place;
  TlsrptPosition position;
} TlsrptSourceItem;

void tlsrpt_source_item_free (TlsrptSourceItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptSourceItem, tlsrpt_source_item_free)

/**
 * tlsrpt_source_item_position:
 * @item: an item whose place is not %TLSRPT_PLACE_NONE
 *
 * Returns: the position of its archive once it and all that came before it are stored
 */
TlsrptPosition tlsrpt_source_item_position (const TlsrptSourceItem *item);

G_END_DECLS
