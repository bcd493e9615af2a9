/* SPDX-License-Identifier: GPL-3.0-or-later
 * A domain as someone wrote it to the form in which domains are compared. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_domain_canonical:
 * @domain: a domain as someone wrote it
 *
 * Returns: (transfer full): @domain as a lower-case A-label (RFC 5891) without a final dot; where it
 *   cannot be converted, lower-cased as it is
 */
char *tlsrpt_domain_canonical (const char *domain);

/**
 * tlsrpt_domain_is_valid:
 * @domain: a canonical domain
 *
 * Returns: %TRUE if it has a label or more, none of them empty, 255 bytes at most (RFC 1035 section
 *   2.3.4), and no ASCII but letters, digits, hyphens and underscores
 */
gboolean tlsrpt_domain_is_valid (const char *domain);

/**
 * tlsrpt_domain_is_qualified:
 * @domain: a canonical domain
 *
 * Returns: %TRUE if it has two labels or more, none of them empty and the last of them no number, 255
 *   bytes at most (RFC 1035 section 2.3.4), and no ASCII but letters, digits, hyphens and underscores
 */
gboolean tlsrpt_domain_is_qualified (const char *domain);

/**
 * tlsrpt_domain_is_within:
 * @lower: a canonical domain
 * @upper: another
 *
 * Returns: %TRUE if @lower is @upper or below it
 */
gboolean tlsrpt_domain_is_within (const char *lower, const char *upper);

G_END_DECLS
