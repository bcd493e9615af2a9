/* SPDX-License-Identifier: GPL-3.0-or-later
 * Effects on mail. Only what a policy demands stops mail: a failure in mode testing stops none. */
#include "insight/remedy/effect.h"

#define RETURNED                                                                                   \
  " Mail waits in their queues and is returned after some days, unless another MX host takes it."

static gboolean
is_under (const TlsrptJudgement *judgement, TlsrptMechanism mechanism)
{
  return (judgement->mechanisms & (1u << mechanism)) != 0;
}

static gboolean
has_mode (const TlsrptJudgement *judgement, TlsrptPolicyMode mode)
{
  return (judgement->modes & (1u << mode)) != 0;
}

static const char *
refused (const TlsrptJudgement *judgement)
{
  gboolean is_tlsa = is_under (judgement, TLSRPT_MECHANISM_TLSA);

  if (is_tlsa && is_under (judgement, TLSRPT_MECHANISM_STS))
    return "Sending MTAs that use DANE or MTA-STS do not deliver here." RETURNED;
  if (is_tlsa)
    return "Sending MTAs that use DANE do not deliver here." RETURNED;
  if (has_mode (judgement, TLSRPT_MODE_TESTING))
    return "Where the policy says enforce, sending MTAs that use MTA-STS do not deliver here; "
           "where it "
           "says "
           "testing, they deliver and report." RETURNED;
  return "The policy says enforce: sending MTAs that use MTA-STS do not deliver here." RETURNED;
}

static const char *
unprotected (TlsrptRemedyEffect effect, const TlsrptJudgement *judgement)
{
  if (has_mode (judgement, TLSRPT_MODE_TESTING))
    return "The policy says testing: mail is delivered all the same, and the failure is only "
           "reported. "
           "Under enforce it would be refused.";
  if (effect == TLSRPT_REMEDY_EFFECT_PLAIN)
    return "Nothing demands TLS here: mail is delivered all the same, unencrypted, for anyone on "
           "the way "
           "to read.";
  return "Nothing demands proof of the server here: mail is delivered all the same, without "
         "protection "
         "against somebody on the way.";
}

static const char *
connection (TlsrptRemedyEffect effect, const TlsrptJudgement *judgement)
{
  switch (judgement->effect) {
  case TLSRPT_EFFECT_REFUSED:
    return refused (judgement);
  case TLSRPT_EFFECT_UNPROTECTED:
    return unprotected (effect, judgement);
  case TLSRPT_EFFECT_NOTHING:
    return "Nothing happened to mail.";
  default:
    return "Where a policy says enforce, sending MTAs that use MTA-STS do not deliver here; in "
           "mode "
           "testing "
           "they deliver and report.";
  }
}

const char *
tlsrpt_effect_text (TlsrptRemedyEffect effect, const TlsrptJudgement *judgement)
{
  switch (effect) {
  case TLSRPT_REMEDY_EFFECT_PLAIN:
  case TLSRPT_REMEDY_EFFECT_SERVER:
    return connection (effect, judgement);
  case TLSRPT_REMEDY_EFFECT_FETCH:
    return "Sending MTAs that have an older copy of the policy keep to it until its max_age has "
           "passed; "
           "the "
           "others deliver as if there were no policy. No mail is refused because of this.";
  case TLSRPT_REMEDY_EFFECT_DNSSEC:
    return "Sending MTAs that validate DNSSEC cannot use the answers and do not deliver, whatever "
           "MTA-STS "
           "says. Mail waits in their queues and is returned after some days.";
  case TLSRPT_REMEDY_EFFECT_SENDER:
    return "That sending MTA does not deliver: its mail waits in its queue and is returned after "
           "some "
           "days. "
           "Other sending MTAs are not touched.";
  case TLSRPT_REMEDY_EFFECT_SIGHT:
    return "Mail may be refused already.";
  case TLSRPT_REMEDY_EFFECT_REPORTS:
    break;
  }
  return "Mail is not touched by this.";
}
