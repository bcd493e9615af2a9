/* SPDX-License-Identifier: GPL-3.0-or-later
 * Message bytes to reports: the stages message, gunzip, json and report in a row. */
#pragma once

#include "core/limits.h"
#include "core/mime/message.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDecoded:
 * @envelope: (nullable): what the header says; %NULL for a bare document
 * @reports: (element-type TlsrptReport): every report that could be decoded; may be empty
 * @refusal: (nullable): why the message, or a part of it, was refused; where it is set the message
 *   belongs into quarantine, next to the reports that are stored
 *
 * What one message holds. At least one of @reports and @refusal has something. @refusal is always of
 * %TLSRPT_ERROR and the message's fault, its text `stage: what was found`.
 */
typedef struct {
  TlsrptEnvelope *envelope;
  GPtrArray *reports;
  GError *refusal;
} TlsrptDecoded;

/**
 * tlsrpt_decoded_new_refused:
 * @refusal: why a message is not decoded at all
 *
 * Returns: (transfer full): no report, and @refusal
 */
TlsrptDecoded *tlsrpt_decoded_new_refused (const GError *refusal);

void tlsrpt_decoded_free (TlsrptDecoded *decoded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDecoded, tlsrpt_decoded_free)

/**
 * tlsrpt_decode_message:
 * @message: one message
 * @limits: caps
 *
 * Pure: no I/O, clock, locale or log. Each report carries its evidence, header fields and deviations;
 * a policy without a domain gets the one of `TLS-Report-Domain`, else of the file name, else of
 * Subject. `trust` is left `unknown`: trust.h judges.
 *
 * Returns: (transfer full): what was found
 */
TlsrptDecoded *tlsrpt_decode_message (GBytes *message, const TlsrptLimits *limits);

/**
 * tlsrpt_decode_document:
 * @document: one report as JSON, or as gzip or zlib of it
 * @file_name: (nullable): of the file, for the grammar of RFC 8460 section 5.1
 * @limits: caps
 *
 * As tlsrpt_decode_message(), for a document that was taken out of its mail.
 *
 * Returns: (transfer full): what was found
 */
TlsrptDecoded *tlsrpt_decode_document (GBytes *document, const char *file_name,
                                       const TlsrptLimits *limits);

/**
 * tlsrpt_refusal_stage:
 * @refusal: a refusal
 *
 * Returns: (transfer full): the stage its text begins with (`message`, `gunzip`, `json`, `report`, ...)
 */
char *tlsrpt_refusal_stage (const GError *refusal);

G_END_DECLS
