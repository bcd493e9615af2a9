/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the bytes of a part are, compared with its labels. Tells TLS reports from DMARC reports
 * (which come to the same address under the same subject), from mails, and from other attachments. */
#include "core/mime/candidate.h"

#include "core/deviation.h"
#include "core/mime/grammar.h"

#include <string.h>

gboolean
tlsrpt_candidate_is_labelled (const char *media_type)
{
  return strcmp (media_type, "application/tlsrpt+gzip") == 0 ||
         strcmp (media_type, "application/tlsrpt+json") == 0 ||
         strcmp (media_type, "application/tlsrpt") == 0;
}

/* Types that a report has only by mistake. */
static gboolean
is_unlikely (const char *media_type)
{
  static const char *const unlikely[] = { "text/plain", "text/html", "text/calendar", "text/css",
                                          "image/",     "audio/",    "video/",        "font/" };

  for (gsize i = 0; i < G_N_ELEMENTS (unlikely); i++)
    if (g_str_has_prefix (media_type, unlikely[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_mail (const char *media_type, const char *file_name)
{
  return strcmp (media_type, "application/octet-stream") == 0 ||
         g_str_has_prefix (media_type, "message/") || tlsrpt_content_has_suffix (file_name, ".eml");
}

gboolean
tlsrpt_candidate_is_possible (const char *media_type, const char *file_name)
{
  return !is_unlikely (media_type) || tlsrpt_content_has_suffix (file_name, ".json") ||
         tlsrpt_content_has_suffix (file_name, ".eml");
}

/* gzip data that cannot be inflated: only its labels say what it is. */
static gboolean
is_labelled_report (const char *media_type, const char *file_name)
{
  return strstr (media_type, "gzip") != NULL && (!tlsrpt_content_has_suffix (file_name, ".gz") ||
                                                 tlsrpt_content_has_suffix (file_name, ".json"));
}

static TlsrptPartKind
judge_zip (const char *media_type, const char *file_name)
{
  /* Office documents and many others are zip archives too: only a part that is labelled as a zip
   * archive is meant. */
  return tlsrpt_candidate_is_labelled (media_type) || strstr (media_type, "zip") != NULL ||
                 tlsrpt_content_has_suffix (file_name, ".zip") ||
                 tlsrpt_content_has_suffix (file_name, ".json")
             ? TLSRPT_PART_ZIP
             : TLSRPT_PART_OTHER;
}

TlsrptPartKind
tlsrpt_candidate_judge (const char *media_type, const char *file_name, TlsrptContent content)
{
  gboolean named = tlsrpt_content_has_suffix (file_name, ".json");

  if (content.form == TLSRPT_FORM_DMARC)
    return TLSRPT_PART_DMARC;
  if (content.form == TLSRPT_FORM_ZIP)
    return judge_zip (media_type, file_name);
  if (tlsrpt_candidate_is_labelled (media_type))
    return TLSRPT_PART_REPORT;
  if (content.form == TLSRPT_FORM_DOCUMENT)
    return named || !is_unlikely (media_type) ? TLSRPT_PART_REPORT : TLSRPT_PART_OTHER;
  if (content.form == TLSRPT_FORM_MESSAGE || content.form == TLSRPT_FORM_MBOX)
    return content.packing == TLSRPT_PACKING_PLAIN && is_mail (media_type, file_name)
               ? TLSRPT_PART_MESSAGE
               : TLSRPT_PART_OTHER;
  if (is_unlikely (media_type))
    return named && content.is_blind ? TLSRPT_PART_REPORT : TLSRPT_PART_OTHER;
  if (content.is_blind && is_labelled_report (media_type, file_name))
    return TLSRPT_PART_REPORT;
  return named ? TLSRPT_PART_REPORT : TLSRPT_PART_OTHER;
}

guint64
tlsrpt_candidate_deviations (const char *media_type, const char *file_name, TlsrptPacking packing)
{
  gboolean gzip_label = strstr (media_type, "gzip") != NULL;
  gboolean json_label = g_str_has_suffix (media_type, "json");
  gboolean zip_label = !gzip_label && strstr (media_type, "zip") != NULL;
  g_autofree char *submitter = NULL;
  g_autofree char *domain = NULL;
  guint64 found = 0;

  if (strcmp (media_type, "application/tlsrpt+gzip") != 0 &&
      strcmp (media_type, "application/tlsrpt+json") != 0)
    found |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_MEDIA_TYPE);
  if ((gzip_label && packing == TLSRPT_PACKING_PLAIN) ||
      (json_label && packing == TLSRPT_PACKING_GZIP) || zip_label)
    found |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_NOT_AS_LABELLED);
  if (file_name != NULL && !tlsrpt_grammar_file_name (file_name, &submitter, &domain))
    found |= TLSRPT_DEVIATION_BIT (TLSRPT_DEVIATION_FILE_NAME);
  return found;
}
