/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message or document on its way to the store: decoded, with what is refused of it. */
#pragma once

#include "core/decode.h"
#include "core/source.h"
#include "settings.h"
#include "store/store.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptIntake:
 * @decoded: what the message holds
 * @item: the same, for the store
 */
typedef struct {
  TlsrptDecoded *decoded;
  TlsrptBatchItem *item;
} TlsrptIntake;

/**
 * tlsrpt_intake_new:
 * @source_item: a message or document
 * @envelope_sender: (nullable): as the mail system told
 * @settings: settings
 *
 * Returns: (transfer full): what becomes of it
 */
TlsrptIntake *tlsrpt_intake_new (const TlsrptSourceItem *source_item, const char *envelope_sender,
                                 const TlsrptSettings *settings);

void tlsrpt_intake_free (TlsrptIntake *intake);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptIntake, tlsrpt_intake_free)

/**
 * tlsrpt_intake_decode:
 * @source_item: a message or document
 * @limits: caps
 *
 * Decodes by kind; one that was cut at the cap is refused for that.
 *
 * Returns: (transfer full): what it holds
 */
TlsrptDecoded *tlsrpt_intake_decode (const TlsrptSourceItem *source_item,
                                     const TlsrptLimits *limits);

/**
 * tlsrpt_intake_open_store:
 * @settings: settings
 * @run_deadline: g_get_monotonic_time() value that bounds all that is done with it; 0 to bound
 *   connecting and each batch on its own
 * @error: return location
 *
 * Errors: as tlsrpt_store_open().
 *
 * Returns: (transfer full): the store that @settings name
 */
TlsrptStore *tlsrpt_intake_open_store (const TlsrptSettings *settings, gint64 run_deadline,
                                       GError **error);

G_END_DECLS
