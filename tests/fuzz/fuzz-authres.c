/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes as an Authentication-Results field, and as the trace fields of a mail that a verdict is
 * read from: what is read survives being written again, and what a stranger wrote changes nothing. */
#include "core/domain.h"
#include "core/trust/alignment.h"
#include "core/trust/authres.h"
#include "core/envelope.h"
#include "core/report/report.h"
#include "core/trust/verdict.h"
#include "fuzz/target.h"

#include <string.h>

static const char author[] = "Sender.Example";

/* A quoted string of RFC 5322; CR and LF are no part of what it means. */
static void
append_quoted (GString *field, const char *value)
{
  g_string_append_c (field, '"');
  for (; *value != '\0'; value++) {
    if (*value == '"' || *value == '\\')
      g_string_append_c (field, '\\');
    g_string_append_c (field, *value);
  }
  g_string_append_c (field, '"');
}

static void
append_result (GString *field, const TlsrptAuthresResult *result, const char *gap,
               const char *space)
{
  g_string_append_printf (field, "%s%s%s=%s%s", gap, result->method, gap, gap, result->result);
  if (result->reason != NULL) {
    g_string_append_printf (field, "%sreason%s=%s", space, gap, gap);
    append_quoted (field, result->reason);
  }
  for (guint i = 0; i < result->properties->len; i++) {
    const TlsrptAuthresProperty *property =
        &g_array_index (result->properties, TlsrptAuthresProperty, i);

    g_string_append_printf (field, "%s%s%s.%s%s%s=%s", space, property->ptype, gap, gap,
                            property->property, gap, gap);
    append_quoted (field, property->value);
  }
  g_string_append (field, gap);
}

/* @authres as a field with @gap wherever white space may stand, and @space where some must. */
static char *
write_field (const TlsrptAuthres *authres, const char *gap, const char *space)
{
  GString *field = g_string_new (gap);

  append_quoted (field, authres->authserv_id);
  g_string_append (field, gap);
  if (authres->results->len == 0)
    g_string_append_printf (field, ";%snone%s", gap, gap);
  for (guint i = 0; i < authres->results->len; i++) {
    g_string_append_c (field, ';');
    append_result (field, &g_array_index (authres->results, TlsrptAuthresResult, i), gap, space);
  }
  return g_string_free (field, FALSE);
}

static void
assert_keyword (const char *word)
{
  g_assert_cmpuint (strlen (word), >, 0);
  for (; *word != '\0'; word++)
    g_assert_true (g_ascii_islower (*word) || g_ascii_isdigit (*word) || *word == '-' ||
                   *word == '_');
}

static void
assert_result (const TlsrptAuthresResult *result)
{
  assert_keyword (result->method);
  assert_keyword (result->result);
  g_assert_cmpuint (result->properties->len, <=, TLSRPT_AUTHRES_PROPERTIES_MAX);
  for (guint i = 0; i < result->properties->len; i++) {
    const TlsrptAuthresProperty *property =
        &g_array_index (result->properties, TlsrptAuthresProperty, i);

    assert_keyword (property->ptype);
    assert_keyword (property->property);
    g_assert_null (strpbrk (property->value, "\r\n"));
  }
}

static void
assert_rewritten (const TlsrptAuthres *authres, const char *gap, const char *space)
{
  g_autofree char *before = write_field (authres, "", " ");
  g_autofree char *field = write_field (authres, gap, space);
  g_autoptr (TlsrptAuthres) again = tlsrpt_authres_parse (field);
  g_autofree char *after = NULL;

  g_assert_nonnull (again);
  g_assert_false (again->malformed);
  after = write_field (again, "", " ");
  g_assert_cmpstr (after, ==, before);
}

static void
assert_field (const char *value)
{
  g_autoptr (TlsrptAuthres) authres = tlsrpt_authres_parse (value);

  if (authres == NULL)
    return;
  g_assert_cmpuint (strlen (authres->authserv_id), >, 0);
  g_assert_cmpuint (authres->results->len, <=, TLSRPT_AUTHRES_RESULTS_MAX);
  if (authres->malformed) {
    g_assert_cmpuint (authres->results->len, ==, 0);
    return;
  }
  for (guint i = 0; i < authres->results->len; i++)
    assert_result (&g_array_index (authres->results, TlsrptAuthresResult, i));
  assert_rewritten (authres, "", " ");
  assert_rewritten (authres, "\r\n\t(a (b) \\) c;) ", "(d)");
}

/* Inside a quoted string and inside a comment nothing is a result. */
static void
assert_contained (const char *text)
{
  g_autoptr (GString) field = g_string_new ("mx; dkim=fail (");
  g_autoptr (TlsrptAuthres) authres = NULL;
  const TlsrptAuthresResult *result;

  for (const char *c = text; *c != '\0'; c++)
    g_string_append_printf (field, "\\%c", *c);
  g_string_append (field, ") reason=");
  append_quoted (field, text);
  g_string_append (field, " header.d=a.example");
  authres = tlsrpt_authres_parse (field->str);
  g_assert_nonnull (authres);
  g_assert_false (authres->malformed);
  g_assert_cmpuint (authres->results->len, ==, 1);
  result = &g_array_index (authres->results, TlsrptAuthresResult, 0);
  g_assert_cmpstr (result->method, ==, "dkim");
  g_assert_cmpstr (result->result, ==, "fail");
  g_assert_cmpuint (result->properties->len, ==, 1);
  g_assert_cmpstr (tlsrpt_authres_property (result, "header", "d"), ==, "a.example");
}

static void
add_field (TlsrptEnvelope *envelope, const char *name, const char *value)
{
  TlsrptField field = { .name = g_strdup (name), .value = g_strdup (value) };

  g_array_append_val (envelope->trace, field);
}

/* Lines `Name: value`; a line that begins with white space goes on with the one before. */
static TlsrptEnvelope *
envelope_of (const char *header)
{
  TlsrptEnvelope *envelope = tlsrpt_envelope_new ();
  g_auto (GStrv) lines = g_strsplit (header, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *colon = strchr (lines[i], ':');

    if (g_ascii_isspace (*lines[i]) && envelope->trace->len > 0) {
      TlsrptField *last = &g_array_index (envelope->trace, TlsrptField, envelope->trace->len - 1);
      char *joined = g_strconcat (last->value, lines[i], NULL);

      g_free (last->value);
      last->value = joined;
    } else if (colon != NULL) {
      *colon = '\0';
      add_field (envelope, lines[i], colon + 1);
    }
  }
  return envelope;
}

static gboolean
is_named (const TlsrptField *field, const char *name)
{
  return g_ascii_strcasecmp (field->name, name) == 0;
}

static char *
verdict_text (const TlsrptEnvelope *envelope, const TlsrptOwnService *service)
{
  g_autoptr (TlsrptVerdict) verdict = tlsrpt_verdict_read (envelope, service, author);

  return g_strdup_printf ("%s %s %d %s %s", verdict->dkim_result, verdict->dkim_domain,
                          verdict->dkim_aligned, verdict->spf_result, verdict->dmarc_result);
}

static void
assert_sound (const TlsrptVerdict *verdict)
{
  static const char *const words[] = { "pass", "fail", "none", "temperror", NULL };
  const char *domain = verdict->dkim_domain;

  g_assert_true (g_strv_contains (words, verdict->dkim_result));
  g_assert_true (domain != NULL || !verdict->dkim_aligned);
  g_assert_true (domain != NULL || strcmp (verdict->dkim_result, "pass") != 0);
  if (domain != NULL) {
    g_autofree char *canonical = tlsrpt_domain_canonical (domain);

    g_assert_true (g_utf8_validate (domain, -1, NULL));
    g_assert_cmpstr (canonical, ==, domain);
  }
  g_assert_cmpint (verdict->dkim_aligned, ==, tlsrpt_alignment_vouches (domain, author));
  if (verdict->spf_result != NULL)
    assert_keyword (verdict->spf_result);
  if (verdict->dmarc_result != NULL)
    assert_keyword (verdict->dmarc_result);
}

/* Fields that own hosts wrote: up to the last own Received, and with `below` the one after it; all if
 * there are too few. */
static guint
count_own (const TlsrptEnvelope *envelope, const TlsrptOwnService *service)
{
  guint hops = 0;

  for (guint i = 0; i < envelope->trace->len; i++) {
    if (is_named (&g_array_index (envelope->trace, TlsrptField, i), "Received"))
      hops++;
    if (hops == service->trusted_hops)
      return MIN (i + 1 + (service->below ? 1 : 0), envelope->trace->len);
  }
  return envelope->trace->len;
}

/* What @envelope holds after the fields of own hosts is a stranger's, and only its signatures count. */
static void
assert_stranger_is_ignored (const char *header, const TlsrptOwnService *service,
                            const char *expected)
{
  g_autoptr (TlsrptEnvelope) bare = envelope_of (header);
  g_autoptr (TlsrptEnvelope) forged = envelope_of (header);
  g_autofree char *without = NULL;
  g_autofree char *with = NULL;

  for (guint i = bare->trace->len, own = count_own (bare, service); i-- > own;) {
    TlsrptField *field = &g_array_index (bare->trace, TlsrptField, i);

    if (!is_named (field, "DKIM-Signature")) {
      g_free (field->name);
      field->name = g_strdup ("ARC-Seal");
    }
  }
  without = verdict_text (bare, service);
  g_assert_cmpstr (without, ==, expected);
  add_field (forged, "Received", "from a.example");
  add_field (forged, "Authentication-Results",
             "mx.example.org; dkim=pass header.d=sender.example; spf=pass; dmarc=pass");
  with = verdict_text (forged, service);
  g_assert_cmpstr (with, ==, expected);
}

/* On top stands what the own service wrote last. */
static void
assert_top_rules (const char *header, const TlsrptOwnService *service, const char *value,
                  const char *expected)
{
  g_autoptr (TlsrptEnvelope) envelope = envelope_of (header);
  TlsrptField field = { .name = g_strdup ("Authentication-Results"), .value = g_strdup (value) };
  g_autofree char *text = NULL;

  g_array_prepend_val (envelope->trace, field);
  text = verdict_text (envelope, service);
  g_assert_cmpstr (text, ==, expected);
}

/* Without signatures, or with none but such as leave a part of the body out, nothing passes. */
static void
assert_no_pass (const char *header, const TlsrptOwnService *service, gboolean with_length)
{
  g_autoptr (TlsrptEnvelope) envelope = envelope_of (header);
  g_autoptr (TlsrptVerdict) verdict = NULL;

  for (guint i = 0; i < envelope->trace->len; i++) {
    TlsrptField *field = &g_array_index (envelope->trace, TlsrptField, i);
    char **changed = with_length ? &field->value : &field->name;
    g_autofree char *before = *changed;

    if (is_named (field, "DKIM-Signature"))
      *changed = with_length ? g_strconcat (before, "; l=0", NULL) : g_strdup ("ARC-Seal");
    else
      g_steal_pointer (&before);
  }
  verdict = tlsrpt_verdict_read (envelope, service, author);
  g_assert_cmpstr (verdict->dkim_result, !=, "pass");
}

static void
assert_verdict (const char *header, const TlsrptOwnService *service)
{
  g_autoptr (TlsrptEnvelope) envelope = envelope_of (header);
  g_autoptr (TlsrptVerdict) verdict = tlsrpt_verdict_read (envelope, service, author);
  g_autofree char *text = verdict_text (envelope, service);
  guint received = 0;

  assert_sound (verdict);
  assert_no_pass (header, service, FALSE);
  assert_no_pass (header, service, TRUE);
  for (guint i = 0; i < envelope->trace->len; i++)
    received += is_named (&g_array_index (envelope->trace, TlsrptField, i), "Received") ? 1 : 0;
  if (received < service->trusted_hops) {
    g_assert_cmpstr (text, ==, "none (null) 0 (null) (null)");
    return;
  }
  assert_stranger_is_ignored (header, service, text);
  assert_top_rules (header, service,
                    "mx.example.org; dkim=fail header.d=a.example; spf=fail; dmarc=fail",
                    "fail a.example 0 fail fail");
  assert_top_rules (header, service, "mx.example.org; dkim=fail (", "none (null) 0 (null) (null)");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (TlsrptEnvelope) envelope = envelope_of (text);

  assert_field (text);
  assert_contained (text);
  for (guint i = 0; i < envelope->trace->len; i++)
    assert_field (g_array_index (envelope->trace, TlsrptField, i).value);
  for (guint hops = 1; hops <= 2; hops++) {
    assert_verdict (text, &(TlsrptOwnService){ "mx.example.org", hops, FALSE });
    assert_verdict (text, &(TlsrptOwnService){ "mx.example.org", hops, TRUE });
  }
  return 0;
}
