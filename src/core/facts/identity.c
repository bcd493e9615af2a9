/* SPDX-License-Identifier: GPL-3.0-or-later
 * A report to its keys. Two with one key are the same report, or a conflict. */
#include "core/facts/identity.h"

#include "core/facts/day.h"
#include "core/facts/reporter.h"

#include <string.h>

#define UID_DAY_BYTES 4

static void
add_to_identity (GChecksum *checksum, const char *text)
{
  gsize length = strlen (text);
  guint32 prefix = GUINT32_TO_BE ((guint32)length);

  g_checksum_update (checksum, (const guchar *)&prefix, sizeof prefix);
  if (length > 0)
    g_checksum_update (checksum, (const guchar *)text, (gssize)length);
}

static void
add_time_to_identity (GChecksum *checksum, gint64 microseconds)
{
  g_autofree char *text = tlsrpt_time_format (microseconds - microseconds % G_USEC_PER_SEC);

  add_to_identity (checksum, text);
}

static int
compare_domains (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Digest of @reporter and of what makes one of its reports this one. */
static void
digest_identity (const TlsrptReport *report, const char *reporter,
                 guint8 digest[TLSRPT_DIGEST_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GPtrArray) domains = g_ptr_array_new ();
  gsize length = TLSRPT_DIGEST_BYTES;

  for (guint i = 0; i < report->policies->len; i++) {
    const char *domain = tlsrpt_report_policy (report, i)->policy_domain;

    g_ptr_array_add (domains, (gpointer)(domain != NULL ? domain : ""));
  }
  g_ptr_array_sort (domains, compare_domains);
  add_to_identity (checksum, reporter);
  add_to_identity (checksum, report->report_id);
  add_time_to_identity (checksum, report->start_datetime);
  add_time_to_identity (checksum, report->end_datetime);
  for (guint i = 0; i < domains->len; i++)
    add_to_identity (checksum, domains->pdata[i]);
  g_checksum_get_digest (checksum, digest, &length);
}

void
tlsrpt_identity_uid (const TlsrptReport *report, guint8 uid[TLSRPT_UID_BYTES])
{
  TlsrptDays days = tlsrpt_days_of_period (report->start_datetime, report->end_datetime);
  guint32 day = GUINT32_TO_BE ((guint32)MAX (days.day, 0));
  guint8 digest[TLSRPT_DIGEST_BYTES];

  g_return_if_fail (report->reporter_domain != NULL);
  digest_identity (report, report->reporter_domain, digest);
  memcpy (uid, &day, UID_DAY_BYTES);
  memcpy (uid + UID_DAY_BYTES, digest, TLSRPT_UID_BYTES - UID_DAY_BYTES);
}

void
tlsrpt_identity_claim (const TlsrptReport *report, guint8 claim[TLSRPT_UID_BYTES])
{
  g_autofree char *name = tlsrpt_reporter_name_key (report->organization_name);
  guint8 digest[TLSRPT_DIGEST_BYTES];

  digest_identity (report, name, digest);
  memcpy (claim, digest, TLSRPT_UID_BYTES);
}
