/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads incidents and their members from rows. */
#include "insight/recall.h"

#include "insight/incident-row.h"
#include "insight/member-row.h"
#include "pg/row.h"

#include <string.h>

static const char tally_sql[] =
    "SELECT t.incident_no, t.kind, t.name, t.failed_sessions, t.last_day, r.organization_name,"
    " r.contact_info FROM tlsrpt.incident_tally t LEFT JOIN tlsrpt.known_reporter r"
    "  ON t.kind = 'reporter' AND r.reporter_domain = t.name"
    " WHERE t.incident_no = ANY ($1::bigint[])"
    " ORDER BY t.incident_no, t.kind, t.failed_sessions DESC, t.name";

static void
add_witness (TlsrptJudgement *judgement, const PGresult *result, int row)
{
  TlsrptWitness *witness = g_new0 (TlsrptWitness, 1);

  witness->domain = tlsrpt_row_copy (result, row, "name");
  witness->organization_name = tlsrpt_row_copy (result, row, "organization_name");
  witness->contact_info = tlsrpt_row_copy (result, row, "contact_info");
  witness->failed_sessions = tlsrpt_row_number (result, row, "failed_sessions");
  witness->last_day = tlsrpt_judgement_day (tlsrpt_row_text (result, row, "last_day"));
  g_ptr_array_add (judgement->witnesses, witness);
}

/* Rows come in the order of the lists, each name once. */
static void
add_tally (TlsrptJudgement *judgement, const PGresult *result, int row)
{
  const char *kind = tlsrpt_row_text (result, row, "kind");
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
  tally->name = tlsrpt_row_copy (result, row, "name");
  tally->failed_sessions = tlsrpt_row_number (result, row, "failed_sessions");
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
  g_autofree char *numbers = tlsrpt_judgement_numbers (judgements);
  g_autoptr (PGresult) result = tlsrpt_pg_query_text (pg, tally_sql, error, numbers, TLSRPT_PG_END);

  for (guint i = 0; i < judgements->len; i++)
    add_silent (judgements->pdata[i]);
  if (result == NULL)
    return FALSE;
  for (int row = 0; row < PQntuples (result); row++) {
    gint64 number = (gint64)tlsrpt_row_number (result, row, "incident_no");
    const GPtrArray *list = g_hash_table_lookup (lists, &number);

    for (guint i = 0; list != NULL && i < list->len; i++)
      add_tally (list->pdata[i], result, row);
  }
  return TRUE;
}

static const char of_entries[] =
    " FROM tlsrpt.incident i WHERE last_day >= $1::date"
    " OR state IN ('open', 'flapping', 'recovering') ORDER BY incident_no";

static const char of_members[] =
    " FROM tlsrpt.incident_member WHERE incident_no IN (SELECT incident_no"
    "  FROM tlsrpt.incident WHERE last_day >= $1::date"
    "   OR state IN ('open', 'flapping', 'recovering')) ORDER BY incident_no";

static const char next_sql[] =
    "SELECT coalesce(max(incident_no), 0) + 1 AS next_number,"
    " (SELECT day - date '1970-01-01' FROM tlsrpt.judged) AS judged_on FROM tlsrpt.incident";

static void
add_member (TlsrptBook *book, TlsrptBookEntry *entry, const TlsrptMemberRow *row)
{
  const TlsrptMember member = {
    .day = row->day,
    .reporter = row->reporter_domain,
    .mail_domain = row->mail_domain,
    .policy_domain = row->policy_domain,
    .mechanism = tlsrpt_judgement_word (tlsrpt_mechanism_names, TLSRPT_N_MECHANISMS,
                                        row->policy_type, TLSRPT_MECHANISM_STS),
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
  g_autofree char *columns = tlsrpt_incident_row_list (TRUE);
  g_autofree char *sql = g_strconcat ("SELECT ", columns, of_entries, NULL);
  g_autoptr (PGresult) next = tlsrpt_pg_query (pg, next_sql, 0, NULL, error);
  g_autoptr (PGresult) result = NULL;

  if (next == NULL)
    return NULL;
  result = tlsrpt_pg_query_text (pg, sql, error, since, TLSRPT_PG_END);
  if (result == NULL)
    return NULL;
  book->next_number = (gint64)tlsrpt_row_number (next, 0, "next_number");
  book->judged_on = (gint32)tlsrpt_row_number (next, 0, "judged_on");
  for (int row = 0; row < PQntuples (result); row++)
    tlsrpt_incident_row_entry (
        tlsrpt_book_entry_new (book, tlsrpt_incident_row_judgement (result, row)), result, row);
  if (!read_members (book, pg, since, error))
    return NULL;
  return g_steal_pointer (&book);
}
