/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which organization a report belongs to, as a domain, and how that is known. The name that a report
 * writes is a label; who else uses a name is judged here too. */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_reporter_identify:
 * @report: a decoded report whose `trust` is judged; its `reporter_domain`, `reporter_basis` and
 *   `is_verified` are set
 *
 * The domain of From, verified if the DKIM signature that counts passed, vouches for From, and is of
 * that domain or of a domain above it with two labels or more; a signer below it, or beside it, vouches for nothing (RFC
 * 8460 section 3 wants the reporting domain's). Without From, unverified: the domain of
 * TLS-Report-Submitter, of the first address in contact-info, and last organization-name, as
 * tlsrpt_reporter_name_key() spells it.
 */
void tlsrpt_reporter_identify (TlsrptReport *report);

/**
 * tlsrpt_reporter_basis_word:
 * @basis: how a reporter is known
 *
 * Returns: (transfer none): `dkim`, `from`, `submitter`, `contact-info` or `name`
 */
const char *tlsrpt_reporter_basis_word (TlsrptBasis basis);

/**
 * tlsrpt_reporter_name_key:
 * @name: organization-name
 *
 * Names that people read as one have one key: letters and digits alone, without case or width.
 *
 * Returns: (transfer full): the key; @name itself, lower case, where it has neither letter nor digit
 */
char *tlsrpt_reporter_name_key (const char *name);

/**
 * tlsrpt_reporter_is_before:
 * @domain: a reporter
 * @other: another one
 * @name: organization-name that both write
 *
 * Returns: %TRUE if what both claim is @domain's, in whatever order they came: @other is below it, as a signer may
 *   be above From, or @name resembles @domain and does not resemble @other, or @other is no domain but a name
 */
gboolean tlsrpt_reporter_is_before (const char *domain, const char *other, const char *name);

/**
 * TlsrptNameOwner:
 * @domain: reporter that has written the name under its own signature
 * @since: microseconds since 1970 when such a report first arrived
 */
typedef struct {
  const char *domain;
  gint64 since;
} TlsrptNameOwner;

/** Seniority that makes a name one's own, where neither domain resembles it: 3 days. */
#define TLSRPT_REPORTER_NAME_AGE (3 * G_TIME_SPAN_DAY)

/**
 * tlsrpt_reporter_is_impersonating:
 * @report: an identified report
 * @owners: (array length=n): reporters known by signature that use its organization-name
 * @n: how many
 * @now: microseconds since 1970
 *
 * Whether @report writes a name that belongs to another reporter. A name belongs to the reporter whose
 * domain resembles it (`Google Inc.`, google.com), so that who comes first with a known name gains
 * nothing by it; where both domains resemble it, or neither does, to whom has used it for
 * %TLSRPT_REPORTER_NAME_AGE before anybody else did. A domain and the one above it are the same
 * organization. A report that is known by nothing but its name names no other domain.
 *
 * Returns: %TRUE if it counts for nothing but its own count
 */
gboolean tlsrpt_reporter_is_impersonating (const TlsrptReport *report,
                                           const TlsrptNameOwner *owners, gsize n, gint64 now);

G_END_DECLS
