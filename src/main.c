/* SPDX-License-Identifier: GPL-3.0-or-later
 * argv to exit status: a table of commands, the options all of them share, one line for an error. */
#include "child.h"
#include "command/command.h"
#include "command/completion.h"
#include "core/trust/dkim-crypto.h"
#include "exits.h"
#include "log.h"
#include "settings.h"

#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

static const TlsrptCommand *const commands[] = {
  &tlsrpt_command_deliver, &tlsrpt_command_replay,     &tlsrpt_command_inspect,
  &tlsrpt_command_schema,  &tlsrpt_command_quarantine, &tlsrpt_command_prune,
  &tlsrpt_command_digest,  &tlsrpt_command_site,       &tlsrpt_command_evidence,
  &tlsrpt_command_alert,   &tlsrpt_command_doctor,     &tlsrpt_command_incident,
  &tlsrpt_command_domain,
};

/* What the command line says before the command reads its own words. */
typedef struct {
  char *database;
  char *config;
  char **set;
  gboolean version;
  gboolean help;
  gboolean help_settings;
  char **words;
} Invocation;

static void
invocation_clear (Invocation *invocation)
{
  g_free (invocation->database);
  g_free (invocation->config);
  g_strfreev (invocation->set);
  g_strfreev (invocation->words);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Invocation, invocation_clear)

static const TlsrptCommand *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i]->name, name) == 0)
      return commands[i];
  return NULL;
}

/* The options of every command, the closing entry included. */
typedef struct {
  GOptionEntry entries[8];
} SharedOptions;

static SharedOptions
shared_options (Invocation *invocation)
{
  SharedOptions shared = { {
      { "database", 'd', 0, G_OPTION_ARG_STRING, &invocation->database,
        "libpq connection string of the database", "CONNINFO" },
      { "config", 'c', 0, G_OPTION_ARG_FILENAME, &invocation->config,
        "read settings from FILE, not from /etc/tlsrpt-ingest.conf", "FILE" },
      { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &invocation->set, "set one setting", "KEY=VALUE" },
      { "help", 'h', 0, G_OPTION_ARG_NONE, &invocation->help, "show this help", NULL },
      { "help-settings", 0, 0, G_OPTION_ARG_NONE, &invocation->help_settings, "list the settings",
        NULL },
      { "version", 'V', 0, G_OPTION_ARG_NONE, &invocation->version, "show the version", NULL },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &invocation->words, NULL, NULL },
      G_OPTION_ENTRY_NULL,
  } };

  return shared;
}

/* Whether @word is an option of @entries whose value is the next word. */
static gboolean
takes_next_word (const GOptionEntry *entries, const char *word)
{
  gboolean is_long = g_str_has_prefix (word, "--");

  for (; entries != NULL && entries->long_name != NULL; entries++)
    if (entries->arg != G_OPTION_ARG_NONE &&
        (is_long ? strcmp (word + 2, entries->long_name) == 0
                 : word[1] == entries->short_name && word[2] == '\0'))
      return TRUE;
  return FALSE;
}

/* Position in @argv of the first word that is neither an option nor the value of one; @argc if there
 * is none. Before a command stand shared options, or, where none follows, those of deliver. GOption's
 * strict POSIX mode would find it too, but sets every option before it a second time. */
static int
find_word (int argc, char **argv)
{
  Invocation unused = { 0 };
  SharedOptions shared = shared_options (&unused);
  int i = 1;

  while (i < argc && argv[i][0] == '-' && strcmp (argv[i], "--") != 0)
    i += takes_next_word (shared.entries, argv[i]) ||
                 takes_next_word (tlsrpt_command_deliver.options, argv[i])
             ? 2
             : 1;
  return MIN (i, argc);
}

/* The command is the first word that is not an option; with none it is `deliver`, so that a .forward
 * or a pipe transport needs to name the program alone. */
static const TlsrptCommand *
take_command (int *argc, char **argv, gboolean *named)
{
  int at = find_word (*argc, argv);
  const TlsrptCommand *command = at < *argc ? find_command (argv[at]) : NULL;

  *named = command != NULL;
  if (command == NULL)
    return at < *argc && argv[at][0] != '-' ? NULL : &tlsrpt_command_deliver;
  memmove (&argv[at], &argv[at + 1], (gsize)(*argc - at) * sizeof *argv);
  *argc -= 1;
  return command;
}

static char *
commands_help (void)
{
  GString *text = g_string_new ("Commands:\n");

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "  %-12s %-35s %s\n", commands[i]->name, commands[i]->arguments,
                            commands[i]->summary);
  g_string_append (text,
                   "\n`help COMMAND` shows the options of a command.\n"
                   "`completion bash|zsh|fish` prints a script with which the shell completes "
                   "commands and options.\n"
                   "Without a command, deliver runs.\n\n"
                   "The manual is tlsrpt-ingest(1); each command has a page of its own, such as "
                   "tlsrpt-ingest-deliver(1).");
  return g_string_free (text, FALSE);
}

static GOptionContext *
option_context_new (const TlsrptCommand *command, gboolean named, Invocation *invocation)
{
  SharedOptions shared = shared_options (invocation);
  g_autofree char *usage = named ? g_strdup_printf ("%s %s", command->name, command->arguments)
                                 : g_strdup ("[COMMAND] [WORD...]");
  g_autofree char *text = NULL;
  GOptionContext *context = g_option_context_new (usage);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (
      context, named ? command->summary : "Stores SMTP TLS reports (RFC 8460) in PostgreSQL.");
  text = named
             ? g_strdup_printf ("The manual of this command is tlsrpt-ingest-%s(1).", command->name)
             : commands_help ();
  g_option_context_set_description (context, text);
  g_option_context_add_main_entries (context, shared.entries, NULL);
  if (command->options != NULL)
    g_option_context_add_main_entries (context, command->options, NULL);
  return context;
}

static void
print_settings (void)
{
  guint n;
  const TlsrptSettingInfo *info = tlsrpt_settings_info (&n);

  for (guint i = 0; i < n; i++)
    g_print ("%-20s  %-8s  %10s  %s\n", info[i].key, info[i].value, tlsrpt_settings_default (i),
             info[i].summary);
}

static int
run_command (const TlsrptCommand *command, Invocation *invocation, GError **error)
{
  char *none[] = { NULL };
  g_autoptr (TlsrptSettings) settings =
      tlsrpt_settings_load (invocation->config, invocation->set, error);

  if (settings == NULL)
    return TLSRPT_EXIT_CONFIG;
  if (invocation->database != NULL) {
    g_free (settings->conninfo);
    settings->conninfo = g_strdup (invocation->database);
  }
  return command->run (settings, invocation->words != NULL ? invocation->words : none, error);
}

/* The text for a wrong option. @wrong is what GLib says of it; the option itself is looked for in @argv, and with the
 * first unknown one goes the known one that it resembles. */
static void
explain_option (const TlsrptCommand *command, gboolean named, char **argv, const GError *wrong,
                GError **error)
{
  Invocation unused = { 0 };
  SharedOptions shared = shared_options (&unused);
  const TlsrptCommandLine line = { commands, G_N_ELEMENTS (commands), shared.entries };
  const char *nearest = NULL;

  if (g_error_matches (wrong, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
    for (int i = 1; argv[i] != NULL && nearest == NULL; i++) {
      g_autofree char *name = g_strndup (argv[i], strcspn (argv[i], "="));

      if (g_str_has_prefix (name, "--") && strstr (wrong->message, argv[i]) != NULL)
        nearest = tlsrpt_completion_nearest_option (&line, command, name + 2);
    }
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "%s%s%s%s; see tlsrpt-ingest %s%s",
               wrong->message, nearest != NULL ? ", did you mean '--" : "",
               nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "",
               named ? "help " : "--help", named ? command->name : "");
}

static int
invoke (const TlsrptCommand *command, gboolean named, int argc, char **argv, GError **error)
{
  g_auto (Invocation) invocation = { 0 };
  g_autoptr (GOptionContext) context = option_context_new (command, named, &invocation);
  g_autoptr (GError) parse_error = NULL;

  if (!g_option_context_parse (context, &argc, &argv, &parse_error)) {
    explain_option (command, named, argv, parse_error, error);
    return TLSRPT_EXIT_USAGE;
  }
  if (invocation.help) {
    g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
    g_print ("%s", help);
    return TLSRPT_EXIT_OK;
  }
  if (invocation.help_settings) {
    print_settings ();
    return TLSRPT_EXIT_OK;
  }
  if (invocation.version) {
    g_print ("tlsrpt-ingest %s%s\n", TLSRPT_VERSION,
             tlsrpt_dkim_crypto_is_built_in () ? "" : ", built without DKIM verification");
    return TLSRPT_EXIT_OK;
  }
  return run_command (command, &invocation, error);
}

/* `completion SHELL`, which needs no settings. */
static int
complete (const char *shell)
{
  Invocation unused = { 0 };
  SharedOptions shared = shared_options (&unused);
  const TlsrptCommandLine line = { commands, G_N_ELEMENTS (commands), shared.entries };
  g_autofree char *script = shell != NULL ? tlsrpt_completion_script (shell, &line) : NULL;

  if (script == NULL) {
    g_printerr ("tlsrpt-ingest: completion needs a shell: bash, zsh or fish\n");
    return TLSRPT_EXIT_USAGE;
  }
  g_print ("%s", script);
  return TLSRPT_EXIT_OK;
}

/* A mail system with a wrong argv must not bounce. */
static int
refuse_word (const char *word)
{
  const TlsrptCommandLine line = { commands, G_N_ELEMENTS (commands), NULL };
  const char *nearest = tlsrpt_completion_nearest (&line, word);
  g_autofree char *quoted = tlsrpt_quote (word);

  g_printerr ("tlsrpt-ingest: unknown command '%s'%s%s%s; see tlsrpt-ingest --help\n", quoted,
              nearest != NULL ? ", did you mean '" : "", nearest != NULL ? nearest : "",
              nearest != NULL ? "'?" : "");
  return TLSRPT_EXIT_TEMPORARY;
}

/* Turns `help` and `help help` into `--help`, and `help COMMAND` into `COMMAND --help`; the new arguments, or %NULL. */
static char **
unfold_help (int argc, char **argv)
{
  int at = find_word (argc, argv);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  if (at == argc || strcmp (argv[at], "help") != 0)
    return NULL;
  for (int i = 0; i < argc; i++)
    if (i != at && (i != at + 1 || strcmp (argv[i], "help") != 0))
      g_strv_builder_add (words, argv[i]);
  g_strv_builder_add (words, "--help");
  return g_strv_builder_end (words);
}

/* Where one of the three standard files is closed the next that is opened, as the socket of the database,
 * would take its number, and messages would be written there. Opened the wrong way round, use of it fails. */
static void
open_standard_files (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 &&
        open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
      _exit (TLSRPT_EXIT_TEMPORARY);
}

/* One line for @error (nullable), then the exit status. */
static int
end (const TlsrptCommand *command, int status, const GError *error)
{
  if (error == NULL)
    return status;
  if (command->fail != NULL)
    return command->fail (error);
  tlsrpt_log_error (error);
  return command->mail ? tlsrpt_exit_for_mail (error) : tlsrpt_exit_for_person (error);
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) unfolded = NULL;
  gboolean named;
  const TlsrptCommand *command;
  g_autoptr (GError) error = NULL;
  int at, status;

  open_standard_files ();
  setlocale (LC_CTYPE, "");
  g_set_prgname ("tlsrpt-ingest");
  unfolded = unfold_help (argc, argv);
  if (unfolded != NULL) {
    argv = unfolded;
    argc = (int)g_strv_length (argv);
  }
  at = find_word (argc, argv);
  if (at < argc && strcmp (argv[at], "completion") == 0)
    return complete (argv[at + 1]);
  command = take_command (&argc, argv, &named);
  if (command == NULL)
    return refuse_word (argv[at]);
  status = invoke (command, named, argc, argv, &error);
  status = end (command, status, error);
  tlsrpt_child_end (status);
  return status;
}
