/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text to HTML that shows it. */
#include "insight/markup.h"

void
tlsrpt_markup_append (GString *html, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (html, escaped);
}
