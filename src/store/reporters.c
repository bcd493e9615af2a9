/* SPDX-License-Identifier: GPL-3.0-or-later
 * Judges reports by what the store knows of their reporters, and says what that adds to it. */
#include "store/reporters.h"

#include "core/facts/reporter.h"
#include "pg/row.h"
#include "store/entry.h"
#include "store/known.h"

#include <string.h>

/* A new row of tlsrpt.reporter or of tlsrpt.reporter_name. */
typedef struct {
  const char *reporter_domain;
  const char *organization_name;
  gint32 name_since;
  gboolean is_verified;
  const char *mechanism;
  const char *name_key;
} Seen;

typedef struct {
  GPtrArray *entries;
  GArray *known;
  TlsrptReporters *reporters;
  GHashTable *done; /* reporter domains and names that have a row already */
} Judge;

/* clang-format off */
#define OF(of, member) .offset = G_STRUCT_OFFSET (of, member)

static const TlsrptColumn seen_columns[] = {
  { "reporter_domain", &tlsrpt_array_text, OF (Seen, reporter_domain) },
  { "organization_name", &tlsrpt_array_text, OF (Seen, organization_name) },
  { "name_since", &tlsrpt_array_date, OF (Seen, name_since) },
  { "is_verified", &tlsrpt_array_bool, OF (Seen, is_verified) },
  { "mechanism", &tlsrpt_array_text, OF (Seen, mechanism) },
};
static const TlsrptRelation seen_relation = TLSRPT_RELATION ("tlsrpt.reporter", seen_columns);

static const TlsrptColumn name_columns[] = {
  { "name_key", &tlsrpt_array_text, OF (Seen, name_key) },
  { "reporter_domain", &tlsrpt_array_text, OF (Seen, reporter_domain) },
};
static const TlsrptRelation name_relation = TLSRPT_RELATION ("tlsrpt.reporter_name", name_columns);

const char tlsrpt_reporters_on_conflict[] =
    "ON CONFLICT (reporter_domain) DO UPDATE SET organization_name = excluded.organization_name, "
    "name_since = excluded.name_since, is_verified = reporter.is_verified OR excluded.is_verified, "
    "mechanism = coalesce(excluded.mechanism, reporter.mechanism) "
    "WHERE excluded.is_verified OR NOT reporter.is_verified";

/* $2 is the last day to look at, $3 how far back. */
static const char sums_sql[] =
    "SELECT EXISTS (SELECT FROM tlsrpt.report_key r WHERE r.reporter_domain = $1 AND r.sums_agree "
    "AND r.is_verified >= $4::boolean "
    "AND r.day BETWEEN '1970-01-01'::date + $2::integer - $3::integer AND '1970-01-01'::date + $2::integer) AS agree, "
    "(SELECT min(r.day) - '1970-01-01'::date FROM tlsrpt.report_key r WHERE r.reporter_domain = $1 "
    "AND NOT r.sums_agree AND r.is_verified >= $4::boolean "
    "AND r.day BETWEEN '1970-01-01'::date + $2::integer - $3::integer AND '1970-01-01'::date + $2::integer) AS first_day";
/* clang-format on */

void
tlsrpt_reporters_clear (TlsrptReporters *reporters)
{
  tlsrpt_columns_clear (&reporters->seen);
  tlsrpt_columns_clear (&reporters->names);
}

static const TlsrptKnown *
find_reporter (const Judge *judge, const char *domain)
{
  for (guint i = 0; i < judge->known->len; i++) {
    const TlsrptKnown *known = &g_array_index (judge->known, TlsrptKnown, i);

    if (known->name_key == NULL && strcmp (known->reporter_domain, domain) == 0)
      return known;
  }
  return NULL;
}

static gboolean
is_impersonating (const Judge *judge, const TlsrptEntry *entry, gboolean *has_used_it)
{
  g_autoptr (GArray) owners = g_array_new (FALSE, FALSE, sizeof (TlsrptNameOwner));

  *has_used_it = FALSE;
  for (guint i = 0; i < judge->known->len; i++) {
    const TlsrptKnown *known = &g_array_index (judge->known, TlsrptKnown, i);
    TlsrptNameOwner owner = { .domain = known->reporter_domain,
                              .since = -known->age * G_TIME_SPAN_SECOND };

    if (g_strcmp0 (known->name_key, entry->keys.name_key) != 0)
      continue;
    *has_used_it = *has_used_it || strcmp (owner.domain, entry->report->reporter_domain) == 0;
    g_array_append_val (owners, owner);
  }
  return tlsrpt_reporter_is_impersonating (
      entry->report, (const TlsrptNameOwner *)(gpointer)owners->data, owners->len, 0);
}

/* What the reports of the last weeks and this one show; %NULL if they do not show it. */
static gboolean
learn (const TlsrptEntry *entry, const TlsrptKnown *known, TlsrptPg *pg, const char **mechanism,
       GError **error)
{
  g_autofree char *day = g_strdup_printf ("%d", entry->facts->days.day);
  g_autofree char *look_back = g_strdup_printf ("%d", TLSRPT_REPORTERS_LOOK_BACK_DAYS);
  gboolean signed_alone = entry->report->is_verified || (known != NULL && known->is_verified);
  g_autoptr (PGresult) result = NULL;

  *mechanism = NULL;
  if (entry->facts->sums == TLSRPT_SUMS_NONE || (signed_alone && !entry->report->is_verified))
    return TRUE;
  if (entry->facts->sums == TLSRPT_SUMS_AGREE) {
    *mechanism = "both";
    return TRUE;
  }
  result = tlsrpt_pg_query_text (pg, sums_sql, error, entry->report->reporter_domain, day,
                                 look_back, signed_alone ? "true" : "false", TLSRPT_PG_END);
  if (result == NULL)
    return FALSE;
  if (tlsrpt_row_truth (result, 0, "agree"))
    *mechanism = "both";
  else if (tlsrpt_row_text (result, 0, "first_day") != NULL &&
           entry->facts->days.day - (gint64)tlsrpt_row_number (result, 0, "first_day") >=
               TLSRPT_REPORTERS_LEARN_DAYS - 1)
    *mechanism = "one-policy";
  return TRUE;
}

static TlsrptCounting
counting_of (const char *mechanism)
{
  return g_strcmp0 (mechanism, "one-policy") == 0 ? TLSRPT_COUNTING_ONE_POLICY
         : g_strcmp0 (mechanism, "both") == 0     ? TLSRPT_COUNTING_BOTH
                                                  : TLSRPT_COUNTING_UNKNOWN;
}

/* Whether @entry says something new about its reporter. */
static gboolean
has_news (const TlsrptEntry *entry, const TlsrptKnown *known, const char *mechanism)
{
  gboolean is_verified = entry->report->is_verified;

  if (known == NULL || (is_verified && !known->is_verified))
    return TRUE;
  if (known->is_verified && !is_verified)
    return FALSE;
  if (mechanism != NULL && g_strcmp0 (mechanism, known->mechanism) != 0)
    return TRUE;
  return entry->facts->days.day >= known->name_since &&
         strcmp (entry->report->organization_name, known->organization_name) != 0;
}

static void
add_reporter (const Judge *judge, const TlsrptEntry *entry, const TlsrptKnown *known,
              const char *mechanism)
{
  gboolean renames = known == NULL || (entry->report->is_verified && !known->is_verified) ||
                     entry->facts->days.day >= known->name_since;
  const Seen seen = {
    .reporter_domain = entry->report->reporter_domain,
    .organization_name = renames ? entry->report->organization_name : known->organization_name,
    .name_since = renames ? entry->facts->days.day : known->name_since,
    .is_verified = entry->report->is_verified,
    .mechanism = mechanism,
  };

  if (has_news (entry, known, mechanism) &&
      g_hash_table_add (judge->done, g_strconcat ("d", seen.reporter_domain, NULL)))
    tlsrpt_columns_add (&judge->reporters->seen, NULL, &seen);
}

static void
add_name (const Judge *judge, const TlsrptEntry *entry)
{
  const Seen seen = { .reporter_domain = entry->report->reporter_domain,
                      .name_key = entry->keys.name_key };

  if (g_hash_table_add (judge->done,
                        g_strconcat ("n", seen.name_key, " ", seen.reporter_domain, NULL)))
    tlsrpt_columns_add (&judge->reporters->names, NULL, &seen);
}

static gboolean
judge_entry (const Judge *judge, TlsrptEntry *entry, TlsrptPg *pg, GError **error)
{
  const TlsrptKnown *known = find_reporter (judge, entry->report->reporter_domain);
  const char *mechanism;
  gboolean has_used_name;

  entry->is_impersonating = is_impersonating (judge, entry, &has_used_name);
  if (!learn (entry, known, pg, &mechanism, error))
    return FALSE;
  entry->counting = counting_of (mechanism != NULL || known == NULL ? mechanism : known->mechanism);
  tlsrpt_entry_count (entry);
  add_reporter (judge, entry, known, mechanism);
  if (entry->report->is_verified && !entry->is_impersonating && !has_used_name)
    add_name (judge, entry);
  return TRUE;
}

static int
compare_days (gconstpointer a, gconstpointer b)
{
  const TlsrptEntry *left = *(TlsrptEntry *const *)a;
  const TlsrptEntry *right = *(TlsrptEntry *const *)b;

  if (left->report->is_verified != right->report->is_verified)
    return left->report->is_verified ? -1 : 1;
  return (left->facts->days.day < right->facts->days.day) -
         (left->facts->days.day > right->facts->days.day);
}

static int
compare_domains (gconstpointer a, gconstpointer b)
{
  const TlsrptEntry *left = *(TlsrptEntry *const *)a;
  const TlsrptEntry *right = *(TlsrptEntry *const *)b;
  int order = strcmp (left->report->reporter_domain, right->report->reporter_domain);

  return order != 0 ? order : compare_days (a, b);
}

/* By reporter, so that two processes lock rows in one order; the report that names it first. */
gboolean
tlsrpt_reporters_judge (TlsrptReporters *reporters, GPtrArray *entries, TlsrptPg *pg,
                        GError **error)
{
  g_autoptr (GPtrArray) ordered = g_ptr_array_new ();
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (TlsrptKnown));
  g_autoptr (GHashTable) done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (PGresult) result = NULL;
  Judge judge = { .entries = ordered, .known = known, .reporters = reporters, .done = done };

  tlsrpt_columns_init (&reporters->seen, &seen_relation);
  tlsrpt_columns_init (&reporters->names, &name_relation);
  reporters->is_distributed = FALSE;
  if (entries->len == 0)
    return TRUE;
  result = tlsrpt_known_look_up (known, &reporters->is_distributed, entries, pg, error);
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (ordered, entries->pdata[i]);
  g_ptr_array_sort (ordered, compare_domains);
  for (guint i = 0; result != NULL && i < ordered->len; i++)
    if (!judge_entry (&judge, ordered->pdata[i], pg, error))
      g_clear_pointer (&result, PQclear);
  if (result == NULL)
    tlsrpt_reporters_clear (reporters);
  return result != NULL;
}
