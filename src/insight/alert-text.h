/* SPDX-License-Identifier: GPL-3.0-or-later
 * An alert to what a person or a monitoring system reads. */
#pragma once

#include "insight/alert.h"

#include <glib.h>

G_BEGIN_DECLS

/** tlsrpt_alert_text_status: 0 OK, 1 warning, 2 critical, 3 unknown, as monitoring plugins have it */
int tlsrpt_alert_text_status (const TlsrptAlert *alert);

/** tlsrpt_alert_text_name: (transfer none): the status in a word, in capitals */
const char *tlsrpt_alert_text_name (const TlsrptAlert *alert);

/** tlsrpt_alert_text_line: (transfer full): the status in one line, with performance data */
char *tlsrpt_alert_text_line (const TlsrptAlert *alert);

/** tlsrpt_alert_text_summary: (transfer full): what happened and how much is open, in one line */
char *tlsrpt_alert_text_summary (const TlsrptAlert *alert);

/** tlsrpt_alert_text_subject: (transfer full): status and summary, for the subject of a mail */
char *tlsrpt_alert_text_subject (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_text:
 * @alert: an alert
 *
 * Returns: (transfer full): the events for a person, as lines that may follow those of a plugin: no bar
 *   is in them; "" without any
 */
char *tlsrpt_alert_text (const TlsrptAlert *alert);

/** tlsrpt_alert_text_mail: (transfer full): the events with what to do, and what is open, for a mail */
char *tlsrpt_alert_text_mail (const TlsrptAlert *alert);

/** tlsrpt_alert_text_kinds: (transfer full): what happened to an incident, as `opened and closed` */
char *tlsrpt_alert_text_kinds (guint kinds);

G_END_DECLS
