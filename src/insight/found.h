/* SPDX-License-Identifier: GPL-3.0-or-later
 * An incident as one look at the facts finds it, with the failed sessions that it is made of. */
#pragma once

#include "insight/fact.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptMember:
 * @day: day of failure, in days since 1970
 * @reporter: who saw it
 * @mail_domain: mail domain
 * @policy_domain: policy domain
 * @mechanism: policy that was applied
 * @result_type: result type as sent; "" where there is none
 * @receiving_mx: MX host; "" where none is named
 * @failed_sessions: failed sessions
 *
 * Failed sessions of an incident. The words belong to the facts, or to the book that keeps it.
 */
typedef struct {
  gint32 day;
  const char *reporter;
  const char *mail_domain;
  const char *policy_domain;
  TlsrptMechanism mechanism;
  const char *result_type;
  const char *receiving_mx;
  guint64 failed_sessions;
} TlsrptMember;

/**
 * tlsrpt_member_hash:
 * @member: a #TlsrptMember
 *
 * A #GHashFunc over everything but the failed sessions.
 *
 * Returns: the hash
 */
guint tlsrpt_member_hash (gconstpointer member);

/**
 * tlsrpt_member_equal:
 * @left: a #TlsrptMember
 * @right: another
 *
 * The #GEqualFunc that goes with tlsrpt_member_hash().
 *
 * Returns: whether they differ in nothing but the failed sessions
 */
gboolean tlsrpt_member_equal (gconstpointer left, gconstpointer right);

/**
 * tlsrpt_member_compare:
 * @left: a #TlsrptMember
 * @right: another
 *
 * A #GCompareFunc: by day first.
 *
 * Returns: below, equal to or above 0
 */
int tlsrpt_member_compare (gconstpointer left, gconstpointer right);

/**
 * TlsrptFound:
 * @judgement: what was concluded
 * @members: (element-type TlsrptMember): what it is made of, each key once, in order; none where reports
 *   are missing
 */
typedef struct {
  TlsrptJudgement *judgement;
  GArray *members;
} TlsrptFound;

/**
 * tlsrpt_found_new:
 *
 * Returns: (transfer full): an empty finding
 */
TlsrptFound *tlsrpt_found_new (void);

/**
 * tlsrpt_found_free:
 * @finding: (transfer full) (nullable): what to free
 */
void tlsrpt_found_free (TlsrptFound *finding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptFound, tlsrpt_found_free)

/**
 * tlsrpt_found_add:
 * @finding: a finding
 * @member: failed sessions
 *
 * Adds @member, or its sessions to the member with the same key. Call tlsrpt_found_settle() after
 * the last.
 */
void tlsrpt_found_add (TlsrptFound *finding, const TlsrptMember *member);

/**
 * tlsrpt_found_settle:
 * @finding: a finding
 *
 * Sorts the members, so that each key is there once.
 */
void tlsrpt_found_settle (TlsrptFound *finding);

G_END_DECLS
