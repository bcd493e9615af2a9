/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports and refused messages to array parameters, a column each, and the one statement that takes
 * them all: children are inserted for the reports that the same statement inserted, for no other.
 * Not COPY: it knows no ON CONFLICT and costs three more round trips. A giant's details follow in
 * slices, in the same transaction and the same round trip. */
#include "store/rows.h"

#include "core/decode.h"
#include "core/errors.h"
#include "store/identity.h"
#include "store/schema.h"
#include "store/slices.h"
#include "store/row-key.h"
#include "store/tables.h"

/* Up to a dozen rows the server has less work with values than with arrays. */
#define FEW_ROWS 8u

#define IF_VERSION "WHERE tlsrpt.installed_version() = $1 "

struct _TlsrptRows {
  TlsrptColumns reports;
  TlsrptColumns identities; /* none unless reports are distributed */
  TlsrptColumns policies;
  TlsrptColumns failures;
  TlsrptColumns refused;
  TlsrptReporters *reporters;
  gint64 statement_no; /* 0 unless reports are distributed */
  GPtrArray *entries;
  gboolean keep_evidence;
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
  rows->entries = g_ptr_array_new ();
  rows->sliced = g_ptr_array_new ();
  return rows;
}

void
tlsrpt_rows_free (TlsrptRows *rows)
{
  if (rows == NULL)
    return;
  tlsrpt_columns_clear (&rows->reports);
  tlsrpt_columns_clear (&rows->identities);
  tlsrpt_columns_clear (&rows->policies);
  tlsrpt_columns_clear (&rows->failures);
  tlsrpt_columns_clear (&rows->refused);
  g_ptr_array_unref (rows->entries);
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
  rows->keep_evidence = keep_evidence;
  g_ptr_array_add (rows->entries, (gpointer)entry);
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
  if (reporters->is_distributed)
    rows->statement_no = g_get_monotonic_time ();
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

typedef struct {
  gint32 version;
  gint32 number;
} Outcome;

static const TlsrptColumn outcome_columns[] = {
  { "version", &tlsrpt_array_int4, .offset = G_STRUCT_OFFSET (Outcome, version),
    .sql = "tlsrpt.installed_version()" },
  { "number", &tlsrpt_array_int4, .offset = G_STRUCT_OFFSET (Outcome, number),
    .sql = "given.number" },
};

static const TlsrptRelation outcome_relation = TLSRPT_RELATION (NULL, outcome_columns);

/* A statement under construction, with its parameters. */
typedef struct {
  GString *text;
  GArray *params;
  gboolean is_of_one; /* of one report and no refused message */
} Statement;

/* A delivery has a server process of its own, which parses and plans this statement alone: arrays and
 * joins are more work to it than a row or a few. */
static gboolean
are_few (const TlsrptColumns *columns)
{
  return tlsrpt_columns_length (columns) >= 1 && tlsrpt_columns_length (columns) <= FEW_ROWS;
}

/* Adds `, NAME AS (INSERT ... CONDITION)`. */
static void
add_insert (Statement *statement, const char *name, TlsrptColumns *columns, const char *condition)
{
  guint first = statement->params->len;
  g_autofree char *insert = NULL;

  if (statement->is_of_one && are_few (columns)) {
    insert = tlsrpt_columns_insert_few (columns, statement->params);
  } else {
    insert = tlsrpt_columns_insert (columns->relation, first + 1);
    g_array_set_size (statement->params, first + columns->relation->n_columns);
    tlsrpt_columns_params (columns, &g_array_index (statement->params, TlsrptPgParam, first));
  }
  g_string_append_printf (statement->text, "%s%s AS (%s%s)", first > 1 ? ", " : "", name, insert,
                          condition);
}

static void
add_insert_of_new_report (Statement *statement, const char *name, TlsrptColumns *columns)
{
  if (tlsrpt_columns_length (columns) > 0)
    add_insert (statement, name, columns,
                statement->is_of_one ? "WHERE EXISTS (SELECT FROM new_report)"
                                     : "JOIN new_report ON new_report.report_uid = v.report_uid");
}

/* Nothing reads from these, so the server runs them last: in every process in the same order. */
static void
add_reporters (Statement *statement, const TlsrptRows *rows)
{
  g_autofree char *condition = g_strconcat (IF_VERSION, tlsrpt_reporters_on_conflict, NULL);

  if (rows->reporters != NULL && tlsrpt_columns_length (&rows->reporters->seen) > 0)
    add_insert (statement, "new_reporter", &rows->reporters->seen, condition);
  if (rows->reporters != NULL && tlsrpt_columns_length (&rows->reporters->names) > 0)
    add_insert (statement, "new_name", &rows->reporters->names,
                IF_VERSION "ON CONFLICT DO NOTHING");
}

/* Reports, and from where the numbers of those that were inserted are to be selected. Of reports that are
 * distributed the identity alone is stored here, and the rest follows. */
static void
add_reports (Statement *statement, TlsrptRows *rows, GString *inserted)
{
  gboolean is_distributed = rows->statement_no != 0;
  TlsrptColumns *reports = is_distributed ? &rows->identities : &rows->reports;

  if (is_distributed)
    tlsrpt_identity_fill (&rows->identities, rows->entries, rows->keep_evidence,
                          rows->statement_no);
  add_insert (statement, "new_report", reports,
              IF_VERSION "ON CONFLICT DO NOTHING RETURNING report_uid");
  if (!is_distributed) {
    add_insert_of_new_report (statement, "new_policy", &rows->policies);
    add_insert_of_new_report (statement, "new_failure", &rows->failures);
  }
  if (statement->is_of_one)
    g_string_assign (inserted, "(SELECT 1 AS number FROM new_report) AS given");
  else
    g_string_printf (inserted,
                     "(new_report JOIN unnest($%u) WITH ORDINALITY AS given (uid, number) "
                     "ON new_report.report_uid = given.uid)",
                     2 + tlsrpt_columns_number (reports->relation, "report_uid"));
}

/* $1 is the version of the schema that the program knows. A table that gets no row is left out: a new
 * server process pays for each table that it must look up. The result is a row for each report that was
 * inserted, or one without its number. */
static void
build (Statement *statement, TlsrptRows *rows)
{
  g_autofree char *outcomes = tlsrpt_columns_list (&outcome_relation);
  g_autoptr (GString) inserted = g_string_new ("(SELECT NULL::integer AS number) AS given");

  g_string_append (statement->text, "WITH ");
  if (tlsrpt_columns_length (&rows->reports) > 0)
    add_reports (statement, rows, inserted);
  if (tlsrpt_columns_length (&rows->refused) > 0)
    add_insert (statement, "new_quarantine", &rows->refused,
                IF_VERSION "ON CONFLICT (quarantine_uid) DO NOTHING");
  add_reporters (statement, rows);
  g_string_append_printf (statement->text,
                          " SELECT %s FROM (SELECT) AS always LEFT JOIN %s ON true", outcomes,
                          inserted->str);
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
    [TLSRPT_ROWS_SAME] = "same",
    [TLSRPT_ROWS_SAME_UNVERIFIED] = "same unverified",
    [TLSRPT_ROWS_OTHER] = "other",
    [TLSRPT_ROWS_OTHER_UNVERIFIED] = "other unverified",
  };

  for (guint i = TLSRPT_ROWS_SAME; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i]) == 0)
      return (TlsrptRowsFate)i;
  return TLSRPT_ROWS_UNSEEN;
}

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
      g_array_index (fates, TlsrptRowsFate, outcome.number - 1) = TLSRPT_ROWS_INSERTED;
  }
  return g_steal_pointer (&fates);
}

typedef struct {
  gint32 number;
  const char *fate;
} Old;

static const TlsrptColumn old_columns[] = {
  { "number", &tlsrpt_array_int4, .offset = G_STRUCT_OFFSET (Old, number), .sql = "given.number" },
  { "fate", &tlsrpt_array_text, .offset = G_STRUCT_OFFSET (Old, fate),
    .sql = "CASE WHEN old.content_digest = given.digest THEN 'same' ELSE 'other' END "
           "|| CASE WHEN old.is_verified THEN '' ELSE ' unverified' END" },
};

static const TlsrptRelation old_relation = TLSRPT_RELATION (NULL, old_columns);

static const char old_sql[] =
    " FROM unnest($1, $2) WITH ORDINALITY AS given (uid, digest, number) "
    "JOIN tlsrpt.report_key old ON old.report_uid = given.uid AND old.report_uid = ANY ($1)";

static gboolean
are_all_inserted (const GArray *fates)
{
  for (guint i = 0; i < fates->len; i++)
    if (g_array_index (fates, TlsrptRowsFate, i) != TLSRPT_ROWS_INSERTED)
      return FALSE;
  return TRUE;
}

/* Asked only where a report was not inserted. What was inserted is committed by then, unless a
 * transaction of the caller goes on: a failure that passes leaves the others unseen, and the caller
 * tries these again. */
static gboolean
look_at_old (TlsrptRows *rows, TlsrptPg *pg, GArray *fates, GError **error)
{
  TlsrptArray *const arrays = rows->reports.arrays;
  g_autofree char *list = tlsrpt_columns_list (&old_relation);
  g_autofree char *sql = g_strconcat ("SELECT ", list, old_sql, NULL);
  const TlsrptPgParam params[] = {
    tlsrpt_array_param (&arrays[tlsrpt_columns_number (&tlsrpt_table_report, "report_uid")]),
    tlsrpt_array_param (&arrays[tlsrpt_columns_number (&tlsrpt_table_report, "content_digest")]),
  };
  g_autoptr (GError) failure = NULL;
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, G_N_ELEMENTS (params), params, &failure);

  for (int row = 0; result != NULL && row < PQntuples (result); row++) {
    TlsrptRowsFate *fate;
    Old old;

    tlsrpt_columns_read (&old_relation, result, row, &old);
    fate = &g_array_index (fates, TlsrptRowsFate, old.number - 1);
    if (*fate != TLSRPT_ROWS_INSERTED)
      *fate = fate_of (old.fate);
  }
  if (result != NULL || (!tlsrpt_pg_is_in_transaction (pg) &&
                         g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The reports whose identities were stored, with their policies and failures. */
static gboolean
send_distributed (TlsrptRows *rows, TlsrptPg *pg, GError **error)
{
  return rows->statement_no == 0 ||
         (tlsrpt_identity_send (pg, &rows->reports, rows->statement_no, error) &&
          tlsrpt_identity_send (pg, &rows->policies, rows->statement_no, error) &&
          tlsrpt_identity_send (pg, &rows->failures, rows->statement_no, error));
}

static PGresult *
run (TlsrptRows *rows, const Statement *statement, TlsrptPg *pg, GError **error)
{
  if (!tlsrpt_pg_send_first (pg, statement->text->str, (int)statement->params->len,
                             (const TlsrptPgParam *)(gpointer)statement->params->data, error))
    return NULL;
  if (!send_distributed (rows, pg, error))
    return NULL;
  for (guint i = 0; i < rows->sliced->len; i++) {
    if (!tlsrpt_slices_send (pg, rows->sliced->pdata[i], rows->statement_no, error))
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
  g_autoptr (GArray) fates = NULL;
  Statement statement = { .text = text,
                          .params = params,
                          .is_of_one = tlsrpt_columns_length (&rows->reports) == 1 &&
                                       tlsrpt_columns_length (&rows->refused) == 0 };
  guint32 known = GUINT32_TO_BE (TLSRPT_SCHEMA_VERSION);
  const TlsrptPgParam version = { .type = tlsrpt_array_int4.element,
                                  .value = (const char *)&known,
                                  .length = sizeof known,
                                  .format = 1 };

  g_array_append_val (params, version);
  build (&statement, rows);
  result = run (rows, &statement, pg, error);
  fates = result != NULL ? read_fates (rows, result, error) : NULL;
  if (fates == NULL || (!are_all_inserted (fates) && !look_at_old (rows, pg, fates, error)))
    return NULL;
  return g_steal_pointer (&fates);
}
