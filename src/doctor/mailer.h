/* SPDX-License-Identifier: GPL-3.0-or-later
 * The mail system and the timers of this machine, as far as reports need them: what its own programs and
 * files say. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_mailer_judge_address:
 * @address: a mail address for reports
 * @postfix_folder: (nullable): where `postconf` and `postmap` are; %NULL for /usr/sbin
 * @looks: (element-type TlsrptLook): findings are added here
 *
 * Asks the tables of Postfix, if it is there, for the address, its domain, and its local part where the
 * domain is a local one, and says which transport it has. Nothing is sent.
 */
void tlsrpt_mailer_judge_address (const char *address, const char *postfix_folder,
                                  GPtrArray *looks);

/**
 * tlsrpt_mailer_judge_timers:
 * @folders: (array zero-terminated=1): files, and folders of files, of cron and systemd
 * @looks: (element-type TlsrptLook): findings are added here
 *
 * Whether a line of cron or a unit of systemd runs alert, digest, prune and doctor --record.
 */
void tlsrpt_mailer_judge_timers (const char *const *folders, GPtrArray *looks);

/** tlsrpt_mailer_timer_folders: (array zero-terminated=1): those of Debian */
extern const char *const tlsrpt_mailer_timer_folders[];

G_END_DECLS
