/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text to HTML that shows it. */
#include "insight/markup.h"

#include <string.h>

/* Whether nothing in it has to be escaped: most names and numbers. */
static gboolean
is_plain (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isprint (*c) || strchr ("&<>'\"", *c) != NULL)
      return FALSE;
  return TRUE;
}

void
tlsrpt_markup_append (GString *html, const char *text)
{
  g_autofree char *escaped = is_plain (text) ? NULL : g_markup_escape_text (text, -1);

  g_string_append (html, escaped != NULL ? escaped : text);
}
