/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two domains to whether they belong together: label by label from the right. */
#include "core/trust/alignment.h"

#include "core/domain.h"

gboolean
tlsrpt_alignment_relaxed (const char *left, const char *right)
{
  g_autofree char *canonical_left = left != NULL ? tlsrpt_domain_canonical (left) : NULL;
  g_autofree char *canonical_right = right != NULL ? tlsrpt_domain_canonical (right) : NULL;

  if (canonical_left == NULL || canonical_right == NULL ||
      !tlsrpt_domain_is_qualified (canonical_left) || !tlsrpt_domain_is_qualified (canonical_right))
    return FALSE;
  return tlsrpt_domain_is_within (canonical_left, canonical_right) ||
         tlsrpt_domain_is_within (canonical_right, canonical_left);
}
