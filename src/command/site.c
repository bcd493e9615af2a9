/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pages of all that stands, in a folder that any web server can show. Reads the views alone. */
#include "site/site.h"

#include "command/command.h"
#include "command/database.h"
#include "command/usage.h"
#include "exits.h"
#include "insight/judgement.h"
#include "insight/period.h"

#define SITE_SECONDS (60 * 60)

/* What the views of health count. */
#define DEFAULT_DAYS 30

/* A file for each report: for 2,000 domains this is what a first run writes in seconds. */
#define DEFAULT_REPORTS 14

static char *option_days;
static char *option_reports;
static char *option_until;

static const GOptionEntry options[] = {
  { "days", 0, 0, G_OPTION_ARG_STRING, &option_days, "how many days to look at (30d)", "DAYS" },
  { "reports", 0, 0, G_OPTION_ARG_STRING, &option_reports,
    "a page for each report of so many days (14d, at most --days)", "DAYS" },
  { "until", 0, 0, G_OPTION_ARG_STRING, &option_until, "as if this day were today (today)", "DAY" },
  G_OPTION_ENTRY_NULL,
};

static gboolean
read_days (TlsrptSiteDays *days, GError **error)
{
  char day[TLSRPT_DAY_BYTES];

  *days = (TlsrptSiteDays){ .days = DEFAULT_DAYS, .reports = DEFAULT_REPORTS };
  if ((option_days != NULL &&
       !tlsrpt_days_parse (option_days, "site: --days", &days->days, error)) ||
      (option_reports != NULL &&
       !tlsrpt_days_parse (option_reports, "site: --reports", &days->reports, error)) ||
      !tlsrpt_period_standing_day ("site: --until", option_until, g_get_real_time (), day, error))
    return FALSE;
  days->today = tlsrpt_judgement_day (day);
  days->reports = MIN (days->reports, days->days);
  return days->days > 0 || tlsrpt_usage_fail (error, "site: --days is 1 or more");
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  g_autoptr (TlsrptPublish) publish = NULL;
  g_autoptr (TlsrptPg) pg = NULL;
  TlsrptPublished published;
  TlsrptSiteDays days;

  if ((arguments[0] == NULL || arguments[1] != NULL) &&
      !tlsrpt_usage_fail (error, "site: one DIR is needed, and nothing else"))
    return TLSRPT_EXIT_USAGE;
  if (!read_days (&days, error))
    return TLSRPT_EXIT_USAGE;
  publish = tlsrpt_publish_open (arguments[0], error);
  pg = publish != NULL ? tlsrpt_database_open (settings, SITE_SECONDS, error) : NULL;
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (!tlsrpt_site_make (pg, publish, &days, &settings->thresholds, &published, error)) {
    tlsrpt_database_explain (pg, "tlsrpt_reader", error);
    return TLSRPT_EXIT_FAILURE;
  }
  g_print ("%u files written, %u unchanged, %u removed\n", published.written, published.unchanged,
           published.removed);
  return TLSRPT_EXIT_OK;
}

const TlsrptCommand tlsrpt_command_site = {
  .name = "site",
  .arguments = "DIR",
  .summary = "pages of all that stands, for a web server",
  .options = options,
  .run = run,
};
