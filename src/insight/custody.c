/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries on the views of the chain of digests; SQL computes the digests. */
#include "insight/custody.h"

#include "pg/row.h"

#include <string.h>

static const char extend_sql[] = "SELECT tlsrpt.link_documents()";

static const char load_sql[] =
    "SELECT count(*) AS links,"
    " count(DISTINCT (report_uid, stored_at)) FILTER (WHERE report_uid IS NOT NULL) AS reports,"
    " (SELECT count(*) FROM tlsrpt.report_list WHERE has_document) AS documents,"
    " (SELECT count(*) FROM tlsrpt.document_unlinked WHERE NOT is_late) AS waiting,"
    " (SELECT count(*) FROM tlsrpt.document_unlinked WHERE is_late) AS late,"
    " max(day) FILTER (WHERE kind = 'prune') AS pruned_until,"
    " to_char(max(linked_at), 'YYYY-MM-DD HH24:MI \"UTC\"') AS linked_at,"
    " (SELECT link_digest FROM tlsrpt.document_chain ORDER BY link_no DESC LIMIT 1) AS head"
    " FROM tlsrpt.document_chain";

static const char faults_sql[] =
    "SELECT link_no, report_uid, fault, count(*) OVER () FROM tlsrpt.document_fault"
    " ORDER BY link_no NULLS LAST, report_uid, fault LIMIT 50";

static const char find_sql[] = "SELECT link_no FROM tlsrpt.document_chain WHERE link_digest = $1";

static const TlsrptTableColumn fault_columns[] = {
  { "link_no", "Link", TLSRPT_COLUMN_NUMBER },
  { "report_uid", "Report", TLSRPT_COLUMN_TEXT },
  { "fault", "What is wrong", TLSRPT_COLUMN_WORD },
};

gboolean
tlsrpt_custody_extend (TlsrptPg *pg, GError **error)
{
  gboolean may;
  gboolean is_done = FALSE;

  if (!tlsrpt_pg_may (pg, "tlsrpt.document_link", "INSERT", &may, error))
    return FALSE;
  if (!may)
    return TRUE;
  while (!is_done) {
    g_autoptr (PGresult) linked = tlsrpt_pg_query (pg, extend_sql, 0, NULL, error);

    if (linked == NULL)
      return FALSE;
    is_done = strcmp (PQgetvalue (linked, 0, 0), "0") == 0;
  }
  return TRUE;
}

TlsrptCustody *
tlsrpt_custody_load (TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, load_sql, 0, NULL, error);
  TlsrptCustody *chain;

  if (result == NULL)
    return NULL;
  chain = g_new0 (TlsrptCustody, 1);
  chain->links = tlsrpt_row_copy (result, 0, "links");
  chain->reports = tlsrpt_row_copy (result, 0, "reports");
  chain->documents = tlsrpt_row_copy (result, 0, "documents");
  chain->waiting = tlsrpt_row_copy (result, 0, "waiting");
  chain->late = tlsrpt_row_copy (result, 0, "late");
  chain->pruned_until = tlsrpt_row_copy (result, 0, "pruned_until");
  chain->linked_at = tlsrpt_row_copy (result, 0, "linked_at");
  chain->head = tlsrpt_row_copy (result, 0, "head");
  return chain;
}

void
tlsrpt_custody_free (TlsrptCustody *chain)
{
  if (chain == NULL)
    return;
  g_free (chain->links);
  g_free (chain->reports);
  g_free (chain->documents);
  g_free (chain->waiting);
  g_free (chain->late);
  g_free (chain->pruned_until);
  g_free (chain->linked_at);
  g_free (chain->head);
  g_free (chain);
}

TlsrptTable *
tlsrpt_custody_faults (TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, faults_sql, 0, NULL, error);

  return result != NULL ? tlsrpt_table_new (fault_columns, G_N_ELEMENTS (fault_columns), result)
                        : NULL;
}

gboolean
tlsrpt_custody_find (TlsrptPg *pg, const char *head, char **link, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (head, -1);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, find_sql, error, lower, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  *link = PQntuples (result) > 0 ? tlsrpt_row_copy (result, 0, "link_no") : NULL;
  return TRUE;
}
