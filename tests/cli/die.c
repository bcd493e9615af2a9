/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preloaded before the program: at the point that DIE_AT names, the process that comes there does what
 * DIE_BY says: ends by that signal, spins, hangs, or takes memory until there is none.
 *   decode   a message is decoded     send   a statement goes to the server     end   all is committed, and is to be told */
#include <dlfcn.h>
#include <glib.h>
#include <json-glib/json-glib.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The function of this name behind this one; a union, as ISO C has no cast from data to code. */
#define BEHIND(type, name)                                                                         \
  ((union {                                                                                        \
     void *data;                                                                                   \
     type code;                                                                                    \
   }){ dlsym (RTLD_NEXT, name) }                                                                   \
       .code)

static void
come_to (const char *point)
{
  const char *at = getenv ("DIE_AT");
  const char *by = getenv ("DIE_BY");

  if (at == NULL || by == NULL || strcmp (at, point) != 0)
    return;
  if (strcmp (by, "spin") == 0 &&
      setpriority (PRIO_PROCESS, 0, -15) <= 0) /* however busy the machine */
    for (volatile unsigned i = 0;; i++)
      ;
  if (strcmp (by, "hang") == 0)
    for (;;)
      pause ();
  if (strcmp (by, "grow") == 0)
    for (;;)
      memset (g_malloc (1 << 24), 1, 1 << 24);
  raise (atoi (by));
}

typedef gboolean (*Load) (JsonParser *parser, const gchar *data, gssize length, GError **error);
typedef int (*Send) (PGconn *conn, const char *command, int n, const Oid *types,
                     const char *const *values, const int *lengths, const int *formats, int result);

gboolean
json_parser_load_from_data (JsonParser *parser, const gchar *data, gssize length, GError **error)
{
  come_to ("decode");
  return BEHIND (Load, "json_parser_load_from_data") (parser, data, length, error);
}

int
PQsendQueryParams (PGconn *conn, const char *command, int n, const Oid *types,
                   const char *const *values, const int *lengths, const int *formats, int result)
{
  come_to ("send");
  return BEHIND (Send, "PQsendQueryParams") (conn, command, n, types, values, lengths, formats,
                                             result);
}

/* The process that waits has a line to print, too, and is not to die of that. */
void
g_printerr (const gchar *format, ...)
{
  int death_of_parent = 0;
  va_list arguments;
  g_autofree char *text = NULL;

  prctl (PR_GET_PDEATHSIG, &death_of_parent);
  if (death_of_parent == SIGKILL)
    come_to ("end");
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (write (STDERR_FILENO, text, strlen (text)) < 0)
    _exit (1);
}
