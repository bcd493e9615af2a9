/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an attacker mails to an address that stands in DNS: each mail is decoded in a process of its
 * own behind the walls that deliver has, and must end there with the right refusal, not by a signal. */
#include "core/decode.h"
#include "support/document.h"
#include "core/errors.h"
#include "walls.h"

#include <string.h>
#include <zlib.h>

#define DEADLINE_SECONDS 120

typedef struct {
  const char *name;
  GBytes *(*build) (void);
  int code; /* of TLSRPT_ERROR; -1 where the report in it is to be found, -2 any, -3 with 3 reports */
  const char *refusal;
} HostileCase;

static void
repeat (GString *text, const char *piece, gsize n)
{
  gsize length = strlen (piece);

  g_string_set_size (text, text->len + length * n);
  for (gsize i = 0; i < n; i++)
    memcpy (text->str + text->len - length * (n - i), piece, length);
}

static GBytes *
take (GString *text)
{
  return g_string_free_to_bytes (text);
}

static GBytes *
mail_of_part (const char *media_type, GBytes *content)
{
  gsize size;
  const guchar *data = g_bytes_get_data (content, &size);
  g_autofree char *encoded = g_base64_encode (data, size);

  GString *mail = g_string_new ("From: a@sender.example\nMIME-Version: 1.0\n");

  g_string_append_printf (mail, "Content-Type: %s\nContent-Transfer-Encoding: base64\n\n",
                          media_type);
  g_string_append (mail, encoded);
  g_string_append (mail, "\n");
  return take (mail);
}

static GBytes *
gzip_mail_of (const char *text)
{
  g_autoptr (GBytes) packed = document_packed (text, 31);

  return mail_of_part ("application/tlsrpt+gzip", packed);
}

/* @head, then @piece @n times, then @tail, packed and mailed. */
static GBytes *
gzip_mail_repeating (const char *head, const char *piece, gsize n, const char *tail)
{
  g_autoptr (GString) text = g_string_new (head);

  repeat (text, piece, n);
  g_string_append (text, tail);
  return gzip_mail_of (text->str);
}

static GBytes *
open_brackets (void)
{
  GBytes *mail = gzip_mail_repeating ("", "[", 100000, "");

  g_assert_cmpuint (g_bytes_get_size (mail), <, 400); /* some 133 bytes of gzip */
  return mail;
}

static GBytes *
open_braces (void)
{
  return gzip_mail_repeating ("", "{\"a\":", 100000, "");
}

static GBytes *
bomb (void)
{
  return gzip_mail_repeating ("{\"organization-name\":\"", "x", 200 << 20, "\"}");
}

static GBytes *
bomb_in_bomb (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  z_stream z = { 0 };
  guint8 room[4096];
  int result;

  repeat (text, "{", 100 << 20);
  for (guint round = 0; round < 2; round++) {
    g_autofree guint8 *plain =
        round == 0 ? g_memdup2 (text->str, text->len) : g_memdup2 (packed->data, packed->len);
    gsize size = round == 0 ? text->len : packed->len;

    g_byte_array_set_size (packed, 0);
    memset (&z, 0, sizeof z);
    g_assert_cmpint (deflateInit2 (&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
    z.next_in = plain;
    z.avail_in = (uInt)size;
    do {
      z.next_out = room;
      z.avail_out = sizeof room;
      result = deflate (&z, Z_FINISH);
      g_byte_array_append (packed, room, (guint)(sizeof room - z.avail_out));
    } while (result == Z_OK);
    g_assert_cmpint (result, ==, Z_STREAM_END);
    deflateEnd (&z);
  }
  {
    g_autoptr (GBytes) content = g_bytes_new (packed->data, packed->len);
    return mail_of_part ("application/tlsrpt+gzip", content);
  }
}

static GBytes *
empty_members (void)
{
  g_autoptr (GBytes) member = document_packed ("", 31);
  g_autoptr (GByteArray) members = g_byte_array_new ();
  g_autoptr (GBytes) content = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (member, &size);

  for (guint i = 0; i < 200000; i++)
    g_byte_array_append (members, data, (guint)size);
  content = g_bytes_new (members->data, members->len);
  return mail_of_part ("application/tlsrpt+gzip", content);
}

static GBytes *
many_parts (void)
{
  GString *mail = g_string_new ("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");

  repeat (mail, "--b\n\nx\n", 100000);
  return take (mail);
}

static GBytes *
deep_multiparts (void)
{
  GString *mail = g_string_new ("MIME-Version: 1.0\n");

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (mail, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
  return take (mail);
}

static GBytes *
deep_messages (void)
{
  GString *mail = g_string_new ("MIME-Version: 1.0\n");

  repeat (mail, "Content-Type: message/rfc822\n\n", 100000);
  return take (mail);
}

static GBytes *
long_header_line (void)
{
  GString *mail = g_string_new ("Subject: ");

  repeat (mail, "x", 100 << 20);
  g_string_append (mail, "\n\nbody\n");
  return take (mail);
}

static GBytes *
long_header_line_under_message_cap (void)
{
  GString *mail = g_string_new ("Subject: ");

  repeat (mail, "x", 40 << 20);
  g_string_append (mail, "\n\nbody\n");
  return take (mail);
}

static GBytes *
many_header_fields (void)
{
  GString *mail = g_string_new (NULL);

  repeat (mail, "a:b\n", 2000000);
  g_string_append (mail, "\nbody\n");
  return take (mail);
}

static GBytes *
one_key (void)
{
  return gzip_mail_repeating ("{", "\"a\":1,", 50000, "\"a\":1}");
}

static GBytes *
many_keys (void)
{
  g_autoptr (GString) text = g_string_new ("{\"a\":1");

  for (guint i = 0; i < 400000; i++)
    g_string_append_printf (text, ",\"%x\":%u", i * 2654435761u, i);
  g_string_append (text, "}");
  return gzip_mail_of (text->str);
}

static GBytes *
many_values (void)
{
  return gzip_mail_repeating ("[0", ",0", 4000000, "]");
}

static GBytes *
many_policies (void)
{
  g_autoptr (GString) policies = g_string_new ("\"policies\":[");
  g_autofree char *document = NULL;

  repeat (policies, "{},", 100000);
  g_string_append (policies, "{\"policy\":{\"policy-type\":\"sts\"");
  document = document_edited (document_plain, "\"policies\":[{\"policy\":{\"policy-type\":\"sts\"",
                              policies->str);
  return gzip_mail_of (document);
}

static GBytes *
many_details (void)
{
  g_autoptr (GString) details = g_string_new ("\"failure-details\":[{}");
  g_autofree char *document = NULL;

  repeat (details, ",{}", 3000000);
  g_string_append (details, "]");
  document = document_edited (document_plain, "\"failure-details\":[]", details->str);
  /* Stored, not packed: it would be refused for its ratio. */
  {
    g_autoptr (GBytes) content = document_bytes (document);
    return mail_of_part ("application/tlsrpt+json", content);
  }
}

static GBytes *
counts_of_400_digits (void)
{
  g_autofree char *digits = g_strnfill (400, '9');
  g_autofree char *count = g_strconcat ("\"total-failure-session-count\":", digits, NULL);
  g_autofree char *document =
      document_edited (document_plain, "\"total-failure-session-count\":303", count);

  return gzip_mail_of (document);
}

/* A good report with unknown members, each a string of @byte, that fill the cap on a document. */
static GBytes *
unknown_members_of (char byte)
{
  g_autofree char *text = g_strnfill (20000, byte);
  g_autoptr (GString) members = g_string_new ("{\"x\":[");
  g_autofree char *document = NULL;

  for (guint i = 0; i < 1620; i++)
    g_string_append_printf (members, "%s\"%s\"", i > 0 ? "," : "", text);
  g_string_append (members, "],\"organization-name\"");
  document = document_edited (document_plain, "{\"organization-name\"", members->str);
  {
    g_autoptr (GBytes) content = document_bytes (document);
    return mail_of_part ("application/tlsrpt+json", content);
  }
}

static GBytes *
unit_separators (void)
{
  return unknown_members_of ('\x1f');
}

static GBytes *
bytes_of_no_utf8 (void)
{
  return unknown_members_of ('\xff');
}

/* The cap on unknown members stands before what writing them would make of them. */
static GBytes *
escaped_unit_separators (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) members = g_string_new ("{\"x\":[");
  g_autofree char *document = NULL;

  repeat (text, "\\u001f", 10000);
  for (guint i = 0; i < 500; i++)
    g_string_append_printf (members, "%s\"%s\"", i > 0 ? "," : "", text->str);
  g_string_append (members, "],\"organization-name\"");
  document = document_edited (document_plain, "{\"organization-name\"", members->str);
  {
    g_autoptr (GBytes) content = document_bytes (document);
    return mail_of_part ("application/tlsrpt+json", content);
  }
}

/* Each part is a report that is large for what it is packed to, and they are many. */
static GBytes *
reports_in_120_parts (void)
{
  g_autofree char *spaces = g_strnfill (10 << 20, ' ');
  g_autoptr (GString) text = g_string_new (document_plain);
  g_autoptr (GBytes) packed = NULL;
  g_autofree char *encoded = NULL;
  GString *mail = g_string_new ("From: a@sender.example\nMIME-Version: 1.0\n"
                                "Content-Type: multipart/mixed; boundary=b\n\n");
  gsize size;
  const guchar *data;

  /* Every 256th byte is another, so that it does not pack to a 200th of its size. */
  for (gsize i = 0; i < 10 << 20; i += 256)
    spaces[i] = "\n\t\r"[g_random_int_range (0, 3)];
  g_string_append (text, spaces);
  packed = document_packed (text->str, 31);
  data = g_bytes_get_data (packed, &size);
  encoded = g_base64_encode (data, size);
  for (guint i = 0; i < 120; i++)
    g_string_append_printf (mail,
                            "--b\nContent-Type: application/tlsrpt+gzip\n"
                            "Content-Transfer-Encoding: base64\n\n%s\n",
                            encoded);
  g_string_append (mail, "--b--\n");
  return take (mail);
}

/* Strings of one hash of g_str_hash(): pairs of letters that add up alike, as the bits of @number. */
static void
append_colliding (GString *text, guint number)
{
  for (guint bit = 0; bit < 20; bit++)
    g_string_append (text, (number >> bit & 1) != 0 ? "az" : "bY");
}

static GBytes *
colliding_strings (void)
{
  g_autoptr (GString) details = g_string_new ("\"failure-details\":[{}");
  g_autofree char *document = NULL;
  g_autoptr (GBytes) content = NULL;

  for (guint i = 0; i < 99000; i++) {
    g_string_append (details, ",{\"result-type\":\"");
    append_colliding (details, i);
    g_string_append (details, "\"}");
  }
  g_string_append (details, "]");
  document = document_edited (document_plain, "\"failure-details\":[]", details->str);
  content = document_bytes (document);
  return mail_of_part ("application/tlsrpt+json", content);
}

static GBytes *
colliding_keys (void)
{
  g_autoptr (GString) text = g_string_new ("{\"x\":[");

  for (guint object = 0; object < 3800; object++) {
    g_string_append (text, object > 0 ? ",{\"a\":1" : "{\"a\":1");
    for (guint i = 0; i < 127; i++) {
      g_string_append (text, ",\"");
      append_colliding (text, i);
      g_string_append (text, "\":1");
    }
    g_string_append (text, "}");
  }
  g_string_append (text, "]}");
  {
    g_autoptr (GBytes) content = document_bytes (text->str);
    return mail_of_part ("application/tlsrpt+json", content);
  }
}

/* A good report whose header field @name is @piece over and over, up to the cap on a field. */
static GBytes *
mail_with_field (const char *name, const char *piece)
{
  GString *mail = g_string_new (name);

  g_string_append (mail, ": ");
  repeat (mail, piece, 60000 / strlen (piece));
  g_string_append_printf (
      mail, "\nMIME-Version: 1.0\nContent-Type: application/tlsrpt+json\n\n%s\n", document_plain);
  return take (mail);
}

static GBytes *
from_of_comments (void)
{
  return mail_with_field ("From", "(");
}

static GBytes *
from_of_groups (void)
{
  return mail_with_field ("From", "a:");
}

static GBytes *
from_of_angles (void)
{
  return mail_with_field ("From", "<@a,");
}

/* Four times as long for twice as much, if all of it is read. */
static GBytes *
from_of_words (void)
{
  GString *mail = g_string_new (NULL);

  for (guint i = 0; i < 60; i++) {
    g_string_append (mail, "From: ");
    repeat (mail, "a,", 30000);
    g_string_append (mail, "\n");
  }
  g_string_append_printf (mail, "Content-Type: application/tlsrpt+json\n\n%s\n", document_plain);
  return take (mail);
}

/* The boundary of each level is hidden behind another Content-Type, and looked up by each line. */
static GBytes *
hidden_multiparts (void)
{
  GString *mail = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (mail,
                            "Content-Type: text/plain\n"
                            "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n",
                            i, i);
  g_string_append (mail, "\n");
  repeat (mail, "--\n", 3000000);
  return take (mail);
}

static GBytes *
from_of_quotes (void)
{
  return mail_with_field ("From", "\"\\");
}

static GBytes *
subject_of_encoded_words (void)
{
  return mail_with_field ("Subject", "=?utf-8?q?=00=ff?= ");
}

static GBytes *
subject_in_utf7 (void)
{
  return mail_with_field ("Subject", "=?utf-7?b?K0FBQS0=?= ");
}

static GBytes *
message_id_of_angles (void)
{
  return mail_with_field ("Message-ID", "<<>");
}

static GBytes *
received_of_semicolons (void)
{
  return mail_with_field ("Received", "; ; (");
}

static GBytes *
content_type_of_parameters (void)
{
  GString *mail = g_string_new ("MIME-Version: 1.0\nContent-Type: application/tlsrpt+json");

  for (guint i = 0; mail->len < 60000; i++)
    g_string_append_printf (mail, "; name*%u*=%%ff%%00", i);
  g_string_append_printf (mail, "\n\n%s\n", document_plain);
  return take (mail);
}

static GBytes *
lines_of_dashes (void)
{
  GString *mail = g_string_new ("MIME-Version: 1.0\n");

  for (guint i = 0; i < 15; i++)
    g_string_append_printf (mail, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
  g_string_append (mail, "\n");
  repeat (mail, "--\n--b\n", 5000000);
  return take (mail);
}

static GBytes *
base64_of_nothing (void)
{
  GString *mail = g_string_new ("MIME-Version: 1.0\nContent-Type: application/tlsrpt+gzip\n"
                                "Content-Transfer-Encoding: base64\n\n");

  repeat (mail, "=\n", 10 << 20);
  return take (mail);
}

static GBytes *
only_line_ends (void)
{
  GString *mail = g_string_new (NULL);

  repeat (mail, "\n", 50 << 20);
  return take (mail);
}

static GBytes *
only_from_lines (void)
{
  GString *mail = g_string_new (NULL);

  repeat (mail, "From a@b Mon Jan  1 00:00:00 2024\n", 1000000);
  return take (mail);
}

static GBytes *
only_nul (void)
{
  g_autofree guint8 *data = g_malloc0 (50 << 20);

  return g_bytes_new (data, 50 << 20);
}

/* clang-format off */
static const HostileCase cases[] = {
  { "100000-open-brackets",   open_brackets,   TLSRPT_ERROR_LIMIT, "json: arrays and objects more than 32 deep*" },
  { "100000-open-braces",     open_braces,     TLSRPT_ERROR_LIMIT, "*" },
  { "bomb-of-200-mb",         bomb,            TLSRPT_ERROR_LIMIT, "gunzip: inflates to more than *" },
  { "bomb-in-a-bomb",         bomb_in_bomb,    TLSRPT_ERROR_MALFORMED, "json: line 1 column 1: found *" },
  { "200000-empty-members",   empty_members,   TLSRPT_ERROR_LIMIT, "gunzip: more than 64 members (setting gzip-members)" },
  { "100000-parts",           many_parts,      TLSRPT_ERROR_LIMIT, "message: * more than 256 *" },
  { "100000-deep-multiparts", deep_multiparts, TLSRPT_ERROR_LIMIT, "message: nested more than 16 deep (setting mime-depth)" },
  { "100000-deep-messages",   deep_messages,   TLSRPT_ERROR_LIMIT, "message: nested more than 16 deep (setting mime-depth)" },
  { "100-mb-header-line",     long_header_line, TLSRPT_ERROR_LIMIT, "message: longer than 52428800 bytes" },
  { "40-mb-header-line",      long_header_line_under_message_cap, TLSRPT_ERROR_LIMIT,
    "message: * more than 65536 bytes (setting header-bytes)" },
  { "2000000-header-fields",  many_header_fields, TLSRPT_ERROR_LIMIT, "message: * more than *" },
  { "50000-members-of-one-key", one_key,       TLSRPT_ERROR_LIMIT, "json: an object of more than 128 members *" },
  { "400000-keys",            many_keys,       TLSRPT_ERROR_LIMIT, "json: an object of more than 128 members *" },
  { "4000000-values",         many_values,     TLSRPT_ERROR_LIMIT, "*" },
  { "100000-policies",        many_policies,   TLSRPT_ERROR_LIMIT, "*" },
  { "3000000-details",        many_details,    TLSRPT_ERROR_LIMIT, "json: more than 100000 failure details *" },
  { "count-of-400-digits",    counts_of_400_digits, TLSRPT_ERROR_MALFORMED, "json: *a number of at most 64 bytes*" },
  { "unit-separators-in-unknown-members", unit_separators, TLSRPT_ERROR_LIMIT,
    "json: more than 33554432 bytes with what repair adds *" },
  { "no-utf-8-in-unknown-members", bytes_of_no_utf8, TLSRPT_ERROR_LIMIT,
    "json: more than 33554432 bytes with what repair adds *" },
  { "escaped-unit-separators-in-unknown-members", escaped_unit_separators, TLSRPT_ERROR_LIMIT,
    "json: the document is of more than 65536 bytes of unknown members *" },
  { "reports-in-120-parts",   reports_in_120_parts, -3,
    "message: its documents have more than 33554432 bytes *" },
  { "99000-strings-of-one-hash", colliding_strings, -1, NULL },
  { "keys-of-one-hash-in-3800-objects", colliding_keys, TLSRPT_ERROR_INVALID, "json: organization-name *" },
  { "from-of-comments",       from_of_comments, -1, NULL },
  { "from-of-groups",         from_of_groups,  -1, NULL },
  { "from-of-angles",         from_of_angles,  -1, NULL },
  { "from-of-words",          from_of_words,   -1, NULL },
  { "1000-hidden-multiparts", hidden_multiparts, TLSRPT_ERROR_LIMIT, "message: nested more than 16 deep (setting mime-depth)" },
  { "from-of-quotes",         from_of_quotes,  -1, NULL },
  { "subject-of-encoded-words", subject_of_encoded_words, -1, NULL },
  { "subject-in-utf-7",       subject_in_utf7, -1, NULL },
  { "message-id-of-angles",   message_id_of_angles, -1, NULL },
  { "received-of-semicolons", received_of_semicolons, -1, NULL },
  { "content-type-of-parameters", content_type_of_parameters, -1, NULL },
  { "10000000-lines-of-dashes", lines_of_dashes, TLSRPT_ERROR_NO_REPORT, "message: *" },
  { "base64-of-nothing",      base64_of_nothing, TLSRPT_ERROR_MALFORMED, "gunzip: neither gzip nor zlib" },
  { "only-line-ends",         only_line_ends,  TLSRPT_ERROR_NO_REPORT, "message: empty" },
  { "only-from-lines",        only_from_lines, TLSRPT_ERROR_NO_REPORT, "message: empty" },
  { "only-nul",               only_nul,        -2, "message: *" },
};
/* clang-format on */

/* In the child: the mail is made first, so that the walls stand around the decoding alone. */
static void
decode_behind_walls (const HostileCase *row)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GBytes) mail = row->build ();
  g_autoptr (TlsrptItem) decoded = NULL;

  tlsrpt_walls_raise (DEADLINE_SECONDS);
  decoded = document_decode_message (mail, &limits);
  if (row->code == -1) {
    g_assert_no_error (decoded->refusal);
    g_assert_cmpuint (decoded->reports->len, ==, 1);
    return;
  }
  g_assert_cmpuint (decoded->reports->len, ==, row->code == -3 ? 3 : 0);
  g_assert_true (tlsrpt_error_is_message_fault (decoded->refusal));
  if (row->code >= 0)
    g_assert_error (decoded->refusal, TLSRPT_ERROR, row->code);
  if (!g_pattern_match_simple (row->refusal, decoded->refusal->message))
    g_error ("%s does not match %s", decoded->refusal->message, row->refusal);
}

static void
test_hostile (gconstpointer data)
{
  if (g_test_subprocess ()) {
    decode_behind_walls (data);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/hostile/", cases[i].name, NULL);
    g_test_add_data_func (path, &cases[i], test_hostile);
  }
  return g_test_run ();
}
