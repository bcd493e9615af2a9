/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of view tlsrpt.incident as plain data. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

#define TLSRPT_INCIDENT_NAMES 100

/**
 * TlsrptIncident:
 *
 * A row of the view, whose comments say what each column means. Counts are in digits; @cause,
 * @command, @change and @organization_names are lists, the last of %TLSRPT_INCIDENT_NAMES at most.
 */
typedef struct {
  char *policy_domain;
  char *receiving_mx; /* nullable */
  char *result_type;
  char *finding;
  char *title;
  char *state;
  char *severity;
  char *first_day;
  char *last_day;
  char *failed_sessions;
  char *sessions;
  double failed_share;
  guint reporters;
  char **organization_names;
  guint other_reporters;
  guint authentic_reporters;
  char *likely_fault;
  char *failure_reason_code; /* nullable */
  char *meaning;
  char **cause;
  char **command;
  char **change;
  gboolean is_new;
} TlsrptIncident;

/** tlsrpt_incident_columns: the columns that tlsrpt_incident_new() reads, for a SELECT on the view */
extern const char tlsrpt_incident_columns[];

/**
 * tlsrpt_incident_new:
 * @result: tuples of tlsrpt_incident_columns
 * @row: one of them
 *
 * Returns: (transfer full): the incident
 */
TlsrptIncident *tlsrpt_incident_new (const PGresult *result, int row);

void tlsrpt_incident_free (TlsrptIncident *incident);

/** tlsrpt_incident_is_over: whether @incident is closed */
gboolean tlsrpt_incident_is_over (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_place:
 * @incident: an incident
 *
 * Returns: (transfer full): its domain and MX in one printable line, long names shortened
 */
char *tlsrpt_incident_place (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_finding:
 * @incident: an incident
 *
 * Returns: (transfer full): its title and result type in one printable line
 */
char *tlsrpt_incident_finding (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_headline:
 * @incident: an incident
 *
 * Returns: (transfer full): place and finding in one printable line, not escaped for HTML
 */
char *tlsrpt_incident_headline (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_proof:
 * @incident: an incident
 *
 * Returns: (transfer full): since when, how much, who saw it and whose fault it likely is, in one
 *   printable line
 */
char *tlsrpt_incident_proof (const TlsrptIncident *incident);

/**
 * tlsrpt_incident_fault:
 * @incident: an incident
 *
 * Returns: (transfer none): its likely fault in words
 */
const char *tlsrpt_incident_fault (const TlsrptIncident *incident);

G_END_DECLS
