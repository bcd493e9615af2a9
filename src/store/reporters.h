/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the store knows of the reporters of a few reports: the name, whose it is, how they count; and
 * what these reports add to it. */
#pragma once

#include "pg/columns.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/** How long the sums under two mechanisms must have differed until they are known to, in days. */
#define TLSRPT_REPORTERS_LEARN_DAYS 7
/** How far back they are looked at, in days. */
#define TLSRPT_REPORTERS_LOOK_BACK_DAYS 30

/**
 * TlsrptReporters:
 * @seen: rows for tlsrpt.reporter: reporters that are new, or have changed
 * @names: rows for tlsrpt.reporter_name
 * @is_distributed: whether the reports are distributed over workers (identity.h)
 *
 * What is to be stored beside the reports.
 */
typedef struct {
  TlsrptColumns seen;
  TlsrptColumns names;
  gboolean is_distributed;
} TlsrptReporters;

/**
 * tlsrpt_reporters_clear:
 * @reporters: what to clear
 *
 * Frees all that @reporters owns, but not @reporters itself.
 */
void tlsrpt_reporters_clear (TlsrptReporters *reporters);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsrptReporters, tlsrpt_reporters_clear)

/**
 * tlsrpt_reporters_judge:
 * @reporters: (out caller-allocates): what is to be stored beside @entries
 * @entries: (element-type TlsrptEntry): reports; `is_impersonating`, `counting` and `facts` are set
 * @pg: a connection
 * @error: return location
 *
 * Asks once for all of @entries, and once more where one of them has sessions under `tlsa` and `sts`
 * both. Nobody is learnt from but a reporter's own signed reports, once there are such.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %TRUE, or %FALSE with @error set and @reporters empty
 */
gboolean tlsrpt_reporters_judge (TlsrptReporters *reporters, GPtrArray *entries, TlsrptPg *pg,
                                 GError **error);

/** What follows the condition of INSERT into tlsrpt.reporter: only a signed report renames who signs. */
extern const char tlsrpt_reporters_on_conflict[];

G_END_DECLS
