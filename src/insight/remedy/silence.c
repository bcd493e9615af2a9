/* SPDX-License-Identifier: GPL-3.0-or-later
 * What to do when reports do not come. */
#include "insight/remedy/silence.h"

#define RECORD                                                                                     \
  "dig +short TXT _smtp._tls.{domain}"                                                             \
  "   # right: exactly one line with v=TLSRPTv1 and your rua; two are as good as none"

static const TlsrptRemedyEntry entries[] = {
  {
      .finding = "no-reports",
      .title = "no reports come in",
      .meaning = "No reporter has sent a report for longer than is usual. Whether mail arrives "
                 "encrypted is unknown since "
                 "then.",
      .effect = TLSRPT_REMEDY_EFFECT_REPORTS,
      .causes = { { "reports arrive and are refused: see the quarantine", 0 },
                  { "mail to the report address no longer reaches this program: alias, filter, "
                    "disk, settings",
                    0 },
                  { "the TXT record was lost or doubled, or its rua names an address that does not "
                    "work",
                    0 },
                  { "the domain receives no mail any more", TLSRPT_REMEDY_HAS_DOMAIN } },
      .commands = { { "tlsrpt-ingest quarantine list --limit 20", 0 },
                    { "tlsrpt-ingest schema status", 0 },
                    { RECORD, TLSRPT_REMEDY_HAS_DOMAIN } },
      .changes = { { "mend what the quarantine names, then: tlsrpt-ingest quarantine retry", 0 },
                   { "send a mail to the report address and follow it through the mail log", 0 },
                   { "publish one TXT record at _smtp._tls.{domain}, with a rua address that works",
                     TLSRPT_REMEDY_HAS_DOMAIN } },
  },
  {
      .finding = "reporter-silent",
      .title = "a reporter has stopped sending reports",
      .meaning = "This reporter sent reports regularly and has stopped, while others go on. What "
                 "it sees is unknown since "
                 "then.",
      .effect = TLSRPT_REMEDY_EFFECT_REPORTS,
      .causes = { { "it has no mail for these domains any more, or sends reports under another "
                    "domain",
                    0 },
                  { "its reports arrive and are refused: see the quarantine", 0 },
                  { "its report service is broken", 0 } },
      .commands = { { "tlsrpt-ingest quarantine list --limit 20", 0 },
                    { RECORD, TLSRPT_REMEDY_HAS_DOMAIN } },
      .changes = { { "nothing, where the others go on and nothing of it is in the quarantine", 0 },
                   { "where its mail still comes in and its reports do not: write to {reporter}",
                     0 } },
  },
};

const TlsrptRemedyEntry *
tlsrpt_silence_entries (guint *n)
{
  *n = G_N_ELEMENTS (entries);
  return entries;
}
