/* SPDX-License-Identifier: GPL-3.0-or-later
 * A batch of reports and refused messages into PostgreSQL, all of it in one transaction and each
 * exactly once. Refuses a schema it does not know. */
#pragma once

#include "core/accept.h"
#include "core/item.h"

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptStore: an opaque connection that can store */
typedef struct _TlsrptStore TlsrptStore;

/**
 * TlsrptStoreOptions:
 * @conninfo: (nullable): libpq connection string
 * @deadline_seconds: bound over connecting and over each batch, in seconds
 * @run_deadline: g_get_monotonic_time() value that bounds connecting and all batches together
 *   instead, as `deliver` needs it; 0 for none
 * @keep_evidence: store the evidence beside each report
 * @quarantine_bytes: how much is kept of a message that is refused, in bytes; 0 for all
 */
typedef struct {
  const char *conninfo;
  guint deadline_seconds;
  gint64 run_deadline;
  gboolean keep_evidence;
  gsize quarantine_bytes;
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
 * @store: a store; one that is connected stays as it is
 * @error: return location
 *
 * Errors: as tlsrpt_pg_connect().
 *
 * Returns: %TRUE once there is a connection, or %FALSE with @error set
 */
gboolean tlsrpt_store_connect (TlsrptStore *store, GError **error);

/**
 * tlsrpt_store_free:
 * @store: (transfer full) (nullable): what to free
 */
void tlsrpt_store_free (TlsrptStore *store);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptStore, tlsrpt_store_free)

/**
 * TlsrptStoreBatch:
 *
 * Messages with what they come to in the store, as far as that needs no server.
 */
typedef struct _TlsrptStoreBatch TlsrptStoreBatch;

/**
 * tlsrpt_store_prepare:
 * @store: a store, which may be busy
 * @items: (element-type TlsrptItem): any number of messages
 *
 * The first part of tlsrpt_store_put(), for a thread of its own while the store is busy with the batch before.
 *
 * Returns: (transfer full): @items, prepared
 */
TlsrptStoreBatch *tlsrpt_store_prepare (const TlsrptStore *store, GPtrArray *items);

/**
 * tlsrpt_store_batch_free:
 * @batch: (transfer full) (nullable): what to free
 */
void tlsrpt_store_batch_free (TlsrptStoreBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptStoreBatch, tlsrpt_store_batch_free)

/**
 * tlsrpt_store_put_prepared:
 * @store: a store
 * @batch: messages that were prepared, and not stored yet
 * @error: return location
 *
 * The second part of tlsrpt_store_put().
 *
 * Errors: as tlsrpt_store_put().
 *
 * Returns: %TRUE with every `outcomes` set, or %FALSE with @error set
 */
gboolean tlsrpt_store_put_prepared (TlsrptStore *store, TlsrptStoreBatch *batch, GError **error);

/**
 * tlsrpt_store_put:
 * @store: a store
 * @items: (element-type TlsrptItem): any number of messages
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
