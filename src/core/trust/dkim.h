/* SPDX-License-Identifier: GPL-3.0-or-later
 * DKIM signatures of a mail (RFC 6376, 8301, 8463) to verdicts. Pure: bytes, and what the DNS answers,
 * in; verdicts out. Refuses what RFC 8460 section 3 does not let count. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Seconds that `x` may be past: clocks are wrong, and mail waits in queues. */
#define TLSRPT_DKIM_CLOCK_SLACK_SECONDS 86400

/**
 * TlsrptDkimResult:
 * @TLSRPT_DKIM_NONE: no signature, or one that counts for nothing: with `l`, or of a domain that says
 *   it only tests
 * @TLSRPT_DKIM_FAIL: the signature is not valid, and will not be
 * @TLSRPT_DKIM_TEMPERROR: the key could not be looked up now
 * @TLSRPT_DKIM_PASS: the signature is valid
 */
typedef enum {
  TLSRPT_DKIM_NONE,
  TLSRPT_DKIM_FAIL,
  TLSRPT_DKIM_TEMPERROR,
  TLSRPT_DKIM_PASS,
} TlsrptDkimResult;

/**
 * TlsrptDkimVerdict:
 * @result: the verdict
 * @domain: (nullable): `d` of the signature, as a lower-case A-label
 * @key_name: (nullable): where its key is published
 * @why: (nullable): our own words: why it is no pass, or what is weak about one
 *
 * The verdict on one signature.
 */
typedef struct {
  TlsrptDkimResult result;
  char *domain;
  char *key_name;
  const char *why;
} TlsrptDkimVerdict;

/**
 * TlsrptDkimAnswer:
 * @is_known: %FALSE if nobody could be asked, or no answer came: try again later
 * @records: (nullable) (array zero-terminated=1): the TXT records, the strings of each joined; %NULL or
 *   empty if there are none
 *
 * What the DNS says of one name.
 */
typedef struct {
  gboolean is_known;
  char **records;
} TlsrptDkimAnswer;

/**
 * TlsrptDkimLookup:
 * @name: name of a key, one of tlsrpt_dkim_key_names()
 * @data: what was handed in
 *
 * Returns: (transfer none): what the DNS says of @name
 */
typedef const TlsrptDkimAnswer *(*TlsrptDkimLookup) (const char *name, gpointer data);

/** TlsrptDkim: the signatures of one mail */
typedef struct _TlsrptDkim TlsrptDkim;

/**
 * tlsrpt_dkim_read:
 * @message: a message as received, any line ends, with or without a leading `From ` line
 *
 * Reads the signatures and makes the hashes; needs no key yet. Of more than
 * %TLSRPT_DKIM_SIGNATURES_MAX signatures those at the top are looked at.
 *
 * Returns: (transfer full): the signatures
 */
TlsrptDkim *tlsrpt_dkim_read (GBytes *message);

/**
 * tlsrpt_dkim_free:
 * @dkim: (transfer full) (nullable): what to free
 */
void tlsrpt_dkim_free (TlsrptDkim *dkim);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDkim, tlsrpt_dkim_free)

/**
 * tlsrpt_dkim_key_names:
 * @dkim: signatures
 *
 * Returns: (transfer full) (array zero-terminated=1): the names whose TXT records are needed, each
 *   once; none for a signature that is not valid whatever its key is
 */
char **tlsrpt_dkim_key_names (const TlsrptDkim *dkim);

/**
 * tlsrpt_dkim_verify:
 * @dkim: signatures
 * @received_at: seconds since 1970 when the mail arrived; a signature that expired more than
 *   %TLSRPT_DKIM_CLOCK_SLACK_SECONDS before fails. `t` may be in the future: a clock that is wrong
 *   makes no signature wrong.
 * @lookup: says what the DNS has
 * @data: for @lookup
 *
 * Judges each signature. Without libcrypto (dkim-crypto.h) none is valid.
 */
void tlsrpt_dkim_verify (TlsrptDkim *dkim, gint64 received_at, TlsrptDkimLookup lookup,
                         gpointer data);

/**
 * tlsrpt_dkim_verdicts:
 * @dkim: signatures that were judged
 *
 * Returns: (transfer none) (element-type TlsrptDkimVerdict): the verdicts, by value, in the order of
 *   the header
 */
const GArray *tlsrpt_dkim_verdicts (const TlsrptDkim *dkim);

G_END_DECLS
