/* SPDX-License-Identifier: GPL-3.0-or-later
 * A fuzz target as an ordinary test: every file of the folders given is one case. */
#include "fuzz/target.h"

#include <glib.h>

static void
replay_file (gconstpointer path)
{
  g_autofree char *data = NULL;
  g_autofree guint8 *exact = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  exact = g_memdup2 (data, size); /* no byte behind the last one, so that reading there is seen */
  g_assert_cmpint (LLVMFuzzerTestOneInput (exact, size), ==, 0);
}

static void
add_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    char *path = g_build_filename (folder, name, NULL);
    g_autofree char *label = g_path_get_basename (folder);
    g_autofree char *test_path = g_strconcat ("/fuzz/", label, "/", name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      g_test_add_data_func_full (test_path, path, replay_file, g_free);
    else
      g_free (path);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, >, 1);
  for (int i = 1; i < argc; i++)
    add_folder (argv[i]);
  return g_test_run ();
}
