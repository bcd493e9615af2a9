/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a failure does to mail, in words. */
#pragma once

#include "insight/judgement.h"
#include "insight/remedy/entry.h"

G_BEGIN_DECLS

/**
 * tlsrpt_effect_text:
 * @effect: kind of failure
 * @judgement: the incident: its effect, mechanisms and modes
 *
 * Returns: (transfer none): whether mail is refused, goes without protection, or is not touched.
 *   It is never said to be refused where the effect is another.
 */
const char *tlsrpt_effect_text (TlsrptRemedyEffect effect, const TlsrptJudgement *judgement);

G_END_DECLS
