/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents of one cause to the lines of a card. Sums over several places are of what failed alone: what
 * succeeded at one of them may have been counted at another. */
#include "insight/card.h"

#include "insight/table.h"

static void
line_free (gpointer data)
{
  TlsrptCardLine *line = data;

  g_free (line->text);
  g_free (line);
}

static void
add_line (TlsrptCard *card, const char *name, char *text)
{
  TlsrptCardLine *line = g_new0 (TlsrptCardLine, 1);

  line->name = name;
  line->text = text;
  g_ptr_array_add (card->lines, line);
}

static const TlsrptIncident *
incident_at (const TlsrptCard *card, guint i)
{
  return card->advice->incidents->pdata[i];
}

static gboolean
is_of_reports (const TlsrptIncident *incident)
{
  return incident->judgement->place_kind != TLSRPT_PLACE_INTAKE &&
         !tlsrpt_judgement_is_looming (incident->judgement);
}

static char *
begun_large (const char *text)
{
  char *large = g_strdup (text);

  *large = g_ascii_toupper (*large);
  return large;
}

static char *
failed_of_all (const TlsrptCard *card)
{
  guint64 sum = 0;
  g_autofree char *shown = NULL;

  if (card->advice->incidents->len == 1)
    return tlsrpt_incident_failed (incident_at (card, 0));
  for (guint i = 0; i < card->advice->incidents->len; i++)
    sum += incident_at (card, i)->judgement->failed_sessions;
  shown = tlsrpt_count_shown (sum);
  return g_strdup_printf ("%s session%s%s failed", shown, sum == 1 ? "" : "s",
                          card->advice->has_all ? "" : " or more");
}

static char *
effect_of (const TlsrptCard *card)
{
  const TlsrptIncident *first = incident_at (card, 0);
  g_autofree char *effect = begun_large (tlsrpt_incident_effect (first));
  g_autofree char *failed = NULL;

  if (first->judgement->place_kind == TLSRPT_PLACE_INTAKE)
    return g_strdup ("What fails meanwhile is not known");
  if (tlsrpt_judgement_is_looming (first->judgement))
    return g_strdup ("No session has failed yet");
  failed = failed_of_all (card);
  return g_strdup_printf ("%s: %s", effect, failed);
}

static void
add_days (TlsrptCard *card)
{
  const TlsrptIncident *first = incident_at (card, 0);
  gint32 first_day = first->judgement->first_day;
  gint32 last_day = first->judgement->last_day;
  g_autofree char *begun = NULL;
  g_autofree char *last = NULL;

  if (card->advice->incidents->len == 1) {
    g_autofree char *days = tlsrpt_incident_days (first);

    add_line (card, "Since", g_strdup (g_str_has_prefix (days, "since ") ? days + 6 : days));
    return;
  }
  for (guint i = 1; i < card->advice->incidents->len; i++) {
    first_day = MIN (first_day, incident_at (card, i)->judgement->first_day);
    last_day = MAX (last_day, incident_at (card, i)->judgement->last_day);
  }
  begun = tlsrpt_judgement_day_text (first_day);
  last = tlsrpt_judgement_day_text (last_day);
  add_line (card, "Since",
            first_day == last_day ? g_strdup (begun)
                                  : g_strdup_printf ("%s, last on %s", begun, last));
}

static void
add_history (TlsrptCard *card)
{
  g_autofree char *bars = NULL;
  g_autofree char *words = NULL;

  card->history = incident_at (card, 0)->history;
  for (guint i = 1; i < card->advice->incidents->len; i++)
    tlsrpt_history_add (&card->history, &incident_at (card, i)->history);
  words = tlsrpt_history_words (&card->history, "?");
  if (words == NULL)
    return;
  bars = tlsrpt_history_bars (&card->history);
  add_line (card, TLSRPT_CARD_HISTORY, g_strdup_printf ("%s  %s", bars, words));
}

/* Each name once; the tallies stay those of the incidents. */
static void
collect_domains (GPtrArray *domains, GHashTable *seen, const TlsrptIncident *incident)
{
  const GPtrArray *tallies = incident->judgement->mail_domains;

  for (guint i = 0; i < tallies->len; i++)
    if (g_hash_table_add (seen, ((TlsrptTally *)tallies->pdata[i])->name))
      g_ptr_array_add (domains, tallies->pdata[i]);
}

static void
add_domains (TlsrptCard *card)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < card->advice->incidents->len; i++)
    collect_domains (card->domains, seen, incident_at (card, i));
  if (card->domains->len > 0)
    add_line (card, card->domains->len == 1 ? "Domain" : "Domains",
              tlsrpt_incident_names (card->domains));
}

static void
add_witnesses (TlsrptCard *card)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) witnesses = g_ptr_array_new ();

  for (guint i = 0; i < card->advice->incidents->len; i++) {
    const GPtrArray *of = incident_at (card, i)->judgement->witnesses;

    for (guint j = 0; j < of->len; j++)
      if (g_hash_table_add (seen, ((TlsrptWitness *)of->pdata[j])->domain))
        g_ptr_array_add (witnesses, of->pdata[j]);
  }
  if (witnesses->len > 0)
    add_line (card, "Seen by", tlsrpt_incident_witnesses (witnesses));
}

/* Whose fault it is is only said where it is the same at each place. */
static void
add_fault (TlsrptCard *card)
{
  const char *fault = tlsrpt_incident_fault (incident_at (card, 0));

  for (guint i = 0; i < card->advice->incidents->len; i++)
    if (!is_of_reports (incident_at (card, i)) ||
        tlsrpt_incident_fault (incident_at (card, i)) != fault)
      return;
  add_line (card, "Whose fault", g_strdup (fault));
}

static void
add_remarks (TlsrptCard *card)
{
  const TlsrptIncident *first = incident_at (card, 0);

  for (guint i = 0; i < card->advice->incidents->len; i++) {
    char *held = tlsrpt_incident_held (incident_at (card, i));

    if (held != NULL)
      add_line (card, "Held", held);
  }
  if (first->look != NULL)
    add_line (card, card->advice->incidents->len > 1 ? "At the first" : "Looked at",
              begun_large (first->look));
}

TlsrptCard *
tlsrpt_card_new (const TlsrptAdvice *advice)
{
  TlsrptCard *card = g_new0 (TlsrptCard, 1);

  card->advice = advice;
  card->lines = g_ptr_array_new_with_free_func (line_free);
  card->domains = g_ptr_array_new ();
  card->severity = incident_at (card, 0)->judgement->severity;
  for (guint i = 0; i < advice->incidents->len; i++) {
    card->is_new = card->is_new || incident_at (card, i)->is_new;
    card->severity = MAX (card->severity, incident_at (card, i)->judgement->severity);
  }
  card->effect = effect_of (card);
  if (advice->places != NULL)
    add_line (card, "Places", g_strdup (advice->places));
  add_days (card);
  add_history (card);
  add_domains (card);
  add_witnesses (card);
  add_fault (card);
  add_remarks (card);
  return card;
}

void
tlsrpt_card_free (TlsrptCard *card)
{
  if (card == NULL)
    return;
  g_free (card->effect);
  g_ptr_array_unref (card->lines);
  g_ptr_array_unref (card->domains);
  g_free (card);
}

const char *
tlsrpt_card_tag (const TlsrptCard *card)
{
  switch (card->severity) {
  case TLSRPT_SEVERITY_CRITICAL:
    return "CRITICAL";
  case TLSRPT_SEVERITY_WARNING:
    return "WARNING";
  case TLSRPT_SEVERITY_MINOR:
  case TLSRPT_N_SEVERITIES:
    break;
  }
  return "MINOR";
}

static const char *
ending_of (const TlsrptIncident *incident)
{
  switch (incident->judgement->state) {
  case TLSRPT_STATE_UNPROVEN:
    return "not seen since, but nothing shows it repaired";
  case TLSRPT_STATE_EXPIRED:
    return "nobody knows whether it is repaired, as its reporters have sent nothing since";
  case TLSRPT_STATE_MERGED:
    return "it is part of another incident now";
  default:
    return "over";
  }
}

char *
tlsrpt_card_ended (const TlsrptIncident *incident)
{
  g_autofree char *headline = tlsrpt_incident_headline (incident);
  g_autofree char *days = tlsrpt_incident_days (incident);
  gboolean is_late = g_strcmp0 (incident->late_sessions, "0") != 0 && incident->late_sessions;
  g_autofree char *late = is_late ? tlsrpt_digits_shown (incident->late_sessions) : NULL;
  g_autofree char *known_late =
      is_late ? g_strdup_printf ("; LATE: %s failed sessions became known after that", late)
              : g_strdup ("");

  return g_strdup_printf ("%s%s; %s; %s%s", incident->is_new ? "NEW " : "", headline, days,
                          ending_of (incident), known_late);
}

guint
tlsrpt_card_affected (const GPtrArray *incidents)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) domains = g_ptr_array_new ();

  for (guint i = 0; i < incidents->len; i++)
    if (!tlsrpt_incident_is_over (incidents->pdata[i]))
      collect_domains (domains, seen, incidents->pdata[i]);
  return domains->len;
}
