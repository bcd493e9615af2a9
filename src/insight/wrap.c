/* SPDX-License-Identifier: GPL-3.0-or-later
 * Breaks lines between words. */
#include "insight/wrap.h"

#include <string.h>

glong
tlsrpt_text_width (const char *text)
{
  glong width = 0;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    if (!g_unichar_iszerowidth (character))
      width += g_unichar_iswide (character) ? 2 : 1;
  }
  return width;
}

static void
end_line (GString *text)
{
  while (text->len > 0 && text->str[text->len - 1] == ' ')
    g_string_truncate (text, text->len - 1);
  g_string_append_c (text, '\n');
}

void
tlsrpt_wrap_append (GString *text, const char *words, const char *indent, guint width)
{
  g_auto (GStrv) pieces = g_strsplit (words, " ", -1);
  glong left = tlsrpt_text_width (indent);
  glong used = left;
  gsize left_bytes = strlen (indent);

  g_string_append (text, indent);
  for (guint i = 0; pieces[i] != NULL; i++) {
    glong wanted = tlsrpt_text_width (pieces[i]);

    /* A number stays with its sign. */
    if (pieces[i + 1] != NULL && *pieces[i + 1] == '%')
      wanted += 1 + tlsrpt_text_width (pieces[i + 1]);
    if (i == 0 && width > 0 && used + wanted > (glong)width && strspn (indent, " ") < left_bytes) {
      end_line (text);
      g_string_append_printf (text, "%*s", (int)left, "");
    } else if (i > 0 && *pieces[i] != '%' && width > 0 && used + 1 + wanted > (glong)width) {
      g_string_append_printf (text, "\n%*s", (int)left, "");
      used = left;
    } else if (i > 0) {
      g_string_append_c (text, ' ');
      used++;
    }
    g_string_append (text, pieces[i]);
    used += tlsrpt_text_width (pieces[i]);
  }
  g_string_append_c (text, '\n');
}
