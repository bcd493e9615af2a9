/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report takes from its mail what the document does not say; where the two differ, that is noted. */
#include "core/complete.h"

#include "core/deviation.h"
#include "core/domain.h"
#include "core/trust/alignment.h"

#include <string.h>

static void
note (TlsrptReport *report, TlsrptDeviation deviation)
{
  report->deviations |= TLSRPT_DEVIATION_BIT (deviation);
}

/* No domain, as of a submitter too long to be one, is not the same as any. */
static gboolean
same_domain (const char *left, const char *right)
{
  g_autofree char *canonical_left = left != NULL ? tlsrpt_domain_canonical (left) : NULL;
  g_autofree char *canonical_right = right != NULL ? tlsrpt_domain_canonical (right) : NULL;

  return left != NULL && right != NULL && strcmp (canonical_left, canonical_right) == 0;
}

/* The policies' own domains are canonical already. */
static gboolean
is_policy_domain (const TlsrptReport *report, const char *domain)
{
  g_autofree char *canonical = tlsrpt_domain_canonical (domain);

  for (guint i = 0; i < report->policies->len; i++)
    if (g_strcmp0 (tlsrpt_report_policy (report, i)->policy_domain, canonical) == 0)
      return TRUE;
  return report->policies->len == 0;
}

/* A header may be far longer than any name; a text that is too long is not a name. */
static const char *
short_enough (const char *text, guint64 cap)
{
  return text != NULL && strlen (text) <= cap ? text : NULL;
}

/* What names the report's domain from outside the document, the most trusted first. */
typedef struct {
  const char *domain;
  TlsrptDeviation deviation;
} OutsideDomain;

/* Sets the report's domain to the first there is, and that of each policy that lacks one. */
static void
take_outside_domain (TlsrptReport *report, const OutsideDomain *outside, gsize n)
{
  g_autofree char *canonical = NULL;
  gsize first = 0;

  while (first < n && outside[first].domain == NULL)
    first++;
  if (first == n)
    return;
  canonical = tlsrpt_domain_canonical (outside[first].domain);
  report->report_domain = tlsrpt_report_string (report, canonical);
  for (guint i = 0; i < report->policies->len; i++) {
    TlsrptPolicy *policy = tlsrpt_report_policy (report, i);

    if (policy->policy_domain == NULL) {
      policy->policy_domain = report->report_domain;
      note (report, outside[first].deviation);
    }
  }
}

static void
read_outside_domain (TlsrptReport *report, const TlsrptEnvelope *envelope, const TlsrptPart *part,
                     const TlsrptLimits *limits)
{
  const OutsideDomain outside[] = {
    { short_enough (envelope != NULL ? envelope->report_domain : NULL, limits->name_bytes),
      TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_HEADER },
    { short_enough (part->file_domain, limits->name_bytes),
      TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_FILE_NAME },
    { short_enough (envelope != NULL ? envelope->subject_domain : NULL, limits->name_bytes),
      TLSRPT_DEVIATION_POLICY_DOMAIN_FROM_SUBJECT },
  };

  take_outside_domain (report, outside, G_N_ELEMENTS (outside));
  if ((outside[0].domain != NULL && !is_policy_domain (report, outside[0].domain)) ||
      (outside[1].domain != NULL && !is_policy_domain (report, outside[1].domain)))
    note (report, TLSRPT_DEVIATION_REPORT_DOMAIN_DIFFERS);
}

static void
read_submitter (TlsrptReport *report, const TlsrptEnvelope *envelope, const TlsrptPart *part,
                const TlsrptLimits *limits)
{
  const char *of_header = envelope != NULL ? envelope->report_submitter : NULL;
  const char *of_file = short_enough (part->file_submitter, limits->name_bytes);
  const char *of_subject = envelope != NULL ? envelope->subject_submitter : NULL;
  const char *chosen = short_enough (of_header, limits->name_bytes);

  if (chosen == NULL)
    chosen = of_file != NULL ? of_file : short_enough (of_subject, limits->name_bytes);
  if (chosen != NULL) {
    g_autofree char *canonical = tlsrpt_domain_canonical (chosen);
    report->submitter = tlsrpt_report_string (report, canonical);
  }
  if (of_header != NULL && part->file_submitter != NULL &&
      !same_domain (of_header, part->file_submitter))
    note (report, TLSRPT_DEVIATION_SUBMITTER_DIFFERS);
}

static void
compare_subject (TlsrptReport *report, const TlsrptEnvelope *envelope)
{
  if ((envelope->subject_domain != NULL && !is_policy_domain (report, envelope->subject_domain)) ||
      (envelope->subject_submitter != NULL &&
       !same_domain (envelope->subject_submitter, report->submitter)) ||
      (envelope->subject_report_id != NULL &&
       strcmp (envelope->subject_report_id, report->report_id) != 0))
    note (report, TLSRPT_DEVIATION_SUBJECT_DIFFERS);
}

/* The domain of the first address in @text, which may hold a name or brackets; %NULL if there is none. */
static char *
domain_of_address (const char *text)
{
  const char *at = text != NULL ? strchr (text, '@') : NULL;

  return at != NULL ? g_strndup (at + 1, strcspn (at + 1, " \t,;<>()\"'")) : NULL;
}

/* Who writes the mail, against who the report says writes it. */
static void
compare_from (TlsrptReport *report)
{
  const char *at = report->header_from != NULL ? strrchr (report->header_from, '@') : NULL;
  g_autofree char *contact = domain_of_address (report->contact_info);

  if (at == NULL)
    return;
  if (report->submitter != NULL && !tlsrpt_alignment_relaxed (report->submitter, at + 1))
    note (report, TLSRPT_DEVIATION_SUBMITTER_NOT_FROM);
  if (contact != NULL && !tlsrpt_alignment_relaxed (contact, at + 1))
    note (report, TLSRPT_DEVIATION_CONTACT_NOT_FROM);
}

void
tlsrpt_complete (TlsrptReport *report, const TlsrptEnvelope *envelope, const TlsrptPart *part,
                 const TlsrptLimits *limits)
{
  read_outside_domain (report, envelope, part, limits);
  read_submitter (report, envelope, part, limits);
  if (envelope == NULL)
    return;
  compare_subject (report, envelope);
  report->message_id =
      tlsrpt_report_string (report, short_enough (envelope->message_id, limits->text_bytes));
  report->header_from =
      tlsrpt_report_string (report, short_enough (envelope->header_from, limits->text_bytes));
  compare_from (report);
  report->received_at = envelope->date;
}
