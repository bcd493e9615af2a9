/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a card says of one place and of several, and the line of an incident that has ended. */
#include "insight/card.h"

#include <string.h>

static char *no_words[] = { NULL };

static TlsrptIncident *
incident_new (gint64 number, const char *place)
{
  TlsrptIncident *incident = g_new0 (TlsrptIncident, 1);
  TlsrptJudgement *judgement = tlsrpt_judgement_new ();

  judgement->number = number;
  judgement->place_kind = TLSRPT_PLACE_MX;
  judgement->place = g_strdup (place);
  judgement->cause = g_strdup ("certificate-expired");
  judgement->effect = TLSRPT_EFFECT_REFUSED;
  judgement->severity = TLSRPT_SEVERITY_CRITICAL;
  judgement->fault = TLSRPT_FAULT_OURS;
  judgement->first_day = tlsrpt_judgement_day ("2026-05-01") + (gint32)number;
  judgement->last_day = judgement->first_day + 1;
  judgement->last_word_day = judgement->last_day;
  judgement->failed_sessions = 1000;
  judgement->sessions = 4000;
  tlsrpt_judgement_tally (judgement->mail_domains, "shared.example", 900);
  incident->judgement = judgement;
  incident->remedy = g_new0 (TlsrptRemedy, 1);
  incident->remedy->finding = "certificate-expired";
  incident->remedy->meaning = g_strdup ("It has expired.");
  incident->remedy->words = g_strdupv (no_words);
  incident->remedy->commands = g_strdupv (no_words);
  incident->history.last_day = judgement->last_day;
  for (guint i = 0; i < TLSRPT_HISTORY_DAYS; i++)
    incident->history.is_known[i] = TRUE;
  incident->history.failed_sessions[TLSRPT_HISTORY_DAYS - 1] = 1000;
  return incident;
}

static void
incident_free (gpointer incident)
{
  tlsrpt_incident_free (incident);
}

/* The card in lines, `Name: text`. */
static char *
shown (const GPtrArray *incidents)
{
  g_autoptr (GPtrArray) all = tlsrpt_advice_of (incidents, TRUE);
  g_autoptr (TlsrptCard) card = NULL;
  GString *text = g_string_new (NULL);

  g_assert_cmpuint (all->len, ==, 1);
  card = tlsrpt_card_new (all->pdata[0]);
  g_string_append_printf (text, "%s%s %s\n", tlsrpt_card_tag (card), card->is_new ? " NEW" : "",
                          card->effect);
  for (guint i = 0; i < card->lines->len; i++) {
    const TlsrptCardLine *line = card->lines->pdata[i];

    g_string_append_printf (text, "%s: %s\n", line->name, line->text);
  }
  return g_string_free (text, FALSE);
}

static void
test_one_place (void)
{
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (incident_free);
  TlsrptIncident *incident = incident_new (1, "mx.example.org");
  g_autofree char *text = NULL;

  incident->is_new = TRUE;
  tlsrpt_judgement_tally (incident->judgement->mail_domains, "second.example", 100);
  g_ptr_array_add (incidents, incident);
  text = shown (incidents);
  g_assert_cmpstr (text, ==,
                   "CRITICAL NEW Mail is refused: 1,000 of 4,000 sessions failed (25.0 %)\n"
                   "Since: 2026-05-02, last on 2026-05-03\n"
                   "Failed by day: ·············█  14 days to 2026-05-03, at most 1,000 sessions on"
                   " 2026-05-03\n"
                   "Domains: shared.example, second.example\n"
                   "Whose fault: likely on our side\n");
}

/* Failures are added up, a domain of both places counts once, and no share is made up. */
static void
test_two_places (void)
{
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (incident_free);
  g_autofree char *text = NULL;

  g_ptr_array_add (incidents, incident_new (1, "mx1.example.org"));
  g_ptr_array_add (incidents, incident_new (3, "mx2.example.org"));
  text = shown (incidents);
  g_assert_nonnull (strstr (text, "CRITICAL Mail is refused: 2,000 sessions failed\n"));
  g_assert_nonnull (strstr (text, "\nSince: 2026-05-02, last on 2026-05-05\n"));
  g_assert_nonnull (strstr (text, "\nDomain: shared.example\n"));
  g_assert_nonnull (strstr (text, "at most 2,000 sessions on"));
  g_assert_cmpuint (tlsrpt_card_affected (incidents), ==, 1);
}

/* The card is as severe as its worst place, and says no more than holds for all of them. */
static void
test_places_that_differ (void)
{
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (incident_free);
  TlsrptIncident *mild = incident_new (1, "mx1.example.org");
  TlsrptIncident *other = incident_new (3, "mx2.example.org");
  g_autofree char *text = NULL;

  mild->judgement->severity = TLSRPT_SEVERITY_WARNING;
  other->judgement->fault = TLSRPT_FAULT_UNCLEAR;
  g_ptr_array_add (incidents, mild);
  g_ptr_array_add (incidents, other);
  text = shown (incidents);
  g_assert_true (g_str_has_prefix (text, "CRITICAL "));
  g_assert_null (strstr (text, "Whose fault"));
}

static void
test_silence (void)
{
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (incident_free);
  TlsrptIncident *incident = incident_new (1, "reporter.example");
  g_autofree char *text = NULL;

  incident->judgement->place_kind = TLSRPT_PLACE_INTAKE;
  memset (&incident->history, 0, sizeof incident->history);
  g_ptr_array_set_size (incident->judgement->mail_domains, 0);
  g_ptr_array_add (incidents, incident);
  text = shown (incidents);
  g_assert_cmpstr (text, ==,
                   "CRITICAL What fails meanwhile is not known\n"
                   "Since: 2026-05-02\n");
}

/* A name of 60 characters is shown whole, one of 61 is not; three names are shown, and the rest counted. */
static void
test_names (void)
{
  g_autofree char *whole = g_strnfill (60, 'a');
  g_autofree char *longer = g_strnfill (61, 'b');
  TlsrptIncident *incident = incident_new (1, whole);
  GPtrArray *domains = incident->judgement->mail_domains;
  g_autofree char *place = tlsrpt_incident_place (incident);
  g_autofree char *three = NULL;
  g_autofree char *four = NULL;

  g_assert_cmpstr (place, ==, whole);
  tlsrpt_judgement_tally (domains, longer, 1);
  tlsrpt_judgement_tally (domains, "third.example", 1);
  three = tlsrpt_incident_names (domains);
  g_assert_true (g_str_has_prefix (three, "shared.example, bbb"));
  g_assert_null (strstr (three, longer));
  g_assert_true (g_str_has_suffix (three, "b, third.example"));
  tlsrpt_judgement_tally (domains, "fourth.example", 1);
  four = tlsrpt_incident_names (domains);
  g_assert_true (g_str_has_suffix (four, "b, third.example and 1 more"));
  tlsrpt_incident_free (incident);
}

typedef struct {
  const char *name;
  TlsrptState state;
  gboolean is_new;
  const char *late;
  const char *line;
} EndedCase;

#define ENDED "#1 mx.example.org: the certificate has expired; 2026-05-02 to 2026-05-03; "

static const EndedCase ended[] = {
  { "/card/ended/closed", TLSRPT_STATE_CLOSED, FALSE, NULL, ENDED "over" },
  { "/card/ended/new-and-over", TLSRPT_STATE_CLOSED, TRUE, "0", "NEW " ENDED "over" },
  { "/card/ended/unproven-is-not-called-over", TLSRPT_STATE_UNPROVEN, FALSE, "0",
    ENDED "not seen since, but nothing shows it repaired" },
  { "/card/ended/expired-is-not-called-over", TLSRPT_STATE_EXPIRED, FALSE, "0",
    ENDED "nobody knows whether it is repaired, as its reporters have sent nothing since" },
  { "/card/ended/known-late-is-marked", TLSRPT_STATE_CLOSED, FALSE, "1200",
    ENDED "over; LATE: 1,200 failed sessions became known after that" },
};

static void
test_ended (gconstpointer data)
{
  const EndedCase *row = data;
  TlsrptIncident *incident = incident_new (1, "mx.example.org");
  g_autofree char *line = NULL;

  incident->judgement->state = row->state;
  incident->is_new = row->is_new;
  incident->late_sessions = g_strdup (row->late);
  line = tlsrpt_card_ended (incident);
  g_assert_cmpstr (line, ==, row->line);
  tlsrpt_incident_free (incident);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/one-place", test_one_place);
  g_test_add_func ("/card/two-places-are-added-up", test_two_places);
  g_test_add_func ("/card/places-that-differ", test_places_that_differ);
  g_test_add_func ("/card/silence-says-that-nothing-is-known", test_silence);
  g_test_add_func ("/card/names-are-cut-at-60-characters-and-after-three", test_names);
  for (gsize i = 0; i < G_N_ELEMENTS (ended); i++)
    g_test_add_data_func (ended[i].name, &ended[i], test_ended);
  return g_test_run ();
}
