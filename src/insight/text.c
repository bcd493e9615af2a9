/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to text for a terminal: the answer first, then tables that fit its width. */
#include "insight/text.h"

#include "insight/advice.h"
#include "insight/lead.h"
#include "insight/wrap.h"

#include <string.h>

#define GAP "  "
#define NARROWEST 8

#define BOLD "\x1b[1m"
#define RED "\x1b[1;31m"
#define PLAIN "\x1b[0m"

typedef struct {
  const TlsrptTable *table;
  char **cells;
  glong widths[TLSRPT_TABLE_COLUMNS_MAX];
} Layout;

/* Narrows the widest column of text until the line fits or nothing is left to narrow. */
static void
fit (Layout *layout, guint width)
{
  for (;;) {
    glong total = (glong)strlen (GAP) * (layout->table->n_columns - 1);
    guint widest = 0;

    for (guint i = 0; i < layout->table->n_columns; i++) {
      total += layout->widths[i];
      if (layout->table->columns[i].kind == TLSRPT_COLUMN_TEXT &&
          (layout->table->columns[widest].kind != TLSRPT_COLUMN_TEXT ||
           layout->widths[i] > layout->widths[widest]))
        widest = i;
    }
    if (total <= (glong)width || layout->widths[widest] <= NARROWEST ||
        layout->table->columns[widest].kind != TLSRPT_COLUMN_TEXT)
      return;
    layout->widths[widest]--;
  }
}

static void
append_spaces (GString *text, glong n)
{
  for (glong i = 0; i < n; i++)
    g_string_append_c (text, ' ');
}

/* The first @width columns of @cell, with an ellipsis where it was cut. */
static void
append_cut (GString *text, const char *cell, glong width)
{
  glong used = 0;

  for (const char *c = cell; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);
    glong wanted = g_unichar_iszerowidth (character) ? 0 : g_unichar_iswide (character) ? 2 : 1;

    if (used + wanted > width - 1) {
      g_string_append (text, "…");
      append_spaces (text, width - used - 1);
      return;
    }
    g_string_append_unichar (text, character);
    used += wanted;
  }
}

static void
append_cell (GString *text, const Layout *layout, guint column, const char *cell)
{
  TlsrptTableColumnKind kind = layout->table->columns[column].kind;
  gboolean right = kind == TLSRPT_COLUMN_NUMBER || kind == TLSRPT_COLUMN_SHARE;
  glong padding = layout->widths[column] - tlsrpt_text_width (cell);

  if (right)
    append_spaces (text, padding);
  if (padding < 0)
    append_cut (text, cell, layout->widths[column]);
  else
    g_string_append (text, cell);
  if (!right && column + 1 < layout->table->n_columns)
    append_spaces (text, padding);
  g_string_append (text, column + 1 < layout->table->n_columns ? GAP : "\n");
}

static void
append_table (GString *text, const TlsrptTable *table, const TlsrptTextStyle *style)
{
  guint rows = tlsrpt_table_rows (table);
  g_auto (GStrv) cells = g_new0 (char *, rows * table->n_columns + 1);
  Layout layout = { .table = table, .cells = cells };

  for (guint column = 0; column < table->n_columns; column++) {
    layout.widths[column] = tlsrpt_text_width (table->columns[column].title);
    for (guint row = 0; row < rows; row++) {
      char *cell = tlsrpt_table_shown (table, row, column);

      cells[row * table->n_columns + column] = cell;
      layout.widths[column] = MAX (layout.widths[column], tlsrpt_text_width (cell));
    }
  }
  if (style->width > 0)
    fit (&layout, style->width);
  for (guint column = 0; column < table->n_columns; column++)
    append_cell (text, &layout, column, table->columns[column].title);
  for (guint i = 0; i < rows * table->n_columns; i++)
    append_cell (text, &layout, i % table->n_columns, cells[i]);
  if (table->more > 0)
    g_string_append_printf (text, "and %" G_GUINT64_FORMAT " more\n", table->more);
}

static void
append_heading (GString *text, const char *heading, const TlsrptTextStyle *style)
{
  g_string_append_printf (text, style->color ? "\n" BOLD "%s" PLAIN "\n" : "\n%s\n", heading);
}

static void
append_lead (GString *text, const TlsrptDigest *digest, TlsrptDigestPart part,
             const TlsrptTextStyle *style)
{
  g_autoptr (GPtrArray) incidents = NULL;
  g_autofree char *line = tlsrpt_lead (digest, part, &incidents);
  g_autofree char *more = tlsrpt_lead_more (digest, part);
  const char *color = part == TLSRPT_DIGEST_BROKEN && incidents->len > 0 ? RED : BOLD;

  g_string_append_printf (text, "%s%s%s\n", style->color ? color : "", line,
                          style->color ? PLAIN : "");
  for (guint i = 0; i < MIN (incidents->len, TLSRPT_DIGEST_LEAD); i++) {
    const TlsrptIncident *incident = incidents->pdata[i];
    gboolean critical = incident->judgement->severity == TLSRPT_SEVERITY_CRITICAL;
    g_autofree char *proof = NULL;
    g_autofree char *item = tlsrpt_lead_item (incident, part, &proof);
    g_autofree char *tagged = g_strconcat (part != TLSRPT_DIGEST_BROKEN ? ""
                                           : critical                   ? "CRITICAL "
                                                                        : "WARNING ",
                                           item, NULL);

    tlsrpt_wrap_append (text, tagged, "  ", style->width);
    if (proof != NULL)
      tlsrpt_wrap_append (text, proof, "    ", style->width);
  }
  if (more != NULL)
    tlsrpt_wrap_append (text, more, "  ", style->width);
}

static void
append_list (GString *text, const char *heading, char **lines, guint width)
{
  g_string_append_printf (text, "  %s\n", heading);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *mark = g_strdup_printf ("    %u. ", i + 1);

    tlsrpt_wrap_append (text, lines[i], mark, width);
  }
}

/* A command is never wrapped: it is there to be copied. */
static void
append_commands (GString *text, char **commands)
{
  g_string_append (text, "  What to check:\n");
  for (guint i = 0; commands[i] != NULL; i++)
    g_string_append_printf (text, "    $ %s\n", commands[i]);
}

static void
append_advice (GString *text, const TlsrptAdvice *advice, const TlsrptTextStyle *style)
{
  const TlsrptIncident *first = advice->incidents->pdata[0];

  g_string_append (text, style->color ? "\n" BOLD : "\n");
  tlsrpt_wrap_append (text, advice->title, "", style->width);
  g_string_append (text, style->color ? PLAIN : "");
  if (advice->places != NULL)
    tlsrpt_wrap_append (text, advice->places, "  ", style->width);
  tlsrpt_wrap_append (text, first->remedy->meaning, "  ", style->width);
  if (advice->words != NULL) {
    tlsrpt_wrap_append (text, "The reporters' own words:", "  ", 0);
    tlsrpt_wrap_append (text, advice->words, "    ", style->width);
  }
  append_list (text, "Likely causes:", first->remedy->causes, style->width);
  append_commands (text, advice->commands);
  append_list (text,
               advice->places != NULL ? "What to change, at the first and likewise at the others:"
                                      : "What to change:",
               first->remedy->changes, style->width);
}

static void
append_all_advice (GString *text, const TlsrptDigest *digest, const TlsrptTextStyle *style)
{
  g_autoptr (GPtrArray) all =
      tlsrpt_advice_of (digest->incidents, digest->incidents->len < TLSRPT_DIGEST_INCIDENTS);

  if (all->len > 0)
    append_heading (text, "What to do", style);
  for (guint i = 0; i < all->len; i++)
    append_advice (text, all->pdata[i], style);
}

static void
append_sections (GString *text, const TlsrptDigest *digest, const TlsrptTextStyle *style)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);
  gboolean none = strcmp (digest->reports, "0") == 0;

  for (guint i = 0; i < n; i++) {
    const TlsrptTable *table = digest->tables->pdata[i];

    if (sections[i].by_day ||
        (tlsrpt_table_rows (table) == 0 && (sections[i].empty == NULL || none)))
      continue;
    append_heading (text, sections[i].title, style);
    if (tlsrpt_table_rows (table) == 0)
      g_string_append_printf (text, "%s\n", sections[i].empty);
    else
      append_table (text, table, style);
  }
}

char *
tlsrpt_text_digest (const TlsrptDigest *digest, const TlsrptTextStyle *style)
{
  GString *text = g_string_new (NULL);
  g_autofree char *title = tlsrpt_lead_title (digest);
  g_autofree char *total = tlsrpt_lead_total (digest);
  g_autofree char *doubt = tlsrpt_lead_doubt (digest);

  tlsrpt_wrap_append (text, title, "", style->width);
  for (int part = 0; part < TLSRPT_N_DIGEST_PARTS; part++)
    append_lead (text, digest, (TlsrptDigestPart)part, style);
  g_string_append_c (text, '\n');
  tlsrpt_wrap_append (text, total, "", style->width);
  if (doubt != NULL)
    tlsrpt_wrap_append (text, doubt, "", style->width);
  append_sections (text, digest, style);
  append_all_advice (text, digest, style);
  return g_string_free (text, FALSE);
}
