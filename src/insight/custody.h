/* SPDX-License-Identifier: GPL-3.0-or-later
 * The chain of digests over the stored reports: extended, summed up, checked. */
#pragma once

#include "insight/table.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** Digits of a digest of the chain, without the final NUL */
#define TLSRPT_CUSTODY_DIGITS 64

/**
 * TlsrptCustody:
 * @links: number of links, in digits
 * @reports: reports among them, in digits
 * @documents: reports whose document is still kept, in digits
 * @waiting: reports that are not linked yet, in digits
 * @late: reports that are never linked, as they have an earlier time than those that are, in digits
 * @pruned_until: (nullable): reports of days before it were deleted
 * @linked_at: (nullable): when the last link was added
 * @head: (nullable): digest of the last link, in hexadecimal digits; %NULL for an empty chain
 */
typedef struct {
  char *links;
  char *reports;
  char *documents;
  char *waiting;
  char *late;
  char *pruned_until;
  char *linked_at;
  char *head;
} TlsrptCustody;

/**
 * tlsrpt_custody_extend:
 * @pg: a connection
 * @error: return location
 *
 * Links the reports that were stored since the last time, many in a transaction; a second one waits. Does
 * nothing if the user lacks role tlsrpt_alerter or the server is a standby.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_custody_extend (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_custody_load:
 * @pg: a connection whose user has role tlsrpt_reader
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the chain as it is now, not checked; or %NULL with @error set
 */
TlsrptCustody *tlsrpt_custody_load (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_custody_free:
 * @chain: (transfer full) (nullable): what to free
 */
void tlsrpt_custody_free (TlsrptCustody *chain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptCustody, tlsrpt_custody_free)

/**
 * tlsrpt_custody_faults:
 * @pg: a connection whose user has role tlsrpt_reader
 * @error: return location
 *
 * Computes all digests again and compares the reports and documents with them.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): number of the link, key of the report, and what is wrong, the first of them; or
 *   %NULL with @error set
 */
TlsrptTable *tlsrpt_custody_faults (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_custody_find:
 * @pg: a connection whose user has role tlsrpt_reader
 * @head: head that the chain had earlier, %TLSRPT_CUSTODY_DIGITS hexadecimal digits
 * @link: (out) (transfer full) (nullable): number of the link that has this digest; %NULL if there is none:
 *   the end of the chain was cut off, or all of it was made again
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_custody_find (TlsrptPg *pg, const char *head, char **link, GError **error);

G_END_DECLS
