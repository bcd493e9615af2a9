/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every cap of limits.h on mails and documents: what is at the cap is read, what is one past it is
 * refused as over a limit. The caps on gzip stand in test-gunzip.c. */
#include "core/decode.h"
#include "core/report/report-parse.h"
#include "support/document.h"
#include "core/errors.h"

#include <string.h>

/* Mails with @n of what the cap counts. */
typedef GBytes *(*Build) (guint64 n);

typedef struct {
  const char *name;
  gsize offset;
  guint64 cap;
  Build build;
  const char *refusal;
} LimitCase;

#define HEAD                                                                                       \
  "From: noreply@sender.example\nMIME-Version: 1.0\n"                                              \
  "Content-Type: application/tlsrpt+json\n"

static GBytes *
take (GString *mail)
{
  return g_string_free_to_bytes (mail);
}

static GBytes *
mail_with (const char *fields, const char *document)
{
  GString *mail = g_string_new (fields);

  g_string_append (mail, HEAD "\n");
  g_string_append (mail, document);
  return take (mail);
}

static GBytes *
mail_of_bytes (guint64 n)
{
  g_autoptr (GBytes) mail = mail_with ("", document_plain);
  gsize size = g_bytes_get_size (mail);
  g_autofree char *spaces = g_strnfill (n - size, ' ');
  g_autofree char *document = g_strconcat (document_plain, spaces, NULL);

  return mail_with ("", document);
}

static GBytes *
mail_with_field (guint64 n)
{
  g_autofree char *value = g_strnfill (n - strlen ("X-Long: \n"), 'x');
  g_autofree char *field = g_strconcat ("X-Long: ", value, "\n", NULL);

  return mail_with (field, document_plain);
}

/* @n multiparts around a report; the report is in the innermost. */
static GBytes *
mail_nested (guint64 n)
{
  GString *mail = g_string_new ("From: noreply@sender.example\nMIME-Version: 1.0\n");

  for (guint64 i = 0; i < n; i++)
    g_string_append_printf (mail,
                            "Content-Type: multipart/mixed; boundary=b%" G_GUINT64_FORMAT
                            "\n\n--b%" G_GUINT64_FORMAT "\n",
                            i, i);
  g_string_append_printf (mail, "Content-Type: application/tlsrpt+json\n\n%s\n", document_plain);
  for (guint64 i = n; i > 0; i--)
    g_string_append_printf (mail, "--b%" G_GUINT64_FORMAT "--\n", i - 1);
  return take (mail);
}

static GBytes *
mail_of_parts (guint64 n)
{
  GString *mail = g_string_new ("From: noreply@sender.example\nMIME-Version: 1.0\n"
                                "Content-Type: multipart/mixed; boundary=b\n\n");

  for (guint64 i = 1; i < n; i++)
    g_string_append (mail, "--b\nContent-Type: text/plain\n\nx\n");
  g_string_append_printf (mail, "--b\nContent-Type: application/tlsrpt+json\n\n%s\n--b--\n",
                          document_plain);
  return take (mail);
}

static GBytes *
mail_with_part (guint64 n)
{
  g_autofree char *spaces = g_strnfill (n - strlen (document_plain), ' ');
  g_autofree char *document = g_strconcat (document_plain, spaces, NULL);

  return mail_with ("", document);
}

/* The document itself is 6 deep where it is deepest: one member more is as deep as asked for. */
static GBytes *
mail_deep (guint64 n)
{
  g_autofree char *open = g_strnfill (n - 1, '[');
  g_autofree char *close = g_strnfill (n - 1, ']');
  g_autofree char *member = g_strconcat ("{\"deep\":", open, close, ",\"organization-name\"", NULL);
  g_autofree char *document = document_edited (document_plain, "{\"organization-name\"", member);

  return mail_with ("", document);
}

/* Values outside failure details: 34 stand in the document. */
#define VALUES_IN_DOCUMENT 34

static GBytes *
mail_of_values (guint64 n)
{
  g_autoptr (GString) member = g_string_new ("{\"many\":[1");
  g_autofree char *document = NULL;

  for (guint64 i = VALUES_IN_DOCUMENT + 2; i < n; i++)
    g_string_append (member, ",1");
  g_string_append (member, "],\"organization-name\"");
  document = document_edited (document_plain, "{\"organization-name\"", member->str);
  return mail_with ("", document);
}

static GBytes *
mail_of_policies (guint64 n)
{
  g_autoptr (GString) policies = g_string_new ("\"policies\":[");
  g_autofree char *document = NULL;

  for (guint64 i = 2; i < n; i++)
    g_string_append (policies, "{},");
  g_string_append (policies, "{\"policy\":{\"policy-type\":\"sts\"");
  document = document_edited (document_plain, "\"policies\":[{\"policy\":{\"policy-type\":\"sts\"",
                              policies->str);
  return mail_with ("", document);
}

static GBytes *
mail_of_details (guint64 n)
{
  g_autoptr (GString) details = g_string_new ("\"failure-details\":[{}");
  g_autofree char *document = NULL;

  for (guint64 i = 3; i < n; i++)
    g_string_append (details, ",{}");
  g_string_append (details, "]");
  document = document_edited (document_plain, "\"failure-details\":[]", details->str);
  return mail_with ("", document);
}

/* A document that names @n hosts, two of them under its first policy, and one of these once more. */
static GBytes *
mail_of_mx_hosts (guint64 n)
{
  g_autoptr (GString) details =
      g_string_new ("\"failure-details\":[{},{\"receiving-mx-hostname\":\"mx1.mx.example.org\"}");
  g_autofree char *document = NULL;

  for (guint64 i = 2; i < n; i++)
    g_string_append_printf (details,
                            ",{\"receiving-mx-hostname\":\"mx%" G_GUINT64_FORMAT ".example\"}", i);
  g_string_append (details, "]");
  document = document_edited (document_plain, "\"failure-details\":[]", details->str);
  return mail_with ("", document);
}

static GBytes *
mail_replacing (const char *old, const char *before, guint64 n, const char *after)
{
  g_autofree char *text = g_strnfill (n, 'x');
  g_autofree char *member = g_strconcat (before, text, after, NULL);
  g_autofree char *document = document_edited (document_plain, old, member);

  return mail_with ("", document);
}

static GBytes *
mail_with_text (guint64 n)
{
  return mail_replacing ("\"contact-info\":\"smtp-tls@sender.example\"", "\"contact-info\":\"", n,
                         "\"");
}

static GBytes *
mail_with_string (guint64 n)
{
  return mail_replacing ("\"3 1 1 AABB\"", "\"", n, "\"");
}

static GBytes *
mail_with_policy_of_bytes (guint64 n)
{
  return mail_replacing ("\"3 1 1 AABB\"", "\"3 1 1 AABB\",\"", n - strlen ("3 1 1 AABB"), "\"");
}

static GBytes *
mail_with_unknown_bytes (guint64 n)
{
  return mail_replacing ("{\"organization-name\"", "{\"x\":\"", n - strlen ("{'x':''}"),
                         "\",\"organization-name\"");
}

static GBytes *
mail_with_result_type (guint64 n)
{
  return mail_replacing ("\"certificate-expired\"", "\"", n, "\"");
}

static GBytes *
mail_with_mx (guint64 n)
{
  return mail_replacing ("\"mx1.mx.example.org\",\"failed", "\"", n, "\",\"failed");
}

static GBytes *
mail_with_helo (guint64 n)
{
  return mail_replacing ("\"mx2\"", "\"", n, "\"");
}

static GBytes *
mail_with_domain (guint64 n)
{
  return mail_replacing ("\"example.org\"", "\"", n, "\"");
}

static GBytes *
mail_with_domain_of_header (guint64 n)
{
  g_autofree char *domain = g_strnfill (n, 'x');
  g_autofree char *field = g_strconcat ("TLS-Report-Domain: ", domain, "\n", NULL);

  return mail_with (field, document_plain);
}

static GBytes *
mail_with_mx_pattern (guint64 n)
{
  return mail_replacing ("\"mx-host\":[]", "\"mx-host\":[\"", n, "\"]");
}

static GBytes *
mail_with_organization (guint64 n)
{
  return mail_replacing ("\"Sender Inc.\"", "\"", n, "\"");
}

/* @n elements in place of @old. */
static GBytes *
mail_listing (const char *old, const char *before, const char *element, guint64 n,
              const char *after)
{
  g_autoptr (GString) list = g_string_new (before);
  g_autofree char *document = NULL;

  for (guint64 i = 0; i < n; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? "," : "", element);
  g_string_append (list, after);
  document = document_edited (document_plain, old, list->str);
  return mail_with ("", document);
}

static GBytes *
mail_with_mx_hosts (guint64 n)
{
  return mail_listing ("\"mx-host\":[]", "\"mx-host\":[", "\"x\"", n, "]");
}

static GBytes *
mail_with_policy_strings (guint64 n)
{
  return mail_listing ("\"3 1 1 AABB\"", "", "\"x\"", n, "");
}

static GBytes *
mail_with_policy_lines (guint64 n)
{
  return mail_listing ("[\"3 1 1 AABB\"]", "\"", "x\\n\\n", n, "\"");
}

/* The root has 5 of its own; a name that is there twice counts twice. */
static GBytes *
mail_with_members (guint64 n)
{
  return mail_listing ("{\"organization-name\"", "{", "\"x\":1", n - 5, ",\"organization-name\"");
}

static GBytes *
mail_of_policies_of_a_domain (guint64 n)
{
  return mail_listing ("\"policies\":[", "\"policies\":[",
                       "{\"policy\":{\"policy-domain\":\"Example.org.\"}}", n - 1, ",");
}

/* A mail with the document in two parts, in one of which @old is replaced by @new. */
static GBytes *
mail_of_two (const char *old, const char *new)
{
  g_autofree char *document = document_edited (document_plain, old, new);
  GString *mail = g_string_new ("From: noreply@sender.example\nMIME-Version: 1.0\n"
                                "Content-Type: multipart/mixed; boundary=b\n\n");

  g_string_append_printf (mail,
                          "--b\nContent-Type: application/tlsrpt+json\n\n%s\n"
                          "--b\nContent-Type: application/tlsrpt+json\n\n%s\n--b--\n",
                          document_plain, document);
  return take (mail);
}

/* clang-format off */
#define AT(member) offsetof (TlsrptLimits, member)
static const LimitCase cases[] = {
  { "message-bytes",   AT (message_bytes),   4096, mail_of_bytes,    "message: longer than 4096 bytes" },
  { "header-bytes",    AT (header_bytes),    2000, mail_with_field,  "message: * more than 2000 bytes*" },
  { "mime-depth",      AT (mime_depth),         7, mail_nested,      "message: nested more than 7 deep*" },
  { "mime-parts",      AT (mime_parts),        20, mail_of_parts,    "message: * more than 20 *" },
  { "part-bytes",      AT (part_bytes),      4096, mail_with_part,   "message: has a part of more than 4096 bytes (setting part-bytes)" },
  { "json-depth",      AT (json_depth),        12, mail_deep,
    "json: arrays and objects more than 12 deep (setting json-depth)" },
  { "json-values",     AT (json_values),      100, mail_of_values,
    "json: more than 100 values outside failure details (setting json-values)" },
  { "policies",        AT (policies),          20, mail_of_policies, "json: more than 20 policies (setting policies)" },
  { "failure-details", AT (failure_details),   50, mail_of_details,
    "json: more than 50 failure details (setting failure-details)" },
  { "mx-hosts",        AT (mx_hosts),          20, mail_of_mx_hosts,
    "message: its documents have more than 20 MX hosts (setting mx-hosts)" },
  { "json-members",    AT (json_members),      20, mail_with_members,
    "json: an object of more than 20 members (setting json-members)" },
  { "domain-policies", AT (domain_policies),    7, mail_of_policies_of_a_domain,
    "json: policies is of more than 7 elements for one domain (setting domain-policies)" },
  { "list-entries-of-mx-host", AT (list_entries), 20, mail_with_mx_hosts,
    "json: policies[1].policy.mx-host is of more than 20 entries (setting list-entries)" },
  { "list-entries-of-policy-string", AT (list_entries), 20, mail_with_policy_strings,
    "json: policies[1].policy.policy-string is of more than 20 entries (setting list-entries)" },
  { "list-entries-of-lines", AT (list_entries), 20, mail_with_policy_lines,
    "json: policies[1].policy.policy-string is of more than 20 entries (setting list-entries)" },
  { "name-bytes-of-result-type", AT (name_bytes), 100, mail_with_result_type,
    "json: policies[0].failure-details[0].result-type is of more than 100 bytes (setting name-bytes)" },
  { "name-bytes-of-mx", AT (name_bytes), 100, mail_with_mx,
    "json: policies[0].failure-details[0].receiving-mx-hostname is of more than 100 bytes (setting name-bytes)" },
  { "name-bytes-of-helo", AT (name_bytes), 100, mail_with_helo,
    "json: policies[0].failure-details[1].receiving-mx-helo is of more than 100 bytes (setting name-bytes)" },
  { "name-bytes-of-domain", AT (name_bytes), 100, mail_with_domain,
    "json: policies[0].policy.policy-domain is of more than 100 bytes (setting name-bytes)" },
  { "name-bytes-of-mx-host", AT (name_bytes), 100, mail_with_mx_pattern,
    "json: policies[1].policy.mx-host is of more than 100 bytes in an entry (setting name-bytes)" },
  { "name-bytes-of-organization", AT (name_bytes), 100, mail_with_organization,
    "json: organization-name is of more than 100 bytes (setting name-bytes)" },
  { "text-bytes",      AT (text_bytes),       300, mail_with_text,
    "json: contact-info is of more than 300 bytes (setting text-bytes)" },
  { "string-bytes",    AT (string_bytes),    1000, mail_with_string,
    "json: a string of more than 1000 bytes (setting string-bytes)" },
  { "string-bytes-of-a-policy", AT (string_bytes), 1000, mail_with_policy_of_bytes,
    "json: policies[1].policy.policy-string is of more than 1000 bytes (setting string-bytes)" },
  { "string-bytes-of-unknown-members", AT (string_bytes), 1000, mail_with_unknown_bytes,
    "json: the document is of more than 1000 bytes of unknown members (setting string-bytes)" },
};
/* clang-format on */

static void
test_limit (gconstpointer data)
{
  const LimitCase *row = data;
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) at_cap = row->build (row->cap);
  g_autoptr (GBytes) past_cap = row->build (row->cap + 1);
  g_autoptr (TlsrptItem) read = NULL;
  g_autoptr (TlsrptItem) refused = NULL;

  G_STRUCT_MEMBER (guint64, &limits, row->offset) = row->cap;
  read = document_decode_message (at_cap, &limits);
  g_assert_no_error (read->refusal);
  g_assert_cmpuint (read->reports->len, ==, 1);
  refused = document_decode_message (past_cap, &limits);
  g_assert_error (refused->refusal, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
  g_assert_cmpuint (refused->reports->len, ==, 0);
  if (!g_pattern_match_simple (row->refusal, refused->refusal->message))
    g_error ("%s does not match %s", refused->refusal->message, row->refusal);
}

/* A report behind @n header fields, three of which it needs itself. */
static GBytes *
mail_of_fields (guint64 n)
{
  g_autoptr (GString) fields = g_string_new (NULL);

  for (guint64 i = 3; i < n; i++)
    g_string_append (fields, "X: y\n");
  return mail_with (fields->str, document_plain);
}

/* A report behind a header of @n bytes, in fields of a hundred or a little more. */
static GBytes *
mail_with_header (guint64 n)
{
  g_autoptr (GString) fields = g_string_new (NULL);
  g_autofree char *value = g_strnfill (100 - strlen ("X: \n"), 'x');
  g_autofree char *last = NULL;
  gsize left = n - strlen (HEAD);

  for (; left >= 200; left -= 100)
    g_string_append_printf (fields, "X: %s\n", value);
  last = g_strnfill (left - strlen ("X: \n"), 'x');
  g_string_append_printf (fields, "X: %s\n", last);
  return mail_with (fields->str, document_plain);
}

static void
assert_edge (GBytes *at_cap, GBytes *past_cap, const TlsrptLimits *limits, const char *refusal)
{
  g_autoptr (TlsrptItem) read = document_decode_message (at_cap, limits);
  g_autoptr (TlsrptItem) refused = document_decode_message (past_cap, limits);

  g_assert_no_error (read->refusal);
  g_assert_cmpuint (read->reports->len, ==, 1);
  g_assert_error (refused->refusal, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
  g_assert_cmpstr (refused->refusal->message, ==, refusal);
}

/* 64 header fields for each part that a message may have. */
static void
test_fields (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) at_cap = mail_of_fields (192);
  g_autoptr (GBytes) past_cap = mail_of_fields (193);

  limits.mime_parts = 3;
  assert_edge (at_cap, past_cap, &limits,
               "message: has more than 192 header fields (64 for each of setting mime-parts)");
}

/* Headers of 64 fields of the longest kind. */
static void
test_header_bytes (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) at_cap = mail_with_header (64 * 200);
  g_autoptr (GBytes) past_cap = mail_with_header (64 * 200 + 1);

  limits.header_bytes = 200;
  assert_edge (at_cap, past_cap, &limits,
               "message: has headers of more than 12800 bytes (64 times setting header-bytes)");
}

/* Of From 4096 bytes are read: its parser needs four times as long for twice as much. */
static void
test_from (void)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

  for (gsize length = 4095; length <= 4096; length++) {
    g_autofree char *blanks = g_strnfill (length - strlen ("a@b.example"), ' ');
    g_autofree char *field = g_strconcat ("From:", blanks, "a@b.example\n", NULL);
    g_autoptr (GBytes) mail = mail_with (field, document_plain);
    g_autoptr (TlsrptItem) decoded = document_decode_message (mail, &limits);

    g_assert_no_error (decoded->refusal);
    g_assert_cmpstr (decoded->envelope->header_from, ==, "a@b.example");
  }
  {
    g_autofree char *blanks = g_strnfill (4096, ' ');
    g_autofree char *field = g_strconcat ("From:", blanks, "a@b.example\n", NULL);
    g_autoptr (GBytes) mail = mail_with (field, document_plain);
    g_autoptr (TlsrptItem) decoded = document_decode_message (mail, &limits);

    g_assert_null (decoded->envelope->header_from);
  }
}

/* The cap on values holds inside each failure detail too. */
static void
test_values_of_a_detail (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GString) detail = g_string_new ("\"failure-details\":[{\"x\":[1");
  g_autofree char *document = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptReport) report = NULL;

  limits.json_values = 100;
  for (guint i = 4; i < 102; i++)
    g_string_append (detail, ",1");
  g_string_append (detail, "]}]");
  document = document_edited (document_plain, "\"failure-details\":[]", detail->str);
  bytes = document_bytes (document);
  report = tlsrpt_report_parse (bytes, &limits, &error);
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==,
                   "json: more than 100 values in one failure detail (setting json-values)");
}

typedef struct {
  const char *name;
  gsize offset;
  guint64 cap; /* that both documents together are at */
  const char *old;
  const char *new;
  const char *past;
  const char *refusal;
} MailCase;

/* clang-format off */
static const MailCase mail_cases[] = {
  { "policies", AT (policies), 4, "{\"policy\":{\"policy-type\":\"tlsa\"",
    "{\"policy\":{\"policy-type\":\"tlsa\"", "{},{\"policy\":{\"policy-type\":\"tlsa\"",
    "message: its documents have more than 4 policies (setting policies) (in candidate 2 of 2)" },
  { "failure-details", AT (failure_details), 4, "\"failure-details\":[]",
    "\"failure-details\":[]", "\"failure-details\":[{}]",
    "message: its documents have more than 4 failure details (setting failure-details) (in candidate 2 of 2)" },
  { "inflated-bytes", AT (inflated_bytes), 0, "Sender Inc.", "Sender Inc.", "Sender Inc..",
    "message: its documents have more than * bytes (setting inflated-bytes) (in candidate 2 of 2)" },
};
/* clang-format on */

/* One part more does not make a mail's caps wider. The first report is there in either case. */
static void
test_limit_of_mail (gconstpointer data)
{
  const MailCase *row = data;
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) at_cap = mail_of_two (row->old, row->new);
  g_autoptr (GBytes) past_cap = mail_of_two (row->old, row->past);
  g_autoptr (TlsrptItem) read = NULL;
  g_autoptr (TlsrptItem) refused = NULL;

  G_STRUCT_MEMBER (guint64, &limits, row->offset) =
      row->cap > 0 ? row->cap : 2 * strlen (document_plain);
  read = document_decode_message (at_cap, &limits);
  g_assert_no_error (read->refusal);
  g_assert_cmpuint (read->reports->len, ==, 2);
  refused = document_decode_message (past_cap, &limits);
  g_assert_error (refused->refusal, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
  g_assert_cmpuint (refused->reports->len, ==, 1);
  if (!g_pattern_match_simple (row->refusal, refused->refusal->message))
    g_error ("%s does not match %s", refused->refusal->message, row->refusal);
}

/* A header of any length names no domain: the report is read, its policies keep their own. */
static void
test_name_of_header (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

  for (guint64 n = limits.name_bytes; n <= limits.name_bytes + 1; n++) {
    g_autoptr (GBytes) mail = mail_with_domain_of_header (n);
    g_autoptr (TlsrptItem) decoded = document_decode_message (mail, &limits);
    const TlsrptReport *report;

    g_assert_no_error (decoded->refusal);
    report = decoded->reports->pdata[0];
    g_assert_cmpint (report->report_domain != NULL, ==, n == limits.name_bytes);
  }
}

/* One raw byte becomes six where it is a control character, three where it is no UTF-8. */
static void
test_repaired_bytes (gconstpointer data)
{
  const char *bad = data;
  gsize grown = *bad == '\x1f' ? 5 : 2;
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autofree char *text = g_strnfill (100, *bad);
  g_autofree char *member = g_strconcat ("{\"x\":\"", text, "\",\"organization-name\"", NULL);
  g_autofree char *document = document_edited (document_plain, "{\"organization-name\"", member);
  g_autoptr (GBytes) bytes = document_bytes (document);
  g_autoptr (TlsrptReport) read = NULL;
  g_autoptr (GError) error = NULL;

  limits.inflated_bytes = strlen (document) + 100 * grown;
  read = tlsrpt_report_parse (bytes, &limits, &error);
  g_assert_no_error (error);
  limits.inflated_bytes--;
  g_assert_null (tlsrpt_report_parse (bytes, &limits, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
  g_assert_true (
      g_str_has_suffix (error->message, "bytes with what repair adds (setting inflated-bytes)"));
}

/* Details come in chunks of 64 kB: each is read once, in order, in its place. */
static void
test_chunks (void)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  const guint n = 20000;
  g_autoptr (GString) details = g_string_new ("\"failure-details\":[");
  g_autofree char *document = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptReport) report = NULL;
  const TlsrptPolicy *policy;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (details,
                            "%s{\"result-type\":\"tlsa-invalid\",\"failed-session-count\":%u}",
                            i > 0 ? " , " : "", i);
  g_string_append (details, "]");
  document = document_edited (document_plain, "\"failure-details\":[]", details->str);
  bytes = document_bytes (document);
  report = tlsrpt_report_parse (bytes, &limits, &error);
  g_assert_no_error (error);
  policy = tlsrpt_report_policy (report, 1);
  g_assert_cmpuint (policy->failures->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (tlsrpt_policy_failure (policy, i)->failed_session_count, ==, (gint64)i);
  g_assert_cmpuint (tlsrpt_report_policy (report, 0)->failures->len, ==, 2);
}

/* An error far inside names its place in the document, not in a chunk. */
static void
test_place_in_chunks (void)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GString) details = g_string_new ("\"failure-details\":[");
  g_autofree char *document = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 9999; i++)
    g_string_append (details, "{\"result-type\":\"tlsa-invalid\"},");
  g_string_append (details, "{\"failed-session-count\":[]}]");
  document = document_edited (document_plain, "\"failure-details\":[]", details->str);
  bytes = document_bytes (document);
  g_assert_null (tlsrpt_report_parse (bytes, &limits, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_INVALID);
  g_assert_cmpstr (
      error->message, ==,
      "json: policies[1].failure-details[9999].failed-session-count is not an integer");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/limits/at-and-past/", cases[i].name, NULL);
    g_test_add_data_func (path, &cases[i], test_limit);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (mail_cases); i++) {
    g_autofree char *path =
        g_strconcat ("/limits/at-and-past/of-two-parts-of-a-mail/", mail_cases[i].name, NULL);
    g_test_add_data_func (path, &mail_cases[i], test_limit_of_mail);
  }
  g_test_add_func ("/limits/at-and-past/header-fields-of-a-message", test_fields);
  g_test_add_func ("/limits/at-and-past/header-bytes-of-a-message", test_header_bytes);
  g_test_add_func ("/limits/at-and-past/bytes-of-from", test_from);
  g_test_add_func ("/limits/at-and-past/json-values-of-a-detail", test_values_of_a_detail);
  g_test_add_func ("/limits/at-and-past/name-bytes-of-a-header", test_name_of_header);
  g_test_add_data_func ("/limits/repaired-byte-counts-for-what-it-becomes/control", "\x1f",
                        test_repaired_bytes);
  g_test_add_data_func ("/limits/repaired-byte-counts-for-what-it-becomes/no-utf-8", "\xff",
                        test_repaired_bytes);
  g_test_add_func ("/limits/details-in-chunks-are-all-read", test_chunks);
  g_test_add_func ("/limits/details-in-chunks-keep-their-place", test_place_in_chunks);
  return g_test_run ();
}
