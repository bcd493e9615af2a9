/* SPDX-License-Identifier: GPL-3.0-or-later
 * Addresses of the pages that command `site` makes, for those who read a digest elsewhere. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The longest name that is its own file name, in bytes */
#define TLSRPT_LINK_NAME_BYTES_MAX 100

/**
 * tlsrpt_link_is_file_name:
 * @name: a name
 *
 * Returns: whether @name can stand for itself as the name of a page: it is in lower case, without a dot at either end or
 *   an empty label, and nothing in it needs escaping
 */
gboolean tlsrpt_link_is_file_name (const char *name);

/**
 * tlsrpt_link_incident:
 * @site: (nullable): address of the site, without a slash at its end
 * @number: number of an incident
 *
 * Returns: (transfer full) (nullable): address of its page; %NULL without a site
 */
char *tlsrpt_link_incident (const char *site, gint64 number);

/**
 * tlsrpt_link_domain:
 * @site: (nullable): address of the site, without a slash at its end
 * @domain: (nullable): a mail domain
 *
 * Returns: (transfer full) (nullable): address of its page; %NULL without a site, and for what is no domain
 *   name in lower case, whose page is called otherwise
 */
char *tlsrpt_link_domain (const char *site, const char *domain);

G_END_DECLS
