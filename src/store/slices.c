/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sends the failure details of one report in statements of a few thousand each. They are stored
 * only if the same transaction stored the report. */
#include "store/slices.h"

#include "store/identity.h"
#include "store/row-key.h"
#include "store/tables.h"

/* More details than this are sent separately. Past a few thousand, larger statements are no
 * faster. */
#define SLICE_DETAILS 4096u
#define SLICE_BYTES (1024u * 1024)
/* Texts of a detail are 64 kB each at most, and seldom 100 bytes. */
#define ROWS_BETWEEN_LOOKS 16u

static const char if_report_is_new[] =
    "WHERE (SELECT r.xmin = pg_catalog.pg_current_xact_id_if_assigned()::xid "
    "FROM tlsrpt.report r WHERE r.report_uid = $1[1])";

gboolean
tlsrpt_slices_are_needed (const TlsrptReport *report)
{
  guint64 details = 0;

  for (guint i = 0; i < report->policies->len; i++)
    details += tlsrpt_report_policy (report, i)->failures->len;
  return details > SLICE_DETAILS;
}

static gboolean
is_full (const TlsrptColumns *slice)
{
  return tlsrpt_columns_bytes (slice) >= SLICE_BYTES ||
         tlsrpt_columns_length (slice) >= SLICE_DETAILS;
}

static gboolean
send_slice (TlsrptPg *pg, TlsrptColumns *slice, const char *statement, gint64 statement_no,
            GError **error)
{
  const TlsrptRelation *relation = slice->relation;
  TlsrptPgParam params[TLSRPT_COLUMNS_MAX];
  gboolean sent;

  if (tlsrpt_columns_length (slice) == 0)
    return TRUE;
  if (statement_no != 0) {
    sent = tlsrpt_identity_send (pg, slice, statement_no, error);
  } else {
    tlsrpt_columns_params (slice, params);
    sent = tlsrpt_pg_send (pg, statement, (int)relation->n_columns, params, error);
  }
  tlsrpt_columns_clear (slice);
  tlsrpt_columns_init (slice, relation);
  return sent;
}

gboolean
tlsrpt_slices_send (TlsrptPg *pg, const TlsrptEntry *entry, gint64 statement_no, GError **error)
{
  g_autofree char *insert = tlsrpt_columns_insert (&tlsrpt_table_failure, 1);
  g_autofree char *statement = g_strconcat (insert, if_report_is_new, NULL);
  g_auto (TlsrptColumns) slice;
  TlsrptRowKey key;

  tlsrpt_row_key_init (&key, entry, FALSE);
  tlsrpt_columns_init (&slice, &tlsrpt_table_failure);
  for (; key.policy_no < entry->report->policies->len; key.policy_no++) {
    guint from = 0;
    gboolean added;

    do {
      added = tlsrpt_row_key_add_failures (&key, &slice, &from, ROWS_BETWEEN_LOOKS);
      if (is_full (&slice) && !send_slice (pg, &slice, statement, statement_no, error))
        return FALSE;
    } while (!added);
  }
  return send_slice (pg, &slice, statement, statement_no, error);
}
