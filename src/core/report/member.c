/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads members of a given type through json-glib. Each tolerance is one of deviation.h;
 * anything else is refused, and the error names the path. */
#include "core/report/member.h"

#include "core/errors.h"
#include "core/report/json.h"

#include <math.h>
#include <string.h>

void
tlsrpt_members_note (const TlsrptMembers *members, TlsrptDeviation deviation)
{
  members->report->deviations |= TLSRPT_DEVIATION_BIT (deviation);
}

static gboolean
fail (const TlsrptMembers *members, TlsrptError code, const char *name, const char *what,
      GError **error)
{
  g_autoptr (GString) path = g_string_new (NULL);

  if (members->policy >= 0)
    g_string_append_printf (path, "policies[%d].", members->policy);
  if (members->detail >= 0)
    g_string_append_printf (path, "failure-details[%d].", members->detail);
  if (*members->within != '\0')
    g_string_append_printf (path, "%s.", members->within);
  if (name != NULL)
    g_string_append (path, name);
  else if (path->len > 0)
    g_string_truncate (path, path->len - 1);
  g_set_error (error, TLSRPT_ERROR, code, "json: %s %s", path->len > 0 ? path->str : "the document",
               what);
  return FALSE;
}

gboolean
tlsrpt_members_refuse (const TlsrptMembers *members, const char *name, const char *what,
                       GError **error)
{
  return fail (members, TLSRPT_ERROR_INVALID, name, what, error);
}

gboolean
tlsrpt_members_exceed (const TlsrptMembers *members, const char *name, guint64 cap,
                       const char *of_what, GError **error)
{
  g_autofree char *what =
      g_strdup_printf ("is of more than %" G_GUINT64_FORMAT " %s", cap, of_what);

  return fail (members, TLSRPT_ERROR_LIMIT, name, what, error);
}

JsonNode *
tlsrpt_members_get (const TlsrptMembers *members, const char *name)
{
  JsonNode *node = members->object != NULL ? json_object_get_member (members->object, name) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_NULL (node))
    return node;
  tlsrpt_members_note (members, TLSRPT_DEVIATION_NULL_MEMBER);
  return NULL;
}

/* The text of a string or number, owned by the report; NULL for anything else. */
static const char *
read_text (const TlsrptMembers *members, JsonNode *node)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  g_autofree char *digits = NULL;

  if (type == G_TYPE_STRING)
    return tlsrpt_report_string (members->report, json_node_get_string (node));
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return NULL;
  tlsrpt_members_note (members, TLSRPT_DEVIATION_STRING_AS_NUMBER);
  digits = tlsrpt_json_write (node, FALSE);
  return tlsrpt_report_string (members->report, digits);
}

static gboolean
read_capped (const TlsrptMembers *members, const char *name, guint64 cap, const char *of_what,
             const char **text, GError **error)
{
  JsonNode *node = tlsrpt_members_get (members, name);

  *text = NULL;
  if (node == NULL)
    return TRUE;
  *text = read_text (members, node);
  if (*text == NULL)
    return tlsrpt_members_refuse (members, name, "is not a string", error);
  if (strlen (*text) > cap)
    return tlsrpt_members_exceed (members, name, cap, of_what, error);
  if (**text == '\0')
    *text = NULL;
  return TRUE;
}

gboolean
tlsrpt_members_string (const TlsrptMembers *members, const char *name, const char **text,
                       GError **error)
{
  return read_capped (members, name, members->limits->text_bytes, "bytes (setting text-bytes)",
                      text, error);
}

gboolean
tlsrpt_members_name (const TlsrptMembers *members, const char *name, const char **text,
                     GError **error)
{
  return read_capped (members, name, members->limits->name_bytes, "bytes (setting name-bytes)",
                      text, error);
}

/* Whether @node is an object without members, which some languages write for an empty array. */
static gboolean
is_empty_object (JsonNode *node)
{
  return JSON_NODE_HOLDS_OBJECT (node) && json_object_get_size (json_node_get_object (node)) == 0;
}

gboolean
tlsrpt_members_array (const TlsrptMembers *members, const char *name, JsonArray **array,
                      GError **error)
{
  JsonNode *node = tlsrpt_members_get (members, name);

  *array = NULL;
  if (node == NULL)
    return TRUE;
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    *array = json_array_ref (json_node_get_array (node));
    return TRUE;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return tlsrpt_members_refuse (members, name, "is not an array", error);
  tlsrpt_members_note (members, TLSRPT_DEVIATION_OBJECT_FOR_ARRAY);
  *array = json_array_new ();
  if (!is_empty_object (node))
    json_array_add_element (*array, json_node_copy (node));
  return TRUE;
}

static void
add_lines (const TlsrptMembers *members, GPtrArray *list, const char *text)
{
  while (*text != '\0' && list->len <= members->limits->list_entries) {
    gsize length = strcspn (text, "\n");
    g_autofree char *line = g_strstrip (g_strndup (text, length));

    if (*line != '\0')
      g_ptr_array_add (list, (gpointer)tlsrpt_report_string (members->report, line));
    text += length + (text[length] != '\0' ? 1 : 0);
  }
}

static gboolean
add_elements (const TlsrptMembers *members, const char *name, JsonArray *array, GPtrArray *list,
              GError **error)
{
  for (guint i = 0; i < json_array_get_length (array) && list->len <= members->limits->list_entries;
       i++) {
    JsonNode *node = json_array_get_element (array, i);
    const char *text;

    if (JSON_NODE_HOLDS_NULL (node)) {
      tlsrpt_members_note (members, TLSRPT_DEVIATION_NULL_MEMBER);
      continue;
    }
    text = read_text (members, node);
    if (text == NULL) {
      g_autofree char *element = g_strdup_printf ("%s[%u]", name, i);
      return tlsrpt_members_refuse (members, element, "is not a string", error);
    }
    g_ptr_array_add (list, (gpointer)text);
  }
  return TRUE;
}

gboolean
tlsrpt_members_strings (const TlsrptMembers *members, const char *name, TlsrptDeviation as_string,
                        const char *const **list, GError **error)
{
  JsonNode *node = tlsrpt_members_get (members, name);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node)) {
    if (!add_elements (members, name, json_node_get_array (node), found, error))
      return FALSE;
  } else if (node != NULL && is_empty_object (node)) {
    tlsrpt_members_note (members, TLSRPT_DEVIATION_OBJECT_FOR_ARRAY);
  } else if (node != NULL) {
    const char *text = read_text (members, node);

    if (text == NULL)
      return tlsrpt_members_refuse (members, name, "is not an array of strings", error);
    tlsrpt_members_note (members, as_string);
    add_lines (members, found, text);
  }
  if (found->len > members->limits->list_entries)
    return tlsrpt_members_exceed (members, name, members->limits->list_entries,
                                  "entries (setting list-entries)", error);
  *list = tlsrpt_report_list (members->report, (const char *const *)found->pdata, found->len);
  return TRUE;
}

/* The value of a count in any of the forms seen; FALSE if it is not a whole number. */
static gboolean
read_whole (const TlsrptMembers *members, JsonNode *node, double *number)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64) {
    *number = (double)json_node_get_int (node);
    return TRUE;
  }
  if (type == G_TYPE_DOUBLE) {
    tlsrpt_members_note (members, TLSRPT_DEVIATION_COUNT_AS_FLOAT);
    *number = json_node_get_double (node);
    return floor (*number) >= *number;
  }
  if (type == G_TYPE_STRING) {
    const char *text = json_node_get_string (node);
    const char *digits = *text == '-' ? text + 1 : text;

    tlsrpt_members_note (members, TLSRPT_DEVIATION_COUNT_AS_STRING);
    *number = g_ascii_strtod (text, NULL);
    return *digits != '\0' && strspn (digits, "0123456789") == strlen (digits);
  }
  return FALSE;
}

/* Up to the bound every whole number is exact as a double. */
gboolean
tlsrpt_members_count (const TlsrptMembers *members, const char *name, gint64 absent, gint64 *count,
                      GError **error)
{
  JsonNode *node = tlsrpt_members_get (members, name);
  double number;

  if (node == NULL) {
    tlsrpt_members_note (members, TLSRPT_DEVIATION_COUNT_MISSING);
    *count = absent;
    return TRUE;
  }
  if (!read_whole (members, node, &number))
    return tlsrpt_members_refuse (members, name, "is not an integer", error);
  if (number < 0)
    return tlsrpt_members_refuse (members, name, "is negative", error);
  if (number > (double)TLSRPT_COUNT_MAX)
    return tlsrpt_members_refuse (members, name, "is more than 1000000000000", error);
  *count = (gint64)number;
  return TRUE;
}

#define DATE_LENGTH strlen ("2024-01-31")
#define MINUTE_LENGTH strlen ("2024-01-31T00:00")

/* `2024-01-31T00:00`, with a zone behind it or nothing. */
static gboolean
lacks_seconds (const char *text)
{
  return strlen (text) >= MINUTE_LENGTH && text[MINUTE_LENGTH - 3] == ':' &&
         (text[MINUTE_LENGTH] == '\0' || strchr ("Zz+-", text[MINUTE_LENGTH]) != NULL);
}

/* GLib reads ISO 8601, of which RFC 3339 is a part. A date alone is no date-time to it, nor one without
 * seconds, and it takes a time without a zone for the zone it is told. */
static GDateTime *
read_time (const TlsrptMembers *members, const char *text, gboolean is_end)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *whole = NULL;

  if (strlen (text) == DATE_LENGTH) {
    tlsrpt_members_note (members, TLSRPT_DEVIATION_DATE_ONLY);
    whole = g_strconcat (text, is_end ? "T23:59:59Z" : "T00:00:00Z", NULL);
    return g_date_time_new_from_iso8601 (whole, utc);
  }
  if (strlen (text) > DATE_LENGTH + 1 && strpbrk (text + DATE_LENGTH + 1, "Zz+-") == NULL)
    tlsrpt_members_note (members, TLSRPT_DEVIATION_DATE_WITHOUT_ZONE);
  whole = g_ascii_strup (text, -1);
  if (lacks_seconds (text)) {
    g_autofree char *minutes = g_strndup (whole, MINUTE_LENGTH);
    char *with_seconds = g_strconcat (minutes, ":00", whole + MINUTE_LENGTH, NULL);

    tlsrpt_members_note (members, TLSRPT_DEVIATION_DATE_WITHOUT_SECONDS);
    g_free (whole);
    whole = with_seconds;
  }
  return g_date_time_new_from_iso8601 (whole, utc);
}

gboolean
tlsrpt_members_time (const TlsrptMembers *members, const char *name, gboolean is_end,
                     gint64 *microseconds, GError **error)
{
  const char *text;
  g_autofree char *stripped = NULL;
  g_autoptr (GDateTime) time = NULL;

  if (!tlsrpt_members_string (members, name, &text, error))
    return FALSE;
  if (text == NULL)
    return tlsrpt_members_refuse (members, name, "is missing", error);
  stripped = g_strstrip (g_strdup (text));
  time = read_time (members, stripped, is_end);
  if (time == NULL) {
    g_autofree char *quoted = tlsrpt_quote (text);
    g_autofree char *what = g_strdup_printf ("is no date-time of RFC 3339: '%s'", quoted);
    return tlsrpt_members_refuse (members, name, what, error);
  }
  *microseconds = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
  return TRUE;
}

gboolean
tlsrpt_members_child (const TlsrptMembers *members, const char *name, TlsrptMembers *child,
                      GError **error)
{
  JsonNode *node = tlsrpt_members_get (members, name);

  *child = *members;
  child->within = name;
  child->object = NULL;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return tlsrpt_members_refuse (members, name, "is not an object", error);
  child->object = json_node_get_object (node);
  return TRUE;
}

static gboolean
is_known (const char *name, const char *const *known, gsize n_known)
{
  for (gsize i = 0; i < n_known; i++)
    if (strcmp (name, known[i]) == 0)
      return TRUE;
  return FALSE;
}

JsonObject *
tlsrpt_members_unknown (const TlsrptMembers *members, const char *const *known, gsize n_known)
{
  JsonObject *unknown = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (members->object == NULL)
    return NULL;
  json_object_iter_init (&iter, members->object);
  while (json_object_iter_next (&iter, &name, &node)) {
    if (is_known (name, known, n_known))
      continue;
    if (unknown == NULL)
      unknown = json_object_new ();
    json_object_set_member (unknown, name, json_node_copy (node));
  }
  if (unknown != NULL)
    tlsrpt_members_note (members, TLSRPT_DEVIATION_UNKNOWN_MEMBER);
  return unknown;
}

gboolean
tlsrpt_members_keep (const TlsrptMembers *members, JsonObject *unknown, const char **text,
                     GError **error)
{
  g_autoptr (JsonObject) object = unknown;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *json = NULL;

  *text = NULL;
  if (object == NULL)
    return TRUE;
  node = json_node_init_object (json_node_alloc (), object);
  json = tlsrpt_json_write (node, FALSE);
  if (strlen (json) > members->limits->string_bytes)
    return tlsrpt_members_exceed (members, NULL, members->limits->string_bytes,
                                  "bytes of unknown members (setting string-bytes)", error);
  *text = tlsrpt_report_string (members->report, json);
  return TRUE;
}
