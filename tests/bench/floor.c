/* SPDX-License-Identifier: GPL-3.0-or-later
 * The floors under `replay`: what cannot be avoided, and nothing else. Prints seconds.
 *   bench-floor decode PATH [N]     reads and decodes by N threads, else by as many as replay has
 *   bench-floor rows CONNINFO PATH  stores rows that were prepared before the clock starts
 *   bench-floor copy CONNINFO PATH  COPY BINARY of the failure details of a document */
#include "command/pipeline.h"
#include "core/facts/identity.h"
#include "core/facts/reporter.h"
#include "pg/array.h"
#include "store/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 1000u

static const TlsrptSettings settings = {
  .deadline = 600,
  .keep_evidence = TRUE,
  .on_reject = TLSRPT_ON_REJECT_KEEP,
  .require_dkim = TLSRPT_REQUIRE_DKIM_NO,
  .limits = TLSRPT_LIMITS_DEFAULT,
};

static void
fail (const char *what)
{
  fprintf (stderr, "bench-floor: %s\n", what);
  exit (1);
}

/* Decodes all of @path; with @keep the parcels are returned, else freed one by one. */
static GPtrArray *
decode (const char *path, guint n_decoders, gboolean keep)
{
  const char *paths[] = { path, NULL };
  GPtrArray *parcels = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_parcel_free);
  TlsrptPipeline *pipeline = tlsrpt_pipeline_start (tlsrpt_source_new (paths, &settings.limits),
                                                    &settings, NULL, FALSE, n_decoders);
  gboolean ended = FALSE;

  while (!ended) {
    TlsrptParcel *parcel =
        tlsrpt_pipeline_take (pipeline, g_get_monotonic_time () + G_TIME_SPAN_SECOND, &ended);

    if (parcel != NULL && keep)
      g_ptr_array_add (parcels, parcel);
    else if (parcel != NULL)
      tlsrpt_parcel_free (parcel);
  }
  tlsrpt_pipeline_stop (pipeline);
  return parcels;
}

static GPtrArray *
reports_of (const GPtrArray *parcels)
{
  GPtrArray *reports = g_ptr_array_new ();

  for (guint i = 0; i < parcels->len; i++) {
    const TlsrptParcel *parcel = g_ptr_array_index (parcels, i);
    for (guint j = 0; j < parcel->items->len; j++) {
      const TlsrptItem *item = g_ptr_array_index (parcel->items, j);
      for (guint k = 0; k < item->reports->len; k++) {
        TlsrptReport *report = tlsrpt_item_report (item, k);

        tlsrpt_reporter_identify (report);
        g_ptr_array_add (reports, report);
      }
    }
  }
  return reports;
}

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  guint8 left[TLSRPT_UID_BYTES];
  guint8 right[TLSRPT_UID_BYTES];

  tlsrpt_identity_uid (*(TlsrptReport *const *)a, left);
  tlsrpt_identity_uid (*(TlsrptReport *const *)b, right);
  return memcmp (left, right, sizeof left);
}

static GPtrArray *
prepare (GPtrArray *reports)
{
  GPtrArray *batches = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_rows_free);

  for (guint i = 0; i < reports->len; i += BATCH) {
    TlsrptRows *rows = tlsrpt_rows_new ();
    guint n = MIN (BATCH, reports->len - i);

    qsort (&reports->pdata[i], n, sizeof *reports->pdata, compare_uids);
    for (guint j = i; j < i + n; j++) {
      guint8 uid[TLSRPT_UID_BYTES];
      tlsrpt_identity_uid (reports->pdata[j], uid);
      tlsrpt_rows_add_entry (rows, tlsrpt_entry_new (reports->pdata[j]), TRUE);
    }
    g_ptr_array_add (batches, rows);
  }
  return batches;
}

static double
push_rows (const char *conninfo, const char *path)
{
  g_autoptr (GPtrArray) parcels = decode (path, g_get_num_processors (), TRUE);
  g_autoptr (GPtrArray) reports = reports_of (parcels);
  g_autoptr (GPtrArray) batches = prepare (reports);
  g_autoptr (TlsrptPg) pg =
      tlsrpt_pg_connect (conninfo, g_get_monotonic_time () + 600 * G_TIME_SPAN_SECOND, NULL);
  gint64 started = g_get_monotonic_time ();

  if (pg == NULL)
    fail ("no connection");
  for (guint i = 0; i < batches->len; i++) {
    g_autoptr (GArray) fates = tlsrpt_rows_store (g_ptr_array_index (batches, i), pg, NULL);
    if (fates == NULL)
      fail (tlsrpt_pg_server_message (pg));
  }
  return (double)(g_get_monotonic_time () - started) / G_TIME_SPAN_SECOND;
}

/* One field of COPY BINARY: its length and its bytes; %NULL is SQL's null. */
static void
add_field (GByteArray *row, gconstpointer data, gsize length)
{
  guint32 prefix = GUINT32_TO_BE (data != NULL ? (guint32)length : G_MAXUINT32);

  g_byte_array_append (row, (const guint8 *)&prefix, sizeof prefix);
  if (data != NULL)
    g_byte_array_append (row, data, (guint)length);
}

static void
add_text (GByteArray *row, const char *text)
{
  add_field (row, text, text != NULL ? strlen (text) : 0);
}

/* An address as the store writes it: taken out of an array of one element. */
static void
add_address (GByteArray *row, const char *text)
{
  TlsrptArray array;
  TlsrptPgParam param;

  tlsrpt_array_init (&array, &tlsrpt_array_inet);
  if (!tlsrpt_array_add_address (&array, text))
    fail ("the generator makes addresses alone");
  param = tlsrpt_array_param (&array);
  /* Head of an array of one dimension: 20 bytes; then each element with its length. */
  g_byte_array_append (row, (const guint8 *)param.value + 20, (guint)param.length - 20);
  tlsrpt_array_clear (&array);
}

static GByteArray *
copy_rows (const TlsrptPolicy *policy, const guint8 *uid)
{
  static const guint8 head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
  GByteArray *bytes = g_byte_array_new ();
  const guint16 n_fields = GUINT16_TO_BE (11);
  const guint16 end = 0xffff;
  guint32 policy_no = 0;

  g_byte_array_append (bytes, head, 19);
  for (guint i = 0; i < policy->failures->len; i++) {
    const TlsrptFailure *failure = &g_array_index (policy->failures, TlsrptFailure, i);
    guint32 failure_no = GUINT32_TO_BE (i);
    guint64 count = GUINT64_TO_BE ((guint64)failure->failed_session_count);

    g_byte_array_append (bytes, (const guint8 *)&n_fields, sizeof n_fields);
    add_field (bytes, uid, TLSRPT_UID_BYTES);
    add_field (bytes, &policy_no, sizeof policy_no);
    add_field (bytes, &failure_no, sizeof failure_no);
    add_text (bytes, failure->result_type);
    add_address (bytes, failure->sending_mta_ip);
    add_text (bytes, failure->receiving_mx_hostname);
    add_address (bytes, failure->receiving_ip);
    add_field (bytes, &count, sizeof count);
    add_text (bytes, failure->failure_reason_code);
    add_text (bytes, failure->receiving_mx_hostname);
    add_field (bytes, &count, sizeof count);
  }
  g_byte_array_append (bytes, (const guint8 *)&end, sizeof end);
  return bytes;
}

static void
run_sql (PGconn *connection, const char *sql, ExecStatusType expected)
{
  PGresult *result = PQexec (connection, sql);

  if (PQresultStatus (result) != expected)
    fail (PQerrorMessage (connection));
  PQclear (result);
}

/* The report and its policy are there before the clock starts, the details are copied. */
static double
push_copy (const char *conninfo, const char *path)
{
  g_autoptr (GPtrArray) parcels = decode (path, g_get_num_processors (), TRUE);
  g_autoptr (GPtrArray) reports = reports_of (parcels);
  TlsrptReport *report = reports->len > 0 ? g_ptr_array_index (reports, 0) : NULL;
  g_autoptr (GByteArray) rows = NULL;
  PGconn *connection = PQconnectdb (conninfo);
  guint8 uid[TLSRPT_UID_BYTES];
  PGresult *result;
  gint64 started;

  if (report == NULL || PQstatus (connection) != CONNECTION_OK)
    fail ("no report or no connection");
  tlsrpt_identity_uid (report, uid);
  rows = copy_rows (tlsrpt_report_policy (report, 0), uid);
  run_sql (connection, "DELETE FROM tlsrpt.failure", PGRES_COMMAND_OK);
  started = g_get_monotonic_time ();
  run_sql (connection,
           "COPY tlsrpt.failure (report_uid, policy_no, failure_no, result_type, sending_mta_ip, "
           "receiving_mx_hostname, receiving_ip, failed_session_count, failure_reason_code, "
           "receiving_mx, failed_sessions) "
           "FROM STDIN (FORMAT binary)",
           PGRES_COPY_IN);
  if (PQputCopyData (connection, (const char *)rows->data, (int)rows->len) != 1 ||
      PQputCopyEnd (connection, NULL) != 1)
    fail (PQerrorMessage (connection));
  result = PQgetResult (connection);
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    fail (PQerrorMessage (connection));
  PQclear (result);
  started = g_get_monotonic_time () - started;
  PQfinish (connection);
  return (double)started / G_TIME_SPAN_SECOND;
}

int
main (int argc, char **argv)
{
  double seconds;

  if (argc >= 3 && strcmp (argv[1], "decode") == 0) {
    guint n = argc > 3 ? (guint)atoi (argv[3]) : g_get_num_processors ();
    gint64 started = g_get_monotonic_time ();
    g_ptr_array_unref (decode (argv[2], n, FALSE));
    seconds = (double)(g_get_monotonic_time () - started) / G_TIME_SPAN_SECOND;
  } else if (argc == 4 && strcmp (argv[1], "rows") == 0) {
    seconds = push_rows (argv[2], argv[3]);
  } else if (argc == 4 && strcmp (argv[1], "copy") == 0) {
    seconds = push_copy (argv[2], argv[3]);
  } else {
    fputs ("usage: bench-floor decode PATH [N] | rows CONNINFO PATH | copy CONNINFO PATH\n",
           stderr);
    return 2;
  }
  printf ("%.6f\n", seconds);
  return 0;
}
