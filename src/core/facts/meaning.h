/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a report says, as a digest: equal for the same facts, however they are written down. */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_meaning_digest:
 * @report: a decoded report
 * @digest: (out caller-allocates): SHA-256
 *
 * Covers the period, and of each policy type, domain, lines, hosts, both counts and every failure
 * detail with all its members. Does not cover who says it and under which id (organization-name,
 * contact-info, report-id), nor members that RFC 8460 does not know. Order of policies, details, lines
 * and hosts, white space, aliases of members, case and final dot of a host, the spelling of an
 * address, and an empty string for none at all make no difference.
 */
void tlsrpt_meaning_digest (const TlsrptReport *report, guint8 digest[TLSRPT_DIGEST_BYTES]);

G_END_DECLS
