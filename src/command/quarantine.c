/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists, shows, retries or drops the messages that could not be stored as reports. Retry and drop
 * must be told which messages. */
#include "command/command.h"
#include "command/database.h"
#include "command/retry.h"
#include "command/usage.h"
#include "core/errors.h"
#include "exits.h"

#include <stdio.h>
#include <string.h>

#define LIMIT_DEFAULT 100
#define N_LISTED 7

static char *option_reason;
static char *option_sender;
static char *option_older_than;
static int option_limit = LIMIT_DEFAULT;
static gboolean option_all;
static gboolean option_meta;
static gboolean option_headers;

static const GOptionEntry options[] = {
  { "reason", 0, 0, G_OPTION_ARG_STRING, &option_reason, "only those with this reason", "REASON" },
  { "sender", 0, 0, G_OPTION_ARG_STRING, &option_sender,
    "only those with this envelope sender, or From where there is none", "ADDRESS" },
  { "older-than", 0, 0, G_OPTION_ARG_STRING, &option_older_than,
    "only those quarantined more than DAYS ago", "DAYS" },
  { "limit", 0, 0, G_OPTION_ARG_INT, &option_limit, "list at most N, newest first (100)", "N" },
  { "all", 0, 0, G_OPTION_ARG_NONE, &option_all, "retry: every message", NULL },
  { "meta", 0, 0, G_OPTION_ARG_NONE, &option_meta, "show: print the details instead of the message",
    NULL },
  { "headers", 0, 0, G_OPTION_ARG_NONE, &option_headers,
    "show: print only the header of the message", NULL },
  G_OPTION_ENTRY_NULL,
};

/* The filter's age as a text parameter; NULL where none was given. */
static gboolean
read_age (char **age, GError **error)
{
  guint days;

  *age = NULL;
  if (option_older_than == NULL)
    return TRUE;
  if (!tlsrpt_days_parse (option_older_than, "quarantine: --older-than", &days, error))
    return FALSE;
  *age = g_strdup_printf ("%u", days);
  return TRUE;
}

static const char *const titles[N_LISTED] = {
  "UID", "WHEN (UTC)", "REASON", "STAGE", "SENDER", "BYTES", "DETAIL",
};

static void
print_row (const char *const *cells, const glong widths[N_LISTED])
{
  for (int column = 0; column < N_LISTED; column++) {
    glong padding = widths[column] - g_utf8_strlen (cells[column], -1);

    if (column == N_LISTED - 1)
      g_print ("%s\n", cells[column]);
    else if (column == N_LISTED - 2)
      g_print ("%*s%s  ", (int)padding, "", cells[column]);
    else
      g_print ("%s%*s  ", cells[column], (int)padding, "");
  }
}

/* A stranger wrote the sender and the detail: they are quoted so that they cannot control the
 * terminal. */
static char **
cells_of (const TlsrptQuarantined *entry)
{
  const char *sender = entry->envelope_sender != NULL ? entry->envelope_sender : entry->header_from;
  g_autofree char *bytes = g_strdup_printf ("%" G_GINT64_FORMAT, entry->raw_bytes);
  const char *const texts[N_LISTED] = {
    entry->uid, entry->quarantined_at, entry->reason, entry->stage, sender != NULL ? sender : "-",
    bytes,      entry->detail,
  };
  char **cells = g_new0 (char *, N_LISTED + 1);

  for (int column = 0; column < N_LISTED; column++)
    cells[column] = tlsrpt_quote (texts[column]);
  return cells;
}

static void
print_list (const TlsrptRecords *entries)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  glong widths[N_LISTED] = { 0 };

  for (int column = 0; column < N_LISTED; column++)
    widths[column] = (glong)strlen (titles[column]);
  for (guint row = 0; row < tlsrpt_records_length (entries); row++) {
    char **cells = cells_of (tlsrpt_records_get (entries, row));

    for (int column = 0; column < N_LISTED; column++)
      widths[column] = MAX (widths[column], g_utf8_strlen (cells[column], -1));
    g_ptr_array_add (rows, cells);
  }
  if (rows->len > 0)
    print_row (titles, widths);
  for (guint row = 0; row < rows->len; row++)
    print_row (rows->pdata[row], widths);
}

static gboolean
list (TlsrptPg *pg, const TlsrptSettings *settings G_GNUC_UNUSED, char **words, GError **error)
{
  g_autofree char *age = NULL;
  g_autoptr (TlsrptRecords) entries = NULL;

  if (words[0] != NULL)
    return tlsrpt_usage_fail (error, "quarantine: list takes only options");
  if (!read_age (&age, error))
    return FALSE;
  entries = tlsrpt_quarantine_list (pg,
                                    &(TlsrptQuarantineFilter){ .reason = option_reason,
                                                               .sender = option_sender,
                                                               .older_than_days = age },
                                    (guint)MAX (option_limit, 0), error);
  if (entries == NULL)
    return FALSE;
  print_list (entries);
  return TRUE;
}

static void
print_meta (const TlsrptQuarantined *entry)
{
  g_autofree char *bytes = g_strdup_printf ("%" G_GINT64_FORMAT, entry->raw_bytes);
  const struct {
    const char *name;
    const char *text;
  } lines[] = {
    { "uid", entry->uid },
    { "when (UTC)", entry->quarantined_at },
    { "reason", entry->reason },
    { "stage", entry->stage },
    { "detail", entry->detail },
    { "envelope sender", entry->envelope_sender },
    { "header from", entry->header_from },
    { "message-id", entry->message_id },
    { "size bytes", bytes },
    { "truncated", entry->is_truncated ? "yes" : "no" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *text = lines[i].text != NULL ? tlsrpt_quote (lines[i].text) : g_strdup ("-");

    g_print ("%-16s %s\n", lines[i].name, text);
  }
}

/* The length of the header including the empty line after it; the whole length if there is no
 * body. */
static gsize
header_length (const guchar *raw, gsize length)
{
  for (gsize i = 0; i + 1 < length; i++)
    if (raw[i] == '\n' &&
        (raw[i + 1] == '\n' || (raw[i + 1] == '\r' && i + 2 < length && raw[i + 2] == '\n')))
      return i + 1;
  return length;
}

static gboolean
print_raw (GBytes *bytes, GError **error)
{
  gsize length;
  const guchar *raw = g_bytes_get_data (bytes, &length);
  gsize wanted = option_headers ? header_length (raw, length) : length;
  gboolean written = fwrite (raw, 1, wanted, stdout) == wanted && fflush (stdout) == 0;

  if (!written)
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                         "quarantine: standard output cannot be written");
  return written;
}

static gboolean
is_uid (const char *word)
{
  return *word != '\0' && strspn (word, "0123456789abcdefABCDEF-") == strlen (word);
}

static gboolean
show (TlsrptPg *pg, const TlsrptSettings *settings G_GNUC_UNUSED, char **words, GError **error)
{
  g_autofree char *prefix = NULL;
  g_autoptr (TlsrptRecords) entries = NULL;
  const TlsrptQuarantined *entry;

  if (words[0] == NULL || words[1] != NULL || !is_uid (words[0]))
    return tlsrpt_usage_fail (
        error, "quarantine: show takes one UID, or its beginning, as `quarantine list` prints it");
  prefix = g_ascii_strdown (words[0], -1);
  entries = tlsrpt_quarantine_find (pg, prefix, !option_meta, error);
  if (entries == NULL)
    return FALSE;
  if (tlsrpt_records_length (entries) != 1)
    return tlsrpt_usage_fail (error, tlsrpt_records_length (entries) == 0
                                         ? "quarantine: no message has this UID"
                                         : "quarantine: more than one UID begins with this");
  entry = tlsrpt_records_get (entries, 0);
  if (!option_meta)
    return print_raw (entry->raw, error);
  print_meta (entry);
  return TRUE;
}

static char *
uid_list (char **words)
{
  g_autofree char *joined = g_strjoinv (",", words);

  return g_strdup_printf ("{%s}", joined);
}

static gboolean
are_whole_uids (char **words, GError **error)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (!is_uid (words[i]) || strlen (words[i]) != 36)
      return tlsrpt_usage_fail (error,
                                "quarantine: give whole UIDs, as `quarantine list` prints them");
  return TRUE;
}

static gboolean
is_filtered (void)
{
  return option_reason != NULL || option_sender != NULL || option_older_than != NULL;
}

static gboolean
drop (TlsrptPg *pg, const TlsrptSettings *settings G_GNUC_UNUSED, char **words, GError **error)
{
  g_autofree char *uids = words[0] != NULL ? uid_list (words) : NULL;
  g_autofree char *age = NULL;
  guint64 dropped;

  if (!is_filtered () && uids == NULL)
    return tlsrpt_usage_fail (error,
                              "quarantine: drop needs UIDs, --older-than, --reason or --sender");
  if (!are_whole_uids (words, error))
    return FALSE;
  if (!read_age (&age, error))
    return FALSE;
  if (!tlsrpt_quarantine_drop (pg,
                               &(TlsrptQuarantineFilter){ .reason = option_reason,
                                                          .sender = option_sender,
                                                          .older_than_days = age,
                                                          .uids = uids },
                               &dropped, error))
    return FALSE;
  g_print ("%" G_GUINT64_FORMAT " dropped\n", dropped);
  return TRUE;
}

static gboolean
retry (TlsrptPg *pg, const TlsrptSettings *settings, char **words, GError **error)
{
  g_autofree char *uids = words[0] != NULL ? uid_list (words) : NULL;
  g_autofree char *age = NULL;

  if (!option_all && !is_filtered () && uids == NULL)
    return tlsrpt_usage_fail (
        error, "quarantine: retry needs UIDs, --all, --older-than, --reason or --sender");
  if (!are_whole_uids (words, error) || !read_age (&age, error))
    return FALSE;
  return tlsrpt_retry_run (
      pg, settings,
      &(TlsrptQuarantineFilter){
          .reason = option_reason, .sender = option_sender, .older_than_days = age, .uids = uids },
      error);
}

typedef struct {
  const char *name;
  gboolean (*run) (TlsrptPg *pg, const TlsrptSettings *settings, char **words, GError **error);
} Verb;

static const Verb verbs[] = {
  { "list", list },
  { "show", show },
  { "retry", retry },
  { "drop", drop },
};

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  const Verb *verb = NULL;
  g_autoptr (TlsrptPg) pg = NULL;

  for (gsize i = 0; arguments[0] != NULL && i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (arguments[0], verbs[i].name) == 0)
      verb = &verbs[i];
  if (verb == NULL) {
    tlsrpt_usage_fail (error, "quarantine: one of list, show, retry, drop is needed");
    return TLSRPT_EXIT_USAGE;
  }
  pg = tlsrpt_database_open (settings, 0, error);
  if (pg == NULL)
    return TLSRPT_EXIT_FAILURE;
  if (verb->run (pg, settings, arguments + 1, error))
    return TLSRPT_EXIT_OK;
  tlsrpt_database_explain (pg, "tlsrpt_owner", error);
  return TLSRPT_EXIT_FAILURE;
}

const TlsrptCommand tlsrpt_command_quarantine = {
  .name = "quarantine",
  .arguments = "list|show|retry|drop",
  .summary = "list, show, retry or drop mails without a usable report",
  .options = options,
  .run = run,
};
