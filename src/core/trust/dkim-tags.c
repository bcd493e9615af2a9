/* SPDX-License-Identifier: GPL-3.0-or-later
 * A text to its tags, which point into it. Time is linear in the text but for the comparison of each
 * name with those before it, of which there are few. */
#include "core/trust/dkim-tags.h"

#include "core/limits.h"

#include <string.h>

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes the white space off both ends of the @length bytes at @text. */
static void
trim (const char **text, gsize *length)
{
  while (*length > 0 && is_space (**text)) {
    (*text)++;
    (*length)--;
  }
  while (*length > 0 && is_space ((*text)[*length - 1]))
    (*length)--;
}

/* ALPHA *(ALPHA / DIGIT / "_") */
static gboolean
is_name (const char *name, gsize length)
{
  if (length == 0 || !g_ascii_isalpha (name[0]))
    return FALSE;
  for (gsize i = 1; i < length; i++)
    if (!g_ascii_isalnum (name[i]) && name[i] != '_')
      return FALSE;
  return TRUE;
}

static gboolean
is_known (const GArray *tags, const TlsrptDkimTag *tag)
{
  for (guint i = 0; i < tags->len; i++) {
    const TlsrptDkimTag *before = &g_array_index (tags, TlsrptDkimTag, i);

    if (before->name_length == tag->name_length &&
        memcmp (before->name, tag->name, tag->name_length) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_tag (GArray *tags, const char *text, gsize length)
{
  const char *equals = length > 0 ? memchr (text, '=', length) : NULL;
  TlsrptDkimTag tag;

  if (equals == NULL)
    return FALSE;
  tag.name = text;
  tag.name_length = (gsize)(equals - text);
  trim (&tag.name, &tag.name_length);
  tag.raw = equals + 1;
  tag.raw_length = length - (gsize)(tag.raw - text);
  tag.value = tag.raw;
  tag.value_length = tag.raw_length;
  trim (&tag.value, &tag.value_length);
  if (!is_name (tag.name, tag.name_length) || is_known (tags, &tag) ||
      tags->len == TLSRPT_DKIM_TAGS_MAX)
    return FALSE;
  g_array_append_val (tags, tag);
  return TRUE;
}

GArray *
tlsrpt_dkim_tags_read (const char *text, gsize length)
{
  g_autoptr (GArray) tags = g_array_new (FALSE, FALSE, sizeof (TlsrptDkimTag));

  while (length > 0) {
    const char *semicolon = memchr (text, ';', length);
    gsize taken = semicolon != NULL ? (gsize)(semicolon - text) : length;
    const char *element = text;
    gsize element_length = taken;

    trim (&element, &element_length);
    /* Not trimmed: the white space after a value belongs to what a signature leaves out of its
     * hash. */
    if (element_length > 0 && !read_tag (tags, text, taken))
      return NULL;
    taken += semicolon != NULL ? 1 : 0;
    text += taken;
    length -= taken;
  }
  return g_steal_pointer (&tags);
}

const TlsrptDkimTag *
tlsrpt_dkim_tags_find (const GArray *tags, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; i < tags->len; i++) {
    const TlsrptDkimTag *tag = &g_array_index (tags, TlsrptDkimTag, i);

    if (tag->name_length == length && memcmp (tag->name, name, length) == 0)
      return tag;
  }
  return NULL;
}

char *
tlsrpt_dkim_tags_bare (const GArray *tags, const char *name)
{
  const TlsrptDkimTag *tag = tlsrpt_dkim_tags_find (tags, name);
  char *bare;
  gsize n = 0;

  if (tag == NULL || memchr (tag->value, '\0', tag->value_length) != NULL)
    return NULL;
  bare = g_malloc (tag->value_length + 1);
  for (gsize i = 0; i < tag->value_length; i++)
    if (!is_space (tag->value[i]))
      bare[n++] = tag->value[i];
  bare[n] = '\0';
  return bare;
}

/* Whether @text, of @length bytes, is base64 whose padding may be left out. */
static gboolean
is_base64 (const char *text, gsize length)
{
  gsize padding = 0;

  while (padding < length && padding < 2 && text[length - padding - 1] == '=')
    padding++;
  for (gsize i = 0; i < length - padding; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
      return FALSE;
  return length > padding && (length - padding) % 4 != 1 && (padding == 0 || length % 4 == 0);
}

GBytes *
tlsrpt_dkim_tags_base64 (const GArray *tags, const char *name)
{
  g_autofree char *bare = tlsrpt_dkim_tags_bare (tags, name);
  gsize length = bare != NULL ? strlen (bare) : 0;
  g_autofree char *padded = NULL;
  guchar *bytes;
  gsize n;

  if (bare == NULL || !is_base64 (bare, length))
    return NULL;
  padded = g_strconcat (bare, &"==="[3 - (4 - length % 4) % 4], NULL);
  bytes = g_base64_decode (padded, &n);
  return g_bytes_new_take (bytes, n);
}

gboolean
tlsrpt_dkim_tags_lists (const GArray *tags, const char *name, const char *word)
{
  g_autofree char *bare = tlsrpt_dkim_tags_bare (tags, name);
  gsize length = strlen (word);

  for (const char *at = bare; at != NULL && *at != '\0';) {
    gsize taken = strcspn (at, ":");

    if (taken == length && g_ascii_strncasecmp (at, word, length) == 0)
      return TRUE;
    at += taken + (at[taken] == ':' ? 1 : 0);
  }
  return FALSE;
}
