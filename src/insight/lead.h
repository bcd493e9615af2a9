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
 * tlsrpt_lead_trust:
 * @unknown: reports on whose signature nobody gave a verdict
 * @unauthentic: reports without a valid signature of their reporter
 *
 * Returns: (transfer full): how far the reports can be trusted, and how to mend that, in one line
 */
char *tlsrpt_lead_trust (guint64 unknown, guint64 unauthentic);

/**
 * tlsrpt_lead_remarks:
 * @digest: a digest
 *
 * Returns: (transfer full): a line each: that there are no reports, how far they can be trusted, what is not
 *   counted, what is in quarantine and what to look at, what there will be no room for
 */
char **tlsrpt_lead_remarks (const TlsrptDigest *digest);

/**
 * tlsrpt_lead_minor:
 * @digest: a digest
 *
 * Returns: (transfer full) (nullable): how many minor incidents there are
 */
char *tlsrpt_lead_minor (const TlsrptDigest *digest);

/**
 * tlsrpt_lead_more_causes:
 * @digest: a digest
 *
 * Returns: (transfer full) (nullable): how many causes there are beyond those that have cards
 */
char *tlsrpt_lead_more_causes (const TlsrptDigest *digest);

G_END_DECLS
