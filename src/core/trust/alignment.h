/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether a domain's signature vouches for mail of another domain, without a list of public suffixes:
 * refuses what is below it or beside it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_alignment_vouches:
 * @signer: (nullable): domain that signed, as someone wrote it
 * @author: (nullable): domain of From, as someone wrote it
 *
 * A signature vouches for its own domain and for those below it: `example.org` for
 * `mail.example.org`. Who runs a name below, or beside, need not be the same: `mail.example.org` does not
 * vouch for `example.org`, though DMARC's relaxed alignment (RFC 7489 section 3.1) would let it. A domain
 * has two labels at least, so that `org` vouches for nothing; `co.uk` vouches for `example.co.uk`, which
 * only those who run `co.uk` can make use of.
 *
 * Returns: %TRUE if @author is @signer or below it; %FALSE for %NULL or what has a single label
 */
gboolean tlsrpt_alignment_vouches (const char *signer, const char *author);

/**
 * tlsrpt_alignment_relaxed:
 * @left: (nullable): a domain as someone wrote it
 * @right: (nullable): another
 *
 * Returns: %TRUE if one of them vouches for the other: for what need not be proof
 */
gboolean tlsrpt_alignment_relaxed (const char *left, const char *right);

G_END_DECLS
