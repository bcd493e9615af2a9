/* SPDX-License-Identifier: GPL-3.0-or-later
 * An incident for people: what was concluded, what to do, and what an operator said of it. */
#pragma once

#include "insight/history.h"
#include "insight/judgement.h"
#include "insight/remedy/remedy.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptIncident:
 * @judgement: what was concluded
 * @remedy: what it means and what to do
 * @held: (nullable): `ack` or `mute`, where an operator said so
 * @held_until: (nullable): last day that it holds for
 * @held_note: (nullable): the operator's word why
 * @held_by: (nullable): who said so
 * @is_worse: whether it has become worse since
 * @was_told: whether there was an event for it
 * @late_sessions: failed sessions that became known after it was over, in digits
 * @look: (nullable): what `doctor` saw there, as tlsrpt_look_text() has it
 * @is_new: whether it began in the period that is looked at
 * @history: its last days, where somebody asked for them; its last_day is 0 otherwise
 */
typedef struct {
  TlsrptJudgement *judgement;
  TlsrptRemedy *remedy;
  char *held;
  char *held_until;
  char *held_note;
  char *held_by;
  gboolean is_worse;
  gboolean was_told;
  char *late_sessions;
  char *look;
  gboolean is_new;
  TlsrptHistory history;
} TlsrptIncident;

/**
 * tlsrpt_incident_free:
 * @incident: (transfer full) (nullable): what to free
 */
void tlsrpt_incident_free (TlsrptIncident *incident);

/**
 * tlsrpt_incident_sql:
 * @rest: what follows `FROM tlsrpt.incident_list i`, or more columns with a comma in front and FROM
 *
 * Returns: (transfer full): a SELECT of all that tlsrpt_incident_take() reads
 */
char *tlsrpt_incident_sql (const char *rest);

/**
 * tlsrpt_incident_take:
 * @pg: a connection
 * @result: tuples of tlsrpt_incident_sql()
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full) (element-type TlsrptIncident): the incidents, a row each, or %NULL with @error
 *   set
 */
GPtrArray *tlsrpt_incident_take (TlsrptPg *pg, const PGresult *result, GError **error);

/**
 * tlsrpt_incident_is_over:
 * @incident: an incident
 *
 * Returns: whether it is closed, unproven, expired or merged
 */
gboolean tlsrpt_incident_is_over (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_place:
 * @incident: an incident
 *
 * Returns: (transfer full): the place in one printable line, a long name shortened
 */
char *tlsrpt_incident_place (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_title:
 * @incident: an incident
 *
 * Returns: (transfer none): what is wrong at its place, in words
 */
const char *tlsrpt_incident_title (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_headline:
 * @incident: an incident
 *
 * Returns: (transfer full): number, place and what is wrong in one printable line, not escaped for HTML
 */
char *tlsrpt_incident_headline (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_proof:
 * @incident: an incident
 *
 * Returns: (transfer full): since when, how much, what happened to mail, who saw it, whose fault it
 *   likely is, and what `doctor` saw there, in one printable line
 */
char *tlsrpt_incident_proof (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_failed:
 * @incident: an incident
 *
 * Returns: (transfer full): how many of how many sessions failed
 */
char *tlsrpt_incident_failed (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_witnesses:
 * @witnesses: (element-type TlsrptWitness): reporters
 *
 * Returns: (transfer full): the first names of @witnesses, and how many more there are; empty for none
 */
char *tlsrpt_incident_witnesses (const GPtrArray *witnesses);

/**
 * tlsrpt_incident_days:
 * @incident: an incident
 *
 * Returns: (transfer full): since when, or from when to when, and how that is known
 */
char *tlsrpt_incident_days (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_names:
 * @tallies: (element-type TlsrptTally): a list
 *
 * Returns: (transfer full): the first names of @tallies, and how many more there are
 */
char *tlsrpt_incident_names (const GPtrArray *tallies);

/**
 * tlsrpt_incident_held:
 * @incident: an incident
 *
 * Returns: (transfer full) (nullable): how an operator acknowledged or muted it; %NULL if nobody
 *   did
 */
char *tlsrpt_incident_held (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_fault:
 * @incident: an incident
 *
 * Returns: (transfer none): who is probably at fault, in words
 */
const char *tlsrpt_incident_fault (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_effect:
 * @incident: an incident
 *
 * Returns: (transfer none): what happened to mail, in words
 */
const char *tlsrpt_incident_effect (const TlsrptIncident *incident);

G_END_DECLS
