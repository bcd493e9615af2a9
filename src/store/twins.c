/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finds the reports that have a claim or a content already, and decides about those that were kept
 * out. */
#include "store/twins.h"

#include "core/facts/reporter.h"
#include "pg/columns.h"

typedef struct {
  gint32 number;
  TlsrptOther other;
} Found;

/* clang-format off */
#define OTHER(member) .offset = G_STRUCT_OFFSET (Found, other.member)

static const TlsrptColumn found_columns[] = {
  { "number", &tlsrpt_array_int4, .offset = G_STRUCT_OFFSET (Found, number),
    .sql = "given.number" },
  { "is_claim", &tlsrpt_array_bool, OTHER (is_claim), .sql = "twin.is_claim" },
  { "report_uid", &tlsrpt_array_uuid, OTHER (uid), .sql = "twin.report_uid" },
  { "reporter_domain", &tlsrpt_array_text, OTHER (reporter_domain),
    .sql = "twin.reporter_domain" },
  { "is_verified", &tlsrpt_array_bool, OTHER (is_verified), .sql = "twin.is_verified" },
  { "is_same", &tlsrpt_array_bool, OTHER (is_same), .sql = "twin.content_digest = given.content" },
  { "has_from", &tlsrpt_array_bool, OTHER (has_from), .sql = "twin.has_from" },
};
static const TlsrptRelation found_relation = TLSRPT_RELATION (NULL, found_columns);

/* What the sets of indexes report_claim_idx and report_content_idx hold. A twin has the same period, so
 * that its key is near: $5 and $6 say so, and partitions of other months are not opened. */
#define NEAR "report_uid >= $5 AND report_uid < $6 "
static const char twins_sql[] =
    " FROM unnest($1, $2, $3, $4) WITH ORDINALITY "
    "AS given (uid, claim, content, reporter_domain, number) CROSS JOIN LATERAL ("
    "SELECT true AS is_claim, report_uid, reporter_domain, is_verified, content_digest, "
    "reporter_basis IN ('dkim', 'from') AS has_from FROM tlsrpt.report_key "
    "WHERE claim_uid = given.claim AND report_uid <> given.uid AND " NEAR
    "UNION ALL "
    "SELECT false, report_uid, reporter_domain, is_verified, content_digest, false FROM tlsrpt.report_key "
    "WHERE content_digest = given.content AND reporter_domain = given.reporter_domain "
    "AND reported_sessions >= 10 AND NOT is_repeat AND NOT is_impersonating "
    "AND report_uid <> given.uid AND " NEAR ") AS twin";
/* clang-format on */

/* Whether what @entry and @other both claim to be is the claim of the one of them whose signature
 * counts. */
static gboolean
is_claim_of_signer (const TlsrptEntry *entry, const TlsrptOther *other)
{
  const char *domain = entry->report->reporter_domain;
  const char *name = entry->report->organization_name;

  if (entry->report->is_verified == other->is_verified)
    return FALSE;
  return entry->report->is_verified
             ? tlsrpt_reporter_is_before (domain, other->reporter_domain, name)
             : tlsrpt_reporter_is_before (other->reporter_domain, domain, name);
}

static TlsrptTwin
judge_claim (TlsrptEntry *entry, const TlsrptOther *other)
{
  gboolean is_signers = is_claim_of_signer (entry, other);
  gboolean is_one =
      is_signers ||
      (other->is_same && !(other->has_from && entry->report->reporter_basis >= TLSRPT_BASIS_FROM));

  if (is_one && entry->report->is_verified && !other->is_verified)
    g_ptr_array_add (entry->supersedes, g_strdup (other->uid));
  else if (is_one)
    return other->is_same ? TLSRPT_TWIN_DUPLICATE : TLSRPT_TWIN_CONFLICT;
  else
    entry->gives_up_claim = TRUE;
  return TLSRPT_TWIN_AGAIN;
}

/* Two that claim the same are one report where one of them is verified and the claim is its own
 * (tlsrpt_reporter_is_before()), and where they say the same and one of them came without From, as a
 * document out of an archive does. The verified one takes the place of the other, never the reverse,
 * whichever comes first. Otherwise mails of two domains are reports of two reporters: a stranger who
 * signs as himself neither keeps the other out nor takes its place. The same content of one reporter
 * under another report-id is a repeat. */
static TlsrptTwin
judge (TlsrptEntry *entry, const TlsrptOther *other)
{
  if (other->is_claim)
    return judge_claim (entry, other);
  if (entry->report->is_verified && !other->is_verified)
    g_ptr_array_add (entry->supersedes, g_strdup (other->uid));
  else
    entry->is_repeat = TRUE;
  return TLSRPT_TWIN_AGAIN;
}

/* The claim leaves out fractions of a second: with them the middle of the period may be on the day
 * before or after. */
static void
find_near (GPtrArray *entries, char **low, char **high)
{
  gint32 first = G_MAXINT32 - 2;
  gint32 last = 0;

  for (guint i = 0; i < entries->len; i++) {
    const TlsrptEntry *entry = entries->pdata[i];

    first = MIN (first, entry->facts->days.day);
    last = MAX (last, entry->facts->days.day);
  }
  *low = tlsrpt_entry_first_key (first - 1);
  *high = tlsrpt_entry_first_key (last + 2);
}

static PGresult *
ask (GPtrArray *entries, TlsrptPg *pg, GError **error)
{
  g_autofree char *list = tlsrpt_columns_list (&found_relation);
  g_autofree char *sql = g_strconcat ("SELECT ", list, twins_sql, NULL);
  const TlsrptArrayType *const types[] = { &tlsrpt_array_uuid, &tlsrpt_array_uuid,
                                           &tlsrpt_array_bytea, &tlsrpt_array_text };
  TlsrptArray arrays[G_N_ELEMENTS (types)];
  TlsrptPgParam params[G_N_ELEMENTS (types) + 2];
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;
  PGresult *result;

  find_near (entries, &low, &high);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    tlsrpt_array_init (&arrays[i], types[i]);
  for (guint i = 0; i < entries->len; i++) {
    const TlsrptEntry *entry = entries->pdata[i];

    tlsrpt_array_add_bytes (&arrays[0], entry->keys.uid, TLSRPT_UID_BYTES);
    tlsrpt_array_add_bytes (&arrays[1], entry->keys.claim, TLSRPT_UID_BYTES);
    tlsrpt_array_add_bytes (&arrays[2], entry->keys.content, TLSRPT_DIGEST_BYTES);
    tlsrpt_array_add_text (&arrays[3], entry->report->reporter_domain);
  }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    params[i] = tlsrpt_array_param (&arrays[i]);
  params[G_N_ELEMENTS (types)] = (TlsrptPgParam){ .value = low };
  params[G_N_ELEMENTS (types) + 1] = (TlsrptPgParam){ .value = high };
  result = tlsrpt_pg_query (pg, sql, G_N_ELEMENTS (params), params, error);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    tlsrpt_array_clear (&arrays[i]);
  return result;
}

GArray *
tlsrpt_twins_find (GPtrArray *entries, TlsrptPg *pg, GError **error)
{
  g_autoptr (GArray) twins = g_array_new (FALSE, TRUE, sizeof (TlsrptTwin));
  g_autoptr (PGresult) result = ask (entries, pg, error);

  if (result == NULL)
    return NULL;
  g_array_set_size (twins, entries->len);
  for (int row = 0; row < PQntuples (result); row++) {
    Found found;
    TlsrptTwin *twin;

    tlsrpt_columns_read (&found_relation, result, row, &found);
    twin = &g_array_index (twins, TlsrptTwin, found.number - 1);
    if (*twin == TLSRPT_TWIN_AGAIN)
      *twin = judge (entries->pdata[found.number - 1], &found.other);
  }
  return g_steal_pointer (&twins);
}
