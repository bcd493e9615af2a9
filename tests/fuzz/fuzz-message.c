/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as a mail: report parts, or an error that is the message's fault. */
#include "core/mime/message.h"
#include "fuzz/property.h"
#include "fuzz/target.h"

static void
assert_text (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

static GPtrArray *
parse (GBytes *bytes, const TlsrptLimits *limits, GError **error)
{
  g_autoptr (TlsrptEnvelope) envelope = NULL;
  GPtrArray *parts = tlsrpt_message_parse (bytes, limits, &envelope, error);

  g_assert_true ((parts != NULL) != (*error != NULL));
  if (parts != NULL)
    g_assert_cmpuint (parts->len, >, 0);
  else
    property_assert_refusal (*error);
  g_assert_nonnull (envelope);
  assert_text (envelope->subject);
  assert_text (envelope->subject_domain);
  assert_text (envelope->subject_submitter);
  assert_text (envelope->subject_report_id);
  assert_text (envelope->report_domain);
  assert_text (envelope->report_submitter);
  assert_text (envelope->message_id);
  assert_text (envelope->header_from);
  for (guint i = 0; parts != NULL && i < parts->len; i++) {
    const TlsrptPart *part = parts->pdata[i];

    g_assert_cmpuint (g_bytes_get_size (part->content), <=, limits->part_bytes);
    assert_text (part->media_type);
    assert_text (part->file_name);
    assert_text (part->file_domain);
    g_assert_true ((part->file_submitter != NULL) == (part->file_domain != NULL));
  }
  return parts;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) narrow_error = NULL;
  g_autoptr (GPtrArray) parts = parse (bytes, &limits, &error);
  g_autoptr (GPtrArray) narrow = parse (bytes, &property_narrow, &narrow_error);

  property_assert_narrowed (narrow_error, error);
  g_assert_true (narrow == NULL || narrow->len == parts->len);
  return 0;
}
