/* SPDX-License-Identifier: GPL-3.0-or-later
 * A decoded part with its labels to what it most likely is. Believes bytes over labels; never takes
 * text, pictures or sound for a report. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptPartKind:
 * @TLSRPT_PART_OTHER: nothing of interest
 * @TLSRPT_PART_REPORT: a candidate for a TLS report
 * @TLSRPT_PART_DMARC: a DMARC aggregate report: XML, or gzip or zip of it
 * @TLSRPT_PART_ZIP: a zip archive where a report was to be expected
 */
typedef enum {
  TLSRPT_PART_OTHER,
  TLSRPT_PART_REPORT,
  TLSRPT_PART_DMARC,
  TLSRPT_PART_ZIP,
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
 *
 * Returns: %FALSE if a part of @media_type need not be decoded, because it is never a report
 */
gboolean tlsrpt_candidate_is_possible (const char *media_type);

/**
 * tlsrpt_candidate_is_convincing:
 * @content: bytes
 *
 * Returns: %TRUE if @content begins as JSON, gzip, or zlib of JSON does, whatever its labels say
 */
gboolean tlsrpt_candidate_is_convincing (GBytes *content);

/**
 * tlsrpt_candidate_judge:
 * @media_type: lower case
 * @file_name: (nullable): UTF-8
 * @content: decoded bytes
 *
 * Returns: what the part is
 */
TlsrptPartKind tlsrpt_candidate_judge (const char *media_type, const char *file_name,
                                       GBytes *content);

/**
 * tlsrpt_candidate_deviations:
 * @media_type: lower case
 * @file_name: (nullable): UTF-8
 * @content: decoded bytes
 *
 * Returns: TlsrptDeviation bits of a candidate's labels: another media type than the two of
 *   RFC 8460 section 6, gzip labelled JSON or the reverse, a file name that is not of section 5.1
 */
guint64 tlsrpt_candidate_deviations (const char *media_type, const char *file_name,
                                     GBytes *content);

G_END_DECLS
