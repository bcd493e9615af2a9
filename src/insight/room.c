/* SPDX-License-Identifier: GPL-3.0-or-later
 * How full quarantine and store are, in one line, the most urgent first. */
#include "insight/room.h"

#include "core/errors.h"
#include "pg/row.h"

#include <string.h>

/* How many domains are named; a stranger with many domains can fill the room of each. */
#define NAMED "3"

/* The room of one domain is nobody else's, so that it is not urgent; what drops the oldest blocks nobody. */
static const char room_sql[] =
    "WITH full_place AS ("
    "  SELECT 'quarantine' AS place, percent, sender_domain AS of_domain, NULL::date AS day,"
    "      when_full = 'defer' AND coalesce(sender_domain, '') = '' AS is_urgent"
    "    FROM tlsrpt.quarantine_usage WHERE percent >= $1::integer"
    "  UNION ALL"
    "  SELECT 'store', percent, CASE WHEN is_verified THEN NULL ELSE '' END, NULL, true"
    "    FROM tlsrpt.store_usage WHERE day IS NULL AND percent >= $1::integer"
    "  UNION ALL"
    "  SELECT 'store', percent, sender_domain, day, false"
    "    FROM tlsrpt.store_usage WHERE day >= tlsrpt.today() - 7 AND percent >= $1::integer)"
    " SELECT place, percent, of_domain, day, is_urgent, count(*) OVER () - " NAMED " AS more"
    " FROM full_place ORDER BY is_urgent DESC, percent DESC, place, of_domain, day LIMIT " NAMED;

static void
append_place (GString *text, const PGresult *result, int row)
{
  const char *of = tlsrpt_row_text (result, row, "of_domain");
  const char *day = tlsrpt_row_text (result, row, "day");
  g_autofree char *domain = tlsrpt_quote (of != NULL ? of : "");
  gboolean is_store = strcmp (tlsrpt_row_text (result, row, "place"), "store") == 0;

  g_string_append_printf (text, "%s%s is %s %% full", row > 0 ? "; " : "",
                          is_store ? "the store" : "quarantine",
                          tlsrpt_row_text (result, row, "percent"));
  if (of != NULL && *of != '\0')
    g_string_append_printf (text, " for mail signed by %s", domain);
  else if (of != NULL)
    g_string_append (text, " for mail without a valid signature");
  else if (is_store)
    g_string_append (text, " for signed mail");
  if (day != NULL)
    g_string_append_printf (text, " on %s", day);
}

gboolean
tlsrpt_room_load (TlsrptRoom *room, TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, room_sql, error, G_STRINGIFY (TLSRPT_ROOM_PERCENT), TLSRPT_PG_END);
  GString *text;
  gint64 more;

  if (result == NULL)
    return FALSE;
  *room = (TlsrptRoom){ 0 };
  if (PQntuples (result) == 0)
    return TRUE;
  text = g_string_new (NULL);
  for (int row = 0; row < PQntuples (result); row++)
    append_place (text, result, row);
  more = (gint64)tlsrpt_row_number (result, 0, "more");
  if (more > 0)
    g_string_append_printf (text, "; and %" G_GINT64_FORMAT " more", more);
  room->text = g_string_free (text, FALSE);
  room->is_urgent = tlsrpt_row_truth (result, 0, "is_urgent");
  return TRUE;
}
