/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings of DANE: TLSA records that do not fit, DNSSEC that does not validate. */
#pragma once

#include "insight/remedy/entry.h"

G_BEGIN_DECLS

/**
 * tlsrpt_dane_entries:
 * @n: (out): how many
 *
 * Returns: (array length=n) (transfer none): the table
 */
const TlsrptRemedyEntry *tlsrpt_dane_entries (guint *n);

G_END_DECLS
