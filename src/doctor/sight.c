/* SPDX-License-Identifier: GPL-3.0-or-later
 * Findings say all that is worth saying; a sight says one thing of a place, or nothing. */
#include "doctor/sight.h"

#include "core/domain.h"
#include "core/name.h"
#include "doctor/dane.h"

#include <string.h>

enum { UNSEEN = -1, WRONG = 0, RIGHT = 1 };

static void
sight_free (gpointer data)
{
  TlsrptSight *sight = data;

  g_free (sight->place);
  g_free (sight->mail_domain);
  g_free (sight->detail);
  g_clear_pointer (&sight->good_until, g_date_time_unref);
  g_free (sight);
}

GPtrArray *
tlsrpt_sight_list (void)
{
  return g_ptr_array_new_with_free_func (sight_free);
}

/* @verdict is kept if it is one; @detail is taken. */
static int
add (GPtrArray *sights, const char *kind, const char *place, const char *mail_domain, int verdict,
     char *detail, GDateTime *good_until)
{
  TlsrptSight *sight = g_new0 (TlsrptSight, 1);

  sight->kind = kind;
  sight->place = g_strdup (place);
  sight->mail_domain = g_strdup (mail_domain);
  sight->is_healthy = verdict == RIGHT;
  sight->detail = detail;
  sight->good_until = good_until != NULL ? g_date_time_ref (good_until) : NULL;
  if (verdict == UNSEEN)
    sight_free (sight);
  else
    g_ptr_array_add (sights, sight);
  return verdict;
}

/* What a sending MTA checks once TLS is spoken; @trouble says what is wrong. */
static int
judge_secured (const TlsrptHost *host, const TlsrptChain *chain, const TlsrptHostUse *use,
               char **trouble)
{
  g_autofree char *chain_trouble = tlsrpt_chain_trouble (chain);
  gboolean has_dane = tlsrpt_host_has_dane (host, use);
  gboolean has_sts = use->is_enforced || use->is_tested;
  g_autoptr (TlsrptDane) dane = tlsrpt_dane_judge (host->tlsa, chain, host->name);

  if (has_dane && dane->fitting == 0) {
    *trouble = g_strdup_printf ("none of %u TLSA records fits the certificate", dane->usable);
    return WRONG;
  }
  if (chain_trouble == NULL)
    return RIGHT;
  if (has_dane && !has_sts)
    return RIGHT;
  *trouble = g_steal_pointer (&chain_trouble);
  return has_sts ? WRONG : UNSEEN; /* no policy demands what it lacks */
}

static int
judge_probe (const TlsrptHost *host, const TlsrptHostProbe *probe, const TlsrptHostUse *use,
             char **trouble)
{
  const TlsrptSmtp *smtp = probe->smtp;

  if (smtp == NULL || smtp->is_late)
    return UNSEEN;
  switch (smtp->stage) {
  case TLSRPT_SMTP_NO_WAY:
  case TLSRPT_SMTP_CONNECT:
  case TLSRPT_SMTP_GREETING:
  case TLSRPT_SMTP_EHLO:
    return UNSEEN; /* a firewall, or a server that does not like us */
  case TLSRPT_SMTP_NO_STARTTLS:
    *trouble = g_strdup ("STARTTLS is not offered");
    return WRONG;
  case TLSRPT_SMTP_STARTTLS:
  case TLSRPT_SMTP_HANDSHAKE:
    *trouble = g_strdup ("STARTTLS is offered, and TLS does not come about");
    return WRONG;
  case TLSRPT_SMTP_SECURED:
    break;
  }
  return smtp->chain != NULL ? judge_secured (host, smtp->chain, use, trouble) : UNSEEN;
}

/* When the first certificate ends; of no matter where all sending MTAs go by a TLSA record of usage 3. */
static GDateTime *
end_of (const TlsrptHost *host, const TlsrptHostProbe *probe, const TlsrptHostUse *use)
{
  const TlsrptChain *chain = probe->smtp != NULL ? probe->smtp->chain : NULL;
  g_autoptr (TlsrptDane) dane =
      chain != NULL ? tlsrpt_dane_judge (host->tlsa, chain, host->name) : NULL;
  guint depth;

  if (chain == NULL || (tlsrpt_host_has_dane (host, use) && dane->ignores_dates &&
                        !use->is_enforced && !use->is_tested))
    return NULL;
  return tlsrpt_chain_first_end (chain, &depth);
}

static char *
praise (const TlsrptHost *host, const TlsrptHostUse *use, GDateTime *end)
{
  g_autofree char *day = end != NULL ? g_date_time_format (end, "%Y-%m-%d") : NULL;
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%u address%s: TLS is spoken", host->probes->len,
                          host->probes->len == 1 ? "" : "es");
  if (tlsrpt_host_has_dane (host, use))
    g_string_append (text, ", the TLSA records fit");
  if (day != NULL)
    g_string_append_printf (text, ", the certificate is good until %s", day);
  return g_string_free (text, FALSE);
}

int
tlsrpt_sight_add_host (GPtrArray *sights, const TlsrptHost *host, const TlsrptHostUse *use)
{
  int verdict = host->probes->len > 0 ? RIGHT : UNSEEN;
  GDateTime *first = NULL;
  char *detail = NULL;

  if (host->tlsa->status == TLSRPT_ANSWER_FAILED || host->tlsa->status == TLSRPT_ANSWER_BOGUS ||
      (host->tlsa->status == TLSRPT_ANSWER_FOUND && !host->tlsa->is_secure) ||
      host->addresses->status == TLSRPT_ANSWER_FAILED ||
      host->addresses6->status == TLSRPT_ANSWER_FAILED)
    verdict = UNSEEN;
  for (guint i = 0; i < host->probes->len; i++) {
    const TlsrptHostProbe *probe = host->probes->pdata[i];
    g_autofree char *trouble = NULL;
    int one = judge_probe (host, probe, use, &trouble);
    GDateTime *end = end_of (host, probe, use);

    if (one == WRONG && detail == NULL)
      detail = g_strdup_printf ("%s: %s", probe->address, trouble);
    if (one != RIGHT)
      verdict = one == WRONG || verdict == WRONG ? WRONG : UNSEEN;
    if (end != NULL && (first == NULL || g_date_time_compare (end, first) < 0))
      first = end;
  }
  return add (sights, "mx", host->name, NULL, verdict,
              detail != NULL ? detail : praise (host, use, first), first);
}

static int
judge_fetch (const TlsrptDomainFetch *one, char **trouble)
{
  const TlsrptFetch *fetch = one->fetch;
  g_autoptr (TlsrptStsPolicy) policy = NULL;

  if (fetch == NULL || fetch->is_late || fetch->has_no_way || fetch->chain == NULL)
    return UNSEEN;
  *trouble = tlsrpt_chain_trouble (fetch->chain);
  if (*trouble != NULL)
    return WRONG;
  if (fetch->trouble != NULL)
    *trouble = g_strdup (fetch->trouble);
  else if (fetch->status != 200)
    *trouble = g_strdup_printf ("HTTP status %u", fetch->status);
  else if (fetch->is_too_long)
    *trouble = g_strdup ("the file is longer than 64 kilobytes");
  else if (g_strcmp0 (fetch->media_type, "text/plain") != 0)
    *trouble = g_strdup ("the media type is not text/plain");
  if (*trouble != NULL)
    return WRONG;
  policy =
      tlsrpt_policy_parse (g_bytes_get_data (fetch->body, NULL), g_bytes_get_size (fetch->body));
  *trouble = g_strdup (policy->troubles[0]);
  return *trouble != NULL ? WRONG : RIGHT;
}

static int
add_policy_host (GPtrArray *sights, const TlsrptDomain *domain)
{
  g_autofree char *host = g_strconcat ("mta-sts.", domain->name, NULL);
  int verdict = domain->sts->is_valid && domain->fetches->len > 0 ? RIGHT : UNSEEN;
  GDateTime *first = NULL;
  char *detail = NULL;

  for (guint i = 0; i < domain->fetches->len; i++) {
    const TlsrptDomainFetch *fetch = domain->fetches->pdata[i];
    g_autofree char *trouble = NULL;
    int one = judge_fetch (fetch, &trouble);
    guint depth;
    GDateTime *end = fetch->fetch != NULL && fetch->fetch->chain != NULL
                         ? tlsrpt_chain_first_end (fetch->fetch->chain, &depth)
                         : NULL;

    if (one == WRONG && detail == NULL)
      detail = g_strdup_printf ("%s: %s", fetch->address, trouble);
    if (one != RIGHT)
      verdict = one == WRONG || verdict == WRONG ? WRONG : UNSEEN;
    if (end != NULL && (first == NULL || g_date_time_compare (end, first) < 0))
      first = end;
  }
  if (detail == NULL)
    detail = g_strdup_printf ("a valid policy, mode %s, at %u address%s",
                              domain->policy != NULL ? domain->policy->mode : "unknown",
                              domain->fetches->len, domain->fetches->len == 1 ? "" : "es");
  return add (sights, "policy-host", host, domain->name, verdict, detail, first);
}

static int
add_policy_mx (GPtrArray *sights, const TlsrptDomain *domain, const char *host)
{
  gboolean is_demanded =
      tlsrpt_domain_is_mode (domain, "enforce") || tlsrpt_domain_is_mode (domain, "testing");
  gboolean is_named = is_demanded && tlsrpt_policy_names (domain->policy, host);

  if (!is_demanded)
    return UNSEEN;
  return add (sights, "policy-mx", host, domain->name, is_named ? RIGHT : WRONG,
              is_named ? g_strdup ("the policy names it")
                       : g_strdup_printf ("it is an MX of %s, and the policy does not name it",
                                          domain->name),
              NULL);
}

/* A zone is the domain's, or by its name the one above the host: incidents name it so. */
static const char *
zone_of (const TlsrptDomain *domain, const TlsrptHost *host)
{
  const char *parent = strchr (host->name, '.');

  if (tlsrpt_domain_is_within (host->name, domain->name))
    return domain->name;
  return parent != NULL && strchr (parent + 1, '.') != NULL ? parent + 1 : host->name;
}

static int
judge_zone (const TlsrptHost *host)
{
  if (host->tlsa->status == TLSRPT_ANSWER_BOGUS || host->addresses->status == TLSRPT_ANSWER_BOGUS ||
      host->addresses6->status == TLSRPT_ANSWER_BOGUS)
    return WRONG;
  return host->tlsa->is_secure && tlsrpt_dane_usable (host->tlsa) > 0 ? RIGHT : UNSEEN;
}

/* All hosts of the zone that the host at @first is in, unless one before it was in that zone. */
static void
add_zone (GPtrArray *sights, const TlsrptDomain *domain, const GPtrArray *hosts, guint first)
{
  const char *zone = zone_of (domain, hosts->pdata[first]);
  const char *wrong = NULL;
  int verdict = RIGHT;
  guint n = 0;

  for (guint i = 0; i < hosts->len; i++) {
    const TlsrptHost *host = hosts->pdata[i];
    int one = judge_zone (host);

    if (strcmp (zone_of (domain, host), zone) != 0)
      continue;
    if (i < first)
      return;
    n++;
    if (one == WRONG && wrong == NULL)
      wrong = host->name;
    verdict = MIN (verdict, one);
  }
  add (sights, "zone", zone, domain->name, wrong != NULL ? WRONG : verdict,
       wrong != NULL ? g_strdup_printf ("DNSSEC of %s does not validate", wrong)
                     : g_strdup_printf ("DNSSEC validates, and there are TLSA records of %u MX "
                                        "host%s",
                                        n, n == 1 ? "" : "s"),
       NULL);
}

void
tlsrpt_sight_add_domain (GPtrArray *sights, const TlsrptDomain *domain, const GPtrArray *hosts,
                         const GArray *verdicts)
{
  int all = hosts->len > 0 ? RIGHT : UNSEEN;
  const char *wrong = NULL;

  for (guint i = 0; i < hosts->len; i++) {
    const TlsrptHost *host = hosts->pdata[i];
    int named = add_policy_mx (sights, domain, host->name);
    int seen = g_array_index (verdicts, int, i);

    if ((named == WRONG || seen == WRONG) && wrong == NULL)
      wrong = host->name;
    if (seen == UNSEEN && all == RIGHT)
      all = UNSEEN;
    add_zone (sights, domain, hosts, i);
    add (sights, "domain-mx", host->name, domain->name, RIGHT,
         g_strdup_printf ("it is an MX host of %s", domain->name), NULL);
  }
  if (domain->sts->n > 0 && add_policy_host (sights, domain) != RIGHT && all == RIGHT)
    all = UNSEEN;
  add (sights, "domain", domain->name, domain->name, wrong != NULL ? WRONG : all,
       wrong != NULL ? g_strdup_printf ("%s is not right", wrong)
                     : g_strdup_printf ("all of its %u MX hosts are right", hosts->len),
       NULL);
}
