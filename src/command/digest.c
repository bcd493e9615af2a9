/* SPDX-License-Identifier: GPL-3.0-or-later
 * A period in one look, for a person. Reads the views alone. */
#include "insight/digest.h"

#include "command/command.h"
#include "command/database.h"
#include "core/errors.h"
#include "exits.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A year of a large site is read in one go, with somebody waiting for it. */
#define DIGEST_SECONDS (10 * 60)
#define NARROWEST_TERMINAL 40

static char *option_since;
static char *option_until;
static char *option_domain;
static char *option_format;

static const GOptionEntry options[] = {
  { "since", 0, 0, G_OPTION_ARG_STRING, &option_since,
    "first day: a date, or a span before the last day, as 7d or 4w (7d)", "DAY" },
  { "until", 0, 0, G_OPTION_ARG_STRING, &option_until,
    "last day: a date, or a span before today (today)", "DAY" },
  { "domain", 0, 0, G_OPTION_ARG_STRING, &option_domain, "this policy domain alone", "DOMAIN" },
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format, "text (text)", "FORMAT" },
  G_OPTION_ENTRY_NULL,
};

static TlsrptTextStyle
terminal_style (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  TlsrptTextStyle style = { 0 };
  struct winsize size;

  if (!isatty (STDOUT_FILENO))
    return style;
  style.color = no_color == NULL || *no_color == '\0';
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST_TERMINAL)
    style.width = size.ws_col;
  return style;
}

static gboolean
print_text (const TlsrptDigest *digest, GError **error)
{
  TlsrptTextStyle style = terminal_style ();
  g_autofree char *text = tlsrpt_digest_text (digest, &style);

  if (fputs (text, stdout) >= 0 && fflush (stdout) == 0)
    return TRUE;
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                       "digest: standard output cannot be written");
  return FALSE;
}

static gboolean
check_words (char **arguments, GError **error)
{
  if (arguments[0] != NULL) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                         "digest: takes options alone; see tlsrpt-ingest digest --help");
    return FALSE;
  }
  if (option_format != NULL && strcmp (option_format, "text") != 0) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "digest: --format is text");
    return FALSE;
  }
  return TRUE;
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  TlsrptPeriod period;
  g_autoptr (TlsrptPg) pg = NULL;
  g_autoptr (TlsrptDigest) digest = NULL;

  if (!check_words (arguments, error) ||
      !tlsrpt_period_parse (option_since, option_until, g_get_real_time (), &period, error))
    return TLSRPT_EXIT_USAGE;
  pg = tlsrpt_database_open (settings, DIGEST_SECONDS, error);
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  digest = tlsrpt_digest_load (pg, &period, option_domain, error);
  if (digest == NULL) {
    tlsrpt_database_explain (pg, error);
    return TLSRPT_EXIT_FAILURE;
  }
  return print_text (digest, error) ? TLSRPT_EXIT_OK : TLSRPT_EXIT_FAILURE;
}

const TlsrptCommand tlsrpt_command_digest = {
  .name = "digest",
  .arguments = "",
  .summary = "what happened in a period",
  .options = options,
  .run = run,
};
