/* SPDX-License-Identifier: GPL-3.0-or-later
 * Archives of messages and documents to rows, a batch a transaction; a tally at the end. Stops at the
 * database's fault with what is committed, goes on past what is a file's or a message's. */
#include "command/command.h"
#include "command/intake.h"
#include "exits.h"
#include "log.h"

#include <signal.h>

/* A batch is committed at whichever comes first: enough rows to hide the round trip, or memory. */
#define BATCH_MESSAGES 500
#define BATCH_BYTES (16 * 1024 * 1024)

typedef struct {
  const TlsrptSettings *settings;
  TlsrptStore *store;
  GPtrArray *intakes;
  guint64 batch_bytes;
  guint64 messages;
  guint64 outcomes[TLSRPT_OUTCOME_QUARANTINED + 1];
} Replay;

static volatile sig_atomic_t interrupted;

static void
on_interrupt (int signal_number)
{
  (void)signal_number;
  interrupted = 1;
}

static void
replay_clear (Replay *replay)
{
  g_clear_pointer (&replay->intakes, g_ptr_array_unref);
  g_clear_pointer (&replay->store, tlsrpt_store_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replay, replay_clear)

static gboolean
commit_batch (Replay *replay, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  if (replay->intakes->len == 0)
    return TRUE;
  for (guint i = 0; i < replay->intakes->len; i++)
    g_ptr_array_add (items, ((TlsrptIntake *)g_ptr_array_index (replay->intakes, i))->item);
  if (!tlsrpt_intake_accept_by_table (replay->intakes, replay->store, error) ||
      !tlsrpt_store_put (replay->store, items, error))
    return FALSE;
  for (guint i = 0; i < items->len; i++) {
    const TlsrptBatchItem *item = g_ptr_array_index (items, i);
    for (guint j = 0; j < item->outcomes->len; j++)
      replay->outcomes[g_array_index (item->outcomes, TlsrptOutcome, j)]++;
  }
  replay->messages += items->len;
  replay->batch_bytes = 0;
  g_ptr_array_set_size (replay->intakes, 0);
  return TRUE;
}

static gboolean
take (Replay *replay, const TlsrptSourceItem *source_item, GError **error)
{
  TlsrptIntake *intake = tlsrpt_intake_new (source_item, NULL, replay->settings);

  if (intake->decoded->refusal != NULL) {
    g_autofree char *path = tlsrpt_quote (source_item->path);
    tlsrpt_log_line ("%s: byte %" G_GUINT64_FORMAT ": %s", path, source_item->offset,
                     intake->decoded->refusal->message);
  }
  g_ptr_array_add (replay->intakes, intake);
  replay->batch_bytes += g_bytes_get_size (source_item->bytes);
  for (guint i = 0; i < intake->item->reports->len; i++)
    replay->batch_bytes +=
        ((TlsrptReport *)g_ptr_array_index (intake->item->reports, i))->document_bytes;
  if (replay->intakes->len < BATCH_MESSAGES && replay->batch_bytes < BATCH_BYTES)
    return TRUE;
  return commit_batch (replay, error);
}

/* Reads on past files that cannot be read; @unreadable is the first such error. */
static gboolean
replay_all (Replay *replay, TlsrptSource *source, GError **unreadable, GError **error)
{
  while (!interrupted) {
    g_autoptr (GError) source_error = NULL;
    g_autoptr (TlsrptSourceItem) source_item = tlsrpt_source_next (source, &source_error);

    if (source_error != NULL) {
      tlsrpt_log_error (source_error);
      if (*unreadable == NULL)
        *unreadable = g_steal_pointer (&source_error);
    } else if (source_item == NULL) {
      break;
    } else if (!take (replay, source_item, error)) {
      return FALSE;
    }
  }
  return commit_batch (replay, error);
}

static void
print_tally (const Replay *replay)
{
  g_autofree char *conflicts =
      replay->outcomes[TLSRPT_OUTCOME_CONFLICT] > 0
          ? g_strdup_printf (", %" G_GUINT64_FORMAT " of these by conflict",
                             replay->outcomes[TLSRPT_OUTCOME_CONFLICT])
          : g_strdup ("");

  g_printerr ("%" G_GUINT64_FORMAT " messages: %" G_GUINT64_FORMAT " stored, %" G_GUINT64_FORMAT
              " duplicates, %" G_GUINT64_FORMAT " quarantined%s\n",
              replay->messages, replay->outcomes[TLSRPT_OUTCOME_STORED],
              replay->outcomes[TLSRPT_OUTCOME_DUPLICATE],
              replay->outcomes[TLSRPT_OUTCOME_QUARANTINED] +
                  replay->outcomes[TLSRPT_OUTCOME_CONFLICT],
              conflicts);
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND };
  g_auto (Replay) replay = { .settings = settings };
  g_autoptr (TlsrptSource) source = NULL;
  g_autoptr (GError) unreadable = NULL;
  gboolean done;

  if (arguments[0] == NULL) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                 "replay wants a PATH: an mbox, a folder, a mail, a document, or - for stdin");
    return TLSRPT_EXIT_USAGE;
  }
  replay.store = tlsrpt_intake_open_store (settings, 0, error);
  if (replay.store == NULL)
    return TLSRPT_EXIT_TEMPORARY;
  replay.intakes = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_intake_free);
  source = tlsrpt_source_new ((const char *const *)arguments, &settings->limits);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  done = replay_all (&replay, source, &unreadable, error);
  print_tally (&replay);
  if (!done)
    return TLSRPT_EXIT_TEMPORARY;
  return unreadable != NULL || interrupted ? TLSRPT_EXIT_FAILURE : TLSRPT_EXIT_OK;
}

const TlsrptCommand tlsrpt_command_replay = {
  .name = "replay",
  .arguments = "PATH...",
  .summary = "store archives: mbox, folders, mails, documents",
  .run = run,
};
