/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fields of a line to words, and a line to a failure. */
#include "insight/day-line.h"

#include <string.h>

char *
tlsrpt_day_line_cut (char **rest, char end)
{
  char *start = *rest;
  char *at = strchr (start, end);

  *rest = at != NULL ? at + 1 : start + strlen (start);
  if (at != NULL)
    *at = '\0';
  return start;
}

static char
meant (char sign)
{
  switch (sign) {
  case 's':
    return ' ';
  case 't':
    return '\t';
  case 'n':
    return '\n';
  default:
    return sign;
  }
}

const char *
tlsrpt_day_line_word (TlsrptFacts *facts, char *field)
{
  char *to = strchr (field, '\\');

  if (to == NULL)
    return tlsrpt_facts_word (facts, field);
  if (strcmp (field, "\\-") == 0)
    return NULL;
  for (const char *from = to; *from != '\0'; from++, to++)
    if (*from == '\\' && from[1] != '\0')
      *to = meant (*++from);
    else
      *to = *from;
  *to = '\0';
  return tlsrpt_facts_word (facts, field);
}

static const char *
take_word (TlsrptFacts *facts, char **line)
{
  return tlsrpt_day_line_word (facts, tlsrpt_day_line_cut (line, '\t'));
}

static gboolean
take_truth (char **line)
{
  return *tlsrpt_day_line_cut (line, '\t') == '1';
}

void
tlsrpt_day_line_failure (TlsrptFacts *facts, const TlsrptScope *scope, char *line)
{
  TlsrptFailureFact failure = { .scope = *scope };
  char *policy;

  failure.scope.mail_domain = take_word (facts, &line);
  policy = tlsrpt_day_line_cut (&line, '\t');
  failure.scope.policy_domain =
      *policy != '\0' ? tlsrpt_day_line_word (facts, policy) : failure.scope.mail_domain;
  failure.failed_sessions = g_ascii_strtoull (tlsrpt_day_line_cut (&line, '\t'), NULL, 10);
  failure.misses_policy = take_truth (&line);
  failure.is_unusable = take_truth (&line);
  failure.policy_mx = take_word (facts, &line);
  failure.receiving_ip = take_word (facts, &line);
  failure.result_type = take_word (facts, &line);
  failure.receiving_mx = take_word (facts, &line);
  failure.reason = take_word (facts, &line);
  g_array_append_val (facts->failures, failure);
}
