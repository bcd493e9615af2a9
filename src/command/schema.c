/* SPDX-License-Identifier: GPL-3.0-or-later
 * The schema into a database, up to date, or on paper. Refuses to touch one that is newer. */
#include "store/schema.h"

#include "command/command.h"
#include "command/database.h"
#include "core/errors.h"
#include "exits.h"
#include "store/script.h"
#include "store/store.h"

#include <string.h>

/* A migration may rewrite tables of years; nobody's mail waits for it. */
#define INSTALL_SECONDS (6 * 60 * 60)

static int
install (const TlsrptSettings *settings, gboolean must_be_there, GError **error)
{
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, INSTALL_SECONDS, error);
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
  if (!tlsrpt_schema_install (pg, &before, error)) {
    tlsrpt_database_explain (pg, error);
    return TLSRPT_EXIT_FAILURE;
  }
  if (before == 0)
    g_print ("schema tlsrpt: version %d installed\n", TLSRPT_SCHEMA_VERSION);
  else if (before < TLSRPT_SCHEMA_VERSION)
    g_print ("schema tlsrpt: upgraded from version %d to %d\n", before, TLSRPT_SCHEMA_VERSION);
  else
    g_print ("schema tlsrpt: version %d, views and grants made anew\n", before);
  return TLSRPT_EXIT_OK;
}

static int
status (const TlsrptSettings *settings, GError **error)
{
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, 0, error);
  int installed;
  const char *advice = "the schema is current";

  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (!tlsrpt_schema_installed (pg, &installed, error)) {
    tlsrpt_database_explain (pg, error);
    return TLSRPT_EXIT_FAILURE;
  }
  if (installed == 0)
    advice = "run `tlsrpt-ingest schema install`";
  else if (installed < TLSRPT_SCHEMA_VERSION)
    advice = "run `tlsrpt-ingest schema upgrade`";
  else if (installed > TLSRPT_SCHEMA_VERSION)
    advice = "the schema is newer than this program: upgrade the program";
  if (installed == 0)
    g_print ("installed: none\n");
  else
    g_print ("installed: version %d\n", installed);
  g_print ("known:     version %d\n%s\n", TLSRPT_SCHEMA_VERSION, advice);
  return installed == TLSRPT_SCHEMA_VERSION ? TLSRPT_EXIT_OK : TLSRPT_EXIT_FAILURE;
}

/* install.sql with every file in its place: it installs by `tlsrpt-ingest schema print | psql`. */
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
  .summary = "put tables, views, grants and roles in a database",
  .run = run,
};
