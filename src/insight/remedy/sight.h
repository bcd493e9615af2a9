/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings of doctor, where no session has failed yet. */
#pragma once

#include "insight/remedy/entry.h"

G_BEGIN_DECLS

/**
 * tlsrpt_sight_entries:
 * @n: (out): how many
 *
 * Returns: (array length=n) (transfer none): the table
 */
const TlsrptRemedyEntry *tlsrpt_sight_entries (guint *n);

G_END_DECLS
