/* SPDX-License-Identifier: GPL-3.0-or-later
 * Failure details as arrays, a column each. A report's own insert decides for its details: by the
 * common table expression of one statement, or by the transaction that its row bears. */
#include "store/failure-rows.h"

/* More than these are sent by themselves. Past a few thousand, larger statements are no faster. */
#define SLICE_DETAILS 4096u
#define SLICE_BYTES (1024u * 1024)

typedef enum {
  REPORT_UID,
  POLICY_NO,
  FAILURE_NO,
  RESULT_TYPE,
  SENDING_MTA_IP,
  SENDING_MTA_IP_TEXT,
  RECEIVING_MX_HOSTNAME,
  RECEIVING_MX_HELO,
  RECEIVING_IP,
  RECEIVING_IP_TEXT,
  FAILED_SESSION_COUNT,
  ADDITIONAL_INFORMATION,
  FAILURE_REASON_CODE,
  EXTRA,
} Column;

G_STATIC_ASSERT (EXTRA + 1 == TLSRPT_FAILURE_COLUMNS);

static const TlsrptArrayType *const column_types[TLSRPT_FAILURE_COLUMNS] = {
  [REPORT_UID] = &tlsrpt_array_uuid,
  [POLICY_NO] = &tlsrpt_array_int4,
  [FAILURE_NO] = &tlsrpt_array_int4,
  [RESULT_TYPE] = &tlsrpt_array_text,
  [SENDING_MTA_IP] = &tlsrpt_array_inet,
  [SENDING_MTA_IP_TEXT] = &tlsrpt_array_text,
  [RECEIVING_MX_HOSTNAME] = &tlsrpt_array_text,
  [RECEIVING_MX_HELO] = &tlsrpt_array_text,
  [RECEIVING_IP] = &tlsrpt_array_inet,
  [RECEIVING_IP_TEXT] = &tlsrpt_array_text,
  [FAILED_SESSION_COUNT] = &tlsrpt_array_int8,
  [ADDITIONAL_INFORMATION] = &tlsrpt_array_text,
  [FAILURE_REASON_CODE] = &tlsrpt_array_text,
  [EXTRA] = &tlsrpt_array_text,
};

/* clang-format off */
#define COLUMN_NAMES                                                                    \
  "(report_uid, policy_no, failure_no, result_type, sending_mta_ip, "                   \
  "sending_mta_ip_text, receiving_mx_hostname, receiving_mx_helo, receiving_ip, "       \
  "receiving_ip_text, failed_session_count, additional_information, "                   \
  "failure_reason_code, extra) "
static const char insert[] =
    "INSERT INTO tlsrpt.failure " COLUMN_NAMES
    "SELECT v.report_uid, v.policy_no, v.failure_no, v.result_type, v.sending_mta_ip, "
    "v.sending_mta_ip_text, v.receiving_mx_hostname, v.receiving_mx_helo, v.receiving_ip, "
    "v.receiving_ip_text, v.failed_session_count, v.additional_information, "
    "v.failure_reason_code, v.extra::jsonb FROM unnest(";
static const char if_report_is_new[] =
    "WHERE (SELECT r.xmin = pg_catalog.pg_current_xact_id_if_assigned()::xid "
    "FROM tlsrpt.report r WHERE r.report_uid = $1[1])";
/* clang-format on */

void
tlsrpt_failure_rows_init (TlsrptFailureRows *rows)
{
  for (guint i = 0; i < TLSRPT_FAILURE_COLUMNS; i++)
    tlsrpt_array_init (&rows->columns[i], column_types[i]);
}

void
tlsrpt_failure_rows_clear (TlsrptFailureRows *rows)
{
  for (guint i = 0; i < TLSRPT_FAILURE_COLUMNS; i++)
    tlsrpt_array_clear (&rows->columns[i]);
}

guint
tlsrpt_failure_rows_length (const TlsrptFailureRows *rows)
{
  return rows->columns[REPORT_UID].length;
}

static void
add_text (TlsrptFailureRows *rows, Column column, const char *text)
{
  tlsrpt_array_add_text (&rows->columns[column], text);
}

/* What is no address is kept as text beside it. */
static void
add_address (TlsrptFailureRows *rows, Column address, Column text, const char *sent)
{
  gboolean is_address = tlsrpt_array_add_address (&rows->columns[address], sent);

  add_text (rows, text, is_address ? NULL : sent);
}

void
tlsrpt_failure_rows_add (TlsrptFailureRows *rows, const TlsrptFailure *failure,
                         const guint8 uid[TLSRPT_UID_BYTES], guint policy_no, guint failure_no)
{
  tlsrpt_array_add_bytes (&rows->columns[REPORT_UID], uid, TLSRPT_UID_BYTES);
  tlsrpt_array_add_int4 (&rows->columns[POLICY_NO], (gint32)policy_no);
  tlsrpt_array_add_int4 (&rows->columns[FAILURE_NO], (gint32)failure_no);
  add_text (rows, RESULT_TYPE, failure->result_type);
  add_address (rows, SENDING_MTA_IP, SENDING_MTA_IP_TEXT, failure->sending_mta_ip);
  add_text (rows, RECEIVING_MX_HOSTNAME, failure->receiving_mx_hostname);
  add_text (rows, RECEIVING_MX_HELO, failure->receiving_mx_helo);
  add_address (rows, RECEIVING_IP, RECEIVING_IP_TEXT, failure->receiving_ip);
  tlsrpt_array_add_int8 (&rows->columns[FAILED_SESSION_COUNT], failure->failed_session_count);
  add_text (rows, ADDITIONAL_INFORMATION, failure->additional_information);
  add_text (rows, FAILURE_REASON_CODE, failure->failure_reason_code);
  add_text (rows, EXTRA, failure->extra);
}

char *
tlsrpt_failure_rows_insert (guint first)
{
  GString *statement = g_string_new (insert);

  for (guint i = 0; i < TLSRPT_FAILURE_COLUMNS; i++)
    g_string_append_printf (statement, i > 0 ? ", $%u" : "$%u", first + i);
  g_string_append (statement, ") AS v " COLUMN_NAMES);
  return g_string_free (statement, FALSE);
}

void
tlsrpt_failure_rows_params (TlsrptFailureRows *rows, TlsrptPgParam params[TLSRPT_FAILURE_COLUMNS])
{
  for (guint i = 0; i < TLSRPT_FAILURE_COLUMNS; i++)
    params[i] = tlsrpt_array_param (&rows->columns[i]);
}

gboolean
tlsrpt_failure_is_sliced (const TlsrptReport *report)
{
  guint64 details = 0;

  for (guint i = 0; i < report->policies->len; i++)
    details += tlsrpt_report_policy (report, i)->failures->len;
  return details > SLICE_DETAILS;
}

static gboolean
is_full (const TlsrptFailureRows *rows)
{
  gsize bytes = 0;

  for (guint i = 0; i < TLSRPT_FAILURE_COLUMNS; i++)
    bytes += rows->columns[i].bytes->len;
  return bytes >= SLICE_BYTES || tlsrpt_failure_rows_length (rows) >= SLICE_DETAILS;
}

static gboolean
send_slice (TlsrptPg *pg, TlsrptFailureRows *rows, const char *statement, GError **error)
{
  TlsrptPgParam params[TLSRPT_FAILURE_COLUMNS];
  gboolean sent;

  if (tlsrpt_failure_rows_length (rows) == 0)
    return TRUE;
  tlsrpt_failure_rows_params (rows, params);
  sent = tlsrpt_pg_send (pg, statement, TLSRPT_FAILURE_COLUMNS, params, error);
  tlsrpt_failure_rows_clear (rows);
  tlsrpt_failure_rows_init (rows);
  return sent;
}

gboolean
tlsrpt_failure_send_slices (TlsrptPg *pg, const TlsrptReport *report,
                            const guint8 uid[TLSRPT_UID_BYTES], GError **error)
{
  g_autofree char *rows_of_arrays = tlsrpt_failure_rows_insert (1);
  g_autofree char *statement = g_strconcat (rows_of_arrays, if_report_is_new, NULL);
  g_auto (TlsrptFailureRows) slice;

  tlsrpt_failure_rows_init (&slice);
  for (guint i = 0; i < report->policies->len; i++) {
    const TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    for (guint j = 0; j < policy->failures->len; j++) {
      tlsrpt_failure_rows_add (&slice, tlsrpt_policy_failure (policy, j), uid, i, j);
      if (is_full (&slice) && !send_slice (pg, &slice, statement, error))
        return FALSE;
    }
  }
  return send_slice (pg, &slice, statement, error);
}
