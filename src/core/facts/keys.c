/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to its keys. */
#include "core/facts/keys.h"

#include "core/facts/identity.h"
#include "core/facts/meaning.h"
#include "core/facts/reporter.h"

void
tlsrpt_keys_make (TlsrptReport *report, TlsrptKeys *keys)
{
  g_autofree char *name_key = tlsrpt_reporter_name_key (report->organization_name);

  if (report->reporter_domain == NULL)
    tlsrpt_reporter_identify (report);
  keys->name_key = tlsrpt_report_string (report, name_key);
  tlsrpt_identity_uid (report, keys->uid);
  tlsrpt_identity_claim (report, keys->claim);
  tlsrpt_meaning_digest (report, keys->content);
}

void
tlsrpt_keys_prepare (TlsrptReport *report)
{
  g_free (report->keys);
  report->keys = g_new (TlsrptKeys, 1);
  tlsrpt_keys_make (report, report->keys);
}
