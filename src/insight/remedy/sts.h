/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings of MTA-STS: its record, policy host, policy, and MX hosts that it does not name. */
#pragma once

#include "insight/remedy/entry.h"

G_BEGIN_DECLS

/**
 * tlsrpt_sts_entries:
 * @n: (out): how many
 *
 * Returns: (array length=n) (transfer none): the table
 */
const TlsrptRemedyEntry *tlsrpt_sts_entries (guint *n);

G_END_DECLS
