/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the store is handed: messages with their reports, and messages for quarantine; and what became
 * of them. */
#pragma once

#include "core/decode.h"
#include "core/errors.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptRefused:
 * @raw: what is kept of the message (or document): its head, where it is long
 * @whole: all of it that was read: the same message is kept once
 * @reason: why: code of %TLSRPT_ERROR
 * @stage: stage that refused it
 * @detail: the text of the refusal
 * @envelope_sender: (nullable): as the mail system told
 * @header_from: (nullable): address of From
 * @message_id: (nullable): without angle brackets
 * @authenticated_domain: (nullable): who vouches for the message; its room is his, else everybody's
 * @truncated: %TRUE if @raw is not the whole message
 *
 * A message for quarantine.
 */
typedef struct {
  GBytes *raw;
  GBytes *whole;
  TlsrptError reason;
  char *stage;
  char *detail;
  char *envelope_sender;
  char *header_from;
  char *message_id;
  char *authenticated_domain;
  gboolean truncated;
} TlsrptRefused;

void tlsrpt_refused_free (TlsrptRefused *refused);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptRefused, tlsrpt_refused_free)

/**
 * TlsrptOutcome:
 * @TLSRPT_OUTCOME_STORED: a report is stored
 * @TLSRPT_OUTCOME_DUPLICATE: it was stored before
 * @TLSRPT_OUTCOME_CONFLICT: another document is stored under its identity; it is in quarantine
 * @TLSRPT_OUTCOME_QUARANTINED: a message is in quarantine
 * @TLSRPT_OUTCOME_WAITING: it should be, and quarantine has no room: whoever has it is to keep it
 */
typedef enum {
  TLSRPT_OUTCOME_STORED,
  TLSRPT_OUTCOME_DUPLICATE,
  TLSRPT_OUTCOME_CONFLICT,
  TLSRPT_OUTCOME_QUARANTINED,
  TLSRPT_OUTCOME_WAITING,
  TLSRPT_N_OUTCOMES,
} TlsrptOutcome;

/**
 * TlsrptBatchItem:
 * @raw: the message or document the rest came from, for quarantine where the store itself refuses
 * @envelope_sender: (nullable): as the mail system told
 * @envelope: (nullable): header of the message, not owned
 * @authenticated_domain: (nullable): domain whose valid signature vouches for the message
 * @quarantine_bytes: of a message that is refused so much is kept; 0 for all
 * @is_truncated: %TRUE if @raw is not the whole message
 * @reports: (element-type TlsrptReport): reports of one message; may be empty
 * @refused: (nullable): what goes to quarantine of it
 * @outcomes: (element-type TlsrptOutcome): set by tlsrpt_store_put(): one for each of @reports, then
 *   one for @refused if there is one
 *
 * What one message comes to. A conflict of a report is quarantined by tlsrpt_store_put() itself
 * (with reason `conflict`), and its outcome is %TLSRPT_OUTCOME_CONFLICT.
 */
typedef struct {
  GBytes *raw;
  char *envelope_sender;
  const TlsrptEnvelope *envelope;
  char *authenticated_domain;
  gsize quarantine_bytes;
  gboolean is_truncated;
  GPtrArray *reports;
  TlsrptRefused *refused;
  GArray *outcomes;
} TlsrptBatchItem;

TlsrptBatchItem *tlsrpt_batch_item_new (GBytes *raw);
void tlsrpt_batch_item_free (TlsrptBatchItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptBatchItem, tlsrpt_batch_item_free)

/**
 * tlsrpt_refused_new:
 * @item: a message
 * @refusal: why it, or a report of it, is refused
 *
 * Returns: (transfer full): an entry for quarantine
 */
TlsrptRefused *tlsrpt_refused_new (const TlsrptBatchItem *item, const GError *refusal);

G_END_DECLS
