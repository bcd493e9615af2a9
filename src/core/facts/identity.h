/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which report is which: keys computed from what a report is, not from what it says. */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_identity_uid:
 * @report: a report with its policies, identified by tlsrpt_reporter_identify()
 * @uid: (out caller-allocates): 16 bytes
 *
 * Computes the time-ordered key: 4 bytes big-endian days since 1970-01-01 of the day it is counted on
 * (one before 1970 counts as day 0), then the first 12 bytes of SHA-256 over the identity: reporter
 * domain, report-id, start and end as `YYYY-MM-DDTHH:MM:SSZ`, then the policy domains (as compared,
 * sorted by bytes, an absent one as ""), each preceded by its length in bytes as 4 bytes big-endian.
 */
void tlsrpt_identity_uid (const TlsrptReport *report, guint8 uid[TLSRPT_UID_BYTES]);

/**
 * tlsrpt_identity_claim:
 * @report: a report with its policies
 * @claim: (out caller-allocates): 16 bytes
 *
 * As tlsrpt_identity_uid() without the day, with the name for the reporter: what the document alone
 * claims to be. One report may come under two reporter domains, as a mail and as a document from an
 * archive; its claim is the same.
 */
void tlsrpt_identity_claim (const TlsrptReport *report, guint8 claim[TLSRPT_UID_BYTES]);

G_END_DECLS
