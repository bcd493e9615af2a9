/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a look found, line by line: how bad, of what, and what to do. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptLevel:
 * @TLSRPT_LEVEL_OK: as it should be
 * @TLSRPT_LEVEL_UNKNOWN: it could not be looked at
 * @TLSRPT_LEVEL_WARN: mail flows; something is missing, or will fail
 * @TLSRPT_LEVEL_FAIL: broken: mail is refused, or will be, or is not protected as published
 * @TLSRPT_N_LEVELS: how many there are
 *
 * In the order of their weight.
 */
typedef enum {
  TLSRPT_LEVEL_OK,
  TLSRPT_LEVEL_UNKNOWN,
  TLSRPT_LEVEL_WARN,
  TLSRPT_LEVEL_FAIL,
  TLSRPT_N_LEVELS,
} TlsrptLevel;

/* Words for them: `ok`, `unknown`, `warn`, `fail`. */
extern const char *const tlsrpt_level_names[TLSRPT_N_LEVELS];

/**
 * TlsrptLook:
 * @level: how bad
 * @check: stable name of what was looked at, e.g. `policy-fetch`
 * @subject: record, host or address, printable
 * @found: what was found, printable
 * @advice: (nullable): what to do
 */
typedef struct {
  TlsrptLevel level;
  const char *check;
  char *subject;
  char *found;
  char *advice;
} TlsrptLook;

/**
 * tlsrpt_finding_list:
 *
 * Returns: (transfer full) (element-type TlsrptLook): an empty list
 */
GPtrArray *tlsrpt_finding_list (void);

/**
 * tlsrpt_finding_add:
 * @looks: (element-type TlsrptLook): a list
 * @level: how bad
 * @check: stable name, static
 * @subject: what of, printable
 * @advice: (nullable): what to do
 * @found: format of what was found; strangers' words in it went through tlsrpt_quote()
 * @...: its arguments
 */
void tlsrpt_finding_add (GPtrArray *looks, TlsrptLevel level, const char *check,
                         const char *subject, const char *advice, const char *found, ...)
    G_GNUC_PRINTF (6, 7);

/**
 * tlsrpt_finding_worst:
 * @looks: (element-type TlsrptLook): a list
 *
 * Returns: the worst level in @looks; %TLSRPT_LEVEL_OK if it is empty
 */
TlsrptLevel tlsrpt_finding_worst (const GPtrArray *looks);

G_END_DECLS
