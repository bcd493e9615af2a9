/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether two domains belong together (RFC 7489 section 3.1, relaxed), without a list of public
 * suffixes: refuses what it cannot know. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_alignment_relaxed:
 * @left: (nullable): a domain as someone wrote it
 * @right: (nullable): another
 *
 * RFC 7489 compares organizational domains, which needs the list of public suffixes. Here two domains
 * align if they are equal, or if one is below the other and the upper one has at least two labels. So
 * `mail.example.org` and `example.org` align; `example.org` and `org` do not; two siblings,
 * `a.example.org` and `b.example.org`, do not either, although DMARC would let them; and
 * `example.co.uk` aligns with `co.uk`, which only who runs `co.uk` can make use of.
 *
 * Returns: %TRUE if they align; %FALSE for %NULL or what has a single label
 */
gboolean tlsrpt_alignment_relaxed (const char *left, const char *right);

G_END_DECLS
