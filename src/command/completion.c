/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tables of commands and options to scripts for bash, zsh and fish: nothing is named here twice. */
#include "command/completion.h"

#include "settings.h"

#include <string.h>

/* Letters by which a word may differ from the command that is meant. */
#define NEAR 2

/* Beside those of the table. */
static const char own_commands[] = "help completion";
static const char shells[] = "bash zsh fish";

/* What a command can do, separated by blanks: `install|upgrade` of its arguments. Empty if it has none. */
static char *
actions_of (const TlsrptCommand *command)
{
  g_autofree char *bare = g_strdup (command->arguments);

  if (strchr (bare, '|') == NULL)
    return g_strdup ("");
  g_strdelimit (bare, "[]|", ' ');
  return g_strdup (g_strstrip (bare));
}

static gboolean
wants_files (const TlsrptCommand *command)
{
  return strstr (command->arguments, "PATH") != NULL || strstr (command->arguments, "DIR") != NULL;
}

static gboolean
has_value (const GOptionEntry *entry)
{
  return entry->arg != G_OPTION_ARG_NONE;
}

static gboolean
is_file (const GOptionEntry *entry)
{
  return g_strcmp0 (entry->arg_description, "FILE") == 0;
}

static const GOptionEntry *
next_option (const GOptionEntry *entry)
{
  return entry != NULL && entry->long_name != NULL && *entry->long_name != '\0' ? entry : NULL;
}

static char *
command_names (const TlsrptCommandLine *line, const char *separator)
{
  GString *names = g_string_new (NULL);

  for (gsize i = 0; i < line->n_commands; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? separator : "", line->commands[i]->name);
  return g_string_free (names, FALSE);
}

static char *
setting_keys (void)
{
  GString *keys = g_string_new (NULL);
  guint n;
  const TlsrptSettingInfo *info = tlsrpt_settings_info (&n);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (keys, "%s%s=", i > 0 ? " " : "", info[i].key);
  return g_string_free (keys, FALSE);
}

/* In single quotes, as all three shells have them. */
static void
append_quoted (GString *text, const char *word)
{
  g_autofree char *quoted = g_shell_quote (word);

  g_string_append (text, quoted);
}

/* bash */

static void
append_options_bash (GString *text, const GOptionEntry *entry)
{
  for (; next_option (entry) != NULL; entry++)
    g_string_append_printf (text, " --%s%s", entry->long_name, has_value (entry) ? "=" : "");
}

static void
append_values_bash (GString *text, const GOptionEntry *entry)
{
  for (; next_option (entry) != NULL; entry++)
    if (is_file (entry))
      g_string_append_printf (text, "    --%s%s) _tlsrpt_ingest_files \"$word\"; return ;;\n",
                              entry->long_name, entry->short_name == 'c' ? "|-c" : "");
    else if (has_value (entry) && strcmp (entry->long_name, "set") != 0)
      g_string_append_printf (text, "    --%s) return ;;\n", entry->long_name);
}

static void
append_commands_bash (GString *text, const TlsrptCommandLine *line)
{
  for (gsize i = 0; i < line->n_commands; i++) {
    const TlsrptCommand *command = line->commands[i];
    g_autofree char *actions = actions_of (command);

    g_string_append_printf (text, "    %s) words='%s' files=%s options='", command->name, actions,
                            wants_files (command) ? "yes" : "");
    append_options_bash (text, command->options);
    g_string_append (text, "' ;;\n");
  }
}

static const char bash_head[] =
    "# tlsrpt-ingest completion bash\n"
    "_tlsrpt_ingest_files() {\n"
    "  compopt -o filenames 2>/dev/null\n"
    "  mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n"
    "}\n"
    "_tlsrpt_ingest() {\n"
    "  local word=${COMP_WORDS[COMP_CWORD]} before command= i\n"
    "  local words= options= files=\n"
    "  before=${COMP_WORDS[COMP_CWORD-1]}\n"
    "  if [ \"$word\" = = ]; then word=\n"
    "  elif [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}\n"
    "  fi\n"
    "  COMPREPLY=()\n"
    "  case $before in\n";

static const char bash_tail[] =
    "'\n"
    "  case $word in\n"
    "    -*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
    "      [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null ;;\n"
    "    *) if [ -n \"$files\" ]; then _tlsrpt_ingest_files \"$word\"\n"
    "      else mapfile -t COMPREPLY < "
    "<(compgen -W \"${words//|/ }\" -- \"$word\"); fi ;;\n"
    "  esac\n"
    "}\n"
    "complete -F _tlsrpt_ingest tlsrpt-ingest\n";

static char *
script_for_bash (const TlsrptCommandLine *line)
{
  GString *text = g_string_new (bash_head);
  g_autofree char *names = command_names (line, "|");
  g_autofree char *keys = setting_keys ();

  append_values_bash (text, line->shared);
  for (gsize i = 0; i < line->n_commands; i++)
    append_values_bash (text, line->commands[i]->options);
  g_string_append_printf (
      text,
      "    --set) compopt -o nospace 2>/dev/null; "
      "mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\"); return ;;\n"
      "  esac\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${COMP_WORDS[i]} in help|completion|%s) command=${COMP_WORDS[i]}; break ;; esac\n"
      "  done\n"
      "  case $command in\n"
      "    '') words='%s %s' ;;\n"
      "    help) words='%s' ;;\n"
      "    completion) words='%s' ;;\n",
      keys, names, names, own_commands, names, shells);
  append_commands_bash (text, line);
  g_string_append (text, "  esac\n  options+='");
  append_options_bash (text, line->shared);
  g_string_append (text, bash_tail);
  return g_string_free (text, FALSE);
}

/* zsh: what a description may not have is a bracket or a colon. */

static void
append_options_zsh (GString *text, const GOptionEntry *entry)
{
  for (; next_option (entry) != NULL; entry++) {
    g_autofree char *description = g_strdup (entry->description);
    g_autoptr (GString) spec = g_string_new (NULL);

    g_strdelimit (description, "[]:", ' ');
    g_string_append_printf (spec, "*--%s%s[%s]", entry->long_name, has_value (entry) ? "=" : "",
                            description);
    if (strcmp (entry->long_name, "set") == 0)
      g_string_append (spec, ":setting:_tlsrpt_ingest_settings");
    else if (has_value (entry))
      g_string_append_printf (spec, ":%s:%s", entry->arg_description,
                              is_file (entry) ? "_files" : "");
    g_string_append (text, " \\\n        ");
    append_quoted (text, spec->str);
  }
}

static void
append_command_zsh (GString *text, const TlsrptCommandLine *line, const TlsrptCommand *command)
{
  g_autofree char *actions = actions_of (command);

  g_string_append_printf (text, "    %s)\n      _arguments -S", command->name);
  append_options_zsh (text, line->shared);
  append_options_zsh (text, command->options);
  if (*actions != '\0')
    g_string_append_printf (text, " \\\n        '1:action:(%s)'", actions);
  if (wants_files (command))
    g_string_append (text, " \\\n        '*:path:_files'");
  g_string_append (text, " ;;\n");
}

static char *
script_for_zsh (const TlsrptCommandLine *line)
{
  g_autofree char *keys = setting_keys ();
  g_autofree char *names = command_names (line, " ");
  GString *text = g_string_new ("#compdef tlsrpt-ingest\n");

  g_string_append_printf (text,
                          "_tlsrpt_ingest_settings() { compadd -S '' -- %s }\n"
                          "_tlsrpt_ingest() {\n"
                          "  local curcontext=$curcontext state line\n"
                          "  typeset -A opt_args\n"
                          "  _arguments -C -S",
                          keys);
  append_options_zsh (text, line->shared);
  g_string_append (text, " \\\n        '1:command:((");
  for (gsize i = 0; i < line->n_commands; i++)
    g_string_append_printf (text, "%s\\:\"%s\" ", line->commands[i]->name,
                            line->commands[i]->summary);
  g_string_append_printf (text,
                          "help\\:\"options of a command\" completion\\:\"script for a shell\"))' "
                          "\\\n        '*::word:->word'\n"
                          "  [[ $state = word ]] || return\n"
                          "  case $line[1] in\n"
                          "    help) _arguments '1:command:(%s)' ;;\n"
                          "    completion) _arguments '1:shell:(%s)' ;;\n",
                          names, shells);
  for (gsize i = 0; i < line->n_commands; i++)
    append_command_zsh (text, line, line->commands[i]);
  g_string_append (text, "  esac\n}\n"
                         "if [[ $funcstack[1] = _tlsrpt-ingest ]]; then _tlsrpt_ingest \"$@\"\n"
                         "else compdef _tlsrpt_ingest tlsrpt-ingest; fi\n");
  return g_string_free (text, FALSE);
}

/* fish */

static void
append_options_fish (GString *text, const GOptionEntry *entry, const char *command)
{
  for (; next_option (entry) != NULL; entry++) {
    g_string_append (text, "complete -c tlsrpt-ingest");
    if (command != NULL)
      g_string_append_printf (text, " -n '__fish_seen_subcommand_from %s'", command);
    g_string_append_printf (text, " -l %s", entry->long_name);
    if (entry->short_name != '\0')
      g_string_append_printf (text, " -s %c", entry->short_name);
    if (strcmp (entry->long_name, "set") == 0)
      g_string_append (text, " -x -a \"$tlsrpt_ingest_settings\"");
    else if (has_value (entry))
      g_string_append (text, is_file (entry) ? " -r -F" : " -x");
    g_string_append (text, " -d ");
    append_quoted (text, entry->description);
    g_string_append_c (text, '\n');
  }
}

static char *
script_for_fish (const TlsrptCommandLine *line)
{
  g_autofree char *names = command_names (line, " ");
  g_autofree char *keys = setting_keys ();
  GString *text = g_string_new ("# tlsrpt-ingest completion fish\n");

  g_string_append_printf (
      text,
      "set -g tlsrpt_ingest_settings '%s'\n"
      "complete -c tlsrpt-ingest -f\n"
      "complete -c tlsrpt-ingest -n '__fish_use_subcommand' -a '%s'\n"
      "complete -c tlsrpt-ingest -n '__fish_seen_subcommand_from help' -a '%s'\n"
      "complete -c tlsrpt-ingest -n '__fish_seen_subcommand_from completion' "
      "-a '%s'\n",
      keys, own_commands, names, shells);
  append_options_fish (text, line->shared, NULL);
  for (gsize i = 0; i < line->n_commands; i++) {
    const TlsrptCommand *command = line->commands[i];
    g_autofree char *actions = actions_of (command);

    g_string_append_printf (text, "complete -c tlsrpt-ingest -n '__fish_use_subcommand' -a %s -d ",
                            command->name);
    append_quoted (text, command->summary);
    g_string_append_c (text, '\n');
    if (*actions != '\0')
      g_string_append_printf (
          text,
          "complete -c tlsrpt-ingest -n '__fish_seen_subcommand_from %s; and not "
          "__fish_seen_subcommand_from %s' -a '%s'\n",
          command->name, actions, actions);
    if (wants_files (command))
      g_string_append_printf (text,
                              "complete -c tlsrpt-ingest -n '__fish_seen_subcommand_from %s' -F\n",
                              command->name);
    append_options_fish (text, command->options, command->name);
  }
  return g_string_free (text, FALSE);
}

char *
tlsrpt_completion_script (const char *shell, const TlsrptCommandLine *line)
{
  if (strcmp (shell, "bash") == 0)
    return script_for_bash (line);
  if (strcmp (shell, "zsh") == 0)
    return script_for_zsh (line);
  if (strcmp (shell, "fish") == 0)
    return script_for_fish (line);
  return NULL;
}

/* Letters to change, add or take away; one more than @budget where it takes more than that. */
static guint
distance (const char *left, const char *right, guint budget)
{
  guint best = budget + 1;

  while (*left != '\0' && *left == *right) {
    left++;
    right++;
  }
  if (*left == '\0' && *right == '\0')
    return 0;
  if (budget == 0)
    return 1;
  if (*left != '\0')
    best = MIN (best, 1 + distance (left + 1, right, budget - 1));
  if (*right != '\0')
    best = MIN (best, 1 + distance (left, right + 1, budget - 1));
  if (*left != '\0' && *right != '\0')
    best = MIN (best, 1 + distance (left + 1, right + 1, budget - 1));
  return best;
}

/* The name that is nearest to a word, of those that were compared with it. */
typedef struct {
  const char *name;
  guint distance;
} Nearest;

static void
compare (Nearest *nearest, const char *name, const char *word)
{
  guint found = distance (name, word, NEAR);

  if (found < nearest->distance)
    *nearest = (Nearest){ .name = name, .distance = found };
}

const char *
tlsrpt_completion_nearest (const TlsrptCommandLine *line, const char *word)
{
  Nearest nearest = { .name = NULL, .distance = NEAR + 1 };

  for (gsize i = 0; i < line->n_commands; i++)
    compare (&nearest, line->commands[i]->name, word);
  return nearest.name;
}

const char *
tlsrpt_completion_nearest_option (const TlsrptCommandLine *line, const TlsrptCommand *command,
                                  const char *word)
{
  const GOptionEntry *tables[] = { command->options, line->shared };
  Nearest nearest = { .name = NULL, .distance = NEAR + 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const GOptionEntry *entry = tables[i]; entry != NULL && entry->long_name != NULL; entry++)
      compare (&nearest, entry->long_name, word);
  return nearest.name;
}
