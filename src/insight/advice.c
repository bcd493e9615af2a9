/* SPDX-License-Identifier: GPL-3.0-or-later
 * What to do about what is broken, once for all places that are broken in the same way. */
#include "insight/advice.h"

#include <string.h>

/* Commands are given for so many places; those of further places would be alike, so these are
 * only named. */
#define PLACES_WITH_COMMANDS 3
#define PLACES_NAMED 12

static void
advice_free (gpointer data)
{
  TlsrptAdvice *advice = data;

  g_ptr_array_unref (advice->incidents);
  g_free (advice->title);
  g_free (advice->places);
  g_strfreev (advice->commands);
  g_free (advice->words);
  g_free (advice);
}

static gboolean
is_same (const TlsrptAdvice *advice, const TlsrptIncident *incident)
{
  const TlsrptIncident *first = advice->incidents->pdata[0];

  return first->judgement->place_kind == incident->judgement->place_kind &&
         strcmp (first->remedy->finding, incident->remedy->finding) == 0 &&
         strcmp (first->remedy->meaning, incident->remedy->meaning) == 0;
}

static void
add_incident (GPtrArray *all, TlsrptIncident *incident)
{
  TlsrptAdvice *advice = NULL;

  for (guint i = 0; i < all->len && advice == NULL; i++)
    if (is_same (all->pdata[i], incident))
      advice = all->pdata[i];
  if (advice == NULL) {
    advice = g_new0 (TlsrptAdvice, 1);
    advice->incidents = g_ptr_array_new ();
    g_ptr_array_add (all, advice);
  }
  g_ptr_array_add (advice->incidents, incident);
}

static char *
places (const TlsrptAdvice *advice)
{
  GString *text = g_string_new (NULL);
  guint n = MIN (advice->incidents->len, PLACES_NAMED);

  for (guint i = 0; i < n; i++) {
    g_autofree char *place = tlsrpt_incident_place (advice->incidents->pdata[i]);

    g_string_append_printf (
        text, "%s#%" G_GINT64_FORMAT " %s", i > 0 ? "; " : "",
        ((const TlsrptIncident *)advice->incidents->pdata[i])->judgement->number, place);
  }
  if (advice->incidents->len > n)
    g_string_append_printf (text, "; and %u more", advice->incidents->len - n);
  return g_string_free (text, FALSE);
}

static char **
commands (const TlsrptAdvice *advice)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < MIN (advice->incidents->len, PLACES_WITH_COMMANDS); i++) {
    const TlsrptIncident *incident = advice->incidents->pdata[i];

    for (guint line = 0; incident->remedy->commands[line] != NULL; line++)
      if (g_hash_table_add (seen, incident->remedy->commands[line]))
        g_strv_builder_add (lines, incident->remedy->commands[line]);
  }
  return g_strv_builder_end (lines);
}

static void
finish (TlsrptAdvice *advice, gboolean has_all)
{
  const TlsrptIncident *first = advice->incidents->pdata[0];

  advice->has_all = has_all;
  if (advice->incidents->len == 1) {
    advice->title = tlsrpt_incident_headline (first);
  } else {
    advice->title = g_strdup_printf ("%s, in %u places%s", tlsrpt_incident_title (first),
                                     advice->incidents->len, has_all ? "" : " or more");
    advice->places = places (advice);
  }
  for (guint i = 0; i < advice->incidents->len && advice->words == NULL; i++) {
    char **words = ((TlsrptIncident *)advice->incidents->pdata[i])->remedy->words;

    if (words[0] != NULL)
      advice->words = g_strjoinv ("; ", words);
  }
  advice->commands = commands (advice);
}

GPtrArray *
tlsrpt_advice_of (const GPtrArray *incidents, gboolean has_all)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (advice_free);

  for (guint i = 0; i < incidents->len; i++)
    if (!tlsrpt_incident_is_over (incidents->pdata[i]))
      add_incident (all, incidents->pdata[i]);
  for (guint i = 0; i < all->len; i++)
    finish (all->pdata[i], has_all);
  return all;
}
