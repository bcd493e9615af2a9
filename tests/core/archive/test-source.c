/* SPDX-License-Identifier: GPL-3.0-or-later
 * Archives as they lie about: files of every form, folders, Maildirs, links, pipes, gzip and damage;
 * and one delivery on standard input. */
#include "core/archive/source.h"

#include "core/errors.h"
#include "support/scratch.h"
#include "core/archive/walk.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_forms (Scratch *scratch, gconstpointer unused)
{
  (void)unused;
  scratch_put (scratch, "01-empty.mbox", "");
  scratch_put (scratch, "02.eml", "From a\nTo:\n\nb\n\nFrom c\nTo:\n\nd\n");
  scratch_put (scratch, "03.json", " {}");
  scratch_put (scratch, "04.json", "[]");
  scratch_put (scratch, "05-by-bytes", "\xEF\xBB\xBF\n{\"a\":1}");
  scratch_put (scratch, "06-mail-without-name", "Subject: 6\n\nx\n");
  scratch_put (scratch, "07-mbox-without-name", "From a\nTo:\n\n7a\n\nFrom b\nTo:\n\n7b\n");
  scratch_put_packed (scratch, "08.eml.gz", "From a\nTo:\n\nb\n\nFrom c\nTo:\n\nd\n");
  scratch_put_packed (scratch, "09-mail-in-gzip", "Subject: 9\n\nx\n");
  scratch_put (scratch, ".hidden", "Subject: hidden\n\n");
  scratch_assert_items (scratch, "", 0,
                        "02.eml message 0-29: From a\\nTo:\\n\\nb\\n\\nFrom c\\nTo:\\n\\nd\\n\n"
                        "03.json document 0-3:  {}\n"
                        "04.json document 0-2: []\n"
                        "05-by-bytes document 0-11: \\xEF\\xBB\\xBF\\n{\"a\":1}\n"
                        "06-mail-without-name message 0-14: Subject: 6\\n\\nx\\n\n"
                        "07-mbox-without-name message 0-16: From a\\nTo:\\n\\n7a\\n\n"
                        "07-mbox-without-name message 16-31: From b\\nTo:\\n\\n7b\\n\n"
                        "08.eml.gz message 0-29: From a\\nTo:\\n\\nb\\n\\nFrom c\\nTo:\\n\\nd\\n\n"
                        "09-mail-in-gzip message 0-14: Subject: 9\\n\\nx\\n\n");
}

/* What an mbox is rotated into may begin with a member of nothing. */
static void
test_first_member_empty (Scratch *scratch, gconstpointer unused)
{
  static const char mbox[] = "From a\nTo:\n\n1\n\nFrom b\nTo:\n\n2\n";
  g_autoptr (GByteArray) packed = scratch_pack ("", 0);
  g_autoptr (GByteArray) rest = scratch_pack (mbox, sizeof mbox - 1);

  (void)unused;
  g_byte_array_append (packed, rest->data, rest->len);
  scratch_put_bytes (scratch, "a.gz", packed->data, packed->len);
  scratch_assert_items (scratch, "a.gz", 0,
                        "a.gz message 0-15: From a\\nTo:\\n\\n1\\n\n"
                        "a.gz message 15-29: From b\\nTo:\\n\\n2\\n\n");
}

/* A packed document stays packed: it is the evidence. */
static void
test_packed_document (Scratch *scratch, gconstpointer unused)
{
  static const char *const names[] = { "a.json.gz", "without-name" };
  g_autoptr (GByteArray) packed = scratch_pack (" {\"a\":1}", 8);

  (void)unused;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (scratch->folder, names[i], NULL);
    const char *paths[] = { path, NULL };
    TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
    g_autoptr (TlsrptSource) source = tlsrpt_source_new (paths, &limits);
    g_autoptr (TlsrptItem) item = NULL;
    g_autoptr (GError) error = NULL;

    scratch_put_bytes (scratch, names[i], packed->data, packed->len);
    item = tlsrpt_source_next (source, &error);
    g_assert_no_error (error);
    g_assert_cmpint (item->kind, ==, TLSRPT_ITEM_DOCUMENT);
    g_assert_cmpmem (g_bytes_get_data (item->bytes, NULL), g_bytes_get_size (item->bytes),
                     packed->data, packed->len);
    g_assert_null (tlsrpt_source_next (source, NULL));
  }
}

static void
test_damaged_gzip (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GString) mbox = g_string_new (NULL);
  g_autoptr (GByteArray) packed = NULL;
  g_autofree char *expected = NULL;

  (void)unused;
  for (guint i = 0; i < 20; i++)
    g_string_append_printf (mbox, "From a\nTo:\n\n%08x%08x\n\n", g_random_int (), g_random_int ());
  packed = scratch_pack (mbox->str, mbox->len);
  scratch_put_bytes (scratch, "1/cut", packed->data, packed->len - 9);
  packed->data[packed->len - 6] ^= 1;
  scratch_put_bytes (scratch, "2/crc", packed->data, packed->len);
  packed->data[packed->len - 6] ^= 1;
  g_byte_array_append (packed, (const guint8 *)"junk", 4);
  scratch_put_bytes (scratch, "3/junk", packed->data, packed->len);
  scratch_put (scratch, "4/next", "Subject: next\n\n");
  for (guint i = 1; i <= 3; i++) {
    g_autofree char *folder = g_strdup_printf ("%s/%u", scratch->folder, i);
    g_autofree char *next = g_strdup_printf ("%s/4", scratch->folder);
    const char *paths[] = { folder, next, NULL };
    g_autofree char *got = scratch_read (scratch, paths, 0);
    g_auto (GStrv) lines = g_strsplit (got, "\n", -1);
    guint n = g_strv_length (lines);

    expected = g_strdup_printf ("error g-io-error-quark %d",
                                i == 1 ? G_IO_ERROR_PARTIAL_INPUT : G_IO_ERROR_INVALID_DATA);
    g_assert_cmpstr (lines[n - 3], ==, expected);
    g_assert_cmpstr (lines[n - 2], ==, "4/next message 0-15: Subject: next\\n\\n");
    g_assert_cmpuint (n, >=, 15); /* what came before the damage was given */
    g_clear_pointer (&expected, g_free);
  }
}

static void
test_maildir (Scratch *scratch, gconstpointer unused)
{
  (void)unused;
  scratch_put (scratch, "tmp/9.half", "Subject: half\n\n");
  scratch_put (scratch, "new/3.host", "From a Mon\nSubject: 3\n\nx\n\nFrom here\n");
  scratch_put (scratch, "cur/2.host:2,S", "Subject: 2\n\n");
  scratch_put (scratch, "cur/1.host:2,", "Subject: 1\n\n");
  scratch_put_packed (scratch, "cur/4.host,S=12:2,Z", "Subject: 4\n\n");
  scratch_put (scratch, "dovecot-uidlist", "3 V1 N2\n");
  scratch_put (scratch, ".Trash/cur/5.host", "Subject: 5\n\n");
  scratch_assert_items (
      scratch, "", 0,
      "cur/1.host:2, message 0-12: Subject: 1\\n\\n\n"
      "cur/2.host:2,S message 0-12: Subject: 2\\n\\n\n"
      "cur/4.host,S=12:2,Z message 0-12: Subject: 4\\n\\n\n"
      "new/3.host message 0-36: From a Mon\\nSubject: 3\\n\\nx\\n\\nFrom here\\n\n");
  /* A subfolder of Maildir++ may hold all of a person's mail: it is read where it is named. */
  scratch_assert_items (scratch, ".Trash", 0, ".Trash/cur/5.host message 0-12: Subject: 5\\n\\n\n");
}

static void
test_folders (Scratch *scratch, gconstpointer unused)
{
  g_autofree char *loop = g_build_filename (scratch->folder, "b", "loop", NULL);
  g_autofree char *dangling = g_build_filename (scratch->folder, "b", "nowhere", NULL);
  g_autofree char *pipe_path = g_build_filename (scratch->folder, "b", "pipe", NULL);
  g_autofree char *link = g_build_filename (scratch->folder, "d.eml", NULL);
  g_autofree char *expected = g_strdup_printf ("a message 0-7: To: a\\n\\n\n"
                                               "b/c/1 message 0-7: To: 1\\n\\n\n"
                                               "error g-file-error-quark %d\n"
                                               "d.eml message 0-7: To: a\\n\\n\n",
                                               G_FILE_ERROR_NOENT);

  (void)unused;
  scratch_put (scratch, "a", "To: a\n\n");
  scratch_put (scratch, "b/c/1", "To: 1\n\n");
  g_assert_cmpint (symlink ("..", loop), ==, 0);
  g_assert_cmpint (symlink ("gone", dangling), ==, 0);
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  g_assert_cmpint (symlink ("a", link), ==, 0);
  scratch_assert_items (scratch, "", 0, expected);
}

static void
test_depth (Scratch *scratch, gconstpointer unused)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree char *expected = NULL;

  (void)unused;
  for (guint i = 0; i < 31; i++)
    g_string_append (name, "d/");
  scratch_put (scratch, "d/b", "To: b\n\n");
  {
    g_autofree char *last = g_strconcat (name->str, "f", NULL);
    g_autofree char *beyond = g_strconcat (name->str, "d/f", NULL);
    scratch_put (scratch, last, "To: f\n\n");
    scratch_put (scratch, beyond, "To: g\n\n");
    expected = g_strdup_printf ("d/b message 0-7: To: b\\n\\n\n"
                                "error g-file-error-quark %d\n"
                                "%s message 0-7: To: f\\n\\n\n",
                                G_FILE_ERROR_FAILED, last);
  }
  scratch_assert_items (scratch, "", 0, expected);
}

/* Folders with fewer names than a chunk, as many, and many times as many: all, once, in order. */
static void
test_chunks (Scratch *scratch, gconstpointer unused)
{
  static const guint chunks[] = { 1, 2, 7, 99, 100, 101, 1000 };
  const guint n = 100;

  (void)unused;
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i * 2654435761u % 4294967291u);
    scratch_put (scratch, name, "To: 1\n\n");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (chunks); i++) {
    g_autoptr (TlsrptWalk) walk = tlsrpt_walk_new (scratch->folder, chunks[i], NULL);
    g_autofree char *last = g_strdup ("");
    guint seen = 0;

    for (;; seen++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (TlsrptWalkFile) file = tlsrpt_walk_next (walk, &error);

      g_assert_no_error (error);
      if (file == NULL)
        break;
      g_assert_cmpint (strcmp (last, file->path), <, 0);
      g_assert_cmpuint (file->size, ==, 7);
      g_free (last);
      last = g_strdup (file->path);
    }
    g_assert_cmpuint (seen, ==, n);
    g_assert_cmpuint (tlsrpt_walk_listed (walk), ==, 7 * n);
  }
}

static void
test_errors (Scratch *scratch, gconstpointer unused)
{
  g_autofree char *odd = g_build_filename (scratch->folder, "no\nsuch", NULL);
  g_autofree char *good = g_build_filename (scratch->folder, "good", NULL);
  const char *paths[] = { odd, good, NULL };
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (TlsrptSource) source = tlsrpt_source_new (paths, &limits);
  g_autoptr (TlsrptItem) item = NULL;
  g_autoptr (GError) error = NULL;

  (void)unused;
  scratch_put (scratch, "good", "To: 1\n\n");
  g_assert_null (tlsrpt_source_next (source, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_nonnull (strstr (error->message, "no\\x0Asuch"));
  g_assert_null (strchr (error->message, '\n'));
  g_clear_error (&error);
  item = tlsrpt_source_next (source, &error);
  g_assert_no_error (error);
  g_assert_nonnull (item);
  g_assert_null (tlsrpt_source_next (source, &error));
  g_assert_no_error (error);
}

/* Standard input comes from a pipe whose other end writes in odd steps. */
static GPid
feed_stdin (const void *data, gsize size, gsize step)
{
  int ends[2];
  GPid pid;

  g_assert_cmpint (pipe (ends), ==, 0);
  pid = fork ();
  if (pid == 0) {
    close (ends[0]);
    for (gsize at = 0; at < size; at += step)
      if (write (ends[1], (const char *)data + at, MIN (step, size - at)) < 0)
        _exit (1);
    _exit (0);
  }
  close (ends[1]);
  g_assert_cmpint (dup2 (ends[0], 0), ==, 0);
  close (ends[0]);
  return pid;
}

static void
assert_fed (GPid pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
test_stdin (void)
{
  static const char mbox[] = "From a\nTo:\n\n1\n\nFrom b\nTo:\n\n2\n";
  static const char *const paths[] = { "-", NULL };
  GPid pid;
  g_autofree char *as_mbox = NULL;
  g_autofree char *as_mail = NULL;
  g_autofree char *as_document = NULL;

  pid = feed_stdin (mbox, strlen (mbox), 3);
  as_mbox = scratch_read (NULL, paths, 0);
  assert_fed (pid);
  g_assert_cmpstr (
      as_mbox, ==,
      "- message 0-15: From a\\nTo:\\n\\n1\\n\n- message 15-29: From b\\nTo:\\n\\n2\\n\n");
  pid = feed_stdin ("To: 1\n\n", 7, 1);
  as_mail = scratch_read (NULL, paths, 0);
  assert_fed (pid);
  g_assert_cmpstr (as_mail, ==, "- message 0-7: To: 1\\n\\n\n");
  pid = feed_stdin ("{}", 2, 1);
  as_document = scratch_read (NULL, paths, 0);
  assert_fed (pid);
  g_assert_cmpstr (as_document, ==, "- document 0-2: {}\n");
}

static void
test_delivery (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  const gsize large = 3000000;
  g_autofree char *data = g_malloc0 (large);
  static const struct {
    gsize size;
    gsize cap;
    gsize kept;
    gboolean oversized;
  } cases[] = {
    { 0, 10, 0, FALSE },
    { 10, 10, 10, FALSE },
    { 11, 10, 10, TRUE },
    { 3000000, 10, 10, TRUE },
    { 3000000, 200000, 200000, TRUE },
    { 3000000, 3000000, 3000000, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    GPid pid = feed_stdin (data, cases[i].size, 65536);
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = NULL;
    gboolean oversized;

    limits.message_bytes = cases[i].cap;
    bytes = tlsrpt_source_read_stdin (&limits, &oversized, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (bytes), ==, cases[i].kept);
    g_assert_cmpint (oversized, ==, cases[i].oversized);
    assert_fed (pid); /* no SIGPIPE */
  }
}

static void
test_delivery_unreadable (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GError) error = NULL;
  gboolean oversized;
  int fd = open ("/", O_RDONLY | O_DIRECTORY);

  g_assert_cmpint (dup2 (fd, 0), ==, 0);
  close (fd);
  g_assert_null (tlsrpt_source_read_stdin (&limits, &oversized, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(name, function)                                                                       \
  g_test_add ("/source/" name, Scratch, NULL, scratch_make, function, scratch_remove)
  CASE ("tells-files-by-bytes-then-by-name", test_forms);
  CASE ("finds-an-mbox-behind-an-empty-gzip-member", test_first_member_empty);
  CASE ("leaves-a-document-packed", test_packed_document);
  CASE ("refuses-damaged-gzip-behind-what-was-whole", test_damaged_gzip);
  CASE ("reads-cur-and-new-of-a-maildir", test_maildir);
  CASE ("reads-folders-sorted-and-each-once", test_folders);
  CASE ("refuses-folders-too-deep", test_depth);
  CASE ("lists-a-folder-in-chunks-of-any-size", test_chunks);
  CASE ("names-what-cannot-be-opened-and-goes-on", test_errors);
  g_test_add_func ("/source/stdin/mbox-mail-or-document", test_stdin);
  g_test_add_func ("/source/delivery/cuts-and-drains", test_delivery);
  g_test_add_func ("/source/delivery/unreadable-is-temporary", test_delivery_unreadable);
  return g_test_run ();
}
