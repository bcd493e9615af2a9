/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages of a pipeline to the database, a batch a transaction, with the size of a batch following
 * what the database takes. */
#pragma once

#include "command/pipeline.h"
#include "command/progress.h"
#include "settings.h"
#include "store/store.h"

#include <glib.h>
#include <signal.h>

G_BEGIN_DECLS

/**
 * TlsrptFeed:
 * @settings: settings
 * @store: a store
 * @progress: where it is shown how far it is
 * @state: how far it is; `done` is kept up to date, and `total` where the pipeline knows it
 * @stop: (nullable): once this is not 0, nothing more is taken; what was taken is stored
 * @on_read: called with each parcel before its messages are stored; %FALSE with its error set ends it all
 * @on_stored: called with the messages of each batch (element-type TlsrptItem) once they are stored;
 *   %FALSE with its error set ends it all
 * @data: for @on_read and @on_stored
 *
 * What tlsrpt_feed_run() works with.
 */
typedef struct {
  const TlsrptSettings *settings;
  TlsrptStore *store;
  TlsrptProgress *progress;
  TlsrptProgressState *state;
  const volatile sig_atomic_t *stop;
  gboolean (*on_read) (gpointer data, TlsrptParcel *parcel, GError **error);
  gboolean (*on_stored) (gpointer data, const GPtrArray *items, GError **error);
  gpointer data;
} TlsrptFeed;

/**
 * tlsrpt_feed_run:
 * @feed: what to work with
 * @pipeline: where the messages come from
 * @error: return location
 *
 * Stores all that @pipeline has.
 *
 * Errors: as tlsrpt_intake_store(), and those of `on_read` and `on_stored`.
 *
 * Returns: %TRUE if all is stored, or all that came before a stop; %FALSE with @error set
 */
gboolean tlsrpt_feed_run (const TlsrptFeed *feed, TlsrptPipeline *pipeline, GError **error);

G_END_DECLS
