/* SPDX-License-Identifier: GPL-3.0-or-later
 * Puts names into texts. Anything but a plain name is left out. */
#include "insight/remedy/fill.h"

#include "core/name.h"

#include <string.h>

#define MTA_STS "mta-sts."

static char *
first_host (const GPtrArray *tallies)
{
  char *host = NULL;

  for (guint i = 0; i < tallies->len && host == NULL; i++)
    host = tlsrpt_name_host (((const TlsrptTally *)tallies->pdata[i])->name);
  return host;
}

/* The host that the incident is about, before one that a report merely names. */
static char *
mx_of (const TlsrptJudgement *judgement)
{
  char *mx = judgement->place_kind == TLSRPT_PLACE_MX ? tlsrpt_name_host (judgement->place) : NULL;

  return mx != NULL ? mx : first_host (judgement->receiving_mx);
}

/* A policy host is of a domain too, should no domain be named. */
static char *
domain_of (const TlsrptJudgement *judgement)
{
  const char *place = judgement->place;

  if (place != NULL && judgement->place_kind == TLSRPT_PLACE_POLICY_HOST)
    return tlsrpt_name_host (g_str_has_prefix (place, MTA_STS) ? place + strlen (MTA_STS) : place);
  return first_host (judgement->mail_domains);
}

static char *
zone_of (const TlsrptJudgement *judgement, const TlsrptFill *fill)
{
  char *zone =
      judgement->place_kind == TLSRPT_PLACE_ZONE ? tlsrpt_name_host (judgement->place) : NULL;

  if (zone == NULL)
    zone = g_strdup (fill->mx != NULL ? fill->mx : fill->domain);
  return zone;
}

TlsrptFill *
tlsrpt_fill_new (const TlsrptJudgement *judgement)
{
  TlsrptFill *fill = g_new0 (TlsrptFill, 1);

  fill->mx = mx_of (judgement);
  fill->domain = domain_of (judgement);
  fill->zone = zone_of (judgement, fill);
  for (guint i = 0; judgement->receiving_ips[i] != NULL && fill->ip == NULL; i++)
    fill->ip = tlsrpt_name_address (judgement->receiving_ips[i]);
  if (judgement->witnesses->len == 1)
    fill->reporter =
        tlsrpt_name_host (((const TlsrptWitness *)judgement->witnesses->pdata[0])->domain);
  return fill;
}

void
tlsrpt_fill_free (TlsrptFill *fill)
{
  if (fill == NULL)
    return;
  g_free (fill->mx);
  g_free (fill->domain);
  g_free (fill->zone);
  g_free (fill->ip);
  g_free (fill->reporter);
  g_free (fill);
}

static void
replace (GString *text, const char *placeholder, const char *name, const char *otherwise)
{
  g_string_replace (text, placeholder, name != NULL ? name : otherwise, 0);
}

/* A name contains no brace, so it is never taken for a placeholder. */
char *
tlsrpt_fill_text (const TlsrptFill *fill, const char *text, gboolean for_shell)
{
  GString *filled = g_string_new (text);

  if (fill->domain == NULL && !for_shell) {
    g_string_replace (filled, "_mta-sts.{domain}", "_mta-sts", 0);
    g_string_replace (filled, "mta-sts.{domain}", "the policy host", 0);
  }
  if (fill->mx == NULL && !for_shell)
    g_string_replace (filled, "_25._tcp.{mx}", "_25._tcp.MX-HOST", 0);
  replace (filled, "{mx}", fill->mx, for_shell ? "MX-HOST" : "the MX host");
  replace (filled, "{domain}", fill->domain, for_shell ? "DOMAIN" : "the domain");
  replace (filled, "{zone}", fill->zone, for_shell ? "ZONE" : "the zone");
  replace (filled, "{ip}", fill->ip, for_shell ? "ADDRESS" : "the address");
  replace (filled, "{reporter}", fill->reporter, "the reporter");
  return g_string_free (filled, FALSE);
}
