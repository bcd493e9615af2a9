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

static gboolean
is_date (const char *text)
{
  static const char form[] = "0000-00-00";
  gsize i = 0;

  while (form[i] == '-' ? text[i] == '-' : form[i] == '0' && g_ascii_isdigit (text[i]))
    i++;
  return form[i] == '\0';
}

void
tlsrpt_markup_append_dates (GString *html, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  for (const char *c = escaped; *c != '\0'; c++)
    if (is_date (c)) {
      g_string_append_printf (html, "<span class=\"d\">%.10s</span>", c);
      c += strlen ("0000-00-00") - 1;
    } else {
      g_string_append_c (html, *c);
    }
}
