/* SPDX-License-Identifier: GPL-3.0-or-later
 * The facts of an incident to what it means and what to do. Pure: tables, no database, no clock. */
#pragma once

#include "insight/judgement.h"

G_BEGIN_DECLS

/**
 * TlsrptRemedy:
 * @finding: a result type of RFC 8460 section 4.3, or a name of our own: the most exact one known
 * @title: place and finding in one printable line
 * @meaning: what was seen, and what it does to mail under the policy in force
 * @words: (array zero-terminated=1): reporters' own words, each with its reading where it is known
 * @causes: (array zero-terminated=1): likeliest first
 * @commands: (array zero-terminated=1): ready for a shell (bash), a line each; a name that is not
 *   known, or that a shell could misread, is a word in capitals (MX-HOST)
 * @changes: (array zero-terminated=1): in an order that never breaks mail
 * @draft: (nullable): a mail to the one reporter that sees it, for `sendmail -t`
 * @is_security: %TRUE if it may be an attack: nothing is to be changed before it is known whose
 *   MX it is
 *
 * All text is printable UTF-8, not escaped for HTML.
 */
typedef struct {
  const char *finding;
  char *title;
  char *meaning;
  char **words;
  char **causes;
  char **commands;
  char **changes;
  char *draft;
  gboolean is_security;
} TlsrptRemedy;

/**
 * tlsrpt_remedy_new:
 * @judgement: the incident; nothing of it is kept
 *
 * Returns: (transfer full): what to do
 */
TlsrptRemedy *tlsrpt_remedy_new (const TlsrptJudgement *judgement);

/**
 * tlsrpt_remedy_free:
 * @remedy: (transfer full) (nullable): what to free
 */
void tlsrpt_remedy_free (TlsrptRemedy *remedy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptRemedy, tlsrpt_remedy_free)

/**
 * tlsrpt_remedy_title:
 * @finding: (nullable): a result type, or a name of our own
 *
 * Returns: (transfer none): it in words, as the end of a sentence that begins with a place
 */
const char *tlsrpt_remedy_title (const char *finding);

G_END_DECLS
