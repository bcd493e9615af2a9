/* SPDX-License-Identifier: GPL-3.0-or-later
 * A decoded part with its labels to what it most likely is. Believes bytes over labels; takes text,
 * pictures and sound for a report only where bytes and file name agree. */
#pragma once

#include "core/content.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptPartKind:
 * @TLSRPT_PART_OTHER: nothing of interest
 * @TLSRPT_PART_REPORT: a candidate for a TLS report
 * @TLSRPT_PART_DMARC: a DMARC aggregate report: XML, or gzip or zip of it
 * @TLSRPT_PART_ZIP: a zip archive where a report was to be expected
 * @TLSRPT_PART_MESSAGE: a mail that was attached as a file
 */
typedef enum {
  TLSRPT_PART_OTHER,
  TLSRPT_PART_REPORT,
  TLSRPT_PART_DMARC,
  TLSRPT_PART_ZIP,
  TLSRPT_PART_MESSAGE,
} TlsrptPartKind;

/**
 * tlsrpt_candidate_is_labelled:
 * @media_type: lower case
 *
 * Returns: %TRUE if @media_type is one of TLS reports: `application/tlsrpt`, `+gzip`, `+json`
 */
gboolean tlsrpt_candidate_is_labelled (const char *media_type);

/**
 * tlsrpt_candidate_is_possible:
 * @media_type: lower case
 * @file_name: (nullable): UTF-8
 *
 * Returns: %FALSE if a part with these labels need not be decoded, because it is never a report: text, a
 *   picture or sound, without the name of JSON or of a mail
 */
gboolean tlsrpt_candidate_is_possible (const char *media_type, const char *file_name);

/**
 * tlsrpt_candidate_judge:
 * @media_type: lower case
 * @file_name: (nullable): UTF-8
 * @content: what its bytes say
 *
 * Returns: what the part is
 */
TlsrptPartKind tlsrpt_candidate_judge (const char *media_type, const char *file_name,
                                       TlsrptContent content);

/**
 * tlsrpt_candidate_deviations:
 * @media_type: lower case
 * @file_name: (nullable): UTF-8
 * @packing: of the part
 *
 * Returns: TlsrptDeviation bits of a candidate's labels: another media type than the two of
 *   RFC 8460 section 6, gzip labelled JSON or zip, JSON labelled gzip, a file name that is not of
 *   section 5.1
 */
guint64 tlsrpt_candidate_deviations (const char *media_type, const char *file_name,
                                     TlsrptPacking packing);

G_END_DECLS
