/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads incidents and their members from rows. */
#include "insight/recall.h"

#include "insight/column.h"
#include "insight/member-row.h"

#include <string.h>

enum {
  TALLY_NUMBER,
  TALLY_KIND,
  TALLY_NAME,
  TALLY_SESSIONS,
  TALLY_LAST_DAY,
  TALLY_ORGANIZATION,
  TALLY_CONTACT
};
static const char tally_sql[] =
    "SELECT t.incident_no, t.kind, t.name, t.failed_sessions, t.last_day, r.organization_name,"
    " r.contact_info FROM tlsrpt.incident_tally t LEFT JOIN tlsrpt.known_reporter r"
    "  ON t.kind = 'reporter' AND r.reporter_domain = t.name"
    " WHERE t.incident_no = ANY ($1::bigint[])"
    " ORDER BY t.incident_no, t.kind, t.failed_sessions DESC, t.name";

static guint64
number_at (const PGresult *result, int row, int column)
{
  return g_ascii_strtoull (PQgetvalue (result, row, column), NULL, 10);
}

static char *
text_at (const PGresult *result, int row, int column)
{
  return PQgetisnull (result, row, column) ? NULL : g_strdup (PQgetvalue (result, row, column));
}

static void
add_witness (TlsrptJudgement *judgement, const PGresult *result, int row)
{
  TlsrptWitness *witness = g_new0 (TlsrptWitness, 1);

  witness->domain = text_at (result, row, TALLY_NAME);
  witness->organization_name = text_at (result, row, TALLY_ORGANIZATION);
  witness->contact_info = text_at (result, row, TALLY_CONTACT);
  witness->failed_sessions = number_at (result, row, TALLY_SESSIONS);
  witness->last_day = tlsrpt_judgement_day (PQgetvalue (result, row, TALLY_LAST_DAY));
  g_ptr_array_add (judgement->witnesses, witness);
}

/* Rows come in the order of the lists, each name once. */
static void
add_tally (TlsrptJudgement *judgement, const PGresult *result, int row)
{
  const char *kind = PQgetvalue (result, row, TALLY_KIND);
  GPtrArray *list = strcmp (kind, "mail-domain") == 0     ? judgement->mail_domains
                    : strcmp (kind, "policy-domain") == 0 ? judgement->policy_domains
                    : strcmp (kind, "result-type") == 0   ? judgement->result_types
                    : strcmp (kind, "receiving-mx") == 0  ? judgement->receiving_mx
                                                          : NULL;
  TlsrptTally *tally;

  if (list == NULL) {
    add_witness (judgement, result, row);
    return;
  }
  tally = g_new0 (TlsrptTally, 1);
  tally->name = text_at (result, row, TALLY_NAME);
  tally->failed_sessions = number_at (result, row, TALLY_SESSIONS);
  g_ptr_array_add (list, tally);
}

/* A silent reporter is not among the members. */
static void
add_silent (TlsrptJudgement *judgement)
{
  TlsrptWitness *witness;

  if (judgement->place_kind != TLSRPT_PLACE_INTAKE || judgement->place == NULL)
    return;
  witness = g_new0 (TlsrptWitness, 1);
  witness->domain = g_strdup (judgement->place);
  witness->last_day = judgement->first_day - 1;
  g_ptr_array_add (judgement->witnesses, witness);
}

/* An incident of several events is there several times. */
static GHashTable *
lists_by_number (const GPtrArray *judgements)
{
  GHashTable *lists =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < judgements->len; i++) {
    TlsrptJudgement *judgement = judgements->pdata[i];
    GPtrArray *list = g_hash_table_lookup (lists, &judgement->number);

    if (list == NULL) {
      list = g_ptr_array_new ();
      g_hash_table_insert (lists, &judgement->number, list);
    }
    g_ptr_array_add (list, judgement);
  }
  return lists;
}

gboolean
tlsrpt_recall_tallies (TlsrptPg *pg, const GPtrArray *judgements, GError **error)
{
  g_autoptr (GHashTable) lists = lists_by_number (judgements);
  g_auto (TlsrptColumnParams) params = { 0 };
  g_autoptr (PGresult) result = NULL;
  TlsrptArray numbers;

  tlsrpt_column_params_init (&params);
  tlsrpt_array_init (&numbers, &tlsrpt_array_int8);
  for (guint i = 0; i < judgements->len; i++) {
    TlsrptJudgement *judgement = judgements->pdata[i];

    tlsrpt_array_add_int8 (&numbers, judgement->number);
    add_silent (judgement);
  }
  tlsrpt_column_add_array (&params, numbers);
  result =
      tlsrpt_pg_query (pg, tally_sql, 1, &g_array_index (params.params, TlsrptPgParam, 0), error);
  if (result == NULL)
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++) {
    gint64 number = (gint64)number_at (result, row, TALLY_NUMBER);
    const GPtrArray *list = g_hash_table_lookup (lists, &number);

    for (guint i = 0; list != NULL && i < list->len; i++)
      add_tally (list->pdata[i], result, row);
  }
  return TRUE;
}

/* What follows the columns of a judgement. */
enum { ENTRY_LATE, ENTRY_MERGED_INTO, ENTRY_TOLD_SEVERITY, ENTRY_TOLD_EFFECT, ENTRY_TOLD_DOMAINS };
static const char entry_columns[] =
    ", late_sessions, merged_into, told_severity, told_effect, told_domains"
    " FROM tlsrpt.incident i WHERE last_day >= $1::date"
    " OR state IN ('open', 'flapping', 'recovering') ORDER BY incident_no";

static const char of_members[] =
    " FROM tlsrpt.incident_member WHERE incident_no IN (SELECT incident_no"
    "  FROM tlsrpt.incident WHERE last_day >= $1::date"
    "   OR state IN ('open', 'flapping', 'recovering')) ORDER BY incident_no";

static const char next_sql[] =
    "SELECT coalesce(max(incident_no), 0) + 1, (SELECT day - date '1970-01-01' FROM tlsrpt.judged)"
    " FROM tlsrpt.incident";

static int
index_of (const char *const *names, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      return (int)i;
  return 0;
}

static void
read_entry (TlsrptBook *book, const PGresult *result, int row, gint32 judged_on)
{
  TlsrptBookEntry *entry = tlsrpt_book_entry_new (book, tlsrpt_column_judgement (result, row));
  int first = tlsrpt_column_count;

  entry->late_sessions = number_at (result, row, first + ENTRY_LATE);
  entry->merged_into = (gint64)number_at (result, row, first + ENTRY_MERGED_INTO);
  entry->was_told = !PQgetisnull (result, row, first + ENTRY_TOLD_SEVERITY);
  entry->told_severity =
      (TlsrptSeverity)index_of (tlsrpt_severity_names, TLSRPT_N_SEVERITIES,
                                PQgetvalue (result, row, first + ENTRY_TOLD_SEVERITY));
  entry->told_effect = (TlsrptEffect)index_of (tlsrpt_effect_names, TLSRPT_N_EFFECTS,
                                               PQgetvalue (result, row, first + ENTRY_TOLD_EFFECT));
  entry->told_domains = (guint)number_at (result, row, first + ENTRY_TOLD_DOMAINS);
  entry->judged_on = judged_on;
}

static void
add_member (TlsrptBook *book, TlsrptBookEntry *entry, const TlsrptMemberRow *row)
{
  const TlsrptMember member = {
    .day = row->day,
    .reporter = row->reporter_domain,
    .mail_domain = row->mail_domain,
    .policy_domain = row->policy_domain,
    .mechanism =
        (TlsrptMechanism)index_of (tlsrpt_mechanism_names, TLSRPT_N_MECHANISMS, row->policy_type),
    .result_type = row->result_type,
    .receiving_mx = row->receiving_mx,
    .failed_sessions = (guint64)row->failed_sessions,
  };

  tlsrpt_book_add_member (book, entry, &member);
}

/* Whether an incident grows worse is told by how many domains it had. */
static void
count_domains (TlsrptBookEntry *entry)
{
  g_autoptr (GHashTable) tallies = g_hash_table_new (NULL, NULL);
  GPtrArray *domains = entry->judgement->mail_domains;

  for (guint i = 0; i < entry->members->len; i++) {
    const TlsrptMember *member = &g_array_index (entry->members, TlsrptMember, i);
    TlsrptTally *tally = g_hash_table_lookup (tallies, member->mail_domain);

    if (tally == NULL) {
      tally = g_new0 (TlsrptTally, 1);
      tally->name = g_strdup (member->mail_domain);
      g_ptr_array_add (domains, tally);
      g_hash_table_insert (tallies, (gpointer)member->mail_domain, tally);
    }
    tally->failed_sessions += member->failed_sessions;
  }
  tlsrpt_judgement_sort (domains);
}

static gboolean
read_members (TlsrptBook *book, TlsrptPg *pg, const char *since, GError **error)
{
  g_autofree char *columns = tlsrpt_columns_list (&tlsrpt_member_row_relation);
  g_autofree char *sql = g_strconcat ("SELECT ", columns, of_members, NULL);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, sql, error, since, TLSRPT_PG_END);
  TlsrptBookEntry *entry = NULL;

  if (result == NULL)
    return FALSE;
  for (int i = 0; i < PQntuples (result); i++) {
    TlsrptMemberRow row;

    tlsrpt_columns_read (&tlsrpt_member_row_relation, result, i, &row);
    if (entry == NULL || entry->judgement->number != row.incident_no)
      entry = tlsrpt_book_entry (book, row.incident_no);
    if (entry != NULL)
      add_member (book, entry, &row);
  }
  for (guint i = 0; i < book->entries->len; i++) {
    entry = book->entries->pdata[i];
    g_array_sort (entry->members, tlsrpt_member_compare);
    count_domains (entry);
  }
  return TRUE;
}

TlsrptBook *
tlsrpt_recall_book (TlsrptPg *pg, gint32 today, const TlsrptThresholds *thresholds, GError **error)
{
  g_autoptr (TlsrptBook) book = tlsrpt_book_new ();
  g_autofree char *since =
      tlsrpt_judgement_day_text (today - thresholds->window_days - thresholds->gap_days);
  g_autofree char *sql = g_strconcat ("SELECT ", tlsrpt_column_list, entry_columns, NULL);
  g_autoptr (PGresult) next = tlsrpt_pg_query (pg, next_sql, 0, NULL, error);
  g_autoptr (PGresult) result = NULL;

  if (next == NULL)
    return NULL;
  result = tlsrpt_pg_query_text (pg, sql, error, since, TLSRPT_PG_END);
  if (result == NULL)
    return NULL;
  book->next_number = (gint64)number_at (next, 0, 0);
  book->judged_on = (gint32)number_at (next, 0, 1);
  for (int row = 0; row < PQntuples (result); row++)
    read_entry (book, result, row, book->judged_on);
  if (!read_members (book, pg, since, error))
    return NULL;
  return g_steal_pointer (&book);
}
