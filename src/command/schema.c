/* SPDX-License-Identifier: GPL-3.0-or-later
 * Installs or upgrades the schema, shows its state, or prints it. A newer schema is never changed. */
#include "store/schema.h"

#include "command/command.h"
#include "command/database.h"
#include "core/errors.h"
#include "exits.h"
#include "store/partition.h"
#include "store/script.h"
#include "store/store.h"

#include <string.h>

/* A migration may rewrite tables of many years; no mail waits for it. */
#define INSTALL_SECONDS (6 * 60 * 60)
#define FAULTS_SHOWN 20

static char *option_partition;

static const GOptionEntry options[] = {
  { "partition", 0, 0, G_OPTION_ARG_STRING, &option_partition,
    "make partitions of months, at the first installation", "month" },
  G_OPTION_ENTRY_NULL,
};

/* After a dump is restored without its roles nearly everything is wrong: a few lines are enough. */
static void
print_faults (char **faults)
{
  guint n = g_strv_length (faults);

  for (guint i = 0; i < MIN (n, FAULTS_SHOWN); i++)
    g_print ("fault:     %s\n", faults[i]);
  if (n > FAULTS_SHOWN)
    g_print ("fault:     and %u more; SELECT fault FROM tlsrpt.schema_fault has all\n",
             n - FAULTS_SHOWN);
}

static int
install (const TlsrptSettings *settings, gboolean must_be_there, GError **error)
{
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, INSTALL_SECONDS, error);
  g_auto (GStrv) faults = NULL;
  int before;

  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (must_be_there) {
    if (!tlsrpt_schema_installed (pg, &before, error))
      return TLSRPT_EXIT_FAILURE;
    if (before == 0) {
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
                           "schema: nothing to upgrade: run `tlsrpt-ingest schema install`");
      return TLSRPT_EXIT_FAILURE;
    }
  }
  if (tlsrpt_schema_install (pg, option_partition, &before, error))
    faults = tlsrpt_schema_faults (pg, error);
  if (faults == NULL) {
    tlsrpt_database_explain (pg, "tlsrpt_owner", error);
    return TLSRPT_EXIT_FAILURE;
  }
  if (before == 0)
    g_print ("schema tlsrpt: version %d installed in database \"%s\"\n", TLSRPT_SCHEMA_VERSION,
             tlsrpt_pg_database (pg));
  else if (before < TLSRPT_SCHEMA_VERSION)
    g_print ("schema tlsrpt: upgraded from version %d to %d in database \"%s\"\n", before,
             TLSRPT_SCHEMA_VERSION, tlsrpt_pg_database (pg));
  else
    g_print ("schema tlsrpt: version %d in database \"%s\", views, owners and privileges created "
             "anew\n",
             before, tlsrpt_pg_database (pg));
  print_faults (faults);
  if (faults[0] == NULL)
    return TLSRPT_EXIT_OK;
  g_print ("lost, and cannot be made again: restore it from a dump\n");
  return TLSRPT_EXIT_FAILURE;
}

static const char *
advice_on (int installed, char **faults)
{
  if (installed == 0)
    return "run `tlsrpt-ingest schema install`";
  if (installed < TLSRPT_SCHEMA_VERSION)
    return "run `tlsrpt-ingest schema upgrade`";
  if (installed > TLSRPT_SCHEMA_VERSION)
    return "the schema is newer than this program: upgrade the program";
  if (faults[0] != NULL)
    return "run `tlsrpt-ingest schema install` as a superuser; it mends what is listed here, "
           "except "
           "for lost tables, columns, constraints and indexes";
  return "the schema is current";
}

static int
status (const TlsrptSettings *settings, GError **error)
{
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, 0, error);
  g_auto (GStrv) faults = NULL;
  g_autofree char *partitions = NULL;
  int installed;

  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (tlsrpt_schema_installed (pg, &installed, error))
    faults =
        installed == TLSRPT_SCHEMA_VERSION ? tlsrpt_schema_faults (pg, error) : g_new0 (char *, 1);
  if (faults != NULL && faults[0] == NULL && installed == TLSRPT_SCHEMA_VERSION)
    partitions = tlsrpt_partition_describe (pg, error);
  if (faults == NULL || (error != NULL && *error != NULL)) {
    tlsrpt_database_explain (pg, "tlsrpt_owner", error);
    return TLSRPT_EXIT_FAILURE;
  }
  g_print ("database:  %s\n", tlsrpt_pg_database (pg));
  if (installed == 0)
    g_print ("installed: none\n");
  else
    g_print ("installed: version %d\n", installed);
  g_print ("known:     version %d\n", TLSRPT_SCHEMA_VERSION);
  if (partitions != NULL)
    g_print ("partitions: %s\n", partitions);
  print_faults (faults);
  g_print ("%s\n", advice_on (installed, faults));
  return installed == TLSRPT_SCHEMA_VERSION && faults[0] == NULL ? TLSRPT_EXIT_OK
                                                                 : TLSRPT_EXIT_FAILURE;
}

/* install.sql with all included files inserted, so that `tlsrpt-ingest schema print | psql`
 * installs it. */
static int
print (void)
{
  g_autofree char *text = tlsrpt_script_text ("install.sql");

  g_print ("%s", text);
  return TLSRPT_EXIT_OK;
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  const char *verb = arguments[0];

  if (verb == NULL || arguments[1] != NULL)
    verb = "";
  if (option_partition != NULL &&
      (strcmp (verb, "install") != 0 || strcmp (option_partition, "month") != 0)) {
    g_set_error_literal (
        error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
        "schema: --partition=month is for install, and nothing but month is known");
    return TLSRPT_EXIT_USAGE;
  }
  if (strcmp (verb, "install") == 0)
    return install (settings, FALSE, error);
  if (strcmp (verb, "upgrade") == 0)
    return install (settings, TRUE, error);
  if (strcmp (verb, "status") == 0)
    return status (settings, error);
  if (strcmp (verb, "print") == 0)
    return print ();
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                       "schema: one of install, upgrade, status, print is needed");
  return TLSRPT_EXIT_USAGE;
}

const TlsrptCommand tlsrpt_command_schema = {
  .name = "schema",
  .arguments = "install|upgrade|status|print",
  .summary = "create or check the tables, views and roles",
  .options = options,
  .run = run,
};
