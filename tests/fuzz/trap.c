/* SPDX-License-Identifier: GPL-3.0-or-later
 * GLib ends a program that it warns in by SIGTRAP, of which libFuzzer knows nothing: it would keep no
 * file of the input. An abort it knows. */
#include <signal.h>
#include <stdlib.h>

int LLVMFuzzerInitialize (int *argc, char ***argv);

static void
on_trap (int number)
{
  (void)number;
  abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  signal (SIGTRAP, on_trap);
  return 0;
}
