/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the header of a message says, as plain data; envelope-read.h fills it. */
#pragma once

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
 * tlsrpt_envelope_new:
 *
 * Returns: (transfer full): an envelope of which nothing is known
 */
TlsrptEnvelope *tlsrpt_envelope_new (void);

/**
 * tlsrpt_envelope_free:
 * @envelope: (nullable) (transfer full): an envelope
 */
void tlsrpt_envelope_free (TlsrptEnvelope *envelope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptEnvelope, tlsrpt_envelope_free)

G_END_DECLS
