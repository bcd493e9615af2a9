/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether more sessions of a domain fail than before. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Fewer failed sessions than this are no trend: one reporter may see them of a minor fault */
#define TLSRPT_TREND_SESSIONS 5.0

/** A share that differs by less than this is the same */
#define TLSRPT_TREND_SHARE 0.001

/** So many times the other share is another one */
#define TLSRPT_TREND_FACTOR 1.25

/**
 * TlsrptTrendSum:
 * @sessions: all sessions
 * @failed_sessions: those that failed
 *
 * Sessions of a period.
 */
typedef struct {
  double sessions;
  double failed_sessions;
} TlsrptTrendSum;

/**
 * tlsrpt_trend:
 * @now: sessions of the period
 * @before: sessions of as many days before it
 *
 * Returns: (nullable): `worse`, `better` or `same`; %NULL where one of the two has no session, so that
 *   there is nothing to compare
 */
const char *tlsrpt_trend (TlsrptTrendSum now, TlsrptTrendSum before);

G_END_DECLS
