/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns of tlsrpt.report_identity, most of them those of tlsrpt.report, and the functions that
 * follow it to the workers: Citus takes no statement that inserts into several tables. */
#include "store/identity.h"

#include "store/row-key.h"
#include "store/tables.h"

#include <string.h>

/* Of the report as of its identity. */
static const char *const shared[] = {
  "report_uid",
  "claim_uid",
  "content_digest",
  "reporter_domain",
  "reporter_basis",
  "is_verified",
  "is_impersonating",
  "is_repeat",
  "reported_sessions",
  "sums_agree",
  "day",
  "last_day",
  "contact_info",
  "dkim_domain",
  "supersedes",
  "document_bytes",
  "charged_rows",
};

static void
put_evidence_mark (TlsrptArray *array, gconstpointer key, gconstpointer object)
{
  const TlsrptRowKey *row = key;
  const TlsrptReport *report = object;

  if (row->keep_evidence && report->evidence != NULL)
    tlsrpt_array_add_bytes (array, NULL, 0);
  else
    tlsrpt_array_add_null (array);
}

static void
put_evidence_bytes (TlsrptArray *array, gconstpointer key, gconstpointer object)
{
  const TlsrptRowKey *row = key;
  const TlsrptReport *report = object;
  gboolean is_kept = row->keep_evidence && report->evidence != NULL;

  tlsrpt_array_add_int8 (array, is_kept ? (gint64)g_bytes_get_size (report->evidence) : 0);
}

static const TlsrptColumn own[] = {
  { "evidence", &tlsrpt_array_bytea, .put = put_evidence_mark },
  { "evidence_bytes", &tlsrpt_array_int8, .put = put_evidence_bytes },
  { "statement_no", &tlsrpt_array_int8, .offset = G_STRUCT_OFFSET (TlsrptRowKey, statement_no),
    .of_key = TRUE },
};

static const TlsrptRelation *
relation_of_identity (void)
{
  static TlsrptColumn columns[G_N_ELEMENTS (shared) + G_N_ELEMENTS (own)];
  static const TlsrptRelation relation = TLSRPT_RELATION ("tlsrpt.report_identity", columns);
  static gsize is_made;

  if (g_once_init_enter (&is_made)) {
    for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
      columns[i] =
          tlsrpt_table_report.columns[tlsrpt_columns_number (&tlsrpt_table_report, shared[i])];
    memcpy (columns + G_N_ELEMENTS (shared), own, sizeof own);
    g_once_init_leave (&is_made, 1);
  }
  return &relation;
}

void
tlsrpt_identity_fill (TlsrptColumns *identities, const GPtrArray *entries, gboolean keep_evidence,
                      gint64 statement_no)
{
  tlsrpt_columns_init (identities, relation_of_identity ());
  for (guint i = 0; i < entries->len; i++) {
    const TlsrptEntry *entry = entries->pdata[i];
    TlsrptRowKey key;

    tlsrpt_row_key_init (&key, entry, keep_evidence);
    key.statement_no = statement_no;
    tlsrpt_columns_add (identities, &key, entry->report);
  }
}

/* Function distribute_report, _policy or _failure, with an argument for each column. */
static char *
call (const TlsrptRelation *relation)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "SELECT tlsrpt.distribute_%s($%u", strchr (relation->name, '.') + 1,
                          relation->n_columns + 1);
  for (guint i = 0; i < relation->n_columns; i++)
    g_string_append_printf (text, ", given_%s => $%u", relation->columns[i].name, i + 1);
  g_string_append_c (text, ')');
  return g_string_free (text, FALSE);
}

gboolean
tlsrpt_identity_send (TlsrptPg *pg, TlsrptColumns *columns, gint64 statement_no, GError **error)
{
  const TlsrptRelation *relation = columns->relation;
  g_autofree char *statement = call (relation);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, statement_no);
  TlsrptPgParam params[TLSRPT_COLUMNS_MAX + 1];

  if (tlsrpt_columns_length (columns) == 0)
    return TRUE;
  tlsrpt_columns_params (columns, params);
  params[relation->n_columns] = (TlsrptPgParam){ .value = number };
  return tlsrpt_pg_send (pg, statement, (int)relation->n_columns + 1, params, error);
}
