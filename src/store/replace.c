/* SPDX-License-Identifier: GPL-3.0-or-later
 * Replaces stored reports: the old rows are deleted with their children, and the new ones are
 * inserted by the ordinary statement and committed together. A report is never lost for another. */
#include "store/replace.h"

#include "pg/columns.h"
#include "store/entry.h"
#include "store/reporters.h"
#include "store/rows.h"

#include <string.h>

/* Decoded and replaced together: whichever comes first. */
#define PAGE_REPORTS "200"
#define PAGE_BYTES "16777216"
#define FIRST_UID "00000000-0000-0000-0000-000000000000"

/* clang-format off */
#define AT(member) .offset = G_STRUCT_OFFSET (TlsrptStoredReport, member)
static const TlsrptColumn stored_columns[] = {
  { "report_uid", &tlsrpt_array_uuid, AT (uid) },
  { "stored_at", &tlsrpt_array_text, AT (stored_at) },
  { "submitter", &tlsrpt_array_text, AT (submitter) },
  { "report_domain", &tlsrpt_array_text, AT (report_domain) },
  { "received_at", &tlsrpt_array_text, AT (received_at),
    .sql = "(extract(epoch FROM r.received_at) * 1000000)::bigint" },
  { "message_id", &tlsrpt_array_text, AT (message_id) },
  { "header_from", &tlsrpt_array_text, AT (header_from) },
  { "envelope_sender", &tlsrpt_array_text, AT (envelope_sender) },
  { "dkim_result", &tlsrpt_array_text, AT (trust.dkim_result) },
  { "dkim_domain", &tlsrpt_array_text, AT (trust.dkim_domain) },
  { "dkim_aligned", &tlsrpt_array_bool, AT (trust.dkim_aligned) },
  { "dkim_source", &tlsrpt_array_text, AT (trust.dkim_source) },
  { "signature_result", &tlsrpt_array_text, AT (trust.signature_result) },
  { "auth_results_result", &tlsrpt_array_text, AT (trust.auth_results_result) },
  { "spf_result", &tlsrpt_array_text, AT (trust.spf_result) },
  { "dmarc_result", &tlsrpt_array_text, AT (trust.dmarc_result) },
  { "deviation", &tlsrpt_array_text, AT (deviation), .sql = "array_to_string(r.deviation, ' ')" },
  { "foreign_domains", &tlsrpt_array_text, AT (foreign),
    .sql = "(SELECT string_agg(DISTINCT p.policy_domain, ' ') FROM tlsrpt.policy p"
           " WHERE p.report_uid = r.report_uid AND p.is_foreign)" },
  { "evidence", &tlsrpt_array_bytea, AT (evidence), .sql = "r.evidence" },
};
/* clang-format on */

static const TlsrptRelation stored = TLSRPT_RELATION ("tlsrpt.report", stored_columns);

TlsrptRecords *
tlsrpt_replace_page (TlsrptPg *pg, const char *after, GError **error)
{
  static const char sql[] =
      "SELECT {columns} FROM"
      " (SELECT report_uid, sum(octet_length(evidence)) OVER w - octet_length(evidence)"
      "      AS bytes_before"
      "    FROM (SELECT report_uid, evidence FROM tlsrpt.report"
      "            WHERE report_uid > $1::uuid AND evidence IS NOT NULL"
      "            ORDER BY report_uid LIMIT " PAGE_REPORTS ") AS next_reports"
      "    WINDOW w AS (ORDER BY report_uid)) AS sized"
      " JOIN tlsrpt.report r USING (report_uid)"
      " WHERE bytes_before < " PAGE_BYTES " ORDER BY report_uid";
  const TlsrptPgParam param = { .value = after != NULL ? after : FIRST_UID };

  return tlsrpt_records_query (pg, &stored, sizeof (TlsrptStoredReport), sql, 1, &param, error);
}

static TlsrptPgParam
text_param (const char *text)
{
  return (TlsrptPgParam){ .value = text };
}

/* The text of an array: neither keys nor times have anything in them to escape but a quote. */
static char *
join (GPtrArray *replacements, gsize offset)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < replacements->len; i++)
    g_string_append_printf (text, i > 0 ? ",\"%s\"" : "\"%s\"",
                            G_STRUCT_MEMBER (char *, replacements->pdata[i], offset));
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static char *
join_new_uids (GPtrArray *entries)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < entries->len; i++) {
    g_autofree char *uid = tlsrpt_entry_uid_text (((TlsrptEntry *)entries->pdata[i])->keys.uid);

    g_string_append (text, i > 0 ? "," : "");
    g_string_append (text, uid);
  }
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

/* What the store knew about a report when it arrived, from the other reports. */
typedef struct {
  gint32 number;
  gboolean is_repeat;
  gboolean gave_up_claim;
  const char *supersedes;
} Found;

/* clang-format off */
#define FOUND(member) .offset = G_STRUCT_OFFSET (Found, member)

static const TlsrptColumn found_columns[] = {
  { "number", &tlsrpt_array_int4, FOUND (number), .sql = "given.number" },
  { "is_repeat", &tlsrpt_array_bool, FOUND (is_repeat), .sql = "r.is_repeat" },
  { "gave_up_claim", &tlsrpt_array_bool, FOUND (gave_up_claim), .sql = "r.claim_uid IS NULL" },
  { "supersedes", &tlsrpt_array_text, FOUND (supersedes), .sql = "array_to_string(r.supersedes, ',')" },
};
static const TlsrptRelation found_relation = TLSRPT_RELATION (NULL, found_columns);
/* clang-format on */

static void
take_over (TlsrptEntry *entry, const Found *found)
{
  g_auto (GStrv) uids = g_strsplit (found->supersedes != NULL ? found->supersedes : "", ",", -1);

  entry->is_repeat = found->is_repeat;
  entry->gives_up_claim = found->gave_up_claim;
  for (guint i = 0; uids[i] != NULL; i++)
    g_ptr_array_add (entry->supersedes, g_strdup (uids[i]));
}

static gboolean
take_over_all (TlsrptPg *pg, GPtrArray *replacements, GPtrArray *entries, GError **error)
{
  g_autofree char *uids = join (replacements, G_STRUCT_OFFSET (TlsrptReplacement, old_uid));
  g_autofree char *list = tlsrpt_columns_list (&found_relation);
  g_autofree char *sql =
      g_strconcat ("SELECT ", list,
                   " FROM unnest($1::uuid[]) WITH ORDINALITY AS given (uid, "
                   "number) JOIN tlsrpt.report_key r ON r.report_uid = given.uid",
                   NULL);
  const TlsrptPgParam params[] = { text_param (uids) };
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, 1, params, error);

  for (int row = 0; result != NULL && row < PQntuples (result); row++) {
    Found found;

    tlsrpt_columns_read (&found_relation, result, row, &found);
    take_over (entries->pdata[found.number - 1], &found);
  }
  return result != NULL;
}

static gboolean
run (TlsrptPg *pg, const char *sql, int n, const TlsrptPgParam *params, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, n, params, error);

  return result != NULL;
}

static gboolean
remove_old (TlsrptPg *pg, GPtrArray *replacements, GError **error)
{
  g_autofree char *uids = join (replacements, G_STRUCT_OFFSET (TlsrptReplacement, old_uid));
  const TlsrptPgParam params[] = { text_param (uids) };

  return run (pg, "DELETE FROM tlsrpt.report_key WHERE report_uid = ANY ($1::uuid[])", 1, params,
              error);
}

/* Not inserted and not seen is one that this very transaction removed: another of @replacements has
 * its key now. */
static gboolean
check_inserted (const GArray *fates, GError **error)
{
  for (guint i = 0; i < fates->len; i++) {
    TlsrptRowsFate fate = g_array_index (fates, TlsrptRowsFate, i);

    if (fate != TLSRPT_ROWS_INSERTED && fate != TLSRPT_ROWS_SAME &&
        fate != TLSRPT_ROWS_SAME_UNVERIFIED) {
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_CONFLICT,
                           "store: another report has its identity as decoded today");
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_keys (GPtrArray *entries, GError **error)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  for (guint i = 0; i < entries->len; i++) {
    const TlsrptEntry *entry = entries->pdata[i];

    if (!g_hash_table_add (seen, g_bytes_new (entry->keys.uid, TLSRPT_UID_BYTES))) {
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_CONFLICT,
                           "store: two reports have one identity as decoded today");
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
insert_new (TlsrptPg *pg, GPtrArray *entries, GError **error)
{
  g_autoptr (TlsrptRows) rows = tlsrpt_rows_new ();
  g_auto (TlsrptReporters) reporters = { 0 };
  g_autoptr (GArray) fates = NULL;

  if (!tlsrpt_reporters_judge (&reporters, entries, pg, error))
    return FALSE;
  tlsrpt_rows_set_reporters (rows, &reporters);
  for (guint i = 0; i < entries->len; i++)
    tlsrpt_rows_add_entry (rows, entries->pdata[i], TRUE);
  fates = tlsrpt_rows_store (rows, pg, error);
  return fates != NULL && check_inserted (fates, error);
}

static gboolean
keep_times (TlsrptPg *pg, GPtrArray *replacements, GPtrArray *entries, GError **error)
{
  g_autofree char *uids = join_new_uids (entries);
  g_autofree char *times = join (replacements, G_STRUCT_OFFSET (TlsrptReplacement, stored_at));
  const TlsrptPgParam params[] = { text_param (uids), text_param (times) };

  return run (pg,
              "UPDATE tlsrpt.report r SET stored_at = least(r.stored_at, v.stored_at)"
              " FROM unnest($1::uuid[], $2::timestamptz[]) AS v (uid, stored_at)"
              " WHERE r.report_uid = v.uid",
              2, params, error);
}

/* The chain of digests still has the rows of before: it is told that these are of the same documents. */
static gboolean
link_again (TlsrptPg *pg, GPtrArray *entries, GError **error)
{
  g_autofree char *uids = join_new_uids (entries);
  const TlsrptPgParam params[] = { text_param (uids) };

  return run (pg, "SELECT tlsrpt.link_replay($1::uuid[])", 1, params, error);
}

gboolean
tlsrpt_replace (TlsrptPg *pg, GPtrArray *replacements, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_entry_free);
  g_autoptr (TlsrptPgTransaction) transaction = NULL;

  for (guint i = 0; i < replacements->len; i++)
    g_ptr_array_add (entries,
                     tlsrpt_entry_new (((TlsrptReplacement *)replacements->pdata[i])->report));
  if (!check_keys (entries, error))
    return FALSE;
  transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  return transaction != NULL && take_over_all (pg, replacements, entries, error) &&
         remove_old (pg, replacements, error) && insert_new (pg, entries, error) &&
         keep_times (pg, replacements, entries, error) && link_again (pg, entries, error) &&
         tlsrpt_pg_commit (transaction, error);
}
