/* SPDX-License-Identifier: GPL-3.0-or-later
 * An HTML document of its own: no script, no network, light and dark, wide and narrow. */
#pragma once

#include "insight/table.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_html_page_open:
 * @html: what to append to
 * @title: title and heading, not escaped yet
 *
 * Appends all that stands before the contents.
 */
void tlsrpt_html_page_open (GString *html, const char *title);

/**
 * tlsrpt_html_page_close:
 * @html: (transfer full): an open page
 *
 * Returns: (transfer full): the document
 */
char *tlsrpt_html_page_close (GString *html);

/**
 * TlsrptHtmlRows:
 * @table: a table
 * @title: what it is of
 * @site: (nullable): address of the site, to which names of domains lead
 * @first: first row
 * @end: first row that is not shown; past the last for all
 */
typedef struct {
  const TlsrptTable *table;
  const char *title;
  const char *site;
  guint first;
  guint end;
} TlsrptHtmlRows;

/**
 * tlsrpt_html_page_rows:
 * @html: what to append to
 * @shown: rows
 *
 * Appends rows of a table under its headings; sums stand with the first row.
 */
void tlsrpt_html_page_rows (GString *html, const TlsrptHtmlRows *shown);

/**
 * TlsrptHtmlCell:
 * @html: what to append to
 * @column: column of the cell
 * @address: (nullable): where the cell leads to
 * @text: its text, not escaped yet
 *
 * Appends a cell.
 */
typedef void (*TlsrptHtmlCell) (GString *html, const TlsrptTableColumn *column, const char *address,
                                const char *text);

/**
 * tlsrpt_html_page_cells:
 * @html: what to append to
 * @table: a table
 * @row: one of its rows
 * @site: (nullable): address of the site, to which names of domains lead
 * @append: appends each cell
 *
 * Appends the cells of a row, without those of columns that have no title.
 */
void tlsrpt_html_page_cells (GString *html, const TlsrptTable *table, guint row, const char *site,
                             TlsrptHtmlCell append);

G_END_DECLS
