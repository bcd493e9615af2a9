/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns of the tables that take reports and refused messages, as tlsrpt_columns_add() reads
 * them: a report, a policy, a failure detail or a message for quarantine makes a row. */
#pragma once

#include "pg/columns.h"

#include <glib.h>

G_BEGIN_DECLS

/* What a mail system or a header says is in any encoding and of any length. An index is over some of
 * it, and takes 2700 bytes at most. */
#define TLSRPT_FOREIGN_TEXT_BYTES 1000

/* Of TlsrptReport, TlsrptPolicy, TlsrptFailure and TlsrptItem. */
extern const TlsrptRelation tlsrpt_table_report;
extern const TlsrptRelation tlsrpt_table_policy;
extern const TlsrptRelation tlsrpt_table_failure;
extern const TlsrptRelation tlsrpt_table_quarantine;

G_END_DECLS
