/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages out of quarantine to rows, one at a time: decoded and judged as if they came in today,
 * stored, then removed. Refuses to touch what was cut. */
#include "command/intake.h"
#include "command/quarantine.h"

#include <string.h>

#define PAGE "200"
#define FIRST_UID "00000000-0000-0000-0000-000000000000"

typedef struct {
  TlsrptPg *pg;
  TlsrptStore *store;
  const TlsrptSettings *settings;
  guint64 released;
  guint64 kept;
  guint64 cut;
} Retry;

/* Archives of documents fill quarantine too, and nothing else tells them from mails: a header field's
 * name holds none of these bytes. */
static TlsrptSourceKind
kind_of (const guchar *raw, gsize length)
{
  static const guchar mark[] = { 0xef, 0xbb, 0xbf };
  gsize i = length >= 3 && memcmp (raw, mark, sizeof mark) == 0 ? 3 : 0;

  if (length >= 2 && ((raw[0] == 0x1f && raw[1] == 0x8b) || (raw[0] == 0x78 && raw[1] >= 0x80)))
    return TLSRPT_SOURCE_DOCUMENT;
  while (i < length && g_ascii_isspace (raw[i]))
    i++;
  return i < length && (raw[i] == '{' || raw[i] == '[') ? TLSRPT_SOURCE_DOCUMENT
                                                        : TLSRPT_SOURCE_MESSAGE;
}

static GBytes *
raw_of (const PGresult *entry)
{
  size_t length;
  guchar *raw = PQunescapeBytea ((const guchar *)PQgetvalue (entry, 0, 0), &length);

  return g_bytes_new_with_free_func (raw, length, (GDestroyNotify)PQfreemem, raw);
}

/* Why it stays, if it does: its own refusal, else what the store made of one of its reports. */
static GError *
refusal_of (const TlsrptIntake *intake)
{
  const GArray *outcomes = intake->item->outcomes;

  if (intake->decoded->refusal != NULL)
    return g_error_copy (intake->decoded->refusal);
  for (guint i = 0; i < outcomes->len; i++) {
    TlsrptOutcome outcome = g_array_index (outcomes, TlsrptOutcome, i);

    if (outcome == TLSRPT_OUTCOME_CONFLICT)
      return g_error_new_literal (
          TLSRPT_ERROR, TLSRPT_ERROR_CONFLICT,
          "store: a stored report has the same identity and another document");
    if (outcome == TLSRPT_OUTCOME_QUARANTINED)
      return g_error_new_literal (TLSRPT_ERROR, TLSRPT_ERROR_REFUSED_VALUE,
                                  "store: the server refused a value");
  }
  return NULL;
}

static gboolean
store_reports (Retry *retry, TlsrptIntake *intake, GError **error)
{
  g_autoptr (GPtrArray) intakes = g_ptr_array_new ();
  g_autoptr (GPtrArray) batch = g_ptr_array_new ();

  g_ptr_array_add (intakes, intake);
  if (!tlsrpt_intake_accept_by_table (intakes, retry->store, error))
    return FALSE;
  /* It is in quarantine already. */
  g_clear_pointer (&intake->item->refused, tlsrpt_refused_free);
  if (intake->item->reports->len == 0)
    return TRUE;
  g_ptr_array_add (batch, intake->item);
  return tlsrpt_store_put (retry->store, batch, error);
}

static gboolean
settle (Retry *retry, const char *uid, TlsrptIntake *intake, GError **error)
{
  g_autoptr (GError) refusal = refusal_of (intake);
  g_autoptr (PGresult) done = NULL;

  if (refusal == NULL) {
    done = tlsrpt_pg_query_text (retry->pg,
                                 "DELETE FROM tlsrpt.quarantine WHERE quarantine_uid = $1::uuid",
                                 error, uid, TLSRPT_PG_END);
    retry->released += done != NULL;
  } else {
    g_autoptr (TlsrptRefused) refused =
        tlsrpt_refused_new (intake->item->raw, refusal, intake->decoded->envelope, NULL);
    g_autofree char *detail = g_utf8_make_valid (refused->detail, -1);

    done = tlsrpt_pg_query_text (
        retry->pg,
        "UPDATE tlsrpt.quarantine SET reason = $2, stage = $3, detail = left($4, 1000)"
        " WHERE quarantine_uid = $1::uuid AND (reason, stage, detail) <> ($2, $3, left($4, 1000))",
        error, uid, tlsrpt_error_reason (refused->reason), refused->stage, detail, TLSRPT_PG_END);
    retry->kept += done != NULL;
  }
  return done != NULL;
}

static gboolean
retry_one (Retry *retry, const char *uid, GError **error)
{
  g_autoptr (PGresult) entry = NULL;
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (TlsrptIntake) intake = NULL;
  TlsrptSourceItem source_item = { .path = (char *)"quarantine" };

  tlsrpt_pg_set_deadline (retry->pg, g_get_monotonic_time () +
                                         (gint64)retry->settings->deadline * G_TIME_SPAN_SECOND);
  entry = tlsrpt_pg_query_text (retry->pg,
                                "SELECT raw, envelope_sender, is_truncated FROM tlsrpt.quarantine"
                                " WHERE quarantine_uid = $1::uuid",
                                error, uid, TLSRPT_PG_END);
  if (entry == NULL)
    return FALSE;
  if (PQntuples (entry) == 0) /* another one was faster */
    return TRUE;
  if (*PQgetvalue (entry, 0, 2) == 't') {
    retry->cut++;
    return TRUE;
  }
  raw = raw_of (entry);
  source_item.bytes = raw;
  source_item.kind = kind_of (g_bytes_get_data (raw, NULL), g_bytes_get_size (raw));
  intake = tlsrpt_intake_new (
      &source_item, PQgetisnull (entry, 0, 1) ? NULL : PQgetvalue (entry, 0, 1), retry->settings);
  return store_reports (retry, intake, error) && settle (retry, uid, intake, error);
}

static gboolean
retry_all (Retry *retry, const TlsrptQuarantineFilter *filter, GError **error)
{
  g_autofree char *last = g_strdup (FIRST_UID);

  for (;;) {
    g_autoptr (PGresult) page = tlsrpt_pg_query_text (
        retry->pg,
        "SELECT quarantine_uid FROM tlsrpt.quarantine WHERE " TLSRPT_QUARANTINE_FILTER
        " AND quarantine_uid > $5::uuid ORDER BY quarantine_uid LIMIT " PAGE,
        error, filter->reason, filter->sender, filter->older_than_days, filter->uids, last,
        TLSRPT_PG_END);

    if (page == NULL)
      return FALSE;
    if (PQntuples (page) == 0)
      return TRUE;
    for (int row = 0; row < PQntuples (page); row++)
      if (!retry_one (retry, PQgetvalue (page, row, 0), error))
        return FALSE;
    g_free (last);
    last = g_strdup (PQgetvalue (page, PQntuples (page) - 1, 0));
  }
}

gboolean
tlsrpt_quarantine_retry (TlsrptPg *pg, const TlsrptSettings *settings,
                         const TlsrptQuarantineFilter *filter, GError **error)
{
  g_autoptr (TlsrptStore) store = tlsrpt_intake_open_store (settings, error);
  Retry retry = { .pg = pg, .store = store, .settings = settings };
  gboolean done = store != NULL && retry_all (&retry, filter, error);

  if (store != NULL)
    g_print ("%" G_GUINT64_FORMAT " released, %" G_GUINT64_FORMAT " kept, %" G_GUINT64_FORMAT
             " cut and not tried\n",
             retry.released, retry.kept, retry.cut);
  return done;
}
