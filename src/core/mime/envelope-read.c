/* SPDX-License-Identifier: GPL-3.0-or-later
 * Header fields to plain strings: decoded, unfolded, checked UTF-8. Trace fields are
 * kept raw, for who judges them. */
#include "core/mime/envelope-read.h"

#include "core/mime/grammar.h"
#include "core/mime/header.h"
#include "core/mime/mime.h"

#include <string.h>

/* Makes valid UTF-8, and each run of white space one space, which also unfolds. %NULL if nothing
 * is left. */
static char *
clean (const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
  GString *cleaned;

  if (valid == NULL)
    return NULL;
  cleaned = g_string_sized_new (strlen (valid));
  for (const char *c = valid; *c != '\0'; c++)
    if (!g_ascii_isspace (*c))
      g_string_append_c (cleaned, *c);
    else if (cleaned->len > 0 && cleaned->str[cleaned->len - 1] != ' ')
      g_string_append_c (cleaned, ' ');
  if (cleaned->len > 0 && cleaned->str[cleaned->len - 1] == ' ')
    g_string_truncate (cleaned, cleaned->len - 1);
  return g_string_free (cleaned, cleaned->len == 0);
}

static char *
read_text (const TlsrptHeaderField *field)
{
  g_autofree char *text = tlsrpt_mime_text (field);

  return clean (text);
}

/* The text in the first angle brackets, or all of it: many real Message-IDs do not follow the
 * grammar. */
static char *
read_message_id (const TlsrptHeaderField *field)
{
  g_autofree char *value = read_text (field);
  char *open = value != NULL ? strchr (value, '<') : NULL;
  char *close = open != NULL ? strchr (open, '>') : NULL;

  if (close != NULL && close > open + 1)
    return g_strstrip (g_strndup (open + 1, (gsize)(close - open - 1)));
  return g_steal_pointer (&value);
}

/* The first mailbox of @list; a group is searched, but not a group inside a group. */
static char *
first_address (InternetAddressList *list, gboolean into_group)
{
  int count = list != NULL ? internet_address_list_length (list) : 0;

  for (int i = 0; i < count; i++) {
    InternetAddress *address = internet_address_list_get_address (list, i);

    if (INTERNET_ADDRESS_IS_MAILBOX (address)) {
      const char *found = internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (address));

      if (found != NULL && *found != '\0')
        return clean (found);
    } else if (into_group && INTERNET_ADDRESS_IS_GROUP (address)) {
      char *found = first_address (
          internet_address_group_get_members (INTERNET_ADDRESS_GROUP (address)), FALSE);

      if (found != NULL)
        return found;
    }
  }
  return NULL;
}

static char *
read_address (const TlsrptHeaderField *field)
{
  TlsrptHeaderField start = *field;
  g_autoptr (InternetAddressList) list = NULL;

  start.value_length = MIN (start.value_length, TLSRPT_ADDRESS_FIELD_BYTES);
  list = tlsrpt_mime_addresses (&start);

  return first_address (list, TRUE);
}

/* Microseconds since 1970, 0 for what is no date or before 1970: no mail is that old. */
static gint64
read_date (const char *text)
{
  g_autoptr (GDateTime) date = text != NULL ? g_mime_utils_header_decode_date (text) : NULL;
  gint64 seconds = date != NULL ? g_date_time_to_unix (date) : 0;

  return seconds > 0 ? seconds * G_USEC_PER_SEC : 0;
}

gint64
tlsrpt_envelope_read_from_line (const char *line)
{
  const char *word = strchr (line, ' ');

  /* Behind `From ` and the address; there may be several blanks. */
  word = word != NULL ? strchr (word + strspn (word, " "), ' ') : NULL;
  return word != NULL ? read_date (word) : 0;
}

static gboolean
is_trace (const TlsrptHeaderField *field)
{
  return tlsrpt_header_is (field, "Received") ||
         tlsrpt_header_is (field, "Authentication-Results") ||
         tlsrpt_header_is (field, "DKIM-Signature") ||
         (field->name_length > 4 && g_ascii_strncasecmp (field->name, "ARC-", 4) == 0);
}

/* The topmost Received has the time at which the mail came in. */
static void
add_trace (TlsrptEnvelope *envelope, const TlsrptHeaderField *field, gboolean *received)
{
  TlsrptField kept = { .name = g_strndup (field->name, field->name_length),
                       .value = tlsrpt_header_value (field) };
  const char *semicolon = strrchr (kept.value, ';');

  g_array_append_val (envelope->trace, kept);
  if (*received || !tlsrpt_header_is (field, "Received"))
    return;
  *received = TRUE;
  envelope->date = semicolon != NULL ? read_date (semicolon + 1) : 0;
}

static void
read_report_field (TlsrptEnvelope *envelope, const TlsrptHeaderField *field)
{
  g_autofree char *subject = NULL;

  if (envelope->report_domain == NULL && tlsrpt_header_is (field, "TLS-Report-Domain"))
    envelope->report_domain = read_text (field);
  else if (envelope->report_submitter == NULL && tlsrpt_header_is (field, "TLS-Report-Submitter"))
    envelope->report_submitter = read_text (field);
  else if (envelope->subject_domain == NULL && tlsrpt_header_is (field, "Subject"))
    subject = read_text (field);
  if (subject != NULL)
    tlsrpt_grammar_subject (subject, &envelope->subject_domain, &envelope->subject_submitter,
                            &envelope->subject_report_id);
  if (envelope->subject == NULL)
    envelope->subject = g_steal_pointer (&subject);
}

void
tlsrpt_envelope_read (TlsrptEnvelope *envelope, const guint8 *data, gsize size,
                      const TlsrptLimits *limits)
{
  guint64 fields_left = TLSRPT_FIELDS_A_PART * limits->mime_parts;
  gint64 from_line_date = envelope->date;
  gint64 date = 0;
  gboolean received = FALSE;
  gboolean from = FALSE;
  TlsrptHeaderField field;
  gsize start = 0;

  envelope->date = 0;
  for (gsize at = 0; tlsrpt_header_next (data, size, &at, &field); start = at) {
    if (at - start > limits->header_bytes || fields_left-- == 0)
      break;
    if (is_trace (&field)) {
      add_trace (envelope, &field, &received);
    } else if (envelope->message_id == NULL && tlsrpt_header_is (&field, "Message-ID")) {
      envelope->message_id = read_message_id (&field);
    } else if (!from && tlsrpt_header_is (&field, "From")) {
      from = TRUE;
      envelope->header_from = read_address (&field);
    } else if (date == 0 && tlsrpt_header_is (&field, "Date")) {
      g_autofree char *text = read_text (&field);
      date = read_date (text);
    } else {
      read_report_field (envelope, &field);
    }
  }
  if (envelope->date == 0)
    envelope->date = date != 0 ? date : from_line_date;
}

void
tlsrpt_envelope_read_inner (TlsrptEnvelope *envelope, const guint8 *data, gsize size)
{
  TlsrptHeaderField field;

  for (gsize at = 0; tlsrpt_header_next (data, size, &at, &field);)
    read_report_field (envelope, &field);
}
