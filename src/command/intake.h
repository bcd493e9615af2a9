/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one way of messages and documents into the database, for deliver, replay and retry. */
#pragma once

#include "core/item.h"
#include "settings.h"
#include "store/store.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_intake_is_for_store:
 * @item: a judged message
 * @settings: settings: whether what is refused is kept
 *
 * Sets `is_refusal_kept`.
 *
 * Returns: whether it has reports, or goes to quarantine
 */
gboolean tlsrpt_intake_is_for_store (TlsrptItem *item, const TlsrptSettings *settings);

/**
 * tlsrpt_intake_store:
 * @items: (element-type TlsrptItem): judged messages
 * @settings: settings
 * @store: a store
 * @error: return location
 *
 * Asks table accepted_domain where `accept-domains-table` says so, in one query for all of @items, and
 * stores what each comes to.
 *
 * Errors: as tlsrpt_store_find_accepted() and tlsrpt_store_put().
 *
 * Returns: %TRUE with the `outcomes` of what was stored set, or %FALSE with @error set
 */
gboolean tlsrpt_intake_store (GPtrArray *items, const TlsrptSettings *settings, TlsrptStore *store,
                              GError **error);

/**
 * TlsrptIntake:
 * @items: messages
 * @for_store: those of @items that the store is to have
 * @batch: (nullable): @for_store, prepared; table accepted_domain has to be asked first where that is on
 *
 * Messages on their way into the database.
 */
typedef struct {
  GPtrArray *items;
  GPtrArray *for_store;
  TlsrptStoreBatch *batch;
} TlsrptIntake;

/**
 * tlsrpt_intake_prepare:
 * @items: (element-type TlsrptItem): judged messages
 * @settings: settings
 * @store: a store, which may be busy
 *
 * The part of tlsrpt_intake_store() that needs no database.
 *
 * Returns: (transfer full): @items, to be stored by tlsrpt_intake_finish()
 */
TlsrptIntake *tlsrpt_intake_prepare (GPtrArray *items, const TlsrptSettings *settings,
                                     const TlsrptStore *store);

/**
 * tlsrpt_intake_finish:
 * @intake: what was prepared
 * @settings: the same settings
 * @store: the same store
 * @error: return location
 *
 * The rest of tlsrpt_intake_store().
 *
 * Errors: as tlsrpt_intake_store().
 *
 * Returns: as tlsrpt_intake_store()
 */
gboolean tlsrpt_intake_finish (TlsrptIntake *intake, const TlsrptSettings *settings,
                               TlsrptStore *store, GError **error);

/**
 * tlsrpt_intake_free:
 * @intake: (transfer full) (nullable): what to free
 */
void tlsrpt_intake_free (TlsrptIntake *intake);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptIntake, tlsrpt_intake_free)

/**
 * tlsrpt_intake_new_store:
 * @settings: settings
 * @run_deadline: g_get_monotonic_time() value for the whole run, or 0: each batch has its own
 *
 * Returns: (transfer full): the store that @settings name, not connected yet
 */
TlsrptStore *tlsrpt_intake_new_store (const TlsrptSettings *settings, gint64 run_deadline);

/**
 * tlsrpt_intake_open_store:
 * @settings: settings
 * @error: return location
 *
 * Errors: as tlsrpt_store_connect().
 *
 * Returns: (transfer full): the store that @settings name, each batch with a deadline of its own
 */
TlsrptStore *tlsrpt_intake_open_store (const TlsrptSettings *settings, GError **error);

G_END_DECLS
