/* SPDX-License-Identifier: GPL-3.0-or-later
 * A second wall behind the caps and the deadline: resource limits and an alarm. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_walls_raise:
 * @deadline: seconds the run may take
 *
 * Limits address space, processor time, core files and child processes of this process, and ends it
 * with status 75 and one line a few seconds past @deadline, whatever it hangs in. What hits a wall
 * dies by a signal or with 75: a mail system keeps the mail either way.
 */
void tlsrpt_walls_raise (guint deadline);

G_END_DECLS
