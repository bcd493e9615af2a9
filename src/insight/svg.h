/* SPDX-License-Identifier: GPL-3.0-or-later
 * Charts of a digest, as inline SVG. */
#pragma once

#include "insight/history.h"
#include "insight/table.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_svg_days:
 * @html: what to append to
 * @table: columns day, sessions, failed sessions, and others
 * @title: what the chart is of, for those who do not see it
 * @is_incomplete: whether reports on the last day are still coming in: its bars are
 *   hatched
 *
 * Appends bars by day, failed sessions at the foot of the others, and below them as a share of the day;
 * nothing without sessions.
 */
void tlsrpt_svg_days (GString *html, const TlsrptTable *table, const char *title,
                      gboolean is_incomplete);

/**
 * tlsrpt_svg_history:
 * @html: what to append to
 * @history: days of an incident
 *
 * Appends a small bar a day; nothing if no session failed on any.
 */
void tlsrpt_svg_history (GString *html, const TlsrptHistory *history);

/**
 * tlsrpt_svg_bars:
 * @html: what to append to
 * @table: a table whose first column names its rows
 * @column: column of numbers
 * @title: what the chart is of, for those who do not see it
 *
 * Appends the first rows as bars, if any number is above 0.
 */
void tlsrpt_svg_bars (GString *html, const TlsrptTable *table, guint column, const char *title);

G_END_DECLS
