/* SPDX-License-Identifier: GPL-3.0-or-later
 * MIME as it arrives: each shape is a mail in fixtures/message/ whose name says what is odd, with the
 * reports it must yield or the words it must be refused with. */
#include "core/mime/message.h"

#include "core/deviation.h"
#include "core/errors.h"
#include "support/document.h"

#include <string.h>

#define BIT(name) (G_GUINT64_CONSTANT (1) << TLSRPT_DEVIATION_##name)
#define GZIP "application/tlsrpt+gzip"
#define JSON "application/tlsrpt+json"

static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;

typedef struct {
  const char *name;   /* of the fixture, and of the case */
  const char *found;  /* `type` of each candidate and its report-id, in order */
  guint64 deviations; /* of all candidates together */
  const char *file_domain;
} AcceptedCase;

/* clang-format off */
static const AcceptedCase accepted[] = {
  { "multipart-report",                        GZIP " 1", 0, "example.org" },
  { "multipart-mixed",                         GZIP " 1", 0, "example.org" },
  { "report-inside-mixed-with-footer",         GZIP " 1", 0, "example.org" },
  { "only-part",                               GZIP " 1", 0, "example.org" },
  { "only-part-json",                          JSON " 1", 0, "example.org" },
  { "second-attachment",                       GZIP " 1", 0, "example.org" },
  { "two-reports",                             GZIP " 1, " JSON " 2", 0, "example.org" },
  { "gateway-banner-part-before",              GZIP " 1", 0, "example.org" },
  { "forwarded-as-rfc822",                     GZIP " 1", 0, "example.org" },
  { "forwarded-as-rfc822-in-base64",           GZIP " 1", 0, "example.org" },
  { "forwarded-as-octet-stream",               GZIP " 1", 0, "example.org" },
  { "forwarded-as-octet-stream-named-eml",     GZIP " 1", 0, "example.org" },
  { "forwarded-as-text-plain-named-eml",       GZIP " 1", 0, "example.org" },
  { "content-type-twice-last-counts",          GZIP " 1", 0, "example.org" },
  { "content-type-with-another-name-behind-it", GZIP " 1", 0, "example.org" },
  { "rfc2822-as-only-part",                    GZIP " 1", 0, "example.org" },
  { "rfc822-as-only-part",                     GZIP " 1", 0, "example.org" },
  { "digest-of-forwarded-without-types",       GZIP " 1", 0, "example.org" },
  { "type-tlsrpt-json",                        "application/tlsrpt 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-tlsrpt-gzip",                        "application/tlsrpt 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-gzip",                               "application/gzip 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-x-gzip",                             "application/x-gzip 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-json",                               "application/json 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-octet-stream-gzip-without-name",     "application/octet-stream 1", BIT (MEDIA_TYPE), NULL },
  { "type-octet-stream-json-without-name",     "application/octet-stream 1", BIT (MEDIA_TYPE), NULL },
  { "type-octet-stream-damaged-told-by-name",  "application/octet-stream ?", BIT (MEDIA_TYPE), "example.org" },
  { "type-text-plain-gzip-told-by-name-and-bytes", "text/plain 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-text-plain-json-told-by-name-and-bytes", "text/plain 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-misspelt-told-by-name-and-bytes",    "text/plain 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-zip-holds-gzip",                     "application/zip 1", BIT (MEDIA_TYPE) | BIT (NOT_AS_LABELLED), "example.org" },
  { "type-unknown-application",                "application/x-report 1", BIT (MEDIA_TYPE), "example.org" },
  { "type-in-capitals",                        GZIP " 1", 0, "example.org" },
  { "type-gzip-holds-plain-json",              GZIP " 1", BIT (NOT_AS_LABELLED), "example.org" },
  { "type-json-holds-gzip",                    JSON " 1", BIT (NOT_AS_LABELLED), "example.org" },
  { "raw-zlib",                                GZIP " 1", 0, "example.org" },
  { "quoted-printable",                        JSON " 1", 0, "example.org" },
  { "encoding-8bit",                           JSON " 1", 0, "example.org" },
  { "encoding-binary-lf",                      GZIP " 1", 0, NULL },
  { "encoding-binary-crlf",                    GZIP " 1", 0, NULL },
  { "encoding-label-missing-base64-body",      GZIP " 1", BIT (NOT_AS_LABELLED), "example.org" },
  { "encoding-label-base64-json-body",         JSON " 1", BIT (NOT_AS_LABELLED), "example.org" },
  { "encoding-label-unknown",                  JSON " 1", 0, "example.org" },
  { "base64-in-one-line",                      GZIP " 1", 0, "example.org" },
  { "base64-with-spaces-and-blank-lines",      GZIP " 1", 0, "example.org" },
  { "base64-without-padding",                  GZIP " 1", 0, "example.org" },
  { "line-ends-crlf",                          GZIP " 1", 0, "example.org" },
  { "line-ends-cr",                            GZIP " 1", 0, "example.org" },
  { "line-ends-mixed",                         GZIP " 1", 0, "example.org" },
  { "line-ends-mixed-lf-header",               GZIP " 1", 0, "example.org" },
  { "last-boundary-missing",                   GZIP " 1", 0, "example.org" },
  { "cut-after-last-byte-of-base64",           GZIP " 1", 0, "example.org" },
  { "boundary-with-trailing-space",            GZIP " 1", 0, "example.org" },
  { "boundary-prefix-of-inner",                GZIP " 1", 0, "example.org" },
  { "preamble-and-epilogue",                   GZIP " 1", 0, "example.org" },
  { "from-line",                               GZIP " 1", 0, "example.org" },
  { "from-line-quoted",                        GZIP " 1", 0, "example.org" },
  { "from-line-twice",                         GZIP " 1", 0, "example.org" },
  { "byte-order-mark-before-from-line",        GZIP " 1", 0, "example.org" },
  { "blanks-before-from-line",                 GZIP " 1", 0, "example.org" },
  { "blank-line-before-header",                GZIP " 1", 0, "example.org" },
  { "eight-bit-header",                        GZIP " 1", 0, "example.org" },
  { "header-utf8-raw",                         GZIP " 1", 0, "example.org" },
  { "mime-version-missing",                    GZIP " 1", 0, "example.org" },
  { "content-type-folded-with-comment",        GZIP " 1", 0, "example.org" },
  { "name-instead-of-filename",                GZIP " 1", 0, "example.org" },
  { "name-rfc2231",                            GZIP " 1", 0, "example.org" },
  { "name-rfc2047",                            GZIP " 1", 0, "example.org" },
  { "name-with-folder",                        GZIP " 1", 0, "example.org" },
  { "name-not-of-the-grammar",                 GZIP " 1", BIT (FILE_NAME), NULL },
  { "name-missing",                            GZIP " 1", 0, NULL },
  { "empty-rfc822-beside-a-report",            GZIP " 1", 0, "example.org" },
  { "rfc822-without-header-beside-a-report",   GZIP " 1", 0, "example.org" },
  { "zip-beside-a-report",                     GZIP " 1", 0, "example.org" },
};

typedef struct {
  const char *name;
  TlsrptError code;
  const char *text;
} RefusedCase;

static const RefusedCase refused[] = {
  { "refuse-text-only",                 TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 1 part: text/plain" },
  { "refuse-no-content-type",           TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 1 part: text/plain" },
  { "refuse-header-only",               TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 1 part: text/plain" },
  { "refuse-alternative-and-picture",   TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 3 parts: text/plain, text/html, image/png" },
  { "refuse-json-in-text-plain",        TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 1 part: text/plain" },
  { "refuse-gzip-in-text-plain-of-another-name", TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 2 parts: text/plain, text/plain" },
  { "refuse-text-named-json",           TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 1 part: text/plain" },
  { "refuse-rtf-octet-stream",          TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 2 parts: text/plain, application/octet-stream" },
  { "refuse-tar-gz",                    TLSRPT_ERROR_NO_REPORT, "message: no TLS report among 2 parts: text/plain, application/gzip" },
  { "refuse-multipart-without-parts",   TLSRPT_ERROR_NO_REPORT, "message: no TLS report, no part at all" },
  { "refuse-multipart-without-boundary", TLSRPT_ERROR_NO_REPORT, "message: no TLS report, no part at all" },
  { "refuse-zip",                       TLSRPT_ERROR_UNSUPPORTED, "message: a zip archive is not accepted as a TLS report, among 2 parts: text/plain, application/zip" },
  { "refuse-zip-labelled-tlsrpt",       TLSRPT_ERROR_UNSUPPORTED, "message: a zip archive is not accepted as a TLS report, among 2 parts: text/plain, application/tlsrpt+gzip" },
  { "refuse-dmarc-gzip",                TLSRPT_ERROR_NO_REPORT, "message: a DMARC aggregate report, no TLS report, among 2 parts: text/plain, application/gzip" },
  { "refuse-dmarc-zip",                 TLSRPT_ERROR_NO_REPORT, "message: a DMARC aggregate report, no TLS report, among 1 part: application/zip" },
  { "refuse-dmarc-octet-stream-without-name", TLSRPT_ERROR_NO_REPORT, "message: a DMARC aggregate report, no TLS report, among 1 part: application/octet-stream" },
  { "refuse-dmarc-plain-xml",           TLSRPT_ERROR_NO_REPORT, "message: a DMARC aggregate report, no TLS report, among 2 parts: text/plain, text/xml" },
};
/* clang-format on */

static GBytes *
read_fixture (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".eml", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("TESTED_FIXTURES"), "message", file, NULL);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

/* The report-id in a candidate, inflated where it is packed; "?" if it is no document. */
static char *
read_report_id (const TlsrptPart *part)
{
  guint64 deviations = 0;
  g_autoptr (GBytes) plain = document_inflated (part->content, &limits, &deviations, NULL);
  GBytes *document = plain != NULL ? plain : part->content;
  gsize size;
  const char *data = g_bytes_get_data (document, &size);
  const char *id = g_strstr_len (data, (gssize)size, "\"report-id\":\"");

  return id != NULL ? g_strndup (id + strlen ("\"report-id\":\""), 1) : g_strdup ("?");
}

static void
test_accepted (gconstpointer data)
{
  const AcceptedCase *row = data;
  g_autoptr (GBytes) bytes = read_fixture (row->name);
  g_autoptr (TlsrptEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = tlsrpt_message_parse (bytes, &limits, &envelope, &error);
  g_autoptr (GString) found = g_string_new (NULL);
  guint64 deviations = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < parts->len; i++) {
    const TlsrptPart *part = parts->pdata[i];
    g_autofree char *id = read_report_id (part);

    g_string_append_printf (found, "%s%s %s", i > 0 ? ", " : "", part->media_type, id);
    deviations |= part->deviations;
    g_assert_cmpstr (part->file_domain, ==, row->file_domain);
    g_assert_cmpstr (part->file_submitter, ==, row->file_domain != NULL ? "sender.example" : NULL);
  }
  g_assert_cmpstr (found->str, ==, row->found);
  g_assert_cmphex (deviations, ==, row->deviations);
  /* What the sender's header says is found wherever the mail was wrapped. */
  g_assert_cmpstr (envelope->report_domain, ==, "example.org");
  g_assert_cmpstr (envelope->report_submitter, ==, "sender.example");
  g_assert_cmpstr (envelope->subject_domain, ==, "example.org");
  g_assert_cmpstr (envelope->subject_submitter, ==, "sender.example");
  g_assert_cmpstr (envelope->subject_report_id, ==, "2024.1@sender.example");
}

static void
test_refused (gconstpointer data)
{
  const RefusedCase *row = data;
  g_autoptr (GBytes) bytes = read_fixture (row->name);
  g_autoptr (TlsrptEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = tlsrpt_message_parse (bytes, &limits, &envelope, &error);

  g_assert_error (error, TLSRPT_ERROR, (int)row->code);
  g_assert_cmpstr (error->message, ==, row->text);
  g_assert_null (parts);
  g_assert_nonnull (envelope);
  g_assert_nonnull (envelope->subject);
}

static void
test_empty (gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, strlen (data));
  g_autoptr (TlsrptEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = tlsrpt_message_parse (bytes, &limits, &envelope, &error);

  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT);
  g_assert_cmpstr (error->message, ==, "message: empty");
  g_assert_null (parts);
}

/* A report in @n messages, each encoded inside the next: found in two, passed over in three. */
static void
test_encoded_messages (void)
{
  g_autofree char *message =
      g_strconcat ("Content-Type: application/tlsrpt+json\n\n", document_plain, "\n", NULL);

  for (guint n = 1; n <= 3; n++) {
    g_autofree char *encoded = g_base64_encode ((const guchar *)message, strlen (message));
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) parts = NULL;

    g_free (message);
    message = g_strconcat ("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n",
                           encoded, "\n", NULL);
    bytes = g_bytes_new (message, strlen (message));
    parts = tlsrpt_message_parse (bytes, &limits, NULL, &error);
    if (n <= 2)
      g_assert_cmpuint (parts->len, ==, 1);
    else
      g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT);
  }
}

/* Of eight parts each is named, of nine the last is not. */
static void
test_types_named (void)
{
#define FOUR "text/plain, text/plain, text/plain, text/plain"
  for (guint n = 8; n <= 9; n++) {
    g_autoptr (GString) message = g_string_new ("Content-Type: multipart/mixed; boundary=b\n\n");
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) error = NULL;

    for (guint i = 0; i < n; i++)
      g_string_append (message, "--b\n\ntext\n");
    g_string_append (message, "--b--\n");
    bytes = g_bytes_new (message->str, message->len);
    g_assert_null (tlsrpt_message_parse (bytes, &limits, NULL, &error));
    g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_NO_REPORT);
    g_assert_cmpstr (error->message, ==,
                     n == 8 ? "message: no TLS report among 8 parts: " FOUR ", " FOUR
                            : "message: no TLS report among 9 parts: " FOUR ", " FOUR ", ...");
  }
#undef FOUR
}

/* Each mail cut after each byte: a report, or an error that is the message's fault; never a crash. */
static void
test_cut_anywhere (void)
{
  g_autoptr (GBytes) bytes = read_fixture ("forwarded-as-rfc822");

  for (gsize size = 0; size < g_bytes_get_size (bytes); size++) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (bytes, 0, size);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) parts = tlsrpt_message_parse (cut, &limits, NULL, &error);

    g_assert_true (parts != NULL || tlsrpt_error_is_message_fault (error));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (accepted); i++) {
    g_autofree char *path = g_strconcat ("/message/finds/", accepted[i].name, NULL);
    g_test_add_data_func (path, &accepted[i], test_accepted);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *path = g_strconcat ("/message/", refused[i].name, NULL);
    g_test_add_data_func (path, &refused[i], test_refused);
  }
  g_test_add_data_func ("/message/refuses-no-bytes", "", test_empty);
  g_test_add_data_func ("/message/refuses-blank-lines-alone", "\r\n\n\r\n", test_empty);
  g_test_add_data_func ("/message/refuses-a-from-line-alone", "From x@y Tue Jan  2 03:04:06 2024\n",
                        test_empty);
  g_test_add_func ("/message/two-encoded-messages-inside-each-other", test_encoded_messages);
  g_test_add_func ("/message/names-the-types-of-eight-parts", test_types_named);
  g_test_add_func ("/message/survives-a-cut-anywhere", test_cut_anywhere);
  return g_test_run ();
}
