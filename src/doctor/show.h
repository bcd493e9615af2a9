/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings to text for people and monitoring systems, and to JSON. */
#pragma once

#include "doctor/finding.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_show_status:
 * @patients: (element-type TlsrptPatient): what was looked at
 *
 * Returns: a monitoring plugin's status: 0 OK, 1 warning, 2 critical, 3 unknown
 */
int tlsrpt_show_status (const GPtrArray *patients);

/**
 * tlsrpt_show_text:
 * @patients: (element-type TlsrptPatient): what was looked at
 * @color: whether a terminal shows colours
 *
 * Returns: (transfer full): the status in one line with performance data, then every finding; no bar is
 *   in the later lines, which monitoring systems read for performance data too
 */
char *tlsrpt_show_text (const GPtrArray *patients, gboolean color);

/**
 * tlsrpt_show_json:
 * @patients: (element-type TlsrptPatient): what was looked at
 *
 * Returns: (transfer full): the same as one JSON object of version 1
 */
char *tlsrpt_show_json (const GPtrArray *patients);

/**
 * tlsrpt_show_unknown_json:
 * @message: why nothing is known, in UTF-8
 *
 * Returns: (transfer full): status UNKNOWN and @message in the form of tlsrpt_show_json()
 */
char *tlsrpt_show_unknown_json (const char *message);

G_END_DECLS
