/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whole mails and bare documents to reports: what only the mail knows, where it differs from the
 * document, and that every row of the table of deviations has a case of its name somewhere. */
#include "core/decode.h"
#include "core/mime/envelope-read.h"

#include "core/deviation.h"
#include "support/document.h"
#include "core/errors.h"

#include <string.h>

#define GZIP 31
#define ZLIB 15

static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

/* What a mail is made of; NULL for what it has not. */
typedef struct {
  const char *subject;
  const char *report_domain;
  const char *submitter;
  const char *media_type;
  const char *file_name;
} Labels;

#define NAME "sender.example!example.org!1709251200!1709337599!1.json"
#define SUBJECT                                                                                    \
  "Report Domain: example.org Submitter: sender.example\n"                                         \
  " Report-ID: <2024-03-01T00:00:00Z_example.org>"
#define PLAIN_LABELS                                                                               \
  .subject = SUBJECT, .report_domain = "example.org", .submitter = "sender.example",               \
  .media_type = "application/tlsrpt+json", .file_name = NAME

static void
add_field (GString *mail, const char *format, const char *value)
{
  g_autofree char *field = NULL;
  g_auto (GStrv) halves = NULL;

  if (value == NULL)
    return;
  halves = g_strsplit (format, "@", 2);
  field = g_strconcat (halves[0], value, halves[1], NULL);
  g_string_append (mail, field);
}

static void
add_report_part (GString *mail, const Labels *labels, GBytes *content)
{
  gsize size;
  const guchar *data = g_bytes_get_data (content, &size);
  g_autofree char *encoded = g_base64_encode (data, size);

  g_string_append_printf (mail, "\n--b\nContent-Type: %s\nContent-Transfer-Encoding: base64\n",
                          labels->media_type);
  add_field (mail, "Content-Disposition: attachment; filename=\"@\"\n", labels->file_name);
  g_string_append_printf (mail, "\n%s\n", encoded);
}

static GString *
begin_mail (const Labels *labels)
{
  GString *mail = g_string_new ("Received: from a.example by mx.example.org;\n"
                                " Sat, 02 Mar 2024 03:04:05 +0000\n"
                                "From: TLS reports <noreply@sender.example>\n"
                                "Message-ID: <1@sender.example>\n"
                                "MIME-Version: 1.0\n");

  add_field (mail, "Subject: @\n", labels->subject);
  add_field (mail, "TLS-Report-Domain: @\n", labels->report_domain);
  add_field (mail, "TLS-Report-Submitter: @\n", labels->submitter);
  g_string_append (mail, "Content-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n"
                         "--b\nContent-Type: text/plain\n\nA report.\n");
  return mail;
}

static GBytes *
end_mail (GString *mail)
{
  g_string_append (mail, "\n--b--\n");
  return g_string_free_to_bytes (mail);
}

static GBytes *
mail_of (const Labels *labels, GBytes *content)
{
  GString *mail = begin_mail (labels);

  add_report_part (mail, labels, content);
  return end_mail (mail);
}

typedef enum { AS_JSON, AS_GZIP, AS_ZLIB, AS_TWO_MEMBERS, AS_PADDED } Packing;

static GBytes *
pack (const char *text, Packing packing)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) first = NULL;
  gsize size;
  const guint8 *data;

  if (packing == AS_JSON)
    return document_bytes (text);
  first = document_packed (text, packing == AS_ZLIB ? ZLIB : GZIP);
  data = g_bytes_get_data (first, &size);
  g_byte_array_append (array, data, (guint)size);
  if (packing == AS_TWO_MEMBERS) {
    g_autoptr (GBytes) second = document_packed ("\n", GZIP);
    data = g_bytes_get_data (second, &size);
    g_byte_array_append (array, data, (guint)size);
  }
  if (packing == AS_PADDED)
    g_byte_array_append (array, (const guint8 *)"\0\0\0", 3);
  return g_bytes_new (array->data, array->len);
}

typedef struct {
  const char *name;
  Labels labels;
  Packing packing;
  const char *find; /* edit of the document; NULL for none */
  const char *replace;
  const char *deviations;
  const char *policy_domain;
} MailCase;

/* clang-format off */
#define DOMAIN "\"policy-domain\":\"example.org\","
static const MailCase mails[] = {
  { "plain", { PLAIN_LABELS }, AS_JSON, NULL, NULL, "", "example.org" },
  { "plain-gzip", { .subject = SUBJECT, .report_domain = "example.org", .submitter = "sender.example",
    .media_type = "application/tlsrpt+gzip", .file_name = NAME ".gz" }, AS_GZIP, NULL, NULL, "", "example.org" },
  { "no-labels-but-the-type", { .media_type = "application/tlsrpt+json" }, AS_JSON, NULL, NULL, "", "example.org" },
  { "media-type", { .media_type = "application/json" }, AS_JSON, NULL, NULL, "media-type", "example.org" },
  { "not-as-labelled", { .media_type = "application/tlsrpt+json" }, AS_GZIP, NULL, NULL, "not-as-labelled", "example.org" },
  { "not-as-labelled-json", { .media_type = "application/tlsrpt+gzip" }, AS_JSON, NULL, NULL, "not-as-labelled", "example.org" },
  { "gzip-members", { .media_type = "application/tlsrpt+gzip" }, AS_TWO_MEMBERS, NULL, NULL, "gzip-members", "example.org" },
  { "gzip-padding", { .media_type = "application/tlsrpt+gzip" }, AS_PADDED, NULL, NULL, "gzip-padding", "example.org" },
  { "raw-zlib", { .media_type = "application/tlsrpt+gzip" }, AS_ZLIB, NULL, NULL, "raw-zlib", "example.org" },
  { "file-name", { .media_type = "application/tlsrpt+json", .file_name = "report.json" }, AS_JSON, NULL, NULL,
    "file-name", "example.org" },
  { "report-domain-differs", { .media_type = "application/tlsrpt+json", .report_domain = "example.net" }, AS_JSON,
    NULL, NULL, "report-domain-differs", "example.org" },
  { "report-domain-differs-in-file-name", { .media_type = "application/tlsrpt+json",
    .file_name = "sender.example!example.net!1!2.json" }, AS_JSON, NULL, NULL, "report-domain-differs", "example.org" },
  { "report-domain-of-other-form-is-the-same", { .media_type = "application/tlsrpt+json", .report_domain = "EXAMPLE.org." },
    AS_JSON, NULL, NULL, "", "example.org" },
  { "submitter-differs", { .media_type = "application/tlsrpt+json", .submitter = "other.example", .file_name = NAME },
    AS_JSON, NULL, NULL, "submitter-differs submitter-not-from", "example.org" },
  { "submitter-not-from", { .media_type = "application/tlsrpt+json", .submitter = "Sender Inc." }, AS_JSON, NULL, NULL,
    "submitter-not-from", "example.org" },
  { "submitter-below-from", { .media_type = "application/tlsrpt+json", .submitter = "a.sender.example" }, AS_JSON,
    NULL, NULL, "", "example.org" },
  { "contact-not-from", { .media_type = "application/tlsrpt+json" }, AS_JSON, "smtp-tls@sender.example",
    "Reports <tls@other.example>", "contact-not-from", "example.org" },
  { "contact-above-from", { .media_type = "application/tlsrpt+json" }, AS_JSON, "smtp-tls@sender.example",
    "mailto:tls@mail.sender.example", "", "example.org" },
  { "contact-is-no-address", { .media_type = "application/tlsrpt+json" }, AS_JSON, "smtp-tls@sender.example",
    "https://other.example/tls", "", "example.org" },
  { "subject-differs", { .media_type = "application/tlsrpt+json",
    .subject = "Report Domain: example.org Submitter: sender.example Report-ID: <5>" }, AS_JSON, NULL, NULL,
    "subject-differs", "example.org" },
  { "subject-differs-in-domain", { .media_type = "application/tlsrpt+json",
    .subject = "Report Domain: example.net Submitter: sender.example Report-ID: <2024-03-01T00:00:00Z_example.org>" },
    AS_JSON, NULL, NULL, "subject-differs", "example.org" },
  { "subject-differs-in-submitter", { .media_type = "application/tlsrpt+json", .submitter = "other.example",
    .subject = SUBJECT }, AS_JSON, NULL, NULL, "subject-differs submitter-not-from", "example.org" },
  { "policy-domain-from-header", { .media_type = "application/tlsrpt+json", .report_domain = "Example.COM",
    .subject = SUBJECT }, AS_JSON, DOMAIN, "", "policy-domain-missing policy-domain-from-header subject-differs", "example.com" },
  { "policy-domain-from-file-name", { .media_type = "application/tlsrpt+json", .file_name = NAME, .subject = SUBJECT },
    AS_JSON, DOMAIN, "", "policy-domain-missing policy-domain-from-file-name", "example.org" },
  { "policy-domain-from-subject", { .media_type = "application/tlsrpt+json", .subject = SUBJECT }, AS_JSON, DOMAIN, "",
    "policy-domain-missing policy-domain-from-subject", "example.org" },
  { "policy-domain-from-nowhere", { .media_type = "application/tlsrpt+json" }, AS_JSON, DOMAIN, "",
    "policy-domain-missing", NULL },
};
/* clang-format on */

/* Packed bytes are kept as they came, plain ones are packed. */
static void
assert_evidence (const TlsrptReport *report, GBytes *content)
{
  guint64 deviations = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) plain = NULL;

  if (*(const char *)g_bytes_get_data (content, NULL) != '{') {
    g_assert_true (g_bytes_equal (report->evidence, content));
    return;
  }
  plain = document_inflated (report->evidence, &limits, &deviations, &error);
  g_assert_no_error (error);
  g_assert_cmphex (deviations, ==, 0);
  g_assert_true (g_bytes_equal (plain, content));
}

static void
test_mail (gconstpointer data)
{
  const MailCase *row = data;
  g_autofree char *text = row->find != NULL
                              ? document_edited (document_plain, row->find, row->replace)
                              : g_strdup (document_plain);
  g_autoptr (GBytes) content = pack (text, row->packing);
  g_autoptr (GBytes) mail = mail_of (&row->labels, content);
  g_autoptr (TlsrptItem) decoded = document_decode_message (mail, &limits);
  const TlsrptReport *report;
  g_autofree char *deviations = NULL;

  g_assert_no_error (decoded->refusal);
  g_assert_cmpuint (decoded->reports->len, ==, 1);
  report = decoded->reports->pdata[0];
  deviations = report_deviations (report);
  g_assert_cmpstr (deviations, ==, row->deviations);
  g_assert_cmpstr (tlsrpt_report_policy (report, 0)->policy_domain, ==, row->policy_domain);
  g_assert_cmpstr (report->message_id, ==, "1@sender.example");
  g_assert_cmpstr (report->header_from, ==, "noreply@sender.example");
  g_assert_cmpint (report->received_at, ==, G_GINT64_CONSTANT (1709348645) * G_USEC_PER_SEC);
  assert_evidence (report, content);
}

static void
test_labels (void)
{
  static const Labels labels = { PLAIN_LABELS };
  static const Labels by_name = { .media_type = "application/tlsrpt+json", .file_name = NAME };
  g_autoptr (GBytes) content = document_bytes (document_plain);
  g_autoptr (GBytes) mail = mail_of (&labels, content);
  g_autoptr (GBytes) named = mail_of (&by_name, content);
  g_autoptr (TlsrptItem) decoded = document_decode_message (mail, &limits);
  g_autoptr (TlsrptItem) decoded_named = document_decode_message (named, &limits);
  const TlsrptReport *report = decoded->reports->pdata[0];
  const TlsrptReport *report_named = decoded_named->reports->pdata[0];

  g_assert_cmpstr (report->submitter, ==, "sender.example");
  g_assert_cmpstr (report->report_domain, ==, "example.org");
  g_assert_cmpstr (report_named->submitter, ==, "sender.example");
  g_assert_cmpstr (report_named->report_domain, ==, "example.org");
}

typedef struct {
  const char *name;
  const char *text; /* of the part */
  Packing packing;
  TlsrptError code;
  const char *stage;
  const char *message;
} RefusedCase;

/* clang-format off */
static const RefusedCase refused[] = {
  { "json-that-is-no-report", "{\"a\":1}", AS_GZIP, TLSRPT_ERROR_INVALID, "json",
    "json: organization-name is missing or empty" },
  { "gzip-in-gzip", NULL, AS_GZIP, TLSRPT_ERROR_MALFORMED, "json",
    "json: line 1 column 1: found '\\x1F' where a value was expected" },
  { "neither-gzip-nor-json", "hello", AS_JSON, TLSRPT_ERROR_MALFORMED, "gunzip", "gunzip: neither gzip nor zlib" },
  { "nothing", "", AS_JSON, TLSRPT_ERROR_MALFORMED, "gunzip", "gunzip: empty" },
};
/* clang-format on */

static void
test_refused (gconstpointer data)
{
  const RefusedCase *row = data;
  static const Labels labels = { .media_type = "application/tlsrpt+gzip" };
  static const char gzip_head[] = "\x1f\x8b\x08";
  g_autoptr (GBytes) content = pack (row->text != NULL ? row->text : gzip_head, row->packing);
  g_autoptr (GBytes) mail = mail_of (&labels, content);
  g_autoptr (TlsrptItem) decoded = document_decode_message (mail, &limits);
  g_autofree char *stage = NULL;

  g_assert_error (decoded->refusal, TLSRPT_ERROR, (int)row->code);
  g_assert_cmpstr (decoded->refusal->message, ==, row->message);
  g_assert_cmpuint (decoded->reports->len, ==, 0);
  stage = tlsrpt_refusal_stage (decoded->refusal);
  g_assert_cmpstr (stage, ==, row->stage);
}

/* A part that is damaged does not cost the report beside it, and is not forgotten. */
static void
test_several_parts (void)
{
  static const Labels good = { .media_type = "application/tlsrpt+json" };
  static const Labels other = { .media_type = "application/json" };
  g_autoptr (GBytes) document = document_bytes (document_plain);
  g_autoptr (GBytes) no_report = document_bytes ("{\"a\":1}");
  g_autoptr (GBytes) cut = document_bytes ("{\"a\":");
  GString *with_damaged = begin_mail (&good);
  GString *with_unrelated = begin_mail (&good);
  g_autoptr (GBytes) damaged = NULL;
  g_autoptr (GBytes) unrelated = NULL;
  g_autoptr (TlsrptItem) decoded_damaged = NULL;
  g_autoptr (TlsrptItem) decoded_unrelated = NULL;

  add_report_part (with_damaged, &other, cut);
  add_report_part (with_damaged, &good, document);
  damaged = end_mail (with_damaged);
  decoded_damaged = document_decode_message (damaged, &limits);
  g_assert_cmpuint (decoded_damaged->reports->len, ==, 1);
  g_assert_error (decoded_damaged->refusal, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED);
  g_assert_nonnull (strstr (decoded_damaged->refusal->message, "(in candidate 1 of 2)"));

  add_report_part (with_unrelated, &other, no_report);
  add_report_part (with_unrelated, &good, document);
  unrelated = end_mail (with_unrelated);
  decoded_unrelated = document_decode_message (unrelated, &limits);
  g_assert_cmpuint (decoded_unrelated->reports->len, ==, 1);
  g_assert_no_error (decoded_unrelated->refusal);
}

/* What packs past the cap on the ratio would be refused as evidence, and so stays plain. */
static void
test_document_that_packs_too_well (void)
{
  g_autoptr (GString) text = g_string_new (document_plain);
  g_autoptr (GBytes) blank = NULL;
  g_autoptr (TlsrptItem) decoded = NULL;
  const TlsrptReport *report;

  while (text->len < 4 * 1024 * 1024)
    g_string_append_len (text, "                                ", 32);
  blank = g_bytes_new (text->str, text->len);
  decoded = document_decode_document (blank, NULL, &limits);
  g_assert_no_error (decoded->refusal);
  report = decoded->reports->pdata[0];
  g_assert_true (g_bytes_equal (report->evidence, blank));
}

static void
test_document (void)
{
  g_autoptr (GBytes) packed = document_packed (document_plain, GZIP);
  g_autofree char *domainless = document_edited (document_plain, DOMAIN, "");
  g_autoptr (GBytes) without_domain = document_bytes (domainless);
  TlsrptLimits small = limits;
  g_autoptr (TlsrptItem) plain = document_decode_document (packed, NULL, &limits);
  g_autoptr (TlsrptItem) named = document_decode_document (without_domain, NAME, &limits);
  g_autoptr (TlsrptItem) at_cap = NULL;
  g_autoptr (TlsrptItem) past_cap = NULL;
  const TlsrptReport *report = plain->reports->pdata[0];

  g_assert_cmpuint (plain->reports->len, ==, 1);
  g_assert_null (plain->envelope);
  g_assert_cmphex (report->deviations, ==, 0);
  g_assert_cmpint (report->received_at, ==, 0);
  g_assert_true (g_bytes_equal (report->evidence, packed));
  report = named->reports->pdata[0];
  g_assert_cmpstr (report->submitter, ==, "sender.example");
  g_assert_cmpstr (tlsrpt_report_policy (report, 0)->policy_domain, ==, "example.org");
  assert_evidence (report, without_domain);
  small.part_bytes = g_bytes_get_size (packed);
  at_cap = document_decode_document (packed, NULL, &small);
  g_assert_no_error (at_cap->refusal);
  small.part_bytes--;
  past_cap = document_decode_document (packed, NULL, &small);
  g_assert_error (past_cap->refusal, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
}

/* A row of the table without a case named after it is a promise that nothing holds. */
static void
test_every_deviation_has_a_case (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("TESTED_SOURCE_ROOT"), "tests", "core",
                                            "report", "test-report.c", NULL);
  g_autofree char *rows_of_documents = NULL;
  g_autoptr (GString) rows = g_string_new (NULL);

  g_assert_true (g_file_get_contents (path, &rows_of_documents, NULL, NULL));
  g_string_append (rows, rows_of_documents);
  for (gsize i = 0; i < G_N_ELEMENTS (mails); i++)
    g_string_append_printf (rows, "{ \"%s", mails[i].name);
  for (guint i = 0; i < TLSRPT_N_DEVIATIONS; i++) {
    g_autofree char *begun = g_strconcat ("{ \"", tlsrpt_deviation_name (i), NULL);

    if (strstr (rows->str, begun) == NULL)
      g_error ("no case is named %s", tlsrpt_deviation_name (i));
  }
}

/* The public samples, where the checkout has them beside it. */
static void
test_corpus (void)
{
  g_autofree char *folder =
      g_build_filename (g_getenv ("TESTED_SOURCE_ROOT"), "..", "shared", "corpus", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  if (dir == NULL) {
    g_test_skip ("no folder ../shared/corpus beside the checkout");
    return;
  }
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (TlsrptItem) decoded = NULL;
    g_autoptr (GBytes) bytes = NULL;
    char *data;
    gsize size;

    if (!g_str_has_suffix (name, ".json") && !g_str_has_suffix (name, ".eml"))
      continue;
    g_assert_true (g_file_get_contents (path, &data, &size, NULL));
    bytes = g_bytes_new_take (data, size);
    decoded = g_str_has_suffix (name, ".eml") ? document_decode_message (bytes, &limits)
                                              : document_decode_document (bytes, name, &limits);
    g_assert_no_error (decoded->refusal);
    g_assert_cmpuint (decoded->reports->len, ==, 1);
    n++;
  }
  g_assert_cmpuint (n, >=, 6);
}

/* Each host adds its field on top: the first was written when the mail came to us. */
static void
test_topmost_received (void)
{
  static const char header[] = "Received: by mx.example.org; Sat, 02 Mar 2024 03:04:05 +0000\n"
                               "Received: by a.example; Fri, 01 Mar 2024 01:02:03 +0000\n"
                               "Date: Thu, 29 Feb 2024 00:00:00 +0000\n\n";
  const TlsrptLimits limits_here = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (TlsrptEnvelope) envelope = tlsrpt_envelope_new ();

  tlsrpt_envelope_read (envelope, (const guint8 *)header, sizeof header - 1, &limits_here);
  g_assert_cmpint (envelope->date, ==, G_GINT64_CONSTANT (1709348645) * G_TIME_SPAN_SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (mails); i++) {
    g_autofree char *path = g_strconcat ("/decode/mail/", mails[i].name, NULL);
    g_test_add_data_func (path, &mails[i], test_mail);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_strconcat ("/decode/refuses/", refused[i].name, NULL);
    g_test_add_data_func (path, &refused[i], test_refused);
  }
  g_test_add_func ("/decode/mail-came-when-the-topmost-received-says", test_topmost_received);
  g_test_add_func ("/decode/takes-submitter-and-domain-of-the-mail", test_labels);
  g_test_add_func ("/decode/keeps-the-report-beside-a-damaged-part", test_several_parts);
  g_test_add_func ("/decode/reads-a-bare-document", test_document);
  g_test_add_func ("/decode/document-that-packs-too-well", test_document_that_packs_too_well);
  g_test_add_func ("/decode/every-deviation-has-a-case", test_every_deviation_has_a_case);
  g_test_add_func ("/decode/reads-the-public-samples", test_corpus);
  return g_test_run ();
}
