/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings at an MX host: STARTTLS, its certificate, and failures without a better word. */
#pragma once

#include "insight/remedy/entry.h"

G_BEGIN_DECLS

/**
 * tlsrpt_mx_entries:
 * @n: (out): how many
 *
 * Returns: (array length=n) (transfer none): the table
 */
const TlsrptRemedyEntry *tlsrpt_mx_entries (guint *n);

G_END_DECLS
