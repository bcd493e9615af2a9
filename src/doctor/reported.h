/* SPDX-License-Identifier: GPL-3.0-or-later
 * What reports say of a domain beside what is live: whether its policy is ready for mode enforce, and
 * whether sending MTAs know the policy that is published. */
#pragma once

#include "doctor/doctor.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptReadiness:
 * @days: days of the window that reports speak of
 * @verified_reporters: reporters whose signature was verified
 * @validated_sessions: sessions that succeeded under the policy
 * @failed_sessions: sessions that failed under it
 * @mx_hosts: MX hosts that the domain has
 * @right_hosts: those of them that were looked at, at each address, and found right
 */
typedef struct {
  guint64 days;
  guint64 verified_reporters;
  guint64 validated_sessions;
  guint64 failed_sessions;
  guint64 mx_hosts;
  guint64 right_hosts;
} TlsrptReadiness;

/* Days before today that readiness is judged by. */
#define TLSRPT_READINESS_WINDOW_DAYS 14

/**
 * tlsrpt_reported_readiness:
 * @readiness: what is known
 * @domain: the domain
 * @looks: (element-type TlsrptLook): one finding is added here: yes, or no with each reason
 */
void tlsrpt_reported_readiness (const TlsrptReadiness *readiness, const char *domain,
                                GPtrArray *looks);

/**
 * tlsrpt_reported_judge:
 * @pg: a connection whose user has role tlsrpt_reader
 * @patient: a domain that was looked at; findings are added to it
 * @error: return location
 *
 * Readiness where the policy is in mode testing, and whether the text of a policy is what sending MTAs saw.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_reported_judge (TlsrptPg *pg, TlsrptPatient *patient, GError **error);

G_END_DECLS
