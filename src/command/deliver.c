/* SPDX-License-Identifier: GPL-3.0-or-later
 * One message on stdin to rows; the exit status tells the mail system who has it now. Success only
 * after COMMIT; what is not the message's fault is 75. */
#include "child.h"
#include "command/authenticity.h"
#include "command/command.h"
#include "command/intake.h"
#include "command/judge.h"
#include "core/archive/source.h"
#include "core/decode.h"
#include "exits.h"
#include "log.h"
#include "walls.h"

#include <string.h>

static char *option_client;
static char *option_queue_id;
static char *option_recipient;
static char *option_sender;

/* Strangers write in any encoding, whatever the locale is, so these are bytes, as file names
 * are. */
static const GOptionEntry options[] = {
  { "sender", 0, 0, G_OPTION_ARG_FILENAME, &option_sender,
    "envelope sender, as the mail system passes it on", "ADDRESS" },
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
  [TLSRPT_OUTCOME_FLOOD] = "quarantined (flood)",
  [TLSRPT_OUTCOME_WAITING] = "deferred (quarantine is full)",
};

static gboolean
is_bounced (const TlsrptItem *item, const TlsrptSettings *settings)
{
  return item->refusal != NULL && item->reports->len == 0 &&
         settings->on_reject == TLSRPT_ON_REJECT_BOUNCE;
}

/* Each outcome once, in the order of the enumeration; a refusal's own word last. */
static char *
outcomes_text (const TlsrptItem *item, const TlsrptSettings *settings)
{
  GString *text = g_string_new (NULL);

  for (guint word = 0; word < G_N_ELEMENTS (outcome_words); word++)
    if (tlsrpt_item_has_outcome (item, (TlsrptOutcome)word))
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", outcome_words[word]);
  if (item->refusal != NULL && !item->is_refusal_kept)
    g_string_append_printf (text, "%sdiscarded", text->len > 0 ? ", " : "");
  if (is_bounced (item, settings))
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

/* One line, whatever the message holds: with one line for each report a stranger could fill the
 * log. */
static char *
describe (const TlsrptItem *item, const char *outcome, gint64 started, const GError *error)
{
  const TlsrptEnvelope *envelope = item->envelope;
  const GError *refusal = error != NULL ? error : item->refusal;
  TlsrptLogMessage message = {
    .outcome = outcome,
    .queue_id = option_queue_id,
    .message_id = envelope != NULL ? envelope->message_id : NULL,
    /* Postfix has no address of a mail that was not received from a client. */
    .client = option_client != NULL && *option_client != '\0' ? option_client : NULL,
    .sender = option_sender,
    .recipient = option_recipient,
    .reports = item->reports->len,
    .milliseconds = (g_get_monotonic_time () - started) / 1000,
  };

  if (item->reports->len > 0)
    describe_report (&message, tlsrpt_item_report (item, 0));
  if (refusal != NULL) {
    message.reason =
        refusal->domain == TLSRPT_ERROR ? tlsrpt_error_reason ((TlsrptError)refusal->code) : NULL;
    message.detail = refusal->message;
  }
  return tlsrpt_log_message_format (&message);
}

/* What is needed to deliver one message. */
typedef struct {
  const TlsrptSettings *settings;
  TlsrptStore *store;
  TlsrptDns *dns;
  TlsrptDkim *dkim;
  gint64 started;
} Delivery;

static gboolean
put (const Delivery *delivery, TlsrptItem *item, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_add (items, item);
  return !tlsrpt_intake_is_for_store (item, delivery->settings) ||
         (tlsrpt_store_connect (delivery->store, error) &&
          tlsrpt_intake_store (items, delivery->settings, delivery->store, error));
}

/* The keys come in while the database connects; a message without a report needs none. */
static gboolean
judge_and_put (const Delivery *delivery, TlsrptItem *item, GError **error)
{
  if (item->reports->len > 0 && !tlsrpt_store_connect (delivery->store, error))
    return FALSE;
  tlsrpt_judge (item, delivery->dkim, delivery->dns, delivery->settings);
  tlsrpt_child_say_decoded (); /* signatures, and keys in the DNS, are a stranger's bytes too */
  if (item->deferral != NULL) {
    g_propagate_error (error, g_error_copy (item->deferral));
    return FALSE;
  }
  tlsrpt_judge_recipient (item, option_recipient);
  return put (delivery, item, error);
}

static int
put_and_report (const Delivery *delivery, TlsrptItem *item, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *outcome = NULL;
  g_autofree char *line = NULL;

  if (!judge_and_put (delivery, item, &failure)) {
    line = describe (item, "deferred", delivery->started, failure);
    g_set_error_literal (error, failure->domain, failure->code, line);
    return TLSRPT_EXIT_TEMPORARY;
  }
  outcome = outcomes_text (item, delivery->settings);
  line = describe (item, outcome, delivery->started, NULL);
  tlsrpt_log_line ("%s", line);
  /* Quarantine is full: the mail system keeps the mail; what was usable of it is stored. */
  if (tlsrpt_item_has_outcome (item, TLSRPT_OUTCOME_WAITING))
    return TLSRPT_EXIT_TEMPORARY;
  return is_bounced (item, delivery->settings) ? tlsrpt_exit_for_mail (item->refusal)
                                               : TLSRPT_EXIT_OK;
}

/* The server starts its process, and keys are looked up, while the message is decoded. */
static int
take (TlsrptItem *item, const TlsrptSettings *settings, gint64 started, GError **error)
{
  gint64 time = (gint64)settings->deadline * G_TIME_SPAN_SECOND;
  g_autoptr (TlsrptDns) dns = settings->verify_dkim ? tlsrpt_dns_new (time / 2) : NULL;
  g_autoptr (TlsrptDkim) dkim = NULL;
  g_autoptr (TlsrptStore) store = NULL;

  item->kind = tlsrpt_source_kind_of (item->bytes);
  dkim = tlsrpt_authenticity_ask (item, dns);
  tlsrpt_walls_close ();
  store = tlsrpt_intake_new_store (settings, started + time);
  tlsrpt_decode (item, &settings->limits);
  return put_and_report (
      &(Delivery){
          .settings = settings, .store = store, .dns = dns, .dkim = dkim, .started = started },
      item, error);
}

/* Another process died of @item, by @signal_number: @item goes to quarantine without being
 * decoded. */
static int
keep_poison (TlsrptItem *item, const TlsrptSettings *settings, int signal_number, gint64 started,
             GError **error)
{
  gint64 run_deadline = MAX (started + (gint64)settings->deadline * G_TIME_SPAN_SECOND,
                             g_get_monotonic_time () + TLSRPT_WALLS_GRACE * G_TIME_SPAN_SECOND);
  g_autoptr (TlsrptStore) store = tlsrpt_intake_new_store (settings, run_deadline);

  item->refusal =
      g_error_new (TLSRPT_ERROR, TLSRPT_ERROR_LIMIT,
                   "message: decoding it ended by signal %d, because of a fault or a limit",
                   signal_number);
  return put_and_report (&(Delivery){ .settings = settings, .store = store, .started = started },
                         item, error);
}

/* Decodes and stores in a child process, because a stranger's bytes may crash it. This process
 * keeps the mail until the child has stored it. */
static int
take_in_child (TlsrptItem *item, const TlsrptSettings *settings, gint64 started, GError **error)
{
  int status;

  switch (tlsrpt_child_run ((guint)settings->deadline, &status, error)) {
  case TLSRPT_CHILD_IS_SELF:
    return take (item, settings, started, error);
  case TLSRPT_CHILD_EXITED:
    return status;
  case TLSRPT_CHILD_DIED_OF_MESSAGE:
    return keep_poison (item, settings, status, started, error);
  case TLSRPT_CHILD_DIED:
  default:
    if (error == NULL || *error == NULL)
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                   "deferred: the storing process ended by signal %d", status);
    return TLSRPT_EXIT_TEMPORARY;
  }
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (TlsrptItem) item = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean is_cut;

  if (arguments[0] != NULL) {
    g_autofree char *word = tlsrpt_quote (arguments[0]);
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                 "deliver reads one message from stdin and takes no words; found '%s'", word);
    return TLSRPT_EXIT_TEMPORARY;
  }
  tlsrpt_walls_watch ((guint)settings->deadline);
  if (settings->syslog)
    tlsrpt_log_open_syslog ();
  bytes = tlsrpt_source_read_stdin (&settings->limits, &is_cut, error);
  if (bytes == NULL)
    return TLSRPT_EXIT_TEMPORARY;
  item = tlsrpt_item_new (TLSRPT_ITEM_MESSAGE, bytes, "-");
  item->is_cut = is_cut;
  item->envelope_sender = g_strdup (option_sender);
  return take_in_child (item, settings, started, error);
}

const TlsrptCommand tlsrpt_command_deliver = {
  .name = "deliver",
  .arguments = "< MESSAGE",
  .summary = "store one message from stdin; mail systems run it",
  .options = options,
  .mail = TRUE,
  .run = run,
};
