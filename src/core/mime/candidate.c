/* SPDX-License-Identifier: GPL-3.0-or-later
 * Looks at the first bytes of a part, packed or plain, and at its labels. Tells TLS reports from DMARC
 * reports (which come to the same address under the same subject) and from any other attachment. */
#include "core/mime/candidate.h"

#include "core/deviation.h"
#include "core/mime/grammar.h"
#include "core/gzip/gunzip.h"

#include <string.h>

#define PEEK_BYTES 1024
#define ZIP_NAME_LENGTH_AT 26
#define ZIP_NAME_AT 30

typedef enum {
  LOOKS_OTHER,
  LOOKS_JSON,
  LOOKS_XML,
  LOOKS_ZIP,
  LOOKS_EMPTY,
} Looks;

static gboolean
has_suffix (const char *text, const char *suffix)
{
  gsize length = text != NULL ? strlen (text) : 0;
  gsize tail = strlen (suffix);

  return length >= tail && g_ascii_strcasecmp (text + length - tail, suffix) == 0;
}

static gboolean
contains (const guint8 *data, gsize size, const char *word)
{
  return g_strstr_len ((const char *)data, (gssize)size, word) != NULL;
}

static gsize
skip_space (const guint8 *data, gsize size, gsize at)
{
  while (at < size && g_ascii_isspace (data[at]))
    at++;
  return at;
}

/* An object, or arrays that open something, so that `{\rtf1` and `[section]` are no JSON. */
static Looks
look_plain (const guint8 *data, gsize size)
{
  gsize at = size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  guint8 first, second;

  if (size == 0)
    return LOOKS_EMPTY;
  if (size >= 4 && memcmp (data, "PK\3\4", 4) == 0)
    return LOOKS_ZIP;
  at = skip_space (data, size, at);
  if (at == size)
    return LOOKS_OTHER;
  first = data[at];
  at = skip_space (data, size, at + 1);
  second = at < size ? data[at] : 0;
  if (first == '{')
    return second == '"' || second == '}' || second == 0 ? LOOKS_JSON : LOOKS_OTHER;
  if (first == '[')
    return second == '{' || second == '[' || second == ']' ? LOOKS_JSON : LOOKS_OTHER;
  return first == '<' ? LOOKS_XML : LOOKS_OTHER;
}

/* The first plain bytes of @content, be it packed or not. */
static gsize
peek (GBytes *content, guint8 plain[PEEK_BYTES], gboolean *packed)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (content, &size);
  gsize inflated = tlsrpt_gunzip_peek (content, plain, PEEK_BYTES);

  *packed = tlsrpt_is_gzip (content) || inflated > 0;
  if (*packed)
    return inflated;
  size = MIN (size, PEEK_BYTES);
  if (size > 0)
    memcpy (plain, data, size);
  return size;
}

gboolean
tlsrpt_candidate_is_labelled (const char *media_type)
{
  return strcmp (media_type, "application/tlsrpt+gzip") == 0 ||
         strcmp (media_type, "application/tlsrpt+json") == 0 ||
         strcmp (media_type, "application/tlsrpt") == 0;
}

gboolean
tlsrpt_candidate_is_possible (const char *media_type)
{
  static const char *const never[] = { "text/plain", "text/html", "text/calendar", "text/css",
                                       "image/",     "audio/",    "video/",        "font/" };

  for (gsize i = 0; i < G_N_ELEMENTS (never); i++)
    if (g_str_has_prefix (media_type, never[i]))
      return FALSE;
  return TRUE;
}

gboolean
tlsrpt_candidate_is_convincing (GBytes *content)
{
  guint8 plain[PEEK_BYTES];
  gboolean packed;

  return tlsrpt_is_gzip (content) ||
         look_plain (plain, peek (content, plain, &packed)) == LOOKS_JSON;
}

/* The name of the first file in a zip archive ends in .xml: so it is how DMARC reports come. */
static TlsrptPartKind
judge_zip (const char *media_type, const char *file_name, const guint8 *data, gsize size)
{
  gsize length = size > ZIP_NAME_AT ? data[ZIP_NAME_LENGTH_AT] : 0;

  if (length >= 4 && ZIP_NAME_AT + length <= size &&
      g_ascii_strncasecmp ((const char *)data + ZIP_NAME_AT + length - 4, ".xml", 4) == 0)
    return TLSRPT_PART_DMARC;
  /* Office documents and many others are zip inside: only what says so is meant. */
  if (tlsrpt_candidate_is_labelled (media_type) || strstr (media_type, "zip") != NULL ||
      has_suffix (file_name, ".zip") || has_suffix (file_name, ".json"))
    return TLSRPT_PART_ZIP;
  return TLSRPT_PART_OTHER;
}

TlsrptPartKind
tlsrpt_candidate_judge (const char *media_type, const char *file_name, GBytes *content)
{
  guint8 plain[PEEK_BYTES];
  gboolean packed;
  gsize size = peek (content, plain, &packed);
  Looks looks = look_plain (plain, size);
  gboolean named = has_suffix (file_name, ".json") || has_suffix (file_name, ".json.gz");

  if (looks == LOOKS_ZIP)
    return judge_zip (media_type, file_name, plain, size);
  if (looks == LOOKS_XML && (contains (plain, size, "<feedback") ||
                             (file_name != NULL && strchr (file_name, '!') != NULL &&
                              strstr (file_name, ".xml") != NULL)))
    return TLSRPT_PART_DMARC;
  if (tlsrpt_candidate_is_labelled (media_type))
    return TLSRPT_PART_REPORT;
  if (!tlsrpt_candidate_is_possible (media_type) || looks == LOOKS_XML)
    return TLSRPT_PART_OTHER;
  /* Damaged gzip of no telling content: its labels are all there is. */
  if (packed && size == 0 && strstr (media_type, "gzip") != NULL)
    return has_suffix (file_name, ".gz") && !named ? TLSRPT_PART_OTHER : TLSRPT_PART_REPORT;
  return looks == LOOKS_JSON || named ? TLSRPT_PART_REPORT : TLSRPT_PART_OTHER;
}

guint64
tlsrpt_candidate_deviations (const char *media_type, const char *file_name, GBytes *content)
{
  gboolean gzip_label = strstr (media_type, "gzip") != NULL;
  gboolean json_label = has_suffix (media_type, "json");
  gboolean gzip = tlsrpt_is_gzip (content);
  g_autofree char *submitter = NULL;
  g_autofree char *domain = NULL;
  guint64 found = 0;

  if (strcmp (media_type, "application/tlsrpt+gzip") != 0 &&
      strcmp (media_type, "application/tlsrpt+json") != 0)
    found |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_MEDIA_TYPE);
  if ((gzip_label && !gzip && !tlsrpt_is_zlib (content)) || (json_label && gzip))
    found |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_NOT_AS_LABELLED);
  if (file_name != NULL && !tlsrpt_grammar_file_name (file_name, &submitter, &domain))
    found |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_FILE_NAME);
  return found;
}
