/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as a document: a report that survives the way to JSON and back, or an error that is the
 * message's fault. */
#include "core/report/report-parse.h"
#include "support/document.h"
#include "core/report/report.h"
#include "fuzz/property.h"
#include "fuzz/target.h"

static TlsrptReport *
parse (GBytes *bytes, const TlsrptLimits *limits, GError **error)
{
  TlsrptReport *report = tlsrpt_report_parse (bytes, limits, error);

  g_assert_true ((report != NULL) != (*error != NULL));
  if (report != NULL)
    property_assert (report, limits);
  else
    property_assert_refusal (*error);
  return report;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) narrow_error = NULL;
  g_autoptr (TlsrptReport) report = parse (bytes, &limits, &error);
  g_autoptr (TlsrptReport) narrow = parse (bytes, &property_narrow, &narrow_error);

  property_assert_narrowed (narrow_error, error);
  if (narrow != NULL) {
    g_autofree char *text = report_text (report);
    g_autofree char *narrow_text = report_text (narrow);

    g_assert_cmpstr (narrow_text, ==, text);
    g_assert_cmpuint (narrow->deviations, ==, report->deviations);
  }
  return 0;
}
