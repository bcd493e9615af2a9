/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the mail around a document adds to the report in it. */
#pragma once

#include "core/limits.h"
#include "core/mime/message.h"
#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_complete:
 * @report: a report as its document has it
 * @envelope: (nullable): header of the mail; %NULL for a document that was taken out of its mail
 * @part: the part that held the document
 * @limits: caps on names and texts
 *
 * Sets `report_domain`, `submitter`, `message_id`, `header_from` and `received_at`. The domain is that
 * of `TLS-Report-Domain`, else of the file name, else of Subject, and is given to each policy that has
 * none. Where mail and document differ, a deviation says so.
 */
void tlsrpt_complete (TlsrptReport *report, const TlsrptEnvelope *envelope, const TlsrptPart *part,
                      const TlsrptLimits *limits);

G_END_DECLS
