/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows for rows: deleted with their children, inserted by the statement that stores, committed
 * together. Refuses to lose a report for another. */
#include "store/replace.h"

#include "core/facts/identity.h"
#include "store/rows.h"

#include <string.h>

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
join_new_uids (GPtrArray *replacements)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < replacements->len; i++) {
    guint8 uid[TLSRPT_UID_BYTES];

    tlsrpt_identity_uid (((TlsrptReplacement *)replacements->pdata[i])->report, uid);
    g_string_append (text, i > 0 ? "," : "");
    for (gsize j = 0; j < sizeof uid; j++)
      g_string_append_printf (text, "%02x", uid[j]);
  }
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
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

  return run (pg, "DELETE FROM tlsrpt.report WHERE report_uid = ANY ($1::uuid[])", 1, params,
              error);
}

/* Not inserted and not seen is one that this very transaction removed: another of @replacements has
 * its key now. */
static gboolean
check_inserted (const GArray *fates, GError **error)
{
  for (guint i = 0; i < fates->len; i++) {
    TlsrptRowsFate fate = g_array_index (fates, TlsrptRowsFate, i);

    if (fate != TLSRPT_ROWS_INSERTED && fate != TLSRPT_ROWS_SAME) {
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_CONFLICT,
                           "store: another report has its identity as decoded today");
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
insert_new (TlsrptPg *pg, GPtrArray *replacements, GError **error)
{
  g_autoptr (TlsrptRows) rows = tlsrpt_rows_new ();
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  g_autoptr (GArray) fates = NULL;

  for (guint i = 0; i < replacements->len; i++) {
    const TlsrptReplacement *replacement = replacements->pdata[i];
    guint8 uid[TLSRPT_UID_BYTES];

    tlsrpt_identity_uid (replacement->report, uid);
    if (!g_hash_table_add (seen, g_bytes_new (uid, sizeof uid))) {
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_CONFLICT,
                           "store: two reports have one identity as decoded today");
      return FALSE;
    }
    tlsrpt_rows_add_report (rows, replacement->report, uid, TRUE);
  }
  fates = tlsrpt_rows_store (rows, pg, error);
  return fates != NULL && check_inserted (fates, error);
}

static gboolean
keep_times (TlsrptPg *pg, GPtrArray *replacements, GError **error)
{
  g_autofree char *uids = join_new_uids (replacements);
  g_autofree char *times = join (replacements, G_STRUCT_OFFSET (TlsrptReplacement, stored_at));
  const TlsrptPgParam params[] = { text_param (uids), text_param (times) };

  return run (pg,
              "UPDATE tlsrpt.report r SET stored_at = least(r.stored_at, v.stored_at)"
              " FROM unnest($1::uuid[], $2::timestamptz[]) AS v (uid, stored_at)"
              " WHERE r.report_uid = v.uid",
              2, params, error);
}

gboolean
tlsrpt_replace (TlsrptPg *pg, GPtrArray *replacements, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);

  return transaction != NULL && remove_old (pg, replacements, error) &&
         insert_new (pg, replacements, error) && keep_times (pg, replacements, error) &&
         tlsrpt_pg_commit (transaction, error);
}
