/* SPDX-License-Identifier: GPL-3.0-or-later
 * MTA-STS policies, read as strictly as a sending MTA may read them. */
#include "doctor/policy.h"

#include "core/errors.h"
#include "core/name.h"

#include <string.h>

#define MAX_AGE_DIGITS 10

typedef struct {
  TlsrptStsPolicy *policy;
  GStrvBuilder *mx;
  GStrvBuilder *troubles;
  guint n_mx;
  guint n_troubles;
  gboolean has_version;
  gboolean has_max_age;
} Reading;

static void
complain (Reading *reading, guint line, const char *what, const char *text)
{
  g_autofree char *quoted = text != NULL ? tlsrpt_quote (text) : NULL;
  g_autofree char *place = line > 0 ? g_strdup_printf ("line %u: ", line) : g_strdup ("");
  g_autofree char *trouble = quoted != NULL ? g_strdup_printf ("%s%s: %s", place, what, quoted)
                                            : g_strdup_printf ("%s%s", place, what);

  g_strv_builder_add (reading->troubles, trouble);
  reading->n_troubles++;
}

static void
read_mx (Reading *reading, guint line, const char *value)
{
  gboolean is_pattern = g_str_has_prefix (value, "*.");
  g_autofree char *host = tlsrpt_name_host (is_pattern ? value + 2 : value);
  g_autofree char *pattern = NULL;

  if (host == NULL) {
    complain (reading, line, "mx is neither a host nor *. and a domain", value);
    return;
  }
  pattern = g_strconcat (is_pattern ? "*." : "", host, NULL);
  g_strv_builder_add (reading->mx, pattern);
  reading->n_mx++;
}

static void
read_max_age (Reading *reading, guint line, const char *value)
{
  gsize length = strlen (value);

  if (length == 0 || length > MAX_AGE_DIGITS || value[strspn (value, "0123456789")] != '\0')
    complain (reading, line, "max_age is not a number of seconds", value);
  else if (g_ascii_strtoull (value, NULL, 10) > TLSRPT_POLICY_MAX_AGE_MAX)
    complain (reading, line, "max_age is more than 31557600", value);
  else
    reading->policy->max_age = g_ascii_strtoull (value, NULL, 10);
}

static void
read_mode (Reading *reading, guint line, const char *value)
{
  static const char *const modes[] = { "enforce", "testing", "none", NULL };

  if (!g_strv_contains (modes, value))
    complain (reading, line, "mode is none of enforce, testing and none", value);
  reading->policy->mode = g_strdup (value);
}

static void
read_line (Reading *reading, guint number, char *line)
{
  char *colon = strchr (line, ':');
  char *value;

  if (colon == NULL) {
    complain (reading, number, "it is not a name, a colon and a value", line);
    return;
  }
  *colon = '\0';
  g_strchomp (line);
  value = g_strstrip (colon + 1);
  if (strcmp (line, "mx") == 0) {
    read_mx (reading, number, value);
  } else if (strcmp (line, "mode") == 0 && reading->policy->mode == NULL) {
    read_mode (reading, number, value);
  } else if (strcmp (line, "max_age") == 0 && !reading->has_max_age) {
    reading->has_max_age = TRUE;
    read_max_age (reading, number, value);
  } else if (strcmp (line, "version") == 0 && !reading->has_version) {
    reading->has_version = TRUE;
    if (strcmp (value, "STSv1") != 0)
      complain (reading, number, "version is not STSv1", value);
  }
}

static void
look_for_what_is_missing (Reading *reading)
{
  if (!reading->has_version)
    complain (reading, 0, "there is no version", NULL);
  if (reading->policy->mode == NULL)
    complain (reading, 0, "there is no mode", NULL);
  if (!reading->has_max_age)
    complain (reading, 0, "there is no max_age", NULL);
  if (reading->n_mx == 0 && g_strcmp0 (reading->policy->mode, "none") != 0)
    complain (reading, 0, "there is no mx", NULL);
}

static void
read_lines (Reading *reading, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (*lines[i] != '\0')
      read_line (reading, i + 1, lines[i]);
    else if (lines[i + 1] != NULL && *lines[i + 1] != '\0')
      complain (reading, i + 1, "it is empty", NULL);
  }
}

TlsrptStsPolicy *
tlsrpt_policy_parse (const char *text, gsize length)
{
  g_autoptr (GStrvBuilder) mx = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) troubles = g_strv_builder_new ();
  TlsrptStsPolicy *policy = g_new0 (TlsrptStsPolicy, 1);
  Reading reading = { .policy = policy, .mx = mx, .troubles = troubles };
  g_autofree char *copy = g_strndup (text, MIN (length, TLSRPT_POLICY_BYTES_MAX));

  if (length > TLSRPT_POLICY_BYTES_MAX) {
    complain (&reading, 0, "it is longer than 64 kilobytes", NULL);
  } else if (memchr (text, '\0', length) != NULL || !g_utf8_validate (copy, -1, NULL)) {
    complain (&reading, 0, "it is not text", NULL);
  } else {
    read_lines (&reading, copy);
    look_for_what_is_missing (&reading);
  }
  policy->mx = g_strv_builder_end (mx);
  policy->troubles = g_strv_builder_end (troubles);
  return policy;
}

void
tlsrpt_policy_free (TlsrptStsPolicy *policy)
{
  if (policy == NULL)
    return;
  g_free (policy->mode);
  g_strfreev (policy->mx);
  g_strfreev (policy->troubles);
  g_free (policy);
}

gboolean
tlsrpt_policy_names (const TlsrptStsPolicy *policy, const char *host)
{
  const char *dot = strchr (host, '.');

  for (guint i = 0; policy->mx[i] != NULL; i++) {
    const char *pattern = policy->mx[i];

    if (g_str_has_prefix (pattern, "*.")
            ? dot != NULL && dot > host && strcmp (dot, pattern + 1) == 0
            : strcmp (pattern, host) == 0)
      return TRUE;
  }
  return FALSE;
}
