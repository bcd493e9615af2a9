/* SPDX-License-Identifier: GPL-3.0-or-later
 * Error codes to words, and untrusted text to text that may stand in a log line. */
#include "core/errors.h"

#define QUOTE_MAX_BYTES 80

/* clang-format off */
static const char *const reasons[TLSRPT_N_ERRORS] = {
  [TLSRPT_ERROR_NO_REPORT]     = "no-report",
  [TLSRPT_ERROR_MALFORMED]     = "malformed",
  [TLSRPT_ERROR_INVALID]       = "invalid",
  [TLSRPT_ERROR_LIMIT]         = "limit",
  [TLSRPT_ERROR_UNSUPPORTED]   = "unsupported",
  [TLSRPT_ERROR_FOREIGN]       = "foreign-domain",
  [TLSRPT_ERROR_UNAUTHENTIC]   = "unauthentic",
  [TLSRPT_ERROR_CONFLICT]      = "conflict",
  [TLSRPT_ERROR_FLOOD]         = "flood",
  [TLSRPT_ERROR_REFUSED_VALUE] = "refused-value",
  [TLSRPT_ERROR_TEMPORARY]     = "temporary",
  [TLSRPT_ERROR_DEADLINE]      = "deadline",
  [TLSRPT_ERROR_OPERATOR]      = "operator",
  [TLSRPT_ERROR_SETTINGS]      = "settings",
  [TLSRPT_ERROR_USAGE]         = "usage",
  [TLSRPT_ERROR_INTERNAL]      = "internal",
};

G_DEFINE_QUARK (tlsrpt-error-quark, tlsrpt_error)
/* clang-format on */

gboolean
tlsrpt_error_is_message_fault (const GError *error)
{
  return error != NULL && error->domain == TLSRPT_ERROR &&
         error->code <= TLSRPT_ERROR_REFUSED_VALUE;
}

const char *
tlsrpt_error_reason (TlsrptError code)
{
  g_return_val_if_fail ((guint)code < TLSRPT_N_ERRORS, "internal");
  return reasons[code];
}

/* A character that a terminal or a log reader shows within the line. GLib also counts line and
 * paragraph separators as printable. */
static gboolean
is_plain (gunichar c)
{
  return g_unichar_isprint (c) && c != '\\' && c != 0x2028 && c != 0x2029;
}

char *
tlsrpt_quote (const char *text)
{
  GString *quoted;

  if (text == NULL)
    return g_strdup ("(null)");
  quoted = g_string_sized_new (QUOTE_MAX_BYTES + 8);
  while (*text != '\0') {
    gunichar c = g_utf8_get_char_validated (text, -1);
    gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
    gsize length = valid ? (gsize)(g_utf8_next_char (text) - text) : 1;
    gboolean plain = valid && is_plain (c);

    if (quoted->len + (plain ? length : 4 * length) > QUOTE_MAX_BYTES) {
      g_string_append (quoted, "...");
      break;
    }
    if (plain)
      g_string_append_len (quoted, text, (gssize)length);
    else
      for (gsize i = 0; i < length; i++)
        g_string_append_printf (quoted, "\\x%02X", (guchar)text[i]);
    text += length;
  }
  return g_string_free (quoted, FALSE);
}
