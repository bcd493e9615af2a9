/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables to inline SVG. Widths are shares of the page and heights are pixels, so that words keep their
 * size on a page of any width. Numbers of any size are scaled to their maximum first. */
#include "insight/svg.h"

#include "insight/judgement.h"
#include "insight/markup.h"

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

/**
 * Panel:
 * @top: pixels from the top of the picture to its highest bar
 * @height: pixels of its highest bar
 *
 * Bars of one kind under each other: what fails is too little to be seen among what succeeds, so that it has
 * a panel of its own, with its own measure.
 */
typedef struct {
  double top;
  double height;
} Panel;

static const Panel all_panel = { 24, 130 };
static const Panel share_panel = { 200, 60 };

#define SVG_HEIGHT 284u

/* Failed sessions of all on a day, 0 to 1; more than all is all. */
static double
share_of (const TlsrptTable *table, guint row)
{
  double sessions = tlsrpt_table_number (table, row, 1);
  double failed = tlsrpt_table_number (table, row, 2);

  return failed <= 0 ? 0 : failed >= sessions ? 1 : failed / sessions;
}

static double
largest_share (const TlsrptTable *table)
{
  double most = 0;

  for (guint row = 0; row < tlsrpt_table_rows (table); row++)
    most = MAX (most, share_of (table, row));
  return most;
}

typedef struct {
  double most;
  double most_share;
  guint rows;
} Scale;

static void
append_day_title (GString *html, const TlsrptTable *table, guint row, gboolean is_partial)
{
  g_autofree char *sessions = tlsrpt_table_shown (table, row, 1);
  g_autofree char *failed = tlsrpt_table_shown (table, row, 2);
  g_autofree char *share = tlsrpt_share_shown (share_of (table, row));

  g_string_append (html, "<title>");
  tlsrpt_markup_append (html, tlsrpt_table_cell (table, row, 0));
  g_string_append_printf (html, ": %s sessions, %s failed (%s)%s</title>", sessions, failed, share,
                          is_partial ? ", not all reports are in" : "");
}

static void
append_day (GString *html, const TlsrptTable *table, guint row, const Scale *scale,
            gboolean is_partial)
{
  double step = 100.0 / scale->rows;
  double x = (row + 0.1) * step;
  double all = tlsrpt_table_number (table, row, 1) / scale->most * all_panel.height;
  double failed = tlsrpt_table_number (table, row, 2) / scale->most * all_panel.height;
  double share =
      scale->most_share > 0 ? share_of (table, row) / scale->most_share * share_panel.height : 0;
  double floor = all_panel.top + all_panel.height;
  double share_floor = share_panel.top + share_panel.height;

  /* Failed sessions stay visible however few there are. */
  if (failed > 0) {
    failed = MAX (failed, SMALLEST);
    share = MAX (share, SMALLEST);
  }
  g_string_append (html, "<g>");
  append_day_title (html, table, row, is_partial);
  append_rect (html, "ok", x, floor - all, step * 0.8, MAX (all - failed, 0));
  append_rect (html, "bad", x, floor - failed, step * 0.8, failed);
  if (share > 0)
    append_rect (html, "bad", x, share_floor - share, step * 0.8, share);
  if (is_partial)
    append_rect (html, "part", x, floor - MAX (all, failed), step * 0.8, MAX (all, failed));
  if (is_partial && share > 0)
    append_rect (html, "part", x, share_floor - share, step * 0.8, share);
  g_string_append (html, "</g>\n");
}

static char *
describe_days (const TlsrptTable *table)
{
  guint failing = 0;
  g_autofree char *share = tlsrpt_share_shown (largest_share (table));

  for (guint row = 0; row < tlsrpt_table_rows (table); row++)
    failing += tlsrpt_table_number (table, row, 2) > 0;
  return g_strdup_printf ("A bar a day from %s to %s; sessions failed on %u of the days, at most "
                          "%s of a day's.",
                          tlsrpt_table_cell (table, 0, 0),
                          tlsrpt_table_cell (table, tlsrpt_table_rows (table) - 1, 0), failing,
                          share);
}

static void
append_axis (GString *html, double y)
{
  g_string_append_printf (
      html, "<line class=\"axis\" x1=\"0\" x2=\"100%%\" y1=\"%.0f\" y2=\"%.0f\"/>", y, y);
}

static void
append_axes (GString *html, const TlsrptTable *table, const Scale *scale)
{
  g_autofree char *top = tlsrpt_count_shown ((guint64)MIN (scale->most, 1e19));
  g_autofree char *all = g_strdup_printf ("%s sessions", top);
  g_autofree char *share = tlsrpt_share_shown (scale->most_share);
  g_autofree char *failed = g_strdup_printf ("%s failed", share);
  double foot = share_panel.top + share_panel.height;

  append_axis (html, all_panel.top);
  append_axis (html, all_panel.top + all_panel.height);
  append_text (html, "x=\"0\"", all_panel.top - 6, all);
  if (scale->most_share > 0) {
    append_axis (html, share_panel.top);
    append_text (html, "x=\"0\"", share_panel.top - 6, failed);
  }
  append_axis (html, foot);
  if (scale->most_share <= 0)
    append_text (html, "x=\"0\"", foot - 6, "no session failed");
  append_text (html, "x=\"0\"", foot + 18, tlsrpt_table_cell (table, 0, 0));
  if (scale->rows > 1)
    append_text (html, "x=\"100%\" text-anchor=\"end\"", foot + 18,
                 tlsrpt_table_cell (table, scale->rows - 1, 0));
  g_string_append_c (html, '\n');
}

void
tlsrpt_svg_days (GString *html, const TlsrptTable *table, const char *title, gboolean is_incomplete)
{
  Scale scale = { .most = MAX (maximum (table, 1), maximum (table, 2)),
                  .most_share = largest_share (table),
                  .rows = tlsrpt_table_rows (table) };
  g_autofree char *description = NULL;

  if (scale.most <= 0)
    return;
  description = describe_days (table);
  g_string_append (html, "<p class=\"dim\"><span class=\"key ok\">■</span> successful"
                         " <span class=\"key bad\">■</span> failed, below as a share of the day");
  g_string_append (html, is_incomplete ? "; striped: reports are still coming in</p>\n" : "</p>\n");
  append_start (html, SVG_HEIGHT, title, description);
  if (is_incomplete)
    g_string_append (html, HATCH);
  append_axes (html, table, &scale);
  for (guint row = 0; row < scale.rows; row++)
    append_day (html, table, row, &scale, is_incomplete && row + 1 == scale.rows);
  g_string_append (html, "</svg>\n");
}

#define HISTORY_STEP 12
#define HISTORY_WIDTH (TLSRPT_HISTORY_DAYS * HISTORY_STEP)
#define HISTORY_HEIGHT 32

static void
append_history_day (GString *html, const TlsrptHistory *history, int i, double most)
{
  gint32 day = history->last_day - (TLSRPT_HISTORY_DAYS - 1 - i);
  double failed = (double)history->failed_sessions[i];
  gboolean is_unknown = !tlsrpt_history_is_known (history, i);
  const char *class = failed > 0 ? "bad" : is_unknown ? "unknown" : "clean";
  double height = failed > 0   ? MAX (failed / most * HISTORY_HEIGHT, SMALLEST)
                  : is_unknown ? HISTORY_HEIGHT / 2.0
                               : 1;
  g_autofree char *name = tlsrpt_judgement_day_text (day);
  g_autofree char *count = tlsrpt_count_shown (history->failed_sessions[i]);
  char y[G_ASCII_DTOSTR_BUF_SIZE], h[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (
      html,
      "<g><title>%s: %s</title><rect class=\"%s\" x=\"%d\" y=\"%s\" width=\"%d\""
      " height=\"%s\"/></g>",
      name, is_unknown ? "no report" : count, class, i * HISTORY_STEP,
      number (HISTORY_HEIGHT - height, y), HISTORY_STEP - 2, number (height, h));
}

void
tlsrpt_svg_history (GString *html, const TlsrptHistory *history)
{
  int most = tlsrpt_history_most (history);
  g_autofree char *words = tlsrpt_history_words (history, "dotted");

  if (most < 0)
    return;
  g_string_append_printf (html,
                          "<svg class=\"history\" width=\"%d\" height=\"%d\""
                          " viewBox=\"0 0 %d %d\" role=\"img\"><title>",
                          HISTORY_WIDTH, HISTORY_HEIGHT, HISTORY_WIDTH, HISTORY_HEIGHT);
  tlsrpt_markup_append (html, words);
  g_string_append (html, "</title>\n");
  for (int i = 0; i < TLSRPT_HISTORY_DAYS; i++)
    append_history_day (html, history, i, (double)history->failed_sessions[most]);
  g_string_append (html, "</svg>\n");
}

/* The number stands first: what is too wide is cut at the edge of the picture, on the right. */
static void
append_bar (GString *html, const TlsrptTable *table, guint row, guint column, double most)
{
  const char *name = tlsrpt_table_cell (table, row, 0);
  g_autofree char *label = tlsrpt_text_elided (name != NULL ? name : "not named", LABEL_CHARACTERS);
  g_autofree char *count = tlsrpt_table_shown (table, row, column);
  g_autofree char *text = g_strconcat (count, "  ", label, NULL);
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
