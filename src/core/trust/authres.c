/* SPDX-License-Identifier: GPL-3.0-or-later
 * The grammar of RFC 8601 section 2.2, a function a rule, over a cursor that only moves forward:
 * time is linear in the field whatever it holds. */
#include "core/trust/authres.h"

#include <string.h>

typedef struct {
  const char *at;
} Cursor;

static void
property_clear (gpointer data)
{
  TlsrptAuthresProperty *property = data;

  g_free (property->ptype);
  g_free (property->property);
  g_free (property->value);
}

static void
result_clear (gpointer data)
{
  TlsrptAuthresResult *result = data;

  g_free (result->method);
  g_free (result->result);
  g_free (result->reason);
  g_clear_pointer (&result->properties, g_array_unref);
}

static void
result_init (TlsrptAuthresResult *result)
{
  *result = (TlsrptAuthresResult){ 0 };
  result->properties = g_array_new (FALSE, FALSE, sizeof (TlsrptAuthresProperty));
  g_array_set_clear_func (result->properties, property_clear);
}

void
tlsrpt_authres_free (TlsrptAuthres *authres)
{
  if (authres == NULL)
    return;
  g_free (authres->authserv_id);
  g_array_unref (authres->results);
  g_free (authres);
}

const char *
tlsrpt_authres_property (const TlsrptAuthresResult *result, const char *ptype, const char *property)
{
  for (guint i = 0; i < result->properties->len; i++) {
    const TlsrptAuthresProperty *candidate =
        &g_array_index (result->properties, TlsrptAuthresProperty, i);

    if (strcmp (candidate->ptype, ptype) == 0 && strcmp (candidate->property, property) == 0)
      return candidate->value;
  }
  return NULL;
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A comment, from its opening parenthesis to behind its closing one. */
static gboolean
skip_comment (Cursor *cursor)
{
  guint depth = 0;

  for (; *cursor->at != '\0'; cursor->at++) {
    if (*cursor->at == '\\' && cursor->at[1] != '\0') {
      cursor->at++;
    } else if (*cursor->at == '(') {
      if (++depth > TLSRPT_AUTHRES_COMMENT_DEPTH_MAX)
        return FALSE;
    } else if (*cursor->at == ')' && --depth == 0) {
      cursor->at++;
      return TRUE;
    }
  }
  return FALSE;
}

/* [CFWS]; %FALSE if a comment in it does not end. */
static gboolean
skip_cfws (Cursor *cursor)
{
  for (;;) {
    if (is_space (*cursor->at))
      cursor->at++;
    else if (*cursor->at != '(')
      return TRUE;
    else if (!skip_comment (cursor))
      return FALSE;
  }
}

/* [CFWS] @c [CFWS], or nothing at all. */
static gboolean
take_char (Cursor *cursor, char c)
{
  Cursor ahead = *cursor;

  if (!skip_cfws (&ahead) || *ahead.at != c)
    return FALSE;
  ahead.at++;
  if (!skip_cfws (&ahead))
    return FALSE;
  *cursor = ahead;
  return TRUE;
}

/* A Keyword of RFC 5321 in lower case; an underscore too, as `x-` methods of some servers have it. */
static char *
take_keyword (Cursor *cursor)
{
  const char *start = cursor->at;

  while (g_ascii_isalnum (*cursor->at) || *cursor->at == '-' || *cursor->at == '_')
    cursor->at++;
  return cursor->at > start ? g_ascii_strdown (start, cursor->at - start) : NULL;
}

/* From the opening quotation mark to behind the closing one. */
static gboolean
take_quoted (Cursor *cursor, GString *value)
{
  for (cursor->at++; *cursor->at != '\0'; cursor->at++) {
    if (*cursor->at == '"') {
      cursor->at++;
      return TRUE;
    }
    if (*cursor->at == '\\' && cursor->at[1] != '\0')
      cursor->at++;
    if (*cursor->at != '\r' && *cursor->at != '\n')
      g_string_append_c (value, *cursor->at);
  }
  return FALSE;
}

/* A token of RFC 2045 with what servers put in it unquoted, a quoted string, or an address whose
 * local part is one; "" where a server had nothing to write, %NULL where a quotation does not end. */
static char *
take_value (Cursor *cursor)
{
  g_autoptr (GString) value = g_string_new (NULL);

  for (;;) {
    if (*cursor->at == '"') {
      if (!take_quoted (cursor, value))
        return NULL;
    } else if (*cursor->at == '\0' || is_space (*cursor->at) ||
               strchr ("();", *cursor->at) != NULL || g_ascii_iscntrl (*cursor->at)) {
      break;
    } else {
      g_string_append_c (value, *cursor->at++);
    }
  }
  return g_string_free (g_steal_pointer (&value), FALSE);
}

/* 1*DIGIT [CFWS]; whether it is a version that this program knows. */
static gboolean
take_version (Cursor *cursor, gboolean *known)
{
  const char *start = cursor->at;

  while (g_ascii_isdigit (*cursor->at))
    cursor->at++;
  *known = cursor->at == start + 1 && *start == '1';
  return cursor->at > start;
}

/* methodspec; @known is %FALSE if the method has a version that is not 1. */
static gboolean
take_method (Cursor *cursor, TlsrptAuthresResult *result, gboolean *known)
{
  *known = TRUE;
  result->method = take_keyword (cursor);
  if (result->method == NULL)
    return FALSE;
  if (take_char (cursor, '/') && !take_version (cursor, known))
    return FALSE;
  if (!take_char (cursor, '='))
    return FALSE;
  result->result = take_keyword (cursor);
  return result->result != NULL;
}

/* reasonspec or propspec, whose first word is @word. */
static gboolean
take_property (Cursor *cursor, const char *word, TlsrptAuthresResult *result)
{
  gboolean is_property = take_char (cursor, '.');
  g_autofree char *name = is_property ? take_keyword (cursor) : NULL;
  g_autofree char *value = NULL;

  if ((is_property && name == NULL) || !take_char (cursor, '=') ||
      result->properties->len == TLSRPT_AUTHRES_PROPERTIES_MAX)
    return FALSE;
  value = take_value (cursor);
  if (value == NULL)
    return FALSE;
  if (is_property) {
    TlsrptAuthresProperty property = { .ptype = g_strdup (word),
                                       .property = g_steal_pointer (&name),
                                       .value = g_steal_pointer (&value) };
    g_array_append_val (result->properties, property);
  } else if (strcmp (word, "reason") == 0 && result->reason == NULL) {
    result->reason = g_steal_pointer (&value);
  }
  return TRUE;
}

/* resinfo behind its semicolon, up to the next one or the end. */
static gboolean
take_result (Cursor *cursor, TlsrptAuthres *authres)
{
  TlsrptAuthresResult result;
  gboolean known;
  gboolean well_formed;

  result_init (&result);
  well_formed = take_method (cursor, &result, &known);
  while (well_formed) {
    const char *before = cursor->at;
    g_autofree char *word = NULL;

    well_formed = skip_cfws (cursor);
    if (!well_formed || *cursor->at == ';' || *cursor->at == '\0')
      break;
    word = cursor->at > before ? take_keyword (cursor) : NULL;
    well_formed = word != NULL && take_property (cursor, word, &result);
  }
  if (well_formed && known)
    g_array_append_val (authres->results, result);
  else
    result_clear (&result);
  return well_formed;
}

/* Behind the id: version, then `none` or results. */
static gboolean
take_payload (Cursor *cursor, TlsrptAuthres *authres)
{
  gboolean known = TRUE;
  guint n = 0;

  if (!skip_cfws (cursor))
    return FALSE;
  if (g_ascii_isdigit (*cursor->at) && (!take_version (cursor, &known) || !known))
    return FALSE;
  if (!skip_cfws (cursor))
    return FALSE;
  while (*cursor->at == ';') {
    cursor->at++;
    if (!skip_cfws (cursor))
      return FALSE;
    if (*cursor->at == ';' || *cursor->at == '\0')
      continue;
    if (g_ascii_strncasecmp (cursor->at, "none", 4) == 0) {
      Cursor ahead = { cursor->at + 4 };

      if (n == 0 && skip_cfws (&ahead) && *ahead.at == '\0')
        return TRUE;
    }
    if (++n > TLSRPT_AUTHRES_RESULTS_MAX || !take_result (cursor, authres))
      return FALSE;
  }
  return *cursor->at == '\0' && n > 0;
}

TlsrptAuthres *
tlsrpt_authres_parse (const char *value)
{
  Cursor cursor = { value };
  g_autofree char *authserv_id = NULL;
  TlsrptAuthres *authres;

  if (!skip_cfws (&cursor))
    return NULL;
  authserv_id = take_value (&cursor);
  if (authserv_id == NULL || *authserv_id == '\0' || strchr (authserv_id, '=') != NULL)
    return NULL;
  authres = g_new0 (TlsrptAuthres, 1);
  authres->authserv_id = g_steal_pointer (&authserv_id);
  authres->results = g_array_new (FALSE, FALSE, sizeof (TlsrptAuthresResult));
  g_array_set_clear_func (authres->results, result_clear);
  if (!take_payload (&cursor, authres)) {
    authres->malformed = TRUE;
    g_array_set_size (authres->results, 0);
  }
  return authres;
}
