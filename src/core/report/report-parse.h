/* SPDX-License-Identifier: GPL-3.0-or-later
 * A JSON document to a report (RFC 8460 section 4.4). */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_report_parse:
 * @json: one JSON document, as inflated
 * @limits: caps
 * @error: return location
 *
 * Reads a document of RFC 8460 section 4.4, tolerating what deviation.h lists. Of what is not a member
 * of the document, only `document_bytes` is set.
 *
 * Errors: %TLSRPT_ERROR_MALFORMED (not JSON), %TLSRPT_ERROR_INVALID (JSON, not a report),
 * %TLSRPT_ERROR_LIMIT. The message names the path, as in
 * `json: policies[2].summary.total-failure-session-count is not an integer`.
 *
 * Returns: (transfer full): the report, or %NULL with @error set
 */
TlsrptReport *tlsrpt_report_parse (GBytes *json, const TlsrptLimits *limits, GError **error);

G_END_DECLS
