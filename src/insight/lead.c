/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first lines of a digest, the same in every format. */
#include "insight/lead.h"

#include "core/refusal.h"

#include <string.h>

static gboolean
belongs (const TlsrptIncident *incident, TlsrptDigestPart part)
{
  if (part == TLSRPT_DIGEST_NEW)
    return incident->is_new;
  return (part == TLSRPT_DIGEST_ENDED) == tlsrpt_incident_is_over (incident);
}

static char *
broken_line (const TlsrptDigest *digest)
{
  guint n = digest->counts[TLSRPT_DIGEST_BROKEN];
  g_autofree char *as_of = NULL;

  if (digest->judged_on == NULL)
    return g_strdup ("Broken now: unknown, as nobody looked yet: tlsrpt-ingest incident update.");
  if (n == 0 && strcmp (digest->reports, "0") == 0)
    return g_strdup ("Broken now: unknown, as there are no reports in this period.");
  if (digest->is_stale)
    as_of = g_strdup_printf (" (as of %s)", digest->judged_on);
  if (n == 0)
    return g_strdup_printf ("Broken now%s: nothing.", as_of != NULL ? as_of : "");
  return g_strdup_printf ("Broken now%s: %u incident%s, %u critical.", as_of != NULL ? as_of : "",
                          n, n == 1 ? "" : "s", digest->critical);
}

static char *
new_line (const TlsrptDigest *digest)
{
  guint n = digest->counts[TLSRPT_DIGEST_NEW];

  if (n == 0)
    return g_strdup ("New in this period: nothing.");
  if (digest->new_and_over == 0)
    return g_strdup_printf ("New in this period: %u.", n);
  return g_strdup_printf ("New in this period: %u, of which %u ended.", n, digest->new_and_over);
}

char *
tlsrpt_lead (const TlsrptDigest *digest, TlsrptDigestPart part, GPtrArray **incidents)
{
  *incidents = g_ptr_array_new ();
  for (guint i = 0; i < digest->incidents->len; i++)
    if (belongs (digest->incidents->pdata[i], part))
      g_ptr_array_add (*incidents, digest->incidents->pdata[i]);
  if (part == TLSRPT_DIGEST_BROKEN)
    return broken_line (digest);
  if (part == TLSRPT_DIGEST_NEW)
    return new_line (digest);
  if (digest->counts[TLSRPT_DIGEST_ENDED] == 0)
    return g_strdup ("Ended in this period: nothing.");
  return g_strdup_printf ("Ended in this period: %u.", digest->counts[TLSRPT_DIGEST_ENDED]);
}

char *
tlsrpt_lead_more (const TlsrptDigest *digest, TlsrptDigestPart part)
{
  guint shown = 0;

  for (guint i = 0; i < digest->incidents->len; i++)
    shown += belongs (digest->incidents->pdata[i], part);
  shown = MIN (shown, TLSRPT_DIGEST_LEAD);
  if (shown >= digest->counts[part])
    return NULL;
  return g_strdup_printf ("and %u more: tlsrpt-ingest incident list has them all",
                          digest->counts[part] - shown);
}

char *
tlsrpt_lead_title (const TlsrptDigest *digest)
{
  g_autofree char *domain =
      digest->domain != NULL ? tlsrpt_text_shown (digest->domain) : g_strdup ("all domains");

  if (digest->period.days == 1)
    return g_strdup_printf ("TLS reports on %s, %s", domain, digest->period.since);
  return g_strdup_printf ("TLS reports on %s, %s to %s", domain, digest->period.since,
                          digest->period.until);
}

static const char nobody_checked[] =
    "Trust: nobody checked the signature of %s report%s, and anyone can write such a report: let "
    "deliver check signatures (verify-dkim), or name your own Authentication-Results "
    "(authserv-id).";
static const char not_signed[] =
    "Trust: %s report%s no valid signature of %s reporter, and anyone can write such a report: "
    "require-dkim=yes refuses them.";
static const char neither[] =
    "Trust: nobody checked the signature of %s report%s, and %s more ha%s none that is valid; "
    "anyone "
    "can write such a report: see verify-dkim and authserv-id, then require-dkim=yes refuses them.";

char *
tlsrpt_lead_trust (guint64 unknown, guint64 unauthentic)
{
  g_autofree char *unchecked = tlsrpt_count_shown (unknown);
  g_autofree char *unsigned_ones = tlsrpt_count_shown (unauthentic);
  const char *s = unknown == 1 ? "" : "s";

  if (unknown == 0 && unauthentic == 0)
    return g_strdup ("Trust: every report has a valid signature of its reporter.");
  if (unauthentic == 0)
    return g_strdup_printf (nobody_checked, unchecked, s);
  if (unknown == 0)
    return g_strdup_printf (not_signed, unsigned_ones, unauthentic == 1 ? " has" : "s have",
                            unauthentic == 1 ? "its" : "their");
  return g_strdup_printf (neither, unchecked, s, unsigned_ones, unauthentic == 1 ? "s" : "ve");
}

static guint64
number_of (const char *digits)
{
  return g_ascii_strtoull (digits, NULL, 10);
}

static void
add_uncounted (GStrvBuilder *lines, const TlsrptDigest *digest)
{
  gboolean repeats = strcmp (digest->repeats, "0") != 0;
  gboolean impersonating = strcmp (digest->impersonating_reports, "0") != 0;
  g_autoptr (GString) text = g_string_new ("Not counted:");

  if (!repeats && !impersonating)
    return;
  if (repeats)
    g_string_append_printf (text, " %s that repeat%s another report%s", digest->repeats,
                            strcmp (digest->repeats, "1") == 0 ? "s" : "",
                            impersonating ? ";" : "");
  if (impersonating)
    g_string_append_printf (text, " %s in the name of another reporter",
                            digest->impersonating_reports);
  g_string_append_c (text, '.');
  g_strv_builder_add (lines, text->str);
}

/* Nothing else shows what is wrong with them: the reports in them are not counted. */
static void
add_quarantine (GStrvBuilder *lines, const GPtrArray *quarantine)
{
  g_autoptr (GString) text = g_string_new ("Quarantine:");

  if (quarantine->len == 0)
    return;
  for (guint i = 0; i < quarantine->len; i++) {
    const TlsrptQuarantined *of = quarantine->pdata[i];
    g_autofree char *one = tlsrpt_refusal_text (of->messages, of->reason, of->cause);

    g_string_append_printf (text, "%s %s", i > 0 ? ";" : "", one);
  }
  g_string_append (text, ". See `tlsrpt-ingest quarantine list`.");
  g_strv_builder_add (lines, text->str);
}

char **
tlsrpt_lead_remarks (const TlsrptDigest *digest)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  if (strcmp (digest->reports, "0") == 0) {
    g_strv_builder_add (lines, "No reports: does the TXT record at _smtp._tls of the domain name an"
                               " address whose mail reaches this program?");
  } else {
    g_autofree char *trust = tlsrpt_lead_trust (number_of (digest->unknown_reports),
                                                number_of (digest->unauthentic_reports));

    g_strv_builder_add (lines, trust);
  }
  add_uncounted (lines, digest);
  add_quarantine (lines, digest->quarantine);
  if (digest->room.text != NULL) {
    g_autofree char *room = g_strdup_printf (
        "Room: %s: see `tlsrpt-ingest quarantine list`, and prune.", digest->room.text);

    g_strv_builder_add (lines, room);
  }
  return g_strv_builder_end (lines);
}

char *
tlsrpt_lead_minor (const TlsrptDigest *digest)
{
  if (digest->minor == 0)
    return NULL;
  return g_strdup_printf (
      "%u minor incident%s in this period, not shown here: tlsrpt-ingest incident list --all",
      digest->minor, digest->minor == 1 ? "" : "s");
}

char *
tlsrpt_lead_more_causes (const TlsrptDigest *digest)
{
  guint more;

  if (digest->causes <= TLSRPT_DIGEST_LEAD)
    return NULL;
  more = digest->causes - TLSRPT_DIGEST_LEAD;
  return g_strdup_printf ("and %u cause%s more: tlsrpt-ingest incident list has them all", more,
                          more == 1 ? "" : "s");
}
