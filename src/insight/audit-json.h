/* SPDX-License-Identifier: GPL-3.0-or-later
 * Evidence to JSON. */
#pragma once

#include "insight/audit.h"

#include <glib.h>

G_BEGIN_DECLS

/** Version of the object: a member that is removed or changes its meaning makes it another */
#define TLSRPT_AUDIT_JSON_VERSION 1

/**
 * tlsrpt_audit_json:
 * @audit: evidence
 *
 * Returns: (transfer full): the evidence as one JSON object
 */
char *tlsrpt_audit_json (const TlsrptAudit *audit);

G_END_DECLS
