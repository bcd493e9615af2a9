/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an auditor asks for: coverage, incidents, policies, reporters, what reports cannot prove, and the head of
 * the chain of digests. */
#pragma once

#include "insight/custody.h"
#include "insight/period.h"
#include "insight/table.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptAuditPart:
 * @name: name in JSON
 * @title: heading for a person
 * @empty: what stands there if there are no rows
 * @sql: query on views alone; $1 first day, $2 last day, $3 mail domain or null for all
 * @columns: (array zero-terminated=1): what @sql returns
 */
typedef struct {
  const char *name;
  const char *title;
  const char *empty;
  const char *sql;
  TlsrptTableColumn columns[TLSRPT_TABLE_COLUMNS_MAX];
} TlsrptAuditPart;

#define TLSRPT_AUDIT_PARTS 4

/** Its parts, in their order */
extern const TlsrptAuditPart tlsrpt_audit_parts[TLSRPT_AUDIT_PARTS];

/** (array zero-terminated=1): what reports cannot prove, a sentence or two each */
extern const char *const tlsrpt_audit_limits[];

/**
 * TlsrptAudit:
 * @period: days
 * @domain: (nullable): canonical mail domain; %NULL for all
 * @tables: (array length=TLSRPT_AUDIT_PARTS): a table for each part
 * @chain: the chain of digests over all reports of all domains
 */
typedef struct {
  TlsrptPeriod period;
  char *domain;
  TlsrptTable *tables[TLSRPT_AUDIT_PARTS];
  TlsrptCustody *chain;
} TlsrptAudit;

/**
 * tlsrpt_audit_load:
 * @pg: a connection whose user has role tlsrpt_reader
 * @period: days
 * @domain: (nullable): a mail domain in any spelling; %NULL for all
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): all of it from one state of the database; or %NULL with @error set
 */
TlsrptAudit *tlsrpt_audit_load (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain,
                                GError **error);

/**
 * tlsrpt_audit_free:
 * @audit: (transfer full) (nullable): what to free
 */
void tlsrpt_audit_free (TlsrptAudit *audit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptAudit, tlsrpt_audit_free)

/**
 * tlsrpt_audit_title:
 * @audit: evidence
 *
 * Returns: (transfer full): of what it is evidence, and for which days
 */
char *tlsrpt_audit_title (const TlsrptAudit *audit);

/**
 * tlsrpt_audit_chain_lines:
 * @audit: evidence
 *
 * Returns: (transfer full): sentences on the chain, without its head
 */
char **tlsrpt_audit_chain_lines (const TlsrptAudit *audit);

G_END_DECLS
