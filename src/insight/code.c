/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words of Microsoft, Mail.ru, Postfix and OpenSSL. */
#include "insight/code.h"

#include <string.h>

typedef struct {
  const char *words;
  TlsrptCodeKind kind;
} Known;

/* In lower case; the first that stands anywhere in the text decides. */
static const Known known[] = {
  { "mx_hosts_mismatch", TLSRPT_CODE_MX_MISMATCH },
  { "mx-mismatch", TLSRPT_CODE_MX_MISMATCH },
  { "certificate has expired", TLSRPT_CODE_EXPIRED },
  { "certificate expired", TLSRPT_CODE_EXPIRED },
  { "certificate_expired", TLSRPT_CODE_EXPIRED },
  { "hostname mismatch", TLSRPT_CODE_HOST_MISMATCH },
  { "host name mismatch", TLSRPT_CODE_HOST_MISMATCH },
  { "certificate name mismatch", TLSRPT_CODE_HOST_MISMATCH },
  { "self-signed certificate", TLSRPT_CODE_NOT_TRUSTED },
  { "self signed certificate", TLSRPT_CODE_NOT_TRUSTED },
  { "unable to get local issuer certificate", TLSRPT_CODE_NOT_TRUSTED },
  { "unable to get issuer certificate", TLSRPT_CODE_NOT_TRUSTED },
  { "unable to verify the first certificate", TLSRPT_CODE_NOT_TRUSTED },
  { "untrusted issuer", TLSRPT_CODE_NOT_TRUSTED },
  { "connection refused", TLSRPT_CODE_CONNECTION },
  { "connection reset", TLSRPT_CODE_CONNECTION },
  { "connection timed out", TLSRPT_CODE_CONNECTION },
  { "lost connection", TLSRPT_CODE_CONNECTION },
  { "no route to host", TLSRPT_CODE_CONNECTION },
  { "network is unreachable", TLSRPT_CODE_CONNECTION },
  { "timed out", TLSRPT_CODE_CONNECTION },
  { "timeout", TLSRPT_CODE_CONNECTION },
};

guint
tlsrpt_code_http_status (const char *words)
{
  g_autofree char *lower = words != NULL ? g_ascii_strdown (words, -1) : g_strdup ("");

  if (strstr (lower, "http") == NULL)
    return 0;
  for (const char *c = lower; *c != '\0'; c++)
    if (*c >= '1' && *c <= '5' && (c == lower || !g_ascii_isalnum (c[-1])) &&
        g_ascii_isdigit (c[1]) && g_ascii_isdigit (c[2]) && !g_ascii_isalnum (c[3]))
      return (guint)(c[0] - '0') * 100 + (guint)(c[1] - '0') * 10 + (guint)(c[2] - '0');
  return 0;
}

TlsrptCodeKind
tlsrpt_code_kind (const char *words)
{
  g_autofree char *lower = NULL;

  if (words == NULL)
    return TLSRPT_CODE_UNKNOWN;
  if (tlsrpt_code_http_status (words) != 0)
    return TLSRPT_CODE_HTTP_STATUS;
  lower = g_ascii_strdown (words, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strstr (lower, known[i].words) != NULL)
      return known[i].kind;
  return TLSRPT_CODE_UNKNOWN;
}
