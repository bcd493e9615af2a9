/* SPDX-License-Identifier: GPL-3.0-or-later
 * A period in one look, for a person. Reads the views alone. */
#include "insight/digest.h"

#include "command/command.h"
#include "command/database.h"
#include "command/each.h"
#include "command/terminal.h"
#include "command/usage.h"
#include "core/errors.h"
#include "exits.h"
#include "insight/csv.h"
#include "insight/html.h"
#include "insight/json.h"
#include "insight/mail.h"
#include "insight/rows.h"
#include "insight/text.h"

#include <string.h>

/* A year of a large site is read at once while somebody waits. */
#define DIGEST_SECONDS (10 * 60)

static char *option_since;
static char *option_until;
static char *option_last;
static char *option_domain;
static char *option_format;
static char *option_from;
static char *option_table;
static char *option_to;
static gboolean option_each_domain;

static const GOptionEntry options[] = {
  { "since", 0, 0, G_OPTION_ARG_STRING, &option_since,
    "first day: a date, yesterday, or days or weeks back, as in 7d or 4w (7d)", "DAY" },
  { "until", 0, 0, G_OPTION_ARG_STRING, &option_until,
    "last day: a date, or days back (1d, which is yesterday)", "DAY" },
  { "last", 0, 0, G_OPTION_ARG_STRING, &option_last,
    "instead of both: the last complete day, week or month", "WORD" },
  { "domain", 0, 0, G_OPTION_ARG_STRING, &option_domain, "only this policy domain", "DOMAIN" },
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format,
    "text, html, mail, json, csv or openmetrics (text)", "FORMAT" },
  { "table", 0, 0, G_OPTION_ARG_STRING, &option_table,
    "with --format=csv: summary, incidents or another list of the digest (daily)", "NAME" },
  { "each-domain", 0, 0, G_OPTION_ARG_NONE, &option_each_domain,
    "mail a digest of each domain of table domain_contact to its address", NULL },
  { "to", 0, 0, G_OPTION_ARG_STRING, &option_to, "recipient of the mail that --format=mail prints",
    "ADDRESS" },
  { "from", 0, 0, G_OPTION_ARG_STRING, &option_from,
    "From address of the mail (the address of --to)", "ADDRESS" },
  G_OPTION_ENTRY_NULL,
};

typedef enum {
  FORMAT_TEXT,
  FORMAT_HTML,
  FORMAT_MAIL,
  FORMAT_JSON,
  FORMAT_CSV,
  FORMAT_OPENMETRICS,
  N_FORMATS,
} Format;

static const char *const formats[N_FORMATS] = {
  "text", "html", "mail", "json", "csv", "openmetrics"
};

/* Table of --format=csv by default: what was counted, by day. */
#define DAILY "daily"

static gboolean
is_daily (void)
{
  return option_table == NULL || strcmp (option_table, DAILY) == 0;
}

static gboolean
fail_format (const char *word, GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (word);

  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
               "digest: --format: '%s' is none of text, html, mail, json, csv, openmetrics",
               quoted);
  return FALSE;
}

static gboolean
check_table (Format format, GError **error)
{
  g_autofree char *quoted = NULL;
  g_autofree char *tables = NULL;

  if (option_table == NULL)
    return TRUE;
  if (format != FORMAT_CSV)
    return tlsrpt_usage_fail (error, "digest: --table needs --format=csv");
  if (is_daily () || tlsrpt_csv_has_table (option_table))
    return TRUE;
  quoted = tlsrpt_quote (option_table);
  tables = tlsrpt_csv_tables ();
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
               "digest: --table: '%s' is none of " DAILY ", %s", quoted, tables);
  return FALSE;
}

static gboolean
read_format (char **arguments, Format *format, GError **error)
{
  const char *word = option_format != NULL ? option_format : formats[FORMAT_TEXT];

  if (arguments[0] != NULL)
    return tlsrpt_usage_fail (error, "digest: takes only options; see tlsrpt-ingest digest --help");
  for (*format = FORMAT_TEXT; *format < N_FORMATS; *format += 1)
    if (strcmp (word, formats[*format]) == 0)
      break;
  if (*format == N_FORMATS)
    return fail_format (word, error);
  if (option_each_domain && (option_format != NULL || option_to != NULL || option_domain != NULL))
    return tlsrpt_usage_fail (error, "digest: --each-domain takes neither --format, --to nor "
                                     "--domain: table domain_contact has addresses and domains");
  if (*format == FORMAT_MAIL && option_to == NULL)
    return tlsrpt_usage_fail (error, "digest: --format=mail needs --to ADDRESS");
  return check_table (*format, error) && tlsrpt_usage_address ("digest: --to", option_to, error) &&
         tlsrpt_usage_address ("digest: --from", option_from, error);
}

static char *
render (const TlsrptDigest *digest, Format format)
{
  TlsrptTextStyle style = tlsrpt_terminal_style ();

  if (format == FORMAT_HTML)
    return tlsrpt_html_digest (digest);
  if (format == FORMAT_MAIL)
    return tlsrpt_mail_digest (digest, option_from, option_to);
  if (format == FORMAT_JSON)
    return tlsrpt_json_digest (digest);
  return tlsrpt_text_digest (digest, &style);
}

static char *
make_csv (TlsrptPg *pg, const TlsrptPeriod *period, const TlsrptSettings *settings, GError **error)
{
  g_autoptr (TlsrptDigest) digest = NULL;

  if (is_daily ())
    return tlsrpt_csv_daily (pg, period, option_domain, error);
  digest = tlsrpt_digest_load_whole (pg, period, option_domain, &settings->thresholds, error);
  return digest != NULL ? tlsrpt_csv_table (digest, option_table) : NULL;
}

static char *
make (TlsrptPg *pg, const TlsrptPeriod *period, Format format, const TlsrptSettings *settings,
      GError **error)
{
  g_autoptr (TlsrptDigest) digest = NULL;

  if (format == FORMAT_CSV)
    return make_csv (pg, period, settings, error);
  if (format == FORMAT_OPENMETRICS)
    return tlsrpt_openmetrics (pg, period, option_domain, error);
  digest = tlsrpt_digest_load (pg, period, option_domain, &settings->thresholds, error);
  if (digest == NULL)
    return NULL;
  digest->site = g_strdup (settings->site_url);
  return render (digest, format);
}

static int
run_each (TlsrptPg *pg, const TlsrptPeriod *period, const TlsrptThresholds *thresholds,
          GError **error)
{
  TlsrptEach each = { .pg = pg, .from = option_from };

  if (tlsrpt_each_digest (&each, period, thresholds, error))
    return TLSRPT_EXIT_OK;
  tlsrpt_database_explain (pg, "tlsrpt_alerter", error);
  return TLSRPT_EXIT_FAILURE;
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  TlsrptUsageDays days = { option_since, option_until, option_last };
  TlsrptPeriod period;
  Format format = FORMAT_TEXT;
  g_autoptr (TlsrptPg) pg = NULL;
  g_autofree char *text = NULL;

  if (!read_format (arguments, &format, error) ||
      !tlsrpt_usage_period ("digest", &days, &period, error))
    return TLSRPT_EXIT_USAGE;
  pg = tlsrpt_database_open (settings, DIGEST_SECONDS, error);
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (option_each_domain)
    return run_each (pg, &period, &settings->thresholds, error);
  text = make (pg, &period, format, settings, error);
  if (text == NULL) {
    tlsrpt_database_explain (pg, "tlsrpt_reader", error);
    return TLSRPT_EXIT_FAILURE;
  }
  return tlsrpt_terminal_print (text, "digest: ", error) ? TLSRPT_EXIT_OK : TLSRPT_EXIT_FAILURE;
}

const TlsrptCommand tlsrpt_command_digest = {
  .name = "digest",
  .arguments = "",
  .summary = "summarize a period",
  .options = options,
  .run = run,
};
