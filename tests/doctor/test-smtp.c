/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much a server may say: a greeting at the caps on lines and bytes, and one past each. */
#include "doctor/smtp.h"

#include <string.h>

/* Sends @greeting to the first that connects, and waits until that one has gone. */
static gpointer
serve (gpointer data)
{
  const GString *greeting = ((gpointer *)data)[1];
  g_autoptr (GSocket) socket = g_socket_accept (((gpointer *)data)[0], NULL, NULL);
  char ignored[256];

  for (gsize sent = 0; sent < greeting->len;)
    sent += (gsize)g_socket_send (socket, greeting->str + sent, greeting->len - sent, NULL, NULL);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  while (g_socket_receive (socket, ignored, sizeof ignored, NULL, NULL) > 0)
    continue;
  return NULL;
}

/* Asserts that a probe takes @greeting and says EHLO, or refuses it with @trouble. */
static void
assert_greeting (const GString *greeting, const char *trouble)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autoptr (TlsrptSmtp) smtp = NULL;
  gpointer data[] = { socket, (gpointer)greeting };
  GThread *server;

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, any_port, TRUE, &error));
  g_assert_true (g_socket_listen (socket, &error));
  address = g_socket_get_local_address (socket, &error);
  g_assert_no_error (error);
  server = g_thread_new ("server", serve, data);
  smtp = tlsrpt_smtp_probe ("mx.example", "127.0.0.1",
                            g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)), 120);
  g_thread_join (server);
  g_assert_cmpint (smtp->stage, ==, trouble != NULL ? TLSRPT_SMTP_GREETING : TLSRPT_SMTP_EHLO);
  if (trouble != NULL)
    g_assert_cmpstr (smtp->trouble, ==, trouble);
}

static void
test_lines (void)
{
  for (guint lines = 100; lines <= 101; lines++) {
    g_autoptr (GString) greeting = g_string_new (NULL);

    for (guint i = 1; i < lines; i++)
      g_string_append (greeting, "220-mx.example\r\n");
    g_string_append (greeting, "220 mx.example\r\n");
    assert_greeting (greeting, lines > 100 ? "the server's reply has no end" : NULL);
  }
}

/* The line end is one of the bytes. */
static void
test_line (void)
{
  for (gsize bytes = 2048; bytes <= 2049; bytes++) {
    g_autofree char *rest = g_strnfill (bytes - strlen ("220 \n"), 'x');
    g_autoptr (GString) greeting = g_string_new ("220 ");

    g_string_append_printf (greeting, "%s\n", rest);
    assert_greeting (greeting, bytes > 2048 ? "the server's line has no end" : NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/smtp/100-lines-and-no-more", test_lines);
  g_test_add_func ("/doctor/smtp/a-line-of-2048-bytes-and-no-more", test_line);
  return g_test_run ();
}
