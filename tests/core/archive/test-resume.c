/* SPDX-License-Identifier: GPL-3.0-or-later
 * A second run over an archive: it goes on behind what the first one stored where that is still the
 * same, however the archive grew, and reads all of it where it is not. */
#include "core/archive/archive.h"
#include "core/archive/source.h"

#include "support/scratch.h"

#include <glib/gstdio.h>
#include <string.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

/* Reads up to @n items and returns the last letters of their content; @stored takes the position. */
static char *
read_some (const Scratch *scratch, const char *name, TlsrptPositions *stored, guint n, guint *notes)
{
  g_autofree char *path = g_build_filename (scratch->folder, name, NULL);
  const char *paths[] = { path, NULL };
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (TlsrptSource) source = tlsrpt_source_new (paths, &limits);
  g_autoptr (GHashTable) before = tlsrpt_positions_new ();
  GString *read = g_string_new (NULL);
  GHashTableIter iter;
  gpointer position;
  TlsrptResumeNote *note;

  g_hash_table_iter_init (&iter, stored);
  while (g_hash_table_iter_next (&iter, NULL, &position))
    tlsrpt_positions_set (before, position);
  tlsrpt_source_set_stored (source, before);
  for (*notes = 0; n > 0; n--) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TlsrptItem) item = tlsrpt_source_next (source, &error);
    const char *data;
    gsize size;

    if (item == NULL && error == NULL)
      break;
    if (error != NULL) {
      g_string_append_c (read, '!');
      continue;
    }
    data = g_bytes_get_data (item->bytes, &size);
    g_string_append_c (read, data[size - 2]);
    if (item->place != TLSRPT_PLACE_NONE) {
      TlsrptPosition here = tlsrpt_archive_position (item);
      tlsrpt_positions_set (stored, &here);
    }
  }
  while ((note = tlsrpt_source_take_note (source)) != NULL) {
    ++*notes;
    tlsrpt_resume_note_free (note);
  }
  return g_string_free (read, FALSE);
}

static void
assert_read (const Scratch *scratch, const char *name, TlsrptPositions *stored, guint n,
             const char *expected, guint expected_notes)
{
  guint notes;
  g_autofree char *read = read_some (scratch, name, stored, n, &notes);

  g_assert_cmpstr (read, ==, expected);
  g_assert_cmpuint (notes, ==, expected_notes);
}

static char *
mbox_of (const char *letters)
{
  GString *mbox = g_string_new (NULL);

  for (const char *letter = letters; *letter != '\0'; letter++)
    g_string_append_printf (mbox, "From a-Mon\nTo: x\n\n>From here on\n%c\n\n", *letter);
  return g_string_free (mbox, FALSE);
}

typedef struct {
  const char *name;
  const char *before;
  guint read;
  const char *after;
  const char *expected;
  guint notes;
} MboxCase;

/* clang-format off */
static const MboxCase mbox_cases[] = {
  { "goes-on-behind-the-first",   "abcd", 1, "abcd",   "bcd",    1 },
  { "goes-on-in-the-middle",      "abcd", 2, "abcd",   "cd",     1 },
  { "has-nothing-to-do",          "abcd", 9, "abcd",   "",       1 },
  { "goes-on-with-what-was-added","abcd", 9, "abcdef", "ef",     1 },
  { "reads-all-if-one-changed",   "abcd", 3, "abxd",   "abxd",   0 },
  { "reads-all-if-one-before-changed","abcd", 3, "axcd", "axcd", 0 },
  { "reads-all-if-one-is-gone",   "abcd", 4, "abd",    "abd",    0 },
  { "reads-all-if-one-came-before","abcd", 3, "axbcd", "axbcd",  0 },
  { "reads-all-if-the-first-is-another","abcd", 3, "xbcd", "xbcd", 0 },
  { "reads-all-if-it-was-cut",    "abcd", 4, "a",      "a",      0 },
  { "has-nothing-to-do-if-emptied","abcd", 4, "",      "",       0 },
};
/* clang-format on */

static void
run_mbox_case (const MboxCase *row, gboolean packed)
{
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();
  g_autofree char *before = mbox_of (row->before);
  g_autofree char *after = mbox_of (row->after);
  void (*write) (const Scratch *, const char *, const char *) =
      packed ? scratch_put_packed : scratch_put;
  g_autofree char *start = g_strndup (row->before, row->read);
  Scratch scratch;

  scratch_make (&scratch, NULL);
  write (&scratch, "a", before);
  assert_read (&scratch, "a", stored, row->read, start, 0);
  write (&scratch, "b", after); /* another name: content alone decides */
  assert_read (&scratch, "b", stored, 99, row->expected, row->notes);
  if (row->notes > 0) /* and behind what the second run stored */
    assert_read (&scratch, "b", stored, 99, "", 1);
  scratch_remove (&scratch, NULL);
}

static void
test_mbox (gconstpointer data)
{
  run_mbox_case (data, FALSE);
}

static void
test_packed_mbox (gconstpointer data)
{
  run_mbox_case (data, TRUE);
}

/* Files of a folder, all of the same time, so that only what a case changes differs. */
static void
put_file (const Scratch *scratch, const char *name, char letter, time_t modified)
{
  g_autofree char *path = g_build_filename (scratch->folder, name, NULL);
  g_autofree char *text = g_strdup_printf ("To: x\n\n%c\n", letter);
  const struct utimbuf times = { modified, modified };

  scratch_put (scratch, name, text);
  g_assert_cmpint (utime (path, &times), ==, 0);
}

static void
put_files (const Scratch *scratch)
{
  for (char letter = 'a'; letter <= 'e'; letter++) {
    char name[] = { 'm', '/', letter, '\0' };
    put_file (scratch, name, letter, 1000);
  }
}

static void
test_folder (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();

  (void)unused;
  put_files (scratch);
  assert_read (scratch, "m", stored, 2, "ab", 0);
  assert_read (scratch, "m", stored, 1, "c", 1);
  put_file (scratch, "m/dd", 'D', 1000); /* behind the position */
  assert_read (scratch, "m", stored, 99, "dDe", 1);
  assert_read (scratch, "m", stored, 99, "", 1);
  put_file (scratch, "m/aa", 'A', 1000); /* before it */
  assert_read (scratch, "m", stored, 99, "aAbcdDe", 0);
}

static void
test_folder_changed (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();
  g_autofree char *gone = g_build_filename (scratch->folder, "m", "a", NULL);

  (void)unused;
  put_files (scratch);
  assert_read (scratch, "m", stored, 3, "abc", 0);
  put_file (scratch, "m/b", 'B', 1001);
  assert_read (scratch, "m", stored, 3, "aBc", 0);
  g_assert_cmpint (g_remove (gone), ==, 0);
  assert_read (scratch, "m", stored, 99, "Bcde", 0);
}

static void
test_maildir (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();
  g_autofree char *old = g_build_filename (scratch->folder, "cur", "1:2,", NULL);
  g_autofree char *seen = g_build_filename (scratch->folder, "cur", "1:2,S", NULL);

  (void)unused;
  put_file (scratch, "cur/1:2,", 'a', 1000);
  put_file (scratch, "cur/2:2,", 'b', 1000);
  put_file (scratch, "cur/3:2,", 'c', 1000);
  put_file (scratch, "new/4", 'd', 1000);
  put_file (scratch, "new/5", 'e', 1000);
  assert_read (scratch, "", stored, 2, "ab", 0);
  g_assert_cmpint (g_rename (old, seen), ==, 0);
  assert_read (scratch, "", stored, 2, "cd", 1);
  assert_read (scratch, "", stored, 99, "e", 2);
}

/* A file that could not be read is come back to, although later ones are stored. */
static void
test_failed_file (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();
  g_autofree char *link = g_build_filename (scratch->folder, "m", "bb", NULL);

  (void)unused;
  put_files (scratch);
  g_assert_cmpint (symlink ("../later", link), ==, 0);
  assert_read (scratch, "m", stored, 99, "ab!cde", 0);
  scratch_put (scratch, "later", "To: x\n\nL\n");
  assert_read (scratch, "m", stored, 99, "Lcde", 1);
}

/* mboxes in a folder go by their own content; folders inside are gone into again. */
static void
test_nested (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();
  g_autofree char *one = mbox_of ("abc");
  g_autofree char *two = mbox_of ("def");
  g_autofree char *more = mbox_of ("abcx");

  (void)unused;
  scratch_put (scratch, "m/1", one);
  put_file (scratch, "m/2/f", 'f', 1000);
  put_file (scratch, "m/2/g", 'g', 1000);
  scratch_put (scratch, "m/3", two);
  put_file (scratch, "m/4", 'h', 1000);
  assert_read (scratch, "m", stored, 5, "abcfg", 0);
  scratch_put (scratch, "m/1", more);
  assert_read (scratch, "m", stored, 2, "xd", 2);
  assert_read (scratch, "m", stored, 99, "efh", 3);
}

static void
test_stdin_has_no_place (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  const char *paths[] = { "-", NULL };
  g_autofree char *path = g_strdup_printf ("%s/source/mboxo.mbox", g_getenv ("TESTED_FIXTURES"));
  g_autoptr (TlsrptSource) source = tlsrpt_source_new (paths, &limits);
  g_autoptr (GHashTable) stored = tlsrpt_positions_new ();
  g_autoptr (TlsrptItem) item = NULL;

  g_assert_nonnull (freopen (path, "r", stdin));
  tlsrpt_source_set_stored (source, stored);
  item = tlsrpt_source_next (source, NULL);
  g_assert_nonnull (item);
  g_assert_cmpint (item->place, ==, TLSRPT_PLACE_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (mbox_cases); i++) {
    g_autofree char *plain = g_strdup_printf ("/resume/mbox/%s", mbox_cases[i].name);
    g_autofree char *packed = g_strdup_printf ("/resume/gzip/%s", mbox_cases[i].name);
    g_test_add_data_func (plain, &mbox_cases[i], test_mbox);
    g_test_add_data_func (packed, &mbox_cases[i], test_packed_mbox);
  }
#define CASE(name, function)                                                                       \
  g_test_add ("/resume/" name, Scratch, NULL, scratch_make, function, scratch_remove)
  CASE ("folder/goes-on-behind-what-is-the-same", test_folder);
  CASE ("folder/reads-all-if-a-file-changed-or-is-gone", test_folder_changed);
  CASE ("folder/maildir-flags-may-change", test_maildir);
  CASE ("folder/comes-back-to-what-could-not-be-read", test_failed_file);
  CASE ("folder/mboxes-and-folders-inside", test_nested);
  g_test_add_func ("/resume/stdin-has-no-place", test_stdin_has_no_place);
  return g_test_run ();
}
