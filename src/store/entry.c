/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to its keys and facts. */
#include "store/entry.h"

#include "core/facts/keys.h"

TlsrptEntry *
tlsrpt_entry_new (TlsrptReport *report)
{
  TlsrptEntry *entry = g_new0 (TlsrptEntry, 1);

  entry->report = report;
  if (report->keys != NULL)
    entry->keys = *report->keys;
  else
    tlsrpt_keys_make (report, &entry->keys);
  entry->supersedes = g_ptr_array_new_with_free_func (g_free);
  tlsrpt_entry_count (entry);
  return entry;
}

void
tlsrpt_entry_free (TlsrptEntry *entry)
{
  if (entry == NULL)
    return;
  tlsrpt_counted_free (entry->facts);
  g_ptr_array_unref (entry->supersedes);
  g_free (entry);
}

/* How its reporter counts says something only of a report with two policies. */
static gboolean
is_counted_so (const TlsrptEntry *entry)
{
  return entry->report->policies->len < 2 || (entry->counted_as == TLSRPT_COUNTING_ONE_POLICY) ==
                                                 (entry->counting == TLSRPT_COUNTING_ONE_POLICY);
}

void
tlsrpt_entry_count (TlsrptEntry *entry)
{
  gboolean counts = !entry->is_impersonating && !entry->is_repeat;

  if (entry->facts != NULL && is_counted_so (entry) && entry->has_counted == counts)
    return;
  entry->has_changed = entry->facts != NULL;
  tlsrpt_counted_free (entry->facts);
  entry->facts = tlsrpt_counted_new (entry->report, entry->counting, counts);
  entry->counted_as = entry->counting;
  entry->has_counted = counts;
}

char *
tlsrpt_entry_uid_text (const guint8 uid[TLSRPT_UID_BYTES])
{
  GString *text = g_string_sized_new (36);

  for (gsize i = 0; i < TLSRPT_UID_BYTES; i++)
    g_string_append_printf (text, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", uid[i]);
  return g_string_free (text, FALSE);
}

char *
tlsrpt_entry_first_key (gint64 day)
{
  return g_strdup_printf ("%08" G_GINT64_MODIFIER "x-0000-0000-0000-000000000000", MAX (day, 0));
}
