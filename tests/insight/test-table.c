/* SPDX-License-Identifier: GPL-3.0-or-later
 * Shares and bars at the edges of what is shown. */
#include "insight/table.h"

typedef struct {
  double share;
  const char *shown;
} ShareCase;

/* Nothing and all are said of nothing and all alone. */
static const ShareCase shares[] = {
  { 0, "0 %" },          { 0.0000001, "<0.1 %" },  { 0.000499, "<0.1 %" }, { 0.0005, "0.1 %" },
  { 0.0006, "0.1 %" },   { 0.01, "1.0 %" },        { 0.5, "50.0 %" },      { 0.9994, "99.9 %" },
  { 0.9995, ">99.9 %" }, { 0.9999999, ">99.9 %" }, { 1, "100 %" },         { 1.5, "100 %" },
  { -0.5, "0 %" },
};

static void
test_shares (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shares); i++) {
    g_autofree char *shown = tlsrpt_share_shown (shares[i].share);

    g_assert_cmpstr (shown, ==, shares[i].shown);
  }
}

/* Groups of three, from four digits on; what is not a number stays as it is. */
static const char *const numbers[][2] = {
  { "", "" },
  { "0", "0" },
  { "999", "999" },
  { "1000", "1,000" },
  { "123456", "123,456" },
  { "1234567", "1,234,567" },
  { "18446744073709551616", "18,446,744,073,709,551,616" },
  { "-1000", "-1000" },
  { "1000.5", "1000.5" },
};

static void
test_numbers (void)
{
  g_autofree char *largest = tlsrpt_count_shown (G_MAXUINT64);

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *shown = tlsrpt_digits_shown (numbers[i][0]);

    g_assert_cmpstr (shown, ==, numbers[i][1]);
  }
  g_assert_cmpstr (largest, ==, "18,446,744,073,709,551,615");
}

typedef struct {
  TlsrptTableColumnKind kind;
  const char *cell;
  const char *shown;
} CellCase;

static const CellCase cells[] = {
  { TLSRPT_COLUMN_TEXT, "1000\n", "1000\\u{A}" },
  { TLSRPT_COLUMN_NUMBER, "1000", "1,000" },
  { TLSRPT_COLUMN_SHARE, "0.025", "2.5 %" },
  { TLSRPT_COLUMN_DAY, "2026-05-01", "2026-05-01" },
  { TLSRPT_COLUMN_WORD, "enforce", "enforce" },
  { TLSRPT_COLUMN_FLAG, "t", "yes" },
  { TLSRPT_COLUMN_FLAG, "f", "-" },
  { TLSRPT_COLUMN_FLAG, NULL, "-" },
  { TLSRPT_COLUMN_NUMBER, NULL, "-" },
};

static void
test_cells (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++) {
    g_autofree char *shown = tlsrpt_cell_shown (cells[i].kind, cells[i].cell);

    g_assert_cmpstr (shown, ==, cells[i].shown);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/shares-at-their-edges", test_shares);
  g_test_add_func ("/table/digits-are-grouped-from-four-on", test_numbers);
  g_test_add_func ("/table/each-kind-of-cell-is-shown-in-its-way", test_cells);
  return g_test_run ();
}
