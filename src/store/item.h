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
 * @raw: the message (or document) as received, cut where it was over the cap
 * @reason: why: code of %TLSRPT_ERROR
 * @stage: stage that refused it
 * @detail: the text of the refusal
 * @envelope_sender: (nullable): as the mail system told
 * @header_from: (nullable): address of From
 * @message_id: (nullable): without angle brackets
 * @truncated: %TRUE if @raw is not the whole message
 *
 * A message for quarantine.
 */
typedef struct {
  GBytes *raw;
  TlsrptError reason;
  char *stage;
  char *detail;
  char *envelope_sender;
  char *header_from;
  char *message_id;
  gboolean truncated;
} TlsrptRefused;

/**
 * tlsrpt_refused_new:
 * @raw: the message
 * @refusal: why
 * @envelope: (nullable): its header
 * @envelope_sender: (nullable): as the mail system told
 *
 * Returns: (transfer full): an entry for quarantine
 */
TlsrptRefused *tlsrpt_refused_new (GBytes *raw, const GError *refusal,
                                   const TlsrptEnvelope *envelope, const char *envelope_sender);

void tlsrpt_refused_free (TlsrptRefused *refused);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptRefused, tlsrpt_refused_free)

typedef enum {
  TLSRPT_OUTCOME_STORED,
  TLSRPT_OUTCOME_DUPLICATE,
  TLSRPT_OUTCOME_CONFLICT,
  TLSRPT_OUTCOME_QUARANTINED,
} TlsrptOutcome;

/**
 * TlsrptBatchItem:
 * @raw: the message or document the rest came from, for quarantine where the store itself refuses
 * @envelope_sender: (nullable): as the mail system told
 * @envelope: (nullable): header of the message, not owned
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
  GPtrArray *reports;
  TlsrptRefused *refused;
  GArray *outcomes;
} TlsrptBatchItem;

TlsrptBatchItem *tlsrpt_batch_item_new (GBytes *raw);
void tlsrpt_batch_item_free (TlsrptBatchItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptBatchItem, tlsrpt_batch_item_free)

G_END_DECLS
