/* SPDX-License-Identifier: GPL-3.0-or-later
 * The last days of an incident, day by day: how many sessions failed, and of which days nobody has
 * spoken. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How many days are shown */
#define TLSRPT_HISTORY_DAYS 14

/**
 * TlsrptHistory:
 * @last_day: last of the days, in days since 1970
 * @is_coming: whether reports on the last day are still coming in
 * @failed_sessions: failed sessions of each day, the last one last
 * @is_known: of each day, whether a reporter has spoken of it
 */
typedef struct {
  gint32 last_day;
  gboolean is_coming;
  guint64 failed_sessions[TLSRPT_HISTORY_DAYS];
  gboolean is_known[TLSRPT_HISTORY_DAYS];
} TlsrptHistory;

/**
 * tlsrpt_history_is_known:
 * @history: days
 * @i: one of them, from 0
 *
 * Returns: whether the failed sessions of that day are known. Where they are not, 0 does not mean a clean day.
 */
gboolean tlsrpt_history_is_known (const TlsrptHistory *history, int i);

/**
 * tlsrpt_history_most:
 * @history: days
 *
 * Returns: which of the days has the most failed sessions, from 0, the latest of several; -1 if none has any
 */
int tlsrpt_history_most (const TlsrptHistory *history);

/**
 * tlsrpt_history_add:
 * @sum: days
 * @other: the same days of another incident
 *
 * Adds @other to @sum. A day is known if anybody spoke of it.
 */
void tlsrpt_history_add (TlsrptHistory *sum, const TlsrptHistory *other);

/**
 * tlsrpt_history_bars:
 * @history: days
 *
 * Returns: (transfer full): a character a day: `·` without failures, `?` if nobody has spoken of it, else a
 *   block as high as its failures
 */
char *tlsrpt_history_bars (const TlsrptHistory *history);

/**
 * tlsrpt_history_words:
 * @history: days
 * @unknown: how a day that nobody has spoken of is shown: "?", or in a word
 *
 * Returns: (transfer full) (nullable): what tlsrpt_history_bars() does not say: which days these are, and the
 *   most that failed on one; %NULL if nothing failed on any
 */
char *tlsrpt_history_words (const TlsrptHistory *history, const char *unknown);

G_END_DECLS
