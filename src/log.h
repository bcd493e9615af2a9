/* SPDX-License-Identifier: GPL-3.0-or-later
 * One line to stderr, and to syslog where that is asked for. Control bytes never get through. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptLogMessage:
 * @outcome: what became of the message: a word or some, our own
 * @queue_id: (nullable): of the mail system
 * @message_id: (nullable): of the mail; shown where there is no @queue_id
 * @client: (nullable): address of the SMTP client
 * @sender: (nullable): envelope sender
 * @recipient: (nullable): envelope recipient
 * @organization: (nullable): organization-name of the first report
 * @report_id: (nullable): its report-id
 * @domain: (nullable): its first policy domain
 * @dkim_result: (nullable): its verdict, our own word
 * @dkim_domain: (nullable): its signing domain
 * @reports: reports in the message; shown where it is not 1
 * @reason: (nullable): why a part was refused, our own word
 * @detail: (nullable): the same as text, made of our own and quoted words
 * @milliseconds: the run took
 *
 * What a line says of one message. All but what is called our own is untrusted.
 */
typedef struct {
  const char *outcome;
  const char *queue_id;
  const char *message_id;
  const char *client;
  const char *sender;
  const char *recipient;
  const char *organization;
  const char *report_id;
  const char *domain;
  const char *dkim_result;
  const char *dkim_domain;
  guint reports;
  const char *reason;
  const char *detail;
  gint64 milliseconds;
} TlsrptLogMessage;

/**
 * tlsrpt_log_message_format:
 * @message: what is known of a message
 *
 * `outcome: reason=WORD detail="TEXT" key="value" ... ms=N`, the keys in a fixed order, those without a
 * value left out: what became of the mail and why come first, as a mail system cuts long lines.
 * A value is printable UTF-8, cut at 80 bytes, with quotation marks, backslashes, control and other
 * bytes as `\xNN`: no value can end itself, or look like a key or another line.
 *
 * Returns: (transfer full): one line
 */
char *tlsrpt_log_message_format (const TlsrptLogMessage *message);

/**
 * tlsrpt_log_open_syslog:
 *
 * From now on lines go to syslog (facility mail) too, which is the journal where systemd has it.
 */
void tlsrpt_log_open_syslog (void);

/**
 * tlsrpt_log_line:
 * @format: printf format
 * @...: its arguments; untrusted ones went through tlsrpt_quote()
 *
 * Writes one line, `tlsrpt-ingest: ` before it.
 */
void tlsrpt_log_line (const char *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * tlsrpt_log_error:
 * @error: what went wrong
 *
 * Writes @error's text as one line.
 */
void tlsrpt_log_error (const GError *error);

G_END_DECLS
