/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether standard output is a terminal and how wide, and what is printed there. */
#include "command/terminal.h"

#include "core/errors.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* In columns; a width below it is taken for unknown. */
#define NARROWEST_TERMINAL 40

TlsrptTextStyle
tlsrpt_terminal_style (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  TlsrptTextStyle style = { 0 };
  struct winsize size;

  if (!isatty (STDOUT_FILENO))
    return style;
  style.color = no_color == NULL || *no_color == '\0';
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST_TERMINAL)
    style.width = size.ws_col;
  return style;
}

gboolean
tlsrpt_terminal_print (const char *text, const char *where, GError **error)
{
  if (fputs (text, stdout) >= 0 && fflush (stdout) == 0)
    return TRUE;
  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "%sstandard output cannot be written",
               where);
  return FALSE;
}
