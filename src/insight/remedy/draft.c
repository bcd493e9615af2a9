/* SPDX-License-Identifier: GPL-3.0-or-later
 * The mail to a reporter. What it says is what the reports say; it claims no check of ours. */
#include "insight/remedy/draft.h"

#include "core/errors.h"
#include "insight/remedy/fill.h"
#include "core/name.h"

#include <string.h>

/* Enough sessions to find them in a log; a mail is not a list. */
#define WORDS_NAMED 5

static char *
recipient (const TlsrptWitness *reporter)
{
  g_autofree char *mailbox = tlsrpt_name_mailbox (reporter->contact_info);
  g_autofree char *lower = mailbox == NULL ? NULL : g_ascii_strdown (mailbox, -1);
  g_autofree char *domain = NULL;

  if (lower != NULL && strstr (lower, "noreply") == NULL && strstr (lower, "no-reply") == NULL &&
      strstr (lower, "donotreply") == NULL)
    return g_steal_pointer (&mailbox);
  domain = tlsrpt_name_host (reporter->domain);
  return domain == NULL || strchr (domain, '.') == NULL ? NULL
                                                        : g_strconcat ("postmaster@", domain, NULL);
}

static void
append_tallies (GString *text, const char *label, const GPtrArray *tallies)
{
  for (guint i = 0; i < MIN (tallies->len, WORDS_NAMED); i++) {
    g_autofree char *word = tlsrpt_quote (((const TlsrptTally *)tallies->pdata[i])->name);

    g_string_append_printf (text, "  %s: %s\n", label, word);
  }
}

static void
append_addresses (GString *text, const char *label, char **addresses)
{
  guint n = 0;

  for (guint i = 0; addresses[i] != NULL && n < WORDS_NAMED; i++) {
    g_autofree char *address = tlsrpt_name_address (addresses[i]);

    if (address != NULL)
      g_string_append_printf (text, "%s%s%s", n++ == 0 ? label : ",", " ", address);
  }
  if (n > 0)
    g_string_append_c (text, '\n');
}

static void
append_days (GString *text, const TlsrptJudgement *judgement)
{
  g_autofree char *first = tlsrpt_judgement_day_text (judgement->first_day);
  g_autofree char *last = tlsrpt_judgement_day_text (judgement->last_day);

  g_string_append_printf (text, "  Days (UTC): %s to %s\n", first, last);
}

static void
append_header (GString *text, const char *to, const TlsrptFill *fill, gboolean silence)
{
  g_string_append_printf (text, "To: %s\nSubject: TLS reports on %s: %s\n", to,
                          fill->domain != NULL ? fill->domain
                          : fill->mx != NULL   ? fill->mx
                                               : "our mail",
                          silence ? "none have come for some time"
                                  : "sessions that fail at your side alone?");
  g_string_append (text, "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                         "Content-Transfer-Encoding: 8bit\n\nHello,\n\n");
}

static void
append_failure (GString *text, const TlsrptJudgement *judgement, const TlsrptFill *fill)
{
  g_autofree char *about = tlsrpt_fill_text (
      fill, "your TLS reports (RFC 8460) on {domain} say that sessions with {mx} fail.\n", FALSE);

  g_string_append (text, about);
  if (judgement->mail_domains->len > 1)
    g_string_append_printf (text, "%u of our domains are touched.\n", judgement->mail_domains->len);
  g_string_append (
      text, judgement->fault == TLSRPT_FAULT_THEIRS
                ? "Other reporters reach the same place without failure on the same days.\n\n"
                : "No other reporter reports it.\n\n");
  append_tallies (text, "Result type", judgement->result_types);
  append_days (text, judgement);
  g_string_append_printf (text, "  Failed sessions: %" G_GUINT64_FORMAT "\n",
                          judgement->failed_sessions);
  append_addresses (text, "  Address that was reached:", judgement->receiving_ips);
  append_tallies (text, "Your words", judgement->reasons);
  g_string_append (
      text, "\nCould you look at what your sending hosts see, and tell us what you find: their\n"
            "list of authorities, DNS answers, and any box on the path that touches port 25?\n");
}

char *
tlsrpt_draft_new (const TlsrptJudgement *judgement)
{
  gboolean silence = g_strcmp0 (judgement->cause, TLSRPT_CAUSE_REPORTER_SILENT) == 0;
  g_autoptr (TlsrptFill) fill = NULL;
  g_autofree char *to = NULL;
  GString *text;

  to = judgement->witnesses->len == 1 ? recipient (judgement->witnesses->pdata[0]) : NULL;
  if (to == NULL)
    return NULL;
  fill = tlsrpt_fill_new (judgement);
  text = g_string_new (NULL);
  append_header (text, to, fill, silence);
  if (silence)
    g_string_append (text,
                     "your TLS reports (RFC 8460) on our domains came regularly and have stopped.\n"
                     "Is that intended, or have the reports been returned to you?\n");
  else
    append_failure (text, judgement, fill);
  g_string_append_printf (text, "\nPostmaster%s%s\n", fill->domain != NULL ? " of " : "",
                          fill->domain != NULL ? fill->domain : "");
  return g_string_free (text, FALSE);
}
