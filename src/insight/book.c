/* SPDX-License-Identifier: GPL-3.0-or-later
 * The incidents that are known, as plain data. */
#include "insight/book.h"

const char *const tlsrpt_event_names[TLSRPT_N_EVENTS] = {
  [TLSRPT_EVENT_OPENED] = "opened",         [TLSRPT_EVENT_WORSENED] = "worsened",
  [TLSRPT_EVENT_FLAPPING] = "flapping",     [TLSRPT_EVENT_CLOSED] = "closed",
  [TLSRPT_EVENT_UNPROVEN] = "unproven",     [TLSRPT_EVENT_EXPIRED] = "expired",
  [TLSRPT_EVENT_KNOWN_LATE] = "known-late",
};

static void
entry_free (gpointer data)
{
  TlsrptBookEntry *entry = data;

  tlsrpt_judgement_free (entry->judgement);
  g_array_unref (entry->members);
  g_free (entry);
}

TlsrptBook *
tlsrpt_book_new (void)
{
  TlsrptBook *book = g_new0 (TlsrptBook, 1);

  book->entries = g_ptr_array_new_with_free_func (entry_free);
  book->events = g_array_new (FALSE, FALSE, sizeof (TlsrptEvent));
  book->words = g_string_chunk_new (4096);
  book->next_number = 1;
  return book;
}

void
tlsrpt_book_free (TlsrptBook *book)
{
  if (book == NULL)
    return;
  g_ptr_array_unref (book->entries);
  g_array_unref (book->events);
  g_string_chunk_free (book->words);
  g_free (book);
}

TlsrptBookEntry *
tlsrpt_book_entry_new (TlsrptBook *book, TlsrptJudgement *judgement)
{
  TlsrptBookEntry *entry = g_new0 (TlsrptBookEntry, 1);

  entry->judgement = judgement;
  entry->members = g_array_new (FALSE, FALSE, sizeof (TlsrptMember));
  g_ptr_array_add (book->entries, entry);
  return entry;
}

void
tlsrpt_book_add_member (TlsrptBook *book, TlsrptBookEntry *entry, const TlsrptMember *member)
{
  TlsrptMember copy = *member;

  copy.reporter = g_string_chunk_insert_const (book->words, member->reporter);
  copy.mail_domain = g_string_chunk_insert_const (book->words, member->mail_domain);
  copy.policy_domain = g_string_chunk_insert_const (book->words, member->policy_domain);
  copy.result_type = g_string_chunk_insert_const (book->words, member->result_type);
  copy.receiving_mx = g_string_chunk_insert_const (book->words, member->receiving_mx);
  g_array_append_val (entry->members, copy);
}

TlsrptBookEntry *
tlsrpt_book_entry (const TlsrptBook *book, gint64 number)
{
  guint from = 0;
  guint to = book->entries->len;

  while (from < to) {
    guint middle = from + (to - from) / 2;
    TlsrptBookEntry *entry = book->entries->pdata[middle];

    if (entry->judgement->number == number)
      return entry;
    if (entry->judgement->number < number)
      from = middle + 1;
    else
      to = middle;
  }
  return NULL;
}
