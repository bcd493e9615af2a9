/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages on stdin to verdicts on stdout, for tests that sign with other people's programs. A message
 * is a line with its length in bytes, then its bytes; a verdict is a line for each signature, `result
 * domain: why`, and an empty line behind them. The one argument is a file of keys, `name record` in a
 * line; a name that has `?` for a record cannot be looked up now. */
#include "core/trust/dkim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
  [TLSRPT_DKIM_NONE] = "none",
  [TLSRPT_DKIM_FAIL] = "fail",
  [TLSRPT_DKIM_TEMPERROR] = "temperror",
  [TLSRPT_DKIM_PASS] = "pass",
};

/* Names to TlsrptDkimAnswer. */
static GHashTable *
read_keys (const char *path)
{
  GHashTable *keys = g_hash_table_new (g_str_hash, g_str_equal);
  char *text;
  char **lines;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    exit (2);
  lines = g_strsplit (text, "\n", 0);
  for (char **line = lines; *line != NULL; line++) {
    char *space = strchr (*line, ' ');
    TlsrptDkimAnswer *answer;

    if (space == NULL)
      continue;
    *space = '\0';
    answer = g_hash_table_lookup (keys, *line);
    if (answer == NULL) {
      answer = g_new0 (TlsrptDkimAnswer, 1);
      answer->records = g_new0 (char *, 1);
      g_hash_table_insert (keys, *line, answer);
    }
    answer->is_known = strcmp (space + 1, "?") != 0;
    if (answer->is_known) {
      guint n = g_strv_length (answer->records);

      answer->records = g_renew (char *, answer->records, n + 2);
      answer->records[n] = space + 1;
      answer->records[n + 1] = NULL;
    }
  }
  return keys;
}

static const TlsrptDkimAnswer *
lookup (const char *name, gpointer keys)
{
  static const TlsrptDkimAnswer absent = { .is_known = TRUE };
  const TlsrptDkimAnswer *answer = g_hash_table_lookup (keys, name);

  return answer != NULL ? answer : &absent;
}

static void
judge (GBytes *message, GHashTable *keys)
{
  g_autoptr (TlsrptDkim) dkim = tlsrpt_dkim_read (message);
  const GArray *verdicts;

  tlsrpt_dkim_verify (dkim, g_get_real_time () / G_USEC_PER_SEC, lookup, keys);
  verdicts = tlsrpt_dkim_verdicts (dkim);
  for (guint i = 0; i < verdicts->len; i++) {
    const TlsrptDkimVerdict *verdict = &g_array_index (verdicts, TlsrptDkimVerdict, i);

    printf ("%s %s: %s\n", words[verdict->result], verdict->domain != NULL ? verdict->domain : "-",
            verdict->why != NULL ? verdict->why : "-");
  }
  puts ("");
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  GHashTable *keys = argc == 2 ? read_keys (argv[1]) : NULL;
  unsigned long length;

  if (keys == NULL)
    return 2;
  while (scanf ("%lu", &length) == 1 && getchar () == '\n') {
    char *bytes = g_malloc (length + 1);
    g_autoptr (GBytes) message = NULL;

    if (fread (bytes, 1, length, stdin) != length)
      return 1;
    message = g_bytes_new_take (bytes, length);
    judge (message, keys);
  }
  return 0;
}
