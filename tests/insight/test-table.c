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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/shares-at-their-edges", test_shares);
  return g_test_run ();
}
