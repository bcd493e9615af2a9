/* SPDX-License-Identifier: GPL-3.0-or-later
 * The SQL files inside the program: their order as install.sql tells it, and their text. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_script_files:
 *
 * Returns: (transfer full) (array zero-terminated=1): the files that install.sql includes, in its
 *   order, as paths below sql/
 */
char **tlsrpt_script_files (void);

/**
 * tlsrpt_script_text:
 * @file: a path below sql/ that the program carries
 *
 * Returns: (transfer full): its text, with what its `\ir` lines include in their place
 */
char *tlsrpt_script_text (const char *file);

/**
 * tlsrpt_script_migration:
 * @file: a path below sql/
 *
 * Returns: the number of the migration that @file is; 0 if it is none
 */
int tlsrpt_script_migration (const char *file);

G_END_DECLS
