/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to its keys and facts. */
#include "store/entry.h"

#include "core/facts/identity.h"
#include "core/facts/meaning.h"
#include "core/facts/reporter.h"

TlsrptEntry *
tlsrpt_entry_new (TlsrptReport *report)
{
  TlsrptEntry *entry = g_new0 (TlsrptEntry, 1);

  if (report->reporter_domain == NULL)
    tlsrpt_reporter_identify (report);
  entry->report = report;
  tlsrpt_identity_uid (report, entry->uid);
  tlsrpt_identity_claim (report, entry->claim);
  tlsrpt_meaning_digest (report, entry->content);
  entry->name_key = tlsrpt_reporter_name_key (report->organization_name);
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
  g_free (entry->name_key);
  g_free (entry);
}

void
tlsrpt_entry_count (TlsrptEntry *entry)
{
  tlsrpt_counted_free (entry->facts);
  entry->facts = tlsrpt_counted_new (entry->report, entry->counting,
                                     !entry->is_impersonating && !entry->is_repeat);
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
