/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as JSON: a tree of checked UTF-8 without U+0000, or an error that is the message's fault. */
#include "core/report/json.h"
#include "fuzz/property.h"
#include "fuzz/target.h"

#include <string.h>

/* `\\u0000` is a backslash with letters behind it, and no U+0000. */
static gboolean
has_nul (const char *json)
{
  for (const char *c = json; *c != '\0'; c++)
    if (*c == '\\' && *++c == 'u' && strncmp (c, "u0000", 5) == 0)
      return TRUE;
  return FALSE;
}

static void
assert_sound (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_false (has_nul (text));
}

static gboolean
take_details (JsonArray *details, guint policy, guint first, gpointer data, GError **error)
{
  guint *next = data;

  (void)policy;
  (void)error;
  *next = first == 0 ? 0 : *next;
  g_assert_cmpuint (first, ==, *next);
  *next += json_array_get_length (details);
  for (guint i = 0; i < json_array_get_length (details); i++)
    assert_sound (json_array_get_element (details, i));
  return TRUE;
}

static JsonNode *
parse (GBytes *bytes, const TlsrptLimits *limits, GError **error)
{
  guint64 deviations = 0;
  guint next = 0;
  JsonNode *node = tlsrpt_json_parse (bytes, limits, take_details, &next, &deviations, error);

  g_assert_true ((node != NULL) != (*error != NULL));
  if (node != NULL)
    assert_sound (node);
  else
    property_assert_refusal (*error);
  return node;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) narrow_error = NULL;
  g_autoptr (JsonNode) node = parse (bytes, &limits, &error);
  g_autoptr (JsonNode) narrow = parse (bytes, &property_narrow, &narrow_error);

  property_assert_narrowed (narrow_error, error);
  if (narrow != NULL) {
    g_autofree char *text = json_to_string (node, FALSE);
    g_autofree char *narrow_text = json_to_string (narrow, FALSE);

    g_assert_cmpstr (narrow_text, ==, text);
  }
  return 0;
}
