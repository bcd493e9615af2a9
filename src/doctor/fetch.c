/* SPDX-License-Identifier: GPL-3.0-or-later
 * One GET over TLS. */
#include "doctor/fetch.h"

#include "doctor/deadline.h"
#include "doctor/dial.h"
#include "doctor/http.h"
#include "doctor/policy.h"

#include <string.h>

#define READ_BYTES 4096
#define ALL_BYTES_MAX (TLSRPT_FETCH_HEADER_BYTES_MAX + 2 * TLSRPT_POLICY_BYTES_MAX)

void
tlsrpt_fetch_free (TlsrptFetch *fetch)
{
  if (fetch == NULL)
    return;
  g_free (fetch->trouble);
  g_free (fetch->media_type);
  g_clear_pointer (&fetch->body, g_bytes_unref);
  tlsrpt_chain_free (fetch->chain);
  g_free (fetch);
}

/* What is all there, too long, or all that will come. */
static gboolean
take_answer (TlsrptFetch *fetch, const GByteArray *bytes, gboolean is_end)
{
  g_autoptr (TlsrptHttp) http = tlsrpt_http_parse (bytes->data, bytes->len, is_end);

  if (http == NULL)
    return FALSE;
  fetch->is_too_long = http->body->len > TLSRPT_POLICY_BYTES_MAX;
  if (!http->is_whole && !fetch->is_too_long)
    return FALSE;
  fetch->status = http->status;
  fetch->media_type = g_strdup (http->media_type);
  fetch->body = g_bytes_new (http->body->data, MIN (http->body->len, TLSRPT_POLICY_BYTES_MAX));
  return TRUE;
}

static gboolean
read_answer (TlsrptFetch *fetch, GInputStream *input, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[READ_BYTES];

  while (bytes->len <= ALL_BYTES_MAX) {
    gssize n = g_input_stream_read (input, buffer, sizeof buffer, cancellable, error);

    if (n < 0)
      return FALSE;
    g_byte_array_append (bytes, buffer, (guint)n);
    if (take_answer (fetch, bytes, n == 0))
      return TRUE;
    if (n == 0)
      break;
  }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "the server's answer is not whole");
  return FALSE;
}

static gboolean
get (TlsrptFetch *fetch, GIOStream *base, const char *host, GCancellable *cancellable,
     GError **error)
{
  g_autoptr (GTlsConnection) tls =
      tlsrpt_chain_handshake (base, host, cancellable, &fetch->chain, error);
  g_autofree char *request =
      g_strdup_printf ("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: %s\r\n"
                       "User-Agent: tlsrpt-ingest/" TLSRPT_VERSION "\r\n"
                       "Accept: text/plain\r\nConnection: close\r\n\r\n",
                       host);

  return tls != NULL &&
         g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (tls)), request,
                                    strlen (request), NULL, cancellable, error) &&
         read_answer (fetch, g_io_stream_get_input_stream (G_IO_STREAM (tls)), cancellable, error);
}

TlsrptFetch *
tlsrpt_fetch_policy (const char *host, const char *address, guint16 port, guint seconds)
{
  g_autoptr (TlsrptDeadline) deadline = tlsrpt_deadline_new (seconds);
  GCancellable *cancellable = tlsrpt_deadline_cancellable (deadline);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  TlsrptFetch *fetch = g_new0 (TlsrptFetch, 1);

  connection = tlsrpt_dial (address, port, seconds, cancellable, &error);
  if (connection == NULL || !get (fetch, G_IO_STREAM (connection), host, cancellable, &error))
    fetch->trouble = tlsrpt_deadline_text (deadline, error);
  fetch->is_late = tlsrpt_deadline_is_over (error);
  fetch->has_no_way = tlsrpt_dial_has_no_way (error);
  return fetch;
}
