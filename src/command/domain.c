/* SPDX-License-Identifier: GPL-3.0-or-later
 * Prints what is stored of one mail domain, or removes it. Without --yes it removes nothing. */
#include "core/domain.h"

#include "command/command.h"
#include "command/database.h"
#include "command/usage.h"
#include "core/errors.h"
#include "exits.h"
#include "store/extract.h"
#include "store/removal.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN_SECONDS (6 * 60 * 60)

static gboolean option_yes;

static const GOptionEntry options[] = {
  { "yes", 0, 0, G_OPTION_ARG_NONE, &option_yes,
    "remove: do it; without this, only say what would be removed", NULL },
  G_OPTION_ENTRY_NULL,
};

static gboolean
fail_to_write (GError **error)
{
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                       "domain: standard output cannot be written");
  return FALSE;
}

static gboolean
print_line (gpointer data G_GNUC_UNUSED, const char *line, gsize length, GError **error)
{
  if (fwrite (line, 1, length, stdout) == length && putchar ('\n') != EOF)
    return TRUE;
  return fail_to_write (error);
}

static gboolean export(TlsrptPg *pg, const char *domain, GError **error)
{
  if (option_yes)
    return tlsrpt_usage_fail (error, "domain: --yes is only for remove");
  return tlsrpt_extract_run (pg, domain, print_line, NULL, error) &&
         (fflush (stdout) == 0 || fail_to_write (error));
}

static gboolean
remove_domain (TlsrptPg *pg, const char *domain, GError **error)
{
  guint64 counts[TLSRPT_REMOVAL_PARTS];
  g_autofree char *quoted = tlsrpt_quote (domain);

  if (!(option_yes ? tlsrpt_removal_run : tlsrpt_removal_count) (pg, domain, counts, error))
    return FALSE;
  g_print ("%s: %s\n", quoted, option_yes ? "removed" : "would be removed, with --yes");
  for (guint part = 0; part < TLSRPT_REMOVAL_PARTS; part++)
    if (counts[part] > 0)
      g_print ("%12" G_GUINT64_FORMAT " %s\n", counts[part], tlsrpt_removal_part (part));
  g_print ("Not searched: quarantine. Left as they are: accepted_domain, and entries of "
           "domain_access for all subdomains of a domain.\n");
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*run) (TlsrptPg *pg, const char *domain, GError **error);
} actions[] = { { "export", export }, { "remove", remove_domain } };

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  const char *word = arguments[0] != NULL ? arguments[0] : "";
  const char *name = *word != '\0' ? arguments[1] : NULL;
  g_autofree char *domain = NULL;
  g_autoptr (TlsrptPg) pg = NULL;
  gsize i = 0;

  while (i < G_N_ELEMENTS (actions) && strcmp (actions[i].name, word) != 0)
    i++;
  if (i < G_N_ELEMENTS (actions) && name != NULL && arguments[2] == NULL &&
      g_utf8_validate (name, -1, NULL))
    domain = tlsrpt_domain_canonical (name);
  if (domain == NULL || *domain == '\0') {
    tlsrpt_usage_fail (error, "domain: needs export or remove, and one mail domain");
    return TLSRPT_EXIT_USAGE;
  }
  pg = tlsrpt_database_open (settings, DOMAIN_SECONDS, error);
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (actions[i].run (pg, domain, error))
    return TLSRPT_EXIT_OK;
  tlsrpt_database_explain (pg, "tlsrpt_owner", error);
  return TLSRPT_EXIT_FAILURE;
}

const TlsrptCommand tlsrpt_command_domain = {
  .name = "domain",
  .arguments = "export|remove",
  .summary = "export or remove all data of a domain",
  .options = options,
  .run = run,
};
