/* SPDX-License-Identifier: GPL-3.0-or-later
 * A decoded message to what of it may be stored. Refuses days that cannot be, what is not authentic
 * where that is demanded, and reports on other people's domains. */
#include "command/judge.h"

#include "command/authenticity.h"
#include "core/domain.h"
#include "core/errors.h"
#include "core/facts/day.h"

#include <string.h>

/* Domains named in a refusal. */
#define DOMAINS_NAMED_MAX 3

static GError *
judge_days (TlsrptReport *report, gconstpointer data)
{
  const gint64 *now = data;
  GError *error = NULL;

  tlsrpt_days_check (report->start_datetime, report->end_datetime, *now, &error);
  return error;
}

static char *
name_domains (const TlsrptReport *report)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < report->policies->len && i <= DOMAINS_NAMED_MAX; i++) {
    g_autofree char *quoted = tlsrpt_quote (tlsrpt_report_policy (report, i)->policy_domain);

    if (i == DOMAINS_NAMED_MAX)
      g_string_append (names, ", ...");
    else
      g_string_append_printf (names, "%s'%s'", i > 0 ? ", " : "", quoted);
  }
  if (names->len == 0)
    g_string_append (names, "no policy domain");
  return g_string_free (names, FALSE);
}

/* The sets that say whose reports are accepted; a report needs one of them. */
typedef struct {
  const TlsrptAccept *listed;
  const TlsrptAccept *in_table;
} Accepted;

static gboolean
is_accepted (const Accepted *accepted, const char *domain)
{
  return tlsrpt_accept_matches (accepted->listed, domain) ||
         tlsrpt_accept_matches (accepted->in_table, domain);
}

static GError *
judge_domains (TlsrptReport *report, gconstpointer data)
{
  const Accepted *accepted = data;
  g_autofree char *names = NULL;
  gboolean ours = FALSE;

  for (guint i = 0; i < report->policies->len; i++) {
    TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    policy->foreign = !is_accepted (accepted, policy->policy_domain);
    ours = ours || !policy->foreign;
  }
  if (report->policies->len == 0 && report->report_domain != NULL)
    ours = is_accepted (accepted, report->report_domain);
  if (ours)
    return NULL;
  names = name_domains (report);
  return g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_FOREIGN,
                      "accept: on %s, none of the accepted domains", names);
}

void
tlsrpt_judge_domains (TlsrptItem *item, const TlsrptAccept *listed, const TlsrptAccept *in_table)
{
  tlsrpt_item_judge_reports (item, judge_domains,
                             &(Accepted){ .listed = listed, .in_table = in_table });
}

void
tlsrpt_judge (TlsrptItem *item, TlsrptDkim *dkim, TlsrptDns *dns, const TlsrptSettings *settings)
{
  gint64 now = g_get_real_time ();

  tlsrpt_item_judge_reports (item, judge_days, &now);
  tlsrpt_authenticity_judge (item, dkim, dns, settings);
  if (settings->accept != NULL && !settings->accept_domains_table)
    tlsrpt_judge_domains (item, settings->accept, NULL);
}

static GError *
judge_recipient (TlsrptReport *report, gconstpointer data)
{
  const char *domain = data;
  g_autofree char *quoted = NULL;
  g_autofree char *names = NULL;

  if (g_strcmp0 (report->report_domain, domain) == 0)
    return NULL;
  for (guint i = 0; i < report->policies->len; i++)
    if (g_strcmp0 (tlsrpt_report_policy (report, i)->policy_domain, domain) == 0)
      return NULL;
  quoted = tlsrpt_quote (domain);
  names = name_domains (report);
  return g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_FOREIGN,
                      "accept: on %s, but mailed to the address for '%s'", names, quoted);
}

/* DOMAIN of `local+DOMAIN@host`, canonical; %NULL if there is none. */
static char *
recipient_domain (const char *recipient)
{
  const char *at = recipient != NULL ? strrchr (recipient, '@') : NULL;
  const char *plus = at != NULL ? memchr (recipient, '+', (gsize)(at - recipient)) : NULL;
  g_autofree char *detail = plus != NULL ? g_strndup (plus + 1, (gsize)(at - plus - 1)) : NULL;
  g_autofree char *domain = detail != NULL ? tlsrpt_domain_canonical (detail) : NULL;
  g_auto (GStrv) patterns = tlsrpt_accept_patterns (domain);

  /* A domain has two labels; any other detail is the operator's own business. */
  return patterns[0] != NULL && patterns[1] != NULL ? g_steal_pointer (&domain) : NULL;
}

void
tlsrpt_judge_recipient (TlsrptItem *item, const char *recipient)
{
  g_autofree char *domain = recipient_domain (recipient);

  if (domain != NULL)
    tlsrpt_item_judge_reports (item, judge_recipient, domain);
}
