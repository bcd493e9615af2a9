/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preloaded before the program: at the point that DIE_AT names, the process that comes there does what
 * DIE_BY says: ends by that signal, spins, hangs, or takes memory until there is none.
 *   decode   a message is decoded     send   a statement goes to the server     end   all is committed and told */
#include <dlfcn.h>
#include <glib.h>
#include <gmime/gmime.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
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

typedef GMimeMessage *(*Construct) (GMimeParser *parser, GMimeParserOptions *options);
typedef int (*Send) (PGconn *conn, const char *command, int n, const Oid *types,
                     const char *const *values, const int *lengths, const int *formats, int result);
typedef void (*Finish) (PGconn *conn);

GMimeMessage *
g_mime_parser_construct_message (GMimeParser *parser, GMimeParserOptions *options)
{
  come_to ("decode");
  return BEHIND (Construct, "g_mime_parser_construct_message") (parser, options);
}

int
PQsendQueryParams (PGconn *conn, const char *command, int n, const Oid *types,
                   const char *const *values, const int *lengths, const int *formats, int result)
{
  come_to ("send");
  return BEHIND (Send, "PQsendQueryParams") (conn, command, n, types, values, lengths, formats,
                                             result);
}

void
PQfinish (PGconn *conn)
{
  come_to ("end");
  BEHIND (Finish, "PQfinish") (conn);
}
