/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first lines of a digest, the same in every format. */
#include "insight/lead.h"

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
tlsrpt_lead_item (const TlsrptIncident *incident, TlsrptDigestPart part, char **proof)
{
  g_autofree char *headline = tlsrpt_incident_headline (incident);
  g_autofree char *held = tlsrpt_incident_held (incident);
  g_autofree char *day = tlsrpt_judgement_day_text (incident->judgement->first_day);

  if (held != NULL) {
    g_autofree char *plain = g_steal_pointer (&headline);

    headline = g_strdup_printf ("%s (%s)", plain, held);
  }
  *proof = part != TLSRPT_DIGEST_NEW ? tlsrpt_incident_proof (incident) : NULL;
  if (part == TLSRPT_DIGEST_NEW)
    return g_strdup_printf ("%s %s%s", day, headline,
                            tlsrpt_incident_is_over (incident) ? ", ended" : "");
  return g_steal_pointer (&headline);
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

  return g_strdup_printf ("TLS reports on %s, %s to %s", domain, digest->period.since,
                          digest->period.until);
}

static void
append_before (GString *text, const TlsrptDigest *digest)
{
  g_autofree char *before = NULL;

  if (digest->share_before < 0)
    return;
  before = tlsrpt_share_shown (digest->share_before);
  g_string_append_printf (text, "; %s in the %u day%s before", before, digest->period.days,
                          digest->period.days == 1 ? "" : "s");
}

static void
append_incomplete (GString *text, const TlsrptDigest *digest)
{
  if (!digest->period.is_incomplete)
    return;
  g_string_append_printf (text, ". Reports on %s are still coming in", digest->period.until);
  if (digest->domain == NULL && digest->reporters > 0)
    g_string_append_printf (text, ": %u of %u reporter%s so far", digest->reporters_of_last_day,
                            digest->reporters, digest->reporters == 1 ? "" : "s");
}

char *
tlsrpt_lead_total (const TlsrptDigest *digest)
{
  g_autofree char *share = tlsrpt_share_shown (digest->failed_share);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s report%s, %s sessions, %s failed (%s", digest->reports,
                          strcmp (digest->reports, "1") == 0 ? "" : "s", digest->sessions,
                          digest->failed_sessions, share);
  append_before (text, digest);
  g_string_append_c (text, ')');
  append_incomplete (text, digest);
  return g_strdup (text->str);
}

/* Nothing else shows that mails are refused: the reports in them are not counted. */
static void
append_refused (GString *text, const TlsrptDigest *digest)
{
  if (digest->refusals == NULL)
    return;
  g_string_append_printf (text,
                          "%s%s mail%s in quarantine for want of a valid signature: %s. See "
                          "`tlsrpt-ingest quarantine list --reason=unauthentic`.",
                          text->len > 0 ? " " : "", digest->refused_mails,
                          strcmp (digest->refused_mails, "1") == 0 ? " is" : "s are",
                          digest->refusals);
}

static void
append_uncounted (GString *text, const TlsrptDigest *digest)
{
  gboolean repeats = strcmp (digest->repeats, "0") != 0;
  gboolean impersonating = strcmp (digest->impersonating_reports, "0") != 0;

  if (!repeats && !impersonating)
    return;
  g_string_append_printf (text, "%sNot counted:", text->len > 0 ? " " : "");
  if (repeats)
    g_string_append_printf (text, " %s that repeat%s another report%s", digest->repeats,
                            strcmp (digest->repeats, "1") == 0 ? "s" : "",
                            impersonating ? ";" : "");
  if (impersonating)
    g_string_append_printf (text, " %s in the name of another reporter",
                            digest->impersonating_reports);
  g_string_append_c (text, '.');
}

char *
tlsrpt_lead_doubt (const TlsrptDigest *digest)
{
  gboolean none = strcmp (digest->reports, "0") == 0;
  gboolean unknown = strcmp (digest->unknown_reports, "0") != 0;
  gboolean unauthentic = strcmp (digest->unauthentic_reports, "0") != 0;
  GString *text = g_string_new (NULL);

  if (none)
    g_string_append (text, "No reports: does the TXT record at _smtp._tls of the domain name an"
                           " address whose mail reaches this program?");
  if (unknown || unauthentic)
    g_string_append (text, "Not authenticated:");
  if (unknown)
    g_string_append_printf (text,
                            " %s reports without a verdict on their signature (set authserv-id)%s",
                            digest->unknown_reports, unauthentic ? ";" : "");
  if (unauthentic)
    g_string_append_printf (text, " %s reports without a valid signature of their reporter",
                            digest->unauthentic_reports);
  if (unknown || unauthentic)
    g_string_append (text, ". Anyone can write such a report.");
  append_uncounted (text, digest);
  append_refused (text, digest);
  if (digest->room.text != NULL)
    g_string_append_printf (text, "%sRoom: %s: see `tlsrpt-ingest quarantine list`, and prune.",
                            text->len > 0 ? " " : "", digest->room.text);
  return g_string_free (text, text->len == 0);
}
