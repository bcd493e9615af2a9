/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection string to a libpq connection under a deadline. What libpq says of a failure names
 * hosts, users and paths: it is turned into fixed words here and goes no further. */
#include "store/connect.h"

#include "core/errors.h"
#include "store/sqlstate.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGconn, PQfinish)

/* What libpq itself finds has no SQLSTATE, only words. They choose between texts and between two
 * codes of one exit status for a mail system, so nothing hangs on a translation of them. */
typedef struct {
  const char *libpq_says;
  TlsrptError code;
  const char *text;
} ClientFailure;

/* clang-format off */
static const ClientFailure client_failures[] = {
  { "no password supplied", TLSRPT_ERROR_OPERATOR,  "the server asks for a password and none is set" },
  { "definition of service",TLSRPT_ERROR_OPERATOR,  "the connection service is not defined" },
  { "service file",         TLSRPT_ERROR_OPERATOR,  "the connection service file cannot be read" },
  { "invalid ",             TLSRPT_ERROR_OPERATOR,  "a connection setting has a value libpq does not know" },
  { "certificate",          TLSRPT_ERROR_OPERATOR,  "TLS failed: check the certificates" },
  { "does not support SSL", TLSRPT_ERROR_OPERATOR,  "the server does not speak TLS" },
  { "SSL error",            TLSRPT_ERROR_OPERATOR,  "TLS failed" },
  { "read-only",            TLSRPT_ERROR_TEMPORARY, "no server takes writes" },
  { "hot standby",          TLSRPT_ERROR_TEMPORARY, "no server takes writes" },
  { "translate host name",  TLSRPT_ERROR_TEMPORARY, "host name not found" },
  { "Connection refused",   TLSRPT_ERROR_TEMPORARY, "connection refused" },
  { "No such file",         TLSRPT_ERROR_TEMPORARY, "no server at the socket" },
  { "Permission denied",    TLSRPT_ERROR_OPERATOR,  "the socket may not be opened by this user" },
};
/* clang-format on */

short
tlsrpt_wait_socket (int socket, short events, gint64 deadline)
{
  struct pollfd entry = { .fd = socket, .events = events };

  for (;;) {
    gint64 left = deadline - g_get_monotonic_time ();
    int n;

    if (left <= 0)
      return 0;
    n = poll (&entry, 1, (int)MIN (left / 1000 + 1, G_MAXINT));
    if (n > 0)
      return entry.revents;
    if (n < 0 && errno != EINTR)
      return POLLERR;
  }
}

/* With PQERRORS_SQLSTATE a refusal of the server reads `...: FATAL:  3D000`; the severity may be
 * translated, two spaces and five characters at a line's end are not. */
static char *
find_sqlstate (const char *message)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    gsize length = strlen (lines[i]);
    const char *state = length > 8 ? lines[i] + length - 5 : NULL;

    if (state != NULL && strncmp (state - 3, ":  ", 3) == 0 &&
        strspn (state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5)
      return g_strdup (state);
  }
  return NULL;
}

static void
set_connect_error (PGconn *connection, GError **error)
{
  const char *message = PQerrorMessage (connection);
  g_autofree char *state = find_sqlstate (message);

  if (state != NULL) {
    g_propagate_error (error, tlsrpt_sqlstate_error (state));
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (client_failures); i++)
    if (strstr (message, client_failures[i].libpq_says) != NULL) {
      g_set_error (error, TLSRPT_ERROR, (int)client_failures[i].code,
                   "database: cannot connect: %s", client_failures[i].text);
      return;
    }
  g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                       "database: cannot connect: server not reachable");
}

/* The server's notices are for people at a terminal; here they would end in a bounce. */
static void
drop_notice (gpointer data G_GNUC_UNUSED, const PGresult *result G_GNUC_UNUSED)
{
}

/* libpq takes a bare word for a database's name; only the other forms have a grammar to break. */
static gboolean
has_valid_syntax (const char *conninfo)
{
  PQconninfoOption *options;
  char *message = NULL;

  if (strchr (conninfo, '=') == NULL && strstr (conninfo, "://") == NULL)
    return TRUE;
  options = PQconninfoParse (conninfo, &message);
  PQconninfoFree (options);
  if (message != NULL)
    PQfreemem (message);
  return options != NULL;
}

/* Looking for a Kerberos ticket costs a mail milliseconds and a unix socket never needs one. A
 * service file must still be able to ask for it, and it loses against anything set here. */
static gboolean
may_default_gssencmode (const char *conninfo)
{
  return g_getenv ("PGGSSENCMODE") == NULL && g_getenv ("PGSERVICE") == NULL &&
         strstr (conninfo, "service") == NULL;
}

static PGconn *
start (const char *conninfo)
{
  const char *keywords[6] = { NULL };
  const char *values[6] = { NULL };
  guint n = 0;

  /* What stands before dbname is a default that the connection string overrides. */
  keywords[n] = "fallback_application_name";
  values[n++] = "tlsrpt-ingest";
  if (may_default_gssencmode (conninfo)) {
    keywords[n] = "gssencmode";
    values[n++] = "disable";
  }
  if (*conninfo != '\0') {
    keywords[n] = "dbname";
    values[n++] = conninfo;
  }
  keywords[n] = "client_encoding";
  values[n++] = "UTF8";
  return PQconnectStartParams (keywords, values, 1);
}

PGconn *
tlsrpt_connect (const char *conninfo, gint64 deadline, GError **error)
{
  g_autoptr (PGconn) connection = NULL;
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;

  if (conninfo == NULL)
    conninfo = "";
  if (!has_valid_syntax (conninfo)) {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
                         "database: the connection string cannot be read: see setting conninfo");
    return NULL;
  }
  connection = start (conninfo);
  if (connection == NULL)
    g_error ("out of memory");
  PQsetErrorVerbosity (connection, PQERRORS_SQLSTATE);
  PQsetNoticeReceiver (connection, drop_notice, NULL);
  if (PQstatus (connection) == CONNECTION_BAD)
    status = PGRES_POLLING_FAILED;
  while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
    short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;

    if (tlsrpt_wait_socket (PQsocket (connection), events, deadline) == 0) {
      g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE,
                           "database: no connection before the deadline");
      return NULL;
    }
    status = PQconnectPoll (connection);
  }
  if (status == PGRES_POLLING_FAILED || PQsetnonblocking (connection, 1) != 0) {
    set_connect_error (connection, error);
    return NULL;
  }
  return g_steal_pointer (&connection);
}
