/* SPDX-License-Identifier: GPL-3.0-or-later
 * The tags of DKIM-Signature fields (RFC 6376 section 3.5) that a verdict is checked against. */
#pragma once

#include "core/mime/message.h"

#include <glib.h>

G_BEGIN_DECLS

/* DKIM-Signature fields in one mail; a report has one or two. */
#define TLSRPT_SIGNATURES_MAX 64

/**
 * TlsrptSignature:
 * @domain: (nullable): `d`, canonical
 * @selector: (nullable): `s`, lower case
 * @data: (nullable): `b` without white space
 * @has_length: %TRUE if there is an `l`: what follows that many bytes of the body is not signed
 */
typedef struct {
  char *domain;
  char *selector;
  char *data;
  gboolean has_length;
} TlsrptSignature;

/**
 * tlsrpt_signatures_read:
 * @envelope: header of a mail
 *
 * Returns: (transfer full) (element-type TlsrptSignature): every signature, by value; empty where
 *   there are more than %TLSRPT_SIGNATURES_MAX, or one cannot be read: one could hide another then
 */
GArray *tlsrpt_signatures_read (const TlsrptEnvelope *envelope);

G_END_DECLS
