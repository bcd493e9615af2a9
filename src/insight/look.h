/* SPDX-License-Identifier: GPL-3.0-or-later
 * What `doctor` saw at the place of an incident, in words beside what reports say of it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptLookedAt:
 * @looked_at: when it last looked, in seconds since 1970
 * @since: first look since which it is so
 * @turned_after: last look at which it was not so; 0 if there is none
 * @is_healthy: whether all that sending MTAs check was right
 * @detail: what was seen, printable
 */
typedef struct {
  gint64 looked_at;
  gint64 since;
  gint64 turned_after;
  gboolean is_healthy;
  const char *detail;
} TlsrptLookedAt;

/**
 * tlsrpt_look_text:
 * @look: what was seen
 * @first_day: first day of failure, in days since 1970
 * @last_day: last day of failure
 * @is_over: whether the incident is over
 *
 * Reports speak of whole days and come a day late: a place that was found right on the last day of failure
 * may have been repaired on it.
 *
 * Returns: (transfer full) (nullable): it in words; %NULL if it was before the incident began
 */
char *tlsrpt_look_text (const TlsrptLookedAt *look, gint32 first_day, gint32 last_day,
                        gboolean is_over);

/**
 * tlsrpt_look_plain:
 * @look: what was seen
 *
 * Returns: (transfer full): it in words, for a place where no session has failed
 */
char *tlsrpt_look_plain (const TlsrptLookedAt *look);

G_END_DECLS
