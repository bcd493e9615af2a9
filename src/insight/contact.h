/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who is told of which mail domain: table domain_contact, which only the owner writes. What is read for a
 * contact is read as a login that may see nothing but the contact's domains. */
#pragma once

#include "insight/period.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptContact:
 * @domain: mail domain; of several domains, separated by spaces
 * @address: mail address
 */
typedef struct {
  char *domain;
  char *address;
} TlsrptContact;

/**
 * tlsrpt_contact_addresses:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full) (element-type TlsrptContact): each address once with all its domains, or %NULL with
 *   @error set
 */
GPtrArray *tlsrpt_contact_addresses (TlsrptPg *pg, GError **error);

/**
 * tlsrpt_contact_digests:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @period: days
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full) (element-type TlsrptContact): each domain and address whose digest of @period was
 *   not sent yet, or %NULL with @error set
 */
GPtrArray *tlsrpt_contact_digests (TlsrptPg *pg, const TlsrptPeriod *period, GError **error);

/**
 * tlsrpt_contact_claim:
 * @pg: a connection whose user has role tlsrpt_alerter, in a transaction
 * @contact: a domain and an address
 * @period: days
 * @is_mine: (out): %FALSE if another run has sent the digest meanwhile
 * @error: return location
 *
 * Notes that the digest is sent: if the transaction ends without commit, it is not. Waits for another run that
 * is sending the same digest.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_contact_claim (TlsrptPg *pg, const TlsrptContact *contact,
                               const TlsrptPeriod *period, gboolean *is_mine, GError **error);

/**
 * tlsrpt_contact_restrict:
 * @pg: a connection whose user has role tlsrpt_alerter, in a transaction
 * @domains: (nullable): mail domains, separated by spaces; %NULL to see everything again
 * @error: return location
 *
 * Takes the part of tlsrpt_domain_reader for the rest of the transaction: row security then shows nothing but
 * @domains, whatever a query asks for.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_contact_restrict (TlsrptPg *pg, const char *domains, GError **error);

G_END_DECLS
