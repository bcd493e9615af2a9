/* SPDX-License-Identifier: GPL-3.0-or-later
 * Message bytes to its envelope of headers and its report parts, wherever a mail system, a mailing
 * list or a gateway put them. Refuses messages over the caps; believes bytes over labels. */
#pragma once

#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptField:
 * @name: field name as sent
 * @value: raw value, unfolded, as sent (8-bit bytes as they are)
 *
 * One header field of the top-level message.
 */
typedef struct {
  char *name;
  char *value;
} TlsrptField;

/**
 * TlsrptEnvelope:
 * @message_id: (nullable): without angle brackets
 * @header_from: (nullable): first address of From, without a name
 * @subject: (nullable): decoded and unfolded
 * @subject_domain: (nullable): `Report Domain:` of Subject (RFC 8460 section 5.3)
 * @subject_submitter: (nullable): `Submitter:` of Subject
 * @subject_report_id: (nullable): `Report-ID:` of Subject, without angle brackets
 * @report_domain: (nullable): `TLS-Report-Domain`
 * @report_submitter: (nullable): `TLS-Report-Submitter`
 * @date: microseconds since 1970 UTC of the topmost Received, else of Date, else of a leading
 *   `From ` line; 0 if none can be read
 * @trace: (element-type TlsrptField): every Received, Authentication-Results, DKIM-Signature and
 *   ARC-* field, top first, in the order of the message; for trust.c
 *
 * What the top-level header says. All strings are checked UTF-8 but those of @trace. The header of a
 * forwarded message inside gives only what the outer one lacks of TLS-Report-* and Subject.
 */
typedef struct {
  char *message_id;
  char *header_from;
  char *subject;
  char *subject_domain;
  char *subject_submitter;
  char *subject_report_id;
  char *report_domain;
  char *report_submitter;
  gint64 date;
  GArray *trace;
} TlsrptEnvelope;

/**
 * TlsrptPart:
 * @content: the part's bytes after its transfer encoding was undone
 * @media_type: lower case, e.g. `application/tlsrpt+gzip`
 * @file_name: (nullable): decoded, by `filename` or else `name`
 * @file_submitter: (nullable): first field of @file_name, where the grammar of RFC 8460 section 5.1 holds
 * @file_domain: (nullable): second field of @file_name
 * @deviations: TlsrptDeviation bits seen in the labels
 */
typedef struct {
  GBytes *content;
  char *media_type;
  char *file_name;
  char *file_submitter;
  char *file_domain;
  guint64 deviations;
} TlsrptPart;

void tlsrpt_envelope_free (TlsrptEnvelope *envelope);
void tlsrpt_part_free (TlsrptPart *part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptEnvelope, tlsrpt_envelope_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptPart, tlsrpt_part_free)

/**
 * tlsrpt_message_parse:
 * @bytes: one message, any line ending, with or without a leading `From ` line
 * @limits: caps
 * @envelope: (out) (optional) (nullable) (transfer full): the header, set even where an error is
 *   returned, as far as it could be read: quarantine and logs need it
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_NO_REPORT (a DMARC report is named as one), %TLSRPT_ERROR_LIMIT,
 * %TLSRPT_ERROR_MALFORMED, %TLSRPT_ERROR_UNSUPPORTED (zip).
 *
 * Returns: (transfer full) (element-type TlsrptPart): candidates for a report, in order, at least
 *   one; or %NULL with @error set
 */
GPtrArray *tlsrpt_message_parse (GBytes *bytes, const TlsrptLimits *limits,
                                 TlsrptEnvelope **envelope, GError **error);

G_END_DECLS
