/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which reports of a decoded message may be stored. */
#pragma once

#include "core/accept.h"
#include "core/item.h"
#include "core/trust/dkim.h"
#include "dns.h"
#include "settings.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_judge:
 * @item: a decoded message or document
 * @dkim: (nullable): its signatures, of tlsrpt_authenticity_ask()
 * @dns: (nullable): where their keys were asked for
 * @settings: settings
 *
 * Takes out what is refused: reports on days that cannot be (%TLSRPT_ERROR_INVALID), what
 * tlsrpt_authenticity_judge() refuses, and, unless the database has to be asked, what
 * tlsrpt_judge_domains() refuses.
 */
void tlsrpt_judge (TlsrptItem *item, TlsrptDkim *dkim, TlsrptDns *dns,
                   const TlsrptSettings *settings);

/**
 * tlsrpt_judge_domains:
 * @item: a decoded message or document
 * @listed: (nullable): domains whose reports are accepted
 * @in_table: (nullable): more of them, out of the database
 *
 * Refuses a report on none of these domains (%TLSRPT_ERROR_FOREIGN). In a report that is on one of
 * them, policies that are not are marked as foreign.
 */
void tlsrpt_judge_domains (TlsrptItem *item, const TlsrptAccept *listed,
                           const TlsrptAccept *in_table);

/**
 * tlsrpt_judge_recipient:
 * @item: a decoded message
 * @recipient: (nullable): envelope recipient, as the mail system passed it on
 *
 * Where @recipient is `local+DOMAIN@host` with a domain of two labels or more, a report that has this
 * domain neither in a policy nor as its report domain is refused (%TLSRPT_ERROR_FOREIGN).
 */
void tlsrpt_judge_recipient (TlsrptItem *item, const char *recipient);

G_END_DECLS
