/* SPDX-License-Identifier: GPL-3.0-or-later
 * Trust, From, Submitter, contact-info and name to a reporter. Refuses a signer that is no domain of
 * two labels or more, and one that stands below From or beside it. */
#include "core/facts/reporter.h"

#include "core/domain.h"

#include <string.h>

static const char *const basis_words[] = {
  [TLSRPT_BASIS_NAME] = "name",           [TLSRPT_BASIS_CONTACT_INFO] = "contact-info",
  [TLSRPT_BASIS_SUBMITTER] = "submitter", [TLSRPT_BASIS_FROM] = "from",
  [TLSRPT_BASIS_DKIM] = "dkim",
};

const char *
tlsrpt_reporter_basis_word (TlsrptBasis basis)
{
  return basis_words[basis];
}

/* @text as a domain that can be somebody's: two labels or more. %NULL if it is none. */
static char *
domain_of (const char *text)
{
  g_autofree char *domain = text != NULL ? tlsrpt_domain_canonical (text) : NULL;

  return domain != NULL && tlsrpt_domain_is_qualified (domain) ? g_steal_pointer (&domain) : NULL;
}

/* The domain of the first address in @text, which may hold a name, brackets or `mailto:`. */
static char *
domain_of_address (const char *text)
{
  const char *at = text != NULL ? strchr (text, '@') : NULL;
  g_autofree char *domain =
      at != NULL ? g_strndup (at + 1, strcspn (at + 1, " \t,;<>()?\"'")) : NULL;

  return domain_of (domain);
}

/* From is one address; a stranger may write several `@` into its local part. */
static char *
domain_of_from (const char *header_from)
{
  const char *at = header_from != NULL ? strrchr (header_from, '@') : NULL;

  return domain_of (at != NULL ? at + 1 : NULL);
}

static gboolean
is_signed_by (const TlsrptTrust *trust, const char *from)
{
  g_autofree char *signer = domain_of (trust->dkim_domain);

  return g_strcmp0 (trust->dkim_result, "pass") == 0 && trust->dkim_aligned && signer != NULL &&
         tlsrpt_domain_is_within (from, signer);
}

static void
set_reporter (TlsrptReport *report, TlsrptBasis basis, const char *domain)
{
  report->reporter_domain = tlsrpt_report_string (report, domain);
  report->reporter_basis = basis;
  report->is_verified = basis == TLSRPT_BASIS_DKIM;
}

void
tlsrpt_reporter_identify (TlsrptReport *report)
{
  g_autofree char *from = domain_of_from (report->header_from);
  g_autofree char *submitter = domain_of (report->submitter);
  g_autofree char *contact = domain_of_address (report->contact_info);
  g_autofree char *name = NULL;

  if (from != NULL) {
    set_reporter (
        report, is_signed_by (&report->trust, from) ? TLSRPT_BASIS_DKIM : TLSRPT_BASIS_FROM, from);
  } else if (submitter != NULL) {
    set_reporter (report, TLSRPT_BASIS_SUBMITTER, submitter);
  } else if (contact != NULL) {
    set_reporter (report, TLSRPT_BASIS_CONTACT_INFO, contact);
  } else {
    name = tlsrpt_reporter_name_key (report->organization_name);
    set_reporter (report, TLSRPT_BASIS_NAME, name);
  }
}

static char *
name_key_of_any (const char *name)
{
  g_autofree char *plain = g_utf8_normalize (name, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (plain != NULL ? plain : name, -1);
  GString *key = g_string_sized_new (strlen (folded));

  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_isalnum (g_utf8_get_char (c)))
      g_string_append_unichar (key, g_utf8_get_char (c));
  if (key->len == 0)
    g_string_append (key, folded);
  return g_string_free (key, FALSE);
}

/* As of any name. Most names are ASCII, and Unicode's tables take twenty times as long. */
static char *
name_key_of_ascii (const char *name)
{
  char *key = g_ascii_strdown (name, -1);
  gsize n = 0;

  for (const char *c = key; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      key[n++] = *c;
  if (n > 0)
    key[n] = '\0';
  return key;
}

char *
tlsrpt_reporter_name_key (const char *name)
{
  return g_str_is_ascii (name) ? name_key_of_ascii (name) : name_key_of_any (name);
}

/* The label that an organization registers: before the last, or before `co.uk` and its like. */
static char *
own_label (const char *domain)
{
  static const char *const shared[] = { "ac", "co",  "com", "edu", "gov", "gv",
                                        "ne", "net", "or",  "org", NULL };
  g_auto (GStrv) labels = g_strsplit (domain, ".", -1);
  guint n = g_strv_length (labels);

  if (n < 2)
    return g_strdup (domain);
  if (n > 2 && strlen (labels[n - 1]) == 2 &&
      g_strv_contains ((const char *const *)shared, labels[n - 2]))
    return g_strdup (labels[n - 3]);
  return g_strdup (labels[n - 2]);
}

/* Whether @name is the label that @domain was registered by, or has it as a word: `Mail.ru`, mail.ru. */
static gboolean
resembles (const char *domain, const char *name)
{
  g_autofree char *label = own_label (domain);
  g_autofree char *label_key = tlsrpt_reporter_name_key (label);
  g_autofree char *name_key = tlsrpt_reporter_name_key (name);
  g_auto (GStrv) words = g_strsplit_set (name, " .,-_/&()", -1);

  if (strcmp (name_key, label_key) == 0)
    return TRUE;
  for (guint i = 0; words[i] != NULL; i++) {
    g_autofree char *word = tlsrpt_reporter_name_key (words[i]);

    if (strcmp (word, label_key) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_same_organization (const char *left, const char *right)
{
  return tlsrpt_domain_is_within (left, right) || tlsrpt_domain_is_within (right, left);
}

gboolean
tlsrpt_reporter_is_before (const char *domain, const char *other, const char *name)
{
  return tlsrpt_domain_is_within (other, domain) ||
         (resembles (domain, name) &&
          !(tlsrpt_domain_is_qualified (other) && resembles (other, name)));
}

gboolean
tlsrpt_reporter_is_impersonating (const TlsrptReport *report, const TlsrptNameOwner *owners,
                                  gsize n, gint64 now)
{
  gboolean has_used_it = FALSE;
  gboolean fits;

  if (report->reporter_basis == TLSRPT_BASIS_NAME)
    return FALSE;
  fits = resembles (report->reporter_domain, report->organization_name);
  for (gsize i = 0; i < n; i++)
    has_used_it = has_used_it || strcmp (owners[i].domain, report->reporter_domain) == 0;
  for (gsize i = 0; i < n; i++) {
    gboolean owner_fits = resembles (owners[i].domain, report->organization_name);

    if (is_same_organization (owners[i].domain, report->reporter_domain) || fits > owner_fits)
      continue;
    if (owner_fits > fits)
      return TRUE;
    if (!has_used_it && now - owners[i].since >= TLSRPT_REPORTER_NAME_AGE)
      return TRUE;
  }
  return FALSE;
}
