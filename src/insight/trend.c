/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two shares of failed sessions to one word. A few sessions more or less are no trend. */
#include "insight/trend.h"

static double
share_of (TlsrptTrendSum sum)
{
  return sum.failed_sessions / sum.sessions;
}

/* Whether @high is a larger share than @low, and made of more than a few sessions. */
static gboolean
is_above (TlsrptTrendSum high, TlsrptTrendSum low)
{
  return high.failed_sessions >= TLSRPT_TREND_SESSIONS &&
         share_of (high) - share_of (low) >= TLSRPT_TREND_SHARE &&
         share_of (high) >= share_of (low) * TLSRPT_TREND_FACTOR;
}

const char *
tlsrpt_trend (TlsrptTrendSum now, TlsrptTrendSum before)
{
  if (now.sessions <= 0 || before.sessions <= 0)
    return NULL;
  if (is_above (now, before))
    return "worse";
  return is_above (before, now) ? "better" : "same";
}
