/* SPDX-License-Identifier: GPL-3.0-or-later
 * The sections of a digest: each a heading and one query on the views. */
#pragma once

#include "insight/period.h"
#include "insight/table.h"

#include <glib.h>

G_BEGIN_DECLS

/** Rows of a section that has not all; its table says how many more there are */
#define TLSRPT_SECTION_ROWS 50

/* Sums of the period, then of the $4 days before it, from rows with day, sessions and failed_sessions. */
#define TLSRPT_SECTION_SUMS                                                                        \
  " coalesce(sum(successful_sessions) FILTER (WHERE day >= $1::date), 0)"                          \
  " + coalesce(sum(failed_sessions) FILTER (WHERE day >= $1::date), 0) AS sessions,"               \
  " coalesce(sum(failed_sessions) FILTER (WHERE day >= $1::date), 0) AS failed_sessions,"          \
  " coalesce(sum(successful_sessions) FILTER (WHERE day < $1::date), 0)"                           \
  " + coalesce(sum(failed_sessions) FILTER (WHERE day < $1::date), 0) AS sessions_before,"         \
  " coalesce(sum(failed_sessions) FILTER (WHERE day < $1::date), 0) AS failed_before"

/* Columns of the section by day. */
enum {
  TLSRPT_DAYS_DAY,
  TLSRPT_DAYS_SESSIONS,
  TLSRPT_DAYS_FAILED,
  TLSRPT_DAYS_SHARE,
  TLSRPT_DAYS_REPORTERS,
  TLSRPT_DAYS_IS_COMPLETE,
};

/**
 * TlsrptSection:
 * @name: name in JSON and CSV
 * @title: heading for a person
 * @empty: what stands there if the table is empty though there are reports; %NULL leaves the section
 *   out then
 * @sql: query on views alone; $1 first day, $2 last day, $3 policy domain or null for all
 * @columns: (array zero-terminated=1): what @sql returns
 * @total_sql: (nullable): query for all domains where a sum over them is not the sum; parameters alike
 * @bar: column that a bar chart shows by the first column; 0 for none
 * @by_day: whether it is a chart of sessions and failures by day, which text leaves out
 * @has_all: whether it has all rows, however many
 * @has_total: whether a last row has the sums of the digest
 * @is_late: whether @sql takes, in place of the last day, the two times of tlsrpt_period_late() as $2 and $4
 * @finish: (nullable): sets what the database does not decide
 */
typedef struct {
  const char *name;
  const char *title;
  const char *empty;
  const char *sql;
  TlsrptTableColumn columns[TLSRPT_TABLE_COLUMNS_MAX];
  const char *total_sql;
  guint bar;
  gboolean by_day;
  gboolean has_all;
  gboolean has_total;
  gboolean is_late;
  void (*finish) (TlsrptTable *table, const TlsrptPeriod *period);
} TlsrptSection;

/**
 * tlsrpt_sections:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): the sections, in their order
 */
const TlsrptSection *tlsrpt_sections (guint *n);

/**
 * tlsrpt_section_columns:
 * @section: a section
 *
 * Returns: number of its columns
 */
guint tlsrpt_section_columns (const TlsrptSection *section);

G_END_DECLS
