/* SPDX-License-Identifier: GPL-3.0-or-later
 * What `doctor` saw wrong, or about to end, where no session has failed yet: incidents of their own, so that
 * they are told before a mail is lost. */
#pragma once

#include "insight/book-update.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptSeen:
 * @place_kind: kind of place
 * @place: the place
 * @cause: (nullable): %TLSRPT_CAUSE_FOUND_WRONG or %TLSRPT_CAUSE_ENDS_SOON; %NULL if all was right
 */
typedef struct {
  TlsrptPlaceKind place_kind;
  char *place;
  const char *cause;
} TlsrptSeen;

/**
 * tlsrpt_looming_read:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @today: the day for which incidents are judged, in days since 1970
 * @thresholds: thresholds
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full) (element-type TlsrptSeen): places of which something was seen lately, or %NULL
 *   with @error set
 */
GPtrArray *tlsrpt_looming_read (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds,
                                GError **error);

/**
 * tlsrpt_looming_seen_new:
 * @place_kind: kind of place
 * @place: the place; copied
 * @cause: (nullable): as in #TlsrptSeen; static
 *
 * Returns: (transfer full): a new one, to be freed by tlsrpt_looming_seen_free()
 */
TlsrptSeen *tlsrpt_looming_seen_new (TlsrptPlaceKind place_kind, const char *place,
                                     const char *cause);

/**
 * tlsrpt_looming_seen_free:
 * @seen: (transfer full): what to free
 */
void tlsrpt_looming_seen_free (TlsrptSeen *seen);

/**
 * tlsrpt_looming_apply:
 * @book: a book that was updated for @today
 * @seen: (element-type TlsrptSeen): what was seen
 * @today: the day it is
 *
 * Opens an incident where something is wrong and none is open at the place, and ends it once all is right
 * there. An incident of failed sessions is left to the reports.
 */
void tlsrpt_looming_apply (TlsrptBook *book, const GPtrArray *seen, gint32 today);

G_END_DECLS
