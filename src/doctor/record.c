/* SPDX-License-Identifier: GPL-3.0-or-later
 * One statement for all places, so that a thousand domains are one round trip. */
#include "doctor/record.h"

#include "doctor/sight.h"
#include "pg/columns.h"

/* The bytes of "tlsobs": two that look at the same time write one after the other. */
static const char lock_sql[] = "SELECT pg_catalog.pg_advisory_xact_lock(128009243484019)";

static void
put_good_until (TlsrptArray *array, gconstpointer key G_GNUC_UNUSED, gconstpointer object)
{
  GDateTime *good_until = ((const TlsrptSight *)object)->good_until;

  if (good_until != NULL)
    tlsrpt_array_add_time (array, g_date_time_to_unix (good_until) * G_USEC_PER_SEC);
  else
    tlsrpt_array_add_null (array);
}

#define AT(member) .offset = G_STRUCT_OFFSET (TlsrptSight, member)

static const TlsrptColumn columns[] = {
  { "kind", &tlsrpt_array_text, AT (kind) },
  { "place", &tlsrpt_array_text, AT (place) },
  { "mail_domain", &tlsrpt_array_text, AT (mail_domain) },
  { "is_healthy", &tlsrpt_array_bool, AT (is_healthy) },
  { "detail", &tlsrpt_array_text, AT (detail) },
  { "good_until", &tlsrpt_array_timestamptz, .put = put_good_until },
};

static const TlsrptRelation relation = TLSRPT_RELATION ("tlsrpt.observation", columns);

/* The two last rows of a place in a row of their own; both like what is seen now: the later moves. The first
 * %s stands for the rows, the others for the names of their columns. */
static const char moved_sql[] =
    "WITH seen AS (SELECT * FROM %s),"
    " moved AS (UPDATE tlsrpt.observation o SET at = clock_timestamp()"
    "  FROM seen s CROSS JOIN LATERAL ("
    "   SELECT max(l.observation_no) AS last_no, count(*) FILTER (WHERE l.is_healthy = s.is_healthy"
    "     AND l.detail = s.detail AND l.good_until IS NOT DISTINCT FROM s.good_until) AS alike"
    "    FROM (SELECT r.* FROM tlsrpt.observation r WHERE r.kind = s.kind AND r.place = s.place"
    "      AND r.mail_domain IS NOT DISTINCT FROM s.mail_domain"
    "     ORDER BY r.at DESC, r.observation_no DESC LIMIT 2) AS l) AS last"
    "  WHERE o.observation_no = last.last_no AND last.alike = 2"
    "  RETURNING o.kind, o.place, o.mail_domain)"
    " INSERT INTO tlsrpt.observation (at, %s)"
    " SELECT clock_timestamp(), %s FROM seen s WHERE NOT EXISTS (SELECT FROM moved m"
    "  WHERE m.kind = s.kind AND m.place = s.place"
    "   AND m.mail_domain IS NOT DISTINCT FROM s.mail_domain)";

static const char old_sql[] =
    "DELETE FROM tlsrpt.observation WHERE at < now() - interval '366 days'";

static gboolean
run (TlsrptPg *pg, const char *sql, int n, const TlsrptPgParam *params, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, n, params, error);

  return result != NULL;
}

gboolean
tlsrpt_record_sights (TlsrptPg *pg, const GPtrArray *sights, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  g_autofree char *names = tlsrpt_columns_list (&relation);
  g_autofree char *rows_sql = tlsrpt_columns_unnest (&relation, 1);
  g_autofree char *sql = g_strdup_printf (moved_sql, rows_sql, names, names);
  g_auto (TlsrptColumns) rows = { 0 };
  TlsrptPgParam params[G_N_ELEMENTS (columns)];

  if (transaction == NULL)
    return FALSE;
  tlsrpt_columns_init (&rows, &relation);
  for (guint i = 0; i < sights->len; i++)
    tlsrpt_columns_add (&rows, NULL, sights->pdata[i]);
  tlsrpt_columns_params (&rows, params);
  return run (pg, lock_sql, 0, NULL, error) &&
         run (pg, sql, G_N_ELEMENTS (params), params, error) && run (pg, old_sql, 0, NULL, error) &&
         tlsrpt_pg_commit (transaction, error);
}
