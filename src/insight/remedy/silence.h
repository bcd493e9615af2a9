/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings about reports that do not come. */
#pragma once

#include "insight/remedy/entry.h"

G_BEGIN_DECLS

/**
 * tlsrpt_silence_entries:
 * @n: (out): how many
 *
 * Returns: (array length=n) (transfer none): the table
 */
const TlsrptRemedyEntry *tlsrpt_silence_entries (guint *n);

G_END_DECLS
