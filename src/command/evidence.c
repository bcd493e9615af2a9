/* SPDX-License-Identifier: GPL-3.0-or-later
 * Evidence for auditors, and the check of the chain of digests in it. */
#include "command/command.h"
#include "command/database.h"
#include "command/terminal.h"
#include "command/usage.h"
#include "exits.h"
#include "insight/audit-html.h"
#include "insight/audit-json.h"
#include "insight/audit-text.h"
#include "insight/snapshot.h"
#include "insight/text-table.h"

#include <string.h>

/* Every document of a large store is read. */
#define EVIDENCE_SECONDS (60 * 60)

static char *option_since;
static char *option_until;
static char *option_last;
static char *option_domain;
static char *option_format;
static char *option_head;
static gboolean option_verify;

static const GOptionEntry options[] = {
  { "since", 0, 0, G_OPTION_ARG_STRING, &option_since,
    "first day: a date, yesterday, or days or weeks back, as in 365d (7d)", "DAY" },
  { "until", 0, 0, G_OPTION_ARG_STRING, &option_until,
    "last day: a date, or days back (1d, which is yesterday)", "DAY" },
  { "last", 0, 0, G_OPTION_ARG_STRING, &option_last,
    "instead of both: the last complete day, week or month", "WORD" },
  { "domain", 0, 0, G_OPTION_ARG_STRING, &option_domain, "only this mail domain", "DOMAIN" },
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format, "text, html or json (text)", "FORMAT" },
  { "verify", 0, 0, G_OPTION_ARG_NONE, &option_verify,
    "check the chain of digests against the stored reports and documents", NULL },
  { "head", 0, 0, G_OPTION_ARG_STRING, &option_head,
    "with --verify: the head in an earlier file, which must be in the chain", "HEX" },
  G_OPTION_ENTRY_NULL,
};

static gboolean
check_head (GError **error)
{
  if (option_head == NULL ||
      (strlen (option_head) == TLSRPT_CUSTODY_DIGITS &&
       strspn (option_head, "0123456789abcdefABCDEF") == TLSRPT_CUSTODY_DIGITS))
    return TRUE;
  return tlsrpt_usage_fail (error, "evidence: --head is 64 hexadecimal digits, as in a file that "
                                   "this command wrote");
}

static gboolean
check_words (char **arguments, GError **error)
{
  static const char *const formats[] = { "text", "html", "json", NULL };

  if (arguments[0] != NULL)
    return tlsrpt_usage_fail (error,
                              "evidence: takes only options; see tlsrpt-ingest evidence --help");
  if (option_format != NULL && !g_strv_contains (formats, option_format))
    return tlsrpt_usage_fail (error, "evidence: --format must be text, html or json");
  if (option_head != NULL && !option_verify)
    return tlsrpt_usage_fail (error, "evidence: --head needs --verify");
  if (option_verify && (option_format != NULL || option_domain != NULL || option_since != NULL ||
                        option_until != NULL || option_last != NULL))
    return tlsrpt_usage_fail (error, "evidence: --verify checks all days and domains: it takes "
                                     "only --head");
  return check_head (error);
}

static char *
render (const TlsrptAudit *audit)
{
  if (g_strcmp0 (option_format, "html") == 0)
    return tlsrpt_audit_html (audit);
  if (g_strcmp0 (option_format, "json") == 0)
    return tlsrpt_audit_json (audit);
  return tlsrpt_audit_text (audit, tlsrpt_terminal_style ().width);
}

static char *
write_evidence (TlsrptPg *pg, const TlsrptPeriod *period, GError **error)
{
  g_autoptr (TlsrptAudit) audit = NULL;

  if (!tlsrpt_custody_extend (pg, error))
    return NULL;
  audit = tlsrpt_audit_load (pg, period, option_domain, error);
  return audit != NULL ? render (audit) : NULL;
}

/* What of the chain and the head is not right; nothing if all is. */
static gboolean
find_faults (TlsrptPg *pg, GString *faults, GError **error)
{
  g_autoptr (TlsrptTable) table = tlsrpt_custody_faults (pg, error);
  g_autofree char *link = NULL;

  if (table == NULL ||
      (option_head != NULL && !tlsrpt_custody_find (pg, option_head, &link, error)))
    return FALSE;
  if (tlsrpt_table_rows (table) > 0)
    tlsrpt_text_table_append (faults, table, 0, 0);
  if (option_head != NULL && link == NULL)
    g_string_append (faults, "The chain does not contain the head: its end was cut off, or it was "
                             "made again.\n");
  return TRUE;
}

static char *
verify (TlsrptPg *pg, gboolean *is_right, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_snapshot_begin (pg, "", error);
  g_autoptr (TlsrptCustody) chain = transaction != NULL ? tlsrpt_custody_load (pg, error) : NULL;
  g_autoptr (GString) faults = g_string_new (NULL);

  if (chain == NULL || !find_faults (pg, faults, error))
    return NULL;
  *is_right = faults->len == 0;
  return g_strdup_printf (
      "%s%s links, %s reports, %s documents kept, %s reports not linked yet: %s\n"
      "head %s\n",
      faults->str, chain->links, chain->reports, chain->documents, chain->waiting,
      *is_right ? "all as linked" : "NOT as linked", chain->head != NULL ? chain->head : "-");
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  TlsrptUsageDays days = { option_since, option_until, option_last };
  TlsrptPeriod period;
  gboolean is_right = TRUE;
  g_autoptr (TlsrptPg) pg = NULL;
  g_autofree char *text = NULL;

  if (!check_words (arguments, error) || !tlsrpt_usage_period ("evidence", &days, &period, error))
    return TLSRPT_EXIT_USAGE;
  pg = tlsrpt_database_open (settings, EVIDENCE_SECONDS, error);
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  text = option_verify ? verify (pg, &is_right, error) : write_evidence (pg, &period, error);
  if (text == NULL) {
    tlsrpt_database_explain (pg, "tlsrpt_reader", error);
    return TLSRPT_EXIT_FAILURE;
  }
  return tlsrpt_terminal_print (text, "evidence: ", error) && is_right ? TLSRPT_EXIT_OK
                                                                       : TLSRPT_EXIT_FAILURE;
}

const TlsrptCommand tlsrpt_command_evidence = {
  .name = "evidence",
  .arguments = "",
  .summary = "evidence for auditors, and its check",
  .options = options,
  .run = run,
};
