/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first lines of a digest: what is broken, what is new, what has ended. */
#pragma once

#include "insight/digest.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_lead:
 * @digest: a digest
 * @part: which of the first lines
 * @incidents: (out) (transfer container) (element-type TlsrptIncident): what it speaks of
 *
 * Returns: (transfer full): the line: is anything broken now, what is new, what ended
 */
char *tlsrpt_lead (const TlsrptDigest *digest, TlsrptDigestPart part, GPtrArray **incidents);

/**
 * tlsrpt_lead_item:
 * @incident: an incident
 * @part: the part that it is told in
 * @proof: (out) (nullable): what proves it; %NULL among the new, as it stands with the broken or ended
 *
 * Returns: (transfer full): the incident in one line
 */
char *tlsrpt_lead_item (const TlsrptIncident *incident, TlsrptDigestPart part, char **proof);

/**
 * tlsrpt_lead_more:
 * @digest: a digest
 * @part: which of the first lines
 *
 * Returns: (transfer full) (nullable): how many more there are than the first lines name
 */
char *tlsrpt_lead_more (const TlsrptDigest *digest, TlsrptDigestPart part);

/**
 * tlsrpt_lead_title:
 * @digest: a digest
 *
 * Returns: (transfer full): what it is about, in one line
 */
char *tlsrpt_lead_title (const TlsrptDigest *digest);

/**
 * tlsrpt_lead_total:
 * @digest: a digest
 *
 * Returns: (transfer full): its sums, in one line
 */
char *tlsrpt_lead_total (const TlsrptDigest *digest);

/**
 * tlsrpt_lead_doubt:
 * @digest: a digest
 *
 * Returns: (transfer full) (nullable): what is to be said of reports that are missing, that are not
 *   authenticated, or that there will be no room for
 */
char *tlsrpt_lead_doubt (const TlsrptDigest *digest);

G_END_DECLS
