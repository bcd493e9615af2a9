/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports that a unique index kept out, though none with their key is there: which others claim or
 * say the same, and what follows from it. */
#pragma once

#include "pg/pg.h"
#include "store/entry.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptTwin:
 * @TLSRPT_TWIN_AGAIN: the report is to be stored again, as what it is known to be now
 * @TLSRPT_TWIN_DUPLICATE: it is stored already, under another reporter domain
 * @TLSRPT_TWIN_CONFLICT: the report that it claims to be is stored, and says something else
 */
typedef enum {
  TLSRPT_TWIN_AGAIN,
  TLSRPT_TWIN_DUPLICATE,
  TLSRPT_TWIN_CONFLICT,
} TlsrptTwin;

/**
 * TlsrptOther:
 * @is_claim: %TRUE for one that claims the same under another reporter domain; %FALSE for one of the
 *   same reporter that says the same under another report-id
 * @uid: its key, as text
 * @reporter_domain: its reporter
 * @is_verified: whether it is verified
 * @is_same: whether it says the same
 * @has_from: whether it came in a mail with From
 *
 * A stored report.
 */
typedef struct {
  gboolean is_claim;
  const char *uid;
  const char *reporter_domain;
  gboolean is_verified;
  gboolean is_same;
  gboolean has_from;
} TlsrptOther;

/**
 * tlsrpt_twins_find:
 * @entries: (element-type TlsrptEntry): reports that were kept out
 * @pg: a connection
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full) (element-type TlsrptTwin): what becomes of each; or %NULL with @error set
 */
GArray *tlsrpt_twins_find (GPtrArray *entries, TlsrptPg *pg, GError **error);

G_END_DECLS
