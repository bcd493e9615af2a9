/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stored reports out and what they decode to today in, in one transaction. */
#pragma once

#include "pg/pg.h"
#include "store/store.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptReplacement:
 * @old_uid: key of the stored report, as text
 * @stored_at: when it was stored, as text: that does not change
 * @report: (transfer none): what takes its place
 */
typedef struct {
  char *old_uid;
  char *stored_at;
  TlsrptReport *report;
} TlsrptReplacement;

/**
 * tlsrpt_replace:
 * @pg: a connection as a member of tlsrpt_owner
 * @replacements: (element-type TlsrptReplacement): any number
 * @error: return location
 *
 * All of @replacements or none, at once for who looks. Where the new key is another report's with
 * the same document, the old one is removed and nothing takes its place.
 *
 * Errors: %TLSRPT_ERROR_CONFLICT where the new key is another document's, or two of @replacements
 * have one new key; as tlsrpt_rows_store().
 *
 * Returns: %TRUE, or %FALSE with @error set and nothing changed
 */
gboolean tlsrpt_replace (TlsrptPg *pg, GPtrArray *replacements, GError **error);

G_END_DECLS
