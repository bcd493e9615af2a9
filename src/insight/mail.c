/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to a MIME message, text and HTML as alternatives. GMime composes it. */
#include "insight/mail.h"

#include "insight/html-mail.h"
#include "insight/lead.h"
#include "insight/text.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeObject, g_object_unref)

static GMimeObject *
text_part (const char *subtype, const char *text)
{
  GMimeTextPart *part = g_mime_text_part_new_with_subtype (subtype);

  g_mime_text_part_set_charset (part, "utf-8");
  g_mime_text_part_set_text (part, text);
  g_mime_part_set_content_encoding (GMIME_PART (part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  return GMIME_OBJECT (part);
}

static GMimeObject *
alternatives (const TlsrptDigest *digest)
{
  GMimeMultipart *multipart = g_mime_multipart_new_with_subtype ("alternative");
  g_autofree char *text = tlsrpt_text_digest (
      digest, &(TlsrptTextStyle){ .width = TLSRPT_MAIL_COLUMNS, .rows = TLSRPT_SECTION_ROWS });
  g_autofree char *html = tlsrpt_html_mail (digest);
  g_autoptr (GMimeObject) plain = text_part ("plain", text);
  g_autoptr (GMimeObject) rich = text_part ("html", html);

  g_mime_multipart_add (multipart, plain);
  g_mime_multipart_add (multipart, rich);
  return GMIME_OBJECT (multipart);
}

static char *
subject (const TlsrptDigest *digest)
{
  g_autoptr (GPtrArray) broken = NULL;
  g_autofree char *line = tlsrpt_lead (digest, TLSRPT_DIGEST_BROKEN, &broken);
  g_autofree char *title = tlsrpt_lead_title (digest);

  return g_strconcat (line, " ", title, NULL);
}

static char *
compose (GMimeObject *body, const char *line, const char *from, const char *to)
{
  g_autoptr (GMimeMessage) message = g_mime_message_new (TRUE);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  const char *at = strrchr (to, '@');
  g_autofree char *message_id =
      g_mime_utils_generate_message_id (at != NULL ? at + 1 : "localhost");

  g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_FROM, "TLS reports",
                              from != NULL ? from : to);
  g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_TO, NULL, to);
  g_mime_message_set_subject (message, line, "utf-8");
  g_mime_message_set_date (message, now);
  g_mime_message_set_message_id (message, message_id);
  g_mime_object_set_header (GMIME_OBJECT (message), "Auto-Submitted", "auto-generated", NULL);
  g_mime_message_set_mime_part (message, body);
  return g_mime_object_to_string (GMIME_OBJECT (message), NULL);
}

char *
tlsrpt_mail_digest (const TlsrptDigest *digest, const char *from, const char *to)
{
  g_autoptr (GMimeObject) body = NULL;
  g_autofree char *line = subject (digest);

  g_mime_init ();
  body = alternatives (digest);
  return compose (body, line, from, to);
}

char *
tlsrpt_mail_text (const char *text, const char *line, const char *from, const char *to)
{
  g_autoptr (GMimeObject) body = NULL;

  g_mime_init ();
  body = text_part ("plain", text);
  return compose (body, line, from, to);
}
