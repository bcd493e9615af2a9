/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports and refused messages to array parameters, a column each, and the one statement that takes
 * them all: children are inserted for the reports that the same statement inserted, for no other.
 * Not COPY: it knows no ON CONFLICT and costs three more round trips. A giant's details follow in
 * slices, in the same transaction and the same round trip. */
#include "store/rows.h"

#include "core/decode.h"
#include "core/errors.h"
#include "store/schema.h"
#include "store/slices.h"
#include "store/row-key.h"
#include "store/tables.h"

struct _TlsrptRows {
  TlsrptColumns reports;
  TlsrptColumns policies;
  TlsrptColumns failures;
  TlsrptColumns refused;
  TlsrptReporters *reporters;
  GPtrArray *sliced; /* entries whose details are made into rows when they are sent */
};

TlsrptRows *
tlsrpt_rows_new (void)
{
  TlsrptRows *rows = g_new0 (TlsrptRows, 1);

  tlsrpt_columns_init (&rows->reports, &tlsrpt_table_report);
  tlsrpt_columns_init (&rows->policies, &tlsrpt_table_policy);
  tlsrpt_columns_init (&rows->failures, &tlsrpt_table_failure);
  tlsrpt_columns_init (&rows->refused, &tlsrpt_table_quarantine);
  rows->sliced = g_ptr_array_new ();
  return rows;
}

void
tlsrpt_rows_free (TlsrptRows *rows)
{
  if (rows == NULL)
    return;
  tlsrpt_columns_clear (&rows->reports);
  tlsrpt_columns_clear (&rows->policies);
  tlsrpt_columns_clear (&rows->failures);
  tlsrpt_columns_clear (&rows->refused);
  g_ptr_array_unref (rows->sliced);
  g_free (rows);
}

void
tlsrpt_rows_add_entry (TlsrptRows *rows, const TlsrptEntry *entry, gboolean keep_evidence)
{
  const TlsrptReport *report = entry->report;
  gboolean in_slices = tlsrpt_slices_are_needed (report);
  TlsrptRowKey key;

  tlsrpt_row_key_init (&key, entry, keep_evidence);
  tlsrpt_columns_add (&rows->reports, &key, report);
  for (; key.policy_no < report->policies->len; key.policy_no++) {
    guint from = 0;

    key.policy = g_array_index (key.facts.policies, TlsrptCountedPolicy, key.policy_no);
    tlsrpt_columns_add (&rows->policies, &key, tlsrpt_report_policy (report, key.policy_no));
    if (!in_slices)
      tlsrpt_row_key_add_failures (&key, &rows->failures, &from, G_MAXUINT);
  }
  if (in_slices)
    g_ptr_array_add (rows->sliced, (gpointer)entry);
}

void
tlsrpt_rows_set_reporters (TlsrptRows *rows, TlsrptReporters *reporters)
{
  rows->reporters = reporters;
}

/* A few large messages must not fill quarantine: the head of one says what it was. */
static GBytes *
head_of (const TlsrptItem *item, gsize bytes_kept)
{
  if (bytes_kept == 0 || g_bytes_get_size (item->bytes) <= bytes_kept)
    return g_bytes_ref (item->bytes);
  return g_bytes_new_from_bytes (item->bytes, 0, bytes_kept);
}

void
tlsrpt_rows_add_refused (TlsrptRows *rows, const TlsrptItem *item, const GError *refusal,
                         const guint8 uid[TLSRPT_UID_BYTES], gsize bytes_kept)
{
  g_autoptr (GBytes) raw = head_of (item, bytes_kept);
  g_autofree char *stage = tlsrpt_refusal_stage (refusal);
  const TlsrptRowKey key = {
    .uid = uid,
    .reason = tlsrpt_error_reason (refusal->domain == TLSRPT_ERROR ? (TlsrptError)refusal->code
                                                                   : TLSRPT_ERROR_INTERNAL),
    .stage = stage,
    .detail = refusal->message,
    .header_from = item->envelope != NULL ? item->envelope->header_from : NULL,
    .message_id = item->envelope != NULL ? item->envelope->message_id : NULL,
    .raw = raw,
    .is_truncated = item->is_cut || g_bytes_get_size (raw) < g_bytes_get_size (item->bytes),
  };

  tlsrpt_columns_add (&rows->refused, &key, item);
}

/* A statement under construction, with its parameters. */
typedef struct {
  GString *text;
  GArray *params;
} Statement;

/* Adds `, NAME AS (INSERT ... CONDITION)`. */
static void
add_insert (Statement *statement, const char *name, TlsrptColumns *columns, const char *condition)
{
  guint first = statement->params->len;
  g_autofree char *insert = tlsrpt_columns_insert (columns->relation, first + 1);

  g_string_append_printf (statement->text, ", %s AS (%s%s)", name, insert, condition);
  g_array_set_size (statement->params, first + columns->relation->n_columns);
  tlsrpt_columns_params (columns, &g_array_index (statement->params, TlsrptPgParam, first));
}

typedef struct {
  gint32 version;
  gint32 number;
  const char *fate;
} Outcome;

static const TlsrptColumn outcome_columns[] = {
  { "version", &tlsrpt_array_int4, .offset = G_STRUCT_OFFSET (Outcome, version),
    .sql = "schema.version" },
  { "number", &tlsrpt_array_int4, .offset = G_STRUCT_OFFSET (Outcome, number),
    .sql = "given.number" },
  { "fate", &tlsrpt_array_text, .offset = G_STRUCT_OFFSET (Outcome, fate),
    .sql = "CASE WHEN new_report.report_uid IS NOT NULL THEN 'inserted' "
           "ELSE (SELECT CASE WHEN old.content_digest = given.digest THEN 'same' ELSE 'other' END "
           "|| CASE WHEN old.is_verified THEN '' ELSE ' unverified' END "
           "FROM tlsrpt.report old WHERE old.report_uid = given.uid AND old.report_uid = ANY ($2)) "
           "END" },
};

static const TlsrptRelation outcome_relation = TLSRPT_RELATION (NULL, outcome_columns);

/* Nothing reads from these, so the server runs them last: in every process in the same order. */
static void
add_reporters (Statement *statement, const TlsrptRows *rows)
{
  g_autofree char *condition =
      g_strconcat ("WHERE (SELECT version FROM schema) = $1 ", tlsrpt_reporters_on_conflict, NULL);

  if (rows->reporters != NULL && tlsrpt_columns_length (&rows->reporters->seen) > 0)
    add_insert (statement, "new_reporter", &rows->reporters->seen, condition);
  if (rows->reporters != NULL && tlsrpt_columns_length (&rows->reporters->names) > 0)
    add_insert (statement, "new_name", &rows->reporters->names,
                "WHERE (SELECT version FROM schema) = $1 ON CONFLICT DO NOTHING");
}

/* $1 is the version of the schema that the program knows; the columns of the report follow. A
 * table that gets no row is left out: a new server process pays for each table that it must look
 * up. */
static void
build (Statement *statement, TlsrptRows *rows)
{
  static const char of_new_report[] = "JOIN new_report ON new_report.report_uid = v.report_uid";
  g_autofree char *outcomes = tlsrpt_columns_list (&outcome_relation);

  g_string_append (statement->text,
                   "WITH schema AS (SELECT (SELECT version FROM tlsrpt.schema_version "
                   "ORDER BY version DESC LIMIT 1) AS version)");
  add_insert (statement, "new_report", &rows->reports,
              "WHERE (SELECT version FROM schema) = $1 "
              "ON CONFLICT DO NOTHING RETURNING report_uid");
  if (tlsrpt_columns_length (&rows->policies) > 0)
    add_insert (statement, "new_policy", &rows->policies, of_new_report);
  if (tlsrpt_columns_length (&rows->failures) > 0)
    add_insert (statement, "new_failure", &rows->failures, of_new_report);
  if (tlsrpt_columns_length (&rows->refused) > 0)
    add_insert (statement, "new_quarantine", &rows->refused,
                "WHERE (SELECT version FROM schema) = $1 "
                "ON CONFLICT (quarantine_uid) DO NOTHING");
  add_reporters (statement, rows);
  g_string_append_printf (statement->text,
                          " SELECT %s FROM schema LEFT JOIN unnest($%u, $%u) WITH ORDINALITY "
                          "AS given (uid, digest, number) ON true "
                          "LEFT JOIN new_report ON new_report.report_uid = given.uid",
                          outcomes, 2 + tlsrpt_columns_number (&tlsrpt_table_report, "report_uid"),
                          2 + tlsrpt_columns_number (&tlsrpt_table_report, "content_digest"));
}

static gboolean
check_version (int version, GError **error)
{
  if (version == TLSRPT_SCHEMA_VERSION)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
               "database: schema tlsrpt has version %d, this program needs %d: %s", version,
               TLSRPT_SCHEMA_VERSION,
               version < TLSRPT_SCHEMA_VERSION ? "run `tlsrpt-ingest schema upgrade`"
                                               : "upgrade the program");
  return FALSE;
}

static TlsrptRowsFate
fate_of (const char *word)
{
  static const char *const words[] = {
    [TLSRPT_ROWS_INSERTED] = "inserted",
    [TLSRPT_ROWS_SAME] = "same",
    [TLSRPT_ROWS_SAME_UNVERIFIED] = "same unverified",
    [TLSRPT_ROWS_OTHER] = "other",
    [TLSRPT_ROWS_OTHER_UNVERIFIED] = "other unverified",
  };

  for (guint i = TLSRPT_ROWS_INSERTED; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i]) == 0)
      return (TlsrptRowsFate)i;
  return TLSRPT_ROWS_UNSEEN;
}

/* Without reports there is one row, without a number. */
static GArray *
read_fates (const TlsrptRows *rows, const PGresult *result, GError **error)
{
  g_autoptr (GArray) fates = g_array_new (FALSE, TRUE, sizeof (TlsrptRowsFate));

  g_array_set_size (fates, tlsrpt_columns_length (&rows->reports));
  for (int row = 0; row < PQntuples (result); row++) {
    Outcome outcome;

    tlsrpt_columns_read (&outcome_relation, result, row, &outcome);
    if (!check_version (outcome.version, error))
      return NULL;
    if (outcome.number >= 1 && (guint)outcome.number <= fates->len)
      g_array_index (fates, TlsrptRowsFate, outcome.number - 1) = fate_of (outcome.fate);
  }
  return g_steal_pointer (&fates);
}

static PGresult *
run (const TlsrptRows *rows, const Statement *statement, TlsrptPg *pg, GError **error)
{
  if (!tlsrpt_pg_send_first (pg, statement->text->str, (int)statement->params->len,
                             (const TlsrptPgParam *)(gpointer)statement->params->data, error))
    return NULL;
  for (guint i = 0; i < rows->sliced->len; i++) {
    if (!tlsrpt_slices_send (pg, rows->sliced->pdata[i], error))
      return NULL;
  }
  return tlsrpt_pg_finish (pg, error);
}

GArray *
tlsrpt_rows_store (TlsrptRows *rows, TlsrptPg *pg, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) params = g_array_new (FALSE, FALSE, sizeof (TlsrptPgParam));
  g_autoptr (PGresult) result = NULL;
  Statement statement = { .text = text, .params = params };
  guint32 known = GUINT32_TO_BE (TLSRPT_SCHEMA_VERSION);
  const TlsrptPgParam version = { .type = tlsrpt_array_int4.element,
                                  .value = (const char *)&known,
                                  .length = sizeof known,
                                  .format = 1 };

  g_array_append_val (params, version);
  build (&statement, rows);
  result = run (rows, &statement, pg, error);
  return result != NULL ? read_fates (rows, result, error) : NULL;
}
