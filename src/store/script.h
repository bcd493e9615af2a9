/* SPDX-License-Identifier: GPL-3.0-or-later
 * The SQL files inside the program: their order as install.sql has it, and their text. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptScriptStep:
 * @migration: number of the migration that it is; 0 for what every installation runs
 * @sql: its statements
 */
typedef struct {
  int migration;
  char *sql;
} TlsrptScriptStep;

/**
 * tlsrpt_script_steps:
 *
 * Returns: (transfer full) (element-type TlsrptScriptStep): what install.sql includes, in its order
 */
GArray *tlsrpt_script_steps (void);

/**
 * tlsrpt_script_files:
 * @file: a path below sql/ that the program carries
 *
 * Returns: (transfer full) (array zero-terminated=1): the files that @file includes, in its order,
 *   as paths below sql/
 */
char **tlsrpt_script_files (const char *file);

/**
 * tlsrpt_script_text:
 * @file: a path below sql/ that the program carries
 *
 * Returns: (transfer full): its text, with what its `\ir` lines include in their place
 */
char *tlsrpt_script_text (const char *file);

G_END_DECLS
