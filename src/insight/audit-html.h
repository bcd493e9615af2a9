/* SPDX-License-Identifier: GPL-3.0-or-later
 * Evidence to HTML. */
#pragma once

#include "insight/audit.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_audit_html:
 * @audit: evidence
 *
 * Returns: (transfer full): the evidence as one HTML document
 */
char *tlsrpt_audit_html (const TlsrptAudit *audit);

G_END_DECLS
