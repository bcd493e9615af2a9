/* SPDX-License-Identifier: GPL-3.0-or-later
 * What main.c knows of a subcommand: a name, a line of help, and a function. */
#pragma once

#include "settings.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptCommand:
 * @name: word on the command line
 * @arguments: what follows it in the usage line, e.g. `PATH...`
 * @summary: one line for `--help`
 * @options: (array zero-terminated=1) (nullable): options of its own; the common ones (--database,
 *   --config, --set) are added by main.c
 * @mail: %TRUE if a mail system reads the exit status
 * @run: runs it; @arguments are the words left after the options. Returns an exit status; with @error
 *   set the status is ignored and main.c prints the error and picks the status
 * @fail: (nullable): prints @error, which may be of its options, and returns the status, where a command
 *   has its own way of both; %NULL for main.c's
 */
typedef struct {
  const char *name;
  const char *arguments;
  const char *summary;
  const GOptionEntry *options;
  gboolean mail;
  int (*run) (const TlsrptSettings *settings, char **arguments, GError **error);
  int (*fail) (const GError *error);
} TlsrptCommand;

extern const TlsrptCommand tlsrpt_command_deliver;
extern const TlsrptCommand tlsrpt_command_replay;
extern const TlsrptCommand tlsrpt_command_inspect;
extern const TlsrptCommand tlsrpt_command_schema;
extern const TlsrptCommand tlsrpt_command_digest;
extern const TlsrptCommand tlsrpt_command_site;
extern const TlsrptCommand tlsrpt_command_evidence;
extern const TlsrptCommand tlsrpt_command_alert;
extern const TlsrptCommand tlsrpt_command_incident;
extern const TlsrptCommand tlsrpt_command_quarantine;
extern const TlsrptCommand tlsrpt_command_prune;
extern const TlsrptCommand tlsrpt_command_doctor;
extern const TlsrptCommand tlsrpt_command_domain;

G_END_DECLS
