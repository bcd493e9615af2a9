/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first page. The first screen says what is broken. */
#include "site/overview.h"

#include "core/limits.h"
#include "insight/advice.h"
#include "insight/digest-incident.h"
#include "insight/html-card.h"
#include "insight/markup.h"
#include "insight/table.h"
#include "pg/row.h"
#include "site/frame.h"

#include <string.h>

static int
compare_weight (gconstpointer a, gconstpointer b)
{
  const TlsrptJudgement *first = (*(TlsrptIncident *const *)a)->judgement;
  const TlsrptJudgement *second = (*(TlsrptIncident *const *)b)->judgement;

  if (first->severity != second->severity)
    return first->severity > second->severity ? -1 : 1;
  if (first->failed_sessions != second->failed_sessions)
    return first->failed_sessions > second->failed_sessions ? -1 : 1;
  return first->number < second->number ? -1 : first->number > second->number;
}

/* Those that stand, or those that ended in the period, without minor and merged ones; the worst first. */
static GPtrArray *
choose (const TlsrptPages *pages, gboolean is_over)
{
  GPtrArray *chosen = g_ptr_array_new ();
  gint32 since = tlsrpt_judgement_day (pages->since);
  GHashTableIter incidents;
  gpointer incident;

  g_hash_table_iter_init (&incidents, pages->incidents);
  while (g_hash_table_iter_next (&incidents, NULL, &incident)) {
    const TlsrptJudgement *judgement = ((TlsrptIncident *)incident)->judgement;

    if (judgement->severity != TLSRPT_SEVERITY_MINOR && judgement->state != TLSRPT_STATE_MERGED &&
        tlsrpt_incident_is_over (incident) == is_over && (!is_over || judgement->last_day >= since))
      g_ptr_array_add (chosen, incident);
  }
  g_ptr_array_sort (chosen, compare_weight);
  return chosen;
}

static void
append_link (GString *html, const TlsrptPages *pages, const TlsrptIncident *incident,
             const char *shown)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, incident->judgement->number);

  tlsrpt_listing_link (html, TLSRPT_SHEET_INCIDENT, number, shown, pages->atlas, "");
}

static void
append_places (GString *html, const TlsrptPages *pages, const GPtrArray *incidents)
{
  g_string_append (html, "<p>");
  for (guint i = 0; i < MIN (incidents->len, TLSRPT_SITE_LINKS_MAX); i++) {
    const TlsrptIncident *incident = incidents->pdata[i];
    g_autofree char *place = tlsrpt_incident_place (incident);
    g_autofree char *shown =
        g_strdup_printf ("#%" G_GINT64_FORMAT " %s", incident->judgement->number, place);

    g_string_append (html, i > 0 ? ", " : "");
    append_link (html, pages, incident, shown);
  }
  if (incidents->len > TLSRPT_SITE_LINKS_MAX)
    g_string_append_printf (html, " and <a href=\"incidents.html\">%u more</a>",
                            incidents->len - TLSRPT_SITE_LINKS_MAX);
  g_string_append (html, "</p>\n");
}

/* How many of @n are left out, and where they are. */
static void
append_more (GString *html, guint n, const char *path)
{
  if (n > TLSRPT_SITE_CARDS_MAX)
    g_string_append_printf (html, "<p><a href=\"%s\">and %u more</a></p>\n", path,
                            n - TLSRPT_SITE_CARDS_MAX);
}

static gboolean
has_domain (gconstpointer atlas, const char *domain)
{
  g_autofree char *path = tlsrpt_atlas_path (atlas, TLSRPT_SHEET_DOMAIN, domain);

  return path != NULL;
}

static void
append_causes (GString *html, const TlsrptPages *pages, const GPtrArray *causes)
{
  const TlsrptCardStyle style = { .is_page = TRUE,
                                  .remedies = TLSRPT_SITE_CARDS_MAX,
                                  .site = ".",
                                  .has_domain = has_domain,
                                  .data = pages->atlas };

  for (guint i = 0; i < MIN (causes->len, TLSRPT_SITE_CARDS_MAX); i++) {
    const TlsrptAdvice *advice = causes->pdata[i];

    tlsrpt_html_card_cause (html, advice, &style, i);
    if (advice->incidents->len > 1)
      append_places (html, pages, advice->incidents);
  }
  append_more (html, causes->len, "incidents.html");
}

static gboolean
append_broken (GString *html, const TlsrptPages *pages, GError **error)
{
  g_autoptr (GPtrArray) incidents = choose (pages, FALSE);
  g_autoptr (GPtrArray) causes = tlsrpt_advice_of (incidents, TRUE);
  gboolean is_known = g_hash_table_size (pages->incidents) > 0 || pages->judged_on != NULL;

  /* Today is left out, as hardly any report on it can have come. */
  if (!tlsrpt_digest_incident_history (incidents, tlsrpt_judgement_day (pages->until) - 1, TRUE,
                                       pages->pg, error))
    return FALSE;
  if (!is_known)
    g_string_append (html,
                     "<div class=\"lead\"><p>Not judged yet: run tlsrpt-ingest alert.</p></div>\n");
  else if (causes->len == 0)
    g_string_append (html, "<div class=\"lead fine\"><p>Broken now: nothing.</p></div>\n");
  else
    g_string_append_printf (html, "<div class=\"lead broken\"><p>Broken now: %u %s.</p></div>\n",
                            causes->len, causes->len == 1 ? "cause" : "causes");
  append_causes (html, pages, causes);
  return TRUE;
}

static void
append_ended (GString *html, const TlsrptPages *pages)
{
  g_autoptr (GPtrArray) incidents = choose (pages, TRUE);

  if (incidents->len == 0)
    return;
  tlsrpt_html_card_element (html, "h2", "No longer broken");
  g_string_append (html, "<ul>\n");
  for (guint i = 0; i < MIN (incidents->len, TLSRPT_SITE_CARDS_MAX); i++) {
    const TlsrptIncident *incident = incidents->pdata[i];
    g_autofree char *headline = tlsrpt_incident_headline (incident);
    g_autofree char *proof = tlsrpt_incident_proof (incident);

    g_string_append (html, "<li>");
    append_link (html, pages, incident, headline);
    g_string_append (html, "<br><span class=\"dim\">");
    tlsrpt_markup_append (html, proof);
    g_string_append (html, "</span></li>\n");
  }
  g_string_append (html, "</ul>\n");
  append_more (html, incidents->len, "incidents.html");
}

static const TlsrptListing worst = {
  .title = "Domains with failures",
  .sql =
      "SELECT mail_domain, mail_domain, health, sessions, failed_sessions, failed_share, last_day,"
      " count(*) OVER () AS domains"
      " FROM tlsrpt.domain_health WHERE failed_sessions > 0 AND mail_domain IS NOT NULL"
      " ORDER BY health = 'ok', health, failed_sessions DESC, mail_domain"
      " LIMIT " G_STRINGIFY (TLSRPT_SITE_CARDS_MAX),
  .cells = { { "domain", TLSRPT_CELL_LINK, TLSRPT_SHEET_DOMAIN },
             { "health", TLSRPT_CELL_TAG, 0 },
             { "sessions", TLSRPT_CELL_NUMBER, 0 },
             { "failed", TLSRPT_CELL_NUMBER, 0 },
             { "share", TLSRPT_CELL_SHARE, 0 },
             { "last day", TLSRPT_CELL_LINK, TLSRPT_SHEET_DAY } },
};

static gboolean
append_worst (GString *html, const TlsrptPages *pages, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (pages->pg, worst.sql, 0, NULL, error);

  if (result == NULL)
    return FALSE;
  if (PQntuples (result) == 0)
    return TRUE;
  tlsrpt_html_card_element (html, "h2", worst.title);
  tlsrpt_listing_head (html, &worst, '\0');
  for (int row = 0; row < PQntuples (result); row++)
    tlsrpt_listing_row (html, &worst, &(TlsrptStreamRow){ result, row }, 1, pages->atlas, "");
  tlsrpt_listing_end (html);
  append_more (html, (guint)g_ascii_strtoull (tlsrpt_row_text (result, 0, "domains"), NULL, 10),
               "domains.html");
  return TRUE;
}

static const char sums_sql[] =
    "SELECT coalesce(sum(reports), 0) AS reports, coalesce(sum(sessions), 0) AS sessions,"
    " coalesce(sum(failed_sessions), 0) AS failed_sessions,"
    " count(DISTINCT reporter_domain) AS reporters, max(day) AS last_day FROM tlsrpt.daily_total"
    " WHERE day BETWEEN $1::date AND $2::date";

static gboolean
append_sums (GString *html, const TlsrptPages *pages, GError **error)
{
  g_autoptr (PGresult) result =
      tlsrpt_pg_query_text (pages->pg, sums_sql, error, pages->since, pages->until, TLSRPT_PG_END);
  g_autofree char *reports = NULL;
  g_autofree char *sessions = NULL;
  g_autofree char *failed = NULL;
  g_autofree char *text = NULL;

  if (result == NULL)
    return FALSE;
  reports = tlsrpt_digits_shown (tlsrpt_row_text (result, 0, "reports"));
  sessions = tlsrpt_digits_shown (tlsrpt_row_text (result, 0, "sessions"));
  failed = tlsrpt_digits_shown (tlsrpt_row_text (result, 0, "failed_sessions"));
  text =
      tlsrpt_row_text (result, 0, "last_day") == NULL
          ? g_strdup_printf ("No report from %s to %s.", pages->since, pages->until)
          : g_strdup_printf ("From %s to %s: %s sessions, %s failed; reports: %s, reporters: %s; "
                             "data up to %s.",
                             pages->since, pages->until, sessions, failed, reports,
                             tlsrpt_row_text (result, 0, "reporters"),
                             tlsrpt_row_text (result, 0, "last_day"));
  g_string_append (html, "<p>");
  tlsrpt_markup_append_dates (html, text);
  g_string_append (html, "</p>\n");
  if (!pages->may_list)
    g_string_append (html, "<p class=\"dim\">Reports have no pages: the database user that made "
                           "this site may not list them.</p>\n");
  if (pages->judged_on != NULL)
    g_string_append_printf (html, "<p class=\"dim\">Incidents as judged on %s.</p>\n",
                            pages->judged_on);
  return TRUE;
}

gboolean
tlsrpt_overview_make (const TlsrptPages *pages, const PGresult *days, GError **error)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autoptr (GBytes) page = NULL;
  guint n;
  const TlsrptKind *const *kinds = tlsrpt_kinds (&n);

  tlsrpt_frame_open (html,
                     &(TlsrptFrame){ .title = "TLS reports", .up = "", .here = "index.html" });
  if (!append_broken (html, pages, error) || !append_sums (html, pages, error))
    return FALSE;
  append_ended (html, pages);
  for (guint i = 0; i < n && PQntuples (days) > 0; i++)
    if (kinds[i]->sheet == TLSRPT_SHEET_DAY) {
      tlsrpt_html_card_element (html, "h2", "Sessions by day");
      tlsrpt_listing_chart (html, &kinds[i]->index, days, 1);
      g_string_append (html, "<p><a href=\"days.html\">The numbers</a></p>\n");
    }
  if (!append_worst (html, pages, error))
    return FALSE;
  page = tlsrpt_frame_close (g_steal_pointer (&html));
  return tlsrpt_publish_put (pages->publish, "index.html", NULL, page, error);
}
