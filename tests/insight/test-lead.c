/* SPDX-License-Identifier: GPL-3.0-or-later
 * Trust in one line, with the way to mend it. */
#include "insight/lead.h"

typedef struct {
  const char *name;
  guint64 unknown;
  guint64 unauthentic;
  const char *line;
} Case;

static const Case cases[] = {
  { "/lead/trust/all-signed", 0, 0, "Trust: every report has a valid signature of its reporter." },
  { "/lead/trust/one-not-checked", 1, 0,
    "Trust: nobody checked the signature of 1 report, and anyone can write such a report: let "
    "deliver"
    " check signatures (verify-dkim), or name your own Authentication-Results (authserv-id)." },
  { "/lead/trust/many-not-checked", 1234, 0,
    "Trust: nobody checked the signature of 1,234 reports, and anyone can write such a report: let"
    " deliver check signatures (verify-dkim), or name your own Authentication-Results "
    "(authserv-id)." },
  { "/lead/trust/one-not-signed", 0, 1,
    "Trust: 1 report has no valid signature of its reporter, and anyone can write such a report:"
    " require-dkim=yes refuses them." },
  { "/lead/trust/two-not-signed", 0, 2,
    "Trust: 2 reports have no valid signature of their reporter, and anyone can write such a "
    "report:"
    " require-dkim=yes refuses them." },
  { "/lead/trust/some-of-both", 1, 1,
    "Trust: nobody checked the signature of 1 report, and 1 more has none that is valid; anyone can"
    " write such a report: see verify-dkim and authserv-id, then require-dkim=yes refuses them." },
  { "/lead/trust/many-of-both", 2, 3,
    "Trust: nobody checked the signature of 2 reports, and 3 more have none that is valid; anyone "
    "can"
    " write such a report: see verify-dkim and authserv-id, then require-dkim=yes refuses them." },
};

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *line = tlsrpt_lead_trust (row->unknown, row->unauthentic);

  g_assert_cmpstr (line, ==, row->line);
}

/* Of 20 causes all are there, of 21 one is not. */
static void
test_causes (void)
{
  TlsrptDigest digest = { .causes = 20 };
  g_autofree char *more = NULL;

  g_assert_null (tlsrpt_lead_more_causes (&digest));
  digest.causes = 21;
  more = tlsrpt_lead_more_causes (&digest);
  g_assert_cmpstr (more, ==, "and 1 cause more: tlsrpt-ingest incident list has them all");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].name, &cases[i], test_case);
  g_test_add_func ("/lead/20-causes-and-no-more", test_causes);
  return g_test_run ();
}
