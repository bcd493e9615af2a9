/* SPDX-License-Identifier: GPL-3.0-or-later
 * One cause as a card: what a person wants to know of it, in the order of the questions, for text and
 * HTML alike. */
#pragma once

#include "insight/advice.h"

#include <glib.h>

G_BEGIN_DECLS

/** Name of the line that is the history, for those who can draw it */
#define TLSRPT_CARD_HISTORY "Failed by day"

/**
 * TlsrptCardLine:
 * @name: what the line is about, e.g. "Since"
 * @text: what there is to say
 */
typedef struct {
  const char *name;
  char *text;
} TlsrptCardLine;

/**
 * TlsrptCard:
 * @advice: what it is of; not owned
 * @severity: how bad, the worst of its incidents
 * @is_new: whether any of its incidents began in the period
 * @effect: what happened to mail, and how much of it
 * @lines: (element-type TlsrptCardLine): the rest, a line each
 * @domains: (element-type TlsrptTally): domains of all its incidents, those of the worst incident first
 * @history: its last days, added up
 */
typedef struct {
  const TlsrptAdvice *advice;
  TlsrptSeverity severity;
  gboolean is_new;
  char *effect;
  GPtrArray *lines;
  GPtrArray *domains;
  TlsrptHistory history;
} TlsrptCard;

/**
 * tlsrpt_card_new:
 * @advice: a cause; it must outlive the card
 *
 * Returns: (transfer full): its card
 */
TlsrptCard *tlsrpt_card_new (const TlsrptAdvice *advice);

/**
 * tlsrpt_card_free:
 * @card: (transfer full) (nullable): what to free
 */
void tlsrpt_card_free (TlsrptCard *card);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptCard, tlsrpt_card_free)

/**
 * tlsrpt_card_tag:
 * @card: a card
 *
 * Returns: (transfer none): how bad it is, in capitals
 */
const char *tlsrpt_card_tag (const TlsrptCard *card);

/**
 * tlsrpt_card_ended:
 * @incident: an incident that is over
 *
 * Returns: (transfer full): all there is to say of it in one line: what it was, when, and how it ended
 */
char *tlsrpt_card_ended (const TlsrptIncident *incident);

/**
 * tlsrpt_card_affected:
 * @incidents: (element-type TlsrptIncident): incidents
 *
 * Returns: how many mail domains those of them touch that are not over, each counted once
 */
guint tlsrpt_card_affected (const GPtrArray *incidents);

G_END_DECLS
