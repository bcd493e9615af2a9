/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names of strangers to names of files. Pure. */
#pragma once

#include "insight/link.h"

#include <glib.h>

G_BEGIN_DECLS

/* A longer name is shortened, with a digest of the whole behind it. */
#define TLSRPT_SLUG_BYTES_MAX TLSRPT_LINK_NAME_BYTES_MAX

/**
 * tlsrpt_slug:
 * @name: a name of a domain, host or reporter, which may be any UTF-8
 *
 * A lower-case domain name is its own file name. Any other name has what is neither a letter, a digit,
 * `-`, `_` nor a single `.` replaced, is cut, and ends in `~` and a digest, so that two names never have
 * one file, not even where a file system knows no case.
 *
 * Returns: (transfer full): at most %TLSRPT_SLUG_BYTES_MAX bytes that neither leave their folder nor
 *   need escaping in a link, without a suffix
 */
char *tlsrpt_slug (const char *name);

G_END_DECLS
