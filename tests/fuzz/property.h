/* SPDX-License-Identifier: GPL-3.0-or-later
 * What holds for every report that was ever decoded. */
#pragma once

#include "core/limits.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/** Caps so low that a fuzzer's short input passes each of them. */
extern const TlsrptLimits property_narrow;

/**
 * property_assert_refusal:
 * @refusal: why an input was refused
 *
 * Ends the process unless it is the message's fault, and is told in one line `stage: what was found`
 * that a log, a terminal or a bounce may show.
 */
void property_assert_refusal (const GError *refusal);

/**
 * property_assert_narrowed:
 * @narrow: (nullable): why something was refused under lower caps; %NULL if it was not
 * @wide: (nullable): why it was under higher ones
 *
 * Ends the process unless what is within the lower caps is judged alike under both, and what is past
 * them is refused for that.
 */
void property_assert_narrowed (const GError *narrow, const GError *wide);

/**
 * property_assert:
 * @report: a report as decoded
 * @limits: caps it was decoded under
 *
 * Ends the process unless @report, written as RFC 8460 JSON and read again, is equal and has the
 * same key, and every string in it is checked UTF-8.
 */
void property_assert (const TlsrptReport *report, const TlsrptLimits *limits);

G_END_DECLS
