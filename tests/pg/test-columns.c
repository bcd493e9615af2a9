/* SPDX-License-Identifier: GPL-3.0-or-later
 * A table of columns to SQL, parameters and back, over a real table with a column of each type. */
#include "support/cluster.h"
#include "pg/columns.h"
#include "pg/row.h"

#include <string.h>

#define UID "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef"

typedef struct {
  gboolean flag;
  gint32 number;
  gint64 count;
  gint64 at;
  guint8 uid[16];
  const char *address;
  const char *text;
  const char *foreign;
  const char *const *list;
  GBytes *blob;
} Sent;

#define SENT(member) .offset = G_STRUCT_OFFSET (Sent, member)

static void
put_twice (TlsrptArray *array, gconstpointer key, gconstpointer object)
{
  const Sent *sent = object;

  tlsrpt_array_add_int8 (array, sent->count * *(const gint64 *)key);
}

static const TlsrptColumn sent_columns[] = {
  { "flag", &tlsrpt_array_bool, SENT (flag) },
  { "number", &tlsrpt_array_int4, SENT (number) },
  { "count", &tlsrpt_array_int8, SENT (count) },
  { "counted", &tlsrpt_array_int8, .put = put_twice },
  { "at", &tlsrpt_array_timestamptz, SENT (at) },
  { "uid", &tlsrpt_array_uuid, SENT (uid) },
  { "address", &tlsrpt_array_inet, SENT (address) },
  { "text", &tlsrpt_array_text, SENT (text) },
  { "foreign_text", &tlsrpt_array_text, SENT (foreign), .max_bytes = 5 },
  { "list", &tlsrpt_array_text, "text[]", SENT (list) },
  { "blob", &tlsrpt_array_bytea, SENT (blob) },
};

static const TlsrptRelation sent_relation = TLSRPT_RELATION ("public.t", sent_columns);

typedef struct {
  gboolean flag;
  gint32 number;
  gint64 count;
  const char *uid;
  const char *address;
  const char *text;
  const char *joined;
  GBytes *blob;
} Read;

#define READ(member) .offset = G_STRUCT_OFFSET (Read, member)

static const TlsrptColumn read_columns[] = {
  { "flag", &tlsrpt_array_bool, READ (flag) },
  { "number", &tlsrpt_array_int4, READ (number) },
  { "count", &tlsrpt_array_int8, READ (count) },
  { "uid", &tlsrpt_array_uuid, READ (uid) },
  { "address", &tlsrpt_array_inet, READ (address) },
  { "text", &tlsrpt_array_text, READ (text) },
  { "joined", &tlsrpt_array_text, READ (joined), .sql = "array_to_string(list, '+')" },
  { "blob", &tlsrpt_array_bytea, READ (blob) },
};

static const TlsrptRelation read_relation = TLSRPT_RELATION (NULL, read_columns);

static char *
database_with_table (void)
{
  char *conninfo = cluster_database ();

  cluster_sql (conninfo,
               "CREATE TABLE public.t (blob bytea, list text[], foreign_text text, text text,"
               " address inet, uid uuid, at timestamptz, counted bigint, count bigint,"
               " number integer, flag boolean)");
  return conninfo;
}

/* Stores @n rows by parameters from $3 on: an array for each column, or a parameter for each value. */
static void
store (TlsrptPg *pg, const Sent *rows, guint n, gboolean in_arrays)
{
  g_autofree char *insert = NULL;
  g_autofree char *sql = NULL;
  g_auto (TlsrptColumns) columns = { 0 };
  g_autoptr (GArray) params = g_array_new (FALSE, FALSE, sizeof (TlsrptPgParam));
  const TlsrptPgParam letters[] = { { .value = "a" }, { .value = "a" } };
  const gint64 twice = 2;
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) result = NULL;

  g_array_append_vals (params, letters, G_N_ELEMENTS (letters));
  tlsrpt_columns_init (&columns, &sent_relation);
  for (guint i = 0; i < n; i++)
    tlsrpt_columns_add (&columns, &twice, &rows[i]);
  g_assert_cmpuint (tlsrpt_columns_length (&columns), ==, n);
  if (in_arrays) {
    g_array_set_size (params, 2 + sent_relation.n_columns);
    tlsrpt_columns_params (&columns, &g_array_index (params, TlsrptPgParam, 2));
    insert = tlsrpt_columns_insert (&sent_relation, 3);
  } else {
    insert = tlsrpt_columns_insert_few (&columns, params);
  }
  sql = g_strconcat (insert, "WHERE $1 = $2", NULL);
  result = tlsrpt_pg_query (pg, sql, (int)params->len,
                            (const TlsrptPgParam *)(gpointer)params->data, &error);
  g_assert_no_error (error);
}

static void
test_stores (gconstpointer in_arrays)
{
  static const char *const list[] = { "a", "b \"c\"", NULL };
  g_autofree char *conninfo = database_with_table ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (GBytes) blob = g_bytes_new_static ("\0x", 2);
  Sent rows[] = {
    { .flag = TRUE,
      .number = -4,
      .count = 8,
      .at = 1000000,
      .uid = UID,
      .address = "192.0.2.1",
      .text = "plain",
      .foreign = "caf\303\251s",
      .list = list,
      .blob = blob },
    { .address = "nowhere" },
  };

  store (pg, rows, G_N_ELEMENTS (rows), GPOINTER_TO_INT (in_arrays));
  cluster_assert_rows (
      conninfo,
      "SELECT flag, number, count, counted, at AT TIME ZONE 'UTC', uid, address, text,"
      " foreign_text, list, blob FROM public.t ORDER BY number",
      "t|-4|8|16|1970-01-01 "
      "00:00:01|01234567-89ab-cdef-0123-456789abcdef|192.0.2.1|plain|caf\303\251|"
      "{a,\"b \\\"c\\\"\"}|\\x0078\n"
      "f|0|0|0|1970-01-01 00:00:00|00000000-0000-0000-0000-000000000000|~|~|~|{}|~\n");
}

static void
test_reads (void)
{
  static const char *const list[] = { "a", "b", NULL };
  g_autofree char *conninfo = database_with_table ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (GBytes) blob = g_bytes_new_static ("\0x", 2);
  Sent sent = { .flag = TRUE,
                .number = -4,
                .count = G_MAXINT64 / 2,
                .uid = UID,
                .address = "2001:db8::1",
                .text = "",
                .list = list,
                .blob = blob };
  g_autofree char *columns = tlsrpt_columns_list (&read_relation);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM public.t", columns);
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) result = NULL;
  Read got;

  store (pg, &sent, 1, TRUE);
  result = tlsrpt_pg_query (pg, sql, 0, NULL, &error);
  g_assert_no_error (error);
  tlsrpt_columns_read (&read_relation, result, 0, &got);
  g_assert_true (got.flag);
  g_assert_cmpint (got.number, ==, -4);
  g_assert_cmpint (got.count, ==, G_MAXINT64 / 2);
  g_assert_cmpstr (got.uid, ==, "01234567-89ab-cdef-0123-456789abcdef");
  g_assert_cmpstr (got.address, ==, "2001:db8::1");
  g_assert_cmpstr (got.text, ==, "");
  g_assert_cmpstr (got.joined, ==, "a+b");
  g_assert_true (g_bytes_equal (got.blob, blob));
  g_bytes_unref (got.blob);
}

static void
test_reads_null (void)
{
  g_autofree char *conninfo = database_with_table ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autofree char *columns = tlsrpt_columns_list (&read_relation);
  g_autofree char *sql =
      g_strdup_printf ("INSERT INTO public.t DEFAULT VALUES RETURNING %s", columns);
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, 0, NULL, &error);
  Read got;

  g_assert_no_error (error);
  tlsrpt_columns_read (&read_relation, result, 0, &got);
  g_assert_false (got.flag);
  g_assert_cmpint (got.number, ==, 0);
  g_assert_cmpint (got.count, ==, 0);
  g_assert_null (got.uid);
  g_assert_null (got.address);
  g_assert_null (got.text);
  g_assert_null (got.joined);
  g_assert_null (got.blob);
}

/* Values of one type under names that stand in another order than they are asked for. */
static void
test_row (void)
{
  g_autofree char *conninfo = cluster_database ();
  g_autoptr (TlsrptPg) pg = cluster_connect (conninfo);
  g_autoptr (GError) error = NULL;
  g_autoptr (PGresult) result = tlsrpt_pg_query (
      pg, "SELECT -4 AS less, 18446744073709551615 AS most, true AS yes, 'a' AS text, NULL AS none",
      0, NULL, &error);
  g_autofree char *copy = NULL;

  g_assert_no_error (error);
  copy = tlsrpt_row_copy (result, 0, "text");
  g_assert_cmpstr (copy, ==, "a");
  g_assert_null (tlsrpt_row_copy (result, 0, "none"));
  g_assert_cmpstr (tlsrpt_row_text (result, 0, "text"), ==, "a");
  g_assert_null (tlsrpt_row_text (result, 0, "none"));
  g_assert_true (tlsrpt_row_truth (result, 0, "yes"));
  g_assert_false (tlsrpt_row_truth (result, 0, "none"));
  g_assert_cmpuint (tlsrpt_row_number (result, 0, "most"), ==, G_MAXUINT64);
  g_assert_cmpint ((gint64)tlsrpt_row_number (result, 0, "less"), ==, -4);
  g_assert_cmpuint (tlsrpt_row_number (result, 0, "none"), ==, 0);
}

static void
test_number (void)
{
  g_assert_cmpuint (tlsrpt_columns_number (&sent_relation, "flag"), ==, 0);
  g_assert_cmpuint (tlsrpt_columns_number (&sent_relation, "blob"), ==, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/columns/stores-a-value-of-each-type", GINT_TO_POINTER (TRUE),
                        test_stores);
  g_test_add_data_func ("/columns/stores-few-rows-value-by-value", GINT_TO_POINTER (FALSE),
                        test_stores);
  g_test_add_func ("/columns/reads-a-value-of-each-type", test_reads);
  g_test_add_func ("/columns/reads-null", test_reads_null);
  g_test_add_func ("/columns/knows-a-column-by-its-name", test_number);
  g_test_add_func ("/row/reads-a-value-by-the-name-of-its-column", test_row);
  return g_test_run ();
}
