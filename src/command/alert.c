/* SPDX-License-Identifier: GPL-3.0-or-later
 * What opened, worsened or closed since the last alert, and a monitoring plugin's exit status: 0 OK,
 * 1 warning, 2 critical, 3 unknown. */
#include "insight/alert.h"

#include "command/command.h"
#include "command/database.h"
#include "core/errors.h"
#include "insight/mail.h"
#include "insight/period.h"

#include <stdio.h>
#include <string.h>

#define STATUS_UNKNOWN 3
#define ALERT_SECONDS (10 * 60)

static char *option_format;
static char *option_domain;
static char *option_until;
static char *option_to;
static char *option_from;
static int option_min_sessions = 1;
static double option_min_share;
static int option_min_reporters = 1;
static gboolean option_enforced_only;
static gboolean option_dry_run;

static const GOptionEntry options[] = {
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format, "text, json or mail (text)", "FORMAT" },
  { "domain", 0, 0, G_OPTION_ARG_STRING, &option_domain, "this policy domain alone", "DOMAIN" },
  { "until", 0, 0, G_OPTION_ARG_STRING, &option_until, "stand on this day (today)", "DAY" },
  { "to", 0, 0, G_OPTION_ARG_STRING, &option_to, "address that --format=mail is for", "ADDRESS" },
  { "from", 0, 0, G_OPTION_ARG_STRING, &option_from, "address that it is from (that of --to)",
    "ADDRESS" },
  { "min-sessions", 0, 0, G_OPTION_ARG_INT, &option_min_sessions,
    "only incidents of N failed sessions or more (1)", "N" },
  { "min-share", 0, 0, G_OPTION_ARG_DOUBLE, &option_min_share,
    "only incidents of PERCENT of the sessions or more (0)", "PERCENT" },
  { "min-reporters", 0, 0, G_OPTION_ARG_INT, &option_min_reporters,
    "only incidents that N senders saw (1)", "N" },
  { "enforced-only", 0, 0, G_OPTION_ARG_NONE, &option_enforced_only,
    "only where a policy forbids delivery", NULL },
  { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &option_dry_run, "show, but count nothing as told",
    NULL },
  G_OPTION_ENTRY_NULL,
};

static gboolean
fail_usage (const char *text, GError **error)
{
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "alert: %s", text);
  return FALSE;
}

static gboolean
check_words (char **arguments, GError **error)
{
  static const char *const formats[] = { "text", "json", "mail", NULL };

  if (option_format == NULL)
    option_format = g_strdup ("text");
  if (arguments[0] != NULL)
    return fail_usage ("takes options alone; see tlsrpt-ingest alert --help", error);
  if (!g_strv_contains (formats, option_format))
    return fail_usage ("--format is text, json or mail", error);
  if (strcmp (option_format, "mail") == 0 &&
      (option_to == NULL || strpbrk (option_to, " \t\r\n<>,;:\"") != NULL))
    return fail_usage ("--format=mail needs --to ADDRESS", error);
  if (option_min_sessions < 0 || option_min_reporters < 0 || !(option_min_share >= 0) ||
      option_min_share > 100)
    return fail_usage ("a threshold is out of range", error);
  return TRUE;
}

/* A mail is written only if there is something to tell: an empty one is for nobody. */
static char *
render (const TlsrptAlert *alert)
{
  g_autofree char *line = tlsrpt_alert_line (alert);

  if (strcmp (option_format, "json") == 0)
    return tlsrpt_alert_json (alert);
  if (strcmp (option_format, "mail") == 0) {
    g_autofree char *subject = tlsrpt_alert_subject (alert);
    g_autofree char *body = tlsrpt_alert_mail_text (alert);

    return alert->events->len > 0 ? tlsrpt_text_mail (body, subject, option_from, option_to)
                                  : g_strdup ("");
  }
  g_autofree char *text = tlsrpt_alert_text (alert);

  return g_strconcat (line, text, NULL);
}

/* Told first, committed then: a crash between the two tells it again, and none is lost. */
static gboolean
tell (TlsrptAlert *alert, GError **error)
{
  g_autofree char *text = render (alert);

  if (fputs (text, stdout) < 0 || fflush (stdout) != 0) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                         "standard output cannot be written");
    return FALSE;
  }
  return option_dry_run || tlsrpt_alert_commit (alert, error);
}

static int
watch (const TlsrptSettings *settings, char **arguments, GError **error)
{
  TlsrptPeriod period;
  TlsrptAlertOptions alert_options = { .domain = option_domain,
                                       .min_sessions = (guint)MAX (option_min_sessions, 0),
                                       .min_share = option_min_share / 100,
                                       .min_reporters = (guint)MAX (option_min_reporters, 0),
                                       .enforced_only = option_enforced_only };
  g_autoptr (TlsrptPg) pg = NULL;
  g_autoptr (TlsrptAlert) alert = NULL;

  if (!check_words (arguments, error) ||
      !tlsrpt_period_parse (NULL, option_until, g_get_real_time (), &period, error))
    return STATUS_UNKNOWN;
  alert_options.today = option_until != NULL ? period.until : NULL;
  pg = tlsrpt_database_open (settings, ALERT_SECONDS, error);
  if (pg == NULL)
    return STATUS_UNKNOWN;
  alert = tlsrpt_alert_begin (pg, &alert_options, error);
  if (alert == NULL) {
    tlsrpt_database_explain (pg, "tlsrpt_alerter", error);
    return STATUS_UNKNOWN;
  }
  return tell (alert, error) ? tlsrpt_alert_status (alert) : STATUS_UNKNOWN;
}

/* A monitoring system reads standard output; a mail that is none would go to sendmail. */
static int
fail (const GError *error)
{
  g_autofree char *message = g_strdup (error->message);
  const char *format = option_format != NULL ? option_format : "text";

  g_strdelimit (message, "|\r\n", ' ');
  if (strcmp (format, "json") == 0) {
    g_autofree char *json = tlsrpt_alert_unknown_json (message);
    g_print ("%s", json);
  } else if (strcmp (format, "mail") == 0) {
    g_printerr ("TLSRPT UNKNOWN - %s\n", message);
  } else {
    g_print ("TLSRPT UNKNOWN - %s\n", message);
  }
  return STATUS_UNKNOWN;
}

const TlsrptCommand tlsrpt_command_alert = {
  .name = "alert",
  .arguments = "",
  .summary = "incidents opened, worsened, closed",
  .options = options,
  .run = watch,
  .fail = fail,
};
