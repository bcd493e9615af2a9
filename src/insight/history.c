/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counts by day to blocks and words. Missing reports are not clean days. */
#include "insight/history.h"

#include "insight/judgement.h"
#include "insight/table.h"

#include <string.h>

#define HEIGHTS 8

gboolean
tlsrpt_history_is_known (const TlsrptHistory *history, int i)
{
  return history->is_known[i] || history->failed_sessions[i] > 0;
}

int
tlsrpt_history_most (const TlsrptHistory *history)
{
  int most = -1;

  for (int i = 0; i < TLSRPT_HISTORY_DAYS; i++)
    if (history->failed_sessions[i] > 0 &&
        (most < 0 || history->failed_sessions[i] >= history->failed_sessions[most]))
      most = i;
  return most;
}

void
tlsrpt_history_add (TlsrptHistory *sum, const TlsrptHistory *other)
{
  for (guint i = 0; i < TLSRPT_HISTORY_DAYS; i++) {
    sum->failed_sessions[i] += other->failed_sessions[i];
    sum->is_known[i] |= other->is_known[i];
  }
}

/* The smallest block stands for any failure, however few there are. */
static gunichar
block (guint64 failed, guint64 most)
{
  double part = (double)failed / (double)most;

  return 0x2581 + (gunichar)CLAMP ((int)(part * HEIGHTS + 0.5) - 1, 0, HEIGHTS - 1);
}

char *
tlsrpt_history_bars (const TlsrptHistory *history)
{
  int most = tlsrpt_history_most (history);
  GString *bars = g_string_new (NULL);

  for (int i = 0; i < TLSRPT_HISTORY_DAYS; i++) {
    if (history->failed_sessions[i] > 0)
      g_string_append_unichar (bars,
                               block (history->failed_sessions[i], history->failed_sessions[most]));
    else
      g_string_append (bars, tlsrpt_history_is_known (history, i) ? "·" : "?");
  }
  return g_string_free (bars, FALSE);
}

static gboolean
has_unknown (const TlsrptHistory *history)
{
  for (int i = 0; i < TLSRPT_HISTORY_DAYS; i++)
    if (!tlsrpt_history_is_known (history, i))
      return TRUE;
  return FALSE;
}

char *
tlsrpt_history_words (const TlsrptHistory *history, const char *unknown)
{
  int most = tlsrpt_history_most (history);
  GString *words = g_string_new (NULL);
  g_autofree char *last = tlsrpt_judgement_day_text (history->last_day);
  g_autofree char *day = NULL;
  g_autofree char *count = NULL;

  if (most < 0)
    return g_string_free (words, TRUE);
  day = tlsrpt_judgement_day_text (history->last_day - (TLSRPT_HISTORY_DAYS - 1 - most));
  count = tlsrpt_count_shown (history->failed_sessions[most]);
  g_string_printf (words, "%d days to %s, at most %s session%s on %s", TLSRPT_HISTORY_DAYS, last,
                   count, strcmp (count, "1") == 0 ? "" : "s", day);
  if (has_unknown (history))
    g_string_append_printf (words, "; %s: no report", unknown);
  if (history->is_coming)
    g_string_append (words, "; reports on the last day are still coming in");
  return g_string_free (words, FALSE);
}
