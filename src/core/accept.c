/* SPDX-License-Identifier: GPL-3.0-or-later
 * A set of patterns. A domain is looked up once for itself and once for each domain above it, however
 * many patterns there are. */
#include "core/domain.h"
#include "core/accept.h"

#include "core/errors.h"
#include "core/report/report.h"

#include <string.h>

struct _TlsrptAccept {
  GHashTable *patterns;
};

TlsrptAccept *
tlsrpt_accept_new (void)
{
  TlsrptAccept *accept = g_new0 (TlsrptAccept, 1);

  accept->patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return accept;
}

void
tlsrpt_accept_free (TlsrptAccept *accept)
{
  if (accept == NULL)
    return;
  g_hash_table_unref (accept->patterns);
  g_free (accept);
}

gboolean
tlsrpt_accept_add (TlsrptAccept *accept, const char *pattern)
{
  gboolean wild = g_str_has_prefix (pattern, "*.");
  g_autofree char *domain = tlsrpt_domain_canonical (wild ? pattern + 2 : pattern);

  if (!tlsrpt_domain_is_valid (domain))
    return FALSE;
  g_hash_table_add (accept->patterns, g_strconcat (wild ? "*." : "", domain, NULL));
  return TRUE;
}

TlsrptAccept *
tlsrpt_accept_parse (const char *list, GError **error)
{
  g_autoptr (TlsrptAccept) accept = tlsrpt_accept_new ();
  g_auto (GStrv) patterns = g_strsplit_set (list, ",; \t\n", -1);

  for (guint i = 0; patterns[i] != NULL; i++) {
    if (*patterns[i] != '\0' && !tlsrpt_accept_add (accept, patterns[i])) {
      g_autofree char *quoted = tlsrpt_quote (patterns[i]);
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                   "settings: accept-domains: '%s' is no domain, nor *. and a domain", quoted);
      return NULL;
    }
  }
  return g_steal_pointer (&accept);
}

char **
tlsrpt_accept_patterns (const char *domain)
{
  g_autoptr (GStrvBuilder) patterns = g_strv_builder_new ();

  if (domain != NULL && tlsrpt_domain_is_valid (domain)) {
    g_strv_builder_add (patterns, domain);
    for (const char *dot = strchr (domain, '.'); dot != NULL; dot = strchr (dot + 1, '.')) {
      g_autofree char *pattern = g_strconcat ("*", dot, NULL);
      g_strv_builder_add (patterns, pattern);
    }
  }
  return g_strv_builder_end (patterns);
}

gboolean
tlsrpt_accept_matches (const TlsrptAccept *accept, const char *domain)
{
  g_auto (GStrv) patterns = tlsrpt_accept_patterns (domain);

  for (guint i = 0; accept != NULL && patterns[i] != NULL; i++)
    if (g_hash_table_contains (accept->patterns, patterns[i]))
      return TRUE;
  return FALSE;
}
