/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as gzip: plain bytes within the caps, or an error that is the message's fault. */
#include "core/errors.h"
#include "core/gunzip.h"
#include "fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) packed = g_bytes_new_static (data, size);
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GError) error = NULL;
  guint64 deviations = 0;
  guint8 first[64];
  gsize peeked = tlsrpt_gunzip_peek (packed, first, sizeof first);

  limits.inflated_bytes = 1 << 20;
  plain = tlsrpt_gunzip (packed, &limits, &deviations, &error);
  g_assert_true ((plain != NULL) != (error != NULL));
  g_assert_true (plain != NULL || tlsrpt_error_is_message_fault (error));
  g_assert_true (plain == NULL || g_bytes_get_size (plain) <= limits.inflated_bytes);
  g_assert_true (peeked <= sizeof first);
  return 0;
}
