/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is broken to what to do, told once for all places that are broken in the same way. */
#include "insight/digest.h"

#include <string.h>

/* Commands of more places than these teach nothing new; the others are named. */
#define PLACES_WITH_COMMANDS 3
#define PLACES_NAMED 12
#define WORDS_CHARACTERS 300

static void
remedy_free (gpointer data)
{
  TlsrptRemedy *remedy = data;

  g_ptr_array_unref (remedy->incidents);
  g_free (remedy->title);
  g_free (remedy->places);
  g_strfreev (remedy->commands);
  g_free (remedy->words);
  g_free (remedy);
}

static gboolean
is_same (const TlsrptRemedy *remedy, const TlsrptIncident *incident)
{
  const TlsrptIncident *first = remedy->incidents->pdata[0];

  return strcmp (first->finding, incident->finding) == 0 &&
         strcmp (first->result_type, incident->result_type) == 0;
}

static void
add_incident (GPtrArray *remedies, TlsrptIncident *incident)
{
  TlsrptRemedy *remedy = NULL;

  for (guint i = 0; i < remedies->len && remedy == NULL; i++)
    if (is_same (remedies->pdata[i], incident))
      remedy = remedies->pdata[i];
  if (remedy == NULL) {
    remedy = g_new0 (TlsrptRemedy, 1);
    remedy->incidents = g_ptr_array_new ();
    g_ptr_array_add (remedies, remedy);
  }
  g_ptr_array_add (remedy->incidents, incident);
}

static char *
places (const TlsrptRemedy *remedy)
{
  GString *text = g_string_new (NULL);
  guint n = MIN (remedy->incidents->len, PLACES_NAMED);

  for (guint i = 0; i < n; i++) {
    g_autofree char *place = tlsrpt_incident_place (remedy->incidents->pdata[i]);

    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", place);
  }
  if (remedy->incidents->len > n)
    g_string_append_printf (text, "; and %u more", remedy->incidents->len - n);
  return g_string_free (text, FALSE);
}

static char **
commands (const TlsrptRemedy *remedy)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < MIN (remedy->incidents->len, PLACES_WITH_COMMANDS); i++) {
    const TlsrptIncident *incident = remedy->incidents->pdata[i];

    for (guint line = 0; incident->command[line] != NULL; line++)
      if (g_hash_table_add (seen, incident->command[line]))
        g_strv_builder_add (lines, incident->command[line]);
  }
  return g_strv_builder_end (lines);
}

static void
finish (TlsrptRemedy *remedy, gboolean has_all)
{
  const TlsrptIncident *first = remedy->incidents->pdata[0];

  if (remedy->incidents->len == 1) {
    remedy->title = tlsrpt_incident_headline (first);
  } else {
    g_autofree char *finding = tlsrpt_incident_finding (first);

    remedy->title = g_strdup_printf ("%s, in %u places%s", finding, remedy->incidents->len,
                                     has_all ? "" : " or more");
    remedy->places = places (remedy);
  }
  for (guint i = 0; i < remedy->incidents->len && remedy->words == NULL; i++) {
    const TlsrptIncident *incident = remedy->incidents->pdata[i];

    if (incident->failure_reason_code != NULL)
      remedy->words = tlsrpt_text_elided (incident->failure_reason_code, WORDS_CHARACTERS);
  }
  remedy->commands = commands (remedy);
}

GPtrArray *
tlsrpt_digest_remedies (const TlsrptDigest *digest)
{
  GPtrArray *remedies = g_ptr_array_new_with_free_func (remedy_free);

  for (guint i = 0; i < digest->incidents->len; i++)
    if (!tlsrpt_incident_is_over (digest->incidents->pdata[i]))
      add_incident (remedies, digest->incidents->pdata[i]);
  for (guint i = 0; i < remedies->len; i++)
    finish (remedies->pdata[i], digest->incidents->len < TLSRPT_DIGEST_INCIDENTS);
  return remedies;
}
