/* SPDX-License-Identifier: GPL-3.0-or-later
 * A few words to a report. */
#include "support/told.h"

#include <string.h>

static const char *
word (TlsrptReport *report, const char *text)
{
  return strcmp (text, "-") == 0 ? NULL : tlsrpt_report_string (report, text);
}

static void
add_policy (TlsrptReport *report, char **words)
{
  TlsrptPolicy *policy = tlsrpt_report_add_policy (report);
  g_autofree char *line = words[4] != NULL ? g_strconcat ("mode: ", words[4], NULL) : NULL;
  const char *lines[] = { line };
  g_auto (GStrv) domain = g_strsplit (words[1], "=", 2);
  g_auto (GStrv) hosts = g_strsplit (domain[1] != NULL ? domain[1] : "", ",", -1);

  policy->foreign = words[0][0] == '!';
  policy->policy_type = tlsrpt_report_string (report, words[0] + (policy->foreign ? 1 : 0));
  policy->policy_domain = word (report, domain[0]);
  policy->mx_host = tlsrpt_report_list (report, (const char *const *)hosts, g_strv_length (hosts));
  policy->total_successful_session_count = g_ascii_strtoll (words[2], NULL, 10);
  policy->total_failure_session_count = g_ascii_strtoll (words[3], NULL, 10);
  if (line != NULL)
    policy->policy_string = tlsrpt_report_list (report, lines, 1);
}

static void
add_failure (TlsrptReport *report, char **words)
{
  g_auto (GStrv) what = g_strsplit (words[0], "@", 2);
  TlsrptFailure failure = {
    .result_type = tlsrpt_report_string (report, what[0]),
    .receiving_mx_hostname = word (report, what[1]),
    .failed_session_count = g_ascii_strtoll (words[1], NULL, 10),
  };

  g_array_append_val (tlsrpt_report_policy (report, report->policies->len - 1)->failures, failure);
}

TlsrptReport *
told_report (const char *text)
{
  TlsrptReport *report = tlsrpt_report_new ();
  g_auto (GStrv) parts = g_strsplit (text, "; ", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (parts[i], " ", -1);

    if (strcmp (words[0], "header") == 0)
      report->report_domain = tlsrpt_report_string (report, words[1]);
    else if (strchr (words[0], '@') != NULL)
      add_failure (report, words);
    else
      add_policy (report, words);
  }
  return report;
}
