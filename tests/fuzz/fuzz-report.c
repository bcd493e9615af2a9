/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as a document: a report that survives the way to JSON and back, or an error that is the
 * message's fault. */
#include "core/errors.h"
#include "core/report.h"
#include "fuzz/property.h"
#include "fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptReport) report = tlsrpt_report_parse (bytes, &limits, &error);

  g_assert_true ((report != NULL) != (error != NULL));
  if (report != NULL)
    property_assert (report, &limits);
  else
    g_assert_true (tlsrpt_error_is_message_fault (error));
  return 0;
}
