/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two domains to whether they belong together: label by label from the right. */
#include "core/domain.h"
#include "core/trust/alignment.h"

#include "core/report/report.h"

#include <string.h>

/* RFC 1035 section 2.3.4; what is longer is no domain. */
#define DOMAIN_MAX_BYTES 255

static gboolean
is_domain (const char *domain)
{
  gsize length = strlen (domain);

  return length <= DOMAIN_MAX_BYTES && domain[0] != '.' && length > 0 &&
         domain[length - 1] != '.' && strchr (domain, '.') != NULL &&
         strstr (domain, "..") == NULL && strpbrk (domain, " \t@[]:") == NULL;
}

/* Whether @lower is @upper or below it; both are domains of two labels or more. */
static gboolean
is_within (const char *lower, const char *upper)
{
  gsize lower_length = strlen (lower);
  gsize upper_length = strlen (upper);

  if (lower_length < upper_length || strcmp (lower + lower_length - upper_length, upper) != 0)
    return FALSE;
  return lower_length == upper_length || lower[lower_length - upper_length - 1] == '.';
}

gboolean
tlsrpt_alignment_relaxed (const char *left, const char *right)
{
  g_autofree char *canonical_left = left != NULL ? tlsrpt_domain_canonical (left) : NULL;
  g_autofree char *canonical_right = right != NULL ? tlsrpt_domain_canonical (right) : NULL;

  if (canonical_left == NULL || canonical_right == NULL || !is_domain (canonical_left) ||
      !is_domain (canonical_right))
    return FALSE;
  return is_within (canonical_left, canonical_right) || is_within (canonical_right, canonical_left);
}
