/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of pages: what each asks the views, and what it shows. Tables alone. */
#pragma once

#include "site/listing.h"

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_KIND_LISTINGS_MAX 8

/**
 * TlsrptKind:
 * @sheet: what its pages are about
 * @word: that in one word, as stands above the heading
 * @path: path of its index
 * @index: the index: its query has the name of each page as its key, and a cell for it; in any order
 * @most: pages that there are at most: what is past them has none, as strangers can make up names
 * @listings: what a page has, by the same key
 * @n_listings: how many
 */
typedef struct {
  TlsrptSheet sheet;
  const char *word;
  const char *path;
  TlsrptListing index;
  guint most;
  TlsrptListing listings[TLSRPT_KIND_LISTINGS_MAX];
  guint n_listings;
} TlsrptKind;

/**
 * tlsrpt_kinds:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): all kinds
 */
const TlsrptKind *const *tlsrpt_kinds (guint *n);

G_END_DECLS
