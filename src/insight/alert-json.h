/* SPDX-License-Identifier: GPL-3.0-or-later
 * An alert to a versioned JSON object. */
#pragma once

#include "insight/alert.h"

#include <glib.h>

G_BEGIN_DECLS

/** Version of the object: a member that goes or changes its meaning makes it another */
#define TLSRPT_ALERT_JSON_VERSION 1

/**
 * tlsrpt_alert_json:
 * @alert: an alert
 *
 * Returns: (transfer full): status, events and open incidents as one JSON object and a newline
 */
char *tlsrpt_alert_json (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_json_unknown:
 * @message: why nothing is known, in UTF-8
 *
 * Returns: (transfer full): status UNKNOWN and @message in the form of tlsrpt_alert_json()
 */
char *tlsrpt_alert_json_unknown (const char *message);

G_END_DECLS
