/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables to inline SVG. Numbers of any size are scaled to their maximum first. */
#include "insight/html.h"

#define WIDTH 640.0
#define DAYS_HEIGHT 160.0
#define DAYS_TOP 24.0
#define BAR_STEP 46.0
#define BAR_LEFT 4.0
#define BARS_MAX 8u

static double
value_at (const TlsrptTable *table, guint row, guint column)
{
  const char *cell = tlsrpt_table_cell (table, row, column);

  return cell != NULL ? MAX (g_ascii_strtod (cell, NULL), 0) : 0;
}

static double
maximum (const TlsrptTable *table, guint column)
{
  double most = 0;

  for (guint row = 0; row < tlsrpt_table_rows (table); row++)
    most = MAX (most, value_at (table, row, column));
  return most;
}

/* A decimal point in every locale. */
static const char *
number (double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
  return g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.1f", value);
}

static void
append_rect (GString *html, const char *class, double x, double y, double width, double height)
{
  char a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE];
  char c[G_ASCII_DTOSTR_BUF_SIZE], d[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (html, "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
                          class, number (x, a), number (y, b), number (width, c),
                          number (height, d));
}

static void
append_text (GString *html, const char *anchor, double x, double y, const char *text)
{
  char a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (html, "<text text-anchor=\"%s\" x=\"%s\" y=\"%s\">", anchor,
                          number (x, a), number (y, b));
  tlsrpt_html_append (html, text);
  g_string_append (html, "</text>");
}

static void
append_day (GString *html, const TlsrptTable *table, guint row, double most)
{
  double step = WIDTH / tlsrpt_table_rows (table);
  double all = value_at (table, row, 1) / most * DAYS_HEIGHT;
  double failed = value_at (table, row, 2) / most * DAYS_HEIGHT;
  double floor = DAYS_TOP + DAYS_HEIGHT;

  /* What failed is seen however little it is. */
  if (failed > 0)
    failed = MAX (failed, 2);
  g_string_append (html, "<g><title>");
  tlsrpt_html_append (html, tlsrpt_table_cell (table, row, 0));
  g_string_append_printf (html, ": %s sessions, %s failed</title>",
                          tlsrpt_table_cell (table, row, 1), tlsrpt_table_cell (table, row, 2));
  append_rect (html, "ok", row * step + step * 0.1, floor - all, step * 0.8, MAX (all - failed, 0));
  append_rect (html, "bad", row * step + step * 0.1, floor - failed, step * 0.8, failed);
  g_string_append (html, "</g>\n");
}

void
tlsrpt_svg_days (GString *html, const TlsrptTable *table)
{
  guint rows = tlsrpt_table_rows (table);
  double most = MAX (maximum (table, 1), maximum (table, 2));
  g_autofree char *top = g_strdup_printf ("%.0f", most);

  if (most <= 0)
    return;
  g_string_append (html, "<p class=\"dim\"><span class=\"key\" style=\"margin-left:0;"
                         "background:var(--ok)\"></span>successful<span class=\"key\""
                         " style=\"background:var(--bad)\"></span>failed</p>\n"
                         "<svg viewBox=\"0 0 640 212\" role=\"img\" aria-label=\"Sessions by day;"
                         " the table below has the numbers\">\n"
                         "<line class=\"axis\" x1=\"0\" x2=\"640\" y1=\"24\" y2=\"24\"/>"
                         "<line class=\"axis\" x1=\"0\" x2=\"640\" y1=\"184\" y2=\"184\"/>");
  append_text (html, "start", 0, DAYS_TOP - 4, top);
  for (guint row = 0; row < rows; row++)
    append_day (html, table, row, most);
  append_text (html, "start", 0, DAYS_TOP + DAYS_HEIGHT + 20, tlsrpt_table_cell (table, 0, 0));
  if (rows > 1)
    append_text (html, "end", WIDTH, DAYS_TOP + DAYS_HEIGHT + 20,
                 tlsrpt_table_cell (table, rows - 1, 0));
  g_string_append (html, "</svg>\n");
}

void
tlsrpt_svg_bars (GString *html, const TlsrptTable *table, guint column)
{
  guint rows = MIN (tlsrpt_table_rows (table), BARS_MAX);
  double most = maximum (table, column);

  if (most <= 0)
    return;
  g_string_append_printf (html,
                          "<svg viewBox=\"0 0 640 %d\" role=\"img\" aria-label=\"Failed sessions;"
                          " the table below has the numbers\">\n",
                          (int)(rows * BAR_STEP));
  for (guint row = 0; row < rows; row++) {
    double y = row * BAR_STEP;
    g_autofree char *name = tlsrpt_table_cell (table, row, 0) != NULL
                                ? tlsrpt_table_shown (table, row, 0)
                                : g_strdup ("not named");
    g_autofree char *label = g_utf8_strlen (name, -1) > 60 ? g_utf8_substring (name, 0, 59) : NULL;
    g_autofree char *text =
        g_strdup_printf ("%s%s: %s", label != NULL ? label : name, label != NULL ? "…" : "",
                         tlsrpt_table_cell (table, row, column));

    append_text (html, "start", 0, y + 19, text);
    append_rect (html, "bad", 0, y + 26, value_at (table, row, column) / most * (WIDTH - BAR_LEFT),
                 12);
    g_string_append_c (html, '\n');
  }
  g_string_append (html, "</svg>\n");
}
