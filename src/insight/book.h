/* SPDX-License-Identifier: GPL-3.0-or-later
 * The incidents that are known, held beside what the facts say today: numbers stay, a closed incident
 * keeps what was said of it, and what has changed becomes an event. */
#pragma once

#include "insight/engine.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptEventKind:
 * @TLSRPT_EVENT_OPENED: it was found
 * @TLSRPT_EVENT_WORSENED: it became worse
 * @TLSRPT_EVENT_FLAPPING: it was over and fails again
 * @TLSRPT_EVENT_CLOSED: it is over
 * @TLSRPT_EVENT_UNPROVEN: it is not seen any more, and nothing shows it repaired
 * @TLSRPT_EVENT_EXPIRED: its reporters have not reported for two weeks
 * @TLSRPT_EVENT_KNOWN_LATE: it was over when the first report of it came
 * @TLSRPT_N_EVENTS: how many there are
 *
 * What can happen to an incident.
 */
typedef enum {
  TLSRPT_EVENT_OPENED,
  TLSRPT_EVENT_WORSENED,
  TLSRPT_EVENT_FLAPPING,
  TLSRPT_EVENT_CLOSED,
  TLSRPT_EVENT_UNPROVEN,
  TLSRPT_EVENT_EXPIRED,
  TLSRPT_EVENT_KNOWN_LATE,
  TLSRPT_N_EVENTS,
} TlsrptEventKind;

/** Words of the tables and of JSON for each, e.g. `known-late` */
extern const char *const tlsrpt_event_names[TLSRPT_N_EVENTS];

/**
 * TlsrptEvent:
 * @kind: what happened
 * @number: number of the incident
 * @day: day that it was judged on, in days since 1970
 * @severity: severity of the incident then
 *
 * What happened to an incident on a day.
 */
typedef struct {
  TlsrptEventKind kind;
  gint64 number;
  gint32 day;
  TlsrptSeverity severity;
} TlsrptEvent;

/**
 * TlsrptBookEntry:
 * @judgement: the incident as it stands
 * @members: (element-type TlsrptMember): what it is made of; words of the book
 * @was_told: whether there was an event for it
 * @told_severity: as of the last event that said so
 * @told_effect: likewise
 * @told_domains: likewise
 * @merged_into: number of the incident that it turned out to be part of; 0 for none
 * @late_sessions: failed sessions that became known after it was over
 * @judged_on: day that it was last looked at
 * @is_changed: whether the last update changed it
 */
typedef struct {
  TlsrptJudgement *judgement;
  GArray *members;
  gboolean was_told;
  TlsrptSeverity told_severity;
  TlsrptEffect told_effect;
  guint told_domains;
  gint64 merged_into;
  guint64 late_sessions;
  gint32 judged_on;
  gboolean is_changed;
} TlsrptBookEntry;

/**
 * TlsrptBook:
 * @entries: (element-type TlsrptBookEntry): list, show, acknowledge or mute incidents
 * @events: (element-type TlsrptEvent): what the last update made
 * @next_number: number of the next new incident
 * @judged_on: day of the last update; an update for an earlier day changes nothing
 * @words: owns the words of members
 */
typedef struct {
  GPtrArray *entries;
  GArray *events;
  gint64 next_number;
  gint32 judged_on;
  GStringChunk *words;
} TlsrptBook;

/**
 * tlsrpt_book_new:
 *
 * Returns: (transfer full): an empty book
 */
TlsrptBook *tlsrpt_book_new (void);

/**
 * tlsrpt_book_free:
 * @book: (transfer full) (nullable): what to free
 */
void tlsrpt_book_free (TlsrptBook *book);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptBook, tlsrpt_book_free)

/**
 * tlsrpt_book_entry_new:
 * @book: a book
 * @judgement: (transfer full): an incident
 *
 * Returns: (transfer none): a new entry of @book for @judgement, without members
 */
TlsrptBookEntry *tlsrpt_book_entry_new (TlsrptBook *book, TlsrptJudgement *judgement);

/**
 * tlsrpt_book_add_member:
 * @book: a book
 * @entry: one of its entries
 * @member: failed sessions; the words are copied
 *
 * Adds @member to @entry.
 */
void tlsrpt_book_add_member (TlsrptBook *book, TlsrptBookEntry *entry, const TlsrptMember *member);

/**
 * tlsrpt_book_entry:
 * @book: a book
 * @number: number of an incident
 *
 * Returns: (transfer none) (nullable): the entry with that number; %NULL if there is none
 */
TlsrptBookEntry *tlsrpt_book_entry (const TlsrptBook *book, gint64 number);

G_END_DECLS
