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
