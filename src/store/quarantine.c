/* SPDX-License-Identifier: GPL-3.0-or-later
 * Table quarantine to structs, and what is decided of them back. */
#include "store/quarantine.h"

#include "pg/columns.h"
#include "store/tables.h"

/* Read together: whichever comes first, but one at least. */
#define PAGE_MESSAGES "1000"
#define PAGE_BYTES "16777216"
#define FIRST_UID "00000000-0000-0000-0000-000000000000"

/* clang-format off */
#define AT(member) .offset = G_STRUCT_OFFSET (TlsrptQuarantined, member)
static const TlsrptColumn columns[] = {
  { "quarantine_uid", &tlsrpt_array_uuid, AT (uid) },
  { "quarantined_at", &tlsrpt_array_text, AT (quarantined_at),
    .sql = "to_char(quarantined_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')" },
  { "reason", &tlsrpt_array_text, AT (reason) },
  { "stage", &tlsrpt_array_text, AT (stage) },
  { "detail", &tlsrpt_array_text, AT (detail) },
  { "envelope_sender", &tlsrpt_array_text, AT (envelope_sender) },
  { "header_from", &tlsrpt_array_text, AT (header_from) },
  { "message_id", &tlsrpt_array_text, AT (message_id) },
  { "raw_bytes", &tlsrpt_array_int8, AT (raw_bytes) },
  { "is_truncated", &tlsrpt_array_bool, AT (is_truncated) },
  { "raw", &tlsrpt_array_bytea, AT (raw) },
};

#define OF_SUM(member) .offset = G_STRUCT_OFFSET (TlsrptQuarantineSum, member)
static const TlsrptColumn sum_columns[] = {
  { "cut", &tlsrpt_array_int8, OF_SUM (cut), .sql = "count(*) FILTER (WHERE is_truncated)" },
  { "whole", &tlsrpt_array_int8, OF_SUM (whole), .sql = "count(*) FILTER (WHERE NOT is_truncated)" },
  { "bytes", &tlsrpt_array_int8, OF_SUM (bytes),
    .sql = "coalesce(sum(raw_bytes) FILTER (WHERE NOT is_truncated), 0)" },
};

#define OF_VERDICT(member) .offset = G_STRUCT_OFFSET (TlsrptQuarantineVerdict, member)
static const TlsrptColumn verdict_columns[] = {
  { "uid", &tlsrpt_array_text, OF_VERDICT (uid) },
  { "reason", &tlsrpt_array_text, OF_VERDICT (reason) },
  { "stage", &tlsrpt_array_text, OF_VERDICT (stage), .max_bytes = TLSRPT_FOREIGN_TEXT_BYTES },
  { "detail", &tlsrpt_array_text, OF_VERDICT (detail), .max_bytes = TLSRPT_FOREIGN_TEXT_BYTES },
};
/* clang-format on */

static const TlsrptRelation whole = TLSRPT_RELATION ("tlsrpt.quarantine", columns);
/* Without the message, which is the last column. */
static const TlsrptRelation listed = { .name = "tlsrpt.quarantine",
                                       .columns = columns,
                                       .n_columns = G_N_ELEMENTS (columns) - 1 };
static const TlsrptRelation sums = TLSRPT_RELATION ("tlsrpt.quarantine", sum_columns);
static const TlsrptRelation verdict_relation = TLSRPT_RELATION (NULL, verdict_columns);

/* NULL parameters filter nothing. */
#define FILTER                                                                                     \
  "($1::text IS NULL OR reason = $1) AND"                                                          \
  " ($2::text IS NULL OR coalesce(envelope_sender, header_from) = $2) AND"                         \
  " ($3::integer IS NULL OR quarantined_at < now() - make_interval(days => $3)) AND"               \
  " ($4::uuid[] IS NULL OR quarantine_uid = ANY ($4::uuid[]))"
#define FILTER_PARAMS 4

static void
set_filter (TlsrptPgParam params[FILTER_PARAMS], const TlsrptQuarantineFilter *filter)
{
  const char *const values[FILTER_PARAMS] = { filter->reason, filter->sender,
                                              filter->older_than_days, filter->uids };

  for (guint i = 0; i < FILTER_PARAMS; i++)
    params[i] = (TlsrptPgParam){ .value = values[i] };
}

TlsrptRecords *
tlsrpt_quarantine_list (TlsrptPg *pg, const TlsrptQuarantineFilter *filter, guint limit,
                        GError **error)
{
  g_autofree char *most = g_strdup_printf ("%u", limit);
  TlsrptPgParam params[FILTER_PARAMS + 1];

  set_filter (params, filter);
  params[FILTER_PARAMS] = (TlsrptPgParam){ .value = most };
  return tlsrpt_records_query (pg, &listed, sizeof (TlsrptQuarantined),
                               "SELECT {columns} FROM tlsrpt.quarantine AS q WHERE " FILTER
                               " ORDER BY q.quarantined_at DESC, quarantine_uid LIMIT $5::bigint",
                               G_N_ELEMENTS (params), params, error);
}

TlsrptRecords *
tlsrpt_quarantine_find (TlsrptPg *pg, const char *prefix, gboolean with_raw, GError **error)
{
  const TlsrptPgParam param = { .value = prefix };

  return tlsrpt_records_query (
      pg, with_raw ? &whole : &listed, sizeof (TlsrptQuarantined),
      "SELECT {columns} FROM tlsrpt.quarantine WHERE quarantine_uid::text LIKE $1 || '%' LIMIT 2",
      1, &param, error);
}

gboolean
tlsrpt_quarantine_drop (TlsrptPg *pg, const TlsrptQuarantineFilter *filter, guint64 *dropped,
                        GError **error)
{
  TlsrptPgParam params[FILTER_PARAMS];
  g_autoptr (PGresult) result = NULL;

  set_filter (params, filter);
  result = tlsrpt_pg_query (pg, "DELETE FROM tlsrpt.quarantine WHERE " FILTER, FILTER_PARAMS,
                            params, error);
  if (result == NULL)
    return FALSE;
  *dropped = g_ascii_strtoull (PQcmdTuples (result), NULL, 10);
  return TRUE;
}

gboolean
tlsrpt_quarantine_sum (TlsrptPg *pg, const TlsrptQuarantineFilter *filter, TlsrptQuarantineSum *sum,
                       GError **error)
{
  TlsrptPgParam params[FILTER_PARAMS];
  g_autoptr (TlsrptRecords) records = NULL;

  set_filter (params, filter);
  records = tlsrpt_records_query (pg, &sums, sizeof *sum,
                                  "SELECT {columns} FROM tlsrpt.quarantine WHERE " FILTER,
                                  FILTER_PARAMS, params, error);
  if (records == NULL)
    return FALSE;
  *sum = *(const TlsrptQuarantineSum *)tlsrpt_records_get (records, 0);
  return TRUE;
}

TlsrptRecords *
tlsrpt_quarantine_page (TlsrptPg *pg, const TlsrptQuarantineFilter *filter, const char *after,
                        GError **error)
{
  static const char sql[] =
      "SELECT {columns} FROM (SELECT quarantine_uid, sum(raw_bytes) OVER w - raw_bytes AS "
      "bytes_before"
      "        FROM (SELECT quarantine_uid, raw_bytes FROM tlsrpt.quarantine WHERE " FILTER
      "                 AND NOT is_truncated AND quarantine_uid > $5::uuid"
      "                 ORDER BY quarantine_uid LIMIT " PAGE_MESSAGES ") AS next_messages"
      "        WINDOW w AS (ORDER BY quarantine_uid)) AS sized"
      " JOIN tlsrpt.quarantine USING (quarantine_uid)"
      " WHERE bytes_before < " PAGE_BYTES " ORDER BY quarantine_uid";
  TlsrptPgParam params[FILTER_PARAMS + 1];

  set_filter (params, filter);
  params[FILTER_PARAMS] = (TlsrptPgParam){ .value = after != NULL ? after : FIRST_UID };
  return tlsrpt_records_query (pg, &whole, sizeof (TlsrptQuarantined), sql, G_N_ELEMENTS (params),
                               params, error);
}

/* Runs @before, the verdicts as `v`, and @after. */
static gboolean
run (TlsrptPg *pg, const char *before, TlsrptColumns *verdicts, const char *after, GError **error)
{
  g_autofree char *unnest = tlsrpt_columns_unnest (&verdict_relation, 1);
  g_autofree char *sql = g_strconcat (before, unnest, after, NULL);
  TlsrptPgParam params[G_N_ELEMENTS (verdict_columns)];
  g_autoptr (PGresult) result = NULL;

  tlsrpt_columns_params (verdicts, params);
  result = tlsrpt_pg_query (pg, sql, G_N_ELEMENTS (params), params, error);
  return result != NULL;
}

gboolean
tlsrpt_quarantine_settle (TlsrptPg *pg, const GArray *verdicts, GError **error)
{
  g_auto (TlsrptColumns) rows = { 0 };
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);

  if (transaction == NULL)
    return FALSE;
  tlsrpt_columns_init (&rows, &verdict_relation);
  for (guint i = 0; i < verdicts->len; i++)
    tlsrpt_columns_add (&rows, NULL, &g_array_index (verdicts, TlsrptQuarantineVerdict, i));
  return run (pg, "DELETE FROM tlsrpt.quarantine AS q USING ", &rows,
              "WHERE v.reason IS NULL AND q.quarantine_uid = v.uid::uuid", error) &&
         run (pg,
              "UPDATE tlsrpt.quarantine AS q SET reason = v.reason, stage = v.stage,"
              " detail = v.detail FROM ",
              &rows,
              "WHERE v.reason IS NOT NULL AND q.quarantine_uid = v.uid::uuid"
              " AND (q.reason, q.stage, q.detail) <> (v.reason, v.stage, v.detail)",
              error) &&
         tlsrpt_pg_commit (transaction, error);
}
