/* SPDX-License-Identifier: GPL-3.0-or-later
 * MX hosts, looked up and judged. */
#include "doctor/host.h"

#include "core/errors.h"
#include "core/name.h"
#include "doctor/dane.h"
#include "doctor/dial.h"
#include "doctor/finding.h"
#include "doctor/resolve.h"

#include <string.h>

/* Days before the end of a certificate. A renewal is due at 30. */
#define WARN_DAYS 21
#define FAIL_DAYS 7

static void
probe_free (gpointer data)
{
  TlsrptHostProbe *probe = data;

  g_free (probe->address);
  tlsrpt_smtp_free (probe->smtp);
  g_free (probe);
}

TlsrptHost *
tlsrpt_host_new (const char *name)
{
  TlsrptHost *host = g_new0 (TlsrptHost, 1);

  host->name = g_strdup (name);
  host->probes = g_ptr_array_new_with_free_func (probe_free);
  return host;
}

void
tlsrpt_host_free (TlsrptHost *host)
{
  if (host == NULL)
    return;
  g_free (host->name);
  tlsrpt_answer_free (host->addresses);
  tlsrpt_answer_free (host->addresses6);
  tlsrpt_answer_free (host->tlsa);
  g_ptr_array_unref (host->probes);
  g_free (host);
}

static void
add_probes (TlsrptHost *host, const TlsrptAnswer *addresses, gboolean allow_private)
{
  for (guint i = 0; i < addresses->records->len && host->probes->len < TLSRPT_HOST_ADDRESSES_MAX;
       i++) {
    TlsrptHostProbe *probe = g_new0 (TlsrptHostProbe, 1);

    probe->address = g_strdup (((const TlsrptRecord *)addresses->records->pdata[i])->text);
    probe->is_private = !allow_private && tlsrpt_dial_is_private (probe->address);
    g_ptr_array_add (host->probes, probe);
  }
}

void
tlsrpt_host_look_up (TlsrptHost *host, gboolean allow_private)
{
  g_autofree char *name = tlsrpt_name_host (host->name);
  g_autofree char *tlsa_name = g_strconcat ("_25._tcp.", name, NULL);

  if (name == NULL) {
    host->addresses = tlsrpt_answer_new (TLSRPT_ANSWER_NONE);
    host->addresses6 = tlsrpt_answer_new (TLSRPT_ANSWER_NONE);
    host->tlsa = tlsrpt_answer_new (TLSRPT_ANSWER_NONE);
    return;
  }
  host->addresses = tlsrpt_resolve (name, TLSRPT_RECORD_A);
  host->addresses6 = tlsrpt_resolve (name, TLSRPT_RECORD_AAAA);
  host->tlsa = tlsrpt_resolve (tlsa_name, TLSRPT_RECORD_TLSA);
  add_probes (host, host->addresses, allow_private);
  add_probes (host, host->addresses6, allow_private);
}

gboolean
tlsrpt_host_has_dane (const TlsrptHost *host, const TlsrptHostUse *use)
{
  return host->tlsa->status == TLSRPT_ANSWER_FOUND && host->tlsa->is_secure && use->is_signed &&
         tlsrpt_dane_usable (host->tlsa) > 0;
}

/* A fault that no policy forbids is a warning; one that a policy forbids is a failure. */
static TlsrptLevel
level_of_tls (const TlsrptHost *host, const TlsrptHostUse *use)
{
  return use->is_enforced || tlsrpt_host_has_dane (host, use) ? TLSRPT_LEVEL_FAIL
                                                              : TLSRPT_LEVEL_WARN;
}

static void
judge_stage (const TlsrptHost *host, const TlsrptHostProbe *probe, const char *subject,
             const TlsrptHostUse *use, GPtrArray *looks)
{
  const char *trouble = probe->smtp->trouble != NULL ? probe->smtp->trouble : "";

  switch (probe->smtp->stage) {
  case TLSRPT_SMTP_NO_WAY:
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_UNKNOWN, "mx-connect", subject, NULL,
                        "this machine has no way to it: %s", trouble);
    break;
  case TLSRPT_SMTP_CONNECT:
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_FAIL, "mx-connect", subject,
        "let the mail server listen there, or take the address out of DNS; a firewall may block "
        "port 25 from here",
        "no connection to port 25: %s", trouble);
    break;
  case TLSRPT_SMTP_GREETING:
  case TLSRPT_SMTP_EHLO:
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "mx-smtp", subject,
                        "read the log of the mail server", "it does not speak SMTP with us: %s",
                        trouble);
    break;
  case TLSRPT_SMTP_NO_STARTTLS:
    tlsrpt_finding_add (
        looks, level_of_tls (host, use), "mx-starttls", subject,
        "switch TLS on in the mail server, and read its log for errors about key and certificate",
        "STARTTLS is not offered");
    break;
  case TLSRPT_SMTP_STARTTLS:
  case TLSRPT_SMTP_HANDSHAKE:
    tlsrpt_finding_add (looks, level_of_tls (host, use), "mx-handshake", subject,
                        "read the log of the mail server",
                        "STARTTLS is offered, and TLS does not come about: %s", trouble);
    break;
  case TLSRPT_SMTP_SECURED:
    break;
  }
}

static void
judge_certificate (const TlsrptHost *host, const TlsrptHostProbe *probe, const char *subject,
                   const TlsrptHostUse *use, GPtrArray *looks)
{
  g_autofree char *trouble = tlsrpt_chain_trouble (probe->smtp->chain);

  if (trouble == NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "mx-certificate", subject, NULL,
                        "the certificate is good for its name, with a chain to a known authority");
  else if (use->is_enforced)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_FAIL, "mx-certificate", subject,
        "sending MTAs that use MTA-STS refuse this: install a certificate of a public "
        "authority for this "
        "name, with its chain",
        "%s", trouble);
  else if (tlsrpt_host_has_dane (host, use) && !use->is_tested)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "mx-certificate", subject, NULL,
                        "%s; sending MTAs that use DANE go by the TLSA records", trouble);
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "mx-certificate", subject,
                        "under MTA-STS in mode enforce this is refused: install a certificate of a "
                        "public authority "
                        "for this name, with its chain",
                        "%s", trouble);
}

/* The chain ends with the first of its certificates to expire; an expired one is reported above. */
static void
judge_dates (const TlsrptHostProbe *probe, const char *subject, const TlsrptHostUse *use,
             GPtrArray *looks)
{
  guint depth = 0;
  GDateTime *end = tlsrpt_chain_first_end (probe->smtp->chain, &depth);
  GTimeSpan left = end != NULL ? g_date_time_difference (end, use->now) : G_MAXINT64;
  g_autofree char *day = NULL;

  if (left < 0 || left > WARN_DAYS * G_TIME_SPAN_DAY)
    return;
  day = g_date_time_format (end, "%Y-%m-%d");
  tlsrpt_finding_add (looks,
                      left <= FAIL_DAYS * G_TIME_SPAN_DAY ? TLSRPT_LEVEL_FAIL : TLSRPT_LEVEL_WARN,
                      "mx-certificate-end", subject, "renew it, and let the mail server load it",
                      "%s ends on %s, in %d days: %s",
                      depth == 0 ? "the certificate" : "an intermediate certificate", day,
                      (int)(left / G_TIME_SPAN_DAY),
                      (const char *)probe->smtp->chain->subjects->pdata[depth]);
}

/* TLSA records that sending MTAs use. Of usage 2 they check names and dates too (RFC 7672 section 3.1.1). */
static void
judge_dane (const TlsrptDane *dane, const TlsrptHostProbe *probe, const char *subject,
            GPtrArray *looks)
{
  g_autofree char *trouble = tlsrpt_chain_trouble_of (probe->smtp->chain, dane->flags);

  if (dane->fitting == 0 && trouble != NULL)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_FAIL, "mx-tlsa", subject,
        "install a certificate that this authority issued for this name and that is in date, or "
        "publish a TLSA 3 1 1 record of the key in use",
        "a TLSA record of usage 2 fits %s, and sending MTAs that use DANE refuse what is below it: "
        "%s",
        dane->anchor, trouble);
  else if (dane->fitting == 0)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_FAIL, "mx-tlsa", subject,
        "publish a TLSA 3 1 1 record of the key in use beside the old ones, and wait two TTLs "
        "before the old ones go",
        "none of %u TLSA records fits the certificate: sending MTAs that use DANE do not deliver",
        dane->usable);
  else if (dane->fitting < dane->usable)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_OK, "mx-tlsa", subject, NULL,
        "%u of %u TLSA records fit: a change of key is under way, or old records can go",
        dane->fitting, dane->usable);
  else if (dane->by_server == 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "mx-tlsa", subject, NULL,
                        "the TLSA records fit an authority of the chain: %s", dane->anchor);
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "mx-tlsa", subject, NULL,
                        "the TLSA records fit the certificate");
}

/* Dates count for all sending MTAs except those that use a TLSA record of usage 3 (RFC 7672 section
 * 3.1.1). */
static void
judge_secured (const TlsrptHost *host, const TlsrptHostProbe *probe, const char *subject,
               const TlsrptHostUse *use, GPtrArray *looks)
{
  gboolean has_dane = tlsrpt_host_has_dane (host, use);
  g_autoptr (TlsrptDane) dane = tlsrpt_dane_judge (host->tlsa, probe->smtp->chain, host->name);

  judge_certificate (host, probe, subject, use, looks);
  if (use->is_enforced || use->is_tested || !has_dane || !dane->ignores_dates)
    judge_dates (probe, subject, use, looks);
  if (has_dane)
    judge_dane (dane, probe, subject, looks);
}

static void
judge_probe (const TlsrptHost *host, const TlsrptHostProbe *probe, const TlsrptHostUse *use,
             GPtrArray *looks)
{
  g_autofree char *subject = g_strdup_printf ("%s [%s]", host->name, probe->address);

  if (probe->is_private)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_WARN, "mx-address", subject,
        "publish an address that the world can reach; --allow-private looks at it all the same",
        "the address is a private one, and was not looked at");
  if (probe->smtp == NULL)
    return;
  judge_stage (host, probe, subject, use, looks);
  if (probe->smtp->stage == TLSRPT_SMTP_SECURED && probe->smtp->chain != NULL)
    judge_secured (host, probe, subject, use, looks);
}

/* TLSA records that no sending MTA uses protect nobody. */
static void
judge_tlsa (const TlsrptHost *host, const TlsrptHostUse *use, GPtrArray *looks)
{
  g_autofree char *subject = g_strconcat ("_25._tcp.", host->name, NULL);
  guint usable = tlsrpt_dane_usable (host->tlsa);

  if (host->tlsa->status == TLSRPT_ANSWER_BOGUS)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_FAIL, "dnssec", subject,
        "mend DNSSEC of the zone (signatures, DS record), or take the DS record away",
        "DNSSEC does not validate: sending MTAs that use DANE do not deliver");
  if (host->tlsa->status != TLSRPT_ANSWER_FOUND)
    return;
  if (usable == 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "mx-tlsa", subject,
                        "publish TLSA 3 1 1 records in their place",
                        "no TLSA record is one that sending MTAs use, which is usage 2 or 3, "
                        "selector 0 or 1, and a whole digest: mail flows without proof");
  else if (usable < host->tlsa->records->len)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "mx-tlsa", subject,
                        "take them away: only those of usage 2 or 3 with a whole digest count",
                        "sending MTAs do not use %u of %u TLSA records",
                        host->tlsa->records->len - usable, host->tlsa->records->len);
  if (usable > 0 && (!host->tlsa->is_secure || !use->is_signed))
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_WARN, "mx-tlsa", subject,
        "sign the zone of the MX host and that of the domain; or the resolver of this machine does "
        "not validate",
        "there are TLSA records, and the resolver vouches for %s by DNSSEC: sending MTAs do not "
        "use "
        "them",
        host->tlsa->is_secure ? "them, not for the MX records," : "neither them nor their zone");
}

static void
judge_differences (const TlsrptHost *host, GPtrArray *looks)
{
  const TlsrptChain *first = NULL;

  for (guint i = 0; i < host->probes->len; i++) {
    const TlsrptHostProbe *probe = host->probes->pdata[i];
    const TlsrptChain *chain = probe->smtp != NULL ? probe->smtp->chain : NULL;

    if (chain == NULL)
      continue;
    if (first != NULL &&
        !g_bytes_equal (first->certificates->pdata[0], chain->certificates->pdata[0])) {
      tlsrpt_finding_add (
          looks, TLSRPT_LEVEL_WARN, "mx-difference", host->name,
          "where they should be one host, bring the same certificate to each address",
          "its addresses present different certificates");
      return;
    }
    first = first != NULL ? first : chain;
  }
}

void
tlsrpt_host_judge (const TlsrptHost *host, const TlsrptHostUse *use, GPtrArray *looks)
{
  gboolean is_unknown = host->addresses->status == TLSRPT_ANSWER_FAILED &&
                        host->addresses6->status == TLSRPT_ANSWER_FAILED;

  judge_tlsa (host, use, looks);
  if (host->addresses->status == TLSRPT_ANSWER_BOGUS ||
      host->addresses6->status == TLSRPT_ANSWER_BOGUS)
    tlsrpt_finding_add (
        looks, TLSRPT_LEVEL_FAIL, "dnssec", host->name,
        "mend DNSSEC of the zone (signatures, DS record), or take the DS record away",
        "DNSSEC does not validate: sending MTAs that validate find no address");
  else if (is_unknown)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_UNKNOWN, "mx-address", host->name,
                        "look at /etc/resolv.conf", "no answer from DNS");
  else if (host->probes->len == 0)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "mx-address", host->name,
                        "correct the MX record, or publish an address", "it has no address");
  for (guint i = 0; i < host->probes->len; i++)
    judge_probe (host, host->probes->pdata[i], use, looks);
  judge_differences (host, looks);
}
