/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message on stdin to rows; the exit status tells the mail system who has it now. Success only
 * after COMMIT; what is not the message's fault is 75. */
#include "command/command.h"
#include "command/intake.h"
#include "exits.h"
#include "log.h"
#include "walls.h"

static char *option_sender;

static const GOptionEntry options[] = {
  { "sender", 0, 0, G_OPTION_ARG_STRING, &option_sender,
    "envelope sender, as the mail system tells it", "ADDRESS" },
  G_OPTION_ENTRY_NULL,
};

static const char *const outcome_words[] = {
  [TLSRPT_OUTCOME_STORED] = "stored",
  [TLSRPT_OUTCOME_DUPLICATE] = "duplicate",
  [TLSRPT_OUTCOME_CONFLICT] = "quarantined (conflict)",
  [TLSRPT_OUTCOME_QUARANTINED] = "quarantined",
};

static void
log_report (const TlsrptReport *report, TlsrptOutcome outcome, gint64 milliseconds)
{
  g_autofree char *organization = tlsrpt_quote (report->organization_name);
  g_autofree char *report_id = tlsrpt_quote (report->report_id);
  g_autofree char *message_id = tlsrpt_quote (report->message_id);
  g_autofree char *sender = tlsrpt_quote (report->envelope_sender);
  g_autofree char *domain =
      tlsrpt_quote (report->policies->len > 0 ? tlsrpt_report_policy (report, 0)->policy_domain
                                              : report->report_domain);

  tlsrpt_log_line ("%s: organization='%s' report-id='%s' domain='%s' message-id='%s' sender='%s' "
                   "dkim=%s ms=%" G_GINT64_FORMAT,
                   outcome_words[outcome], organization, report_id, domain, message_id, sender,
                   report->trust.dkim_result, milliseconds);
}

static void
log_outcomes (const TlsrptIntake *intake, gint64 started)
{
  const TlsrptBatchItem *item = intake->item;
  gint64 milliseconds = (g_get_monotonic_time () - started) / 1000;

  for (guint i = 0; i < item->reports->len; i++)
    log_report (g_ptr_array_index (item->reports, i),
                g_array_index (item->outcomes, TlsrptOutcome, i), milliseconds);
  if (intake->decoded->refusal != NULL) {
    g_autofree char *message_id = tlsrpt_quote (
        intake->decoded->envelope != NULL ? intake->decoded->envelope->message_id : NULL);
    g_autofree char *sender = tlsrpt_quote (option_sender);
    tlsrpt_log_line ("%s: %s; message-id='%s' sender='%s' ms=%" G_GINT64_FORMAT,
                     item->refused != NULL ? "quarantined" : "discarded",
                     intake->decoded->refusal->message, message_id, sender, milliseconds);
  }
}

static gboolean
put (const TlsrptSettings *settings, gint64 started, TlsrptIntake *intake, GError **error)
{
  g_autoptr (TlsrptStore) store = NULL;
  g_autoptr (GPtrArray) batch = NULL;

  if (intake->item->reports->len == 0 && intake->item->refused == NULL)
    return TRUE; /* on-reject = discard */
  store = tlsrpt_intake_open_store (
      settings, started + (gint64)settings->deadline * G_TIME_SPAN_SECOND, error);
  if (store == NULL)
    return FALSE;
  batch = g_ptr_array_new ();
  g_ptr_array_add (batch, intake->item);
  return tlsrpt_store_put (store, batch, error);
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (TlsrptIntake) intake = NULL;
  TlsrptSourceItem message = { .kind = TLSRPT_SOURCE_MESSAGE, .path = (char *)"-" };
  g_autoptr (GBytes) bytes = NULL;

  if (arguments[0] != NULL) {
    g_autofree char *word = tlsrpt_quote (arguments[0]);
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                 "deliver reads one message on stdin and takes no word, found '%s'", word);
    return TLSRPT_EXIT_TEMPORARY;
  }
  tlsrpt_walls_raise ((guint)settings->deadline);
  if (settings->syslog)
    tlsrpt_log_open_syslog ();
  bytes = tlsrpt_source_read_stdin (&settings->limits, &message.oversized, error);
  if (bytes == NULL)
    return TLSRPT_EXIT_TEMPORARY;
  message.bytes = bytes;
  intake = tlsrpt_intake_new (&message, option_sender, settings);
  if (!put (settings, started, intake, error))
    return TLSRPT_EXIT_TEMPORARY;
  log_outcomes (intake, started);
  if (intake->decoded->refusal != NULL && settings->on_reject == TLSRPT_ON_REJECT_BOUNCE &&
      intake->item->reports->len == 0)
    return tlsrpt_exit_for_mail (intake->decoded->refusal);
  return TLSRPT_EXIT_OK;
}

const TlsrptCommand tlsrpt_command_deliver = {
  .name = "deliver",
  .arguments = "< MESSAGE",
  .summary = "store one message from stdin, for a mail system",
  .options = options,
  .mail = TRUE,
  .run = run,
};
