/* SPDX-License-Identifier: GPL-3.0-or-later
 * Evidence to rows, in the place of those it gave before. Refuses to lose what decodes no longer. */
#include "command/evidence.h"

#include "command/database.h"
#include "core/decode.h"
#include "core/deviation.h"
#include "core/facts/identity.h"
#include "core/facts/reporter.h"
#include "log.h"
#include "store/replace.h"
#include "store/schema.h"
#include "store/store.h"

#include <string.h>

/* Decoded and replaced together: whichever comes first. */
#define BATCH_REPORTS "200"
#define BATCH_BYTES "16777216"
#define FIRST_UID "00000000-0000-0000-0000-000000000000"

/* What the mail around a document deviates in; the document cannot tell. */
#define OF_MAIL                                                                                    \
  (TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_MEDIA_TYPE) |                                            \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_NOT_AS_LABELLED) |                                       \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_FILE_NAME) |                                             \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_REPORT_DOMAIN_DIFFERS) |                                 \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_SUBMITTER_DIFFERS) |                                     \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_SUBJECT_DIFFERS))

enum {
  UID,
  STORED_AT,
  SUBMITTER,
  REPORT_DOMAIN,
  RECEIVED_AT,
  MESSAGE_ID,
  HEADER_FROM,
  ENVELOPE_SENDER,
  DKIM_RESULT,
  DKIM_DOMAIN,
  DKIM_ALIGNED,
  SPF_RESULT,
  DMARC_RESULT,
  DEVIATION,
  FOREIGN,
  EVIDENCE,
};

/* As many as fit, one at least. */
static const char page_sql[] =
    "SELECT r.report_uid, r.stored_at, r.submitter, r.report_domain,"
    " (extract(epoch FROM r.received_at) * 1000000)::bigint, r.message_id, r.header_from,"
    " r.envelope_sender, r.dkim_result, r.dkim_domain, r.dkim_aligned, r.spf_result,"
    " r.dmarc_result, array_to_string(r.deviation, ' '),"
    " (SELECT string_agg(DISTINCT p.policy_domain, ' ') FROM tlsrpt.policy p"
    "  WHERE p.report_uid = r.report_uid AND p.is_foreign), r.evidence"
    " FROM (SELECT report_uid, sum(octet_length(evidence)) OVER w - octet_length(evidence) AS "
    "before"
    "       FROM (SELECT report_uid, evidence FROM tlsrpt.report"
    "             WHERE report_uid > $1::uuid AND evidence IS NOT NULL"
    "             ORDER BY report_uid LIMIT " BATCH_REPORTS ") AS next_reports"
    "       WINDOW w AS (ORDER BY report_uid)) AS sized"
    " JOIN tlsrpt.report r USING (report_uid)"
    " WHERE before < " BATCH_BYTES " ORDER BY report_uid";

typedef struct {
  TlsrptPg *pg;
  const TlsrptSettings *settings;
  GHashTable *moved;
  guint64 replaced;
  guint64 kept;
} Replay;

static void
replacement_free (gpointer data)
{
  TlsrptReplacement *replacement = data;

  g_free (replacement->old_uid);
  g_free (replacement->stored_at);
  tlsrpt_report_free (replacement->report);
  g_free (replacement);
}

static const char *
value (const PGresult *page, int row, int column)
{
  return PQgetisnull (page, row, column) ? NULL : PQgetvalue (page, row, column);
}

static guint64
deviations_of (const char *names)
{
  g_auto (GStrv) words = g_strsplit (names, " ", -1);
  guint64 deviations = 0;

  for (guint i = 0; i < TLSRPT_N_DEVIATIONS; i++)
    if (g_strv_contains ((const char *const *)words,
                         tlsrpt_deviation_info ((TlsrptDeviation)i)->name))
      deviations |= TLSRPT_DEVIATION_BIT (i);
  return deviations;
}

/* What is not in the document comes from the row that it made before. */
static void
restore_mail (TlsrptReport *report, const PGresult *page, int row)
{
  const char *received = value (page, row, RECEIVED_AT);

  report->submitter = tlsrpt_report_string (report, value (page, row, SUBMITTER));
  report->report_domain = tlsrpt_report_string (report, value (page, row, REPORT_DOMAIN));
  report->message_id = tlsrpt_report_string (report, value (page, row, MESSAGE_ID));
  report->header_from = tlsrpt_report_string (report, value (page, row, HEADER_FROM));
  report->envelope_sender = tlsrpt_report_string (report, value (page, row, ENVELOPE_SENDER));
  report->received_at = received != NULL ? g_ascii_strtoll (received, NULL, 10) : 0;
  report->trust.dkim_result = tlsrpt_report_string (report, value (page, row, DKIM_RESULT));
  report->trust.dkim_domain = tlsrpt_report_string (report, value (page, row, DKIM_DOMAIN));
  report->trust.dkim_aligned = *PQgetvalue (page, row, DKIM_ALIGNED) == 't';
  report->trust.spf_result = tlsrpt_report_string (report, value (page, row, SPF_RESULT));
  report->trust.dmarc_result = tlsrpt_report_string (report, value (page, row, DMARC_RESULT));
  report->deviations = (report->deviations & ~OF_MAIL) |
                       (deviations_of (PQgetvalue (page, row, DEVIATION)) & OF_MAIL);
  tlsrpt_reporter_identify (report);
}

static void
restore_foreign (TlsrptReport *report, const PGresult *page, int row)
{
  g_auto (GStrv) foreign = g_strsplit (PQgetvalue (page, row, FOREIGN), " ", -1);

  for (guint i = 0; i < report->policies->len; i++) {
    TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    policy->foreign = policy->policy_domain != NULL &&
                      g_strv_contains ((const char *const *)foreign, policy->policy_domain);
  }
}

/* A policy without a domain gets the report's, which the decoder takes from a file name too. */
static TlsrptDecoded *
decode (const Replay *replay, const PGresult *page, int row)
{
  const char *domain = value (page, row, REPORT_DOMAIN);
  g_autofree char *file_name =
      domain != NULL ? g_strdup_printf ("evidence!%s!0!0.json", domain) : NULL;
  size_t length;
  guchar *evidence = PQunescapeBytea ((const guchar *)PQgetvalue (page, row, EVIDENCE), &length);
  g_autoptr (GBytes) bytes =
      g_bytes_new_with_free_func (evidence, length, (GDestroyNotify)PQfreemem, evidence);

  return tlsrpt_decode_document (bytes, file_name, &replay->settings->limits);
}

/* One whose key is another today would be met again behind it. */
static void
note_key (Replay *replay, const TlsrptReplacement *replacement)
{
  guint8 uid[TLSRPT_UID_BYTES];
  GString *text = g_string_new (NULL);

  tlsrpt_identity_uid (replacement->report, uid);
  for (gsize i = 0; i < sizeof uid; i++)
    g_string_append_printf (text, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", uid[i]);
  if (strcmp (text->str, replacement->old_uid) != 0)
    g_hash_table_add (replay->moved, g_string_free (text, FALSE));
  else
    g_string_free (text, TRUE);
}

static void
keep (Replay *replay, const char *uid, const GError *why)
{
  tlsrpt_log_line ("kept as it is: %s: %s", uid, why->message);
  replay->kept++;
}

static GPtrArray *
decode_page (Replay *replay, const PGresult *page)
{
  GPtrArray *replacements = g_ptr_array_new_with_free_func (replacement_free);

  for (int row = 0; row < PQntuples (page); row++) {
    g_autoptr (TlsrptDecoded) decoded = NULL;
    TlsrptReplacement *replacement;

    if (g_hash_table_contains (replay->moved, PQgetvalue (page, row, UID)))
      continue;
    decoded = decode (replay, page, row);
    if (decoded->reports->len != 1) {
      keep (replay, PQgetvalue (page, row, UID), decoded->refusal);
      continue;
    }
    replacement = g_new0 (TlsrptReplacement, 1);
    replacement->old_uid = g_strdup (PQgetvalue (page, row, UID));
    replacement->stored_at = g_strdup (PQgetvalue (page, row, STORED_AT));
    g_ptr_array_set_free_func (decoded->reports, NULL);
    replacement->report = decoded->reports->pdata[0];
    restore_mail (replacement->report, page, row);
    restore_foreign (replacement->report, page, row);
    note_key (replay, replacement);
    g_ptr_array_add (replacements, replacement);
  }
  return replacements;
}

/* Where one is at fault each goes alone, so that no other suffers. */
static gboolean
replace (Replay *replay, GPtrArray *replacements, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (replacements->len == 0 || tlsrpt_replace (replay->pg, replacements, &failure)) {
    replay->replaced += replacements->len;
    return TRUE;
  }
  if (!tlsrpt_error_is_message_fault (failure)) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (replacements->len == 1) {
    keep (replay, ((TlsrptReplacement *)replacements->pdata[0])->old_uid, failure);
    return TRUE;
  }
  for (guint i = 0; i < replacements->len; i++) {
    g_autoptr (GPtrArray) alone = g_ptr_array_new ();

    g_ptr_array_add (alone, replacements->pdata[i]);
    if (!replace (replay, alone, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
replay_all (Replay *replay, GError **error)
{
  g_autofree char *last = g_strdup (FIRST_UID);

  for (;;) {
    g_autoptr (PGresult) page = NULL;
    g_autoptr (GPtrArray) replacements = NULL;

    tlsrpt_pg_set_deadline (replay->pg,
                            g_get_monotonic_time () +
                                (gint64)replay->settings->deadline * G_TIME_SPAN_SECOND);
    page = tlsrpt_pg_query_text (replay->pg, page_sql, error, last, TLSRPT_PG_END);
    if (page == NULL)
      return FALSE;
    if (PQntuples (page) == 0)
      return TRUE;
    replacements = decode_page (replay, page);
    if (!replace (replay, replacements, error))
      return FALSE;
    g_free (last);
    last = g_strdup (PQgetvalue (page, PQntuples (page) - 1, UID));
  }
}

static gboolean
check_version (TlsrptPg *pg, GError **error)
{
  int version;

  if (!tlsrpt_schema_installed (pg, &version, error))
    return FALSE;
  if (version == TLSRPT_SCHEMA_VERSION)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
               "database: schema tlsrpt has version %d, this program needs %d", version,
               TLSRPT_SCHEMA_VERSION);
  return FALSE;
}

gboolean
tlsrpt_evidence_replay (const TlsrptSettings *settings, GError **error)
{
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, 0, error);
  g_autoptr (GHashTable) moved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Replay replay = { .pg = pg, .settings = settings, .moved = moved };
  gboolean done;

  if (pg == NULL)
    return FALSE;
  done = check_version (pg, error) && replay_all (&replay, error);
  if (!done)
    tlsrpt_database_explain (pg, error);
  g_printerr ("%" G_GUINT64_FORMAT " reports replaced, %" G_GUINT64_FORMAT " kept as they are\n",
              replay.replaced, replay.kept);
  return done;
}
