/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report on its way into the store: its keys, and what the store has found out about it. */
#pragma once

#include "core/facts/counted.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptEntry:
 * @report: the report, not owned
 * @keys: what it is recognized by
 * @counting: how its reporter counts
 * @facts: what of it counts; tlsrpt_entry_count() makes it
 * @counted_as: value of @counting that @facts was made with
 * @has_counted: whether any of it counted when @facts was made
 * @has_changed: whether @facts is not what tlsrpt_entry_new() made
 * @gives_up_claim: %TRUE if another reporter's report has the same claim
 * @is_impersonating: %TRUE if its name belongs to another reporter
 * @is_repeat: %TRUE if a report with another report-id has said the same
 * @supersedes: (element-type utf8): keys of the unverified reports whose place it takes, as text
 */
typedef struct {
  const TlsrptReport *report;
  TlsrptKeys keys;
  TlsrptCounting counting;
  TlsrptCounted *facts;
  TlsrptCounting counted_as;
  gboolean has_counted;
  gboolean has_changed;
  gboolean gives_up_claim;
  gboolean is_impersonating;
  gboolean is_repeat;
  GPtrArray *supersedes;
} TlsrptEntry;

/**
 * tlsrpt_entry_new:
 * @report: a report; it is identified here where nobody has done it before
 *
 * Returns: (transfer full): its entry, which @report must outlive
 */
TlsrptEntry *tlsrpt_entry_new (TlsrptReport *report);

/**
 * tlsrpt_entry_free:
 * @entry: (transfer full) (nullable): what to free
 */
void tlsrpt_entry_free (TlsrptEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptEntry, tlsrpt_entry_free)

/**
 * tlsrpt_entry_count:
 * @entry: an entry
 *
 * Sets `facts` by what the other members say now, if they say something else than before.
 */
void tlsrpt_entry_count (TlsrptEntry *entry);

/**
 * tlsrpt_entry_uid_text:
 * @uid: a key
 *
 * Returns: (transfer full): it as PostgreSQL writes it
 */
char *tlsrpt_entry_uid_text (const guint8 uid[TLSRPT_UID_BYTES]);

/**
 * tlsrpt_entry_first_key:
 * @day: days since 1970-01-01; one before counts as day 0
 *
 * Returns: (transfer full): the lowest key of this day, as function first_key of the schema has it
 */
char *tlsrpt_entry_first_key (gint64 day);

G_END_DECLS
