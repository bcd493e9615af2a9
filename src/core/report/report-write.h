/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to a JSON document (RFC 8460 section 4.4). */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_report_write:
 * @report: a report
 *
 * Writes the report as a document of RFC 8460 section 4.4: RFC names, date-times in UTC, `extra`
 * members put back where they were. Parsed again it is equal in every member of the RFC.
 *
 * Returns: (transfer full): JSON text
 */
char *tlsrpt_report_write (const TlsrptReport *report);

G_END_DECLS
