/* SPDX-License-Identifier: GPL-3.0-or-later
 * Events of incidents that a channel has not taken yet, and how things stand. */
#pragma once

#include "core/threshold.h"
#include "insight/book.h"
#include "insight/contact.h"
#include "insight/incident.h"
#include "insight/room.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptAlertOptions:
 * @today: the day for which incidents are judged, in days since 1970
 * @channel: name of the channel, as table delivery has it
 * @domain: (nullable): incidents that touch this domain alone, in any spelling
 * @contact: (nullable): incidents that touch its domains alone, read as one who sees nothing else; it gets
 *   no events of the intake. Incidents are taken as they stand
 * @critical_only: whether warnings are left out
 * @thresholds: what incidents are judged by
 */
typedef struct {
  gint32 today;
  const char *channel;
  const char *domain;
  const TlsrptContact *contact;
  gboolean critical_only;
  const TlsrptThresholds *thresholds;
} TlsrptAlertOptions;

/**
 * TlsrptNotice:
 * @incident: an incident
 * @kinds: bit set of 1 << #TlsrptEventKind: what happened to it
 * @numbers: (element-type gint64): numbers of these events
 *
 * One line of a message.
 */
typedef struct {
  TlsrptIncident *incident;
  guint kinds;
  GArray *numbers;
} TlsrptNotice;

/**
 * TlsrptBacklog:
 * @reason: reason of quarantine
 * @cause: (nullable): cause within it
 * @messages: messages of the last 3 days
 *
 * Messages that came into quarantine for one reason and cause (view refusal_count).
 */
typedef struct {
  char *reason;
  char *cause;
  guint64 messages;
} TlsrptBacklog;

/**
 * TlsrptAlert:
 * @notices: (element-type TlsrptNotice): what the channel has not taken, the most severe first
 * @open: (element-type TlsrptIncident): what is open and not held by an operator, the most severe first
 * @critical: how many of @open are critical
 * @held: how many open ones an operator holds
 * @held_worse: how many of these have become worse since
 * @unknown: (nullable): why nothing can be known; %NULL if all is well with the intake
 * @backlog: (element-type TlsrptBacklog): quarantine of the last days
 * @room: what is nearly full
 * @partitions: (nullable): what is wrong with the partitions, and what to do
 * @today: day that it stands on
 * @transaction: what holds the channel
 */
typedef struct {
  GPtrArray *notices;
  GPtrArray *open;
  guint critical;
  guint held;
  guint held_worse;
  char *unknown;
  GPtrArray *backlog;
  TlsrptRoom room;
  char *partitions;
  gint32 today;
  TlsrptPgTransaction *transaction;
} TlsrptAlert;

/**
 * tlsrpt_alert_begin:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @options: which channel and incidents
 * @error: return location
 *
 * Brings incidents up to date, then holds the channel: a second alert to it waits. Hand the notices over,
 * then call tlsrpt_alert_delivered(); without it they are offered again.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): what there is to tell, or %NULL with @error set
 */
TlsrptAlert *tlsrpt_alert_begin (TlsrptPg *pg, const TlsrptAlertOptions *options, GError **error);

/**
 * tlsrpt_alert_delivered:
 * @alert: an alert
 * @pg: its connection
 * @options: its options
 * @error: return location
 *
 * Notes that the channel has taken all events of @alert.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_alert_delivered (TlsrptAlert *alert, TlsrptPg *pg,
                                 const TlsrptAlertOptions *options, GError **error);

/**
 * tlsrpt_alert_free:
 * @alert: (transfer full) (nullable): what to free
 */
void tlsrpt_alert_free (TlsrptAlert *alert);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptAlert, tlsrpt_alert_free)

G_END_DECLS
