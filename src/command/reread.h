/* SPDX-License-Identifier: GPL-3.0-or-later
 * `replay --from-evidence`: decodes stored evidence again. */
#pragma once

#include "settings.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_reread_evidence:
 * @settings: settings; the database's user is a member of tlsrpt_owner
 * @error: return location
 *
 * Decodes the evidence of every report again, as after an upgrade of the decoder, and replaces its
 * rows, some hundred reports in a transaction; what the mail told, when it was stored, and which
 * domains are foreign stays. A report whose evidence is refused today stays as it is,
 * and is reported. Prints a tally.
 *
 * Errors: as tlsrpt_pg_connect() and tlsrpt_replace().
 *
 * Returns: %TRUE, or %FALSE with @error set; what was replaced till then stays replaced
 */
gboolean tlsrpt_reread_evidence (const TlsrptSettings *settings, GError **error);

G_END_DECLS
