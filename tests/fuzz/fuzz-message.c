/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as a mail: report parts, or an error that is the message's fault. */
#include "core/errors.h"
#include "core/message.h"
#include "fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (TlsrptEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = tlsrpt_message_parse (bytes, &limits, &envelope, &error);

  g_assert_true ((parts != NULL) != (error != NULL));
  g_assert_true (parts != NULL ? parts->len > 0 : tlsrpt_error_is_message_fault (error));
  g_assert_nonnull (envelope);
  g_assert_true (envelope->subject == NULL || g_utf8_validate (envelope->subject, -1, NULL));
  g_assert_true (envelope->message_id == NULL || g_utf8_validate (envelope->message_id, -1, NULL));
  g_assert_true (envelope->header_from == NULL ||
                 g_utf8_validate (envelope->header_from, -1, NULL));
  return 0;
}
