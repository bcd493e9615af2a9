/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to the facts of the first look. What is not known is said to be unknown. */
#include "insight/strip.h"

#include <string.h>

static gboolean
has_no_reports (const TlsrptDigest *digest)
{
  return strcmp (digest->reports, "0") == 0;
}

static const char *
plural (guint64 count)
{
  return count == 1 ? "" : "s";
}

/* The new ones that are over are told with those that ended. */
static guint
count_new (const TlsrptDigest *digest)
{
  return digest->counts[TLSRPT_DIGEST_NEW] - digest->new_and_over;
}

static TlsrptStripItem
causes_item (const TlsrptDigest *digest)
{
  guint broken = digest->counts[TLSRPT_DIGEST_BROKEN];
  gboolean has_all = digest->incidents->len < TLSRPT_DIGEST_INCIDENTS;
  g_autofree char *incidents = NULL;
  TlsrptStripItem item = { .name = "Causes" };

  if (digest->judged_on == NULL || (broken == 0 && has_no_reports (digest))) {
    item.value = g_strdup ("unknown");
  } else if (broken == 0) {
    item.value = g_strdup ("none");
  } else {
    item.value = g_strdup_printf ("%u%s", digest->causes, has_all ? "" : " or more");
    incidents = digest->causes == broken
                    ? g_strdup ("")
                    : g_strdup_printf ("%u incident%s, ", broken, plural (broken));
    item.note =
        g_strdup_printf ("%s%u critical, %u new", incidents, digest->critical, count_new (digest));
  }
  return item;
}

/* How many domains were reported on in the period. */
static guint
count_domains (const TlsrptDigest *digest)
{
  guint n;
  const TlsrptSection *sections = tlsrpt_sections (&n);

  for (guint i = 0; i < n; i++)
    if (strcmp (sections[i].name, "domains") == 0)
      return tlsrpt_table_rows (digest->tables->pdata[i]);
  return 0;
}

static TlsrptStripItem
affected_item (const TlsrptDigest *digest)
{
  g_autofree char *affected = tlsrpt_count_shown (digest->affected);
  g_autofree char *domains = tlsrpt_count_shown (count_domains (digest));
  gboolean has_all = digest->incidents->len < TLSRPT_DIGEST_INCIDENTS;
  TlsrptStripItem item = { .name = "Domains affected" };

  if (digest->domain != NULL)
    return (TlsrptStripItem){ 0 };
  item.value = digest->judged_on == NULL ? g_strdup ("unknown")
                                         : g_strconcat (affected, has_all ? "" : " or more", NULL);
  item.note = g_strdup_printf ("of %s with reports", domains);
  return item;
}

static TlsrptStripItem
failed_item (const TlsrptDigest *digest)
{
  g_autofree char *failed = tlsrpt_digits_shown (digest->failed_sessions);
  g_autofree char *sessions = tlsrpt_digits_shown (digest->sessions);
  g_autofree char *before =
      digest->share_before >= 0 ? tlsrpt_share_shown (digest->share_before) : NULL;
  g_autofree char *compared = NULL;
  TlsrptStripItem item = { .name = "Sessions failed" };

  if (before == NULL)
    compared = g_strdup ("; no session before to compare with");
  else if (digest->period.days == 1)
    compared = g_strdup_printf ("; %s on the day before", before);
  else
    compared = g_strdup_printf ("; %s in the %u days before", before, digest->period.days);
  item.value = strcmp (digest->sessions, "0") == 0 ? g_strdup ("unknown")
                                                   : tlsrpt_share_shown (digest->failed_share);
  item.note = g_strdup_printf ("%s of %s%s", failed, sessions, compared);
  return item;
}

static TlsrptStripItem
data_item (const TlsrptDigest *digest)
{
  TlsrptStripItem item = { .name = "Data up to" };
  const char *coming = digest->period.is_incomplete ? ", more to come" : "";
  g_autofree char *reports = tlsrpt_digits_shown (digest->reports);
  g_autofree char *in_for = NULL;

  item.value = g_strdup (digest->last_day != NULL ? digest->last_day : "no day of the period");
  if (digest->reporters == 0)
    return item;
  in_for =
      digest->reporters_of_last_day > 0
          ? g_strdup_printf ("%u of %u reporter%s in for that day", digest->reporters_of_last_day,
                             digest->reporters, plural (digest->reporters))
          : g_strdup_printf ("none of %u reporter%s in for %s", digest->reporters,
                             plural (digest->reporters), digest->period.until);
  item.note = g_strdup_printf ("%s%s; %s report%s in all", in_for, coming, reports,
                               strcmp (reports, "1") == 0 ? "" : "s");
  return item;
}

/* By reason: what is there of one reason for several causes is added up. A count that is that of all is
 * not said again. */
static char *
reasons_text (const GPtrArray *quarantine, guint64 all)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < quarantine->len; i++) {
    const TlsrptQuarantined *of = quarantine->pdata[i];
    guint64 sum = 0;
    gboolean is_told = FALSE;

    for (guint j = 0; j < quarantine->len; j++) {
      const TlsrptQuarantined *other = quarantine->pdata[j];

      if (strcmp (of->reason, other->reason) == 0) {
        is_told = is_told || j < i;
        sum += other->messages;
      }
    }
    if (!is_told) {
      g_autofree char *count = tlsrpt_count_shown (sum);

      g_string_append_printf (text, "%s%s%s%s", text->len > 0 ? ", " : "", sum < all ? count : "",
                              sum < all ? " " : "", of->reason);
    }
  }
  return g_string_free (text, FALSE);
}

static TlsrptStripItem
quarantine_item (const TlsrptDigest *digest)
{
  TlsrptStripItem item = { .name = "In quarantine" };
  guint64 sum = 0;
  g_autofree char *count = NULL;

  for (guint i = 0; i < digest->quarantine->len; i++)
    sum += ((TlsrptQuarantined *)digest->quarantine->pdata[i])->messages;
  count = tlsrpt_count_shown (sum);
  item.value = sum == 0 ? g_strdup ("nothing") : g_strdup_printf ("%s mail%s", count, plural (sum));
  if (sum > 0)
    item.note = reasons_text (digest->quarantine, sum);
  return item;
}

TlsrptStripItem
tlsrpt_strip_item (const TlsrptDigest *digest, TlsrptStripKind kind)
{
  switch (kind) {
  case TLSRPT_STRIP_CAUSES:
    return causes_item (digest);
  case TLSRPT_STRIP_AFFECTED:
    return affected_item (digest);
  case TLSRPT_STRIP_FAILED:
    return failed_item (digest);
  case TLSRPT_STRIP_DATA:
    return data_item (digest);
  case TLSRPT_STRIP_QUARANTINE:
    return quarantine_item (digest);
  case TLSRPT_STRIP_MADE:
  case TLSRPT_N_STRIP:
    break;
  }
  return (TlsrptStripItem){ .name = "Made", .value = tlsrpt_period_made (&digest->period) };
}

void
tlsrpt_strip_clear (TlsrptStripItem *item)
{
  g_free (item->value);
  g_free (item->note);
}
