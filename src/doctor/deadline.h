/* SPDX-License-Identifier: GPL-3.0-or-later
 * An end to a probe, whatever the other side does: a peer that sends a byte a second ends no I/O
 * time-out. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** TlsrptDeadline: an end that was set */
typedef struct _TlsrptDeadline TlsrptDeadline;

/**
 * tlsrpt_deadline_new:
 * @seconds: from now
 *
 * Returns: (transfer full): an end, watched by a thread of the process's own
 */
TlsrptDeadline *tlsrpt_deadline_new (guint seconds);

/**
 * tlsrpt_deadline_free:
 * @deadline: (transfer full) (nullable): an end
 *
 * Stops watching it and frees it.
 */
void tlsrpt_deadline_free (TlsrptDeadline *deadline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptDeadline, tlsrpt_deadline_free)

/**
 * tlsrpt_deadline_cancellable:
 * @deadline: an end
 *
 * Returns: (transfer none): it is cancelled when the time is over
 */
GCancellable *tlsrpt_deadline_cancellable (TlsrptDeadline *deadline);

/**
 * tlsrpt_deadline_is_over:
 * @error: (nullable): why a probe failed
 *
 * Returns: %TRUE if it was cancelled or timed out: the probe failed because its time was over
 */
gboolean tlsrpt_deadline_is_over (const GError *error);

/**
 * tlsrpt_deadline_text:
 * @deadline: the end of a probe that failed
 * @error: why it failed
 *
 * Returns: (transfer full): it in words, printable
 */
char *tlsrpt_deadline_text (TlsrptDeadline *deadline, const GError *error);

G_END_DECLS
