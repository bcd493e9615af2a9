/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first look at a digest: a few facts, each a name, a value and what makes the value mean something.
 * The same in text, HTML and mail. */
#pragma once

#include "insight/digest.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptStripKind:
 * @TLSRPT_STRIP_CAUSES: what is broken
 * @TLSRPT_STRIP_AFFECTED: domains affected; not of a digest of one domain
 * @TLSRPT_STRIP_FAILED: share of failed sessions
 * @TLSRPT_STRIP_DATA: last day that any report speaks of
 * @TLSRPT_STRIP_QUARANTINE: what is in quarantine, by reason
 * @TLSRPT_STRIP_MADE: when the digest was made
 * @TLSRPT_N_STRIP: how many there are
 */
typedef enum {
  TLSRPT_STRIP_CAUSES,
  TLSRPT_STRIP_AFFECTED,
  TLSRPT_STRIP_FAILED,
  TLSRPT_STRIP_DATA,
  TLSRPT_STRIP_QUARANTINE,
  TLSRPT_STRIP_MADE,
  TLSRPT_N_STRIP,
} TlsrptStripKind;

/**
 * TlsrptStripItem:
 * @name: (nullable): what it is about; %NULL if there is nothing to say
 * @value: the value
 * @note: (nullable): what it is to be held against
 */
typedef struct {
  const char *name;
  char *value;
  char *note;
} TlsrptStripItem;

/**
 * tlsrpt_strip_item:
 * @digest: a digest
 * @kind: which item
 *
 * Returns: the item, to be freed by tlsrpt_strip_clear()
 */
TlsrptStripItem tlsrpt_strip_item (const TlsrptDigest *digest, TlsrptStripKind kind);

/**
 * tlsrpt_strip_clear:
 * @item: what to clear
 *
 * Frees what @item owns.
 */
void tlsrpt_strip_clear (TlsrptStripItem *item);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsrptStripItem, tlsrpt_strip_clear)

G_END_DECLS
