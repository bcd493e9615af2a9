/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of tlsrpt.incident_member, as they are written and read: one table of columns. */
#pragma once

#include "pg/columns.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptMemberRow:
 * @incident_no: the incident
 * @day: day of failure, in days since 1970
 * @reporter_domain: who saw it
 * @mail_domain: mail domain
 * @policy_domain: policy domain
 * @policy_type: policy that was applied, one of tlsrpt_mechanism_names
 * @result_type: result type as sent; "" where there is none
 * @receiving_mx: MX host; "" where none is named
 * @failed_sessions: failed sessions
 *
 * A #TlsrptMember with the number of its incident.
 */
typedef struct {
  gint64 incident_no;
  gint32 day;
  const char *reporter_domain;
  const char *mail_domain;
  const char *policy_domain;
  const char *policy_type;
  const char *result_type;
  const char *receiving_mx;
  gint64 failed_sessions;
} TlsrptMemberRow;

/** tlsrpt_member_row_relation: the columns of a #TlsrptMemberRow */
extern const TlsrptRelation tlsrpt_member_row_relation;

G_END_DECLS
