/* SPDX-License-Identifier: GPL-3.0-or-later
 * One statement for all places, so that a thousand domains are one round trip. */
#include "doctor/record.h"

#include "doctor/sight.h"
#include "pg/array.h"

#define N_ARRAYS 6

/* The bytes of "tlsobs": two that look at the same time write one after the other. */
static const char lock_sql[] = "SELECT pg_catalog.pg_advisory_xact_lock(128009243484019)";

/* The two last rows of a place in a row of their own; both like what is seen now: the later moves. */
static const char moved_sql[] =
    "WITH seen AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[],"
    "  $5::text[], $6::timestamptz[])"
    "  AS s (kind, place, mail_domain, is_healthy, detail, good_until)),"
    " moved AS (UPDATE tlsrpt.observation o SET at = clock_timestamp()"
    "  FROM seen s CROSS JOIN LATERAL ("
    "   SELECT max(l.observation_no) AS last_no, count(*) FILTER (WHERE l.is_healthy = s.is_healthy"
    "     AND l.detail = s.detail AND l.good_until IS NOT DISTINCT FROM s.good_until) AS alike"
    "    FROM (SELECT r.* FROM tlsrpt.observation r WHERE r.kind = s.kind AND r.place = s.place"
    "      AND r.mail_domain IS NOT DISTINCT FROM s.mail_domain"
    "     ORDER BY r.at DESC, r.observation_no DESC LIMIT 2) AS l) AS last"
    "  WHERE o.observation_no = last.last_no AND last.alike = 2"
    "  RETURNING o.kind, o.place, o.mail_domain)"
    " INSERT INTO tlsrpt.observation (at, kind, place, mail_domain, is_healthy, detail, good_until)"
    " SELECT clock_timestamp(), s.* FROM seen s WHERE NOT EXISTS (SELECT FROM moved m"
    "  WHERE m.kind = s.kind AND m.place = s.place"
    "   AND m.mail_domain IS NOT DISTINCT FROM s.mail_domain)";

static const char old_sql[] =
    "DELETE FROM tlsrpt.observation WHERE at < now() - interval '366 days'";

static void
fill (TlsrptArray arrays[N_ARRAYS], const GPtrArray *sights)
{
  for (guint i = 0; i < sights->len; i++) {
    const TlsrptSight *sight = sights->pdata[i];

    tlsrpt_array_add_text (&arrays[0], sight->kind);
    tlsrpt_array_add_text (&arrays[1], sight->place);
    tlsrpt_array_add_text (&arrays[2], sight->mail_domain);
    tlsrpt_array_add_bool (&arrays[3], sight->is_healthy);
    tlsrpt_array_add_text (&arrays[4], sight->detail);
    if (sight->good_until != NULL)
      tlsrpt_array_add_time (&arrays[5], g_date_time_to_unix (sight->good_until) * G_USEC_PER_SEC);
    else
      tlsrpt_array_add_null (&arrays[5]);
  }
}

static gboolean
run (TlsrptPg *pg, const char *sql, int n, const TlsrptPgParam *params, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, n, params, error);

  return result != NULL;
}

gboolean
tlsrpt_record_sights (TlsrptPg *pg, const GPtrArray *sights, GError **error)
{
  static const TlsrptArrayType *const types[N_ARRAYS] = {
    &tlsrpt_array_text, &tlsrpt_array_text, &tlsrpt_array_text,
    &tlsrpt_array_bool, &tlsrpt_array_text, &tlsrpt_array_timestamptz,
  };
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  TlsrptArray arrays[N_ARRAYS];
  TlsrptPgParam params[N_ARRAYS];
  gboolean done;

  if (transaction == NULL)
    return FALSE;
  for (guint i = 0; i < N_ARRAYS; i++)
    tlsrpt_array_init (&arrays[i], types[i]);
  fill (arrays, sights);
  for (guint i = 0; i < N_ARRAYS; i++)
    params[i] = tlsrpt_array_param (&arrays[i]);
  done = run (pg, lock_sql, 0, NULL, error) && run (pg, moved_sql, N_ARRAYS, params, error) &&
         run (pg, old_sql, 0, NULL, error);
  for (guint i = 0; i < N_ARRAYS; i++)
    tlsrpt_array_clear (&arrays[i]);
  return done && tlsrpt_pg_commit (transaction, error);
}
