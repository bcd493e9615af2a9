/* SPDX-License-Identifier: GPL-3.0-or-later
 * An MX host: its addresses, TLSA records and what each address presented, and what is to be thought of
 * them under the policies of the domains that it serves. */
#pragma once

#include "doctor/answer.h"
#include "doctor/smtp.h"

#include <glib.h>

G_BEGIN_DECLS

/* More addresses than any MX host has; the rest is not looked at. */
#define TLSRPT_HOST_ADDRESSES_MAX 16

/**
 * TlsrptHostProbe:
 * @address: one address
 * @is_private: it is not followed
 * @smtp: (nullable): what was seen there
 */
typedef struct {
  char *address;
  gboolean is_private;
  TlsrptSmtp *smtp;
} TlsrptHostProbe;

/**
 * TlsrptHost:
 * @name: its name as an MX record has it
 * @addresses: A records
 * @addresses6: AAAA records
 * @tlsa: TLSA records of `_25._tcp.` and the name
 * @probes: (element-type TlsrptHostProbe): one for each address
 */
typedef struct {
  char *name;
  TlsrptAnswer *addresses;
  TlsrptAnswer *addresses6;
  TlsrptAnswer *tlsa;
  GPtrArray *probes;
} TlsrptHost;

/**
 * TlsrptHostUse:
 * @is_enforced: the MTA-STS policy of a domain says enforce
 * @is_tested: it says testing
 * @is_signed: the domain's MX records are vouched for by DNSSEC, so that sending MTAs use TLSA records
 * @now: the time, UTC
 */
typedef struct {
  gboolean is_enforced;
  gboolean is_tested;
  gboolean is_signed;
  GDateTime *now;
} TlsrptHostUse;

/**
 * tlsrpt_host_new:
 * @name: an MX host as name.h lets it pass; copied
 *
 * Returns: (transfer full): a host that was not looked at yet
 */
TlsrptHost *tlsrpt_host_new (const char *name);

/**
 * tlsrpt_host_free:
 * @host: (transfer full) (nullable): what to free
 */
void tlsrpt_host_free (TlsrptHost *host);

/**
 * tlsrpt_host_look_up:
 * @host: a host with a name
 * @allow_private: whether private addresses are followed
 *
 * Asks for its addresses and TLSA records, and makes a probe for each address.
 */
void tlsrpt_host_look_up (TlsrptHost *host, gboolean allow_private);

/**
 * tlsrpt_host_has_dane:
 * @host: a host that was looked at
 * @use: what uses it
 *
 * Returns: %TRUE if it has TLSA records that sending MTAs use: in a signed zone, of a domain whose MX
 *   records are signed too
 */
gboolean tlsrpt_host_has_dane (const TlsrptHost *host, const TlsrptHostUse *use);

/**
 * tlsrpt_host_judge:
 * @host: a host that was looked at
 * @use: what uses it
 * @looks: (element-type TlsrptLook): findings are added here
 */
void tlsrpt_host_judge (const TlsrptHost *host, const TlsrptHostUse *use, GPtrArray *looks);

G_END_DECLS
