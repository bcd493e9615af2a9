/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message on stdin to rows; the exit status tells the mail system who has it now. Success only
 * after COMMIT; what is not the message's fault is 75. */
#include "child.h"
#include "command/command.h"
#include "command/intake.h"
#include "exits.h"
#include "log.h"
#include "walls.h"

#include <string.h>

static char *option_client;
static char *option_queue_id;
static char *option_recipient;
static char *option_sender;

/* What strangers write is in any encoding, whatever the locale: bytes, as file names are. */
static const GOptionEntry options[] = {
  { "sender", 0, 0, G_OPTION_ARG_FILENAME, &option_sender,
    "envelope sender, as the mail system tells it", "ADDRESS" },
  { "recipient", 0, 0, G_OPTION_ARG_FILENAME, &option_recipient,
    "envelope recipient; the DOMAIN of name+DOMAIN@host is checked", "ADDRESS" },
  { "queue-id", 0, 0, G_OPTION_ARG_FILENAME, &option_queue_id, "queue id, for the log", "ID" },
  { "client", 0, 0, G_OPTION_ARG_FILENAME, &option_client,
    "address of the SMTP client, for the log", "ADDRESS" },
  G_OPTION_ENTRY_NULL,
};

static const char *const outcome_words[] = {
  [TLSRPT_OUTCOME_STORED] = "stored",
  [TLSRPT_OUTCOME_DUPLICATE] = "duplicate",
  [TLSRPT_OUTCOME_CONFLICT] = "quarantined (conflict)",
  [TLSRPT_OUTCOME_QUARANTINED] = "quarantined",
  [TLSRPT_OUTCOME_WAITING] = "deferred (quarantine is full)",
};

static gboolean
is_bounced (const TlsrptIntake *intake)
{
  return intake->decoded->refusal != NULL && intake->item->reports->len == 0 &&
         intake->settings->on_reject == TLSRPT_ON_REJECT_BOUNCE;
}

/* Whether there was no room for it: the mail system has the mail, what was usable of it is stored. */
static gboolean
is_waiting (const TlsrptIntake *intake)
{
  const GArray *outcomes = intake->item->outcomes;

  for (guint i = 0; i < outcomes->len; i++)
    if (g_array_index (outcomes, TlsrptOutcome, i) == TLSRPT_OUTCOME_WAITING)
      return TRUE;
  return FALSE;
}

/* Each outcome once, in the order of the enumeration; a refusal's own word last. */
static char *
outcomes_text (const TlsrptIntake *intake)
{
  const GArray *outcomes = intake->item->outcomes;
  GString *text = g_string_new (NULL);

  for (guint word = 0; word < G_N_ELEMENTS (outcome_words); word++) {
    gboolean found = FALSE;

    for (guint i = 0; i < outcomes->len && !found; i++)
      found = g_array_index (outcomes, TlsrptOutcome, i) == (TlsrptOutcome)word;
    if (found)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", outcome_words[word]);
  }
  if (intake->decoded->refusal != NULL && intake->item->refused == NULL)
    g_string_append_printf (text, "%sdiscarded", text->len > 0 ? ", " : "");
  if (is_bounced (intake))
    g_string_append (text, ", bounced");
  return g_string_free (text, FALSE);
}

static void
describe_report (TlsrptLogMessage *message, const TlsrptReport *report)
{
  message->organization = report->organization_name;
  message->report_id = report->report_id;
  message->domain = report->policies->len > 0 ? tlsrpt_report_policy (report, 0)->policy_domain
                                              : report->report_domain;
  message->dkim_result = report->trust.dkim_result;
  message->dkim_domain = report->trust.dkim_domain;
}

/* One line, whatever is in the message: a stranger could fill the log with one for each report. */
static char *
describe (const TlsrptIntake *intake, const char *outcome, gint64 started, const GError *error)
{
  const TlsrptEnvelope *envelope = intake->decoded->envelope;
  const GError *refusal = error != NULL ? error : intake->decoded->refusal;
  TlsrptLogMessage message = {
    .outcome = outcome,
    .queue_id = option_queue_id,
    .message_id = envelope != NULL ? envelope->message_id : NULL,
    .client = option_client,
    .sender = option_sender,
    .recipient = option_recipient,
    .reports = intake->item->reports->len,
    .milliseconds = (g_get_monotonic_time () - started) / 1000,
  };

  if (intake->item->reports->len > 0)
    describe_report (&message, g_ptr_array_index (intake->item->reports, 0));
  if (refusal != NULL) {
    message.reason =
        refusal->domain == TLSRPT_ERROR ? tlsrpt_error_reason ((TlsrptError)refusal->code) : NULL;
    message.detail = refusal->message;
  }
  return tlsrpt_log_message_format (&message);
}

static gboolean
put (TlsrptIntake *intake, TlsrptStore *store, GError **error)
{
  g_autoptr (GPtrArray) intakes = g_ptr_array_new ();

  g_ptr_array_add (intakes, intake);
  return !tlsrpt_intake_is_for_store (intake) ||
         (tlsrpt_store_connect (store, error) && tlsrpt_intake_store (intakes, store, error));
}

/* The keys come in while the database connects; a message without a report needs none. */
static gboolean
judge_and_put (TlsrptIntake *intake, TlsrptDns *dns, TlsrptStore *store, GError **error)
{
  if (intake->decoded->reports->len > 0 && !tlsrpt_store_connect (store, error))
    return FALSE;
  tlsrpt_intake_judge (intake, dns);
  tlsrpt_child_say_decoded (); /* signatures, and keys in the DNS, are a stranger's bytes too */
  if (!tlsrpt_intake_check_keys (intake, error))
    return FALSE;
  tlsrpt_intake_check_recipient (intake, option_recipient);
  return put (intake, store, error);
}

static int
put_and_tell (TlsrptIntake *intake, TlsrptDns *dns, TlsrptStore *store, gint64 started,
              GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *outcome = NULL;
  g_autofree char *line = NULL;

  if (!judge_and_put (intake, dns, store, &failure)) {
    line = describe (intake, "deferred", started, failure);
    g_set_error_literal (error, failure->domain, failure->code, line);
    return TLSRPT_EXIT_TEMPORARY;
  }
  outcome = outcomes_text (intake);
  line = describe (intake, outcome, started, NULL);
  tlsrpt_log_line ("%s", line);
  if (is_waiting (intake))
    return TLSRPT_EXIT_TEMPORARY;
  return is_bounced (intake) ? tlsrpt_exit_for_mail (intake->decoded->refusal) : TLSRPT_EXIT_OK;
}

/* The server starts its process, and keys are looked up, while the message is decoded. */
static int
take (const TlsrptSourceItem *message, const TlsrptSettings *settings, gint64 started,
      GError **error)
{
  gint64 time = (gint64)settings->deadline * G_TIME_SPAN_SECOND;
  g_autoptr (TlsrptDns) dns = settings->verify_dkim ? tlsrpt_dns_new (time / 2) : NULL;
  g_autoptr (TlsrptDkim) dkim = NULL;
  g_autoptr (TlsrptStore) store = NULL;
  g_autoptr (TlsrptIntake) intake = NULL;
  TlsrptSourceItem judged = *message;

  judged.kind = tlsrpt_source_kind_of (message->bytes);
  dkim = tlsrpt_intake_ask (&judged, dns);
  tlsrpt_walls_close ();
  store = tlsrpt_intake_new_store (settings, started + time);
  intake = tlsrpt_intake_new (&judged, option_sender, g_steal_pointer (&dkim), settings);
  return put_and_tell (intake, dns, store, started, error);
}

/* Another process died of @message, by @signal_number: it goes to quarantine without a look into it. */
static int
keep_poison (const TlsrptSourceItem *message, const TlsrptSettings *settings, int signal_number,
             gint64 started, GError **error)
{
  gint64 run_deadline = MAX (started + (gint64)settings->deadline * G_TIME_SPAN_SECOND,
                             g_get_monotonic_time () + TLSRPT_WALLS_GRACE * G_TIME_SPAN_SECOND);
  g_autoptr (TlsrptStore) store = tlsrpt_intake_new_store (settings, run_deadline);
  g_autoptr (GError) refusal =
      g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                   "message: decoding it ended by signal %d, of a fault or at a limit",
                   signal_number);
  g_autoptr (TlsrptIntake) intake =
      tlsrpt_intake_new_refused (message, option_sender, refusal, settings);

  return put_and_tell (intake, NULL, store, started, error);
}

/* Decoded and stored in a child, as a stranger's bytes may end it: this process has the mail until then. */
static int
take_in_child (const TlsrptSourceItem *message, const TlsrptSettings *settings, gint64 started,
               GError **error)
{
  int status;

  switch (tlsrpt_child_run ((guint)settings->deadline, &status, error)) {
  case TLSRPT_CHILD_IS_SELF:
    return take (message, settings, started, error);
  case TLSRPT_CHILD_EXITED:
    return status;
  case TLSRPT_CHILD_DIED_OF_MESSAGE:
    return keep_poison (message, settings, status, started, error);
  case TLSRPT_CHILD_DIED:
  default:
    if (error == NULL || *error == NULL)
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                   "deferred: the process that stores ended by signal %d", status);
    return TLSRPT_EXIT_TEMPORARY;
  }
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  gint64 started = g_get_monotonic_time ();
  TlsrptSourceItem message = { .path = (char *)"-" };
  g_autoptr (GBytes) bytes = NULL;

  if (arguments[0] != NULL) {
    g_autofree char *word = tlsrpt_quote (arguments[0]);
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                 "deliver reads one message on stdin and takes no word, found '%s'", word);
    return TLSRPT_EXIT_TEMPORARY;
  }
  tlsrpt_walls_watch ((guint)settings->deadline);
  if (settings->syslog)
    tlsrpt_log_open_syslog ();
  bytes = tlsrpt_source_read_stdin (&settings->limits, &message.oversized, error);
  if (bytes == NULL)
    return TLSRPT_EXIT_TEMPORARY;
  message.bytes = bytes;
  return take_in_child (&message, settings, started, error);
}

const TlsrptCommand tlsrpt_command_deliver = {
  .name = "deliver",
  .arguments = "< MESSAGE",
  .summary = "store one message from stdin, for a mail system",
  .options = options,
  .mail = TRUE,
  .run = run,
};
