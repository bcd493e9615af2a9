/* SPDX-License-Identifier: GPL-3.0-or-later
 * The hosts that a connection string names, to be tried one after another, each with a time of its own. */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/**
 * TlsrptHost:
 * @host: (nullable): `host` of libpq
 * @hostaddr: (nullable): `hostaddr` of libpq
 * @port: (nullable): `port` of libpq
 */
typedef struct {
  char *host;
  char *hostaddr;
  char *port;
} TlsrptHost;

/**
 * tlsrpt_hosts:
 * @connection: a connection that was started with all of them
 *
 * Returns: (transfer full) (element-type TlsrptHost): what the connection string, the service file
 *   and the environment come to, an entry a host; empty where there is one alone, or where libpq's
 *   own defaults fill gaps in the list or with `prefer-standby`: then the list is libpq's to walk
 */
GPtrArray *tlsrpt_hosts (PGconn *connection);

/**
 * tlsrpt_hosts_timeout:
 * @connection: a connection
 *
 * Returns: `connect_timeout` in microseconds, at least two seconds as libpq has it; 0 for none
 */
gint64 tlsrpt_hosts_timeout (PGconn *connection);

G_END_DECLS
