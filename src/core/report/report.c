/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report as plain data, and what it owns. */
#include "core/report/report.h"

#include <string.h>

/* Names and addresses are repeated within a report; longer text seldom is. */
#define RECENT_MAX_BYTES 64

static void
policy_clear (gpointer data)
{
  TlsrptPolicy *policy = data;

  g_clear_pointer (&policy->failures, g_array_unref);
}

TlsrptReport *
tlsrpt_report_new (void)
{
  TlsrptReport *report = g_new0 (TlsrptReport, 1);

  report->strings = g_string_chunk_new (1024);
  report->lists = g_ptr_array_new_with_free_func (g_free);
  report->policies = g_array_new (FALSE, TRUE, sizeof (TlsrptPolicy));
  g_array_set_clear_func (report->policies, policy_clear);
  report->trust.dkim_result = "unknown";
  return report;
}

void
tlsrpt_report_free (TlsrptReport *report)
{
  if (report == NULL)
    return;
  g_array_unref (report->policies);
  g_ptr_array_unref (report->lists);
  g_string_chunk_free (report->strings);
  g_clear_pointer (&report->evidence, g_bytes_unref);
  g_free (report->keys);
  g_free (report);
}

/* Place of @text among the recent strings (FNV-1a); past the last for one that is too long. */
static guint
recent_place (const char *text)
{
  guint32 hash = 2166136261u;
  gsize length = 0;

  for (; text[length] != '\0'; length++) {
    if (length == RECENT_MAX_BYTES)
      return TLSRPT_RECENT_STRINGS;
    hash = (hash ^ (guint8)text[length]) * 16777619u;
  }
  return (hash ^ hash >> 16) % TLSRPT_RECENT_STRINGS;
}

const char *
tlsrpt_report_string (TlsrptReport *report, const char *text)
{
  guint place;

  if (text == NULL)
    return NULL;
  place = recent_place (text);
  if (place == TLSRPT_RECENT_STRINGS)
    return g_string_chunk_insert (report->strings, text);
  if (report->recent[place] == NULL || strcmp (report->recent[place], text) != 0)
    report->recent[place] = g_string_chunk_insert (report->strings, text);
  return report->recent[place];
}

const char *const *
tlsrpt_report_list (TlsrptReport *report, const char *const *items, gsize n)
{
  const char **list = g_new0 (const char *, n + 1);

  for (gsize i = 0; i < n; i++)
    list[i] = tlsrpt_report_string (report, items[i]);
  g_ptr_array_add (report->lists, list);
  return list;
}

TlsrptPolicy *
tlsrpt_report_add_policy (TlsrptReport *report)
{
  static const char *const none[] = { NULL };
  TlsrptPolicy policy = {
    .policy_type = "",
    .policy_string = none,
    .mx_host = none,
    .failures = g_array_new (FALSE, TRUE, sizeof (TlsrptFailure)),
  };

  g_array_append_val (report->policies, policy);
  return tlsrpt_report_policy (report, report->policies->len - 1);
}

TlsrptPolicy *
tlsrpt_report_policy (const TlsrptReport *report, guint number)
{
  return &g_array_index (report->policies, TlsrptPolicy, number);
}

TlsrptFailure *
tlsrpt_policy_failure (const TlsrptPolicy *policy, guint number)
{
  return &g_array_index (policy->failures, TlsrptFailure, number);
}

/* Without printf: the keys of each report have four times in them. */
static void
write_digits (char *to, gint64 number, guint n)
{
  for (guint i = n; i > 0; i--, number /= 10)
    to[i - 1] = (char)('0' + number % 10);
}

char *
tlsrpt_time_format (gint64 microseconds)
{
  gint64 fraction = microseconds % G_USEC_PER_SEC;
  gint64 seconds = microseconds / G_USEC_PER_SEC - (fraction < 0 ? 1 : 0);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  char text[] = "YYYY-MM-DDThh:mm:ss.uuuuuuZ";
  int year, month, day;

  if (fraction < 0)
    fraction += G_USEC_PER_SEC;
  if (time == NULL)
    return g_strdup ("1970-01-01T00:00:00Z"); /* no year outside RFC 3339 reaches this place */
  g_date_time_get_ymd (time, &year, &month, &day);
  write_digits (text, year, 4);
  write_digits (text + 5, month, 2);
  write_digits (text + 8, day, 2);
  write_digits (text + 11, g_date_time_get_hour (time), 2);
  write_digits (text + 14, g_date_time_get_minute (time), 2);
  write_digits (text + 17, g_date_time_get_second (time), 2);
  if (fraction == 0)
    strcpy (text + 19, "Z");
  else
    write_digits (text + 20, fraction, 6);
  return g_strdup (text);
}
