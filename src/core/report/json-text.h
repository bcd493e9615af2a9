/* SPDX-License-Identifier: GPL-3.0-or-later
 * One JSON string, number or word of raw bytes to text that json-glib reads as it was meant. Repairs
 * what is no character; refuses what is no JSON. */
#pragma once

#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptJsonInput:
 * @start: first byte of the document
 * @at: next byte
 * @end: past the last byte
 * @limits: caps; `string_bytes` and `inflated_bytes` are used here
 * @deviations: TlsrptDeviation bits found so far
 * @added: bytes that repair has added so far: one bad byte becomes up to 6
 *
 * Where a reader of a JSON document stands.
 */
typedef struct {
  const guint8 *start;
  const guint8 *at;
  const guint8 *end;
  const TlsrptLimits *limits;
  guint64 deviations;
  gsize added;
} TlsrptJsonInput;

/**
 * tlsrpt_json_unexpected:
 * @input: where
 * @wanted: what was to be expected, in words
 * @error: return location
 *
 * Sets %TLSRPT_ERROR_MALFORMED with line and column of `input->at` and what stands there.
 *
 * Returns: %FALSE
 */
gboolean tlsrpt_json_unexpected (const TlsrptJsonInput *input, const char *wanted, GError **error);

/**
 * tlsrpt_json_copy_string:
 * @input: (inout): stands on the opening quotation mark; then after the closing one
 * @text: the string is appended, quotation marks and all
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_MALFORMED, %TLSRPT_ERROR_LIMIT.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_json_copy_string (TlsrptJsonInput *input, GString *text, GError **error);

/**
 * tlsrpt_json_copy_scalar:
 * @input: (inout): stands on the first byte of a number, `true`, `false` or `null`; then after it
 * @text: the scalar is appended; a number that neither gint64 nor double holds as a string
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_MALFORMED.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_json_copy_scalar (TlsrptJsonInput *input, GString *text, GError **error);

G_END_DECLS
