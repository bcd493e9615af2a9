/* SPDX-License-Identifier: GPL-3.0-or-later
 * An incident to the entry of the tables that answers it. */
#pragma once

#include "insight/judgement.h"
#include "insight/remedy/entry.h"

G_BEGIN_DECLS

/**
 * tlsrpt_choose_facts:
 * @judgement: an incident
 *
 * Returns: those of #TlsrptRemedyFact that hold
 */
guint tlsrpt_choose_facts (const TlsrptJudgement *judgement);

/**
 * tlsrpt_choose_entry:
 * @judgement: an incident
 *
 * What may be an attack comes before everything. Then its cause; where that leaves it open
 * (`validation-failure`, `unspecified`, `unknown`), reporters' own words. Under DANE alone every
 * word about a certificate means that no TLSA record fits; where mail flows all the same, that
 * the records are unusable (RFC 7672 section 3.1.3).
 *
 * Returns: (transfer none): the entry
 */
const TlsrptRemedyEntry *tlsrpt_choose_entry (const TlsrptJudgement *judgement);

/**
 * tlsrpt_choose_named:
 * @finding: (nullable): a result type, or a name of our own
 *
 * Returns: (transfer none) (nullable): its entry
 */
const TlsrptRemedyEntry *tlsrpt_choose_named (const char *finding);

G_END_DECLS
