/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message or document on its way to the store: decoded, judged, with what is refused of it. */
#pragma once

#include "core/decode.h"
#include "core/archive/source.h"
#include "core/trust/dkim.h"
#include "dns.h"
#include "settings.h"
#include "store/store.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptIntake:
 * @decoded: what the message holds, without the reports that were refused; the first refusal is told
 * @item: the same, for the store
 * @dkim: (nullable): its signatures, where they are verified here
 * @deferral: (nullable): why it is too early to judge: see tlsrpt_intake_check_keys()
 * @settings: settings, not owned
 */
typedef struct {
  TlsrptDecoded *decoded;
  TlsrptBatchItem *item;
  TlsrptDkim *dkim;
  GError *deferral;
  const TlsrptSettings *settings;
} TlsrptIntake;

/**
 * tlsrpt_intake_ask:
 * @source_item: a message or document
 * @dns: (nullable): where keys are looked up; %NULL: signatures are not verified here
 *
 * Reads the signatures of a message and begins to look up their keys, which then come in while it is
 * decoded and the database connects.
 *
 * Returns: (transfer full) (nullable): the signatures; %NULL where there is nothing to verify
 */
TlsrptDkim *tlsrpt_intake_ask (const TlsrptSourceItem *source_item, TlsrptDns *dns);

/**
 * tlsrpt_intake_new:
 * @source_item: a message or document
 * @envelope_sender: (nullable): as the mail system told
 * @dkim: (nullable) (transfer full): its signatures, by tlsrpt_intake_ask()
 * @settings: settings; outlive the intake
 *
 * Decodes; nothing is judged yet.
 *
 * Returns: (transfer full): what becomes of it
 */
TlsrptIntake *tlsrpt_intake_new (const TlsrptSourceItem *source_item, const char *envelope_sender,
                                 TlsrptDkim *dkim, const TlsrptSettings *settings);

/**
 * tlsrpt_intake_judge:
 * @intake: a decoded message or document
 * @dns: (nullable): what tlsrpt_intake_ask() was given
 *
 * Judges who sent it, waiting for keys that have not come, and on whose domains it is. Refused are a
 * report without a valid DKIM signature of the reporting domain where tlsrpt_settings_demand_dkim() says
 * so (%TLSRPT_ERROR_UNAUTHENTIC), but for a bare document, which the operator hands in; and a report on
 * none of `accept-domains` (%TLSRPT_ERROR_FOREIGN), unless the database has to be asked:
 * tlsrpt_intake_store(). Policies that are foreign in a report that is not are marked.
 */
void tlsrpt_intake_judge (TlsrptIntake *intake, TlsrptDns *dns);

/**
 * tlsrpt_intake_check_keys:
 * @intake: a judged message
 * @error: return location
 *
 * Whether a report was refused for want of a key that could not be looked up now, and the setting
 * `dkim-temperror` is `defer`: it may be right in an hour.
 *
 * Errors: %TLSRPT_ERROR_TEMPORARY.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_intake_check_keys (const TlsrptIntake *intake, GError **error);

/**
 * tlsrpt_intake_new_refused:
 * @source_item: a message
 * @envelope_sender: (nullable): as the mail system told
 * @refusal: why it is not decoded, the message's fault
 * @settings: settings; outlive the intake
 *
 * Returns: (transfer full): @source_item, not looked into, on its way to quarantine, or to nowhere
 *   where refused mail is not to be kept
 */
TlsrptIntake *tlsrpt_intake_new_refused (const TlsrptSourceItem *source_item,
                                         const char *envelope_sender, const GError *refusal,
                                         const TlsrptSettings *settings);

void tlsrpt_intake_free (TlsrptIntake *intake);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptIntake, tlsrpt_intake_free)

/**
 * tlsrpt_intake_check_recipient:
 * @intake: a message
 * @recipient: (nullable): envelope recipient, as the mail system told
 *
 * Where @recipient is `local+DOMAIN@host` with a domain of two labels or more, a report that has this
 * domain neither in a policy nor as its report domain is refused (%TLSRPT_ERROR_FOREIGN).
 */
void tlsrpt_intake_check_recipient (TlsrptIntake *intake, const char *recipient);

/**
 * tlsrpt_intake_is_for_store:
 * @intake: a message, judged
 *
 * Returns: whether it has reports, or goes to quarantine
 */
gboolean tlsrpt_intake_is_for_store (const TlsrptIntake *intake);

/**
 * tlsrpt_intake_store:
 * @intakes: (element-type TlsrptIntake): messages, judged
 * @store: a store
 * @error: return location
 *
 * Asks table accepted_domain where `accept-domains-table` says so, in one query for all of @intakes, and
 * stores what each comes to: the one way into the database for deliver, replay and retry.
 *
 * Errors: as tlsrpt_store_find_accepted() and tlsrpt_store_put().
 *
 * Returns: %TRUE with the `outcomes` of what was stored set, or %FALSE with @error set
 */
gboolean tlsrpt_intake_store (GPtrArray *intakes, TlsrptStore *store, GError **error);

/**
 * tlsrpt_intake_decode:
 * @source_item: a message or document
 * @limits: caps
 *
 * Decodes by kind; one that was cut at the cap is refused for that.
 *
 * Returns: (transfer full): what it holds
 */
TlsrptDecoded *tlsrpt_intake_decode (const TlsrptSourceItem *source_item,
                                     const TlsrptLimits *limits);

/**
 * tlsrpt_intake_new_store:
 * @settings: settings
 * @run_deadline: g_get_monotonic_time() value for the whole run, or 0: each batch has its own
 *
 * Returns: (transfer full): the store that @settings name, not connected yet
 */
TlsrptStore *tlsrpt_intake_new_store (const TlsrptSettings *settings, gint64 run_deadline);

/**
 * tlsrpt_intake_open_store:
 * @settings: settings
 * @error: return location
 *
 * Errors: as tlsrpt_store_connect().
 *
 * Returns: (transfer full): the store that @settings name, each batch with a deadline of its own
 */
TlsrptStore *tlsrpt_intake_open_store (const TlsrptSettings *settings, GError **error);

G_END_DECLS
