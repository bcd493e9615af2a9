/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two domains to whether one is above the other: label by label from the right. */
#include "core/trust/alignment.h"

#include "core/domain.h"

gboolean
tlsrpt_alignment_vouches (const char *signer, const char *author)
{
  g_autofree char *upper = signer != NULL ? tlsrpt_domain_canonical (signer) : NULL;
  g_autofree char *lower = author != NULL ? tlsrpt_domain_canonical (author) : NULL;

  return upper != NULL && lower != NULL && tlsrpt_domain_is_qualified (upper) &&
         tlsrpt_domain_is_qualified (lower) && tlsrpt_domain_is_within (lower, upper);
}

gboolean
tlsrpt_alignment_relaxed (const char *left, const char *right)
{
  return tlsrpt_alignment_vouches (left, right) || tlsrpt_alignment_vouches (right, left);
}
