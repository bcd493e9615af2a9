/* SPDX-License-Identifier: GPL-3.0-or-later
 * Addresses of the pages that command `site` makes, for those who read a digest elsewhere. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

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
