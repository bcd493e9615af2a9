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

G_END_DECLS
