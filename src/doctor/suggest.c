/* SPDX-License-Identifier: GPL-3.0-or-later
 * Records and policies to publish. The mode is testing first: enforce is a step of its own. */
#include "doctor/suggest.h"

#include "core/name.h"
#include "doctor/tlsa.h"

#include <string.h>

#define FIRST_MAX_AGE 86400
#define LATER_MAX_AGE 604800

static void
append_tlsrpt (GString *text, const TlsrptDomain *domain, const char *rua)
{
  g_autofree char *own = rua != NULL ? g_strdup (rua) : g_strconcat ("tlsrpt@", domain->name, NULL);

  if (domain->tlsrpt->is_valid)
    return;
  g_string_append (text,
                   domain->tlsrpt->n == 0
                       ? "; Reports: publish this record, and see that the address takes mail.\n"
                       : "; Reports: put this record in the place of all v=TLSRPTv1 records.\n");
  g_string_append_printf (text, "_smtp._tls.%s. IN TXT \"v=TLSRPTv1; rua=mailto:%s\"\n",
                          domain->name, own);
}

static void
append_mx (GString *text, const TlsrptDomain *domain)
{
  for (guint i = 0; i < domain->mx->records->len; i++) {
    g_autofree char *host =
        tlsrpt_name_host (((const TlsrptRecord *)domain->mx->records->pdata[i])->text);

    if (host != NULL)
      g_string_append_printf (text, "mx: %s\n", host);
  }
}

static void
append_policy (GString *text, const TlsrptDomain *domain, const char *mode, guint max_age)
{
  g_string_append_printf (text, "version: STSv1\nmode: %s\n", mode);
  append_mx (text, domain);
  g_string_append_printf (text, "max_age: %u\n", max_age);
}

static void
append_sts (GString *text, const TlsrptDomain *domain, GDateTime *now)
{
  g_autofree char *id = g_date_time_format (now, "%Y%m%d%H%M%S");
  gboolean has_mx = FALSE;

  for (guint i = 0; i < domain->mx->records->len; i++)
    has_mx = has_mx || *((const TlsrptRecord *)domain->mx->records->pdata[i])->text != '\0';
  if (!has_mx)
    return;
  if (domain->policy == NULL) {
    g_string_append_printf (text,
                            "; MTA-STS, first: this file at "
                            "https://mta-sts.%s/.well-known/mta-sts.txt, as text/plain,\n"
                            "; with a certificate of a public authority for that name.\n",
                            domain->name);
    append_policy (text, domain, "testing", FIRST_MAX_AGE);
  }
  if (!domain->sts->is_valid || domain->policy == NULL)
    g_string_append_printf (text,
                            "; MTA-STS, then: one record. A new id at each change of the file.\n"
                            "_mta-sts.%s. IN TXT \"v=STSv1; id=%s\"\n",
                            domain->name, id);
  if (!tlsrpt_domain_is_mode (domain, "testing") && domain->policy != NULL)
    return;
  g_string_append (
      text,
      "; MTA-STS, last: once reports of two weeks show no failure, this file, then a new id.\n");
  append_policy (text, domain, "enforce", LATER_MAX_AGE);
}

/* One line for each key, however many addresses use it. */
static void
append_keys (GString *text, const TlsrptHost *host)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < host->probes->len; i++) {
    const TlsrptHostProbe *probe = host->probes->pdata[i];
    const TlsrptChain *chain = probe->smtp != NULL ? probe->smtp->chain : NULL;
    g_autoptr (GBytes) key =
        chain != NULL ? tlsrpt_tlsa_public_key (chain->certificates->pdata[0]) : NULL;
    g_autofree char *digest =
        key != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, key) : NULL;

    if (digest != NULL && g_hash_table_add (seen, g_strdup (digest)))
      g_string_append_printf (text, "_25._tcp.%s. IN TLSA 3 1 1 %s\n", host->name, digest);
  }
}

static void
append_tlsa (GString *text, const TlsrptDomain *domain, const GPtrArray *hosts)
{
  g_autoptr (GString) records = g_string_new (NULL);

  for (guint i = 0; domain->mx->is_secure && i < hosts->len; i++) {
    const TlsrptHost *host = hosts->pdata[i];

    if (host->tlsa->status == TLSRPT_ANSWER_NONE && host->tlsa->is_secure)
      append_keys (records, host);
  }
  if (records->len > 0)
    g_string_append_printf (
        text,
        "; DANE: the zones are signed. Before a key changes, publish the new key's record beside "
        "this\n"
        "; one, wait two TTLs, change the key, and then take this one away.\n%s",
        records->str);
}

char *
tlsrpt_suggest_text (const TlsrptDomain *domain, const GPtrArray *hosts, const char *rua,
                     GDateTime *now)
{
  GString *text = g_string_new (NULL);

  append_tlsrpt (text, domain, rua);
  append_sts (text, domain, now);
  append_tlsa (text, domain, hosts);
  return g_string_free (text, FALSE);
}
