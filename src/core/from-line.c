/* SPDX-License-Identifier: GPL-3.0-or-later
 * `From ` lines by their words. Ends of lines may be LF, CRLF or CR. */
#include "core/from-line.h"

#include <string.h>

/* `From ` lines in a row before a header: some gateways add theirs above an earlier one. */
#define LINES_BETWEEN_MAX 4

static const char from[] = "From ";
#define FROM_BYTES (sizeof from - 1)

/* A line without its end. */
typedef struct {
  const char *text;
  gsize size;
  gsize next; /* where the next line begins */
} Line;

static Line
line_at (const guint8 *data, gsize size, gsize at)
{
  gsize end = at;
  Line line = { .text = (const char *)data + at };

  while (end < size && data[end] != '\n' && data[end] != '\r')
    end++;
  line.size = end - at;
  if (end < size && data[end] == '\r')
    end++;
  if (end < size && data[end] == '\n')
    end++;
  line.next = end;
  return line;
}

/* One word of a line: what stands between blanks; blanks in quotation marks do not end it. */
typedef struct {
  const char *text;
  gsize size;
} Word;

static Word
next_word (const char **text, const char *end)
{
  gboolean quoted = FALSE;
  Word word;

  while (*text < end && (**text == ' ' || **text == '\t'))
    (*text)++;
  word.text = *text;
  for (; *text < end && (quoted || (**text != ' ' && **text != '\t')); (*text)++)
    if (**text == '"')
      quoted = !quoted;
  word.size = (gsize)(*text - word.text);
  return word;
}

/* Whether @word begins with one of the names in @names, of three letters each. */
static gboolean
is_name (Word word, const char *names)
{
  for (; word.size >= 3 && *names != '\0'; names += 3)
    if (g_ascii_strncasecmp (word.text, names, 3) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_weekday (Word word)
{
  return (word.size == 3 || (word.size == 4 && word.text[3] == ',')) &&
         is_name (word, "MonTueWedThuFriSatSun");
}

static gboolean
is_month (Word word)
{
  return word.size == 3 && is_name (word, "JanFebMarAprMayJunJulAugSepOctNovDec");
}

static gboolean
are_digits (const char *text, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return n > 0;
}

/* `03:04` or `3:04:05`, with more after it or, in ISO 8601, before it. */
static gboolean
has_time (Word word)
{
  for (gsize i = 1; i + 2 < word.size; i++)
    if (word.text[i] == ':' && g_ascii_isdigit (word.text[i - 1]) &&
        are_digits (word.text + i + 1, 2))
      return TRUE;
  return FALSE;
}

/* `2024`, `2024-01-02...` */
static gboolean
has_year (Word word)
{
  return word.size >= 4 && are_digits (word.text, 4) &&
         (memcmp (word.text, "19", 2) == 0 || memcmp (word.text, "20", 2) == 0) &&
         (word.size == 4 || word.text[4] == '-');
}

/* A date of asctime(3), `Www Mmm dd hh:mm`, anywhere in the line: addresses may contain blanks. */
static gboolean
is_asctime (const char *text, const char *end)
{
  Word word = next_word (&text, end);

  while (word.size > 0 && !is_weekday (word))
    word = next_word (&text, end);
  if (word.size == 0)
    return FALSE;
  if (is_month (next_word (&text, end))) {
    const char *rest = text;

    word = next_word (&rest, end);
    if (word.size <= 2 && are_digits (word.text, word.size) && has_time (next_word (&rest, end)))
      return TRUE;
  }
  return is_asctime (text, end);
}

/* Behind one word: a date as of RFC 5322 or ISO 8601. */
static gboolean
is_other_date (const char *text, const char *end)
{
  gboolean time = FALSE;
  gboolean year = FALSE;
  Word word;

  next_word (&text, end);
  word = next_word (&text, end);
  if (!is_weekday (word) && !are_digits (word.text, MIN (word.size, 1)))
    return FALSE;
  for (; word.size > 0; word = next_word (&text, end)) {
    time = time || has_time (word);
    year = year || has_year (word);
  }
  return time && year;
}

TlsrptFromLine
tlsrpt_from_line_kind (const guint8 *data, gsize size, gsize at)
{
  Line line;
  const char *text;
  const char *end;

  if (at > size || size - at < FROM_BYTES || memcmp (data + at, from, FROM_BYTES) != 0)
    return TLSRPT_FROM_LINE_NONE;
  line = line_at (data, MIN (size, at + TLSRPT_FROM_LINE_MAX_BYTES + 1), at);
  if (line.size > TLSRPT_FROM_LINE_MAX_BYTES)
    return TLSRPT_FROM_LINE_TEXT;
  text = line.text + FROM_BYTES;
  end = line.text + line.size;
  if (is_asctime (text, end) || is_other_date (text, end))
    return TLSRPT_FROM_LINE_DATED;
  next_word (&text, end);
  return next_word (&text, end).size == 0 ? TLSRPT_FROM_LINE_BARE : TLSRPT_FROM_LINE_TEXT;
}

/* Bytes of the field name that the line at @at begins with; 0 if there is none. */
static gsize
field_name (const guint8 *data, gsize size, gsize at)
{
  gsize end = at;
  gsize colon;

  while (end < size && data[end] > ' ' && data[end] < 0x7f && data[end] != ':')
    end++;
  for (colon = end; colon < size && (data[colon] == ' ' || data[colon] == '\t');)
    colon++;
  return colon < size && data[colon] == ':' ? end - at : 0;
}

gboolean
tlsrpt_from_line_is_field (const guint8 *data, gsize size, gsize at)
{
  return field_name (data, size, at) > 0;
}

static gboolean
is_mail_field (const guint8 *name, gsize length)
{
  static const char *const names[] = {
    "Received",
    "Return-Path",
    "Delivered-To",
    "From",
    "To",
    "Date",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Reply-To",
    "Sender",
    "X-Original-To",
    "DKIM-Signature",
    "Authentication-Results",
    "X-Mozilla-Status",
    "X-Gmail-Labels",
    "TLS-Report-Domain",
    "TLS-Report-Submitter",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strlen (names[i]) == length &&
        g_ascii_strncasecmp ((const char *)name, names[i], length) == 0)
      return TRUE;
  return length > 4 && g_ascii_strncasecmp ((const char *)name, "ARC-", 4) == 0;
}

gboolean
tlsrpt_from_line_is_header (const guint8 *data, gsize size)
{
  size = MIN (size, TLSRPT_FROM_LINE_LOOK_BYTES);
  for (gsize at = 0; at < size; at = line_at (data, size, at).next) {
    gsize length = field_name (data, size, at);

    if (length > 0 ? is_mail_field (data + at, length)
                   : at == 0 || (data[at] != ' ' && data[at] != '\t'))
      return length > 0;
  }
  return FALSE;
}

static gboolean
is_blank (Line line)
{
  for (gsize i = 0; i < line.size; i++)
    if (line.text[i] != ' ' && line.text[i] != '\t')
      return FALSE;
  return TRUE;
}

gsize
tlsrpt_from_line_skip_blank (const guint8 *data, gsize size)
{
  gsize at = size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (at < size) {
    Line line = line_at (data, size, at);

    if (!is_blank (line) || line.next == at + line.size)
      break;
    at = line.next;
  }
  return at;
}

/* Whether nothing but a few blanks stands in the line before the one at @at. */
static gboolean
follows_blank (const guint8 *data, gsize at)
{
  gsize start = at > TLSRPT_FROM_LINE_BACK_BYTES ? at - TLSRPT_FROM_LINE_BACK_BYTES : 0;

  if (at > start && data[at - 1] == '\n')
    at--;
  if (at > start && data[at - 1] == '\r')
    at--;
  while (at > start && (data[at - 1] == ' ' || data[at - 1] == '\t'))
    at--;
  return at == 0 || (at > start && (data[at - 1] == '\n' || data[at - 1] == '\r'));
}

gsize
tlsrpt_from_line_skip (const guint8 *data, gsize size, gsize at)
{
  gsize next = line_at (data, size, at).next;

  for (guint i = 0; i < LINES_BETWEEN_MAX; i++) {
    gsize mark = next < size && data[next] == '>' ? 1 : 0;

    if (next + mark > size || size - next - mark < FROM_BYTES ||
        memcmp (data + next + mark, from, FROM_BYTES) != 0)
      break;
    next = line_at (data, size, next).next;
  }
  return next;
}

TlsrptFromLineVerdict
tlsrpt_from_line_judge (const guint8 *data, gsize size, gsize at)
{
  TlsrptFromLine kind;
  gsize header;
  gboolean field;
  gboolean blank;

  /* The same, however much there is. */
  size = MIN (size, at + TLSRPT_FROM_LINE_MAX_BYTES + TLSRPT_FROM_LINE_LOOK_BYTES);
  kind = tlsrpt_from_line_kind (data, size, at);
  header = kind != TLSRPT_FROM_LINE_NONE ? tlsrpt_from_line_skip (data, size, at) : size;
  field = header < size && tlsrpt_from_line_is_field (data, size, header);
  if (kind == TLSRPT_FROM_LINE_NONE)
    return TLSRPT_FROM_LINE_IS_TEXT;
  if (kind == TLSRPT_FROM_LINE_DATED)
    return field ? TLSRPT_FROM_LINE_BEGINS_MAIL : TLSRPT_FROM_LINE_IS_TEXT_PERHAPS;
  blank = follows_blank (data, at);
  if (kind == TLSRPT_FROM_LINE_BARE && field &&
      (blank || is_blank (line_at (data, size, at + FROM_BYTES))) &&
      tlsrpt_from_line_is_header (data + header, size - header))
    return TLSRPT_FROM_LINE_BEGINS_MAIL_PERHAPS;
  return blank && field ? TLSRPT_FROM_LINE_IS_TEXT_PERHAPS : TLSRPT_FROM_LINE_IS_TEXT;
}
