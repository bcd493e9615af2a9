/* SPDX-License-Identifier: GPL-3.0-or-later
 * A client of SMTP that says EHLO, STARTTLS and goodbye. */
#include "doctor/smtp.h"

#include "doctor/deadline.h"
#include "doctor/dial.h"

#include <string.h>

/* What a probe works with. */
typedef struct {
  GSocketConnection *connection;
  GCancellable *cancellable;
  gboolean offers_starttls;
} Session;

void
tlsrpt_smtp_free (TlsrptSmtp *smtp)
{
  if (smtp == NULL)
    return;
  g_free (smtp->trouble);
  tlsrpt_chain_free (smtp->chain);
  g_free (smtp);
}

/* Reads a byte at a time: nothing that belongs to the TLS handshake may be read here. */
static gboolean
read_line (Session *session, GString *line, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (session->connection));
  char byte;

  g_string_truncate (line, 0);
  while (line->len < TLSRPT_SMTP_LINE_BYTES_MAX) {
    gssize n = g_input_stream_read (input, &byte, 1, session->cancellable, error);

    if (n == 0)
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                           "the server closed the connection");
    if (n <= 0)
      return FALSE;
    if (byte == '\n')
      return TRUE;
    if (byte != '\r')
      g_string_append_c (line, byte);
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the server's line has no end");
  return FALSE;
}

/* A reply of one or more lines that begin with @code; what EHLO offers is noted. */
static gboolean
expect (Session *session, const char *code, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < TLSRPT_SMTP_LINES_MAX; i++) {
    if (!read_line (session, line, error))
      return FALSE;
    if (!g_str_has_prefix (line->str, code) ||
        (line->str[3] != ' ' && line->str[3] != '-' && line->str[3] != '\0')) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the server says: %s", line->str);
      return FALSE;
    }
    if (line->len > 4 && g_ascii_strcasecmp (line->str + 4, "STARTTLS") == 0)
      session->offers_starttls = TRUE;
    if (line->str[3] != '-')
      return TRUE;
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the server's reply has no end");
  return FALSE;
}

static gboolean
say (Session *session, const char *command, const char *code, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (session->connection));

  return g_output_stream_write_all (output, command, strlen (command), NULL, session->cancellable,
                                    error) &&
         expect (session, code, error);
}

static char *
ehlo_line (void)
{
  const char *name = g_get_host_name ();

  return g_strdup_printf ("EHLO %s\r\n", strchr (name, '.') != NULL ? name : "probe.invalid");
}

static TlsrptSmtpStage
speak (Session *session, const char *host, TlsrptSmtp *smtp, GError **error)
{
  g_autofree char *ehlo = ehlo_line ();
  g_autoptr (GTlsConnection) tls = NULL;

  if (!expect (session, "220", error))
    return TLSRPT_SMTP_GREETING;
  if (!say (session, ehlo, "250", error))
    return TLSRPT_SMTP_EHLO;
  if (!session->offers_starttls) {
    g_autoptr (GError) ignored = NULL;

    say (session, "QUIT\r\n", "221", &ignored);
    return TLSRPT_SMTP_NO_STARTTLS;
  }
  if (!say (session, "STARTTLS\r\n", "220", error))
    return TLSRPT_SMTP_STARTTLS;
  tls = tlsrpt_chain_handshake (G_IO_STREAM (session->connection), host, session->cancellable,
                                &smtp->chain, error);
  if (tls == NULL)
    return TLSRPT_SMTP_HANDSHAKE;
  smtp->protocol = g_tls_connection_get_protocol_version (tls);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (tls)), "QUIT\r\n", 6, NULL,
                             session->cancellable, NULL);
  return TLSRPT_SMTP_SECURED;
}

TlsrptSmtp *
tlsrpt_smtp_probe (const char *host, const char *address, guint16 port, guint seconds)
{
  g_autoptr (TlsrptDeadline) deadline = tlsrpt_deadline_new (seconds);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  TlsrptSmtp *smtp = g_new0 (TlsrptSmtp, 1);
  Session session = { .cancellable = tlsrpt_deadline_cancellable (deadline) };

  connection = tlsrpt_dial (address, port, seconds, session.cancellable, &error);
  smtp->stage = tlsrpt_dial_has_no_way (error) ? TLSRPT_SMTP_NO_WAY : TLSRPT_SMTP_CONNECT;
  session.connection = connection;
  if (connection != NULL)
    smtp->stage = speak (&session, host, smtp, &error);
  if (error != NULL)
    smtp->trouble = tlsrpt_deadline_text (deadline, error);
  smtp->is_late = tlsrpt_deadline_is_over (error);
  return smtp;
}
