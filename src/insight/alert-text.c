/* SPDX-License-Identifier: GPL-3.0-or-later
 * One line for each incident, the most severe first; incidents with one cause share a line, and
 * the advice is given once. */
#include "insight/alert-text.h"

#include "core/refusal.h"
#include "insight/mail.h"
#include "insight/table.h"
#include "insight/wrap.h"

#include <string.h>

/* More incidents than this with one cause become one line. */
#define TOGETHER 3
#define LINES_SHOWN 30
#define REMEDIES_SHOWN 5
#define OPEN_SHOWN 10
#define LINE_CHARACTERS 120

int
tlsrpt_alert_text_status (const TlsrptAlert *alert)
{
  if (alert->unknown != NULL)
    return 3;
  if (alert->critical > 0)
    return 2;
  return alert->open->len > 0 || alert->room.is_urgent ? 1 : 0;
}

const char *
tlsrpt_alert_text_name (const TlsrptAlert *alert)
{
  static const char *const names[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

  return names[tlsrpt_alert_text_status (alert)];
}

static void
append_held (GString *text, const TlsrptAlert *alert)
{
  if (alert->held == 0)
    return;
  g_string_append_printf (text, ", %u acknowledged or muted", alert->held);
  if (alert->held_worse > 0)
    g_string_append_printf (text, " (%u worse since)", alert->held_worse);
}

static gboolean
is_unauthentic (const TlsrptBacklog *backlog)
{
  return strcmp (backlog->reason, "unauthentic") == 0;
}

/* Refusals for want of a signature are always mentioned: something in front of this program may
 * alter reports. Other refusals are mentioned if nothing comes in. */
static char *
backlog_line (const TlsrptAlert *alert)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < alert->backlog->len; i++) {
    const TlsrptBacklog *backlog = alert->backlog->pdata[i];
    g_autofree char *words =
        tlsrpt_refusal_text (backlog->messages, backlog->reason, backlog->cause);

    if (alert->unknown != NULL || is_unauthentic (backlog))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "; " : "", words);
  }
  return g_string_free (text, FALSE);
}

static void
append_unauthentic (GString *text, const TlsrptAlert *alert)
{
  guint64 messages = 0;

  for (guint i = 0; i < alert->backlog->len; i++) {
    const TlsrptBacklog *backlog = alert->backlog->pdata[i];

    messages += is_unauthentic (backlog) ? backlog->messages : 0;
  }
  if (messages > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " refused as unauthentic in 3 days",
                            messages);
}

/* A vertical bar would begin the performance data. */
char *
tlsrpt_alert_text_line (const TlsrptAlert *alert)
{
  g_autoptr (GString) text = g_string_new (NULL);
  double failed = 0;

  for (guint i = 0; i < alert->open->len; i++)
    failed += (double)((TlsrptIncident *)alert->open->pdata[i])->judgement->failed_sessions;
  if (alert->unknown != NULL)
    g_string_append_printf (text, "%s; ", alert->unknown);
  if (alert->room.is_urgent)
    g_string_append_printf (text, "%s; ", alert->room.text);
  g_string_append_printf (text, "%u incident%s open", alert->open->len,
                          alert->open->len == 1 ? "" : "s");
  append_held (text, alert);
  append_unauthentic (text, alert);
  if (alert->open->len > 0) {
    g_autofree char *headline = tlsrpt_incident_headline (alert->open->pdata[0]);
    g_autofree char *first = tlsrpt_text_elided (headline, LINE_CHARACTERS);

    g_string_append_printf (text, ": %s", first);
  }
  g_strdelimit (text->str, "|", '/');
  return g_strdup_printf ("TLSRPT %s - %s | open=%u;0;;0 critical=%u;;0;0"
                          " failed_sessions=%.0f;;;0 events=%u;;;0\n",
                          tlsrpt_alert_text_name (alert), text->str, alert->open->len,
                          alert->critical, failed, alert->notices->len);
}

char *
tlsrpt_alert_text_summary (const TlsrptAlert *alert)
{
  GString *text = g_string_new (NULL);

  for (guint kind = 0; kind < TLSRPT_N_EVENTS; kind++) {
    guint n = 0;

    for (guint i = 0; i < alert->notices->len; i++)
      n += (((TlsrptNotice *)alert->notices->pdata[i])->kinds >> kind) & 1u;
    if (n > 0)
      g_string_append_printf (text, "%s%u %s", text->len > 0 ? ", " : "", n,
                              tlsrpt_event_names[kind]);
  }
  g_string_append_printf (text, "%s%u incident%s open, %u critical", text->len > 0 ? "; " : "",
                          alert->open->len, alert->open->len == 1 ? "" : "s", alert->critical);
  append_held (text, alert);
  return g_string_free (text, FALSE);
}

char *
tlsrpt_alert_text_subject (const TlsrptAlert *alert)
{
  g_autofree char *summary = tlsrpt_alert_text_summary (alert);

  return g_strdup_printf ("TLSRPT %s - %s", tlsrpt_alert_text_name (alert), summary);
}

static char *
kinds_text (guint kinds)
{
  GString *text = g_string_new (NULL);

  for (guint kind = 0; kind < TLSRPT_N_EVENTS; kind++)
    if ((kinds & (1u << kind)) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " and " : "", tlsrpt_event_names[kind]);
  return g_string_free (text, FALSE);
}

static gboolean
is_alike (const TlsrptNotice *a, const TlsrptNotice *b)
{
  const TlsrptJudgement *one = a->incident->judgement;
  const TlsrptJudgement *other = b->incident->judgement;

  return a->kinds == b->kinds && one->place_kind == other->place_kind &&
         one->severity == other->severity && one->state == other->state &&
         one->fault == other->fault && one->effect == other->effect && a->incident->held == NULL &&
         b->incident->held == NULL &&
         strcmp (a->incident->remedy->finding, b->incident->remedy->finding) == 0;
}

/* Notices of one cause, in the order of the first of each. */
static GPtrArray *
bundles_of (const TlsrptAlert *alert)
{
  GPtrArray *bundles = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < alert->notices->len; i++) {
    GPtrArray *bundle = NULL;

    for (guint j = 0; j < bundles->len && bundle == NULL; j++)
      if (is_alike (((GPtrArray *)bundles->pdata[j])->pdata[0], alert->notices->pdata[i]))
        bundle = bundles->pdata[j];
    if (bundle == NULL) {
      bundle = g_ptr_array_new ();
      g_ptr_array_add (bundles, bundle);
    }
    g_ptr_array_add (bundle, alert->notices->pdata[i]);
  }
  return bundles;
}

static char *
first_words (const TlsrptNotice *notice)
{
  g_autofree char *kinds = kinds_text (notice->kinds);
  g_autofree char *upper = g_ascii_strup (kinds, -1);

  return g_strdup_printf ("%s (%s)%s", upper,
                          tlsrpt_severity_names[notice->incident->judgement->severity],
                          notice->incident->judgement->is_security ? " SECURITY" : "");
}

static void
append_one (GString *text, const TlsrptNotice *notice, guint width)
{
  const TlsrptIncident *incident = notice->incident;
  g_autofree char *words = first_words (notice);
  g_autofree char *headline = tlsrpt_incident_headline (incident);
  g_autofree char *proof = tlsrpt_incident_proof (incident);
  g_autofree char *held = tlsrpt_incident_held (incident);
  g_autofree char *first = g_strdup_printf ("%s %s", words, headline);

  tlsrpt_wrap_append (text, first, "", width);
  tlsrpt_wrap_append (text, proof, "  ", width);
  if (incident->judgement->mail_domains->len > 1) {
    g_autofree char *names = tlsrpt_incident_names (incident->judgement->mail_domains);
    g_autofree char *domains = g_strconcat ("Domains: ", names, NULL);

    tlsrpt_wrap_append (text, domains, "  ", width);
  }
  if (held != NULL)
    tlsrpt_wrap_append (text, held, "  ", width);
}

static void
append_many (GString *text, const GPtrArray *bundle, guint width)
{
  const TlsrptNotice *first = bundle->pdata[0];
  g_autofree char *words = first_words (first);
  g_autofree char *proof = tlsrpt_incident_proof (first->incident);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *more = g_strdup_printf ("The first: %s", proof);

  g_string_append_printf (line, "%s %s, in %u places: ", words,
                          tlsrpt_incident_title (first->incident), bundle->len);
  for (guint i = 0; i < TOGETHER; i++) {
    const TlsrptIncident *incident = ((TlsrptNotice *)bundle->pdata[i])->incident;
    g_autofree char *place = tlsrpt_incident_place (incident);

    g_string_append_printf (line, "%s#%" G_GINT64_FORMAT " %s", i > 0 ? ", " : "",
                            incident->judgement->number, place);
  }
  g_string_append_printf (line, " and %u more", bundle->len - TOGETHER);
  tlsrpt_wrap_append (text, line->str, "", width);
  tlsrpt_wrap_append (text, more, "  ", width);
}

static void
append_bundle (GString *text, const GPtrArray *bundle, guint width)
{
  if (bundle->len > TOGETHER) {
    append_many (text, bundle, width);
    return;
  }
  for (guint i = 0; i < bundle->len; i++)
    append_one (text, bundle->pdata[i], width);
}

static void
append_more (GString *text, const char *indent, guint all, guint shown)
{
  if (all > shown)
    g_string_append_printf (text, "%sand %u more: tlsrpt-ingest incident list\n", indent,
                            all - shown);
}

static void
append_room (GString *text, const TlsrptAlert *alert, guint width)
{
  g_autofree char *line = NULL;

  if (alert->room.text == NULL)
    return;
  line = g_strdup_printf ("Room: %s. tlsrpt-ingest quarantine, prune", alert->room.text);
  tlsrpt_wrap_append (text, line, "", width);
}

static void
append_partitions (GString *text, const TlsrptAlert *alert, guint width)
{
  g_autofree char *line = NULL;

  if (alert->partitions == NULL)
    return;
  line = g_strdup_printf ("Partitions: %s.", alert->partitions);
  tlsrpt_wrap_append (text, line, "", width);
}

static void
append_intake (GString *text, const TlsrptAlert *alert, guint width)
{
  g_autofree char *backlog = backlog_line (alert);

  append_room (text, alert, width);
  append_partitions (text, alert, width);
  if (alert->unknown != NULL) {
    g_autofree char *words = g_strdup_printf ("Nothing is known for sure: %s.", alert->unknown);

    tlsrpt_wrap_append (text, words, "", width);
  }
  if (*backlog != '\0') {
    g_autofree char *line = g_strdup_printf (
        "Put into quarantine in the last 3 days: %s. See tlsrpt-ingest quarantine list.", backlog);

    tlsrpt_wrap_append (text, line, "", width);
  }
}

/* Later lines of a plugin are for people, but text after a vertical bar is performance data
 * there too: commands, which contain pipes, are left to the digest. */
char *
tlsrpt_alert_text (const TlsrptAlert *alert)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) bundles = bundles_of (alert);
  guint n = MIN (bundles->len, LINES_SHOWN);

  append_intake (text, alert, 0);
  for (guint i = 0; i < n; i++)
    append_bundle (text, bundles->pdata[i], 0);
  append_more (text, "", bundles->len, n);
  if (alert->notices->len > 0)
    g_string_append (text, "What to check and to change: tlsrpt-ingest incident show NUMBER\n");
  g_string_replace (text, "|", "/", 0);
  return g_string_free (text, FALSE);
}

static void
append_remedy (GString *text, const TlsrptRemedy *remedy)
{
  tlsrpt_wrap_append (text, remedy->meaning, "  ", TLSRPT_MAIL_COLUMNS);
  for (guint i = 0; remedy->words[i] != NULL; i++) {
    g_autofree char *words = g_strconcat ("The reporters' own words: ", remedy->words[i], NULL);

    tlsrpt_wrap_append (text, words, "  ", TLSRPT_MAIL_COLUMNS);
  }
  g_string_append (text, "  What to check:\n");
  for (guint i = 0; remedy->commands[i] != NULL; i++)
    g_string_append_printf (text, "    $ %s\n", remedy->commands[i]);
  g_string_append (text, "  What to change:\n");
  for (guint i = 0; remedy->changes[i] != NULL; i++) {
    g_autofree char *mark = g_strdup_printf ("    %u. ", i + 1);

    tlsrpt_wrap_append (text, remedy->changes[i], mark, TLSRPT_MAIL_COLUMNS);
  }
}

static void
append_open (GString *text, const TlsrptAlert *alert)
{
  guint n = MIN (alert->open->len, OPEN_SHOWN);

  g_string_append_printf (text, "Open now: %u, %u critical", alert->open->len, alert->critical);
  append_held (text, alert);
  g_string_append (text, ".\n");
  for (guint i = 0; i < n; i++) {
    g_autofree char *headline = tlsrpt_incident_headline (alert->open->pdata[i]);

    tlsrpt_wrap_append (text, headline, "  ", TLSRPT_MAIL_COLUMNS);
  }
  append_more (text, "  ", alert->open->len, n);
}

char *
tlsrpt_alert_text_mail (const TlsrptAlert *alert)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) bundles = bundles_of (alert);
  guint n = MIN (bundles->len, LINES_SHOWN);

  append_intake (text, alert, TLSRPT_MAIL_COLUMNS);
  for (guint i = 0; i < n; i++) {
    const GPtrArray *bundle = bundles->pdata[i];
    const TlsrptIncident *first = ((TlsrptNotice *)bundle->pdata[0])->incident;

    append_bundle (text, bundle, TLSRPT_MAIL_COLUMNS);
    if (!tlsrpt_incident_is_over (first) && g_hash_table_size (seen) < REMEDIES_SHOWN &&
        g_hash_table_add (seen, (gpointer)first->remedy->finding))
      append_remedy (text, first->remedy);
    g_string_append_c (text, '\n');
  }
  append_more (text, "", bundles->len, n);
  append_open (text, alert);
  return g_string_free (text, FALSE);
}
