/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents by number: brought up to date, listed, shown, acknowledged, muted. */
#include "insight/acknowledge.h"

#include "command/command.h"
#include "command/database.h"
#include "command/terminal.h"
#include "command/usage.h"
#include "exits.h"
#include "insight/digest.h"
#include "insight/period.h"
#include "insight/update.h"

#include <string.h>

#define INCIDENT_SECONDS (10 * 60)

static char *option_domain;
static char *option_mx;
static char *option_reporter;
static char *option_until;
static char *option_note;
static char *option_day;
static gboolean option_all;
static const TlsrptThresholds *thresholds;

static const GOptionEntry options[] = {
  { "domain", 0, 0, G_OPTION_ARG_STRING, &option_domain, "only incidents that touch DOMAIN",
    "DOMAIN" },
  { "mx", 0, 0, G_OPTION_ARG_STRING, &option_mx, "only incidents at the MX host HOST", "HOST" },
  { "reporter", 0, 0, G_OPTION_ARG_STRING, &option_reporter,
    "only incidents that the reporter DOMAIN saw", "DOMAIN" },
  { "all", 0, 0, G_OPTION_ARG_NONE, &option_all, "list: also incidents that are over or minor",
    NULL },
  { "until", 0, 0, G_OPTION_ARG_STRING, &option_until,
    "ack, mute: until the end of this day (no end)", "DAY" },
  { "note", 0, 0, G_OPTION_ARG_STRING, &option_note, "ack, mute: the reason", "TEXT" },
  { "day", 0, 0, G_OPTION_ARG_STRING, &option_day, "update: judge as of this day (today)", "DAY" },
  G_OPTION_ENTRY_NULL,
};

/* The number, or the one option that names something else. */
static gboolean
read_subject (const char *number, TlsrptSubject *subject, GError **error)
{
  struct {
    const char *kind;
    const char *name;
  } given[] = { { "incident", number },
                { "domain", option_domain },
                { "mx", option_mx },
                { "reporter", option_reporter } };

  *subject = (TlsrptSubject){ 0 };
  for (gsize i = 0; i < G_N_ELEMENTS (given); i++) {
    if (given[i].name == NULL)
      continue;
    if (subject->kind != NULL)
      return tlsrpt_usage_fail (error,
                                "incident: give a number, or one of --domain, --mx and --reporter");
    *subject = (TlsrptSubject){ given[i].kind, given[i].name };
  }
  if (number != NULL && !g_ascii_string_to_unsigned (number, 10, 1, G_MAXINT64, NULL, NULL))
    return tlsrpt_usage_fail (
        error, "incident: not the number of an incident, as `incident list` prints it");
  return TRUE;
}

static gboolean
standing_day (char day[TLSRPT_DAY_BYTES], GError **error)
{
  return tlsrpt_period_standing_day ("--day", option_day, g_get_real_time (), day, error);
}

static gboolean
update (TlsrptPg *pg, G_GNUC_UNUSED const TlsrptSubject *subject, GError **error)
{
  char day[TLSRPT_DAY_BYTES];

  return standing_day (day, error) &&
         tlsrpt_update (pg, tlsrpt_judgement_day (day), thresholds, error);
}

/* Minor ones are folded: how many there are. */
static gboolean
list (TlsrptPg *pg, const TlsrptSubject *subject, GError **error)
{
  char day[TLSRPT_DAY_BYTES];
  g_autoptr (GPtrArray) incidents = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint minor = 0;
  guint over = 0;

  if (!standing_day (day, error))
    return FALSE;
  incidents = tlsrpt_acknowledge_list (pg, subject, TRUE, day, error);
  if (incidents == NULL)
    return FALSE;
  for (guint i = 0; i < incidents->len; i++) {
    const TlsrptIncident *incident = incidents->pdata[i];
    gboolean is_minor = incident->judgement->severity == TLSRPT_SEVERITY_MINOR;
    g_autofree char *line = tlsrpt_acknowledge_line (incident);

    minor += is_minor;
    over += !is_minor && tlsrpt_incident_is_over (incident);
    if (option_all || (!is_minor && !tlsrpt_incident_is_over (incident)))
      g_string_append (text, line);
  }
  if (!option_all && minor + over > 0)
    g_string_append_printf (text, "not listed: %u that are over, %u minor (--all lists them)\n",
                            over, minor);
  return tlsrpt_terminal_print (text->str, "incident: ", error);
}

static gboolean
show (TlsrptPg *pg, const TlsrptSubject *subject, GError **error)
{
  char day[TLSRPT_DAY_BYTES];
  g_autoptr (GPtrArray) incidents = NULL;

  if (subject->kind == NULL)
    return tlsrpt_usage_fail (error,
                              "incident: show needs a number, or --domain, --mx or --reporter");
  if (!standing_day (day, error))
    return FALSE;
  incidents =
      tlsrpt_acknowledge_list (pg, subject, strcmp (subject->kind, "incident") == 0, day, error);
  if (incidents == NULL)
    return FALSE;
  if (incidents->len == 0 && strcmp (subject->kind, "incident") == 0)
    return tlsrpt_usage_fail (error, "incident: no incident has this number");
  for (guint i = 0; i < incidents->len; i++) {
    g_autofree char *text = tlsrpt_acknowledge_show (pg, incidents->pdata[i], error);

    if (text == NULL || !tlsrpt_terminal_print (i > 0 ? "\n" : "", "incident: ", error) ||
        !tlsrpt_terminal_print (text, "incident: ", error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
say (TlsrptPg *pg, const char *action, const TlsrptSubject *subject, GError **error)
{
  char day[TLSRPT_DAY_BYTES];

  if (subject->kind == NULL)
    return tlsrpt_usage_fail (error,
                              "incident: give a number, or one of --domain, --mx and --reporter");
  if (option_note == NULL || *option_note == '\0')
    return tlsrpt_usage_fail (error, "incident: needs --note: the reason");
  if (option_until != NULL &&
      !tlsrpt_period_coming_day ("--until", option_until, g_get_real_time (), day, error))
    return FALSE;
  return tlsrpt_acknowledge (pg, action, subject, option_until != NULL ? day : NULL, option_note,
                             error);
}

static gboolean
acknowledge (TlsrptPg *pg, const TlsrptSubject *subject, GError **error)
{
  return say (pg, "ack", subject, error);
}

static gboolean
mute (TlsrptPg *pg, const TlsrptSubject *subject, GError **error)
{
  return say (pg, "mute", subject, error);
}

static gboolean
release (TlsrptPg *pg, const TlsrptSubject *subject, GError **error)
{
  if (subject->kind == NULL)
    return tlsrpt_usage_fail (error,
                              "incident: give a number, or one of --domain, --mx and --reporter");
  return tlsrpt_acknowledge_end (pg, subject, error);
}

static const struct {
  const char *name;
  gboolean (*run) (TlsrptPg *pg, const TlsrptSubject *subject, GError **error);
} actions[] = {
  { "update", update },   { "list", list }, { "show", show },
  { "ack", acknowledge }, { "mute", mute }, { "release", release },
};

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  const char *word = arguments[0] != NULL ? arguments[0] : "list";
  const char *number = arguments[0] != NULL ? arguments[1] : NULL;
  TlsrptSubject subject;
  g_autoptr (TlsrptPg) pg = NULL;
  gsize i = 0;

  while (i < G_N_ELEMENTS (actions) && strcmp (actions[i].name, word) != 0)
    i++;
  if (i == G_N_ELEMENTS (actions) || (number != NULL && arguments[2] != NULL)) {
    tlsrpt_usage_fail (error,
                       "incident: the first word must be list, show, ack, mute, release or update");
    return TLSRPT_EXIT_USAGE;
  }
  if (!read_subject (number, &subject, error))
    return TLSRPT_EXIT_USAGE;
  thresholds = &settings->thresholds;
  pg = tlsrpt_database_open (settings, INCIDENT_SECONDS, error);
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (actions[i].run (pg, &subject, error))
    return TLSRPT_EXIT_OK;
  tlsrpt_database_explain (pg, "tlsrpt_alerter", error);
  return TLSRPT_EXIT_FAILURE;
}

const TlsrptCommand tlsrpt_command_incident = {
  .name = "incident",
  .arguments = "[list|show|ack|mute|release|update]",
  .summary = "list, show, acknowledge or mute incidents",
  .options = options,
  .run = run,
};
