/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keys of reports: as they are defined, and what they depend on. */
#include "core/facts/identity.h"
#include "core/facts/reporter.h"

#include "core/report/report-parse.h"
#include "support/document.h"

#include <string.h>

static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

static TlsrptReport *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = document_bytes (text);
  TlsrptReport *report = tlsrpt_report_parse (bytes, &limits, NULL);

  g_assert_nonnull (report);
  report->header_from = "noreply@sender.example";
  tlsrpt_reporter_identify (report);
  return report;
}

#define PERIOD_AND_DOMAINS                                                                         \
  "\0\0\0\040"                                                                                     \
  "2024-03-01T00:00:00Z_example.org"                                                               \
  "\0\0\0\024"                                                                                     \
  "2024-03-01T00:00:00Z"                                                                           \
  "\0\0\0\024"                                                                                     \
  "2024-03-01T23:59:59Z"                                                                           \
  "\0\0\0\013example.org"                                                                          \
  "\0\0\0\022mx1.mx.example.org"

static char *
hex_of (const guint8 key[TLSRPT_UID_BYTES])
{
  GString *hex = g_string_new (NULL);

  for (guint i = 0; i < TLSRPT_UID_BYTES; i++)
    g_string_append_printf (hex, "%02x", key[i]);
  return g_string_free (hex, FALSE);
}

/* Computed here by hand from the definition. */
static void
test_uid (void)
{
  static const guint8 identity[] = "\0\0\0\016sender.example" PERIOD_AND_DOMAINS;
  g_autoptr (TlsrptReport) report = parse (document_plain);
  g_autofree char *digest =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, identity, sizeof identity - 1);
  g_autofree char *expected = g_strdup_printf ("00004d47%.24s", digest);
  g_autofree char *hex = NULL;
  guint8 uid[TLSRPT_UID_BYTES];

  tlsrpt_identity_uid (report, uid);
  hex = hex_of (uid);
  g_assert_cmpstr (hex, ==, expected);
}

static void
test_claim (void)
{
  static const guint8 identity[] = "\0\0\0\011senderinc" PERIOD_AND_DOMAINS;
  g_autoptr (TlsrptReport) report = parse (document_plain);
  g_autofree char *digest =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, identity, sizeof identity - 1);
  g_autofree char *expected = g_strndup (digest, 32);
  g_autofree char *hex = NULL;
  guint8 claim[TLSRPT_UID_BYTES];

  tlsrpt_identity_claim (report, claim);
  hex = hex_of (claim);
  g_assert_cmpstr (hex, ==, expected);
}

/* Two periods of one start: the key's day is the one that sessions are counted on. */
static void
test_day (void)
{
  g_autoptr (TlsrptReport) report = parse (document_plain);
  guint8 uid[TLSRPT_UID_BYTES];
  static const guint8 next_day[] = { 0, 0, 0x4d, 0x48 };

  report->start_datetime += 12 * G_TIME_SPAN_HOUR;
  report->end_datetime += G_TIME_SPAN_DAY + 12 * G_TIME_SPAN_HOUR;
  tlsrpt_identity_uid (report, uid);
  g_assert_cmpmem (uid, sizeof next_day, next_day, sizeof next_day);
  report->start_datetime = report->end_datetime = -G_TIME_SPAN_DAY;
  tlsrpt_identity_uid (report, uid);
  g_assert_cmpmem (uid, 4, "\0\0\0\0", 4);
}

#define ORGANIZATION "\"organization-name\":\"Sender Inc.\""
#define ID "\"report-id\":\"2024-03-01T00:00:00Z_example.org\""
#define START "\"start-datetime\":\"2024-03-01T00:00:00Z\""
#define END "\"end-datetime\":\"2024-03-01T23:59:59Z\""
#define DOMAIN "\"policy-domain\":\"example.org\""
#define SUCCESSFUL "\"total-successful-session-count\":5326"

/* Keys that must be one, and keys that must differ. */
static void
test_what_decides (void)
{
  static const struct {
    const char *find;
    const char *replace;
    gboolean same_uid;
    gboolean same_claim;
  } rows[] = {
    { DOMAIN, "\"policy-domain\":\"EXAMPLE.org.\"", TRUE, TRUE },
    { SUCCESSFUL, "\"total-successful-session-count\":1", TRUE, TRUE },
    { START, "\"start-datetime\":\"2024-03-01T01:00:00+01:00\"", TRUE, TRUE },
    { ORGANIZATION, "\"organization-name\":\"SENDER, Inc\"", TRUE, TRUE },
    { ORGANIZATION, "\"organization-name\":\"Sender\"", TRUE, FALSE },
    { START, "\"start-datetime\":\"2024-02-29T00:00:00Z\"", FALSE, FALSE },
    { END, "\"end-datetime\":\"2024-03-02T00:00:00Z\"", FALSE, FALSE },
    { ID, "\"report-id\":\"2\"", FALSE, FALSE },
    { DOMAIN, "\"policy-domain\":\"example.net\"", FALSE, FALSE },
  };
  g_autoptr (TlsrptReport) report = parse (document_plain);
  guint8 uid[TLSRPT_UID_BYTES], claim[TLSRPT_UID_BYTES];

  tlsrpt_identity_uid (report, uid);
  tlsrpt_identity_claim (report, claim);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *edited = document_edited (document_plain, rows[i].find, rows[i].replace);
    g_autoptr (TlsrptReport) other = parse (edited);
    guint8 key[TLSRPT_UID_BYTES];

    tlsrpt_identity_uid (other, key);
    g_assert_cmpint (memcmp (uid, key, sizeof uid) == 0, ==, rows[i].same_uid);
    tlsrpt_identity_claim (other, key);
    g_assert_cmpint (memcmp (claim, key, sizeof claim) == 0, ==, rows[i].same_claim);
  }
}

/* Another reporter is another report, whatever it calls itself. */
static void
test_reporter (void)
{
  g_autoptr (TlsrptReport) report = parse (document_plain);
  g_autoptr (TlsrptReport) other = parse (document_plain);
  guint8 uid[TLSRPT_UID_BYTES], other_uid[TLSRPT_UID_BYTES];

  other->header_from = "noreply@evil.example";
  tlsrpt_reporter_identify (other);
  tlsrpt_identity_uid (report, uid);
  tlsrpt_identity_uid (other, other_uid);
  g_assert_cmpint (memcmp (uid, other_uid, sizeof uid), !=, 0);
  tlsrpt_identity_claim (report, uid);
  tlsrpt_identity_claim (other, other_uid);
  g_assert_cmpmem (uid, sizeof uid, other_uid, sizeof other_uid);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/uid-is-as-defined", test_uid);
  g_test_add_func ("/identity/claim-is-as-defined", test_claim);
  g_test_add_func ("/identity/day-is-the-middle-of-the-period", test_day);
  g_test_add_func ("/identity/what-decides", test_what_decides);
  g_test_add_func ("/identity/another-reporter-is-another-report", test_reporter);
  return g_test_run ();
}
