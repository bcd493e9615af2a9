/* SPDX-License-Identifier: GPL-3.0-or-later
 * The two grammars by which reporters label a report: file name and Subject. Each is refused as a
 * whole if a field is missing, empty or has other characters. */
#include "core/mime/grammar.h"

#include "core/domain.h"

#include <string.h>

/* A domain as it may stand in a label: in any case, as U-label, with a final dot. */
static gboolean
is_domain (const char *text)
{
  g_autofree char *canonical = tlsrpt_domain_canonical (text);

  return tlsrpt_domain_is_valid (canonical);
}

static gboolean
is_only (const char *text, gboolean (*allowed) (char c))
{
  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!allowed (*text))
      return FALSE;
  return TRUE;
}

static gboolean
is_digit (char c)
{
  return g_ascii_isdigit (c);
}

static gboolean
is_alnum (char c)
{
  return g_ascii_isalnum (c);
}

/* Returns @file_name without .json or .json.gz, or %NULL if it has neither. */
static char *
strip_extension (const char *file_name)
{
  static const char *const extensions[] = { ".json.gz", ".json" };
  gsize length = strlen (file_name);

  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++) {
    gsize tail = strlen (extensions[i]);

    if (length > tail && g_ascii_strcasecmp (file_name + length - tail, extensions[i]) == 0)
      return g_strndup (file_name, length - tail);
  }
  return NULL;
}

gboolean
tlsrpt_grammar_file_name (const char *file_name, char **submitter, char **domain)
{
  g_autofree char *stem = strip_extension (file_name);
  g_auto (GStrv) fields = stem != NULL ? g_strsplit (stem, "!", 6) : NULL;
  guint count = fields != NULL ? g_strv_length (fields) : 0;

  if ((count != 4 && count != 5) || !is_domain (fields[0]) || !is_domain (fields[1]) ||
      !is_only (fields[2], is_digit) || !is_only (fields[3], is_digit) ||
      (count == 5 && !is_only (fields[4], is_alnum)))
    return FALSE;
  *submitter = g_strdup (fields[0]);
  *domain = g_strdup (fields[1]);
  return TRUE;
}

/* The end of @word in @text, letters in any case; %NULL if it is not there. */
static const char *
find_behind (const char *text, const char *word)
{
  gsize length = strlen (word);

  for (; *text != '\0'; text++)
    if (g_ascii_strncasecmp (text, word, length) == 0)
      return text + length;
  return NULL;
}

/* The next run of characters that are no space. */
static char *
next_token (const char *text)
{
  gsize skip = strspn (text, " ");
  gsize length = strcspn (text + skip, " ");

  return g_strndup (text + skip, length);
}

static char *
next_report_id (const char *text)
{
  const char *end;

  text += strspn (text, " ");
  if (*text != '<')
    return next_token (text);
  text++;
  end = strchr (text, '>');
  return g_strstrip (end != NULL ? g_strndup (text, (gsize)(end - text)) : g_strdup (text));
}

gboolean
tlsrpt_grammar_subject (const char *subject, char **domain, char **submitter, char **report_id)
{
  const char *at_domain = find_behind (subject, "Report Domain:");
  const char *at_submitter = at_domain != NULL ? find_behind (at_domain, "Submitter:") : NULL;
  const char *at_id = at_submitter != NULL ? find_behind (at_submitter, "Report-ID:") : NULL;
  g_autofree char *found_domain = NULL;
  g_autofree char *found_submitter = NULL;
  g_autofree char *found_id = NULL;

  if (at_id == NULL)
    return FALSE;
  found_domain = next_token (at_domain);
  found_submitter = next_token (at_submitter);
  found_id = next_report_id (at_id);
  if (!is_domain (found_domain) || !is_domain (found_submitter) || *found_id == '\0')
    return FALSE;
  *domain = g_steal_pointer (&found_domain);
  *submitter = g_steal_pointer (&found_submitter);
  *report_id = g_steal_pointer (&found_id);
  return TRUE;
}
