/* SPDX-License-Identifier: GPL-3.0-or-later
 * One address of an MX host: SMTP as far as TLS, and no further. */
#pragma once

#include "doctor/chain.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define TLSRPT_SMTP_PORT 25

/* RFC 5321 section 4.5.3.1 has 512 bytes a line; no reply has so many lines. */
#define TLSRPT_SMTP_LINE_BYTES_MAX 2048
#define TLSRPT_SMTP_LINES_MAX 100

/**
 * TlsrptSmtpStage:
 * @TLSRPT_SMTP_NO_WAY: this machine has no route to such an address, as IPv6 where there is none
 * @TLSRPT_SMTP_CONNECT: no connection
 * @TLSRPT_SMTP_GREETING: connected; no greeting of 220
 * @TLSRPT_SMTP_EHLO: greeted; EHLO was refused
 * @TLSRPT_SMTP_NO_STARTTLS: STARTTLS is not offered
 * @TLSRPT_SMTP_STARTTLS: offered and refused
 * @TLSRPT_SMTP_HANDSHAKE: the TLS handshake failed
 * @TLSRPT_SMTP_SECURED: TLS is spoken
 *
 * How far a probe came.
 */
typedef enum {
  TLSRPT_SMTP_NO_WAY,
  TLSRPT_SMTP_CONNECT,
  TLSRPT_SMTP_GREETING,
  TLSRPT_SMTP_EHLO,
  TLSRPT_SMTP_NO_STARTTLS,
  TLSRPT_SMTP_STARTTLS,
  TLSRPT_SMTP_HANDSHAKE,
  TLSRPT_SMTP_SECURED,
} TlsrptSmtpStage;

/**
 * TlsrptSmtp:
 * @stage: how far it came
 * @trouble: (nullable): why not further, printable
 * @is_late: it was ended by its deadline
 * @protocol: version of TLS that was agreed
 * @chain: (nullable): what the server presented
 */
typedef struct {
  TlsrptSmtpStage stage;
  char *trouble;
  gboolean is_late;
  GTlsProtocolVersion protocol;
  TlsrptChain *chain;
} TlsrptSmtp;

/**
 * tlsrpt_smtp_probe:
 * @host: name of the host, for SNI and the proof of its certificate
 * @address: one of its addresses
 * @port: %TLSRPT_SMTP_PORT, or that of a test
 * @seconds: after which it ends
 *
 * Waits for the greeting and for each reply, as strict servers demand.
 *
 * Returns: (transfer full): what was seen
 */
TlsrptSmtp *tlsrpt_smtp_probe (const char *host, const char *address, guint16 port, guint seconds);

/**
 * tlsrpt_smtp_free:
 * @smtp: (transfer full) (nullable): what to free
 */
void tlsrpt_smtp_free (TlsrptSmtp *smtp);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptSmtp, tlsrpt_smtp_free)

G_END_DECLS
