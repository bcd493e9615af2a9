/* SPDX-License-Identifier: GPL-3.0-or-later
 * What to do before a mail is lost. */
#include "insight/remedy/sight.h"

static const TlsrptRemedyEntry entries[] = {
  {
      .finding = "found-wrong",
      .title = "doctor found it wrong",
      .meaning =
          "doctor looked at it and found a reason for sending MTAs that apply a policy not to "
          "deliver here. No report says so yet: reports come a day later.",
      .effect = TLSRPT_REMEDY_EFFECT_SIGHT,
      .causes = { { "something there was changed, or has ended", 0 } },
      .commands = { { "tlsrpt-ingest doctor {domain}", 0 } },
      .changes = { { "what doctor advises for this host; then run it again", 0 } },
  },
  {
      .finding = "ends-soon",
      .title = "a certificate ends within 7 days",
      .meaning = "doctor looked at it: all is right, and the first certificate of the chain ends "
                 "within 7 days. A renewal is due weeks before.",
      .effect = TLSRPT_REMEDY_EFFECT_REPORTS,
      .causes = { { "the renewal failed, or is not set up on this host", 0 },
                  { "the renewed certificate is on disk, and the server has not loaded it", 0 } },
      .commands = { { "tlsrpt-ingest doctor {domain}", 0 } },
      .changes = { { "renew the certificate, and let the server load it, at each of its addresses",
                     0 },
                   { "where there are TLSA records keep the key, or publish the new key's record "
                     "beside the old one first, and wait two TTLs",
                     0 } },
  },
};

const TlsrptRemedyEntry *
tlsrpt_sight_entries (guint *n)
{
  *n = G_N_ELEMENTS (entries);
  return entries;
}
