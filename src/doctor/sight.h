/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was seen of places, named as incidents name them: right, or wrong, or not seen well enough to
 * say. Only what a policy of a domain demands is judged. */
#pragma once

#include "doctor/domain.h"
#include "doctor/host.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptSight:
 * @kind: kind of place, as in table observation: `mx`, `policy-host`, `zone`, `policy-mx` or `domain`
 * @place: its name
 * @mail_domain: (nullable): the domain that it was seen for; %NULL for all that use it
 * @is_healthy: whether all that sending MTAs check there was right
 * @detail: what was seen, printable; the same as long as nothing changes
 * @good_until: (nullable): when the first certificate ends
 */
typedef struct {
  const char *kind;
  char *place;
  char *mail_domain;
  gboolean is_healthy;
  char *detail;
  GDateTime *good_until;
} TlsrptSight;

/**
 * tlsrpt_sight_list:
 *
 * Returns: (transfer full) (element-type TlsrptSight): an empty list
 */
GPtrArray *tlsrpt_sight_list (void);

/**
 * tlsrpt_sight_add_host:
 * @sights: (element-type TlsrptSight): a list
 * @host: an MX host that was looked at
 * @use: all that uses it together
 *
 * Adds nothing where an address could not be reached: from elsewhere it may be.
 *
 * Returns: 1 if it was right, 0 if it was wrong, -1 if that cannot be said
 */
int tlsrpt_sight_add_host (GPtrArray *sights, const TlsrptHost *host, const TlsrptHostUse *use);

/**
 * tlsrpt_sight_add_domain:
 * @sights: (element-type TlsrptSight): a list
 * @domain: a domain that was looked at
 * @hosts: (element-type TlsrptHost): its MX hosts
 * @verdicts: (element-type int): what tlsrpt_sight_add_host() said of each
 *
 * Its policy host, its MX hosts beside its policy, its zone, and the domain as a whole.
 */
void tlsrpt_sight_add_domain (GPtrArray *sights, const TlsrptDomain *domain, const GPtrArray *hosts,
                              const GArray *verdicts);

G_END_DECLS
