/* SPDX-License-Identifier: GPL-3.0-or-later
 * An incident that one reporter alone sees to a mail to that reporter, ready to be sent. */
#pragma once

#include "insight/judgement.h"

G_BEGIN_DECLS

/**
 * tlsrpt_draft_new:
 * @judgement: the incident
 *
 * The mail goes to the first address in `contact-info`, or, where there is none or it takes no mail
 * (`noreply`), to postmaster at the reporter's domain.
 *
 * Returns: (transfer full) (nullable): header and body in UTF-8, lines ended by LF, for `sendmail
 *   -t`; %NULL if there is not exactly one reporter, or its domain is no plain name and it gives
 *   no address. No stranger's word begins a line or reaches the header, but for the checked
 *   address and names.
 */
char *tlsrpt_draft_new (const TlsrptJudgement *judgement);

G_END_DECLS
