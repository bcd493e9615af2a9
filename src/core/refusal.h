/* SPDX-License-Identifier: GPL-3.0-or-later
 * Why a message is in quarantine, in words for people: what an operator can look at where it should not
 * be there. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_refusal_advice:
 * @reason: as in the table quarantine
 * @cause: (nullable): for `unauthentic`, what tlsrpt_trust_cause() said
 *
 * Returns: (transfer none) (nullable): what to look at, the settings by name; %NULL for a reason that this
 *   version does not give
 */
const char *tlsrpt_refusal_advice (const char *reason, const char *cause);

/**
 * tlsrpt_refusal_text:
 * @messages: how many
 * @reason: as in the table quarantine
 * @cause: (nullable): as above
 *
 * Returns: (transfer full): `3 unauthentic, altered (see gateway-domains ...)`
 */
char *tlsrpt_refusal_text (guint64 messages, const char *reason, const char *cause);

G_END_DECLS
