/* SPDX-License-Identifier: GPL-3.0-or-later
 * HTTP answers, whole, in pieces and damaged. */
#include "doctor/http.h"

#include <string.h>

typedef struct {
  const char *bytes;
  gboolean is_end;
  guint status; /* 0: none yet, or no answer */
  const char *media_type;
  const char *body;
  gboolean is_whole;
} Case;

static const Case cases[] = {
  { "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc", FALSE, 200,
    "text/plain", "abc", TRUE },
  { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", FALSE, 200, NULL, "ab", FALSE },
  { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", TRUE, 200, NULL, "ab", FALSE },
  { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", FALSE, 200, NULL, "abc", TRUE },
  { "HTTP/1.1 200 OK\r\n\r\nabc", FALSE, 200, NULL, "abc", FALSE },
  { "HTTP/1.1 200 OK\r\n\r\nabc", TRUE, 200, NULL, "abc", TRUE },
  { "HTTP/1.0 404 Not Found\nContent-Type: Text/HTML; charset=utf-8\n\n", TRUE, 404, "text/html",
    "", TRUE },
  { "HTTP/1.1 301 Moved\r\nLocation: https://x/\r\nContent-Length: 0\r\n\r\n", FALSE, 301, NULL, "",
    TRUE },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
    FALSE, 200, NULL, "abcde", TRUE },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde", FALSE, 200, NULL,
    "abcde", FALSE },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", TRUE, 200, NULL, "abc",
    FALSE },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nabc", TRUE, 200, NULL, "", FALSE },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\nabc", TRUE, 200, NULL, "",
    FALSE },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nabc", TRUE, 200, NULL, "abc",
    FALSE },
  { "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", TRUE, 200, NULL, "abc", TRUE },
  { "HTTP/1.1 200 OK\r\nContent-Ty", FALSE, 0, NULL, NULL, FALSE },
  { "HTTP/1.1 99 Low\r\n\r\n", TRUE, 0, NULL, NULL, FALSE },
  { "HTTP/1.1 600 High\r\n\r\n", TRUE, 0, NULL, NULL, FALSE },
  { "HTTP/1.1 2000 Long\r\n\r\n", TRUE, 0, NULL, NULL, FALSE },
  { "HTTP/2 200 OK\r\n\r\n", TRUE, 0, NULL, NULL, FALSE },
  { "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", TRUE, 0, NULL, NULL, FALSE },
  { "SSH-2.0-OpenSSH\r\n", TRUE, 0, NULL, NULL, FALSE },
  { "", TRUE, 0, NULL, NULL, FALSE },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TlsrptHttp) http = tlsrpt_http_parse ((const guint8 *)cases[i].bytes,
                                                     strlen (cases[i].bytes), cases[i].is_end);

    g_test_message ("case %u", (guint)i);
    if (cases[i].status == 0) {
      g_assert_null (http);
      continue;
    }
    g_assert_nonnull (http);
    g_assert_cmpuint (http->status, ==, cases[i].status);
    g_assert_cmpstr (http->media_type, ==, cases[i].media_type);
    g_assert_cmpmem (http->body->data, http->body->len, cases[i].body, strlen (cases[i].body));
    g_assert_cmpint (http->is_whole, ==, cases[i].is_whole);
  }
}

static void
test_nul (void)
{
  static const char bytes[] = "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\nabc";

  g_assert_null (tlsrpt_http_parse ((const guint8 *)bytes, sizeof bytes - 1, TRUE));
}

/* A host that closes at once. */
static void
test_nothing (void)
{
  g_assert_null (tlsrpt_http_parse (NULL, 0, TRUE));
  g_assert_null (tlsrpt_http_parse (NULL, 0, FALSE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/http/parse", test_parse);
  g_test_add_func ("/doctor/http/nul-in-the-header", test_nul);
  g_test_add_func ("/doctor/http/no-byte-at-all", test_nothing);
  return g_test_run ();
}
