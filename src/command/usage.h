/* SPDX-License-Identifier: GPL-3.0-or-later
 * What several commands check on their command line, and how all of them refuse it. */
#pragma once

#include "insight/period.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_usage_fail:
 * @error: return location
 * @text: static: `COMMAND: what is wrong with its command line`
 *
 * Sets %TLSRPT_ERROR_USAGE.
 *
 * Returns: %FALSE
 */
gboolean tlsrpt_usage_fail (GError **error, const char *text);

/**
 * tlsrpt_usage_address:
 * @option: `COMMAND: --OPTION`
 * @address: (nullable): its value
 * @error: return location
 *
 * The address goes into a header field or to sendmail: it must be one address, not a list and no
 * option. `root` is one: mail systems know it.
 *
 * Errors: %TLSRPT_ERROR_USAGE.
 *
 * Returns: %TRUE if @address is %NULL or one mail address, or %FALSE with @error set
 */
gboolean tlsrpt_usage_address (const char *option, const char *address, GError **error);

/**
 * TlsrptUsageDays:
 * @since: (nullable): value of `--since`
 * @until: (nullable): value of `--until`
 * @last: (nullable): value of `--last`
 */
typedef struct {
  const char *since;
  const char *until;
  const char *last;
} TlsrptUsageDays;

/**
 * tlsrpt_usage_period:
 * @command: name of the command, for the error
 * @days: its options
 * @period: (out caller-allocates): the days
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_USAGE.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_usage_period (const char *command, const TlsrptUsageDays *days,
                              TlsrptPeriod *period, GError **error);

G_END_DECLS
