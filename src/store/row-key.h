/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the rows of a report have beside its own members. */
#pragma once

#include "pg/columns.h"
#include "store/entry.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptRowKey:
 * @uid: key of the report, or of the message in quarantine
 * @entry: (nullable): the report
 * @facts: what of the report counts, without its lists
 * @reporter_domain: of the report
 * @is_verified: of the report
 * @policy_no: number of the policy, from 0
 * @policy: what of it counts
 * @failure_no: number of the failure detail in its policy, from 0
 * @failure: what of it counts
 * @keep_evidence: whether a report's evidence is stored
 * @statement_no: number of the statement that stores the report, where reports are distributed
 * @reason: why the message is in quarantine, a word of tlsrpt_error_reason()
 * @stage: stage that refused it
 * @detail: text of the refusal
 * @header_from: (nullable): address of From of the message
 * @message_id: (nullable): its Message-ID, without angle brackets
 * @raw: what is kept of it
 * @is_truncated: %TRUE if @raw is not the whole message
 *
 * What a row has beside the members of the object that it is made of.
 */
typedef struct {
  const guint8 *uid;
  const TlsrptEntry *entry;
  TlsrptCounted facts;
  const char *reporter_domain;
  gboolean is_verified;
  guint policy_no;
  TlsrptCountedPolicy policy;
  guint failure_no;
  TlsrptCountedFailure failure;
  gboolean keep_evidence;
  gint64 statement_no;
  const char *reason;
  const char *stage;
  const char *detail;
  const char *header_from;
  const char *message_id;
  GBytes *raw;
  gboolean is_truncated;
} TlsrptRowKey;

/**
 * tlsrpt_row_key_init:
 * @key: (out): key of the rows of a report
 * @entry: the report
 * @keep_evidence: whether its evidence is stored
 */
void tlsrpt_row_key_init (TlsrptRowKey *key, const TlsrptEntry *entry, gboolean keep_evidence);

/**
 * tlsrpt_row_key_add_failures:
 * @key: key of a report; with the number of the policy
 * @columns: rows of tlsrpt_table_failure
 * @from: (inout): the first failure detail to add; then the first that was not
 * @max: how many rows may be added at most
 *
 * Adds rows of the policy: its details, and then the rest of its summary, if there is one.
 *
 * Returns: %TRUE if all are added
 */
gboolean tlsrpt_row_key_add_failures (TlsrptRowKey *key, TlsrptColumns *columns, guint *from,
                                      guint max);

G_END_DECLS
