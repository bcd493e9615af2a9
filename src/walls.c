/* SPDX-License-Identifier: GPL-3.0-or-later
 * Resource limits and an alarm around one delivery. The caps of limits.h and the deadline of the
 * database layer act first; these are for what they do not see. */
#include "walls.h"

#include "exits.h"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* The largest accepted message takes about 400 MiB; the libraries map another 100. */
#define ADDRESS_SPACE_BYTES ((rlim_t)1024 * 1024 * 1024)

static void
on_alarm (int signal_number)
{
  static const char line[] = "tlsrpt-ingest: deadline passed, giving the mail back\n";

  (void)signal_number;
  if (write (STDERR_FILENO, line, sizeof line - 1) < 0)
    _exit (TLSRPT_EXIT_TEMPORARY);
  _exit (TLSRPT_EXIT_TEMPORARY);
}

static void
lower (__rlimit_resource_t resource, rlim_t value)
{
  struct rlimit limit;

  if (getrlimit (resource, &limit) != 0 || (limit.rlim_cur <= value && limit.rlim_max <= value))
    return;
  limit.rlim_cur = MIN (limit.rlim_cur, value);
  limit.rlim_max = MIN (limit.rlim_max, value);
  setrlimit (resource, &limit); /* if a limit cannot be raised, the first one stays */
}

static void
set_alarm (guint seconds)
{
  struct sigaction action = { .sa_handler = on_alarm };

  sigaction (SIGALRM, &action, NULL);
  alarm (seconds);
}

void
tlsrpt_walls_watch (guint deadline)
{
  set_alarm (deadline + 2 * TLSRPT_WALLS_GRACE);
  lower (RLIMIT_CORE, 0);
}

static void
set_processor_time (gboolean lowered, rlim_t seconds)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_CPU, &limit) != 0)
    return;
  limit.rlim_cur = lowered ? MIN (limit.rlim_cur, seconds) : limit.rlim_max;
  setrlimit (RLIMIT_CPU, &limit);
}

void
tlsrpt_walls_lower_processor_time (guint seconds)
{
  set_processor_time (TRUE, seconds);
}

void
tlsrpt_walls_restore_processor_time (void)
{
  set_processor_time (FALSE, 0);
}

void
tlsrpt_walls_raise (guint deadline)
{
  mallopt (M_ARENA_MAX, 1); /* otherwise each thread that looks up a key would map 64 MiB */
  set_alarm (deadline + TLSRPT_WALLS_GRACE);
  lower (RLIMIT_CPU, deadline + TLSRPT_WALLS_GRACE);
  lower (RLIMIT_CORE, 0);
#ifndef TLSRPT_WALLS_SANITIZED /* the shadow memory of the sanitizer alone takes terabytes */
  lower (RLIMIT_AS, ADDRESS_SPACE_BYTES);
#endif
}

void
tlsrpt_walls_close (void)
{
#ifndef TLSRPT_WALLS_SANITIZED /* the leak search of the sanitizer runs in a process */
  lower (RLIMIT_NPROC, 0);
#endif
}
