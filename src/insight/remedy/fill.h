/* SPDX-License-Identifier: GPL-3.0-or-later
 * A text with placeholders to one with names, for people or for a shell. */
#pragma once

#include "insight/judgement.h"

G_BEGIN_DECLS

/**
 * TlsrptFill:
 * @mx: (nullable): MX host
 * @domain: (nullable): mail domain
 * @zone: (nullable): DNS zone, or a name in it
 * @ip: (nullable): address of the server
 * @reporter: (nullable): domain of the one reporter
 *
 * Names as name.h lets them pass: no shell takes one for anything but a word.
 */
typedef struct {
  char *mx;
  char *domain;
  char *zone;
  char *ip;
  char *reporter;
} TlsrptFill;

/**
 * tlsrpt_fill_new:
 * @judgement: an incident
 *
 * Returns: (transfer full): the names in it that are plain
 */
TlsrptFill *tlsrpt_fill_new (const TlsrptJudgement *judgement);

/**
 * tlsrpt_fill_free:
 * @fill: (transfer full) (nullable): what to free
 */
void tlsrpt_fill_free (TlsrptFill *fill);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptFill, tlsrpt_fill_free)

/**
 * tlsrpt_fill_text:
 * @fill: names
 * @text: with {mx}, {domain}, {zone}, {ip}, {reporter}
 * @for_shell: %TRUE for a command, in which a name that is not known becomes a word in capitals
 *   (MX-HOST, DOMAIN); else it becomes words as "the MX host"
 *
 * Returns: (transfer full): @text with the names in it
 */
char *tlsrpt_fill_text (const TlsrptFill *fill, const char *text, gboolean for_shell);

G_END_DECLS
