/* SPDX-License-Identifier: GPL-3.0-or-later
 * The type and lines of a policy to its mechanism, its mode and the hosts that it names. */
#include "core/facts/policy.h"

#include "core/domain.h"

#include <stdlib.h>
#include <string.h>

gboolean
tlsrpt_policy_is_dane (const TlsrptPolicy *policy)
{
  return strcmp (policy->policy_type, "tlsa") == 0 ||
         strcmp (policy->policy_type, "no-tlsa-found") == 0;
}

/* Some reporters send all lines in one string, and some with their quotation marks. */
typedef struct {
  const char *const *strings;
  const char *rest;
} Lines;

static gboolean
is_around (char c)
{
  return g_ascii_isspace (c) || c == '"';
}

static gboolean
next_line (Lines *lines, const char **line, gsize *length)
{
  const char *start = lines->rest != NULL ? lines->rest : *lines->strings;
  gsize n;

  if (start == NULL)
    return FALSE;
  if (lines->rest == NULL)
    lines->strings++;
  n = strcspn (start, "\n");
  lines->rest = start[n] == '\n' ? start + n + 1 : NULL;
  for (; n > 0 && is_around (*start); n--)
    start++;
  while (n > 0 && is_around (start[n - 1]))
    n--;
  *line = start;
  *length = n;
  return TRUE;
}

/* The value of the next line `KEY: VALUE` (RFC 8461 section 3.2). */
static gboolean
next_value (Lines *lines, const char *key, const char **value, gsize *length)
{
  gsize skipped = strlen (key);

  while (next_line (lines, value, length)) {
    const char *end = *value + *length;
    const char *colon = *value + skipped;

    if (*length <= skipped || g_ascii_strncasecmp (*value, key, skipped) != 0)
      continue;
    colon += strspn (colon, " \t");
    if (*colon++ != ':')
      continue;
    while (colon < end && g_ascii_isspace (*colon))
      colon++;
    *length = (gsize)(end - colon);
    *value = colon;
    return TRUE;
  }
  return FALSE;
}

const char *
tlsrpt_policy_mode (const TlsrptPolicy *policy)
{
  static const char *const modes[] = { "enforce", "testing", "none" };
  Lines lines = { .strings = policy->policy_string };
  const char *value;
  gsize length;

  if (strcmp (policy->policy_type, "tlsa") == 0)
    return modes[0];
  if (strcmp (policy->policy_type, "sts") != 0)
    return NULL;
  while (next_value (&lines, "mode", &value, &length))
    for (guint mode = 0; mode < G_N_ELEMENTS (modes); mode++)
      if (g_ascii_strncasecmp (value, modes[mode], strlen (modes[mode])) == 0)
        return modes[mode];
  return NULL;
}

/* `3 1 1 ...`, or the whole record with its name and type in front. */
static gboolean
is_usable_tlsa (const char *line, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    const char *usage = line + i;

    if (i > 0) {
      if (length - i < 5 || g_ascii_strncasecmp (usage, "tlsa", 4) != 0)
        continue;
      usage += 4;
    }
    while (g_ascii_isspace (*usage))
      usage++;
    if ((*usage == '2' || *usage == '3') && g_ascii_isspace (usage[1])) {
      usage += 2;
      while (g_ascii_isspace (*usage))
        usage++;
      if ((*usage == '0' || *usage == '1') && g_ascii_isspace (usage[1]))
        return TRUE;
    }
  }
  return FALSE;
}

gboolean
tlsrpt_policy_has_usable_tlsa (const TlsrptPolicy *policy)
{
  Lines lines = { .strings = policy->policy_string };
  const char *line;
  gsize length;

  while (next_line (&lines, &line, &length))
    if (is_usable_tlsa (line, length))
      return TRUE;
  return FALSE;
}

static void
add_pattern (GPtrArray *patterns, const char *sent)
{
  g_autofree char *pattern = tlsrpt_domain_canonical (sent);

  if (*pattern != '\0' && strcmp (pattern, ".") != 0)
    g_ptr_array_add (patterns, g_steal_pointer (&pattern));
}

static int
compare_patterns (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char **
tlsrpt_policy_mx_patterns (const TlsrptPolicy *policy)
{
  g_autoptr (GPtrArray) patterns = g_ptr_array_new_with_free_func (g_free);
  Lines lines = { .strings = policy->policy_string };
  const char *value;
  gsize length;
  char **list;

  if (strcmp (policy->policy_type, "sts") != 0)
    return g_new0 (char *, 1);
  while (next_value (&lines, "mx", &value, &length)) {
    g_autofree char *pattern = g_strndup (value, length);

    add_pattern (patterns, pattern);
  }
  for (gsize i = 0; policy->mx_host[i] != NULL; i++)
    add_pattern (patterns, policy->mx_host[i]);
  g_ptr_array_sort (patterns, compare_patterns);
  for (guint i = patterns->len; i > 1; i--)
    if (strcmp (patterns->pdata[i - 2], patterns->pdata[i - 1]) == 0)
      g_ptr_array_remove_index (patterns, i - 1);
  list = g_new0 (char *, patterns->len + 1);
  for (guint i = 0; i < patterns->len; i++)
    list[i] = g_steal_pointer (&patterns->pdata[i]);
  return list;
}

static gboolean
has_pattern (char **patterns, gsize n, const char *wanted)
{
  return bsearch (&wanted, patterns, n, sizeof *patterns, compare_patterns) != NULL;
}

void
tlsrpt_policy_mx_digest (char **patterns, gsize n, guint8 *digest)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 whole[TLSRPT_DIGEST_BYTES];
  gsize length = sizeof whole;

  for (gsize i = 0; i < n; i++) /* with the NUL, which no pattern has in it */
    g_checksum_update (checksum, (const guchar *)patterns[i], (gssize)strlen (patterns[i]) + 1);
  g_checksum_get_digest (checksum, whole, &length);
  memcpy (digest, whole, TLSRPT_UID_BYTES);
}

TlsrptNaming
tlsrpt_policy_names_mx (char **patterns, gsize n, const char *mx)
{
  const char *dot = mx != NULL ? strchr (mx, '.') : NULL;
  g_autofree char *wildcard = NULL;

  if (mx == NULL || n == 0)
    return TLSRPT_NAMING_UNKNOWN;
  if (has_pattern (patterns, n, mx))
    return TLSRPT_NAMING_YES;
  if (dot == NULL || dot == mx || dot[1] == '\0')
    return TLSRPT_NAMING_NO;
  wildcard = g_strconcat ("*", dot, NULL);
  return has_pattern (patterns, n, wildcard) ? TLSRPT_NAMING_YES : TLSRPT_NAMING_NO;
}
