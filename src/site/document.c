/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports to pages, and their documents to files. */
#include "site/document.h"

#include "core/errors.h"
#include "core/gzip/gunzip.h"
#include "core/limits.h"
#include "insight/html-card.h"
#include "insight/markup.h"
#include "pg/array.h"
#include "pg/row.h"
#include "site/frame.h"
#include "site/indent.h"

#include <string.h>

/* Reports whose documents are in memory at once. */
#define BATCH 200
#define UP "../"

/* The key, then a column for each of @cells, then whether there is a document. */
static const char facts_sql[] =
    "SELECT report_uid, day, mail_domain, reporter_domain, organization_name, contact_info,"
    " report_id, to_char(start_datetime AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),"
    " to_char(end_datetime AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), is_verified,"
    " dkim_result, dkim_domain, is_repeat, is_impersonating, reported_sessions,"
    " array_to_string(deviation, ', '), header_from, message_id,"
    " to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),"
    " to_char(stored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), content_digest,"
    " document_bytes, has_document"
    " FROM tlsrpt.report_list WHERE day BETWEEN $1::date AND $2::date ORDER BY report_uid::text "
    "COLLATE \"C\"";

static const TlsrptCell cells[] = {
  { "day", TLSRPT_CELL_LINK, TLSRPT_SHEET_DAY },
  { "domain", TLSRPT_CELL_LINK, TLSRPT_SHEET_DOMAIN },
  { "reporter", TLSRPT_CELL_LINK, TLSRPT_SHEET_REPORTER },
  { "name", TLSRPT_CELL_TEXT, 0 },
  { "contact", TLSRPT_CELL_TEXT, 0 },
  { "report-id", TLSRPT_CELL_TEXT, 0 },
  { "from", TLSRPT_CELL_TEXT, 0 },
  { "to", TLSRPT_CELL_TEXT, 0 },
  { "signed by the reporter", TLSRPT_CELL_FLAG, 0 },
  { "DKIM", TLSRPT_CELL_TEXT, 0 },
  { "signed by", TLSRPT_CELL_TEXT, 0 },
  { "repeats another report", TLSRPT_CELL_FLAG, 0 },
  { "uses another's name", TLSRPT_CELL_FLAG, 0 },
  { "sessions", TLSRPT_CELL_NUMBER, 0 },
  { "deviations", TLSRPT_CELL_TEXT, 0 },
  { "mailed from", TLSRPT_CELL_TEXT, 0 },
  { "Message-ID", TLSRPT_CELL_TEXT, 0 },
  { "received", TLSRPT_CELL_TEXT, 0 },
  { "stored", TLSRPT_CELL_TEXT, 0 },
  { "SHA-256 of the content", TLSRPT_CELL_TEXT, 0 },
  { "bytes", TLSRPT_CELL_NUMBER, 0 },
};

#define REPORT_ID_COLUMN 6
#define DOCUMENT_COLUMN (1 + (int)G_N_ELEMENTS (cells))

/* A report whose page has to be made. */
typedef struct {
  char *key;
  char *page;
  char *file;
  char *source;
  GString *html;
  gboolean has_document;
} Sheet;

static void
sheet_clear (gpointer data)
{
  Sheet *sheet = data;

  g_free (sheet->key);
  g_free (sheet->page);
  g_free (sheet->file);
  g_free (sheet->source);
  if (sheet->html != NULL)
    g_string_free (sheet->html, TRUE);
}

/* All that a page is made of but the document, which one content and its size stand for. */
static char *
source_of (const TlsrptPages *pages, const TlsrptStreamRow *row, gboolean may_read)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  static const char version[] = TLSRPT_VERSION " 2";

  g_checksum_update (sum, (const guchar *)version, sizeof version);
  g_checksum_update (sum, (const guchar *)(may_read ? "+" : "-"), 1);
  for (int i = 0; i < PQnfields (row->result); i++) {
    const char *value = tlsrpt_stream_cell (row, i);
    gboolean is_link = i > 0 && i <= (int)G_N_ELEMENTS (cells) &&
                       cells[i - 1].kind == TLSRPT_CELL_LINK && value != NULL;
    g_autofree char *path =
        is_link ? tlsrpt_atlas_path (pages->atlas, cells[i - 1].sheet, value) : NULL;

    g_checksum_update (sum, (const guchar *)(value != NULL ? value : ""), -1);
    g_checksum_update (sum, (const guchar *)(value == NULL ? "\1" : path != NULL ? "\2" : "\3"), 1);
  }
  return g_strdup (g_checksum_get_string (sum));
}

static void
append_facts (GString *html, const TlsrptPages *pages, const TlsrptStreamRow *row)
{
  g_string_append (html, "<dl>\n");
  for (int i = 0; i < (int)G_N_ELEMENTS (cells); i++) {
    const char *value = tlsrpt_stream_cell (row, 1 + i);

    if (value == NULL || *value == '\0')
      continue;
    tlsrpt_listing_fact (html, &cells[i], value, pages->atlas, UP);
  }
  g_string_append (html, "</dl>\n");
}

/* Adds the page of a report to those that have to be made, unless it stands already. */
static void
look (GArray *sheets, const TlsrptPages *pages, const TlsrptStreamRow *row, gboolean may_read)
{
  const char *key = tlsrpt_stream_cell (row, 0);
  const char *report_id = tlsrpt_stream_cell (row, REPORT_ID_COLUMN);
  gboolean has_document = may_read && *tlsrpt_stream_cell (row, DOCUMENT_COLUMN) == 't';
  Sheet sheet = { .key = g_strdup (key),
                  .page = g_strconcat ("report/", key, ".html", NULL),
                  .file = g_strconcat ("report/", key, ".json", NULL),
                  .source = source_of (pages, row, may_read),
                  .has_document = has_document,
                  .html = g_string_new (NULL) };
  gboolean has_file;

  has_file = tlsrpt_publish_made (pages->publish, sheet.file);
  /* Both, or the one that is there would be kept twice. */
  if (tlsrpt_publish_has (pages->publish, sheet.page, sheet.source) &&
      (!has_file || tlsrpt_publish_has (pages->publish, sheet.file, sheet.source))) {
    tlsrpt_publish_keep (pages->publish, sheet.page);
    if (has_file)
      tlsrpt_publish_keep (pages->publish, sheet.file);
    sheet_clear (&sheet);
    return;
  }
  tlsrpt_frame_open (sheet.html,
                     &(TlsrptFrame){ *report_id != '\0' ? report_id : key, "Report", UP, NULL });
  append_facts (sheet.html, pages, row);
  tlsrpt_html_card_element (sheet.html, "h2", "Document");
  if (!may_read)
    tlsrpt_html_card_element (sheet.html, "p",
                              "The database user that made this page may not read documents.");
  else if (!has_document)
    tlsrpt_html_card_element (sheet.html, "p", "The document was not kept, or was removed.");
  g_array_append_val (sheets, sheet);
}

static GBytes *
unpack (const char *hex)
{
  gsize length;
  g_autofree guchar *bytes = NULL;
  guchar *plain = PQunescapeBytea ((const guchar *)hex, &length);
  g_autoptr (GBytes) packed = NULL;

  if (plain == NULL)
    return NULL;
  bytes = g_memdup2 (plain, length);
  PQfreemem (plain);
  packed = g_bytes_new_take (g_steal_pointer (&bytes), length);
  return tlsrpt_gunzip_stored (packed);
}

/* A file that a browser makes of the page itself: half as many files for the server to keep. */
static void
append_download (Sheet *sheet, GBytes *document)
{
  gsize length;
  gconstpointer bytes = g_bytes_get_data (document, &length);
  g_autofree char *packed = g_base64_encode (bytes, length);

  g_string_append_printf (
      sheet->html, "<p><a download=\"%s.json\" href=\"data:application/json;base64,", sheet->key);
  g_string_append (sheet->html, packed);
  g_string_append_printf (
      sheet->html, "\">The document as it was sent</a>, %" G_GSIZE_FORMAT " bytes</p>\n", length);
}

static void
append_document (Sheet *sheet, GBytes *document)
{
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  gsize shown = MIN (length, TLSRPT_SITE_DOCUMENT_BYTES_MAX);
  g_autofree char *valid = g_utf8_make_valid (text, (gssize)shown);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, document);

  if (shown < length)
    g_string_append_printf (
        sheet->html,
        "<p><a href=\"%s.json\">The document as it was sent</a>, %" G_GSIZE_FORMAT
        " bytes</p>\n<p class=\"doubt\">Only its first %" G_GSIZE_FORMAT
        " bytes are shown here.</p>\n",
        sheet->key, length, shown);
  else
    append_download (sheet, document);
  g_string_append_printf (sheet->html, "<p class=\"dim\">SHA-256 of it: %s</p>\n", digest);
  g_string_append (sheet->html, "<pre class=\"document\" tabindex=\"0\">");
  tlsrpt_indent_append (sheet->html, valid);
  g_string_append (sheet->html, "</pre>\n");
}

static gboolean
put (const TlsrptPages *pages, Sheet *sheet, const char *hex, GError **error)
{
  g_autoptr (GBytes) document = hex != NULL ? unpack (hex) : NULL;
  g_autoptr (GBytes) page = NULL;

  if (document != NULL) {
    append_document (sheet, document);
    if (g_bytes_get_size (document) > TLSRPT_SITE_DOCUMENT_BYTES_MAX &&
        !tlsrpt_publish_put (pages->publish, sheet->file, sheet->source, document, error))
      return FALSE;
  } else if (sheet->has_document) {
    tlsrpt_html_card_element (sheet->html, "p", "The stored document is damaged.");
  }
  page = tlsrpt_frame_close (g_steal_pointer (&sheet->html));
  return tlsrpt_publish_put (pages->publish, sheet->page, sheet->source, page, error);
}

static const char documents_sql[] = "SELECT report_uid, evidence FROM tlsrpt.report_evidence"
                                    " WHERE report_uid = ANY ($1::uuid[])";

/* Hex of each document by the key of its report. */
static PGresult *
fetch (const TlsrptPages *pages, const GArray *sheets, GHashTable *documents, GError **error)
{
  g_autoptr (GString) keys = g_string_new ("{");
  PGresult *result;

  for (guint i = 0; i < sheets->len; i++)
    if (g_array_index (sheets, Sheet, i).has_document)
      g_string_append_printf (keys, "%s%s", keys->len > 1 ? "," : "",
                              g_array_index (sheets, Sheet, i).key);
  g_string_append_c (keys, '}');
  result = tlsrpt_pg_query_text (pages->pg, documents_sql, error, keys->str, TLSRPT_PG_END);
  for (int row = 0; result != NULL && row < PQntuples (result); row++)
    g_hash_table_insert (documents, (gpointer)tlsrpt_row_text (result, row, "report_uid"),
                         (gpointer)tlsrpt_row_text (result, row, "evidence"));
  return result;
}

static gboolean
make_sheets (const TlsrptPages *pages, GArray *sheets, gboolean may_read, GError **error)
{
  g_autoptr (GHashTable) documents = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (PGresult) result = NULL;

  if (may_read && sheets->len > 0) {
    result = fetch (pages, sheets, documents, error);
    if (result == NULL)
      return FALSE;
  }
  for (guint i = 0; i < sheets->len; i++) {
    Sheet *sheet = &g_array_index (sheets, Sheet, i);

    if (!put (pages, sheet, g_hash_table_lookup (documents, sheet->key), error))
      return FALSE;
  }
  g_array_set_size (sheets, 0);
  return TRUE;
}

gboolean
tlsrpt_document_make (const TlsrptPages *pages, GError **error)
{
  g_autoptr (GArray) sheets = g_array_new (FALSE, FALSE, sizeof (Sheet));
  g_autoptr (TlsrptStream) stream = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean may_read;
  TlsrptStreamRow row;

  g_array_set_clear_func (sheets, sheet_clear);
  if (!pages->may_list)
    return TRUE;
  if (!tlsrpt_pg_may (pages->pg, "tlsrpt.report_evidence", "SELECT", &may_read, error))
    return FALSE;
  stream = tlsrpt_stream_open (pages->pg, facts_sql, pages->reports_since, pages->until, error);
  if (stream == NULL)
    return FALSE;
  while (tlsrpt_stream_next (stream, NULL, &row, &failure)) {
    look (sheets, pages, &row, may_read);
    if (sheets->len >= BATCH && !make_sheets (pages, sheets, may_read, error))
      return FALSE;
  }
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  return make_sheets (pages, sheets, may_read, error);
}
