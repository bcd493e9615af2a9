/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the verbs of `quarantine` share: which entries are meant. */
#pragma once

#include "settings.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptQuarantineFilter:
 * @reason: (nullable): only those with this reason
 * @sender: (nullable): only those of this sender
 * @older_than_days: (nullable): only those put there more than so many days ago, a number as text
 * @uids: (nullable): only these, as the text of an array of uuid
 *
 * The first parameters of a statement with %TLSRPT_QUARANTINE_FILTER, in this order.
 */
typedef struct {
  const char *reason;
  const char *sender;
  const char *older_than_days;
  const char *uids;
} TlsrptQuarantineFilter;

/* What every verb that filters has in common; NULL parameters filter nothing. */
#define TLSRPT_QUARANTINE_FILTER                                                                   \
  "($1::text IS NULL OR reason = $1) AND"                                                          \
  " ($2::text IS NULL OR coalesce(envelope_sender, header_from) = $2) AND"                         \
  " ($3::integer IS NULL OR quarantined_at < now() - make_interval(days => $3)) AND"               \
  " ($4::uuid[] IS NULL OR quarantine_uid = ANY ($4::uuid[]))"

/**
 * tlsrpt_quarantine_retry:
 * @pg: a connection as a member of tlsrpt_owner
 * @settings: settings; what they refuse today is kept
 * @filter: which
 * @error: return location
 *
 * Decodes each again, stores its reports, and then removes it; what is refused again, in whole or in
 * part, stays with the reason of today. A message that was cut stays. Ended between storing and
 * removing, the next run finds the reports stored and removes. Prints a tally.
 *
 * Errors: as tlsrpt_pg_query() and tlsrpt_store_put().
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_quarantine_retry (TlsrptPg *pg, const TlsrptSettings *settings,
                                  const TlsrptQuarantineFilter *filter, GError **error);

G_END_DECLS
