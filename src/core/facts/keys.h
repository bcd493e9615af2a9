/* SPDX-License-Identifier: GPL-3.0-or-later
 * All that a report is recognized by. To compute it takes a quarter as long as to decode the report. */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_keys_make:
 * @report: a report with all that is known of it; it is identified here if nobody has done it before
 * @keys: (out caller-allocates): its keys
 */
void tlsrpt_keys_make (TlsrptReport *report, TlsrptKeys *keys);

/**
 * tlsrpt_keys_prepare:
 * @report: as for tlsrpt_keys_make(); nothing of it changes any more but which policies are foreign
 *
 * Sets `report->keys`. A thread that decodes does it, so that the one thread that stores need not.
 */
void tlsrpt_keys_prepare (TlsrptReport *report);

G_END_DECLS
