/* SPDX-License-Identifier: GPL-3.0-or-later
 * The stages in a row: message, gunzip, json, report; then what only the mail knows is set beside what
 * the document says, and where they differ that is noted. */
#include "core/decode.h"

#include "core/deviation.h"
#include "core/domain.h"
#include "core/errors.h"
#include "core/gzip/gzip.h"
#include "core/mime/candidate.h"
#include "core/mime/grammar.h"
#include "core/trust/alignment.h"

#include <string.h>

static void
note (TlsrptReport *report, TlsrptDeviation deviation)
{
  report->deviations |= TLSRPT_DEVIATION_BIT (deviation);
}

static TlsrptDecoded *
decoded_new (void)
{
  TlsrptDecoded *decoded = g_new0 (TlsrptDecoded, 1);

  decoded->reports = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_report_free);
  return decoded;
}

TlsrptDecoded *
tlsrpt_decoded_new_refused (const GError *refusal)
{
  TlsrptDecoded *decoded = decoded_new ();

  decoded->refusal = g_error_copy (refusal);
  return decoded;
}

void
tlsrpt_decoded_free (TlsrptDecoded *decoded)
{
  if (decoded == NULL)
    return;
  tlsrpt_envelope_free (decoded->envelope);
  g_ptr_array_unref (decoded->reports);
  g_clear_error (&decoded->refusal);
  g_free (decoded);
}

/* A document that came plain is packed, but for one that packs so well that it would be refused for it
 * when it is read again. */
static GBytes *
evidence_of (GBytes *json, const TlsrptLimits *limits)
{
  g_autoptr (GBytes) packed = tlsrpt_gzip (json);

  if (g_bytes_get_size (json) / MAX (limits->inflated_ratio, 1) >= g_bytes_get_size (packed))
    return g_bytes_ref (json);
  return g_steal_pointer (&packed);
}

/* What the documents of a mail have together: the caps on it are the mail's, in however many parts. */
typedef struct {
  guint64 bytes;
  guint64 policies;
  guint64 details;
} Total;

static gboolean
is_within (guint64 total, guint64 cap, const char *of_what, GError **error)
{
  if (total > cap)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                 "message: its documents have more than %" G_GUINT64_FORMAT " %s", cap, of_what);
  return total <= cap;
}

/* The part without its packing; what is labelled gzip and is neither that nor JSON is told so. */
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

/* What could not be unpacked to its end counts too, as far as it was. */
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
  report->deviations |= deviations;
  report->evidence =
      json != part->content ? g_bytes_ref (part->content) : evidence_of (json, limits);
  return g_steal_pointer (&report);
}

static gboolean
same_domain (const char *left, const char *right)
{
  g_autofree char *canonical_left = tlsrpt_domain_canonical (left);
  g_autofree char *canonical_right = tlsrpt_domain_canonical (right);

  return strcmp (canonical_left, canonical_right) == 0;
}

/* The policies' own domains are canonical already. */
static gboolean
is_policy_domain (const TlsrptReport *report, const char *domain)
{
  g_autofree char *canonical = tlsrpt_domain_canonical (domain);

  for (guint i = 0; i < report->policies->len; i++)
    if (g_strcmp0 (tlsrpt_report_policy (report, i)->policy_domain, canonical) == 0)
      return TRUE;
  return report->policies->len == 0;
}

/* A header may be far longer than any name, and what is no name names nothing. */
static const char *
short_enough (const char *text, guint64 cap)
{
  return text != NULL && strlen (text) <= cap ? text : NULL;
}

/* What names the report's domain from outside the document, the most trusted first. */
typedef struct {
  const char *domain;
  TlsrptDeviation deviation;
} OutsideDomain;

/* Sets the report's domain to the first there is, and that of each policy that lacks one. */
static void
take_outside_domain (TlsrptReport *report, const OutsideDomain *outside, gsize n)
{
  g_autofree char *canonical = NULL;
  gsize first = 0;

  while (first < n && outside[first].domain == NULL)
    first++;
  if (first == n)
    return;
  canonical = tlsrpt_domain_canonical (outside[first].domain);
  report->report_domain = tlsrpt_report_string (report, canonical);
  for (guint i = 0; i < report->policies->len; i++) {
    TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    if (policy->policy_domain == NULL) {
      policy->policy_domain = report->report_domain;
      note (report, outside[first].deviation);
    }
  }
}

static void
read_outside_domain (TlsrptReport *report, const TlsrptEnvelope *envelope, const TlsrptPart *part,
                     const TlsrptLimits *limits)
{
  const OutsideDomain outside[] = {
    { short_enough (envelope != NULL ? envelope->report_domain : NULL, limits->name_bytes),
      TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_HEADER },
    { short_enough (part->file_domain, limits->name_bytes),
      TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_FILE_NAME },
    { short_enough (envelope != NULL ? envelope->subject_domain : NULL, limits->name_bytes),
      TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_SUBJECT },
  };

  take_outside_domain (report, outside, G_N_ELEMENTS (outside));
  if ((outside[0].domain != NULL && !is_policy_domain (report, outside[0].domain)) ||
      (outside[1].domain != NULL && !is_policy_domain (report, outside[1].domain)))
    note (report, TLSRPT_DEVIATION_REPORT_DOMAIN_DIFFERS);
}

static void
read_submitter (TlsrptReport *report, const TlsrptEnvelope *envelope, const TlsrptPart *part,
                const TlsrptLimits *limits)
{
  const char *of_header = envelope != NULL ? envelope->report_submitter : NULL;
  const char *of_file = short_enough (part->file_submitter, limits->name_bytes);
  const char *of_subject = envelope != NULL ? envelope->subject_submitter : NULL;
  const char *chosen = short_enough (of_header, limits->name_bytes);

  if (chosen == NULL)
    chosen = of_file != NULL ? of_file : short_enough (of_subject, limits->name_bytes);
  if (chosen != NULL) {
    g_autofree char *canonical = tlsrpt_domain_canonical (chosen);
    report->submitter = tlsrpt_report_string (report, canonical);
  }
  if (of_header != NULL && part->file_submitter != NULL &&
      !same_domain (of_header, part->file_submitter))
    note (report, TLSRPT_DEVIATION_SUBMITTER_DIFFERS);
}

static void
compare_subject (TlsrptReport *report, const TlsrptEnvelope *envelope)
{
  if ((envelope->subject_domain != NULL && !is_policy_domain (report, envelope->subject_domain)) ||
      (envelope->subject_submitter != NULL &&
       !same_domain (envelope->subject_submitter, report->submitter)) ||
      (envelope->subject_report_id != NULL &&
       strcmp (envelope->subject_report_id, report->report_id) != 0))
    note (report, TLSRPT_DEVIATION_SUBJECT_DIFFERS);
}

/* The domain of the first address in @text, which may hold a name or brackets; %NULL if there is none. */
static char *
domain_of_address (const char *text)
{
  const char *at = text != NULL ? strchr (text, '@') : NULL;

  return at != NULL ? g_strndup (at + 1, strcspn (at + 1, " \t,;<>()\"'")) : NULL;
}

/* Who writes the mail, against who the report says writes it. */
static void
compare_from (TlsrptReport *report)
{
  const char *at = report->header_from != NULL ? strrchr (report->header_from, '@') : NULL;
  g_autofree char *contact = domain_of_address (report->contact_info);

  if (at == NULL)
    return;
  if (report->submitter != NULL && !tlsrpt_alignment_relaxed (report->submitter, at + 1))
    note (report, TLSRPT_DEVIATION_SUBMITTER_NOT_FROM);
  if (contact != NULL && !tlsrpt_alignment_relaxed (contact, at + 1))
    note (report, TLSRPT_DEVIATION_CONTACT_NOT_FROM);
}

static void
read_mail (TlsrptReport *report, const TlsrptEnvelope *envelope, const TlsrptPart *part,
           const TlsrptLimits *limits)
{
  read_outside_domain (report, envelope, part, limits);
  read_submitter (report, envelope, part, limits);
  if (envelope == NULL)
    return;
  compare_subject (report, envelope);
  report->message_id =
      tlsrpt_report_string (report, short_enough (envelope->message_id, limits->text_bytes));
  report->header_from =
      tlsrpt_report_string (report, short_enough (envelope->header_from, limits->text_bytes));
  compare_from (report);
  report->received_at = envelope->date;
}

/* Next to a report, other JSON that does not claim to be one is no fault of the message. */
static void
drop_what_claims_nothing (const TlsrptDecoded *decoded, const TlsrptPart *part, GError **refusal)
{
  if (decoded->reports->len > 0 && !tlsrpt_candidate_is_labelled (part->media_type) &&
      g_error_matches (*refusal, TLSRPT_ERROR, TLSRPT_ERROR_INVALID))
    g_clear_error (refusal);
}

static void
decode_parts (TlsrptDecoded *decoded, GPtrArray *parts, const TlsrptLimits *limits)
{
  g_autofree GError **refusals = g_new0 (GError *, parts->len);
  Total total = { 0 };

  for (guint i = 0; i < parts->len; i++) {
    TlsrptPart *part = parts->pdata[i];
    TlsrptReport *report = decode_part (part, limits, &total, &refusals[i]);

    if (report != NULL) {
      read_mail (report, decoded->envelope, part, limits);
      g_ptr_array_add (decoded->reports, report);
    }
    if (total.bytes > limits->inflated_bytes)
      break; /* what is left is not looked at: its refusal is this one */
  }
  for (guint i = 0; i < parts->len; i++) {
    if (refusals[i] != NULL)
      drop_what_claims_nothing (decoded, parts->pdata[i], &refusals[i]);
    if (refusals[i] != NULL && parts->len > 1) {
      g_autofree char *where =
          g_strdup_printf ("%s (in candidate %u of %u)", refusals[i]->message, i + 1, parts->len);
      g_free (refusals[i]->message);
      refusals[i]->message = g_steal_pointer (&where);
    }
    if (refusals[i] != NULL && decoded->refusal == NULL)
      decoded->refusal = g_steal_pointer (&refusals[i]);
    g_clear_error (&refusals[i]);
  }
}

/* A mail that came packed, as of archives: unpacked under the caps of a document. */
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

TlsrptDecoded *
tlsrpt_decode_message (GBytes *message, const TlsrptLimits *limits)
{
  TlsrptDecoded *decoded = decoded_new ();
  g_autoptr (GBytes) plain = unpack_message (message, limits, &decoded->refusal);
  g_autoptr (GPtrArray) parts =
      plain != NULL ? tlsrpt_message_parse (plain, limits, &decoded->envelope, &decoded->refusal)
                    : NULL;

  if (parts != NULL)
    decode_parts (decoded, parts, limits);
  return decoded;
}

/* What is no JSON but something else that comes to the same address. */
static gboolean
check_form (const TlsrptPart *part, GError **error)
{
  if (part->judged.form == TLSRPT_FORM_DMARC)
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT,
                         "message: a DMARC aggregate report, no TLS report");
  else if (part->judged.form == TLSRPT_FORM_ZIP)
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_UNSUPPORTED,
                         "message: a zip archive is not taken for a TLS report");
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

TlsrptDecoded *
tlsrpt_decode_document (GBytes *document, const char *file_name, const TlsrptLimits *limits)
{
  TlsrptDecoded *decoded = decoded_new ();
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_part_free);
  TlsrptPart *part = document_part (document, file_name);

  g_ptr_array_add (parts, part);
  if (g_bytes_get_size (document) > limits->part_bytes)
    decoded->refusal = g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                                    "message: the document has more than %" G_GUINT64_FORMAT
                                    " bytes (setting part-bytes)",
                                    limits->part_bytes);
  else if (check_form (part, &decoded->refusal))
    decode_parts (decoded, parts, limits);
  return decoded;
}

char *
tlsrpt_refusal_stage (const GError *refusal)
{
  const char *colon = strstr (refusal->message, ": ");

  return colon != NULL ? g_strndup (refusal->message, (gsize)(colon - refusal->message))
                       : g_strdup ("message");
}
