/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facts to incidents: one look at some weeks, without memory, clock or database. */
#pragma once

#include "insight/fact.h"
#include "insight/found.h"
#include "core/threshold.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_engine_judge:
 * @facts: facts of the window; sorted on return
 * @today: the day it is, in days since 1970; what is of later days is left out
 * @thresholds: thresholds
 *
 * Returns: (transfer full) (element-type TlsrptFound): incidents, minor ones too, in one order that
 *   depends on the facts alone; their words belong to @facts
 */
GPtrArray *tlsrpt_engine_judge (TlsrptFacts *facts, gint32 today,
                                const TlsrptThresholds *thresholds);

G_END_DECLS
