/* SPDX-License-Identifier: GPL-3.0-or-later
 * Evidence to text. */
#pragma once

#include "insight/audit.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_audit_text:
 * @audit: evidence
 * @width: columns of the terminal, to which tables are cut; 0 for no limit
 *
 * Returns: (transfer full): the evidence for a person
 */
char *tlsrpt_audit_text (const TlsrptAudit *audit, guint width);

G_END_DECLS
