/* SPDX-License-Identifier: GPL-3.0-or-later
 * One failure to the place where its cause must be, and to the most exact word for it. */
#pragma once

#include "insight/fact.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_place_word:
 * @failure: a failure
 *
 * The reporter's own words decide where they are known; under `tlsa` any word on certificates means that
 * the certificate does not fit the TLSA records (RFC 7672 section 3.1.1).
 *
 * Returns: (transfer none): a result type, or one of TLSRPT_CAUSE_
 */
const char *tlsrpt_place_word (const TlsrptFailureFact *failure);

/**
 * tlsrpt_place_read_words:
 * @facts: facts
 *
 * Finds the word of each failure once, as it is asked for many times.
 */
void tlsrpt_place_read_words (TlsrptFacts *facts);

/**
 * tlsrpt_place_rank:
 * @word: what tlsrpt_place_word() returned
 *
 * Returns: how exact the word is, 0 for the most exact
 */
guint tlsrpt_place_rank (const char *word);

/**
 * tlsrpt_place_fits:
 * @word: word of a failure that names no MX
 * @other: word of another failure
 *
 * Returns: whether both may speak of the same cause
 */
gboolean tlsrpt_place_fits (const char *word, const char *other);

/**
 * tlsrpt_place_fits_any:
 * @word: word of a failure that names no MX
 * @words: bit set of 1 << tlsrpt_place_rank()
 *
 * Returns: whether tlsrpt_place_fits() holds for @word and one of @words
 */
gboolean tlsrpt_place_fits_any (const char *word, guint words);

/**
 * tlsrpt_place_ranked:
 * @words: bit set of 1 << tlsrpt_place_rank()
 *
 * Returns: (transfer none): the most exact word of @words; `unspecified` if it is 0
 */
const char *tlsrpt_place_ranked (guint words);

/**
 * tlsrpt_place_is_named:
 * @mx: an MX host
 * @patterns: (nullable): MX patterns of a policy with single spaces between
 *
 * Returns: whether a pattern names it; `*.` stands for one label (RFC 8461 section 4.1)
 */
gboolean tlsrpt_place_is_named (const char *mx, const char *patterns);

/**
 * tlsrpt_place_sole_mx:
 * @patterns: (nullable): MX patterns of a policy with single spaces between
 *
 * Returns: (transfer full) (nullable): the one host that @patterns name; %NULL if they are several
 *   or have a wildcard
 */
char *tlsrpt_place_sole_mx (const char *patterns);

/**
 * tlsrpt_place_is_base:
 * @facts: all facts, sorted
 * @scope: of one of them
 *
 * Returns: whether its policy domain is an MX host: a TLSA base domain, and not the mail domain in its
 *   place
 */
gboolean tlsrpt_place_is_base (const TlsrptFacts *facts, const TlsrptScope *scope);

/**
 * TlsrptPlace:
 * @kind: kind of place; %TLSRPT_PLACE_DOMAIN for what names no host
 * @name: (transfer none): the place, interned
 * @is_foreign: whether the MX may be an interception
 * @is_nameless: whether it may belong to another place of the same domain
 */
typedef struct {
  TlsrptPlaceKind kind;
  const char *name;
  gboolean is_foreign;
  gboolean is_nameless;
} TlsrptPlace;

/**
 * tlsrpt_place_of:
 * @facts: all facts, sorted
 * @failure: one of its failures
 *
 * Returns: where the failure happened
 */
TlsrptPlace tlsrpt_place_of (TlsrptFacts *facts, const TlsrptFailureFact *failure);

G_END_DECLS
