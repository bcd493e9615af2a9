/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the header of a message says, as plain data. */
#include "core/envelope.h"

static void
field_clear (gpointer data)
{
  TlsrptField *field = data;

  g_free (field->name);
  g_free (field->value);
}

TlsrptEnvelope *
tlsrpt_envelope_new (void)
{
  TlsrptEnvelope *envelope = g_new0 (TlsrptEnvelope, 1);

  envelope->trace = g_array_new (FALSE, FALSE, sizeof (TlsrptField));
  g_array_set_clear_func (envelope->trace, field_clear);
  return envelope;
}

void
tlsrpt_envelope_free (TlsrptEnvelope *envelope)
{
  if (envelope == NULL)
    return;
  g_free (envelope->message_id);
  g_free (envelope->header_from);
  g_free (envelope->subject);
  g_free (envelope->subject_domain);
  g_free (envelope->subject_submitter);
  g_free (envelope->subject_report_id);
  g_free (envelope->report_domain);
  g_free (envelope->report_submitter);
  g_array_unref (envelope->trace);
  g_free (envelope);
}
