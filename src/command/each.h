/* SPDX-License-Identifier: GPL-3.0-or-later
 * A mail for each contact of a domain: the events are handed to sendmail and then noted as sent, one contact after
 * the other. A mail that is not accepted keeps no other from being sent, and is offered again by the next run. */
#pragma once

#include "insight/alert.h"
#include "insight/period.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptEach:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @from: (nullable): address that mails are from; %NULL for that of each recipient
 * @dry_run: whether mails are printed, and nothing is noted
 */
typedef struct {
  TlsrptPg *pg;
  const char *from;
  gboolean dry_run;
} TlsrptEach;

/**
 * tlsrpt_each_alert:
 * @each: how to send
 * @options: which events; its channel and contact are not read
 * @error: return location
 *
 * Mails to each address of domain_contact the events of incidents that touch its domains.
 *
 * Errors: as tlsrpt_pg_query(); %TLSRPT_ERROR_TEMPORARY if a mail was not accepted, after the others were sent.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_each_alert (const TlsrptEach *each, const TlsrptAlertOptions *options,
                            GError **error);

/**
 * tlsrpt_each_digest:
 * @each: how to send
 * @period: days
 * @thresholds: what incidents are judged by
 * @error: return location
 *
 * Mails to each address of domain_contact a digest of each of its domains, once for each period.
 *
 * Errors: as tlsrpt_each_alert().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_each_digest (const TlsrptEach *each, const TlsrptPeriod *period,
                             const TlsrptThresholds *thresholds, GError **error);

G_END_DECLS
