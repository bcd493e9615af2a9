/* SPDX-License-Identifier: GPL-3.0-or-later
 * Strings and numbers of JSON (RFC 8259 sections 6 and 7), copied byte by byte under repair: json-glib
 * 1.6 cuts strings at U+0000, dies of lone surrogates and wraps integers of 20 digits silently. */
#include "core/report/json-text.h"

#include "core/deviation.h"
#include "core/errors.h"

#include <math.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD"
#define NUMBER_BYTES_MAX 64
#define INTEGER_DIGITS_MAX 18

gboolean
tlsrpt_json_unexpected (const TlsrptJsonInput *input, const char *wanted, GError **error)
{
  gsize line = 1;
  const guint8 *line_start = input->start;
  g_autofree char *found = NULL;

  for (const guint8 *c = input->start; c < input->at; c++)
    if (*c == '\n') {
      line++;
      line_start = c + 1;
    }
  if (input->at < input->end) {
    const char bytes[2] = { (char)*input->at, '\0' };
    g_autofree char *quoted = tlsrpt_quote (bytes);
    found = g_strdup_printf ("found '%s'", *input->at == 0 ? "\\x00" : quoted);
  }
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED,
               "json: line %" G_GSIZE_FORMAT " column %" G_GSIZE_FORMAT
               ": %s where %s was expected",
               line, (gsize)(input->at - line_start) + 1,
               found != NULL ? found : "the document ends", wanted);
  return FALSE;
}

static void
repaired (TlsrptJsonInput *input, GString *text, gsize *length)
{
  g_string_append (text, REPLACEMENT);
  *length += strlen (REPLACEMENT);
  input->added += strlen (REPLACEMENT) - 1;
  input->deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_STRING_REPAIRED);
}

static gint
read_hex4 (const TlsrptJsonInput *input, const guint8 *at)
{
  gint value = 0;

  if (input->end - at < 4)
    return -1;
  for (gint i = 0; i < 4; i++) {
    gint digit = g_ascii_xdigit_value ((char)at[i]);

    if (digit < 0)
      return -1;
    value = value << 4 | digit;
  }
  return value;
}

/* Stands behind `\u`. Copies the escape, with its second half where it is one of a surrogate pair. */
static gboolean
copy_unicode_escape (TlsrptJsonInput *input, GString *text, gsize *length, GError **error)
{
  gint unit = read_hex4 (input, input->at);
  gsize copied = 4;

  if (unit < 0)
    return tlsrpt_json_unexpected (input, "four hexadecimal digits", error);
  if (unit >= 0xD800 && unit <= 0xDBFF && input->end - input->at >= 10 && input->at[4] == '\\' &&
      input->at[5] == 'u') {
    gint low = read_hex4 (input, input->at + 6);

    if (low >= 0xDC00 && low <= 0xDFFF)
      copied = 10;
  }
  if (unit == 0 || (copied == 4 && unit >= 0xD800 && unit <= 0xDFFF)) {
    repaired (input, text, length);
  } else {
    g_string_append (text, "\\u");
    g_string_append_len (text, (const char *)input->at, (gssize)copied);
    *length += copied == 10 ? 4 : unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
  }
  input->at += copied;
  return TRUE;
}

static gboolean
copy_escape (TlsrptJsonInput *input, GString *text, gsize *length, GError **error)
{
  input->at++;
  if (input->at < input->end && *input->at == 'u') {
    input->at++;
    return copy_unicode_escape (input, text, length, error);
  }
  if (input->at >= input->end || memchr ("\"\\/bfnrt", *input->at, 8) == NULL)
    return tlsrpt_json_unexpected (input, "an escape of JSON", error);
  g_string_append_c (text, '\\');
  g_string_append_c (text, (char)*input->at++);
  *length += 1;
  return TRUE;
}

/* One character that is neither escaped nor printable ASCII. */
static void
copy_character (TlsrptJsonInput *input, GString *text, gsize *length)
{
  const char *at = (const char *)input->at;
  gunichar c;
  gsize size;

  if (*input->at > 0 && *input->at < 0x20) {
    g_string_append_printf (text, "\\u%04x", *input->at++);
    *length += 1;
    input->added += strlen ("\\u0000") - 1;
    input->deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_STRING_REPAIRED);
    return;
  }
  c = g_utf8_get_char_validated (at, input->end - input->at);
  if (*input->at == 0 || c == (gunichar)-1 || c == (gunichar)-2) {
    repaired (input, text, length);
    input->at++;
    return;
  }
  size = (gsize)(g_utf8_next_char (at) - at);
  g_string_append_len (text, at, (gssize)size);
  input->at += size;
  *length += size;
}

/* The repaired text is held to the cap on the document. */
static gboolean
check_added (const TlsrptJsonInput *input, GError **error)
{
  guint64 cap = input->limits->inflated_bytes;

  if (input->added == 0 || (guint64)(input->end - input->start) + input->added <= cap)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
               "json: more than %" G_GUINT64_FORMAT
               " bytes with what repair adds (setting inflated-bytes)",
               cap);
  return FALSE;
}

gboolean
tlsrpt_json_copy_string (TlsrptJsonInput *input, GString *text, GError **error)
{
  gsize length = 0;

  g_string_append_c (text, '"');
  input->at++;
  for (;;) {
    const guint8 *plain = input->at;

    while (input->at < input->end && *input->at >= 0x20 && *input->at < 0x80 && *input->at != '"' &&
           *input->at != '\\')
      input->at++;
    g_string_append_len (text, (const char *)plain, (gssize)(input->at - plain));
    length += (gsize)(input->at - plain);
    if (length > input->limits->string_bytes) {
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                   "json: a string of more than %" G_GUINT64_FORMAT " bytes (setting string-bytes)",
                   input->limits->string_bytes);
      return FALSE;
    }
    if (input->at >= input->end)
      return tlsrpt_json_unexpected (input, "the end of a string", error);
    if (*input->at == '"')
      break;
    if (*input->at != '\\')
      copy_character (input, text, &length);
    else if (!copy_escape (input, text, &length, error))
      return FALSE;
  }
  input->at++;
  g_string_append_c (text, '"');
  return check_added (input, error);
}

static gsize
skip_digits (TlsrptJsonInput *input)
{
  const guint8 *first = input->at;

  while (input->at < input->end && g_ascii_isdigit (*input->at))
    input->at++;
  return (gsize)(input->at - first);
}

static gboolean
skip_number (TlsrptJsonInput *input, gsize *digits, gboolean *integer, GError **error)
{
  if (*input->at == '-')
    input->at++;
  if (input->at < input->end && *input->at == '0') {
    input->at++;
    *digits = 1;
  } else if ((*digits = skip_digits (input)) == 0) {
    return tlsrpt_json_unexpected (input, "a digit", error);
  }
  *integer = TRUE;
  if (input->at < input->end && *input->at == '.') {
    *integer = FALSE;
    input->at++;
    if (skip_digits (input) == 0)
      return tlsrpt_json_unexpected (input, "a digit", error);
  }
  if (input->at < input->end && (*input->at == 'e' || *input->at == 'E')) {
    *integer = FALSE;
    input->at++;
    if (input->at < input->end && (*input->at == '+' || *input->at == '-'))
      input->at++;
    if (skip_digits (input) == 0)
      return tlsrpt_json_unexpected (input, "a digit", error);
  }
  return TRUE;
}

static gboolean
copy_number (TlsrptJsonInput *input, GString *text, GError **error)
{
  const guint8 *first = input->at;
  g_autofree char *number = NULL;
  gboolean integer, held;
  gsize digits;

  if (!skip_number (input, &digits, &integer, error))
    return FALSE;
  if (input->at - first > NUMBER_BYTES_MAX) {
    input->at = first;
    return tlsrpt_json_unexpected (input, "a number of at most 64 bytes", error);
  }
  number = g_strndup ((const char *)first, (gsize)(input->at - first));
  held = integer ? digits <= INTEGER_DIGITS_MAX : isfinite (g_ascii_strtod (number, NULL)) != 0;
  if (!held)
    input->deviations |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_STRING_REPAIRED);
  g_string_append_printf (text, held ? "%s" : "\"%s\"", number);
  return TRUE;
}

gboolean
tlsrpt_json_copy_scalar (TlsrptJsonInput *input, GString *text, GError **error)
{
  static const char *const words[] = { "true", "false", "null" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    gsize length = strlen (words[i]);

    if ((gsize)(input->end - input->at) >= length && memcmp (input->at, words[i], length) == 0) {
      g_string_append_len (text, words[i], (gssize)length);
      input->at += length;
      return TRUE;
    }
  }
  if (input->at < input->end && (*input->at == '-' || g_ascii_isdigit (*input->at)))
    return copy_number (input, text, error);
  return tlsrpt_json_unexpected (input, "a value", error);
}
