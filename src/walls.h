/* SPDX-License-Identifier: GPL-3.0-or-later
 * A second wall behind the caps and the deadline: resource limits and an alarm. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a sanitizer is built in: gcc uses a macro, clang a feature test. */
#ifdef __SANITIZE_ADDRESS__
#  define TLSRPT_WALLS_SANITIZED
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define TLSRPT_WALLS_SANITIZED
#  endif
#endif

/* Seconds past the deadline that the alarm leaves to what has to be told; as many more, where a process
 * waits for another. */
#define TLSRPT_WALLS_GRACE 5

/**
 * tlsrpt_walls_raise:
 * @deadline: seconds the run may take
 *
 * Limits address space, processor time, core files and child processes of this process, and ends it
 * with status 75 and one line a few seconds past @deadline, whatever it hangs in. What hits a wall
 * dies by a signal or with 75: a mail system keeps the mail either way.
 */
void tlsrpt_walls_raise (guint deadline);

/**
 * tlsrpt_walls_watch:
 * @deadline: seconds the run may take
 *
 * The alarm alone, a little later than that of tlsrpt_walls_raise(): for the process that waits for one
 * behind walls.
 */
void tlsrpt_walls_watch (guint deadline);

/**
 * tlsrpt_walls_lower_processor_time:
 * @seconds: of processor time; past it the process ends by SIGXCPU
 *
 * Until tlsrpt_walls_restore_processor_time(), which puts what tlsrpt_walls_raise() set in its place.
 */
void tlsrpt_walls_lower_processor_time (guint seconds);

/**
 * tlsrpt_walls_restore_processor_time:
 *
 * Sets the limit on processor time back to that of tlsrpt_walls_raise().
 */
void tlsrpt_walls_restore_processor_time (void);

/**
 * tlsrpt_walls_close:
 *
 * From here on this process starts neither threads nor processes: called when the threads that look up
 * keys run, before the message is decoded.
 */
void tlsrpt_walls_close (void);

G_END_DECLS
