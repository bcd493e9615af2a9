/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns of tlsrpt.incident_member. */
#include "insight/member-row.h"

#define AT(member) .offset = G_STRUCT_OFFSET (TlsrptMemberRow, member)

static const TlsrptColumn columns[] = {
  { "incident_no", &tlsrpt_array_int8, AT (incident_no) },
  { "day", &tlsrpt_array_date, AT (day), .sql = "day - date '1970-01-01'" },
  { "reporter_domain", &tlsrpt_array_text, AT (reporter_domain) },
  { "mail_domain", &tlsrpt_array_text, AT (mail_domain) },
  { "policy_domain", &tlsrpt_array_text, AT (policy_domain) },
  { "policy_type", &tlsrpt_array_text, AT (policy_type) },
  { "result_type", &tlsrpt_array_text, AT (result_type) },
  { "receiving_mx", &tlsrpt_array_text, AT (receiving_mx) },
  { "failed_sessions", &tlsrpt_array_int8, AT (failed_sessions) },
};

const TlsrptRelation tlsrpt_member_row_relation =
    TLSRPT_RELATION ("tlsrpt.incident_member", columns);
