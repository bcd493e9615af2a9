/* SPDX-License-Identifier: GPL-3.0-or-later
 * Decodes stored evidence again and replaces the rows made from it before. A report that can no
 * longer be decoded is left unchanged. */
#include "command/reread.h"

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

/* Deviations of the mail around a document; the document alone cannot show them. */
#define OF_MAIL                                                                                    \
  (TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_MEDIA_TYPE) |                                            \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_NOT_AS_LABELLED) |                                       \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_FILE_NAME) |                                             \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_REPORT_DOMAIN_DIFFERS) |                                 \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_SUBMITTER_DIFFERS) |                                     \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_SUBJECT_DIFFERS) |                                       \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_SUBMITTER_NOT_FROM) |                                    \
   TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_CONTACT_NOT_FROM))

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

static guint64
deviations_of (const char *names)
{
  g_auto (GStrv) words = g_strsplit (names, " ", -1);
  guint64 deviations = 0;

  for (guint i = 0; i < TLSRPT_N_DEVIATIONS; i++)
    if (g_strv_contains ((const char *const *)words, tlsrpt_deviation_name ((TlsrptDeviation)i)))
      deviations |= TLSRPT_DEVIATION_BIT (i);
  return deviations;
}

/* What is not in the document is taken from the row that was made before. */
static void
restore_mail (TlsrptReport *report, const TlsrptStoredReport *stored)
{
  const char *received = stored->received_at;

  report->submitter = tlsrpt_report_string (report, stored->submitter);
  report->report_domain = tlsrpt_report_string (report, stored->report_domain);
  report->message_id = tlsrpt_report_string (report, stored->message_id);
  report->header_from = tlsrpt_report_string (report, stored->header_from);
  report->envelope_sender = tlsrpt_report_string (report, stored->envelope_sender);
  report->received_at = received != NULL ? g_ascii_strtoll (received, NULL, 10) : 0;
  report->trust.dkim_result = tlsrpt_report_string (report, stored->trust.dkim_result);
  report->trust.dkim_domain = tlsrpt_report_string (report, stored->trust.dkim_domain);
  report->trust.dkim_aligned = stored->trust.dkim_aligned;
  report->trust.dkim_source = tlsrpt_report_string (report, stored->trust.dkim_source);
  report->trust.signature_result = tlsrpt_report_string (report, stored->trust.signature_result);
  report->trust.auth_results_result =
      tlsrpt_report_string (report, stored->trust.auth_results_result);
  report->trust.spf_result = tlsrpt_report_string (report, stored->trust.spf_result);
  report->trust.dmarc_result = tlsrpt_report_string (report, stored->trust.dmarc_result);
  report->deviations =
      (report->deviations & ~OF_MAIL) | (deviations_of (stored->deviation) & OF_MAIL);
  tlsrpt_reporter_identify (report);
}

static void
restore_foreign (TlsrptReport *report, const TlsrptStoredReport *stored)
{
  g_auto (GStrv) foreign = g_strsplit (stored->foreign != NULL ? stored->foreign : "", " ", -1);

  for (guint i = 0; i < report->policies->len; i++) {
    TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    policy->foreign = policy->policy_domain != NULL &&
                      g_strv_contains ((const char *const *)foreign, policy->policy_domain);
  }
}

/* A policy without a domain gets the domain of the report, which the decoder also accepts in a
 * file name. */
static TlsrptItem *
decode (const Replay *replay, const TlsrptStoredReport *stored)
{
  g_autofree char *file_name = stored->report_domain != NULL
                                   ? g_strdup_printf ("evidence!%s!0!0.json", stored->report_domain)
                                   : NULL;
  TlsrptItem *item = tlsrpt_item_new (TLSRPT_ITEM_DOCUMENT, stored->evidence, file_name);

  tlsrpt_decode (item, &replay->settings->limits);
  return item;
}

/* A report whose key has changed would be found again further on. */
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
decode_page (Replay *replay, const TlsrptRecords *page)
{
  GPtrArray *replacements = g_ptr_array_new_with_free_func (replacement_free);

  for (guint row = 0; row < tlsrpt_records_length (page); row++) {
    const TlsrptStoredReport *stored = tlsrpt_records_get (page, row);
    g_autoptr (TlsrptItem) item = NULL;
    TlsrptReplacement *replacement;

    if (g_hash_table_contains (replay->moved, stored->uid))
      continue;
    item = decode (replay, stored);
    if (item->reports->len != 1) {
      keep (replay, stored->uid, item->refusal);
      continue;
    }
    replacement = g_new0 (TlsrptReplacement, 1);
    replacement->old_uid = g_strdup (stored->uid);
    replacement->stored_at = g_strdup (stored->stored_at);
    replacement->report = g_ptr_array_steal_index (item->reports, 0);
    restore_mail (replacement->report, stored);
    restore_foreign (replacement->report, stored);
    note_key (replay, replacement);
    g_ptr_array_add (replacements, replacement);
  }
  return replacements;
}

/* If one report is at fault, each is replaced alone, so that the others are not affected. */
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
  g_autofree char *last = NULL;

  for (;;) {
    g_autoptr (TlsrptRecords) page = NULL;
    g_autoptr (GPtrArray) replacements = NULL;
    const TlsrptStoredReport *stored;

    tlsrpt_pg_set_deadline (replay->pg,
                            g_get_monotonic_time () +
                                (gint64)replay->settings->deadline * G_TIME_SPAN_SECOND);
    page = tlsrpt_replace_page (replay->pg, last, error);
    if (page == NULL)
      return FALSE;
    if (tlsrpt_records_length (page) == 0)
      return TRUE;
    replacements = decode_page (replay, page);
    if (!replace (replay, replacements, error))
      return FALSE;
    stored = tlsrpt_records_get (page, tlsrpt_records_length (page) - 1);
    g_free (last);
    last = g_strdup (stored->uid);
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
tlsrpt_reread_evidence (const TlsrptSettings *settings, GError **error)
{
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, 0, error);
  g_autoptr (GHashTable) moved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Replay replay = { .pg = pg, .settings = settings, .moved = moved };
  gboolean done;

  if (pg == NULL)
    return FALSE;
  done = check_version (pg, error) && replay_all (&replay, error);
  if (!done)
    tlsrpt_database_explain (pg, "tlsrpt_owner", error);
  g_printerr ("%" G_GUINT64_FORMAT " reports replaced, %" G_GUINT64_FORMAT " kept as they are\n",
              replay.replaced, replay.kept);
  return done;
}
