/* SPDX-License-Identifier: GPL-3.0-or-later
 * How far a long command is, on stderr: a bar where a person looks on, a line now and then where not,
 * or nothing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptProgressKind:
 * @TLSRPT_PROGRESS_QUIET: nothing is shown
 * @TLSRPT_PROGRESS_LINES: a line now and then
 * @TLSRPT_PROGRESS_BAR: a bar, for a terminal
 *
 * How progress is shown.
 */
typedef enum {
  TLSRPT_PROGRESS_QUIET,
  TLSRPT_PROGRESS_LINES,
  TLSRPT_PROGRESS_BAR,
} TlsrptProgressKind;

/** TlsrptProgress: where it is shown, and when it was last */
typedef struct _TlsrptProgress TlsrptProgress;

/**
 * TlsrptProgressState:
 * @done: bytes of the files consumed and stored
 * @total: bytes of all files; 0 if unknown
 * @passed: of @done, what an earlier run stored: it says nothing about the time left
 * @messages: messages stored
 * @quarantined: of these, in quarantine
 */
typedef struct {
  guint64 done;
  guint64 total;
  guint64 passed;
  guint64 messages;
  guint64 quarantined;
} TlsrptProgressState;

/**
 * tlsrpt_progress_kind:
 * @quiet: the user wants none
 *
 * Returns: the kind that suits stderr
 */
TlsrptProgressKind tlsrpt_progress_kind (gboolean quiet);

/**
 * tlsrpt_progress_new:
 * @kind: how to show it
 *
 * Returns: (transfer full): a progress that begins now
 */
TlsrptProgress *tlsrpt_progress_new (TlsrptProgressKind kind);

/**
 * tlsrpt_progress_free:
 * @progress: (transfer full): a progress
 *
 * Clears the bar and frees @progress.
 */
void tlsrpt_progress_free (TlsrptProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptProgress, tlsrpt_progress_free)

/**
 * tlsrpt_progress_show:
 * @progress: a progress
 * @state: how far it is
 *
 * Shows @state, unless that was done a moment ago: a bar is drawn ten times a second at most, a line
 * is printed every ten seconds at most.
 */
void tlsrpt_progress_show (TlsrptProgress *progress, const TlsrptProgressState *state);

/**
 * tlsrpt_progress_hide:
 * @progress: a progress
 *
 * Makes way for a line on stderr; the next tlsrpt_progress_show() draws again.
 */
void tlsrpt_progress_hide (TlsrptProgress *progress);

/**
 * tlsrpt_progress_text:
 * @state: how far it is
 * @elapsed: microseconds since the start
 * @columns: room for a bar, 0 for a text without
 *
 * Returns: (transfer full): @state as text
 */
char *tlsrpt_progress_text (const TlsrptProgressState *state, gint64 elapsed, guint columns);

G_END_DECLS
