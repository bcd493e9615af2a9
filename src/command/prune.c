/* SPDX-License-Identifier: GPL-3.0-or-later
 * Removes old reports, or only their evidence, from the database. The age must be given. */
#include "command/command.h"
#include "command/database.h"
#include "core/errors.h"
#include "exits.h"
#include "store/retention.h"

#define PRUNE_SECONDS (6 * 60 * 60)

static char *option_older_than;
static gboolean option_whole_months;
static gboolean option_evidence_only;
static gboolean option_dry_run;

static const GOptionEntry options[] = {
  { "older-than", 0, 0, G_OPTION_ARG_STRING, &option_older_than,
    "delete reports whose period began more than DAYS ago", "DAYS" },
  { "whole-months", 0, 0, G_OPTION_ARG_NONE, &option_whole_months,
    "delete a month only when all of its days are as old", NULL },
  { "evidence-only", 0, 0, G_OPTION_ARG_NONE, &option_evidence_only,
    "delete only the documents, and keep the rows", NULL },
  { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &option_dry_run, "count, and delete nothing", NULL },
  G_OPTION_ENTRY_NULL,
};

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  g_autoptr (TlsrptPg) pg = NULL;
  TlsrptRetention retention = { .whole_months = option_whole_months,
                                .evidence_only = option_evidence_only,
                                .dry_run = option_dry_run };
  guint64 total;

  if (option_older_than == NULL || arguments[0] != NULL) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                         "prune: --older-than DAYS is needed, and nothing else");
    return TLSRPT_EXIT_USAGE;
  }
  if (!tlsrpt_days_parse (option_older_than, "prune: --older-than", &retention.older_than_days,
                          error))
    return TLSRPT_EXIT_USAGE;
  pg = tlsrpt_database_open (settings, PRUNE_SECONDS, error);
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (!tlsrpt_retention_run (pg, &retention, &total, error)) {
    tlsrpt_database_explain (pg, "tlsrpt_owner", error);
    return TLSRPT_EXIT_FAILURE;
  }
  g_print ("%s of %" G_GUINT64_FORMAT " reports %s\n", option_evidence_only ? "evidence" : "rows",
           total, option_dry_run ? "would be removed" : "removed");
  return TLSRPT_EXIT_OK;
}

const TlsrptCommand tlsrpt_command_prune = {
  .name = "prune",
  .arguments = "--older-than DAYS",
  .summary = "delete old reports, or only their evidence",
  .options = options,
  .run = run,
};
