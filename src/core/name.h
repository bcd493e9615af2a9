/* SPDX-License-Identifier: GPL-3.0-or-later
 * A stranger's name to one that may stand in a shell command, or to nothing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_name_host:
 * @name: (nullable): a host or domain, as a stranger wrote it
 *
 * Returns: (transfer full) (nullable): lower-case A-label of letters, digits, `.`, `_` and `-`, 253
 *   characters at most, that does not begin with `-` or `.`; %NULL if @name is no such name, so
 *   that no shell takes it for anything but a word
 */
char *tlsrpt_name_host (const char *name);

/**
 * tlsrpt_name_address:
 * @address: (nullable): an IP address, as a stranger wrote it
 *
 * Returns: (transfer full) (nullable): @address if it is one of IPv4 or IPv6, without a zone;
 *   else %NULL
 */
char *tlsrpt_name_address (const char *address);

/**
 * tlsrpt_name_mailbox:
 * @contact_info: (nullable): `contact-info` of a report: an address, a list, words around one
 *
 * Returns: (transfer full) (nullable): the first mail address in it that may stand in a header
 *   field and on a command line: dot-atom (RFC 5322 section 3.2.3) of 64 characters at most
 *   without a leading `-`, `@`, and a host as tlsrpt_name_host() has it with a dot; %NULL if
 *   there is none
 */
char *tlsrpt_name_mailbox (const char *contact_info);

G_END_DECLS
