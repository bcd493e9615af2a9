/* SPDX-License-Identifier: GPL-3.0-or-later
 * Commands and options to a script by which a shell completes them. */
#pragma once

#include "command/command.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptCommandLine:
 * @commands: (array length=n_commands): every command
 * @n_commands: how many
 * @shared: (array zero-terminated=1): options that all of them have
 *
 * What a command line may have.
 */
typedef struct {
  const TlsrptCommand *const *commands;
  gsize n_commands;
  const GOptionEntry *shared;
} TlsrptCommandLine;

/**
 * tlsrpt_completion_script:
 * @shell: `bash`, `zsh` or `fish`
 * @line: what a command line may have
 *
 * Completes commands, their actions and options, files where an option or a command wants one, and the
 * settings behind `--set`.
 *
 * Returns: (transfer full) (nullable): the script; %NULL for another shell
 */
char *tlsrpt_completion_script (const char *shell, const TlsrptCommandLine *line);

/**
 * tlsrpt_completion_nearest:
 * @line: what a command line may have
 * @word: a word that is not a command
 *
 * Returns: (transfer none) (nullable): the command that @word may stand for: the one from which
 *   it differs by the fewest letters replaced, added or left out, two at most
 */
const char *tlsrpt_completion_nearest (const TlsrptCommandLine *line, const char *word);

/**
 * tlsrpt_completion_nearest_option:
 * @line: what a command line may have
 * @command: the command that is run
 * @word: a word that is not an option of it, without dashes and value
 *
 * Returns: (transfer none) (nullable): the long option that @word may stand for, as
 *   tlsrpt_completion_nearest() measures it
 */
const char *tlsrpt_completion_nearest_option (const TlsrptCommandLine *line,
                                              const TlsrptCommand *command, const char *word);

G_END_DECLS
