/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables to inline SVG. Widths are shares of the page and heights are pixels, so that words keep their
 * size on a page of any width. Numbers of any size are scaled to their maximum first. */
#include "insight/svg.h"

#include "insight/markup.h"

#define DAYS_HEIGHT 160.0
#define DAYS_TOP 24.0
#define SMALLEST 2.0
#define BAR_STEP 44u
#define BARS_MAX 8u

/* What fits after a number on a page of 360 pixels. */
#define LABEL_CHARACTERS 36

/* Stripes in the colour of the page. */
#define HATCH                                                                                      \
  "<defs><pattern id=\"hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\""           \
  " patternTransform=\"rotate(45)\"><rect class=\"stripe\" width=\"3\" height=\"8\"/></pattern>"   \
  "</defs>\n"

static double
maximum (const TlsrptTable *table, guint column)
{
  double most = 0;

  for (guint row = 0; row < tlsrpt_table_rows (table); row++)
    most = MAX (most, tlsrpt_table_number (table, row, column));
  return most;
}

/* A decimal point in every locale. */
static const char *
number (double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
  return g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.2f", value);
}

/* @x and @width in percent, @y and @height in pixels. */
static void
append_rect (GString *html, const char *class, double x, double y, double width, double height)
{
  char a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE];
  char c[G_ASCII_DTOSTR_BUF_SIZE], d[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (html,
                          "<rect class=\"%s\" x=\"%s%%\" y=\"%s\" width=\"%s%%\" height=\"%s\"/>",
                          class, number (x, a), number (y, b), number (width, c),
                          number (height, d));
}

static void
append_text (GString *html, const char *place, double y, const char *text)
{
  char b[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (html, "<text %s y=\"%s\">", place, number (y, b));
  tlsrpt_markup_append (html, text);
  g_string_append (html, "</text>");
}

static void
append_start (GString *html, guint height, const char *title, const char *description)
{
  g_string_append_printf (html,
                          "<svg class=\"chart\" width=\"100%%\" height=\"%u\" role=\"img\">"
                          "<title>%s</title><desc>",
                          height, title);
  tlsrpt_markup_append (html, description);
  g_string_append (html, " The table below has the numbers.</desc>\n");
}

static void
append_day (GString *html, const TlsrptTable *table, guint row, double most, gboolean is_partial)
{
  double step = 100.0 / tlsrpt_table_rows (table);
  double all = tlsrpt_table_number (table, row, 1) / most * DAYS_HEIGHT;
  double failed = tlsrpt_table_number (table, row, 2) / most * DAYS_HEIGHT;
  double floor = DAYS_TOP + DAYS_HEIGHT;

  /* Failed sessions stay visible however few there are. */
  if (failed > 0)
    failed = MAX (failed, SMALLEST);
  g_string_append (html, "<g><title>");
  tlsrpt_markup_append (html, tlsrpt_table_cell (table, row, 0));
  g_string_append_printf (html, ": %s sessions, %s failed%s</title>",
                          tlsrpt_table_cell (table, row, 1), tlsrpt_table_cell (table, row, 2),
                          is_partial ? ", not all reports are in" : "");
  append_rect (html, "ok", (row + 0.1) * step, floor - all, step * 0.8, MAX (all - failed, 0));
  append_rect (html, "bad", (row + 0.1) * step, floor - failed, step * 0.8, failed);
  if (is_partial)
    append_rect (html, "part", (row + 0.1) * step, floor - MAX (all, failed), step * 0.8,
                 MAX (all, failed));
  g_string_append (html, "</g>\n");
}

static char *
describe_days (const TlsrptTable *table)
{
  guint failing = 0;

  for (guint row = 0; row < tlsrpt_table_rows (table); row++)
    failing += tlsrpt_table_number (table, row, 2) > 0;
  return g_strdup_printf ("A bar a day from %s to %s; sessions failed on %u of the days.",
                          tlsrpt_table_cell (table, 0, 0),
                          tlsrpt_table_cell (table, tlsrpt_table_rows (table) - 1, 0), failing);
}

void
tlsrpt_svg_days (GString *html, const TlsrptTable *table, const char *title, gboolean is_incomplete)
{
  guint rows = tlsrpt_table_rows (table);
  double most = MAX (maximum (table, 1), maximum (table, 2));
  double floor = DAYS_TOP + DAYS_HEIGHT;
  g_autofree char *top = g_strdup_printf ("%.0f", most);
  g_autofree char *description = NULL;

  if (most <= 0)
    return;
  description = describe_days (table);
  g_string_append (html, "<p class=\"dim\"><span class=\"key ok\">■</span> successful"
                         " <span class=\"key bad\">■</span> failed");
  g_string_append (html, is_incomplete ? "; hatched: not all reports are in</p>\n" : "</p>\n");
  append_start (html, (guint)floor + 26, title, description);
  if (is_incomplete)
    g_string_append (html, HATCH);
  g_string_append (html, "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"24\" y2=\"24\"/>"
                         "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"184\" y2=\"184\"/>\n");
  append_text (html, "x=\"0\"", DAYS_TOP - 6, top);
  for (guint row = 0; row < rows; row++)
    append_day (html, table, row, most, is_incomplete && row + 1 == rows);
  append_text (html, "x=\"0\"", floor + 18, tlsrpt_table_cell (table, 0, 0));
  if (rows > 1)
    append_text (html, "x=\"100%\" text-anchor=\"end\"", floor + 18,
                 tlsrpt_table_cell (table, rows - 1, 0));
  g_string_append (html, "</svg>\n");
}

/* The number stands first: what is too wide is cut at the edge of the picture, on the right. */
static void
append_bar (GString *html, const TlsrptTable *table, guint row, guint column, double most)
{
  const char *name = tlsrpt_table_cell (table, row, 0);
  g_autofree char *label = tlsrpt_text_elided (name != NULL ? name : "not named", LABEL_CHARACTERS);
  g_autofree char *text = g_strconcat (tlsrpt_table_cell (table, row, column), "  ", label, NULL);
  double width = tlsrpt_table_number (table, row, column) / most * 100;
  guint y = row * BAR_STEP;

  append_text (html, "x=\"0\"", y + 16, text);
  if (width > 0)
    append_rect (html, "bad", 0, y + 23, MAX (width, 0.5), 12);
  g_string_append_c (html, '\n');
}

void
tlsrpt_svg_bars (GString *html, const TlsrptTable *table, guint column, const char *title)
{
  guint all = tlsrpt_table_rows (table);
  guint rows = MIN (all, BARS_MAX);
  double most = maximum (table, column);
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;

  if (most <= 0)
    return;
  name = tlsrpt_text_elided (tlsrpt_table_cell (table, 0, 0), LABEL_CHARACTERS);
  description = g_strdup_printf ("Failed sessions as bars, %u of %u; the longest is %s with %.0f.",
                                 rows, all, name, most);
  append_start (html, rows * BAR_STEP, title, description);
  for (guint row = 0; row < rows; row++)
    append_bar (html, table, row, column, most);
  g_string_append (html, "</svg>\n");
}
