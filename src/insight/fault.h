/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whose fault it is, by sessions that can be compared and not by heads. */
#pragma once

#include "insight/compare.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_fault_of:
 * @group: a group
 * @facts: the facts that it is of
 * @compared: (element-type TlsrptCompared): what it is compared with
 * @cause: the word for it
 * @thresholds: thresholds
 *
 * Returns: whose fault it likely is
 */
TlsrptFault tlsrpt_fault_of (const TlsrptGroup *group, const TlsrptFacts *facts,
                             const GArray *compared, const char *cause,
                             const TlsrptThresholds *thresholds);

/**
 * tlsrpt_fault_witness:
 * @compared: (element-type TlsrptCompared): what a group is compared with
 *
 * Returns: (transfer none): the reporter with the most failed sessions
 */
const char *tlsrpt_fault_witness (const GArray *compared);

G_END_DECLS
