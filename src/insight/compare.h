/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a group of failures may be compared with: sessions to the same domains, on the same days, under
 * the same mechanism, reporter by reporter. */
#pragma once

#include "insight/group.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptIndex: an opaque index of session facts by domain */
typedef struct _TlsrptIndex TlsrptIndex;

/**
 * tlsrpt_index_new:
 * @facts: facts; they must outlive the index and stay as they are
 *
 * Returns: (transfer full): an index of their sessions
 */
TlsrptIndex *tlsrpt_index_new (const TlsrptFacts *facts);

/**
 * tlsrpt_index_free:
 * @index: (transfer full) (nullable): what to free
 */
void tlsrpt_index_free (TlsrptIndex *index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptIndex, tlsrpt_index_free)

/**
 * tlsrpt_index_sessions:
 * @index: an index
 * @mail_domain: a domain, interned
 *
 * Returns: (transfer none) (nullable) (element-type guint): positions of its sessions in the facts, in
 *   the order of days
 */
const GArray *tlsrpt_index_sessions (const TlsrptIndex *index, const char *mail_domain);

/**
 * tlsrpt_index_of_reporter:
 * @index: an index
 * @mail_domain: a domain, interned
 * @reporter: a reporter, interned
 *
 * Returns: (transfer none) (nullable) (element-type guint): those of tlsrpt_index_sessions() that @reporter
 *   reports
 */
const GArray *tlsrpt_index_of_reporter (const TlsrptIndex *index, const char *mail_domain,
                                        const char *reporter);

/**
 * tlsrpt_index_from:
 * @index: an index
 * @sessions: what one of the two returned
 * @day: a day, in days since 1970
 *
 * Returns: the index in @sessions of the first one of @day or a later day; their number if there is none
 */
guint tlsrpt_index_from (const TlsrptIndex *index, const GArray *sessions, gint32 day);

/**
 * tlsrpt_index_covering:
 * @index: an index
 * @sessions: what one of the two returned
 * @day: a day, in days since 1970
 *
 * Returns: an index in @sessions: no report before it covers @day or a later day
 */
guint tlsrpt_index_covering (const TlsrptIndex *index, const GArray *sessions, gint32 day);

/**
 * TlsrptCompared:
 * @reporter: (transfer none): a reporter
 * @is_verified: whether any of its failing reports is signed by it
 * @failed_sessions: its failed sessions of the group
 * @successful_sessions: its comparable sessions that succeeded
 * @sessions: all its comparable sessions, @failed_sessions at least
 * @last_day: last day that its failing reports cover; 0 if it saw no failure
 */
typedef struct {
  const char *reporter;
  gboolean is_verified;
  guint64 failed_sessions;
  guint64 successful_sessions;
  guint64 sessions;
  gint32 last_day;
} TlsrptCompared;

/**
 * tlsrpt_compare:
 * @group: a group
 * @facts: the facts that it is of
 * @index: index of the facts
 *
 * Under `tlsa` at an MX only sessions to that MX are compared, as its policy domain names it.
 *
 * Returns: (transfer full) (element-type TlsrptCompared): reporters with failed or comparable sessions,
 *   those with the most failed sessions first, then by name
 */
GArray *tlsrpt_compare (const TlsrptGroup *group, const TlsrptFacts *facts,
                        const TlsrptIndex *index);

G_END_DECLS
