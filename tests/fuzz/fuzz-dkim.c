/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as a key record, a NUL, and a mail: both line ends must give one verdict, canonical forms
 * are what the RFC's words make of the text, and only what is asked for is looked up. */
#include "fuzz/target.h"

#include "core/limits.h"
#include "core/trust/dkim-canonical.h"
#include "core/trust/dkim.h"

#include <glib.h>
#include <string.h>

static void
collect (const char *bytes, gsize length, gpointer data)
{
  g_assert_cmpuint (length, >, 0);
  g_string_append_len (data, bytes, (gssize)length);
}

/* What is asked must be one of the names that were announced. */
typedef struct {
  char **names;
  const TlsrptDkimAnswer *answer;
} Zone;

static const TlsrptDkimAnswer *
look_up (const char *name, gpointer data)
{
  const Zone *zone = data;

  g_assert_true (g_strv_contains ((const char *const *)zone->names, name));
  g_assert_cmpuint (strlen (name), <=, 253);
  return zone->answer;
}

static char *
text_of (GBytes *bytes, const TlsrptDkimAnswer *answer)
{
  g_autoptr (TlsrptDkim) dkim = tlsrpt_dkim_read (bytes);
  g_auto (GStrv) names = tlsrpt_dkim_key_names (dkim);
  Zone zone = { .names = names, .answer = answer };
  const GArray *verdicts;
  GString *text = g_string_new (NULL);

  tlsrpt_dkim_verify (dkim, 1700000000, look_up, &zone);
  verdicts = tlsrpt_dkim_verdicts (dkim);
  g_assert_cmpuint (verdicts->len, <=, TLSRPT_DKIM_SIGNATURES_MAX);
  for (guint i = 0; i < verdicts->len; i++) {
    const TlsrptDkimVerdict *verdict = &g_array_index (verdicts, TlsrptDkimVerdict, i);

    g_assert_true (verdict->why != NULL || verdict->result == TLSRPT_DKIM_PASS);
    g_assert_true (verdict->domain != NULL || verdict->result < TLSRPT_DKIM_TEMPERROR);
    g_string_append_printf (text, "%d %s %s\n", verdict->result, verdict->domain, verdict->why);
  }
  return g_string_free (text, FALSE);
}

/* @text with each line end as CRLF, lines without their end; the last may have none. */
static GPtrArray *
lines_of (const char *text, gsize length)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  while (length > 0) {
    const char *newline = memchr (text, '\n', length);
    gsize taken = newline != NULL ? (gsize)(newline - text) : length;
    gsize kept = newline != NULL && taken > 0 && text[taken - 1] == '\r' ? taken - 1 : taken;

    g_ptr_array_add (lines, g_strndup (text, kept));
    taken += newline != NULL ? 1 : 0;
    text += taken;
    length -= taken;
  }
  return lines;
}

/* RFC 6376 section 3.4.4, sentence by sentence. */
static void
relax (char *line)
{
  char *to = line;

  for (const char *from = line; *from != '\0'; from++)
    if (*from != ' ' && *from != '\t')
      *to++ = *from;
    else if (to == line || to[-1] != ' ')
      *to++ = ' ';
  if (to > line && to[-1] == ' ')
    to--;
  *to = '\0';
}

/* The canonical body by another way: all lines, those at the end taken off again. */
static void
assert_body (TlsrptDkimForm form, const char *body, gsize length)
{
  g_autoptr (GPtrArray) lines = lines_of (body, length);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    if (form == TLSRPT_DKIM_RELAXED)
      relax (g_ptr_array_index (lines, i));
  while (lines->len > 0 && *(char *)g_ptr_array_index (lines, lines->len - 1) == '\0')
    g_ptr_array_set_size (lines, (int)lines->len - 1);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (expected, "%s\r\n", (char *)g_ptr_array_index (lines, i));
  if (lines->len == 0 && form == TLSRPT_DKIM_SIMPLE)
    g_string_append (expected, "\r\n");
  tlsrpt_dkim_canonical_body (form, body, length, collect, found);
  g_assert_cmpmem (found->str, found->len, expected->str, expected->len);
  tlsrpt_dkim_canonical_body (form, found->str, found->len, collect, again);
  g_assert_cmpmem (again->str, again->len, found->str, found->len);
}

/* A canonical form, with its line end again, is its own canonical form. */
static void
assert_field (TlsrptDkimForm form, const char *field, gsize length)
{
  g_autoptr (GString) once = g_string_new (NULL);
  g_autoptr (GString) twice = g_string_new (NULL);

  tlsrpt_dkim_canonical_field (form, field, length, collect, once);
  if (form == TLSRPT_DKIM_RELAXED && memchr (field, '\0', length) == NULL)
    g_assert_null (strchr (once->str, '\n'));
  g_string_append (once, "\r\n");
  tlsrpt_dkim_canonical_field (form, once->str, once->len, collect, twice);
  g_assert_cmpmem (twice->str, twice->len, once->str, once->len - 2);
}

/* Nothing else is handed over as a field. */
static gboolean
begins_with_name (const char *field, gsize length)
{
  const char *colon = length > 0 ? memchr (field, ':', length) : NULL;

  return colon != NULL && memchr (field, '\n', (gsize)(colon - field)) == NULL;
}

static GBytes *
with_crlf (const char *text, gsize length)
{
  GString *crlf = g_string_sized_new (length * 2);

  for (gsize i = 0; i < length; i++) {
    if (text[i] == '\n')
      g_string_append_c (crlf, '\r');
    g_string_append_c (crlf, text[i]);
  }
  return g_string_free_to_bytes (crlf);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *bytes = (const char *)data;
  const char *nul = size > 0 ? memchr (bytes, '\0', size) : NULL;
  const char *mail = nul != NULL ? nul + 1 : bytes;
  gsize length = size - (gsize)(mail - bytes);
  g_autofree char *record = nul != NULL ? g_strdup (bytes) : g_strdup ("v=DKIM1; p=");
  char *records[] = { record, NULL };
  TlsrptDkimAnswer answer = { .is_known = TRUE, .records = records };
  g_autoptr (GBytes) as_sent = g_bytes_new (mail, length);
  g_autofree char *verdicts = text_of (as_sent, &answer);

  if (length > 0 && memchr (mail, '\r', length) == NULL) {
    g_autoptr (GBytes) crlf = with_crlf (mail, length);
    g_autofree char *same = text_of (crlf, &answer);

    g_assert_cmpstr (verdicts, ==, same);
  }
  if (length > 0 && memchr (mail, '\0', length) == NULL) {
    assert_body (TLSRPT_DKIM_SIMPLE, mail, length);
    assert_body (TLSRPT_DKIM_RELAXED, mail, length);
  }
  if (begins_with_name (mail, length)) {
    assert_field (TLSRPT_DKIM_SIMPLE, mail, length);
    assert_field (TLSRPT_DKIM_RELAXED, mail, length);
  }
  return 0;
}
