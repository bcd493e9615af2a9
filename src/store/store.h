/* SPDX-License-Identifier: GPL-3.0-or-later
 * A batch of reports and refused messages into PostgreSQL, all of it in one transaction and each
 * exactly once. Refuses a schema it does not know. */
#pragma once

#include "core/accept.h"
#include "core/decode.h"
#include "core/errors.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_SCHEMA_VERSION 1

/** TlsrptStore: an opaque connection that can store */
typedef struct _TlsrptStore TlsrptStore;

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

/**
 * TlsrptStoreOptions:
 * @conninfo: (nullable): libpq connection string
 * @deadline_seconds: bound over connecting and over each batch, in seconds
 * @run_deadline: g_get_monotonic_time() value that bounds connecting and all batches together
 *   instead, as `deliver` needs it; 0 for none
 * @keep_evidence: store the evidence beside each report
 */
typedef struct {
  const char *conninfo;
  guint deadline_seconds;
  gint64 run_deadline;
  gboolean keep_evidence;
} TlsrptStoreOptions;

/**
 * tlsrpt_store_new:
 * @options: how; copied
 *
 * Begins to connect, and waits for nothing: tlsrpt_store_connect() does.
 *
 * Returns: (transfer full): a store
 */
TlsrptStore *tlsrpt_store_new (const TlsrptStoreOptions *options);

/**
 * tlsrpt_store_connect:
 * @store: a store that is not connected yet
 * @error: return location
 *
 * Errors: as tlsrpt_pg_connect().
 *
 * Returns: %TRUE once there is a connection, or %FALSE with @error set
 */
gboolean tlsrpt_store_connect (TlsrptStore *store, GError **error);

/**
 * tlsrpt_store_open:
 * @options: how; copied
 * @error: return location
 *
 * tlsrpt_store_new() and tlsrpt_store_connect().
 *
 * Returns: (transfer full): a store, or %NULL with @error set
 */
TlsrptStore *tlsrpt_store_open (const TlsrptStoreOptions *options, GError **error);

void tlsrpt_store_free (TlsrptStore *store);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptStore, tlsrpt_store_free)

/**
 * tlsrpt_store_put:
 * @store: a store
 * @items: (element-type TlsrptBatchItem): any number of messages
 * @error: return location
 *
 * Stores all of @items, committed on return. A report already there, or twice in @items, is a
 * duplicate. What one message comes to is stored in one transaction, whole or not at all: its
 * reports, and its entries in quarantine. Messages go together in statements of up to 16 MB; where the
 * server refuses a value (SQLSTATE class 22, 23, 54) the batch is split until the report at fault is
 * found, and that one is quarantined. On error some of @items may be stored, and no outcome is set:
 * the same call again is always right. Serialisation failures, deadlocks and a lost connection are
 * tried again within the deadline.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY, %TLSRPT_ERROR_DEADLINE, %TLSRPT_ERROR_OPERATOR,
 * %TLSRPT_ERROR_INTERNAL.
 *
 * Returns: %TRUE with every `outcomes` set, or %FALSE with @error set
 */
gboolean tlsrpt_store_put (TlsrptStore *store, GPtrArray *items, GError **error);

/**
 * tlsrpt_store_find_accepted:
 * @store: a store
 * @patterns: (element-type utf8): a set of patterns, as of tlsrpt_accept_patterns()
 * @error: return location
 *
 * Errors: as tlsrpt_store_put().
 *
 * Returns: (transfer full): those of @patterns that table accepted_domain has, or %NULL with @error set
 */
TlsrptAccept *tlsrpt_store_find_accepted (TlsrptStore *store, GHashTable *patterns, GError **error);

G_END_DECLS
