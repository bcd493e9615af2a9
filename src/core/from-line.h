/* SPDX-License-Identifier: GPL-3.0-or-later
 * The `From ` lines of mboxes, and the headers behind them: whether a line begins a mail, by what it is
 * and what follows. One rule for all callers. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A line that is longer is no `From ` line with a date. */
#define TLSRPT_FROM_LINE_MAX_BYTES 998
/* As far as is looked back for a blank line. */
#define TLSRPT_FROM_LINE_BACK_BYTES 128
/* As far as a header is looked at. */
#define TLSRPT_FROM_LINE_LOOK_BYTES 4096

/**
 * TlsrptFromLine:
 * @TLSRPT_FROM_LINE_NONE: does not begin with `From `
 * @TLSRPT_FROM_LINE_TEXT: begins with `From `, has several words and no date: a sentence
 * @TLSRPT_FROM_LINE_BARE: nothing behind `From `, or one word
 * @TLSRPT_FROM_LINE_DATED: has a date with a time of day behind an address or word
 */
typedef enum {
  TLSRPT_FROM_LINE_NONE,
  TLSRPT_FROM_LINE_TEXT,
  TLSRPT_FROM_LINE_BARE,
  TLSRPT_FROM_LINE_DATED,
} TlsrptFromLine;

/**
 * tlsrpt_from_line_kind:
 * @data: bytes
 * @size: how many
 * @at: where a line begins
 *
 * Returns: what the line is
 */
TlsrptFromLine tlsrpt_from_line_kind (const guint8 *data, gsize size, gsize at);

/**
 * TlsrptFromLineVerdict:
 * @TLSRPT_FROM_LINE_IS_TEXT: the line belongs to the mail before it
 * @TLSRPT_FROM_LINE_IS_TEXT_PERHAPS: so it is taken, but it may begin a mail
 * @TLSRPT_FROM_LINE_BEGINS_MAIL_PERHAPS: it is taken to begin a mail, but it may be text
 * @TLSRPT_FROM_LINE_BEGINS_MAIL: it begins a mail
 */
typedef enum {
  TLSRPT_FROM_LINE_IS_TEXT,
  TLSRPT_FROM_LINE_IS_TEXT_PERHAPS,
  TLSRPT_FROM_LINE_BEGINS_MAIL_PERHAPS,
  TLSRPT_FROM_LINE_BEGINS_MAIL,
} TlsrptFromLineVerdict;

/**
 * tlsrpt_from_line_judge:
 * @data: bytes of an mbox; TLSRPT_FROM_LINE_MAX_BYTES + TLSRPT_FROM_LINE_LOOK_BYTES behind @at decide,
 *   as far as there are any
 * @size: how many
 * @at: where a line begins that is not the first
 *
 * No mail is without a header, so a header field must follow, behind more `From ` lines at most.
 *
 * | line   | a header field follows, and                             | verdict             |
 * | ------ | ------------------------------------------------------- | ------------------- |
 * | dated  |                                                         | begins mail         |
 * | bare   | one of mail (see tlsrpt_from_line_is_header()), behind a blank line | begins mail, perhaps |
 * | bare, no word | one of mail, behind no blank line                | begins mail, perhaps |
 * | bare   | else, behind a blank line                               | is text, perhaps    |
 * | text   | behind a blank line                                     | is text, perhaps    |
 *
 * A dated line that no header field follows is text perhaps, too. All else is text. A line of spaces
 * and tabs is blank.
 *
 * Returns: what the line is taken for
 */
TlsrptFromLineVerdict tlsrpt_from_line_judge (const guint8 *data, gsize size, gsize at);

/**
 * tlsrpt_from_line_skip:
 * @data: bytes
 * @size: how many
 * @at: where a `From ` line begins
 *
 * Returns: where the header behind it begins: there may be more `From ` lines in between, quoted ones too
 */
gsize tlsrpt_from_line_skip (const guint8 *data, gsize size, gsize at);

/**
 * tlsrpt_from_line_is_field:
 * @data: bytes
 * @size: how many
 * @at: where a line begins
 *
 * Returns: %TRUE if the line begins with a field name (RFC 5322 section 3.6.8) and a colon
 */
gboolean tlsrpt_from_line_is_field (const guint8 *data, gsize size, gsize at);

/**
 * tlsrpt_from_line_is_header:
 * @data: bytes
 * @size: how many; no more than TLSRPT_FROM_LINE_LOOK_BYTES are looked at
 *
 * Returns: %TRUE if they begin with header fields one of which only mails have: Received, From, Date,
 *   Subject, To and the like
 */
gboolean tlsrpt_from_line_is_header (const guint8 *data, gsize size);

/**
 * tlsrpt_from_line_skip_blank:
 * @data: first bytes of a file or message
 * @size: how many
 *
 * Returns: bytes of a byte order mark and of lines with nothing but spaces and tabs at the beginning
 */
gsize tlsrpt_from_line_skip_blank (const guint8 *data, gsize size);

G_END_DECLS
