/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tells by its first bytes what a content is. DMARC reports come to the same address under the
 * same subject, so they are told from other XML and from other archives. */
#include "core/content.h"

#include "core/from-line.h"

#include <string.h>

/* An archive's first file: length of its name, and the name. */
#define ZIP_NAME_LENGTH_AT 26
#define ZIP_NAME_AT 30

gboolean
tlsrpt_content_has_suffix (const char *name, const char *suffix)
{
  gsize length = name != NULL ? strlen (name) : 0;
  gsize tail = strlen (suffix);

  if (length >= 3 && g_ascii_strcasecmp (name + length - 3, ".gz") == 0 && length - 3 >= tail &&
      g_ascii_strncasecmp (name + length - 3 - tail, suffix, tail) == 0)
    return TRUE;
  return length >= tail && length > 0 && g_ascii_strcasecmp (name + length - tail, suffix) == 0;
}

static gsize
skip_space (const guint8 *data, gsize size, gsize at)
{
  while (at < size && g_ascii_isspace (data[at]))
    at++;
  return at;
}

/* An object, or arrays that contain something, so that `{\rtf1` and `[section]` are not taken
 * for JSON. */
static gboolean
is_json (const guint8 *data, gsize size, gsize at)
{
  guint8 first = data[at];
  guint8 second;

  at = skip_space (data, size, at + 1);
  second = at < size ? data[at] : 0;
  if (first == '{')
    return second == '"' || second == '}' || second == 0;
  return first == '[' && (second == '{' || second == '[' || second == ']');
}

static gboolean
is_dmarc (const guint8 *data, gsize size, const char *file_name)
{
  return g_strstr_len ((const char *)data, (gssize)size, "<feedback") != NULL ||
         (file_name != NULL && strchr (file_name, '!') != NULL &&
          strstr (file_name, ".xml") != NULL);
}

/* DMARC reports come as zip archives whose first file has a name that ends in .xml. */
static TlsrptForm
zip_form (const guint8 *data, gsize size)
{
  gsize length = size > ZIP_NAME_AT ? data[ZIP_NAME_LENGTH_AT] : 0;

  return length >= 4 && ZIP_NAME_AT + length <= size &&
                 g_ascii_strncasecmp ((const char *)data + ZIP_NAME_AT + length - 4, ".xml", 4) == 0
             ? TLSRPT_FORM_DMARC
             : TLSRPT_FORM_ZIP;
}

/* Text may begin with `From `, too. */
static gboolean
is_mbox (const guint8 *data, gsize size, gsize at)
{
  TlsrptFromLine kind = tlsrpt_from_line_kind (data, size, at);

  if (kind != TLSRPT_FROM_LINE_TEXT)
    return kind != TLSRPT_FROM_LINE_NONE;
  return tlsrpt_from_line_is_field (data, size, tlsrpt_from_line_skip (data, size, at));
}

TlsrptForm
tlsrpt_content_form (const guint8 *plain, gsize size, const char *file_name)
{
  gsize start;
  gsize at;

  if (size >= 4 && memcmp (plain, "PK\3\4", 4) == 0)
    return zip_form (plain, size);
  start = tlsrpt_from_line_skip_blank (plain, size);
  at = skip_space (plain, size, start);
  if (at == size)
    return TLSRPT_FORM_OTHER;
  if (is_json (plain, size, at))
    return TLSRPT_FORM_DOCUMENT;
  if (plain[at] == '<')
    return is_dmarc (plain, size, file_name) ? TLSRPT_FORM_DMARC : TLSRPT_FORM_OTHER;
  if (is_mbox (plain, size, start))
    return TLSRPT_FORM_MBOX;
  return tlsrpt_from_line_is_header (plain + start, size - start) ? TLSRPT_FORM_MESSAGE
                                                                  : TLSRPT_FORM_OTHER;
}

TlsrptContent
tlsrpt_content_judge_packed (GBytes *bytes, const char *file_name, TlsrptGunzip **gunzip)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  TlsrptContent content = { .packing = tlsrpt_inflate_packing (data, size) };
  g_autoptr (TlsrptGunzip) inflating = NULL;
  const guint8 *plain;
  gsize plain_size;

  *gunzip = NULL;
  if (content.packing != TLSRPT_PACKING_PLAIN) {
    inflating = tlsrpt_gunzip_new (bytes);
    plain = tlsrpt_gunzip_look (inflating, &plain_size);
    content.form = tlsrpt_content_form (plain, plain_size, file_name);
    content.is_blind = plain_size == 0;
    if (content.packing == TLSRPT_PACKING_GZIP || content.form != TLSRPT_FORM_OTHER) {
      *gunzip = g_steal_pointer (&inflating);
      return content;
    }
    content = (TlsrptContent){ .packing = TLSRPT_PACKING_PLAIN };
  }
  content.form = tlsrpt_content_form (data, MIN (size, TLSRPT_CONTENT_LOOK_BYTES), file_name);
  return content;
}

TlsrptContent
tlsrpt_content_judge (GBytes *bytes, const char *file_name)
{
  g_autoptr (TlsrptGunzip) gunzip = NULL;

  return tlsrpt_content_judge_packed (bytes, file_name, &gunzip);
}

gboolean
tlsrpt_content_may_be_report (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return tlsrpt_inflate_packing (data, size) == TLSRPT_PACKING_GZIP ||
         tlsrpt_content_judge (bytes, NULL).form == TLSRPT_FORM_DOCUMENT;
}
