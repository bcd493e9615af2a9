/* SPDX-License-Identifier: GPL-3.0-or-later
 * The incidents that are known, held beside what the facts say today: numbers stay, a closed incident
 * keeps what was said of it, and what has changed becomes an event. */
#pragma once

#include "insight/book.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_book_update:
 * @book: what is known
 * @facts: facts of the window
 * @today: the day it is; a day before the last one changes nothing
 * @thresholds: thresholds
 *
 * Judges the facts and brings the book up to date. The same facts again change nothing.
 */
void tlsrpt_book_update (TlsrptBook *book, TlsrptFacts *facts, gint32 today,
                         const TlsrptThresholds *thresholds);

/**
 * tlsrpt_book_update_tell:
 * @book: a book
 * @entry: one of its entries
 * @kind: what happened to it
 * @today: the day it is, in days since 1970
 *
 * Adds an event of @entry, with the severity that it has now, to the book.
 */
void tlsrpt_book_update_tell (TlsrptBook *book, TlsrptBookEntry *entry, TlsrptEventKind kind,
                              gint32 today);

G_END_DECLS
