/* SPDX-License-Identifier: GPL-3.0-or-later
 * The SQL files inside the program to statements: knows the `\ir` lines of psql and nothing else of
 * its language. A file that names one that is not there is a fault of the build, and ends in abort. */
#include "store/script.h"

#include "store/sql-resources.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "/tlsrpt/sql/"
#define MIGRATIONS "migrations/"

/* Registered when first needed: a delivery contains the files and never reads them. */
static GResource *
resource (void)
{
  static gsize registered;

  if (g_once_init_enter (&registered)) {
    tlsrpt_sql_register_resource ();
    g_once_init_leave (&registered, 1);
  }
  return tlsrpt_sql_get_resource ();
}

static char *
read_file (const char *file)
{
  g_autofree char *path = g_strconcat (PREFIX, file, NULL);
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (bytes == NULL)
    g_error ("sql/%s is not in sql.gresource.xml", file);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* The file that a line of @file includes, relative to @file as psql has it; NULL for another line. */
static char *
included_file (const char *file, const char *line)
{
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;

  if (!g_str_has_prefix (line, "\\ir "))
    return NULL;
  folder = g_path_get_dirname (file);
  name = g_strstrip (g_strdup (line + strlen ("\\ir ")));
  return strcmp (folder, ".") == 0 ? g_strdup (name) : g_build_filename (folder, name, NULL);
}

static void
append_file (GString *text, const char *file)
{
  g_autofree char *content = read_file (file);
  g_auto (GStrv) lines = g_strsplit (content, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *inner = included_file (file, lines[i]);

    if (inner != NULL) {
      append_file (text, inner);
      continue;
    }
    g_string_append (text, lines[i]);
    if (lines[i + 1] != NULL)
      g_string_append_c (text, '\n');
  }
}

char **
tlsrpt_script_files (const char *file)
{
  g_autofree char *content = read_file (file);
  g_auto (GStrv) lines = g_strsplit (content, "\n", -1);
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *included = included_file (file, lines[i]);

    if (included != NULL)
      g_strv_builder_add (files, included);
  }
  return g_strv_builder_end (files);
}

char *
tlsrpt_script_text (const char *file)
{
  GString *text = g_string_new (NULL);

  append_file (text, file);
  return g_string_free (text, FALSE);
}

static void
clear_step (gpointer data)
{
  TlsrptScriptStep *step = data;

  g_free (step->sql);
}

GArray *
tlsrpt_script_steps (void)
{
  g_auto (GStrv) files = tlsrpt_script_files ("install.sql");
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (TlsrptScriptStep));

  g_array_set_clear_func (steps, clear_step);
  for (guint i = 0; files[i] != NULL; i++) {
    TlsrptScriptStep step = { .sql = tlsrpt_script_text (files[i]) };

    if (g_str_has_prefix (files[i], MIGRATIONS))
      step.migration = atoi (files[i] + strlen (MIGRATIONS));
    g_array_append_val (steps, step);
  }
  return steps;
}
