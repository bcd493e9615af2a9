/* SPDX-License-Identifier: GPL-3.0-or-later
 * One table of columns says what of an incident is written and read. */
#include "insight/incident-row.h"

#include "pg/array.h"

#include <stddef.h>
#include <string.h>

/* KIND_DAY and KIND_REFERENCE are NULL where they are 0. */
typedef enum {
  KIND_NUMBER,
  KIND_REFERENCE,
  KIND_COUNT,
  KIND_TEXT,
  KIND_WORD,
  KIND_BITS,
  KIND_FLAG,
  KIND_DAY,
  KIND_NAMES,
  KIND_LIST,
} Kind;

/**
 * Column:
 * @name: name in table and view
 * @type: type that its parameter is cast to
 * @kind: what stands at @offset
 * @offset: in #TlsrptJudgement, or in #TlsrptBookEntry
 * @of_entry: which of both; the columns of an entry stand last
 * @names: words of an enumeration
 * @n_names: how many
 * @if_told: NULL unless the entry's was_told
 */
typedef struct {
  const char *name;
  const char *type;
  Kind kind;
  gsize offset;
  gboolean of_entry;
  const char *const *names;
  guint n_names;
  gboolean if_told;
} Column;

#define AT(member) .offset = offsetof (TlsrptJudgement, member)
#define OF_ENTRY(member) .of_entry = TRUE, .offset = offsetof (TlsrptBookEntry, member)
#define WORDS(of) .names = tlsrpt_##of##_names, .n_names = G_N_ELEMENTS (tlsrpt_##of##_names)

/* clang-format off */
static const Column columns[] = {
  { "incident_no", "bigint", KIND_NUMBER, AT (number) },
  { "place_kind", "text", KIND_WORD, AT (place_kind), WORDS (place) },
  { "place", "text", KIND_TEXT, AT (place) },
  { "cause", "text", KIND_TEXT, AT (cause) },
  { "effect", "text", KIND_WORD, AT (effect), WORDS (effect) },
  { "severity", "text", KIND_WORD, AT (severity), WORDS (severity) },
  { "fault", "text", KIND_WORD, AT (fault), WORDS (fault) },
  { "state", "text", KIND_WORD, AT (state), WORDS (state) },
  { "is_security", "boolean", KIND_FLAG, AT (is_security) },
  { "first_day", "date", KIND_DAY, AT (first_day) },
  { "last_day", "date", KIND_DAY, AT (last_day) },
  { "over_day", "date", KIND_DAY, AT (over_day) },
  { "last_word_day", "date", KIND_DAY, AT (last_word_day) },
  { "failed_days", "integer", KIND_COUNT, AT (failed_days) },
  { "failed_sessions", "numeric", KIND_NUMBER, AT (failed_sessions) },
  { "refused_sessions", "numeric", KIND_NUMBER, AT (refused_sessions) },
  { "sessions", "numeric", KIND_NUMBER, AT (sessions) },
  { "unplaced_sessions", "numeric", KIND_NUMBER, AT (unplaced_sessions) },
  { "mechanism", "text[]", KIND_BITS, AT (mechanisms), WORDS (mechanism) },
  { "policy_mode", "text[]", KIND_BITS, AT (modes), WORDS (mode) },
  { "failure_reason_code", "text[]", KIND_NAMES, AT (reasons) },
  { "receiving_ip", "text[]", KIND_LIST, AT (receiving_ips) },
  { "late_sessions", "numeric", KIND_NUMBER, OF_ENTRY (late_sessions) },
  { "merged_into", "bigint", KIND_REFERENCE, OF_ENTRY (merged_into) },
  { "told_severity", "text", KIND_WORD, OF_ENTRY (told_severity), WORDS (severity), .if_told = TRUE },
  { "told_effect", "text", KIND_WORD, OF_ENTRY (told_effect), WORDS (effect), .if_told = TRUE },
  { "told_domains", "integer", KIND_COUNT, OF_ENTRY (told_domains), .if_told = TRUE },
  { "judged_on", "date", KIND_DAY, OF_ENTRY (judged_on) },
};
/* clang-format on */

static gboolean
is_lines (const Column *column)
{
  return strcmp (column->type, "text[]") == 0;
}

char *
tlsrpt_incident_row_list (gboolean with_entry)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (columns) && (with_entry || !columns[i].of_entry); i++)
    g_string_append_printf (text,
                            is_lines (&columns[i]) ? "%sarray_to_string(i.%s, E'\\n')" : "%si.%s",
                            i > 0 ? ", " : "", columns[i].name);
  return g_string_free (text, FALSE);
}

static guint
word_of (const Column *column, const char *text)
{
  return tlsrpt_judgement_word (column->names, column->n_names, text, 0);
}

static void
read_lines (gpointer member, const Column *column, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (column->kind == KIND_LIST) {
    g_strfreev (*(char ***)member);
    *(char ***)member = g_steal_pointer (&lines);
    return;
  }
  for (guint i = 0; lines[i] != NULL; i++)
    if (column->kind == KIND_BITS)
      *(guint *)member |= 1u << word_of (column, lines[i]);
    else
      tlsrpt_judgement_tally (*(GPtrArray **)member, lines[i], 0);
}

static void
read_column (gpointer member, const Column *column, const char *text)
{
  switch (column->kind) {
  case KIND_NUMBER:
  case KIND_REFERENCE:
    *(guint64 *)member = g_ascii_strtoull (text, NULL, 10);
    break;
  case KIND_COUNT:
    *(guint *)member = (guint)g_ascii_strtoull (text, NULL, 10);
    break;
  case KIND_TEXT:
    *(char **)member = g_strdup (text);
    break;
  case KIND_WORD:
    *(int *)member = (int)word_of (column, text);
    break;
  case KIND_FLAG:
    *(gboolean *)member = *text == 't';
    break;
  case KIND_DAY:
    *(gint32 *)member = tlsrpt_judgement_day (text);
    break;
  case KIND_BITS:
  case KIND_NAMES:
  case KIND_LIST:
    if (*text != '\0')
      read_lines (member, column, text);
    break;
  }
}

static void
read_columns (gpointer object, gboolean of_entry, const PGresult *result, int row)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (columns[i].of_entry == of_entry && !PQgetisnull (result, row, (int)i))
      read_column ((char *)object + columns[i].offset, &columns[i],
                   PQgetvalue (result, row, (int)i));
}

TlsrptJudgement *
tlsrpt_incident_row_judgement (const PGresult *result, int row)
{
  TlsrptJudgement *judgement = tlsrpt_judgement_new ();

  read_columns (judgement, FALSE, result, row);
  return judgement;
}

void
tlsrpt_incident_row_entry (TlsrptBookEntry *entry, const PGresult *result, int row)
{
  read_columns (entry, TRUE, result, row);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (columns[i].if_told)
      entry->was_told = !PQgetisnull (result, row, (int)i);
}

/* @params: of TlsrptPgParam; @texts and @arrays own what they borrow. */
typedef struct {
  GPtrArray *texts;
  GArray *arrays;
  GArray *params;
} Params;

static void
array_clear (gpointer array)
{
  tlsrpt_array_clear (array);
}

static void
params_init (Params *params)
{
  params->texts = g_ptr_array_new_with_free_func (g_free);
  params->arrays = g_array_new (FALSE, TRUE, sizeof (TlsrptArray));
  params->params = g_array_new (FALSE, TRUE, sizeof (TlsrptPgParam));
  g_array_set_clear_func (params->arrays, array_clear);
}

static void
params_clear (Params *params)
{
  g_ptr_array_unref (params->texts);
  g_array_unref (params->arrays);
  g_array_unref (params->params);
}

/* One line each: they are read as lines. */
static void
add_line (TlsrptArray *array, const char *text)
{
  g_autofree char *line = g_strdelimit (g_strdup (text), "\r\n", ' ');

  tlsrpt_array_add_text (array, line);
}

static void
add_lines (Params *params, gconstpointer member, const Column *column)
{
  TlsrptArray array;
  TlsrptPgParam param;

  tlsrpt_array_init (&array, &tlsrpt_array_text);
  if (column->kind == KIND_BITS) {
    for (guint i = 0; i < column->n_names; i++)
      if ((*(const guint *)member & (1u << i)) != 0)
        add_line (&array, column->names[i]);
  } else if (column->kind == KIND_NAMES) {
    const GPtrArray *tallies = *(GPtrArray *const *)member;

    for (guint i = 0; i < tallies->len; i++)
      add_line (&array, ((TlsrptTally *)tallies->pdata[i])->name);
  } else {
    for (char **line = *(char **const *)member; *line != NULL; line++)
      add_line (&array, *line);
  }
  param = tlsrpt_array_param (&array);
  g_array_append_val (params->arrays, array);
  g_array_append_val (params->params, param);
}

static char *
text_of (gconstpointer member, const Column *column)
{
  switch (column->kind) {
  case KIND_REFERENCE:
    if (*(const guint64 *)member == 0)
      return NULL;
    G_GNUC_FALLTHROUGH;
  case KIND_NUMBER:
    return g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *)member);
  case KIND_COUNT:
    return g_strdup_printf ("%u", *(const guint *)member);
  case KIND_TEXT:
    return g_strdup (*(char *const *)member);
  case KIND_WORD:
    return g_strdup (column->names[*(const int *)member]);
  case KIND_FLAG:
    return g_strdup (*(const gboolean *)member ? "true" : "false");
  case KIND_DAY:
    return *(const gint32 *)member != 0 ? tlsrpt_judgement_day_text (*(const gint32 *)member)
                                        : NULL;
  case KIND_BITS:
  case KIND_NAMES:
  case KIND_LIST:
    break;
  }
  g_return_val_if_reached (NULL);
}

static void
add_entry (Params *params, const TlsrptBookEntry *entry)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    const Column *column = &columns[i];
    const void *object = column->of_entry ? (const void *)entry : entry->judgement;
    gconstpointer member = (const char *)object + column->offset;
    TlsrptPgParam param = { 0 };

    if (is_lines (column)) {
      add_lines (params, member, column);
      continue;
    }
    if (!column->if_told || entry->was_told)
      param.value = text_of (member, column);
    g_ptr_array_add (params->texts, (gpointer)param.value);
    g_array_append_val (params->params, param);
  }
}

static char *
save_sql (guint n)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new (NULL);
  g_autoptr (GString) updates = g_string_new (NULL);
  guint parameter = 0;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", columns[i].name);
    if (i > 0)
      g_string_append_printf (updates, "%s%s = excluded.%s", i > 1 ? ", " : "", columns[i].name,
                              columns[i].name);
  }
  for (guint row = 0; row < n; row++)
    for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
      g_string_append_printf (values, "%s$%u::%s",
                              i > 0     ? ", "
                              : row > 0 ? "), ("
                                        : "(",
                              ++parameter, columns[i].type);
  return g_strdup_printf ("INSERT INTO tlsrpt.incident (%s) VALUES %s)"
                          " ON CONFLICT (incident_no) DO UPDATE SET %s",
                          names->str, values->str, updates->str);
}

gboolean
tlsrpt_incident_row_save (TlsrptPg *pg, TlsrptBookEntry *const *entries, guint n, GError **error)
{
  g_autofree char *sql = save_sql (n);
  g_autoptr (PGresult) result = NULL;
  Params params;

  params_init (&params);
  for (guint i = 0; i < n; i++)
    add_entry (&params, entries[i]);
  result = tlsrpt_pg_query (pg, sql, (int)params.params->len,
                            &g_array_index (params.params, TlsrptPgParam, 0), error);
  params_clear (&params);
  return result != NULL;
}
