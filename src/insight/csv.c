/* SPDX-License-Identifier: GPL-3.0-or-later
 * The view daily, and what a digest says, to CSV. A table of a digest has the members of its JSON as columns, so
 * that both say the same under the same names. */
#include "insight/csv.h"

#include "core/domain.h"
#include "core/report/report.h"
#include "insight/json.h"
#include "insight/section.h"
#include "insight/snapshot.h"

#include <string.h>

/* clang-format off */
static const char *const summary[] = {
  "since", "until", "mail_domain", "made_at", "last_day", "is_complete", "reports", "sessions", "failed_sessions",
  "failed_share", "failed_share_before", "open_causes", "open_incidents", "critical_incidents", "new_incidents",
  "ended_incidents", "minor_incidents", "affected_domains", "reporters_of_period", "reporters_of_last_day",
  "repeats", "impersonating_reports", "reports_without_verdict", "reports_not_authentic", "quarantine", "room",
  "broken", "new", "ended", NULL,
};

static const char *const incidents[] = {
  "number", "severity", "state", "place_kind", "place", "cause", "title", "effect", "fault", "is_security", "is_new",
  "first_day", "last_day", "over_day", "failed_sessions", "refused_sessions", "sessions", "mail_domains", "domains",
  "reporters", "result_types", "receiving_mx", "failure_reason_codes", "held", "held_until", "held_note", "meaning",
  NULL,
};
/* clang-format on */

static const char daily_sql[] =
    "SELECT day, mail_domain, reporter_domain, organization_name, result_type, sessions,"
    " successful_sessions, failed_sessions FROM tlsrpt.daily"
    " WHERE day BETWEEN $1::date AND $2::date AND ($3::text IS NULL OR mail_domain = $3)"
    " ORDER BY day, mail_domain, reporter_domain, result_type NULLS FIRST";

/* Spreadsheets skip what is in front of the sign of a formula, and accept its full-width form. */
static gboolean
is_formula (const char *cell)
{
  gunichar c = g_utf8_get_char (cell);

  if (strchr ("\t\r\n", *cell) != NULL)
    return *cell != '\0';
  while (*cell != '\0' &&
         (g_unichar_isspace (c) || g_unichar_iszerowidth (c) || g_unichar_iscntrl (c))) {
    cell = g_utf8_next_char (cell);
    c = g_utf8_get_char (cell);
  }
  return (c != 0 && c < 0x80 && strchr ("=+-@", (int)c) != NULL) || c == 0xFF1D || c == 0xFF0B ||
         c == 0xFF0D || c == 0xFF20;
}

/* A control character, which a terminal may obey, is shown as U+FFFD; a line end in a cell is text. */
static void
append_csv_cell (GString *csv, const char *cell)
{
  gboolean formula = is_formula (cell);
  gboolean quoted = formula || strpbrk (cell, "\",;\t\r\n") != NULL;

  g_string_append (csv, formula ? "\"'" : quoted ? "\"" : "");
  for (; *cell != '\0'; cell = g_utf8_next_char (cell)) {
    gunichar c = g_utf8_get_char (cell);

    if (c == '"')
      g_string_append (csv, "\"\"");
    else
      g_string_append_unichar (
          csv, g_unichar_iscntrl (c) && strchr ("\t\r\n", (int)c) == NULL ? 0xFFFD : c);
  }
  g_string_append (csv, quoted ? "\"" : "");
}

char *
tlsrpt_csv_daily (TlsrptPg *pg, const TlsrptPeriod *period, const char *domain, GError **error)
{
  g_autoptr (TlsrptPgTransaction) transaction = tlsrpt_snapshot_begin (pg, period->until, error);
  g_autofree char *canonical = domain != NULL ? tlsrpt_domain_canonical (domain) : NULL;
  g_autoptr (PGresult) result = NULL;
  GString *csv;

  if (transaction == NULL)
    return NULL;
  result = tlsrpt_pg_query_text (pg, daily_sql, error, period->since, period->until, canonical,
                                 TLSRPT_PG_END);
  if (result == NULL)
    return NULL;
  csv = g_string_new (NULL);
  for (int row = -1; row < PQntuples (result); row++)
    for (int column = 0; column < PQnfields (result); column++) {
      append_csv_cell (csv, row < 0 ? PQfname (result, column) : PQgetvalue (result, row, column));
      g_string_append (csv, column + 1 < PQnfields (result) ? "," : "\r\n");
    }
  return g_string_free (csv, FALSE);
}

static void append_value (GString *text, JsonNode *node);

/* Of a reporter its domain; of what is in quarantine the reason, the cause and the number. */
static void
append_object (GString *text, JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);

  if (json_object_has_member (object, "domain")) {
    append_value (text, json_object_get_member (object, "domain"));
    return;
  }
  for (const GList *name = names; name != NULL; name = name->next) {
    JsonNode *member = json_object_get_member (object, name->data);

    if (name != names && !JSON_NODE_HOLDS_NULL (member))
      g_string_append_c (text, ' ');
    append_value (text, member);
  }
}

/* A list is one cell, its elements separated by a semicolon. */
static void
append_value (GString *text, JsonNode *node)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);

    for (guint i = 0; i < json_array_get_length (array); i++) {
      g_string_append (text, i > 0 ? "; " : "");
      append_value (text, json_array_get_element (array, i));
    }
  } else if (JSON_NODE_HOLDS_OBJECT (node)) {
    append_object (text, json_node_get_object (node));
  } else if (JSON_NODE_HOLDS_NULL (node)) {
    return;
  } else if (json_node_get_value_type (node) == G_TYPE_STRING) {
    g_string_append (text, json_node_get_string (node));
  } else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN) {
    g_string_append (text, json_node_get_boolean (node) ? "true" : "false");
  } else if (json_node_get_value_type (node) == G_TYPE_DOUBLE) {
    g_string_append (text, g_ascii_dtostr (number, sizeof number, json_node_get_double (node)));
  } else {
    g_string_append_printf (text, "%" G_GINT64_FORMAT, json_node_get_int (node));
  }
}

static void
append_row (GString *csv, const char *const *columns, JsonObject *object)
{
  for (guint i = 0; columns[i] != NULL; i++) {
    g_autoptr (GString) cell = g_string_new (NULL);

    append_value (cell, json_object_get_member (object, columns[i]));
    append_csv_cell (csv, cell->str);
    g_string_append (csv, columns[i + 1] != NULL ? "," : "\r\n");
  }
}

static const char **
section_columns (const TlsrptSection *section)
{
  guint n = tlsrpt_section_columns (section);
  const char **columns = g_new0 (const char *, n + 1);

  for (guint i = 0; i < n; i++)
    columns[i] = section->columns[i].name;
  return columns;
}

/* %NULL for a table that is none. */
static const char **
columns_of (const char *table)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  if (strcmp (table, "summary") == 0)
    return g_memdup2 (summary, sizeof summary);
  if (strcmp (table, "incidents") == 0)
    return g_memdup2 (incidents, sizeof incidents);
  for (guint i = 0; i < n; i++)
    if (strcmp (table, sections[i].name) == 0)
      return section_columns (&sections[i]);
  return NULL;
}

gboolean
tlsrpt_csv_has_table (const char *table)
{
  g_autofree const char **columns = columns_of (table);

  return columns != NULL;
}

char *
tlsrpt_csv_tables (void)
{
  GString *names = g_string_new ("summary, incidents");
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (names, ", %s", sections[i].name);
  return g_string_free (names, FALSE);
}

char *
tlsrpt_csv_table (const TlsrptDigest *digest, const char *table)
{
  g_autofree const char **columns = columns_of (table);
  g_autoptr (JsonNode) root = tlsrpt_json_digest_node (digest);
  JsonObject *object = json_node_get_object (root);
  GString *csv = g_string_new (NULL);
  JsonArray *rows;

  g_return_val_if_fail (columns != NULL, NULL);
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (csv, "%s%s", columns[i], columns[i + 1] != NULL ? "," : "\r\n");
  if (strcmp (table, "summary") == 0) {
    append_row (csv, columns, object);
    return g_string_free (csv, FALSE);
  }
  rows = json_object_get_array_member (object, table);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    append_row (csv, columns, json_array_get_object_element (rows, i));
  return g_string_free (csv, FALSE);
}
