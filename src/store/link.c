/* SPDX-License-Identifier: GPL-3.0-or-later
 * The connection of the store, made again if it is lost, and its deadline. */
#include "store/link.h"

/* The pause before the first repetition, doubled each time, and where that ends. */
#define PAUSE_MICROSECONDS (20 * 1000)
#define PAUSE_MAX_MICROSECONDS G_TIME_SPAN_SECOND

void
tlsrpt_link_init (TlsrptLink *link, const char *conninfo, guint deadline_seconds,
                  gint64 run_deadline)
{
  *link = (TlsrptLink){ .conninfo = g_strdup (conninfo),
                        .deadline_seconds = deadline_seconds,
                        .run_deadline = run_deadline };
  link->connecting = tlsrpt_connect_begin (link->conninfo);
}

void
tlsrpt_link_clear (TlsrptLink *link)
{
  g_clear_pointer (&link->pg, tlsrpt_pg_free);
  g_clear_pointer (&link->connecting, tlsrpt_connecting_free);
  g_clear_pointer (&link->conninfo, g_free);
}

void
tlsrpt_link_start_clock (TlsrptLink *link)
{
  link->deadline = link->run_deadline;
  if (link->deadline == 0)
    link->deadline = g_get_monotonic_time () + link->deadline_seconds * G_TIME_SPAN_SECOND;
  if (link->pg != NULL)
    tlsrpt_pg_set_deadline (link->pg, link->deadline);
}

static gboolean
connect_again (TlsrptLink *link, GError **error)
{
  g_clear_pointer (&link->pg, tlsrpt_pg_free);
  if (link->connecting != NULL)
    link->pg = tlsrpt_pg_connect_end (g_steal_pointer (&link->connecting), link->deadline, error);
  else
    link->pg = tlsrpt_pg_connect (link->conninfo, link->deadline, error);
  return link->pg != NULL;
}

gboolean
tlsrpt_link_ensure (TlsrptLink *link, GError **error)
{
  return (link->pg != NULL && tlsrpt_pg_is_usable (link->pg)) || connect_again (link, error);
}

gboolean
tlsrpt_link_rest (const TlsrptLink *link, guint n)
{
  gint64 pause = MIN ((gint64)PAUSE_MICROSECONDS << MIN (n, 10), PAUSE_MAX_MICROSECONDS);

  if (g_get_monotonic_time () + pause >= link->deadline)
    return FALSE;
  g_usleep ((gulong)pause);
  return TRUE;
}

const char *
tlsrpt_link_sqlstate (const TlsrptLink *link)
{
  return link->pg != NULL ? tlsrpt_pg_sqlstate (link->pg) : "";
}

/* Twice, as a connection that was lost since the last batch shows only when it is used. */
PGresult *
tlsrpt_link_query (TlsrptLink *link, const char *sql, const TlsrptPgParam *param, GError **error)
{
  for (guint try = 1;; try++) {
    g_autoptr (GError) failure = NULL;
    PGresult *result = NULL;

    if (tlsrpt_link_ensure (link, &failure))
      result = tlsrpt_pg_query (link->pg, sql, 1, param, &failure);
    if (result != NULL)
      return result;
    if (try == 2 || !g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY)) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  }
}
