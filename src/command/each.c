/* SPDX-License-Identifier: GPL-3.0-or-later
 * Contacts of domains to mails. What a mail says is read as a login that sees the contact's domains alone. */
#include "command/each.h"

#include "command/hand-over.h"
#include "command/usage.h"
#include "core/errors.h"
#include "insight/alert-text.h"
#include "insight/contact.h"
#include "insight/digest.h"
#include "insight/mail.h"
#include "insight/update.h"
#include "log.h"

/* To read the events of one contact. */
#define CONTACT_SECONDS (10 * 60)

/* How many mails there were, and how many were not accepted. */
typedef struct {
  guint mails;
  guint failed;
} Tally;

static gboolean
send_mail (const TlsrptEach *each, const TlsrptContact *contact, const char *text, Tally *tally)
{
  g_autoptr (GError) error = NULL;

  tally->mails++;
  if (each->dry_run) {
    g_print ("%s", text);
    return FALSE;
  }
  if (tlsrpt_usage_address ("domain_contact", contact->address, &error) &&
      tlsrpt_hand_over_mail (text, &error))
    return TRUE;
  tlsrpt_log_line ("not sent: %s, on %s: %s", contact->address, contact->domain, error->message);
  tally->failed++;
  return FALSE;
}

static void
extend_deadline (TlsrptPg *pg)
{
  tlsrpt_pg_set_deadline (pg, g_get_monotonic_time () + CONTACT_SECONDS * G_TIME_SPAN_SECOND);
}

static gboolean
end (const Tally *tally, GError **error)
{
  if (tally->failed == 0)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
               "%u of %u mails were not sent; the next run tries again", tally->failed,
               tally->mails);
  return FALSE;
}

static gboolean
alert_contact (const TlsrptEach *each, const TlsrptAlertOptions *options, Tally *tally,
               GError **error)
{
  g_autoptr (TlsrptAlert) alert = NULL;
  g_autofree char *subject = NULL;
  g_autofree char *body = NULL;
  g_autofree char *text = NULL;

  extend_deadline (each->pg);
  alert = tlsrpt_alert_begin (each->pg, options, error);
  if (alert == NULL)
    return FALSE;
  if (alert->notices->len == 0)
    return TRUE;
  subject = tlsrpt_alert_text_subject (alert);
  body = tlsrpt_alert_text_mail (alert);
  text = tlsrpt_mail_text (body, subject, each->from, options->contact->address);
  return !send_mail (each, options->contact, text, tally) ||
         tlsrpt_alert_delivered (alert, each->pg, options, error);
}

gboolean
tlsrpt_each_alert (const TlsrptEach *each, const TlsrptAlertOptions *options, GError **error)
{
  g_autoptr (GPtrArray) contacts = NULL;
  Tally tally = { 0 };

  if (!tlsrpt_update (each->pg, options->today, options->thresholds, error))
    return FALSE;
  contacts = tlsrpt_contact_addresses (each->pg, error);
  if (contacts == NULL)
    return FALSE;
  for (guint i = 0; i < contacts->len; i++) {
    TlsrptAlertOptions of_contact = *options;
    const TlsrptContact *contact = contacts->pdata[i];
    g_autofree char *channel = g_strconcat ("each ", contact->address, NULL);

    of_contact.contact = contact;
    of_contact.channel = channel;
    if (!alert_contact (each, &of_contact, &tally, error))
      return FALSE;
  }
  return end (&tally, error);
}

/* The note is made first and committed last: another run that sends the same digest waits for it. */
static gboolean
digest_contact (const TlsrptEach *each, const TlsrptContact *contact, const TlsrptPeriod *period,
                Tally *tally, GError **error)
{
  g_autoptr (TlsrptDigest) digest = NULL;
  g_autoptr (TlsrptPgTransaction) transaction = NULL;
  g_autofree char *text = NULL;
  gboolean is_mine;

  extend_deadline (each->pg);
  digest = tlsrpt_digest_load_of_contact (each->pg, period, contact->domain, error);
  if (digest == NULL)
    return FALSE;
  text = tlsrpt_mail_digest (digest, each->from, contact->address);
  transaction = tlsrpt_pg_begin (each->pg, TLSRPT_SESSION_WRITE, error);
  if (transaction == NULL || !tlsrpt_contact_claim (each->pg, contact, period, &is_mine, error))
    return FALSE;
  if (!is_mine || !send_mail (each, contact, text, tally))
    return TRUE;
  return tlsrpt_pg_commit (transaction, error);
}

gboolean
tlsrpt_each_digest (const TlsrptEach *each, const TlsrptPeriod *period,
                    const TlsrptThresholds *thresholds, GError **error)
{
  g_autoptr (GPtrArray) contacts = NULL;
  Tally tally = { 0 };

  if (!tlsrpt_update (each->pg, tlsrpt_judgement_day (period->standing), thresholds, error))
    return FALSE;
  contacts = tlsrpt_contact_digests (each->pg, period, error);
  if (contacts == NULL)
    return FALSE;
  for (guint i = 0; i < contacts->len; i++)
    if (!digest_contact (each, contacts->pdata[i], period, &tally, error))
      return FALSE;
  return end (&tally, error);
}
