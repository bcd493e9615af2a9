/* SPDX-License-Identifier: GPL-3.0-or-later
 * What holds for every report that was ever decoded. */
#pragma once

#include "core/report.h"

#include <glib.h>

G_BEGIN_DECLS

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
