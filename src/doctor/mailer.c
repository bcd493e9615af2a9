/* SPDX-License-Identifier: GPL-3.0-or-later
 * Postfix, asked by its own programs; cron and systemd, by their files. */
#include "doctor/mailer.h"

#include "core/errors.h"
#include "doctor/finding.h"

#include <gio/gio.h>
#include <string.h>

#define POSTFIX "/usr/sbin"
#define FILE_BYTES_MAX 65536

const char *const tlsrpt_mailer_timer_folders[] = {
  "/etc/crontab",        "/etc/cron.d",         "/etc/cron.hourly",
  "/etc/cron.daily",     "/etc/cron.weekly",    "/var/spool/cron/crontabs",
  "/etc/systemd/system", "/lib/systemd/system", NULL,
};

/* First line of what a program says; "" where it fails. */
static char *
ask (const char *folder, const char *program, const char *first, const char *second,
     const char *third)
{
  g_autofree char *path = g_build_filename (folder, program, NULL);
  const char *const words[] = { path, first, second, third, NULL };
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      words, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
  g_autofree char *said = NULL;

  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &said, NULL, NULL) ||
      said == NULL)
    return g_strdup ("");
  said[strcspn (said, "\n")] = '\0';
  return g_strdup (g_strstrip (said));
}

static gboolean
has_word (const char *list, const char *word)
{
  g_auto (GStrv) words = g_strsplit_set (list, ", \t", -1);

  return g_strv_contains ((const char *const *)words, word);
}

/* What a parameter's tables have for @key: `table: value`; %NULL for nothing. */
static char *
look_up (const char *folder, const char *parameter, const char *key)
{
  g_autofree char *list = ask (folder, "postconf", "-hx", parameter, NULL);
  g_auto (GStrv) tables = g_strsplit_set (list, ", \t", -1);

  for (guint i = 0; tables[i] != NULL; i++) {
    g_autofree char *value = NULL;

    if (strchr (tables[i], ':') == NULL || g_str_has_prefix (tables[i], "proxy:unix") ||
        g_str_has_prefix (tables[i], "unix:"))
      continue;
    value = ask (folder, "postmap", "-q", key, tables[i]);
    if (*value != '\0') {
      g_autofree char *quoted = tlsrpt_quote (value);

      return g_strdup_printf ("%s has %s for it: %s", parameter, key, quoted);
    }
  }
  return NULL;
}

static char *
find_address (const char *folder, const char *address, const char *local, const char *domain)
{
  g_autofree char *at_domain = g_strconcat ("@", domain, NULL);
  g_autofree char *destinations = ask (folder, "postconf", "-hx", "mydestination", NULL);
  const struct {
    const char *parameter;
    const char *key;
  } places[] = {
    { "virtual_alias_maps", address },   { "virtual_alias_maps", at_domain },
    { "virtual_mailbox_maps", address }, { "virtual_mailbox_maps", at_domain },
    { "relay_recipient_maps", address }, { "transport_maps", address },
    { "transport_maps", domain },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    char *found = look_up (folder, places[i].parameter, places[i].key);

    if (found != NULL)
      return found;
  }
  return has_word (destinations, domain) ? look_up (folder, "alias_maps", local) : NULL;
}

void
tlsrpt_mailer_judge_address (const char *address, const char *postfix_folder, GPtrArray *looks)
{
  const char *folder = postfix_folder != NULL ? postfix_folder : POSTFIX;
  g_autofree char *postconf = g_build_filename (folder, "postconf", NULL);
  const char *at = strrchr (address, '@');
  g_autofree char *local = at != NULL ? g_strndup (address, (gsize)(at - address)) : NULL;
  g_autofree char *found = NULL;

  if (local == NULL || !g_file_test (postconf, G_FILE_TEST_IS_EXECUTABLE))
    return;
  found = find_address (folder, address, local, at + 1);
  if (found != NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "report-address", address, NULL, "%s", found);
  else
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_WARN, "report-address", address,
        "if this machine takes the mail: put it into virtual_alias_maps or transport_maps, as in "
        "contrib/postfix; then ask: sendmail -bv and the address",
        "no table of Postfix on this machine has it");
}

/* A unit also names commands in its description and the manual, and contacts of domains are not the operator. */
static gboolean
is_run (const char *line, const char *command)
{
  return *line != '#' && !g_str_has_prefix (line, "Description=") &&
         !g_str_has_prefix (line, "Documentation=") && strstr (line, "--each") == NULL &&
         strstr (line, "tlsrpt") != NULL && strstr (line, command) != NULL;
}

/* Whether the file, or a file of the folder, has a line with the program and @command. */
static char *
find_line (const char *path, const char *command)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    char *found = g_file_test (inner, G_FILE_TEST_IS_REGULAR) ? find_line (inner, command) : NULL;

    if (found != NULL)
      return found;
  }
  if (folder != NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  text[MIN (strlen (text), FILE_BYTES_MAX)] = '\0';
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_strstrip (lines[i]);
    if (is_run (lines[i], command))
      return g_strdup (path);
  }
  return NULL;
}

void
tlsrpt_mailer_judge_timers (const char *const *folders, GPtrArray *looks)
{
  static const struct {
    const char *command;
    const char *subject;
    const char *advice;
  } wanted[] = {
    { "alert", "alert", "contrib/cron has a line for each morning" },
    { "digest", "digest", "contrib/cron has a line for each week" },
    { "prune", "prune", "let it run each month, or keep all reports for ever" },
    { "--record", "doctor --record", "contrib/systemd has a timer for each hour" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++) {
    g_autofree char *found = NULL;

    for (guint n = 0; folders[n] != NULL && found == NULL; n++)
      found = find_line (folders[n], wanted[i].command);
    if (found != NULL)
      tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "timer", wanted[i].subject, NULL,
                          "it is run by %s", found);
    else
      tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "timer", wanted[i].subject, wanted[i].advice,
                          "no file of cron or systemd that can be read here runs it");
  }
}
