/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which entry of the tables applies to an incident. */
#include "insight/remedy/choose.h"

#include "insight/remedy/dane.h"
#include "insight/remedy/mx.h"
#include "insight/remedy/reason.h"
#include "insight/remedy/sight.h"
#include "insight/remedy/silence.h"
#include "insight/remedy/sts.h"

#include <string.h>

static gboolean
is_under (const TlsrptJudgement *judgement, TlsrptMechanism mechanism)
{
  return (judgement->mechanisms & (1u << mechanism)) != 0;
}

guint
tlsrpt_choose_facts (const TlsrptJudgement *judgement)
{
  gboolean is_alone = judgement->place_kind == TLSRPT_PLACE_REPORTER ||
                      (judgement->witnesses->len == 1 && judgement->fault == TLSRPT_FAULT_THEIRS);
  gboolean has_mx = judgement->receiving_mx->len > 0 || judgement->place_kind == TLSRPT_PLACE_MX;

  return (is_alone ? TLSRPT_REMEDY_ALONE : TLSRPT_REMEDY_NOT_ALONE) |
         (is_under (judgement, TLSRPT_MECHANISM_TLSA) ? TLSRPT_REMEDY_UNDER_TLSA : 0) |
         (is_under (judgement, TLSRPT_MECHANISM_STS) ? TLSRPT_REMEDY_UNDER_STS : 0) |
         (judgement->mail_domains->len > 1 ? TLSRPT_REMEDY_MANY : 0) |
         (judgement->mail_domains->len > 0 ? TLSRPT_REMEDY_HAS_DOMAIN : 0) |
         (has_mx ? TLSRPT_REMEDY_HAS_MX : 0) |
         (judgement->receiving_ips[0] != NULL ? TLSRPT_REMEDY_HAS_IP : 0);
}

const TlsrptRemedyEntry *
tlsrpt_choose_named (const char *finding)
{
  const TlsrptRemedyEntry *(*const tables[]) (guint *) = {
    tlsrpt_mx_entries,      tlsrpt_dane_entries,  tlsrpt_sts_entries,
    tlsrpt_silence_entries, tlsrpt_sight_entries,
  };

  for (guint table = 0; finding != NULL && table < G_N_ELEMENTS (tables); table++) {
    guint n;
    const TlsrptRemedyEntry *entries = tables[table](&n);

    for (guint i = 0; i < n; i++)
      if (strcmp (entries[i].finding, finding) == 0)
        return &entries[i];
  }
  return NULL;
}

/* The words that stand for the most sessions, among those that prove something. */
static const char *
read_in_words (const TlsrptJudgement *judgement)
{
  for (guint i = 0; i < judgement->reasons->len; i++) {
    const TlsrptTally *tally = judgement->reasons->pdata[i];
    const TlsrptReason *reason = tlsrpt_reason_read (tally->name);

    if (reason != NULL && reason->finding != NULL)
      return reason->finding;
  }
  return NULL;
}

/* A reporter's own words decide only what the cause leaves open: they may be about another
 * failure. */
static const char *
found (const TlsrptJudgement *judgement)
{
  static const char *const open[] = { "validation-failure", TLSRPT_CAUSE_UNSPECIFIED,
                                      TLSRPT_CAUSE_UNKNOWN, NULL };
  const char *finding = judgement->cause != NULL ? judgement->cause : TLSRPT_CAUSE_UNKNOWN;
  const char *words = g_strv_contains (open, finding) ? read_in_words (judgement) : NULL;

  if (words != NULL)
    finding = words;
  if (g_str_has_prefix (finding, "certificate-") && is_under (judgement, TLSRPT_MECHANISM_TLSA) &&
      !is_under (judgement, TLSRPT_MECHANISM_STS))
    finding = "tlsa-invalid";
  if (strcmp (finding, "tlsa-invalid") == 0 && judgement->effect == TLSRPT_EFFECT_UNPROTECTED)
    finding = "tlsa-unusable";
  return finding;
}

const TlsrptRemedyEntry *
tlsrpt_choose_entry (const TlsrptJudgement *judgement)
{
  const TlsrptRemedyEntry *entry =
      tlsrpt_choose_named (judgement->is_security ? TLSRPT_CAUSE_FOREIGN_MX : found (judgement));

  return entry != NULL ? entry : tlsrpt_choose_named (TLSRPT_CAUSE_UNKNOWN);
}
