/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first lines of a digest, the same in every format. */
#include "insight/digest.h"

#include <string.h>

static gboolean
belongs (const TlsrptIncident *incident, TlsrptDigestPart part)
{
  if (part == TLSRPT_DIGEST_NEW)
    return incident->is_new;
  return (part == TLSRPT_DIGEST_ENDED) == tlsrpt_incident_is_over (incident);
}

static char *
broken_line (const TlsrptDigest *digest, const GPtrArray *incidents)
{
  guint critical = 0;

  for (guint i = 0; i < incidents->len; i++)
    critical += strcmp (((TlsrptIncident *)incidents->pdata[i])->severity, "critical") == 0;
  if (incidents->len == 0 && strcmp (digest->reports, "0") == 0)
    return g_strdup ("Broken now: unknown, as there are no reports in this period.");
  if (incidents->len == 0)
    return g_strdup ("Broken now: nothing.");
  return g_strdup_printf ("Broken now: %u incident%s, %u critical.", incidents->len,
                          incidents->len == 1 ? "" : "s", critical);
}

char *
tlsrpt_digest_lead (const TlsrptDigest *digest, TlsrptDigestPart part, GPtrArray **incidents)
{
  const char *name = part == TLSRPT_DIGEST_NEW ? "New in this period" : "Ended in this period";

  *incidents = g_ptr_array_new ();
  for (guint i = 0; i < digest->incidents->len; i++)
    if (belongs (digest->incidents->pdata[i], part))
      g_ptr_array_add (*incidents, digest->incidents->pdata[i]);
  if (part == TLSRPT_DIGEST_BROKEN)
    return broken_line (digest, *incidents);
  if ((*incidents)->len == 0)
    return g_strdup_printf ("%s: nothing.", name);
  return g_strdup_printf ("%s: %u.", name, (*incidents)->len);
}

char *
tlsrpt_digest_title (const TlsrptDigest *digest)
{
  g_autofree char *domain =
      digest->domain != NULL ? tlsrpt_text_shown (digest->domain) : g_strdup ("all domains");

  return g_strdup_printf ("TLS reports on %s, %s to %s", domain, digest->period.since,
                          digest->period.until);
}

char *
tlsrpt_digest_total (const TlsrptDigest *digest)
{
  g_autofree char *share = tlsrpt_share_shown (digest->failed_share);

  return g_strdup_printf ("%s reports, %s sessions, %s failed (%s)", digest->reports,
                          digest->sessions, digest->failed_sessions, share);
}

char *
tlsrpt_digest_doubt (const TlsrptDigest *digest)
{
  gboolean unknown = strcmp (digest->unknown_reports, "0") != 0;
  gboolean unauthentic = strcmp (digest->unauthentic_reports, "0") != 0;
  GString *text;

  if (!unknown && !unauthentic)
    return NULL;
  text = g_string_new ("Not authenticated:");
  if (unknown)
    g_string_append_printf (text,
                            " %s reports without a verdict on their signature (set authserv-id)%s",
                            digest->unknown_reports, unauthentic ? ";" : "");
  if (unauthentic)
    g_string_append_printf (text, " %s reports without a valid signature of their sender",
                            digest->unauthentic_reports);
  g_string_append (text, ". Anyone can write such a report.");
  return g_string_free (text, FALSE);
}
