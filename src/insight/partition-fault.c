/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of view partition_fault, joined to one line. */
#include "insight/partition-fault.h"

#include "pg/row.h"

static const char faults_sql[] =
    "SELECT string_agg(format('%s: %s; %s', months, fault, remedy), '. ' ORDER BY months) AS faults"
    " FROM tlsrpt.partition_fault";

gboolean
tlsrpt_partition_fault_line (TlsrptPg *pg, char **faults, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, faults_sql, 0, NULL, error);

  if (result == NULL)
    return FALSE;
  *faults = tlsrpt_row_copy (result, 0, "faults");
  return TRUE;
}
