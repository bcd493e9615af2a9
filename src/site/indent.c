/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON to lines. Knows of JSON only strings and brackets, so that no text is refused. */
#include "site/indent.h"

#include "insight/table.h"

#include <string.h>

/* A report needs 5; a stranger could make a page of nothing but blanks. */
#define DEPTH_SHOWN 8
#define BLANKS "                "
#define JSON_BLANKS " \t\n\r"

G_STATIC_ASSERT (sizeof BLANKS - 1 == DEPTH_SHOWN * 2);

static void
append_line (GString *html, guint depth)
{
  g_string_append_c (html, '\n');
  g_string_append_len (html, BLANKS, MIN (depth, DEPTH_SHOWN) * 2);
}

static void
append_ascii (GString *html, char c)
{
  if (c == '<')
    g_string_append (html, "&lt;");
  else if (c == '>')
    g_string_append (html, "&gt;");
  else if (c == '&')
    g_string_append (html, "&amp;");
  else if (g_ascii_isprint (c))
    g_string_append_c (html, c);
  else
    g_string_append_printf (html, "\\u{%X}", (guint)(guchar)c);
}

/* Returns what comes after the character at @c. */
static const char *
append_character (GString *html, const char *c)
{
  gunichar character = g_utf8_get_char (c);

  if ((guchar)*c < 0x80)
    append_ascii (html, *c);
  else if (tlsrpt_character_is_shown (character))
    g_string_append_unichar (html, character);
  else
    g_string_append_printf (html, "\\u{%X}", character);
  return g_utf8_next_char (c);
}

/* @c: at its first quotation mark */
static const char *
append_string (GString *html, const char *c)
{
  do {
    if (*c == '\\' && c[1] != '\0')
      c = append_character (html, c);
    c = append_character (html, c);
  } while (*c != '\0' && *c != '"');
  return *c == '"' ? append_character (html, c) : c;
}

static const char *
skip (const char *c)
{
  return c + strspn (c, JSON_BLANKS);
}

static const char *
append_open (GString *html, const char *c, guint *depth)
{
  char close = *c == '{' ? '}' : ']';
  const char *next = skip (c + 1);

  g_string_append_c (html, *c);
  if (*next == close) {
    g_string_append_c (html, close);
    return next + 1;
  }
  append_line (html, ++*depth);
  return next;
}

void
tlsrpt_indent_append (GString *html, const char *text)
{
  const char *c = skip (text);
  guint depth = 0;

  while (*c != '\0') {
    if (*c == '"') {
      c = append_string (html, c);
    } else if (*c == '{' || *c == '[') {
      c = append_open (html, c, &depth);
    } else if (*c == '}' || *c == ']') {
      depth -= depth > 0 ? 1 : 0;
      append_line (html, depth);
      c = append_character (html, c);
    } else if (*c == ',') {
      c = append_character (html, c);
      append_line (html, depth);
    } else if (*c == ':') {
      c = append_character (html, c);
      g_string_append_c (html, ' ');
    } else {
      c = append_character (html, c);
    }
    c = skip (c);
  }
}
