/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection string to a libpq connection under a deadline. What libpq says of a failure names
 * hosts, users and paths: it is turned into fixed words here and goes no further. */
#include "pg/connect.h"

#include "core/errors.h"
#include "pg/hosts.h"
#include "pg/sqlstate.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PGconn, PQfinish)

/* @connection and @status are of a single host; with several there is no connection yet. */
struct _TlsrptConnecting {
  char *conninfo;
  PGconn *connection;
  PostgresPollingStatusType status;
  GPtrArray *hosts;
  gint64 timeout;
  GError *failure;
};

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

/* Notices of the server are for people at a terminal; here they would end up in a bounce. */
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

/* Looking for a Kerberos ticket costs milliseconds for each mail, and a unix socket never needs
 * one. A service file must still be able to ask for it, and it loses against anything set here. */
static gboolean
may_default_gssencmode (const char *conninfo)
{
  return g_getenv ("PGGSSENCMODE") == NULL && g_getenv ("PGSERVICE") == NULL &&
         strstr (conninfo, "service") == NULL;
}

/* @host, where there is one, stands behind dbname and so goes before what the string says. Without
 * @connects libpq reads it all, and stops at a word that it does not take before it asks for any host. */
static PGconn *
start (const char *conninfo, const TlsrptHost *host, gboolean connects)
{
  const char *keywords[9] = { NULL };
  const char *values[9] = { NULL };
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
  if (!connects) {
    keywords[n] = "sslmode";
    values[n++] = "not to be connected";
  }
  if (host != NULL) {
    keywords[n] = "host";
    values[n++] = host->host;
    keywords[n] = "hostaddr";
    values[n++] = host->hostaddr;
    keywords[n] = "port";
    values[n++] = host->port;
  }
  return PQconnectStartParams (keywords, values, 1);
}

static PGconn *
start_quietly (const char *conninfo, const TlsrptHost *host)
{
  PGconn *connection = start (conninfo, host, TRUE);

  if (connection == NULL)
    g_error ("out of memory");
  PQsetErrorVerbosity (connection, PQERRORS_SQLSTATE);
  PQsetNoticeReceiver (connection, drop_notice, NULL);
  return connection;
}

/* What PQconnectPoll() wants first of a connection that was just begun. */
static PostgresPollingStatusType
first_status (const PGconn *connection)
{
  return PQstatus (connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
}

/* FALSE with @error set; a limit that is not the deadline is the host's fault, and passes. */
static gboolean
finish (PGconn *connection, PostgresPollingStatusType status, gint64 limit, gint64 deadline,
        GError **error)
{
  while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
    short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;

    if (tlsrpt_wait_socket (PQsocket (connection), events, MIN (limit, deadline)) == 0) {
      if (limit < deadline)
        g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY,
                             "database: cannot connect: the server accepts and does not answer");
      else
        g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_DEADLINE,
                             "database: no connection before the deadline");
      return FALSE;
    }
    status = PQconnectPoll (connection);
  }
  if (status == PGRES_POLLING_OK && PQsetnonblocking (connection, 1) == 0)
    return TRUE;
  set_connect_error (connection, error);
  return FALSE;
}

static gint64
limit_of_one (gint64 timeout, gint64 deadline, guint n_left)
{
  gint64 now = g_get_monotonic_time ();

  return now + (timeout > 0 ? timeout : (deadline - now) / n_left);
}

/* The next host is tried where this one is down, silent, or takes no writes; where it refuses the
 * user or the settings are wrong the next would be no better, and libpq does not try it either. */
static PGconn *
try_hosts (const char *conninfo, GPtrArray *hosts, gint64 timeout, gint64 deadline, GError **error)
{
  g_autoptr (GError) failure = NULL;

  for (guint i = 0; i < hosts->len; i++) {
    g_autoptr (PGconn) connection = start_quietly (conninfo, hosts->pdata[i]);

    g_clear_error (&failure);
    if (finish (connection, first_status (connection),
                limit_of_one (timeout, deadline, hosts->len - i), deadline, &failure))
      return g_steal_pointer (&connection);
    if (!g_error_matches (failure, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY))
      break;
  }
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* Sends the startup packet if the socket takes it at once, as a unix socket does. */
static PostgresPollingStatusType
knock (PGconn *connection)
{
  struct pollfd entry = { .fd = PQsocket (connection), .events = POLLOUT };

  if (first_status (connection) == PGRES_POLLING_WRITING && poll (&entry, 1, 0) == 1)
    return PQconnectPoll (connection);
  return first_status (connection);
}

TlsrptConnecting *
tlsrpt_connect_begin (const char *conninfo)
{
  TlsrptConnecting *connecting = g_new0 (TlsrptConnecting, 1);

  connecting->conninfo = g_strdup (conninfo != NULL ? conninfo : "");
  if (!has_valid_syntax (connecting->conninfo)) {
    g_set_error_literal (&connecting->failure, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
                         "database: the connection string cannot be read: see setting conninfo");
    return connecting;
  }
  connecting->connection = start_quietly (connecting->conninfo, NULL);
  connecting->hosts = tlsrpt_hosts (connecting->connection);
  connecting->timeout = tlsrpt_hosts_timeout (connecting->connection);
  if (connecting->hosts->len > 1)
    g_clear_pointer (&connecting->connection, PQfinish);
  else
    connecting->status = knock (connecting->connection);
  return connecting;
}

char *
tlsrpt_connect_target (const char *conninfo)
{
  g_autoptr (PGconn) connection = NULL;
  g_autofree char *user = NULL;
  g_autofree char *database = NULL;
  g_autofree char *host = NULL;

  if (conninfo != NULL && !has_valid_syntax (conninfo))
    return NULL;
  connection = start (conninfo != NULL ? conninfo : "", NULL, FALSE);
  if (PQuser (connection) == NULL || PQdb (connection) == NULL)
    return NULL;
  user = tlsrpt_quote (PQuser (connection));
  database = tlsrpt_quote (PQdb (connection));
  host = tlsrpt_quote (PQhost (connection));
  return g_strdup_printf ("user \"%s\", database \"%s\", server %s", user, database, host);
}

void
tlsrpt_connecting_free (TlsrptConnecting *connecting)
{
  if (connecting == NULL)
    return;
  g_clear_pointer (&connecting->connection, PQfinish);
  g_clear_pointer (&connecting->hosts, g_ptr_array_unref);
  g_clear_error (&connecting->failure);
  g_free (connecting->conninfo);
  g_free (connecting);
}

PGconn *
tlsrpt_connect_end (TlsrptConnecting *attempt, gint64 deadline, GError **error)
{
  g_autoptr (TlsrptConnecting) connecting = attempt;
  gint64 timeout = connecting->timeout;

  if (connecting->failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&connecting->failure));
    return NULL;
  }
  if (connecting->connection == NULL)
    return try_hosts (connecting->conninfo, connecting->hosts, timeout, deadline, error);
  if (!finish (connecting->connection, connecting->status,
               timeout > 0 ? limit_of_one (timeout, deadline, 1) : deadline, deadline, error))
    return NULL;
  return g_steal_pointer (&connecting->connection);
}
