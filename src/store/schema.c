/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files of sql/ into a database: one transaction, one lock, migrations forward only and once.
 * Refuses a schema that is newer than the program. */
#include "store/schema.h"

#include "pg/sqlstate.h"

#include <stdlib.h>
#include <string.h>

/* The bytes of "tlsrpt", as install.sql has it. */
#define LOCK "SELECT pg_catalog.pg_advisory_xact_lock(128017308283508)"

/* Each try that collides has waited for the server's deadlock_timeout: no pause is needed. */
#define TRIES 10

static gboolean
run (TlsrptPg *pg, const char *sql, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, 0, NULL, error);

  return result != NULL;
}

static gboolean
read_number (TlsrptPg *pg, const char *sql, int *number, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, sql, 0, NULL, error);

  if (result == NULL)
    return FALSE;
  *number = atoi (PQgetvalue (result, 0, 0));
  return TRUE;
}

gboolean
tlsrpt_schema_installed (TlsrptPg *pg, int *version, GError **error)
{
  int there;

  /* pg_class, unlike to_regclass(), answers a user without USAGE on the schema too. */
  if (!read_number (pg,
                    "SELECT count(*) FROM pg_catalog.pg_class c"
                    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE n.nspname = 'tlsrpt' AND c.relname = 'schema_version'",
                    &there, error))
    return FALSE;
  *version = 0;
  return there == 0 ||
         read_number (pg, "SELECT coalesce(max(version), 0) FROM tlsrpt.schema_version", version,
                      error);
}

/* What explains most of the rest comes first. */
static const char faults_sql[] =
    "SELECT fault FROM tlsrpt.schema_fault"
    " ORDER BY array_position('{role,schema,table,view}', kind), kind, name";

/* The view cannot report that it is missing itself. */
char **
tlsrpt_schema_faults (TlsrptPg *pg, GError **error)
{
  g_autoptr (GStrvBuilder) faults = g_strv_builder_new ();
  g_autoptr (GError) failure = NULL;
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, faults_sql, 0, NULL, &failure);

  if (result == NULL && strcmp (tlsrpt_pg_sqlstate (pg), "42P01") == 0) {
    g_strv_builder_add (faults, "view schema_fault is missing");
    return g_strv_builder_end (faults);
  }
  if (result == NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  for (int row = 0; row < PQntuples (result); row++)
    g_strv_builder_add (faults, PQgetvalue (result, row, 0));
  return g_strv_builder_end (faults);
}

static gboolean
refuse_newer (int version, int known, GError **error)
{
  if (version <= known)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
               "schema: the database has version %d, this program knows %d: upgrade the program",
               version, known);
  return FALSE;
}

static gboolean
run_steps (TlsrptPg *pg, const TlsrptScriptStep *steps, guint n, int installed, GError **error)
{
  for (guint i = 0; i < n; i++)
    if ((steps[i].migration == 0 || steps[i].migration > installed) &&
        !run (pg, steps[i].sql, error))
      return FALSE;
  return TRUE;
}

/* In @collided whether the same may succeed at once. */
static gboolean
run_once (TlsrptPg *pg, const TlsrptScriptStep *steps, guint n, int *before, gboolean *collided,
          GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_pg_begin (pg, TLSRPT_SESSION_WRITE, error);
  int known = 0;

  for (guint i = 0; i < n; i++)
    known = MAX (known, steps[i].migration);
  if (transaction != NULL && run (pg, LOCK, error) && tlsrpt_schema_installed (pg, before, error) &&
      refuse_newer (*before, known, error) && run_steps (pg, steps, n, *before, error) &&
      tlsrpt_pg_commit (transaction, error))
    return TRUE;
  *collided = tlsrpt_pg_is_usable (pg) && tlsrpt_sqlstate_is_transient (tlsrpt_pg_sqlstate (pg));
  return FALSE;
}

/* Deliveries may hold what a step locks, and wait for what an earlier step has locked: then the
 * server ends one of the two by a deadlock. */
gboolean
tlsrpt_schema_run (TlsrptPg *pg, const TlsrptScriptStep *steps, guint n, int *before,
                   GError **error)
{
  for (guint try = 1;; try++) {
    g_autoptr (GError) failure = NULL;
    gboolean collided = FALSE;

    if (run_once (pg, steps, n, before, &collided, &failure))
      return TRUE;
    if (!collided || try == TRIES) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  }
}

gboolean
tlsrpt_schema_install (TlsrptPg *pg, const char *partition, int *before, GError **error)
{
  g_autoptr (GArray) steps = tlsrpt_script_steps ();

  if (partition != NULL) {
    TlsrptScriptStep ask = { .sql =
                                 g_strdup_printf ("SET LOCAL tlsrpt.partition = '%s'", partition) };

    g_array_prepend_val (steps, ask);
  }
  return tlsrpt_schema_run (pg, (const TlsrptScriptStep *)(gpointer)steps->data, steps->len, before,
                            error);
}
