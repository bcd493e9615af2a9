/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a domain lacks, ready to be published, in an order that never breaks mail. */
#pragma once

#include "doctor/domain.h"
#include "doctor/host.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_suggest_text:
 * @domain: a domain that was looked at
 * @hosts: (element-type TlsrptHost): its MX hosts, looked at
 * @rua: (nullable): mail address for reports; %NULL for tlsrpt at the domain
 * @now: the time, UTC, of which an id is made
 *
 * Lines of a zone file and of a policy file; what they are stands in lines that begin with a semicolon.
 * TLSA records are proposed where the resolver vouches for both zones, for each key that was presented.
 *
 * Returns: (transfer full): the text; "" where nothing is lacking
 */
char *tlsrpt_suggest_text (const TlsrptDomain *domain, const GPtrArray *hosts, const char *rua,
                           GDateTime *now);

G_END_DECLS
