/* SPDX-License-Identifier: GPL-3.0-or-later
 * The stages in a row: message, gunzip, json, report; then the mail completes what the document
 * says. */
#include "core/decode.h"

#include "core/complete.h"
#include "core/errors.h"
#include "core/gzip/gzip.h"
#include "core/mime/candidate.h"
#include "core/mime/grammar.h"
#include "core/report/report-parse.h"

#include <string.h>

/* Packs a document that arrived unpacked, unless it packs so well that it would be refused for
 * that when it is read again. */
static GBytes *
evidence_of (GBytes *json, const TlsrptLimits *limits)
{
  g_autoptr (GBytes) packed = tlsrpt_gzip (json);

  if (g_bytes_get_size (json) / MAX (limits->inflated_ratio, 1) >= g_bytes_get_size (packed))
    return g_bytes_ref (json);
  return g_steal_pointer (&packed);
}

/* What the documents of one mail have in total: the caps hold for the mail, however many parts
 * it has. */
typedef struct {
  guint64 bytes;
  guint64 policies;
  guint64 details;
  GPtrArray *mx_hosts; /* names in the reports that were taken, sorted, each once */
} Total;

static gboolean
is_within (guint64 total, guint64 cap, const char *of_what, GError **error)
{
  if (total > cap)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "message: its documents have more than %" G_GUINT64_FORMAT " %s", cap, of_what);
  return total <= cap;
}

/* Unpacks the part. A part that is labelled gzip and is neither gzip nor JSON is refused as
 * such. */
static GBytes *
unpack (TlsrptPart *part, const TlsrptLimits *limits, guint64 *inflated, guint64 *deviations,
        GError **error)
{
  GBytes *plain;

  if (part->judged.packing == TLSRPT_PACKING_PLAIN &&
      (strstr (part->media_type, "gzip") == NULL || part->judged.form == TLSRPT_FORM_DOCUMENT)) {
    *inflated = g_bytes_get_size (part->content);
    return g_bytes_ref (part->content);
  }
  if (part->gunzip == NULL)
    part->gunzip = tlsrpt_gunzip_new (part->content);
  plain = tlsrpt_gunzip_finish (part->gunzip, limits, deviations, error);
  *inflated = tlsrpt_gunzip_inflated (part->gunzip);
  g_clear_pointer (&part->gunzip, tlsrpt_gunzip_free);
  return plain;
}

/* A part that could not be unpacked completely counts as far as it was unpacked. */
static GBytes *
unpack_part (TlsrptPart *part, const TlsrptLimits *limits, Total *total, guint64 *deviations,
             GError **error)
{
  guint64 inflated;
  g_autoptr (GBytes) json = unpack (part, limits, &inflated, deviations, error);

  total->bytes += inflated;
  if (json == NULL ||
      !is_within (total->bytes, limits->inflated_bytes, "bytes (setting inflated-bytes)", error))
    return NULL;
  return g_steal_pointer (&json);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Sorted and not hashed: names that a stranger chose so that their hashes collide cost no more. */
static void
add_mx_hosts (GPtrArray *names, const TlsrptReport *report)
{
  guint kept = 0;

  for (guint i = 0; i < report->policies->len; i++) {
    const TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    for (guint j = 0; j < policy->failures->len; j++)
      if (tlsrpt_policy_failure (policy, j)->receiving_mx_hostname != NULL)
        g_ptr_array_add (names, (gpointer)tlsrpt_policy_failure (policy, j)->receiving_mx_hostname);
  }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (kept == 0 || strcmp (names->pdata[kept - 1], names->pdata[i]) != 0)
      names->pdata[kept++] = names->pdata[i];
  g_ptr_array_set_size (names, (int)kept);
}

static TlsrptReport *
decode_part (TlsrptPart *part, const TlsrptLimits *limits, Total *total, GError **error)
{
  guint64 deviations = part->deviations;
  g_autoptr (GBytes) json = unpack_part (part, limits, total, &deviations, error);
  g_autoptr (TlsrptReport) report = json != NULL ? tlsrpt_report_parse (json, limits, error) : NULL;

  if (report == NULL)
    return NULL;
  total->policies += report->policies->len;
  for (guint i = 0; i < report->policies->len; i++)
    total->details += tlsrpt_report_policy (report, i)->failures->len;
  if (!is_within (total->policies, limits->policies, "policies (setting policies)", error) ||
      !is_within (total->details, limits->failure_details,
                  "failure details (setting failure-details)", error))
    return NULL;
  add_mx_hosts (total->mx_hosts, report);
  if (!is_within (total->mx_hosts->len, limits->mx_hosts, "MX hosts (setting mx-hosts)", error)) {
    g_ptr_array_set_size (total->mx_hosts, 0); /* they go with the report */
    total->details = limits->failure_details;
    return NULL;
  }
  report->deviations |= deviations;
  report->evidence =
      json != part->content ? g_bytes_ref (part->content) : evidence_of (json, limits);
  return g_steal_pointer (&report);
}

/* Next to a report, other JSON that does not claim to be one is no fault of the message. */
static void
drop_what_claims_nothing (const TlsrptItem *item, const TlsrptPart *part, GError **refusal)
{
  if (item->reports->len > 0 && !tlsrpt_candidate_is_labelled (part->media_type) &&
      g_error_matches (*refusal, TLSRPT_ERROR, TLSRPT_ERROR_INVALID))
    g_clear_error (refusal);
}

static void
decode_parts (TlsrptItem *item, GPtrArray *parts, const TlsrptLimits *limits)
{
  g_autofree GError **refusals = g_new0 (GError *, parts->len);
  g_autoptr (GPtrArray) mx_hosts = g_ptr_array_new ();
  Total total = { .mx_hosts = mx_hosts };

  for (guint i = 0; i < parts->len; i++) {
    TlsrptPart *part = parts->pdata[i];
    TlsrptReport *report = decode_part (part, limits, &total, &refusals[i]);

    if (report != NULL) {
      tlsrpt_complete (report, item->envelope, part, limits);
      g_ptr_array_add (item->reports, report);
    }
    if (total.bytes > limits->inflated_bytes)
      break; /* the rest is not looked at: this is why it is refused */
  }
  for (guint i = 0; i < parts->len; i++) {
    if (refusals[i] != NULL)
      drop_what_claims_nothing (item, parts->pdata[i], &refusals[i]);
    if (refusals[i] != NULL && parts->len > 1) {
      g_autofree char *where =
          g_strdup_printf ("%s (in candidate %u of %u)", refusals[i]->message, i + 1, parts->len);
      g_free (refusals[i]->message);
      refusals[i]->message = g_steal_pointer (&where);
    }
    if (refusals[i] != NULL && item->refusal == NULL)
      item->refusal = g_steal_pointer (&refusals[i]);
    g_clear_error (&refusals[i]);
  }
}

/* A mail that is itself packed, as in archives: unpacked under the caps of a document. */
static GBytes *
unpack_message (GBytes *message, const TlsrptLimits *limits, GError **error)
{
  g_autoptr (TlsrptGunzip) gunzip = NULL;
  TlsrptContent content = tlsrpt_content_judge_packed (message, NULL, &gunzip);
  guint64 deviations = 0;

  return content.packing == TLSRPT_PACKING_PLAIN
             ? g_bytes_ref (message)
             : tlsrpt_gunzip_finish (gunzip, limits, &deviations, error);
}

static void
decode_message (TlsrptItem *item, const TlsrptLimits *limits)
{
  g_autoptr (GBytes) plain = unpack_message (item->bytes, limits, &item->refusal);
  g_autoptr (GPtrArray) parts =
      plain != NULL ? tlsrpt_message_parse (plain, limits, &item->envelope, &item->refusal) : NULL;

  if (parts != NULL)
    decode_parts (item, parts, limits);
}

/* Something other than JSON that is mailed to the same address. */
static gboolean
check_form (const TlsrptPart *part, GError **error)
{
  if (part->judged.form == TLSRPT_FORM_DMARC)
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT,
                         "message: a DMARC aggregate report, no TLS report");
  else if (part->judged.form == TLSRPT_FORM_ZIP)
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_UNSUPPORTED,
                         "message: a zip archive is not accepted as a TLS report");
  else
    return TRUE;
  return FALSE;
}

static TlsrptPart *
document_part (GBytes *document, const char *file_name)
{
  TlsrptPart *part = g_new0 (TlsrptPart, 1);

  part->content = g_bytes_ref (document);
  part->judged = tlsrpt_content_judge_packed (document, file_name, &part->gunzip);
  part->media_type = g_strdup ("");
  part->file_name = g_strdup (file_name);
  if (file_name != NULL)
    tlsrpt_grammar_file_name (file_name, &part->file_submitter, &part->file_domain);
  return part;
}

static void
decode_document (TlsrptItem *item, const TlsrptLimits *limits)
{
  g_autofree char *file_name = item->path != NULL ? g_path_get_basename (item->path) : NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_part_free);
  TlsrptPart *part = document_part (item->bytes, file_name);

  g_ptr_array_add (parts, part);
  if (g_bytes_get_size (item->bytes) > limits->part_bytes)
    item->refusal = g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                                 "message: the document has more than %" G_GUINT64_FORMAT
                                 " bytes (setting part-bytes)",
                                 limits->part_bytes);
  else if (check_form (part, &item->refusal))
    decode_parts (item, parts, limits);
}

/* A report that ends before the cut is not accepted either: the mail is not what was sent. */
static void
refuse_cut (TlsrptItem *item, const TlsrptLimits *limits)
{
  g_ptr_array_set_size (item->reports, 0);
  g_clear_error (&item->refusal);
  item->refusal =
      g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                   "message: larger than %" G_GUINT64_FORMAT " bytes (setting message-bytes)",
                   limits->message_bytes);
}

void
tlsrpt_decode (TlsrptItem *item, const TlsrptLimits *limits)
{
  if (item->kind == TLSRPT_ITEM_DOCUMENT)
    decode_document (item, limits);
  else
    decode_message (item, limits);
  if (item->is_cut)
    refuse_cut (item, limits);
  for (guint i = 0; i < item->reports->len; i++) {
    TlsrptReport *report = tlsrpt_item_report (item, i);

    report->envelope_sender = tlsrpt_report_string (report, item->envelope_sender);
  }
}

char *
tlsrpt_refusal_stage (const GError *refusal)
{
  const char *colon = strstr (refusal->message, ": ");

  return colon != NULL ? g_strndup (refusal->message, (gsize)(colon - refusal->message))
                       : g_strdup ("message");
}
