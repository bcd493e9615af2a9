/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tags of DKIM-Signature fields. Nothing is verified here: the mail system did. */
#include "core/trust/signature.h"

#include "core/domain.h"
#include "core/trust/dkim-tags.h"

#include <string.h>

static void
signature_clear (gpointer data)
{
  TlsrptSignature *signature = data;

  g_free (signature->domain);
  g_free (signature->selector);
  g_free (signature->data);
}

/* FALSE if the field is not a list of tags. */
static gboolean
read_field (TlsrptSignature *signature, const char *field)
{
  g_autoptr (GArray) tags = tlsrpt_dkim_tags_read (field, strlen (field));
  g_autofree char *domain = tags != NULL ? tlsrpt_dkim_tags_bare (tags, "d") : NULL;
  g_autofree char *selector = tags != NULL ? tlsrpt_dkim_tags_bare (tags, "s") : NULL;

  if (tags == NULL)
    return FALSE;
  signature->domain = domain != NULL ? tlsrpt_domain_canonical (domain) : NULL;
  signature->selector = selector != NULL ? g_ascii_strdown (selector, -1) : NULL;
  signature->data = tlsrpt_dkim_tags_bare (tags, "b");
  signature->has_length = tlsrpt_dkim_tags_find (tags, "l") != NULL;
  return TRUE;
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
    if (signatures->len == TLSRPT_SIGNATURES_MAX || !read_field (&signature, field->value)) {
      g_array_set_size (signatures, 0);
      break;
    }
    g_array_append_val (signatures, signature);
  }
  return signatures;
}
