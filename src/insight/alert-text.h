/* SPDX-License-Identifier: GPL-3.0-or-later
 * An alert to what a person or a monitoring system reads. */
#pragma once

#include "insight/alert.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_alert_text_status:
 * @alert: an alert
 *
 * Returns: a monitoring plugin's status: 0 OK, 1 warning, 2 critical, 3 unknown
 */
int tlsrpt_alert_text_status (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_text_name:
 * @alert: an alert
 *
 * Returns: (transfer none): the status as one word in capitals
 */
const char *tlsrpt_alert_text_name (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_text_line:
 * @alert: an alert
 *
 * Returns: (transfer full): the status in one line, with performance data
 */
char *tlsrpt_alert_text_line (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_text_summary:
 * @alert: an alert
 *
 * Returns: (transfer full): what happened and how much is open, in one line
 */
char *tlsrpt_alert_text_summary (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_text_subject:
 * @alert: an alert
 *
 * Returns: (transfer full): status and summary, for the Subject of a mail
 */
char *tlsrpt_alert_text_subject (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_text:
 * @alert: an alert
 *
 * Returns: (transfer full): the events for a person, as lines that may follow those of a plugin: no bar
 *   is in them; "" without any
 */
char *tlsrpt_alert_text (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_text_mail:
 * @alert: an alert
 *
 * Returns: (transfer full): the events with what to do, and what is open, for a mail
 */
char *tlsrpt_alert_text_mail (const TlsrptAlert *alert);

G_END_DECLS
