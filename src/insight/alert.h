/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents to events: opened, worsened, closed, each told once. What was told is in the database. */
#pragma once

#include "insight/incident.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptAlertOptions:
 * @today: (nullable): day the views stand on; %NULL for today
 * @domain: (nullable): this policy domain alone, in any spelling
 * @min_sessions: failed sessions that an incident must have
 * @min_share: share of failed sessions that it must have, 0 to 1
 * @min_reporters: senders that must have seen it
 * @enforced_only: only where a policy forbids delivery
 *
 * Silence (`no-reports`) has no sessions and passes every threshold.
 */
typedef struct {
  const char *today;
  const char *domain;
  guint min_sessions;
  double min_share;
  guint min_reporters;
  gboolean enforced_only;
} TlsrptAlertOptions;

/**
 * TlsrptAlertEvent:
 * @event: `opened`, `worsened` or `closed`
 * @incident: what it is about
 */
typedef struct {
  char *event;
  TlsrptIncident *incident;
} TlsrptAlertEvent;

/**
 * TlsrptAlert:
 * @events: (element-type TlsrptAlertEvent): what was not told yet
 * @open: (element-type TlsrptIncident): every incident that is open and over the thresholds
 * @critical: how many of @open are critical
 * @transaction: what remembers the events once it is committed
 */
typedef struct {
  GPtrArray *events;
  GPtrArray *open;
  guint critical;
  TlsrptPgTransaction *transaction;
} TlsrptAlert;

/**
 * tlsrpt_alert_begin:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @options: which incidents
 * @error: return location
 *
 * Finds what is to be told and notes that it was, in a transaction that holds a lock: a second alert
 * waits for the first. Tell the events, then commit; without tlsrpt_alert_commit() they count as not
 * told. Listeners on channel `tlsrpt_incident` hear of each as it is committed. On a day before the one
 * that an alert last stood on, what is known since of an incident stays as it is.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the events, or %NULL with @error set
 */
TlsrptAlert *tlsrpt_alert_begin (TlsrptPg *pg, const TlsrptAlertOptions *options, GError **error);

gboolean tlsrpt_alert_commit (TlsrptAlert *alert, GError **error);

void tlsrpt_alert_free (TlsrptAlert *alert);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptAlert, tlsrpt_alert_free)

/** tlsrpt_alert_status: 0 OK, 1 warning, 2 critical, as monitoring plugins have it */
int tlsrpt_alert_status (const TlsrptAlert *alert);

/** tlsrpt_alert_line: (transfer full): the status in one line, with performance data */
char *tlsrpt_alert_line (const TlsrptAlert *alert);

/** tlsrpt_alert_subject: (transfer full): the status and how many events, for the subject of a mail */
char *tlsrpt_alert_subject (const TlsrptAlert *alert);

/**
 * tlsrpt_alert_text:
 * @alert: an alert
 *
 * Returns: (transfer full): the events for a person, as lines that may follow those of a plugin: no bar
 *   is in them; "" without any
 */
char *tlsrpt_alert_text (const TlsrptAlert *alert);

/** tlsrpt_alert_mail_text: (transfer full): the events with what to do, and what is open, for a mail */
char *tlsrpt_alert_mail_text (const TlsrptAlert *alert);

/** tlsrpt_alert_json: (transfer full): status, open incidents and events as one JSON object */
char *tlsrpt_alert_json (const TlsrptAlert *alert);

/** tlsrpt_alert_unknown_json: (transfer full): status UNKNOWN and why, in UTF-8, as one JSON object */
char *tlsrpt_alert_unknown_json (const char *message);

G_END_DECLS
