/* SPDX-License-Identifier: GPL-3.0-or-later
 * Stores archives of messages and documents, a batch in one transaction, and prints a summary. A
 * database error ends it, and what is committed stays; a file or message at fault does not end it. */
#include "command/bookmarks.h"
#include "command/command.h"
#include "command/database.h"
#include "command/reread.h"
#include "command/feed.h"
#include "command/intake.h"
#include "core/trust/dkim-crypto.h"
#include "exits.h"
#include "log.h"

#include <signal.h>

/* How many refused messages are named one by one; an archive of other mail has a million of
 * them. */
#define REFUSALS_NAMED 20u
/* Archives that were stored in part before and are named one by one. */
#define NOTES_SHOWN 20u
#define DECODERS_MAX 64

typedef struct {
  const TlsrptSettings *settings;
  TlsrptStore *store;
  TlsrptDns *dns;
  TlsrptBookmarks *bookmarks;
  TlsrptProgress *progress;
  TlsrptProgressState state;
  guint refusals;
  guint notes;
  GError *unreadable; /* the first of them */
  guint64 outcomes[TLSRPT_N_OUTCOMES];
} Replay;

static int option_jobs;
static gboolean option_from_evidence;
static gboolean option_from_start;
static gboolean option_quiet;
static gboolean option_verify_dkim;

static const GOptionEntry options[] = {
  { "jobs", 'j', 0, G_OPTION_ARG_INT, &option_jobs,
    "threads that decode (default: one for each processor)", "N" },
  { "from-start", 0, 0, G_OPTION_ARG_NONE, &option_from_start,
    "start at the beginning, even if an interrupted run could resume", NULL },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, "print nothing but errors", NULL },
  { "from-evidence", 0, 0, G_OPTION_ARG_NONE, &option_from_evidence,
    "instead of PATH: decode the stored evidence again, after an upgrade", NULL },
  { "verify-dkim", 0, 0, G_OPTION_ARG_NONE, &option_verify_dkim,
    "verify signatures with the keys that are in the DNS today; old keys may be gone", NULL },
  G_OPTION_ENTRY_NULL,
};

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
  g_clear_pointer (&replay->progress, tlsrpt_progress_free);
  g_clear_pointer (&replay->bookmarks, tlsrpt_bookmarks_free);
  g_clear_pointer (&replay->dns, tlsrpt_dns_free);
  g_clear_pointer (&replay->store, tlsrpt_store_free);
  g_clear_error (&replay->unreadable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replay, replay_clear)

static void
count_outcomes (Replay *replay, const GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++) {
    const TlsrptItem *item = g_ptr_array_index (items, i);
    for (guint j = 0; j < item->outcomes->len; j++)
      replay->outcomes[g_array_index (item->outcomes, TlsrptOutcome, j)]++;
  }
  replay->state.messages += items->len;
  replay->state.quarantined = replay->outcomes[TLSRPT_OUTCOME_QUARANTINED] +
                              replay->outcomes[TLSRPT_OUTCOME_CONFLICT] +
                              replay->outcomes[TLSRPT_OUTCOME_FLOOD];
}

static void
name_refusal (Replay *replay, const TlsrptItem *item)
{
  g_autofree char *path = tlsrpt_quote (item->path);

  if (option_quiet || item->refusal == NULL || replay->refusals > REFUSALS_NAMED)
    return;
  tlsrpt_progress_hide (replay->progress);
  if (replay->refusals++ < REFUSALS_NAMED)
    tlsrpt_log_line ("%s: byte %" G_GUINT64_FORMAT ": %s", path, item->offset,
                     item->refusal->message);
  else
    tlsrpt_log_line ("more are refused; `tlsrpt-ingest quarantine list` has what was kept");
}

static gboolean
on_stored (gpointer data, const GPtrArray *items, GError **error G_GNUC_UNUSED)
{
  Replay *replay = data;
  gboolean is_waiting;

  count_outcomes (replay, items);
  is_waiting = replay->outcomes[TLSRPT_OUTCOME_WAITING] > 0;
  for (guint i = 0; i < items->len; i++) {
    const TlsrptItem *item = g_ptr_array_index (items, i);

    name_refusal (replay, item);
    /* A message that waits for room in quarantine must be read again: from there on nothing
     * counts as done. */
    if (!is_waiting)
      tlsrpt_bookmarks_add (replay->bookmarks, item);
  }
  if (!is_waiting)
    tlsrpt_bookmarks_save (replay->bookmarks);
  return TRUE;
}

static void
show_resumed (Replay *replay, const TlsrptResumeNote *note)
{
  tlsrpt_bookmarks_resumed (replay->bookmarks, &note->position);
  replay->state.passed += note->bytes;
  if (option_quiet || replay->notes >= NOTES_SHOWN)
    return;
  replay->notes++;
  tlsrpt_progress_hide (replay->progress);
  tlsrpt_log_line ("%s", note->text);
}

static gboolean
on_read (gpointer data, TlsrptParcel *parcel, GError **error G_GNUC_UNUSED)
{
  Replay *replay = data;

  for (guint i = 0; i < parcel->notes->len; i++)
    show_resumed (replay, g_ptr_array_index (parcel->notes, i));
  if (parcel->error != NULL) {
    tlsrpt_progress_hide (replay->progress);
    tlsrpt_log_error (parcel->error);
    if (replay->unreadable == NULL)
      replay->unreadable = g_error_copy (parcel->error);
  }
  return TRUE;
}

static gboolean
replay_all (Replay *replay, TlsrptPipeline *pipeline, GError **error)
{
  const TlsrptFeed feed = {
    .settings = replay->settings,
    .store = replay->store,
    .progress = replay->progress,
    .state = &replay->state,
    .stop = &interrupted,
    .on_read = on_read,
    .on_stored = on_stored,
    .data = replay,
  };

  return tlsrpt_feed_run (&feed, pipeline, error);
}

static void
print_tally (const Replay *replay)
{
  guint64 duplicates = replay->outcomes[TLSRPT_OUTCOME_DUPLICATE];
  g_autofree char *conflicts =
      replay->outcomes[TLSRPT_OUTCOME_CONFLICT] > 0
          ? g_strdup_printf (", %" G_GUINT64_FORMAT " of these by conflict",
                             replay->outcomes[TLSRPT_OUTCOME_CONFLICT])
          : g_strdup ("");
  g_autofree char *flood =
      replay->outcomes[TLSRPT_OUTCOME_FLOOD] > 0
          ? g_strdup_printf (", %" G_GUINT64_FORMAT " of these by flood: the store has no room",
                             replay->outcomes[TLSRPT_OUTCOME_FLOOD])
          : g_strdup ("");
  g_autofree char *waiting =
      replay->outcomes[TLSRPT_OUTCOME_WAITING] > 0
          ? g_strdup_printf (", %" G_GUINT64_FORMAT " waiting: quarantine is full",
                             replay->outcomes[TLSRPT_OUTCOME_WAITING])
          : g_strdup ("");

  if (option_quiet)
    return;
  tlsrpt_progress_hide (replay->progress);
  g_printerr ("%" G_GUINT64_FORMAT " message%s: %" G_GUINT64_FORMAT " stored, %" G_GUINT64_FORMAT
              " duplicate%s, %" G_GUINT64_FORMAT " quarantined%s%s%s%s\n",
              replay->state.messages, replay->state.messages == 1 ? "" : "s",
              replay->outcomes[TLSRPT_OUTCOME_STORED], duplicates, duplicates == 1 ? "" : "s",
              replay->state.quarantined, conflicts, flood, waiting,
              interrupted ? "; interrupted" : "");
}

/* Mentions what is neither stored nor kept, so that nothing is skipped silently. */
static void
print_source_tally (TlsrptSourceTally tally)
{
  if (option_quiet)
    return;
  if (tally.others > 0)
    g_printerr ("%" G_GUINT64_FORMAT
                " file%s in the folders passed over: no mail, mbox or document\n",
                tally.others, tally.others == 1 ? "" : "s");
  if (tally.doubts > 0)
    g_printerr ("%" G_GUINT64_FORMAT " line%s that may begin a mail, or may be text: see "
                "tlsrpt-ingest-replay(1)\n",
                tally.doubts, tally.doubts == 1 ? "" : "s");
}

/* Otherwise the whole archive would be refused. */
static gboolean
check_source (const TlsrptSettings *settings, GError **error)
{
  if (settings->require_dkim != TLSRPT_REQUIRE_DKIM_YES || settings->authserv_id != NULL ||
      option_verify_dkim || option_from_evidence)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
               "settings: require-dkim is 'yes': replay needs authserv-id, or --verify-dkim to "
               "judge an archive by today's keys");
  return FALSE;
}

static gboolean
check_arguments (char **arguments, GError **error)
{
  if ((arguments[0] == NULL) != option_from_evidence)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                 "replay needs a PATH (an mbox, a folder, a mail, a document, or - for stdin), or "
                 "--from-evidence and none");
  else if (option_verify_dkim && !tlsrpt_dkim_crypto_is_built_in ())
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE,
                 "--verify-dkim: this program was built without DKIM verification");
  else if (option_jobs < 0 || option_jobs > DECODERS_MAX)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "--jobs must be from 1 to %d; found %d",
                 DECODERS_MAX, option_jobs);
  else
    return TRUE;
  return FALSE;
}

static int
run_on_paths (Replay *replay, char **paths, GError **error)
{
  guint jobs = option_jobs > 0 ? (guint)option_jobs : MIN (g_get_num_processors (), DECODERS_MAX);
  TlsrptSource *source = tlsrpt_source_new ((const char *const *)paths, &replay->settings->limits);
  g_autoptr (TlsrptPipeline) pipeline = NULL;
  gboolean done, is_whole;

  tlsrpt_source_set_stored (source, tlsrpt_bookmarks_stored (replay->bookmarks));
  pipeline = tlsrpt_pipeline_start (source, replay->settings, replay->dns, TRUE, jobs);
  done = replay_all (replay, pipeline, error);
  is_whole = replay->outcomes[TLSRPT_OUTCOME_WAITING] == 0 && !interrupted;
  if (done && replay->unreadable == NULL && is_whole)
    tlsrpt_bookmarks_forget (replay->bookmarks);
  print_tally (replay);
  print_source_tally (tlsrpt_pipeline_tally (pipeline));
  if (!done)
    return TLSRPT_EXIT_TEMPORARY;
  if (replay->outcomes[TLSRPT_OUTCOME_WAITING] > 0 && !interrupted)
    return TLSRPT_EXIT_TEMPORARY;
  return replay->unreadable != NULL || !is_whole ? TLSRPT_EXIT_FAILURE : TLSRPT_EXIT_OK;
}

static int
run (const TlsrptSettings *settings, char **arguments, GError **error)
{
  struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND };
  g_auto (Replay) replay = { .settings = settings };

  if (!check_arguments (arguments, error))
    return TLSRPT_EXIT_USAGE;
  if (option_from_evidence)
    return tlsrpt_reread_evidence (settings, error) ? TLSRPT_EXIT_OK : TLSRPT_EXIT_TEMPORARY;
  if (!check_source (settings, error))
    return TLSRPT_EXIT_CONFIG;
  if (option_verify_dkim)
    replay.dns = tlsrpt_dns_new ((gint64)settings->deadline * G_TIME_SPAN_SECOND / 2);
  replay.store = tlsrpt_intake_open_store (settings, error);
  if (replay.store == NULL) {
    tlsrpt_database_add_target (settings, error);
    return TLSRPT_EXIT_TEMPORARY;
  }
  replay.bookmarks = tlsrpt_bookmarks_open (settings, option_from_start, error);
  if (replay.bookmarks == NULL)
    return TLSRPT_EXIT_TEMPORARY;
  replay.progress = tlsrpt_progress_new (tlsrpt_progress_kind (option_quiet));
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  return run_on_paths (&replay, arguments, error);
}

const TlsrptCommand tlsrpt_command_replay = {
  .name = "replay",
  .arguments = "PATH...",
  .summary = "store archives: mboxes, Maildirs, mails, documents",
  .options = options,
  .run = run,
};
