/* SPDX-License-Identifier: GPL-3.0-or-later
 * Connections, and addresses that none is made to. */
#include "doctor/dial.h"

GSocketConnection *
tlsrpt_dial (const char *address, guint16 port, guint seconds, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) to = g_inet_socket_address_new_from_string (address, port);

  if (to == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "it is no address");
    return NULL;
  }
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, seconds);
  return g_socket_client_connect (client, G_SOCKET_CONNECTABLE (to), cancellable, error);
}

gboolean
tlsrpt_dial_has_no_way (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE);
}

/* Address ranges that GIO does not classify: 0.0.0.0/8, 100.64.0.0/10, fc00::/7, and IPv4 inside
 * IPv6. */
static gboolean
is_private_by_bytes (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return bytes[0] == 0 || (bytes[0] == 100 && (bytes[1] & 0xc0) == 64);
  if ((bytes[0] & 0xfe) == 0xfc)
    return TRUE;
  for (guint i = 0; i < 10; i++)
    if (bytes[i] != 0)
      return FALSE;
  return TRUE;
}

gboolean
tlsrpt_dial_is_private (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  return parsed == NULL || g_inet_address_get_is_any (parsed) ||
         g_inet_address_get_is_loopback (parsed) || g_inet_address_get_is_link_local (parsed) ||
         g_inet_address_get_is_site_local (parsed) || g_inet_address_get_is_multicast (parsed) ||
         is_private_by_bytes (parsed);
}
