/* SPDX-License-Identifier: GPL-3.0-or-later
 * One table of columns says what of an incident is written and read. */
#include "insight/column.h"

#include <stddef.h>
#include <string.h>

typedef enum {
  KIND_NUMBER,
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
 * @offset: in #TlsrptJudgement
 * @names: words of an enumeration
 * @n_names: how many
 */
typedef struct {
  const char *name;
  const char *type;
  Kind kind;
  gsize offset;
  const char *const *names;
  guint n_names;
} Column;

#define AT(member) offsetof (TlsrptJudgement, member)

/* clang-format off */
static const Column columns[] = {
  { "incident_no", "bigint", KIND_NUMBER, AT (number), NULL, 0 },
  { "place_kind", "text", KIND_WORD, AT (place_kind), tlsrpt_place_names, TLSRPT_N_PLACES },
  { "place", "text", KIND_TEXT, AT (place), NULL, 0 },
  { "cause", "text", KIND_TEXT, AT (cause), NULL, 0 },
  { "effect", "text", KIND_WORD, AT (effect), tlsrpt_effect_names, TLSRPT_N_EFFECTS },
  { "severity", "text", KIND_WORD, AT (severity), tlsrpt_severity_names, TLSRPT_N_SEVERITIES },
  { "fault", "text", KIND_WORD, AT (fault), tlsrpt_fault_names, TLSRPT_N_FAULTS },
  { "state", "text", KIND_WORD, AT (state), tlsrpt_state_names, TLSRPT_N_STATES },
  { "is_security", "boolean", KIND_FLAG, AT (is_security), NULL, 0 },
  { "first_day", "date", KIND_DAY, AT (first_day), NULL, 0 },
  { "last_day", "date", KIND_DAY, AT (last_day), NULL, 0 },
  { "over_day", "date", KIND_DAY, AT (over_day), NULL, 0 },
  { "last_word_day", "date", KIND_DAY, AT (last_word_day), NULL, 0 },
  { "failed_days", "integer", KIND_COUNT, AT (failed_days), NULL, 0 },
  { "failed_sessions", "numeric", KIND_NUMBER, AT (failed_sessions), NULL, 0 },
  { "refused_sessions", "numeric", KIND_NUMBER, AT (refused_sessions), NULL, 0 },
  { "sessions", "numeric", KIND_NUMBER, AT (sessions), NULL, 0 },
  { "unplaced_sessions", "numeric", KIND_NUMBER, AT (unplaced_sessions), NULL, 0 },
  { "mechanism", "text[]", KIND_BITS, AT (mechanisms), tlsrpt_mechanism_names, TLSRPT_N_MECHANISMS },
  { "policy_mode", "text[]", KIND_BITS, AT (modes), tlsrpt_mode_names, TLSRPT_N_MODES },
  { "failure_reason_code", "text[]", KIND_NAMES, AT (reasons), NULL, 0 },
  { "receiving_ip", "text[]", KIND_LIST, AT (receiving_ips), NULL, 0 },
};
/* clang-format on */

#define AS_LINES(name) "array_to_string(" name ", E'\\n')"

const char tlsrpt_column_list[] =
    "i.incident_no, i.place_kind, i.place, i.cause, i.effect, i.severity, i.fault, i.state,"
    " i.is_security, i.first_day, i.last_day, i.over_day, i.last_word_day, i.failed_days,"
    " i.failed_sessions, i.refused_sessions, i.sessions, i.unplaced_sessions, " AS_LINES (
        "i."
        "mech"
        "anis"
        "m") ", " AS_LINES ("i.policy_mode") ", " AS_LINES ("i.failure_reason_code") ", " AS_LINES ("i.receiving_"
                                                                                                    "ip");

const int tlsrpt_column_count = G_N_ELEMENTS (columns);

static gpointer
at (const TlsrptJudgement *judgement, const Column *column)
{
  return (char *)judgement + column->offset;
}

static guint
word_of (const Column *column, const char *text)
{
  return tlsrpt_judgement_word (column->names, column->n_names, text, 0);
}

static void
read_lines (TlsrptJudgement *judgement, const Column *column, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (column->kind == KIND_LIST) {
    g_strfreev (*(char ***)at (judgement, column));
    *(char ***)at (judgement, column) = g_steal_pointer (&lines);
    return;
  }
  for (guint i = 0; lines[i] != NULL; i++)
    if (column->kind == KIND_BITS)
      *(guint *)at (judgement, column) |= 1u << word_of (column, lines[i]);
    else
      tlsrpt_judgement_tally (*(GPtrArray **)at (judgement, column), lines[i], 0);
}

static void
read_column (TlsrptJudgement *judgement, const Column *column, const char *text)
{
  switch (column->kind) {
  case KIND_NUMBER:
    *(guint64 *)at (judgement, column) = g_ascii_strtoull (text, NULL, 10);
    break;
  case KIND_COUNT:
    *(guint *)at (judgement, column) = (guint)g_ascii_strtoull (text, NULL, 10);
    break;
  case KIND_TEXT:
    *(char **)at (judgement, column) = g_strdup (text);
    break;
  case KIND_WORD:
    *(int *)at (judgement, column) = (int)word_of (column, text);
    break;
  case KIND_FLAG:
    *(gboolean *)at (judgement, column) = *text == 't';
    break;
  case KIND_DAY:
    *(gint32 *)at (judgement, column) = tlsrpt_judgement_day (text);
    break;
  case KIND_BITS:
  case KIND_NAMES:
  case KIND_LIST:
    if (*text != '\0')
      read_lines (judgement, column, text);
    break;
  }
}

TlsrptJudgement *
tlsrpt_column_judgement (const PGresult *result, int row)
{
  TlsrptJudgement *judgement = tlsrpt_judgement_new ();

  for (int i = 0; i < tlsrpt_column_count; i++)
    if (!PQgetisnull (result, row, i))
      read_column (judgement, &columns[i], PQgetvalue (result, row, i));
  return judgement;
}

static void
array_clear (gpointer array)
{
  tlsrpt_array_clear (array);
}

void
tlsrpt_column_params_init (TlsrptColumnParams *params)
{
  params->texts = g_ptr_array_new_with_free_func (g_free);
  params->arrays = g_array_new (FALSE, TRUE, sizeof (TlsrptArray));
  params->params = g_array_new (FALSE, TRUE, sizeof (TlsrptPgParam));
  g_array_set_clear_func (params->arrays, array_clear);
}

void
tlsrpt_column_params_clear (TlsrptColumnParams *params)
{
  g_ptr_array_unref (params->texts);
  g_array_unref (params->arrays);
  g_array_unref (params->params);
}

void
tlsrpt_column_add_text (TlsrptColumnParams *params, char *text)
{
  TlsrptPgParam param = { .value = text };

  g_ptr_array_add (params->texts, text);
  g_array_append_val (params->params, param);
}

void
tlsrpt_column_add_array (TlsrptColumnParams *params, TlsrptArray array)
{
  TlsrptPgParam param = tlsrpt_array_param (&array);

  g_array_append_val (params->arrays, array);
  g_array_append_val (params->params, param);
}

/* One line each: they are read as lines. */
static void
add_line (TlsrptArray *array, const char *text)
{
  g_autofree char *line = g_strdelimit (g_strdup (text), "\r\n", ' ');

  tlsrpt_array_add_text (array, line);
}

static void
add_lines (TlsrptColumnParams *params, const TlsrptJudgement *judgement, const Column *column)
{
  TlsrptArray array;

  tlsrpt_array_init (&array, &tlsrpt_array_text);
  if (column->kind == KIND_BITS) {
    for (guint i = 0; i < column->n_names; i++)
      if ((*(guint *)at (judgement, column) & (1u << i)) != 0)
        add_line (&array, column->names[i]);
  } else if (column->kind == KIND_NAMES) {
    const GPtrArray *tallies = *(GPtrArray **)at (judgement, column);

    for (guint i = 0; i < tallies->len; i++)
      add_line (&array, ((TlsrptTally *)tallies->pdata[i])->name);
  } else {
    for (char **line = *(char ***)at (judgement, column); *line != NULL; line++)
      add_line (&array, *line);
  }
  tlsrpt_column_add_array (params, array);
}

static void
add_column (TlsrptColumnParams *params, const TlsrptJudgement *judgement, const Column *column)
{
  gpointer value = at (judgement, column);

  switch (column->kind) {
  case KIND_NUMBER:
    tlsrpt_column_add_text (params, g_strdup_printf ("%" G_GUINT64_FORMAT, *(guint64 *)value));
    break;
  case KIND_COUNT:
    tlsrpt_column_add_text (params, g_strdup_printf ("%u", *(guint *)value));
    break;
  case KIND_TEXT:
    tlsrpt_column_add_text (params, g_strdup (*(char **)value));
    break;
  case KIND_WORD:
    tlsrpt_column_add_text (params, g_strdup (column->names[*(int *)value]));
    break;
  case KIND_FLAG:
    tlsrpt_column_add_text (params, g_strdup (*(gboolean *)value ? "true" : "false"));
    break;
  case KIND_DAY:
    tlsrpt_column_add_text (
        params, *(gint32 *)value != 0 ? tlsrpt_judgement_day_text (*(gint32 *)value) : NULL);
    break;
  case KIND_BITS:
  case KIND_NAMES:
  case KIND_LIST:
    add_lines (params, judgement, column);
    break;
  }
}

void
tlsrpt_column_add_judgement (TlsrptColumnParams *params, const TlsrptJudgement *judgement)
{
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    add_column (params, judgement, &columns[i]);
}

const char *
tlsrpt_column_name (guint i)
{
  return columns[i].name;
}

const char *
tlsrpt_column_type (guint i)
{
  return columns[i].type;
}

gboolean
tlsrpt_column_run (TlsrptPg *pg, const char *sql, const TlsrptColumnParams *params, GError **error)
{
  g_autoptr (PGresult) result = tlsrpt_pg_query (
      pg, sql, (int)params->params->len, &g_array_index (params->params, TlsrptPgParam, 0), error);

  return result != NULL;
}
