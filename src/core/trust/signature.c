/* SPDX-License-Identifier: GPL-3.0-or-later
 * A DKIM-Signature field as a list of tags. Nothing is verified here: the mail system did. */
#include "core/domain.h"
#include "core/trust/signature.h"

#include "core/report/report.h"

#include <string.h>

static void
signature_clear (gpointer data)
{
  TlsrptSignature *signature = data;

  g_free (signature->domain);
  g_free (signature->selector);
  g_free (signature->data);
}

static char *
without_space (const char *text)
{
  GString *bare = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (!g_ascii_isspace (*text))
      g_string_append_c (bare, *text);
  return g_string_free (bare, FALSE);
}

static void
set_once (char **target, char *value)
{
  if (*target == NULL)
    *target = value;
  else
    g_free (value);
}

/* @tag is `name=value` without white space; names are case-sensitive. */
static void
read_tag (TlsrptSignature *signature, const char *tag, gsize length)
{
  g_autofree char *value = length > 2 ? g_strndup (tag + 2, length - 2) : g_strdup ("");

  if (length < 2 || tag[1] != '=')
    return;
  switch (tag[0]) {
  case 'd':
    set_once (&signature->domain, tlsrpt_domain_canonical (value));
    break;
  case 's':
    set_once (&signature->selector, g_ascii_strdown (value, -1));
    break;
  case 'b':
    set_once (&signature->data, g_steal_pointer (&value));
    break;
  case 'l':
    signature->has_length = TRUE;
    break;
  default:
    break;
  }
}

static void
read_tags (TlsrptSignature *signature, const char *field)
{
  g_autofree char *tags = without_space (field);

  for (const char *tag = tags; *tag != '\0';) {
    gsize length = strcspn (tag, ";");

    read_tag (signature, tag, length);
    tag += length + (tag[length] == ';' ? 1 : 0);
  }
}

GArray *
tlsrpt_signatures_read (const TlsrptEnvelope *envelope)
{
  GArray *signatures = g_array_new (FALSE, FALSE, sizeof (TlsrptSignature));

  g_array_set_clear_func (signatures, signature_clear);
  for (guint i = 0; i < envelope->trace->len; i++) {
    const TlsrptField *field = &g_array_index (envelope->trace, TlsrptField, i);
    TlsrptSignature signature = { 0 };

    if (g_ascii_strcasecmp (field->name, "DKIM-Signature") != 0)
      continue;
    if (signatures->len == TLSRPT_SIGNATURES_MAX) {
      g_array_set_size (signatures, 0);
      break;
    }
    read_tags (&signature, field->value);
    g_array_append_val (signatures, signature);
  }
  return signatures;
}
