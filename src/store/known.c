/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reporters, and the owners of names, that the store knows: one query for all reports of a batch. */
#include "store/known.h"

#include "pg/columns.h"
#include "store/entry.h"
#include "store/identity.h"

/* Of reporters that share a name those decide whose domain may resemble it, then the first ones: a
 * stranger may add as many as he likes. */
#define OWNERS_MAX 32

/* clang-format off */
#define OF(of, member) .offset = G_STRUCT_OFFSET (of, member)

static const TlsrptColumn known_columns[] = {
  { "reporter_domain", &tlsrpt_array_text, OF (TlsrptKnown, reporter_domain) },
  { "name_key", &tlsrpt_array_text, OF (TlsrptKnown, name_key) },
  { "organization_name", &tlsrpt_array_text, OF (TlsrptKnown, organization_name) },
  { "name_since", &tlsrpt_array_int4, OF (TlsrptKnown, name_since) },
  { "is_verified", &tlsrpt_array_bool, OF (TlsrptKnown, is_verified) },
  { "mechanism", &tlsrpt_array_text, OF (TlsrptKnown, mechanism) },
  { "age", &tlsrpt_array_int8, OF (TlsrptKnown, age) },
};
static const TlsrptRelation known_relation = TLSRPT_RELATION (NULL, known_columns);

#define REPORTERS_SQL(which)                                                                       \
  "SELECT reporter_domain, NULL::text AS name_key, organization_name, "                            \
  "name_since - date '1970-01-01' AS name_since, is_verified, mechanism, NULL::numeric AS age "    \
  "FROM tlsrpt.reporter WHERE reporter_domain = " which " UNION ALL "

#define NAMES_SQL(which, limit)                                                                    \
  "(SELECT reporter_domain, name_key, NULL, NULL, NULL, NULL, "                                    \
  "extract(epoch FROM now() - first_seen) FROM tlsrpt.reporter_name WHERE name_key = " which       \
  " LIMIT " limit ")"

/* A row without a reporter says that reports are distributed. */
#define IF_DISTRIBUTED                                                                             \
  " UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL"                                     \
  " WHERE " TLSRPT_IDENTITY_IS_THERE

/* The limit is one more than there are owners to look at. A delivery has a server process of its own, which
 * parses and plans the one without arrays in less time. */
static const char known_sql[] =
    REPORTERS_SQL ("ANY ($1)") NAMES_SQL ("ANY ($2)", "$3") IF_DISTRIBUTED;
static const char one_sql[] =
    REPORTERS_SQL ("$1") NAMES_SQL ("$2", G_STRINGIFY (OWNERS_MAX) " + 1") IF_DISTRIBUTED;

/* If a name has more owners than are looked at. */
static const char crowd_sql[] =
    REPORTERS_SQL ("ANY ($1)")
    "SELECT owner.reporter_domain, given.name_key, NULL, NULL, NULL, NULL, "
    "extract(epoch FROM now() - owner.first_seen) FROM unnest($2) AS given (name_key) "
    "CROSS JOIN LATERAL (SELECT reporter_domain, first_seen FROM tlsrpt.reporter_name "
    "WHERE name_key = given.name_key ORDER BY NOT EXISTS (SELECT FROM "
    "unnest(trim_array(string_to_array(reporter_domain, '.'), 1)) AS label "
    "WHERE strpos(given.name_key, regexp_replace(label, '[^[:alnum:]]', '', 'g')) > 0), first_seen "
    "LIMIT " G_STRINGIFY (OWNERS_MAX) ") AS owner";
/* clang-format on */

/* Each once: reports of one batch have few reporters. */
static void
add_once (TlsrptArray *array, GHashTable *seen, const char *text)
{
  if (g_hash_table_add (seen, (gpointer)text))
    tlsrpt_array_add_text (array, text);
}

static PGresult *
ask_of_one (const TlsrptEntry *entry, TlsrptPg *pg, GError **error)
{
  const Oid text = tlsrpt_array_text.element;
  const TlsrptPgParam params[] = {
    { .type = text, .value = entry->report->reporter_domain },
    { .type = text, .value = entry->keys.name_key },
  };

  return tlsrpt_pg_query (pg, one_sql, G_N_ELEMENTS (params), params, error);
}

static PGresult *
ask (const char *sql, GPtrArray *entries, TlsrptPg *pg, GError **error)
{
  g_autoptr (GHashTable) seen_domains = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) seen_names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *limit = NULL;
  TlsrptArray domains, names;
  PGresult *result;

  tlsrpt_array_init (&domains, &tlsrpt_array_text);
  tlsrpt_array_init (&names, &tlsrpt_array_text);
  for (guint i = 0; i < entries->len; i++) {
    const TlsrptEntry *entry = entries->pdata[i];

    add_once (&domains, seen_domains, entry->report->reporter_domain);
    add_once (&names, seen_names, entry->keys.name_key);
  }
  limit = g_strdup_printf ("%" G_GUINT32_FORMAT, names.length * OWNERS_MAX + 1);
  {
    const TlsrptPgParam params[] = { tlsrpt_array_param (&domains),
                                     tlsrpt_array_param (&names),
                                     { .type = tlsrpt_array_int8.element, .value = limit } };

    result = tlsrpt_pg_query (pg, sql, G_N_ELEMENTS (params), params, error);
  }
  tlsrpt_array_clear (&domains);
  tlsrpt_array_clear (&names);
  return result;
}

static void
read_known (GArray *known, gboolean *is_distributed, const PGresult *result)
{
  g_array_set_size (known, 0);
  for (int row = 0; row < PQntuples (result); row++) {
    TlsrptKnown found;

    tlsrpt_columns_read (&known_relation, result, row, &found);
    if (found.reporter_domain == NULL)
      *is_distributed = TRUE;
    else
      g_array_append_val (known, found);
  }
}

/* Whether a name has more than OWNERS_MAX owners. Where the limit cut the rows off one has: there are too many
 * rows for all of them to have no more. */
static gboolean
has_crowd (const GArray *known)
{
  g_autoptr (GHashTable) owners = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < known->len; i++) {
    const char *name_key = g_array_index (known, TlsrptKnown, i).name_key;
    guint n = name_key != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (owners, name_key)) : 0;

    if (n == OWNERS_MAX)
      return TRUE;
    if (name_key != NULL)
      g_hash_table_insert (owners, (gpointer)name_key, GUINT_TO_POINTER (n + 1));
  }
  return FALSE;
}

PGresult *
tlsrpt_known_look_up (GArray *known, gboolean *is_distributed, GPtrArray *entries, TlsrptPg *pg,
                      GError **error)
{
  g_autoptr (PGresult) result = entries->len == 1 ? ask_of_one (entries->pdata[0], pg, error)
                                                  : ask (known_sql, entries, pg, error);

  if (result == NULL)
    return NULL;
  read_known (known, is_distributed, result);
  if (!has_crowd (known))
    return g_steal_pointer (&result);
  g_clear_pointer (&result, PQclear);
  result = ask (crowd_sql, entries, pg, error);
  if (result != NULL)
    read_known (known, is_distributed, result);
  return g_steal_pointer (&result);
}
