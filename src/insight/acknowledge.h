/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an operator knows of or wants to hear nothing of, into the table, and incidents for a list. */
#pragma once

#include "insight/incident.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptSubject:
 * @kind: (nullable): `incident`, `domain`, `mx` or `reporter`; %NULL for all
 * @name: number or name
 */
typedef struct {
  const char *kind;
  const char *name;
} TlsrptSubject;

/**
 * tlsrpt_acknowledge:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @action: `ack` or `mute`
 * @subject: what
 * @until: (nullable): last day that it holds for, `YYYY-MM-DD`; %NULL for no end
 * @note: a word why
 * @error: return location
 *
 * Takes the place of what was said of the same subject before.
 *
 * Errors: as tlsrpt_pg_query(); %TLSRPT_ERROR_USAGE where there is no incident with that number.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_acknowledge (TlsrptPg *pg, const char *action, const TlsrptSubject *subject,
                             const char *until, const char *note, GError **error);

/**
 * tlsrpt_acknowledge_end:
 * @pg: a connection whose user has role tlsrpt_alerter
 * @subject: what
 * @error: return location
 *
 * Takes back what was said of it.
 *
 * Errors: as tlsrpt_acknowledge().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_acknowledge_end (TlsrptPg *pg, const TlsrptSubject *subject, GError **error);

/**
 * tlsrpt_acknowledge_list:
 * @pg: a connection whose user has role tlsrpt_reader
 * @subject: which incidents
 * @all: whether those that are over and minor ones are wanted too
 * @today: day on which what was said must hold, `YYYY-MM-DD`
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full) (element-type TlsrptIncident): the incidents, open ones and the most severe
 *   first, or %NULL with @error set
 */
GPtrArray *tlsrpt_acknowledge_list (TlsrptPg *pg, const TlsrptSubject *subject, gboolean all,
                                    const char *today, GError **error);

/**
 * tlsrpt_acknowledge_show:
 * @pg: the connection
 * @incident: an incident
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): all that is known of @incident, as text for a person, or %NULL with @error set
 */
char *tlsrpt_acknowledge_show (TlsrptPg *pg, const TlsrptIncident *incident, GError **error);

/**
 * tlsrpt_acknowledge_line:
 * @incident: an incident
 *
 * Returns: (transfer full): @incident in two lines of a list
 */
char *tlsrpt_acknowledge_line (const TlsrptIncident *incident);

G_END_DECLS
