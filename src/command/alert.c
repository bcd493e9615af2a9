/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sends events of incidents to a mail, a command or standard output. The exit status is that of a
 * monitoring plugin: 0 OK, 1 warning, 2 critical, 3 unknown. */
#include "insight/alert-text.h"

#include "command/command.h"
#include "command/database.h"
#include "command/each.h"
#include "command/hand-over.h"
#include "command/terminal.h"
#include "command/usage.h"
#include "exits.h"
#include "insight/alert-json.h"
#include "insight/custody.h"
#include "insight/mail.h"
#include "insight/period.h"
#include "store/partition.h"

#include <string.h>

#define STATUS_UNKNOWN 3
#define ALERT_SECONDS (10 * 60)

static char *option_format;
static char *option_domain;
static char *option_until;
static char *option_to;
static char *option_from;
static char *option_exec;
static gboolean option_each;
static gboolean option_critical;
static gboolean option_dry_run;

static const GOptionEntry options[] = {
  { "to", 0, 0, G_OPTION_ARG_STRING, &option_to,
    "mail the events to ADDRESS; with --format=mail, print that mail", "ADDRESS" },
  { "from", 0, 0, G_OPTION_ARG_STRING, &option_from,
    "From address of the mail (the address of --to)", "ADDRESS" },
  { "exec", 0, 0, G_OPTION_ARG_STRING, &option_exec, "run COMMAND with the events as JSON on stdin",
    "COMMAND" },
  { "each", 0, 0, G_OPTION_ARG_NONE, &option_each,
    "mail each address of table domain_contact the events of its domains", NULL },
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format, "text, json or mail (text)", "FORMAT" },
  { "domain", 0, 0, G_OPTION_ARG_STRING, &option_domain, "only incidents that touch DOMAIN",
    "DOMAIN" },
  { "critical", 0, 0, G_OPTION_ARG_NONE, &option_critical, "only incidents that are critical",
    NULL },
  { "until", 0, 0, G_OPTION_ARG_STRING, &option_until, "judge as of this day (today)", "DAY" },
  { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &option_dry_run,
    "print the events, and do not record them as sent", NULL },
  G_OPTION_ENTRY_NULL,
};

static gboolean
check_words (char **arguments, GError **error)
{
  static const char *const formats[] = { "text", "json", "mail", NULL };

  if (arguments[0] != NULL)
    return tlsrpt_usage_fail (error, "alert: takes only options; see tlsrpt-ingest alert --help");
  if (option_format != NULL && !g_strv_contains (formats, option_format))
    return tlsrpt_usage_fail (error, "alert: --format must be text, json or mail");
  if (g_strcmp0 (option_format, "mail") == 0 && option_to == NULL)
    return tlsrpt_usage_fail (error, "alert: --format=mail needs --to ADDRESS");
  if (option_exec != NULL && (option_to != NULL || option_format != NULL))
    return tlsrpt_usage_fail (
        error,
        "alert: --exec cannot be combined with --to or --format: run alert once for each channel");
  if (option_each &&
      (option_exec != NULL || option_to != NULL || option_format != NULL || option_domain != NULL))
    return tlsrpt_usage_fail (error, "alert: --each takes neither --to, --exec, --format nor "
                                     "--domain: table domain_contact has addresses and domains");
  return tlsrpt_usage_address ("alert: --to", option_to, error) &&
         tlsrpt_usage_address ("alert: --from", option_from, error);
}

/* The name under which delivery is recorded. */
static char *
channel_name (void)
{
  if (option_exec != NULL)
    return g_strconcat ("exec ", option_exec, NULL);
  if (option_to != NULL)
    return g_strconcat ("mail ", option_to, NULL);
  return g_strdup ("output");
}

static char *
mail_of (const TlsrptAlert *alert)
{
  g_autofree char *subject = tlsrpt_alert_text_subject (alert);
  g_autofree char *body = tlsrpt_alert_text_mail (alert);

  return tlsrpt_mail_text (body, subject, option_from, option_to);
}

/* A mail is written only if there is an event: nobody needs an empty one. */
static char *
render (const TlsrptAlert *alert)
{
  g_autofree char *line = NULL;
  g_autofree char *text = NULL;

  if (g_strcmp0 (option_format, "json") == 0)
    return tlsrpt_alert_json (alert);
  if (g_strcmp0 (option_format, "mail") == 0)
    return alert->notices->len > 0 ? mail_of (alert) : g_strdup ("");
  line = tlsrpt_alert_text_line (alert);
  text = tlsrpt_alert_text (alert);
  return g_strconcat (line, text, NULL);
}

/* Cron mails what is written to standard error. If nothing can be known, or mail will have to
 * wait for room, a mail that speaks of events alone would say nothing of it. */
static void
warn_beside_mail (const TlsrptAlert *alert)
{
  if (alert->unknown != NULL || alert->room.is_urgent) {
    g_autofree char *line = tlsrpt_alert_text_line (alert);

    g_printerr ("%s", line);
  }
}

static gboolean
write_out (const TlsrptAlert *alert, GError **error)
{
  g_autofree char *text = render (alert);

  if (g_strcmp0 (option_format, "mail") == 0)
    warn_beside_mail (alert);
  return tlsrpt_terminal_print (text, "", error);
}

static gboolean
hand_over (const TlsrptAlert *alert, GError **error)
{
  const char *const shell[] = { "/bin/sh", "-c", option_exec, NULL };
  g_autofree char *text = NULL;

  warn_beside_mail (alert);
  if (alert->notices->len == 0)
    return TRUE;
  text = option_exec != NULL ? tlsrpt_alert_json (alert) : mail_of (alert);
  return option_exec != NULL ? tlsrpt_hand_over (shell, text, error)
                             : tlsrpt_hand_over_mail (text, error);
}

/* Sends first and records afterwards: a crash in between sends it again, and no event is lost. */
static gboolean
tell (TlsrptAlert *alert, TlsrptPg *pg, const TlsrptAlertOptions *alert_options, GError **error)
{
  gboolean by_hand = option_exec != NULL || (option_to != NULL && option_format == NULL);

  if (option_dry_run)
    return write_out (alert, error);
  if (!(by_hand ? hand_over (alert, error) : write_out (alert, error)))
    return FALSE;
  return tlsrpt_alert_delivered (alert, pg, alert_options, error);
}

/* Last: events are sent also if this fails. Partitions are made where the user is also a member of
 * tlsrpt_owner; elsewhere prune makes them. */
static gboolean
keep_house (TlsrptPg *pg, GError **error)
{
  gboolean is_owner;

  if (option_dry_run)
    return TRUE;
  return tlsrpt_custody_extend (pg, error) &&
         tlsrpt_pg_may (pg, "tlsrpt.report", "TRUNCATE", &is_owner, error) &&
         (!is_owner || tlsrpt_partition_ahead (pg, error));
}

/* The state of all incidents is the operator's to know: here the status says whether all mails were sent. */
static int
watch_each (TlsrptPg *pg, const TlsrptAlertOptions *alert_options, GError **error)
{
  TlsrptEach each = { .pg = pg, .from = option_from, .dry_run = option_dry_run };

  if (tlsrpt_each_alert (&each, alert_options, error) && keep_house (pg, error))
    return TLSRPT_EXIT_OK;
  tlsrpt_database_explain (pg, "tlsrpt_alerter", error);
  return STATUS_UNKNOWN;
}

static int
watch (const TlsrptSettings *settings, char **arguments, GError **error)
{
  char today[TLSRPT_DAY_BYTES];
  g_autofree char *channel = channel_name ();
  TlsrptAlertOptions alert_options = { .channel = channel,
                                       .domain = option_domain,
                                       .critical_only = option_critical,
                                       .thresholds = &settings->thresholds };
  g_autoptr (TlsrptPg) pg = NULL;
  g_autoptr (TlsrptAlert) alert = NULL;

  if (!check_words (arguments, error) ||
      !tlsrpt_period_standing_day ("--until", option_until, g_get_real_time (), today, error))
    return STATUS_UNKNOWN;
  alert_options.today = tlsrpt_judgement_day (today);
  pg = tlsrpt_database_open (settings, ALERT_SECONDS, error);
  if (pg == NULL)
    return STATUS_UNKNOWN;
  if (option_each)
    return watch_each (pg, &alert_options, error);
  alert = tlsrpt_alert_begin (pg, &alert_options, error);
  if (alert == NULL || !tell (alert, pg, &alert_options, error) || !keep_house (pg, error)) {
    tlsrpt_database_explain (pg, "tlsrpt_alerter", error);
    return STATUS_UNKNOWN;
  }
  return tlsrpt_alert_text_status (alert);
}

/* A monitoring system reads standard output; without a mail, sendmail would get that. */
static int
fail (const GError *error)
{
  g_autofree char *message = g_strdup (error->message);

  g_strdelimit (message, "|\r\n", ' ');
  if (g_strcmp0 (option_format, "json") == 0) {
    g_autofree char *json = tlsrpt_alert_json_unknown (message);
    g_print ("%s", json);
  } else if (option_to != NULL || option_exec != NULL || option_each) {
    g_printerr ("TLSRPT UNKNOWN - %s\n", message);
  } else {
    g_print ("TLSRPT UNKNOWN - %s\n", message);
  }
  return STATUS_UNKNOWN;
}

const TlsrptCommand tlsrpt_command_alert = {
  .name = "alert",
  .arguments = "",
  .summary = "say which incidents opened, worsened or ended",
  .options = options,
  .run = watch,
  .fail = fail,
};
