/* SPDX-License-Identifier: GPL-3.0-or-later
 * File names (RFC 8460 section 5.1) and Subject lines (section 5.3) to the names in them. Refuses
 * what does not follow the grammar, as a whole: no guessing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_grammar_file_name:
 * @file_name: UTF-8, without folders
 * @submitter: (out) (transfer full): first field
 * @domain: (out) (transfer full): second field, the policy domain
 *
 * `submitter!policy-domain!begin!end[!unique-id].json[.gz]`, begin and end in seconds since 1970.
 *
 * Returns: %TRUE if @file_name follows the grammar; only then the outputs are set
 */
gboolean tlsrpt_grammar_file_name (const char *file_name, char **submitter, char **domain);

/**
 * tlsrpt_grammar_subject:
 * @subject: UTF-8, decoded and unfolded
 * @domain: (out) (transfer full): after `Report Domain:`
 * @submitter: (out) (transfer full): after `Submitter:`
 * @report_id: (out) (transfer full): after `Report-ID:`, without angle brackets
 *
 * `Report Domain: D Submitter: S Report-ID: <ID>`, anywhere in @subject: forwarders put words before.
 *
 * Returns: %TRUE if @subject has all three; only then the outputs are set
 */
gboolean tlsrpt_grammar_subject (const char *subject, char **domain, char **submitter,
                                 char **report_id);

G_END_DECLS
