/* SPDX-License-Identifier: GPL-3.0-or-later
 * One advice for many places: how many of them have commands, and how many are named. */
#include "insight/advice.h"

static char *no_words[] = { NULL };

static TlsrptIncident *
incident_new (guint number)
{
  TlsrptIncident *incident = g_new0 (TlsrptIncident, 1);
  char **commands = g_new0 (char *, 2);

  commands[0] = g_strdup_printf ("look-at %u", number);
  incident->judgement = tlsrpt_judgement_new ();
  incident->judgement->place_kind = TLSRPT_PLACE_MX;
  incident->judgement->place = g_strdup_printf ("mx%u.example.org", number);
  incident->remedy = g_new0 (TlsrptRemedy, 1);
  incident->remedy->finding = "certificate-expired";
  incident->remedy->meaning = g_strdup ("It has expired.");
  incident->remedy->words = g_strdupv (no_words);
  incident->remedy->commands = commands;
  return incident;
}

static void
incident_free (gpointer incident)
{
  tlsrpt_incident_free (incident);
}

static TlsrptAdvice *
advice_on (GPtrArray *incidents, guint n, GPtrArray **all)
{
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (incidents, incident_new (i));
  *all = tlsrpt_advice_of (incidents, TRUE);
  g_assert_cmpuint ((*all)->len, ==, 1);
  return (*all)->pdata[0];
}

static void
test_commands (void)
{
  for (guint n = 2; n <= 4; n++) {
    g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (incident_free);
    g_autoptr (GPtrArray) all = NULL;
    const TlsrptAdvice *advice = advice_on (incidents, n, &all);

    g_assert_cmpuint (g_strv_length (advice->commands), ==, MIN (n, 3));
  }
}

static void
test_names (void)
{
  for (guint n = 11; n <= 13; n++) {
    g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (incident_free);
    g_autoptr (GPtrArray) all = NULL;
    const TlsrptAdvice *advice = advice_on (incidents, n, &all);
    g_auto (GStrv) places = g_strsplit (advice->places, "; ", -1);

    g_assert_cmpuint (g_strv_length (places), ==, n);
    g_assert_cmpint (g_str_has_suffix (advice->places, "; and 1 more"), ==, n == 13);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/insight/advice/gives-commands-of-three-places", test_commands);
  g_test_add_func ("/insight/advice/names-twelve-places", test_names);
  return g_test_run ();
}
