/* SPDX-License-Identifier: GPL-3.0-or-later
 * A state of progress to a bar or a line of text on stderr. */
#include "command/progress.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_INTERVAL (G_TIME_SPAN_SECOND / 10)
#define LINE_INTERVAL (10 * G_TIME_SPAN_SECOND)
#define COLUMNS_DEFAULT 80
/* A rate over a shorter time does not predict the time left. */
#define RATE_MIN (G_TIME_SPAN_SECOND / 2)
#define BAR_MIN_COLUMNS 10
#define BAR_MAX_COLUMNS 40

struct _TlsrptProgress {
  TlsrptProgressKind kind;
  gint64 started;
  gint64 shown;
  gboolean drawn;
};

TlsrptProgressKind
tlsrpt_progress_kind (gboolean quiet)
{
  const char *terminal = g_getenv ("TERM");

  if (quiet)
    return TLSRPT_PROGRESS_QUIET;
  return isatty (STDERR_FILENO) && g_strcmp0 (terminal, "dumb") != 0 ? TLSRPT_PROGRESS_BAR
                                                                     : TLSRPT_PROGRESS_LINES;
}

TlsrptProgress *
tlsrpt_progress_new (TlsrptProgressKind kind)
{
  TlsrptProgress *progress = g_new0 (TlsrptProgress, 1);

  progress->kind = kind;
  progress->started = g_get_monotonic_time ();
  progress->shown = progress->started;
  return progress;
}

void
tlsrpt_progress_free (TlsrptProgress *progress)
{
  tlsrpt_progress_hide (progress);
  g_free (progress);
}

static void
append_time (GString *text, guint64 seconds)
{
  if (seconds >= 3600)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT ":%02u:%02u", seconds / 3600,
                            (guint)(seconds / 60 % 60), (guint)(seconds % 60));
  else
    g_string_append_printf (text, "%u:%02u", (guint)(seconds / 60), (guint)(seconds % 60));
}

/* A mailbox may grow while it is read. */
static double
share_done (const TlsrptProgressState *state)
{
  return MIN ((double)state->done / (double)state->total, 1);
}

static void
append_figures (GString *text, const TlsrptProgressState *state, gint64 elapsed)
{
  double megabytes = (double)state->done / 1e6;
  double seconds = (double)elapsed / G_TIME_SPAN_SECOND;

  if (state->total > 0)
    g_string_append_printf (text, "%3.0f%%  %.1f of %.1f MB", 100.0 * share_done (state), megabytes,
                            (double)state->total / 1e6);
  else
    g_string_append_printf (text, "%.1f MB", megabytes);
  g_string_append_printf (text, "  %" G_GUINT64_FORMAT " messages", state->messages);
  if (elapsed >= RATE_MIN) {
    g_string_append_printf (text, "  %.0f/s", (double)state->messages / seconds);
    if (state->total > state->done && state->done > state->passed) {
      double left =
          (double)(state->total - state->done) / ((double)(state->done - state->passed) / seconds);
      g_string_append (text, "  ");
      append_time (text, (guint64)MIN (left, 1e9));
      g_string_append (text, " left");
    }
  }
  g_string_append_printf (text, "  %" G_GUINT64_FORMAT " quarantined", state->quarantined);
}

static void
prepend_bar (GString *text, const TlsrptProgressState *state, guint columns)
{
  guint width = columns - 3;
  guint filled = (guint)(share_done (state) * width);
  g_autoptr (GString) bar = g_string_new ("[");

  for (guint i = 0; i < width; i++)
    g_string_append_c (bar, i < filled ? '#' : '.');
  g_string_append (bar, "] ");
  g_string_prepend (text, bar->str);
}

char *
tlsrpt_progress_text (const TlsrptProgressState *state, gint64 elapsed, guint columns)
{
  GString *text = g_string_new (NULL);

  append_figures (text, state, elapsed);
  if (state->total > 0 && columns >= text->len + BAR_MIN_COLUMNS)
    prepend_bar (text, state, (guint)MIN (columns - text->len, BAR_MAX_COLUMNS));
  if (columns > 0 && text->len > columns)
    g_string_truncate (text, columns);
  return g_string_free (text, FALSE);
}

static guint
terminal_columns (void)
{
  struct winsize size;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
    return size.ws_col - 1u; /* a full line would wrap */
  return COLUMNS_DEFAULT - 1;
}

void
tlsrpt_progress_show (TlsrptProgress *progress, const TlsrptProgressState *state)
{
  gboolean bar = progress->kind == TLSRPT_PROGRESS_BAR;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (progress->kind == TLSRPT_PROGRESS_QUIET ||
      now - progress->shown < (bar ? BAR_INTERVAL : LINE_INTERVAL))
    return;
  text = tlsrpt_progress_text (state, now - progress->started, bar ? terminal_columns () : 0);
  if (bar)
    g_printerr ("\r%s\033[K", text);
  else
    g_printerr ("%s\n", text);
  progress->drawn = bar;
  progress->shown = now;
}

void
tlsrpt_progress_hide (TlsrptProgress *progress)
{
  if (progress->drawn)
    g_printerr ("\r\033[K");
  progress->drawn = FALSE;
}
