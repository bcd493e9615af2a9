/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports in a word a number, for tables of what counts. */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * told_report:
 * @text: parts separated by "; ". A policy is `TYPE DOMAIN SUCCESSFUL FAILED [MODE]`, the domain with
 *   `=MX-HOST,MX-HOST` behind it where the report has some, then its details,
 *   `RESULT-TYPE@MX SESSIONS`; `-` is what is not said, a `!` before the type a foreign policy. `header
 *   DOMAIN` is what the mail names
 *
 * Returns: (transfer full): the report, without name and period
 */
TlsrptReport *told_report (const char *text);

G_END_DECLS
