/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as gzip: plain bytes within the caps, or an error that is the message's fault. */
#include "core/gzip/gunzip.h"
#include "fuzz/property.h"
#include "fuzz/target.h"
#include "support/document.h"

#include <string.h>

static GBytes *
gunzip (GBytes *packed, const TlsrptLimits *limits, GError **error)
{
  guint64 deviations = 0;
  GBytes *plain = document_inflated (packed, limits, &deviations, error);

  g_assert_true ((plain != NULL) != (*error != NULL));
  if (plain == NULL)
    property_assert_refusal (*error);
  g_assert_true (plain == NULL || g_bytes_get_size (plain) <= limits->inflated_bytes);
  return plain;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) packed = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) narrow_error = NULL;
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GBytes) narrow = NULL;
  g_autoptr (TlsrptGunzip) looking = tlsrpt_gunzip_new (packed);
  g_autoptr (GBytes) finished = NULL;
  g_autoptr (GBytes) first = NULL;
  guint64 deviations = 0;
  gsize looked;
  const guint8 *seen = tlsrpt_gunzip_look (looking, &looked);

  limits.inflated_bytes = 2 << 20; /* the ratio counts from 1 MiB on */
  plain = gunzip (packed, &limits, &error);
  narrow = gunzip (packed, &property_narrow, &narrow_error);
  property_assert_narrowed (narrow_error, error);
  g_assert_true (narrow == NULL || g_bytes_equal (narrow, plain));
  /* A look changes nothing of what comes out. */
  first = g_bytes_new (seen, looked);
  finished = tlsrpt_gunzip_finish (looking, &limits, &deviations, NULL);
  g_assert_true ((finished != NULL) == (plain != NULL));
  if (plain != NULL) {
    g_assert_true (g_bytes_equal (finished, plain));
    g_assert_cmpuint (looked, <=, g_bytes_get_size (plain));
    g_assert_cmpmem (g_bytes_get_data (first, NULL), looked, g_bytes_get_data (plain, NULL),
                     looked);
  }
  return 0;
}
