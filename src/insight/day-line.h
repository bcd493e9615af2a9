/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lines of the texts in table session_day: fields with a space or a tab between, which mean nothing else in
 * them, and facts made of these. */
#pragma once

#include "insight/fact.h"

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_DAY_LINE_ESCAPED(text, separator, sign)                                             \
  "replace(replace(replace(" text ", '\\', '\\\\'), " separator ", '\\" sign "'), E'\\n', '\\n')"

/** SQL for a field of a line with spaces between; @text: SQL of it, not null */
#define TLSRPT_DAY_LINE_SPACED(text) TLSRPT_DAY_LINE_ESCAPED (text, "' '", "s")

/** SQL for a field of a line with tabs between; @text: SQL of it, which may be null */
#define TLSRPT_DAY_LINE_TABBED(text)                                                               \
  "coalesce(" TLSRPT_DAY_LINE_ESCAPED (text, "E'\\t'", "t") ", '\\-')"

/**
 * tlsrpt_day_line_cut:
 * @rest: (inout): a text; what follows @end, or the end of the text, on return
 * @end: a character
 *
 * Returns: (transfer none): the text until @end, which is overwritten
 */
char *tlsrpt_day_line_cut (char **rest, char end);

/**
 * tlsrpt_day_line_word:
 * @facts: facts
 * @field: a field, which is overwritten
 *
 * Returns: (transfer none) (nullable): the word of @facts for it; %NULL for a field that is null
 */
const char *tlsrpt_day_line_word (TlsrptFacts *facts, char *field);

/**
 * tlsrpt_day_line_failure:
 * @facts: facts to which the failure is added
 * @scope: what the lines of the row have in common; their domains are added
 * @line: a line of column failures, which is overwritten
 *
 * The policy_mx of the failure is the digest of its patterns.
 */
void tlsrpt_day_line_failure (TlsrptFacts *facts, const TlsrptScope *scope, char *line);

G_END_DECLS
