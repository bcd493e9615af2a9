/* SPDX-License-Identifier: GPL-3.0-or-later
 * A proxy before the cluster's unix socket: a thread a connection, bytes counted one way and the
 * other, cut where the test says. */
#include "support/wire.h"

#include "support/cluster.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_NAME ".s.PGSQL.5432"

struct _Wire {
  int listener;
  char *folder;
  char *path;
  GThread *acceptor;
  GPtrArray *threads;
  GMutex mutex;
  WireDirection direction;
  gsize limit;
  guint breaking;
  gsize passed[2];
};

typedef struct {
  gboolean breaks;
  WireDirection direction;
  gsize limit;
  gsize passed[2];
} Plan;

typedef struct {
  Wire *wire;
  int client;
  Plan plan;
} Connection;

static struct sockaddr_un
address_of (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  g_assert_cmpuint (g_strlcpy (address.sun_path, path, sizeof address.sun_path), <,
                    sizeof address.sun_path);
  return address;
}

static int
connect_to_server (void)
{
  g_autofree char *path = g_build_filename (cluster_folder (), "socket", SOCKET_NAME, NULL);
  struct sockaddr_un address = address_of (path);
  int server = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (connect (server, (struct sockaddr *)&address, sizeof address), ==, 0);
  return server;
}

static gboolean
send_all (int target, const char *data, gsize length)
{
  while (length > 0) {
    gssize sent = send (target, data, length, MSG_NOSIGNAL);

    if (sent <= 0)
      return FALSE;
    data += sent;
    length -= (gsize)sent;
  }
  return TRUE;
}

/* Returns FALSE where the connection is over, by itself or by plan. */
static gboolean
pass (Wire *wire, Plan *plan, WireDirection direction, int source, int target)
{
  char buffer[4096];
  gsize wanted = sizeof buffer;
  gssize got;
  gboolean sent;

  if (plan->breaks && plan->direction == direction)
    wanted = MIN (wanted, plan->limit - plan->passed[direction]);
  if (wanted == 0)
    return FALSE;
  got = recv (source, buffer, wanted, 0);
  if (got <= 0)
    return FALSE;
  sent = send_all (target, buffer, (gsize)got);
  plan->passed[direction] += (gsize)got;
  g_mutex_lock (&wire->mutex);
  wire->passed[direction] = plan->passed[direction];
  g_mutex_unlock (&wire->mutex);
  return sent && !(plan->breaks && plan->passed[plan->direction] == plan->limit);
}

static Plan
take_plan (Wire *wire)
{
  Plan plan = { 0 };

  g_mutex_lock (&wire->mutex);
  plan.breaks = wire->breaking > 0;
  plan.direction = wire->direction;
  plan.limit = wire->limit;
  if (plan.breaks)
    wire->breaking--;
  wire->passed[WIRE_TO_SERVER] = wire->passed[WIRE_TO_CLIENT] = 0;
  g_mutex_unlock (&wire->mutex);
  return plan;
}

static gpointer
serve (gpointer data)
{
  Connection *connection = data;
  Wire *wire = connection->wire;
  int server = connect_to_server ();
  struct pollfd ends[] = { { .fd = connection->client, .events = POLLIN },
                           { .fd = server, .events = POLLIN } };
  gboolean open = TRUE;

  while (open && poll (ends, 2, -1) > 0) {
    if (ends[0].revents != 0)
      open = pass (wire, &connection->plan, WIRE_TO_SERVER, ends[0].fd, server);
    if (open && ends[1].revents != 0)
      open = pass (wire, &connection->plan, WIRE_TO_CLIENT, server, ends[0].fd);
  }
  close (server);
  close (connection->client);
  g_free (connection);
  return NULL;
}

static gpointer
accept_all (gpointer data)
{
  Wire *wire = data;

  for (;;) {
    int client = accept (wire->listener, NULL, NULL);
    Connection *connection;

    if (client < 0)
      return NULL;
    connection = g_new0 (Connection, 1);
    connection->wire = wire;
    connection->client = client;
    connection->plan = take_plan (wire);
    g_ptr_array_add (wire->threads, g_thread_new ("wire", serve, connection));
  }
}

Wire *
wire_new (void)
{
  Wire *wire = g_new0 (Wire, 1);
  struct sockaddr_un address;

  g_mutex_init (&wire->mutex);
  wire->threads = g_ptr_array_new ();
  wire->folder = g_strdup ("/tmp/tlsrpt-wire-XXXXXX");
  g_assert_nonnull (g_mkdtemp (wire->folder));
  wire->path = g_build_filename (wire->folder, SOCKET_NAME, NULL);
  address = address_of (wire->path);
  wire->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (wire->listener, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint (listen (wire->listener, 16), ==, 0);
  wire->acceptor = g_thread_new ("accept", accept_all, wire);
  return wire;
}

/* Clients must have closed their ends. */
void
wire_free (Wire *wire)
{
  shutdown (wire->listener, SHUT_RDWR);
  g_thread_join (wire->acceptor);
  for (guint i = 0; i < wire->threads->len; i++)
    g_thread_join (wire->threads->pdata[i]);
  close (wire->listener);
  g_ptr_array_unref (wire->threads);
  g_unlink (wire->path);
  g_rmdir (wire->folder);
  g_free (wire->path);
  g_free (wire->folder);
  g_mutex_clear (&wire->mutex);
  g_free (wire);
}

char *
wire_conninfo (Wire *wire, const char *conninfo)
{
  return g_strdup_printf ("%s host=%s", conninfo, wire->folder);
}

void
wire_break (Wire *wire, WireDirection direction, gsize bytes, guint connections)
{
  g_mutex_lock (&wire->mutex);
  wire->direction = direction;
  wire->limit = bytes;
  wire->breaking = connections;
  g_mutex_unlock (&wire->mutex);
}

gsize
wire_passed (Wire *wire, WireDirection direction)
{
  gsize passed;

  g_mutex_lock (&wire->mutex);
  passed = wire->passed[direction];
  g_mutex_unlock (&wire->mutex);
  return passed;
}
