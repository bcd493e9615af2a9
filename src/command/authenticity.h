/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who sent a message: its DKIM signatures, verified here, and what the operator's own service said. */
#pragma once

#include "core/item.h"
#include "core/trust/dkim.h"
#include "dns.h"
#include "settings.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_authenticity_ask:
 * @item: a message or document
 * @dns: (nullable): where keys are looked up; %NULL: signatures are not verified here
 *
 * Reads the signatures of a message and begins to look up their keys, which then come in while it is
 * decoded and the database connects.
 *
 * Returns: (transfer full) (nullable): the signatures; %NULL where there is nothing to verify
 */
TlsrptDkim *tlsrpt_authenticity_ask (const TlsrptItem *item, TlsrptDns *dns);

/**
 * tlsrpt_authenticity_judge:
 * @item: a decoded message or document
 * @dkim: (nullable): its signatures, of tlsrpt_authenticity_ask()
 * @dns: (nullable): where their keys were asked for
 * @settings: settings
 *
 * Waits for keys that have not come, and sets the trust of each report and the domain that vouches for
 * the message. A report without a valid DKIM signature of the reporting domain is refused
 * (%TLSRPT_ERROR_UNAUTHENTIC) where tlsrpt_settings_demand_dkim() says so, but for a document, which
 * the operator hands in. Where a key could not be looked up now and `dkim-temperror` is `defer`, the
 * deferral is set (%TLSRPT_ERROR_TEMPORARY).
 */
void tlsrpt_authenticity_judge (TlsrptItem *item, TlsrptDkim *dkim, TlsrptDns *dns,
                                const TlsrptSettings *settings);

G_END_DECLS
