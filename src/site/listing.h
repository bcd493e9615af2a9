/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows to a table of a page, with links to the pages of what it names. */
#pragma once

#include "site/atlas.h"
#include "site/stream.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptCellKind:
 * @TLSRPT_CELL_TEXT: a stranger's words
 * @TLSRPT_CELL_NUMBER: an integer of any size, in digits
 * @TLSRPT_CELL_SHARE: a number from 0 to 1
 * @TLSRPT_CELL_LINK: a name that may have a page
 * @TLSRPT_CELL_TAG: critical, warning, ok, or another word of ours
 * @TLSRPT_CELL_FLAG: a truth value: a mark if true
 *
 * What a cell of a table is.
 */
typedef enum {
  TLSRPT_CELL_TEXT,
  TLSRPT_CELL_NUMBER,
  TLSRPT_CELL_SHARE,
  TLSRPT_CELL_LINK,
  TLSRPT_CELL_TAG,
  TLSRPT_CELL_FLAG,
} TlsrptCellKind;

/**
 * TlsrptCell:
 * @title: heading of the column
 * @kind: what its cells are
 * @sheet: for %TLSRPT_CELL_LINK, what the name names
 */
typedef struct {
  const char *title;
  TlsrptCellKind kind;
  TlsrptSheet sheet;
} TlsrptCell;

#define TLSRPT_CELLS_MAX 10

/**
 * TlsrptListing:
 * @title: heading
 * @sql: for tlsrpt_stream_open(): the key, then a column for each of @cells
 * @is_listed: whether it reads `report_list`, which a user that may see some domains only may not
 * @is_chart: whether the first three cells are a day, sessions and failed sessions, and a chart is drawn
 * @cells: (array zero-terminated=1): the columns after the key
 */
typedef struct {
  const char *title;
  const char *sql;
  gboolean is_listed;
  gboolean is_chart;
  TlsrptCell cells[TLSRPT_CELLS_MAX + 1];
} TlsrptListing;

/**
 * tlsrpt_listing_head:
 * @html: what to append to
 * @listing: the table
 * @letter: letter that its first rows begin with, for a link to them; 0 for none
 *
 * Appends the start of a table, for tlsrpt_listing_row().
 */
void tlsrpt_listing_head (GString *html, const TlsrptListing *listing, char letter);

/**
 * tlsrpt_listing_letter:
 * @html: what to append to
 * @letter: letter that the next rows begin with
 *
 * Appends an end of the rows so far, and an anchor `at-` and @letter for the next.
 */
void tlsrpt_listing_letter (GString *html, char letter);

/**
 * tlsrpt_listing_row:
 * @html: what to append to
 * @listing: the table
 * @row: its row
 * @first: column of @row that is the first cell
 * @atlas: which names have a page
 * @up: what leads from the page's folder to the site's
 *
 * Appends a row.
 */
void tlsrpt_listing_row (GString *html, const TlsrptListing *listing, const TlsrptStreamRow *row,
                         int first, const TlsrptAtlas *atlas, const char *up);

/**
 * tlsrpt_listing_end:
 * @html: what to append to
 *
 * Appends the end of the table.
 */
void tlsrpt_listing_end (GString *html);

/**
 * tlsrpt_listing_append:
 * @html: what to append to
 * @listing: the table
 * @stream: its query
 * @key: key of the page
 * @atlas: which names have a page
 * @up: what leads from the page's folder to the site's
 * @error: return location
 *
 * Appends heading, chart and table of the rows of @key; nothing if there are none. Rows past
 * %TLSRPT_SITE_ROWS_MAX are counted.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_listing_append (GString *html, const TlsrptListing *listing, TlsrptStream *stream,
                                const char *key, const TlsrptAtlas *atlas, const char *up,
                                GError **error);

/**
 * tlsrpt_listing_chart:
 * @html: what to append to
 * @listing: a table of which @is_chart is %TRUE
 * @result: its rows
 * @first: column of @result that is the first cell
 *
 * Appends its chart.
 */
void tlsrpt_listing_chart (GString *html, const TlsrptListing *listing, const PGresult *result,
                           int first);

/**
 * tlsrpt_listing_fact:
 * @html: what to append to
 * @cell: what the value is
 * @value: a value as the database gave it
 * @atlas: which names have a page
 * @up: what leads from the page's folder to the site's
 *
 * Appends the value with its name, for a list of facts.
 */
void tlsrpt_listing_fact (GString *html, const TlsrptCell *cell, const char *value,
                          const TlsrptAtlas *atlas, const char *up);

/**
 * tlsrpt_listing_link:
 * @html: what to append to
 * @sheet: what @name names
 * @name: a name
 * @shown: what is shown for it
 * @atlas: which names have a page
 * @up: what leads from the page's folder to the site's
 *
 * Appends @shown, escaped, as a link if @name has a page.
 */
void tlsrpt_listing_link (GString *html, TlsrptSheet sheet, const char *name, const char *shown,
                          const TlsrptAtlas *atlas, const char *up);

G_END_DECLS
