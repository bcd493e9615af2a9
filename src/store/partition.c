/* SPDX-License-Identifier: GPL-3.0-or-later
 * Calls the functions of the schema that make and drop partitions. A drop needs the tables for itself: it waits
 * only as long as deliveries can wait behind it, and tries again. */
#include "store/partition.h"

#include "core/limits.h"

#include <string.h>

#define LOCK_IS_HELD "55P03"
#define DEADLOCK "40P01"

gboolean
tlsrpt_partition_ahead (TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query (pg, "SELECT tlsrpt.partition_ahead()", 0, NULL, error);

  return result != NULL;
}

/* A transaction for each table: what is being analyzed cannot be dropped. */
gboolean
tlsrpt_partition_analyze (TlsrptPg *pg, GError **error)
{
  static const char *const tables[] = { "report", "policy", "failure" };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, "SELECT tlsrpt.partition_analyze($1)",
                                                        error, tables[i], TLSRPT_PG_END);

    if (result == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_in_use (TlsrptPg *pg)
{
  const char *state = tlsrpt_pg_is_usable (pg) ? tlsrpt_pg_sqlstate (pg) : "";

  return strcmp (state, LOCK_IS_HELD) == 0 || strcmp (state, DEADLOCK) == 0;
}

/* The number of reports of the oldest month, null if there is none to drop. */
static PGresult *
drop_month (TlsrptPg *pg, gint64 first_kept, GError **error)
{
  g_autofree char *day = g_strdup_printf ("%" G_GINT64_FORMAT, first_kept);

  for (guint try = 1;; try++) {
    g_autoptr (GError) failure = NULL;
    PGresult *result =
        tlsrpt_pg_query_text (pg, "SELECT tlsrpt.partition_drop(date '1970-01-01' + $1::integer)",
                              &failure, day, TLSRPT_PG_END);

    if (result != NULL)
      return result;
    if (!is_in_use (pg) || try == TLSRPT_PARTITION_TRIES) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
    g_usleep (G_USEC_PER_SEC);
  }
}

gboolean
tlsrpt_partition_drop (TlsrptPg *pg, gint64 first_kept, guint64 *reports, GError **error)
{
  for (;;) {
    g_autoptr (PGresult) result = drop_month (pg, first_kept, error);

    if (result == NULL)
      return FALSE;
    if (PQgetisnull (result, 0, 0))
      return TRUE;
    *reports += g_ascii_strtoull (PQgetvalue (result, 0, 0), NULL, 10);
  }
}

char *
tlsrpt_partition_describe (TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (
      pg,
      "SELECT CASE WHEN count(*) = 0 THEN 'none' ELSE concat(count(*) FILTER (WHERE is_made),"
      " ' months, ' || to_char(min(month) FILTER (WHERE is_made), 'YYYY-MM') || ' to '"
      "  || to_char(max(month) FILTER (WHERE is_made), 'YYYY-MM'),"
      " '; missing: ' || string_agg(to_char(month, 'YYYY-MM'), ', ' ORDER BY month)"
      "  FILTER (WHERE is_wanted AND NOT is_made),"
      " '; reports in the default partition: ' || nullif(sum(default_reports), 0)) END"
      " FROM tlsrpt.partition",
      0, NULL, error);

  return result != NULL ? g_strdup (PQgetvalue (result, 0, 0)) : NULL;
}
