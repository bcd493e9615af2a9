/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whose reports are accepted: domains and wildcards, compared as lower-case A-labels. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** TlsrptAccept: an opaque set of patterns: `example.org`, or `*.example.org` for all that is below it */
typedef struct _TlsrptAccept TlsrptAccept;

/**
 * tlsrpt_accept_new:
 *
 * Returns: (transfer full): an empty list of accepted domains
 */
TlsrptAccept *tlsrpt_accept_new (void);

/**
 * tlsrpt_accept_free:
 * @accept: (transfer full) (nullable): what to free
 */
void tlsrpt_accept_free (TlsrptAccept *accept);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptAccept, tlsrpt_accept_free)

/**
 * tlsrpt_accept_add:
 * @accept: a set
 * @pattern: a domain, or `*.` and a domain; any case, U-labels too
 *
 * Returns: %TRUE if it was added; %FALSE if it is neither
 */
gboolean tlsrpt_accept_add (TlsrptAccept *accept, const char *pattern);

/**
 * tlsrpt_accept_parse:
 * @list: patterns, with commas, semicolons or white space between them
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_SETTINGS.
 *
 * Returns: (transfer full): the set, or %NULL with @error set
 */
TlsrptAccept *tlsrpt_accept_parse (const char *list, GError **error);

/**
 * tlsrpt_accept_patterns:
 * @domain: (nullable): a canonical domain
 *
 * Returns: (transfer full): every pattern that accepts @domain: itself, then `*.` and each domain
 *   above it; empty for what is no domain
 */
char **tlsrpt_accept_patterns (const char *domain);

/**
 * tlsrpt_accept_matches:
 * @accept: (nullable): a set
 * @domain: (nullable): a canonical domain
 *
 * Returns: %TRUE if a pattern of @accept accepts @domain
 */
gboolean tlsrpt_accept_matches (const TlsrptAccept *accept, const char *domain);

G_END_DECLS
