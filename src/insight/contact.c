/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads domain_contact, and lets the server restrict what is read for a contact. */
#include "insight/contact.h"

#include "pg/row.h"

static const char addresses_sql[] =
    "SELECT string_agg(domain, ' ' ORDER BY domain) AS domain, address FROM tlsrpt.domain_contact"
    " GROUP BY address ORDER BY address";

static const char digests_sql[] =
    "SELECT c.domain, c.address FROM tlsrpt.domain_contact c"
    " WHERE NOT EXISTS (SELECT FROM tlsrpt.digest_delivery d WHERE d.domain = c.domain"
    "  AND d.address = c.address AND d.first_day = $1::date AND d.last_day = $2::date)"
    " ORDER BY c.domain, c.address";

static const char claim_sql[] =
    "INSERT INTO tlsrpt.digest_delivery (domain, address, first_day, last_day)"
    " VALUES ($1, $2, $3::date, $4::date) ON CONFLICT DO NOTHING";

static const char restrict_sql[] = "SELECT pg_catalog.set_config('tlsrpt.domains', $1, true),"
                                   " pg_catalog.set_config('role', $2, true)";

static void
contact_free (gpointer data)
{
  TlsrptContact *contact = data;

  g_free (contact->domain);
  g_free (contact->address);
  g_free (contact);
}

static GPtrArray *
take (const PGresult *result)
{
  GPtrArray *contacts = g_ptr_array_new_with_free_func (contact_free);

  for (int row = 0; row < PQntuples (result); row++) {
    TlsrptContact *contact = g_new0 (TlsrptContact, 1);

    contact->domain = tlsrpt_row_copy (result, row, "domain");
    contact->address = tlsrpt_row_copy (result, row, "address");
    g_ptr_array_add (contacts, contact);
  }
  return contacts;
}

GPtrArray *
tlsrpt_contact_addresses (TlsrptPg *pg, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pg, addresses_sql, 0, NULL, error);

  return result != NULL ? take (result) : NULL;
}

GPtrArray *
tlsrpt_contact_digests (TlsrptPg *pg, const TlsrptPeriod *period, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, digests_sql, error, period->since, period->until, TLSRPT_PG_END);

  return result != NULL ? take (result) : NULL;
}

gboolean
tlsrpt_contact_claim (TlsrptPg *pg, const TlsrptContact *contact, const TlsrptPeriod *period,
                      gboolean *is_mine, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, claim_sql, error, contact->domain, contact->address, period->since,
                            period->until, TLSRPT_PG_END);

  if (result == NULL)
    return FALSE;
  *is_mine = g_strcmp0 (PQcmdTuples (result), "1") == 0;
  return TRUE;
}

gboolean
tlsrpt_contact_restrict (TlsrptPg *pg, const char *domains, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pg, restrict_sql, error, domains != NULL ? domains : "",
                            domains != NULL ? "tlsrpt_domain_reader" : "none", TLSRPT_PG_END);

  return result != NULL;
}
