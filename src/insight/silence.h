/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports that do not come: from anyone, or from one reporter against its own rhythm. */
#pragma once

#include "insight/fact.h"
#include "core/threshold.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_silence_find:
 * @findings: (element-type TlsrptFound): where to add
 * @facts: facts, sorted
 * @today: the day it is
 * @thresholds: thresholds
 *
 * Adds one finding for the intake each time that nobody reported, and one for each reporter that was
 * silent while others reported.
 */
void tlsrpt_silence_find (GPtrArray *findings, const TlsrptFacts *facts, gint32 today,
                          const TlsrptThresholds *thresholds);

G_END_DECLS
