/* SPDX-License-Identifier: GPL-3.0-or-later
 * The records that MTA-STS and TLSRPT publish in DNS. */
#include "doctor/published.h"

#include "core/errors.h"
#include "core/name.h"

#include <string.h>

#define ID_CHARACTERS 32

void
tlsrpt_published_free (TlsrptPublished *published)
{
  if (published == NULL)
    return;
  g_free (published->id);
  g_strfreev (published->rua);
  g_free (published->trouble);
  g_free (published);
}

static gboolean
fail (TlsrptPublished *published, const char *what, const char *text)
{
  g_autofree char *quoted = tlsrpt_quote (text);

  g_free (published->trouble);
  published->trouble = g_strdup_printf ("%s: %s", what, quoted);
  return FALSE;
}

/* Other records at the name do not matter; `v=STSv10` is another kind. */
static const char *
find_one (const TlsrptAnswer *answer, const char *version, TlsrptPublished *published)
{
  const char *found = NULL;

  for (guint i = 0; i < answer->records->len; i++) {
    const char *text = ((const TlsrptRecord *)answer->records->pdata[i])->text;
    gsize length = strlen (version);

    if (strncmp (text, version, length) != 0 || text[length + strspn (text + length, " \t")] != ';')
      continue;
    published->n++;
    found = text;
  }
  return published->n == 1 ? strchr (found, ';') : NULL;
}

typedef gboolean (*ReadField) (TlsrptPublished *published, const char *name, const char *value);

/* Fields as `name=value`, each after a semicolon, which may end the record too. */
static gboolean
read_fields (TlsrptPublished *published, const char *text, ReadField read_field)
{
  g_auto (GStrv) fields = g_strsplit (text + 1, ";", -1);

  for (guint i = 0; fields[i] != NULL; i++) {
    char *name = g_strstrip (fields[i]);
    char *equals = strchr (name, '=');

    if (*name == '\0' && fields[i + 1] == NULL)
      continue;
    if (equals == NULL)
      return fail (published, "it has a field without a value", name);
    *equals = '\0';
    if (!read_field (published, g_strchomp (name), g_strchug (equals + 1)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_sts (TlsrptPublished *published, const char *name, const char *value)
{
  gsize length = strlen (value);

  if (strcmp (name, "id") != 0)
    return TRUE; /* an extension */
  if (published->id != NULL)
    return fail (published, "it has a second id", value);
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (value[i]))
      return fail (published, "its id is not of letters and digits alone", value);
  if (length == 0 || length > ID_CHARACTERS)
    return fail (published, "its id has not 1 to 32 characters", value);
  published->id = g_strdup (value);
  return TRUE;
}

TlsrptPublished *
tlsrpt_published_sts (const TlsrptAnswer *answer)
{
  TlsrptPublished *published = g_new0 (TlsrptPublished, 1);
  const char *text = find_one (answer, "v=STSv1", published);

  if (text == NULL || !read_fields (published, text, read_sts))
    return published;
  if (published->id == NULL)
    published->trouble = g_strdup ("it has no id");
  published->is_valid = published->id != NULL;
  return published;
}

static gboolean
read_tlsrpt (TlsrptPublished *published, const char *name, const char *value)
{
  if (strcmp (name, "rua") != 0)
    return TRUE;
  if (published->rua != NULL)
    return fail (published, "it has a second rua", value);
  published->rua = g_strsplit (value, ",", -1);
  for (guint i = 0; published->rua[i] != NULL; i++) {
    const char *uri = g_strstrip (published->rua[i]);
    g_autofree char *mailbox =
        g_ascii_strncasecmp (uri, "mailto:", 7) == 0 ? tlsrpt_name_mailbox (uri + 7) : NULL;

    if (!g_utf8_validate (uri, -1, NULL))
      return fail (published, "its rua is not text", uri);
    if (mailbox == NULL && g_ascii_strncasecmp (uri, "https://", 8) != 0)
      return fail (published, "its rua is neither mailto: and an address nor https", uri);
  }
  return TRUE;
}

TlsrptPublished *
tlsrpt_published_tlsrpt (const TlsrptAnswer *answer)
{
  TlsrptPublished *published = g_new0 (TlsrptPublished, 1);
  const char *text = find_one (answer, "v=TLSRPTv1", published);

  if (text == NULL || !read_fields (published, text, read_tlsrpt))
    return published;
  if (published->rua == NULL || published->rua[0] == NULL)
    published->trouble = g_strdup ("it has no rua");
  published->is_valid = published->trouble == NULL;
  return published;
}
