/* SPDX-License-Identifier: GPL-3.0-or-later
 * This installation: what the machine and the database have, and what reports came of it. */
#pragma once

#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_installation_judge_machine:
 * @looks: (element-type TlsrptLook): findings are added here
 *
 * TLS for GIO, and a resolver that answers and validates DNSSEC: it is asked for the root's MX records.
 */
void tlsrpt_installation_judge_machine (GPtrArray *looks);

/**
 * tlsrpt_installation_judge_clock:
 * @server: the server's time, in microseconds since 1970
 * @here: this machine's, at the same moment
 * @database: whose server it is
 * @looks: (element-type TlsrptLook): one finding is added here
 */
void tlsrpt_installation_judge_clock (gint64 server, gint64 here, const char *database,
                                      GPtrArray *looks);

/**
 * tlsrpt_installation_judge_database:
 * @pg: a connection
 * @looks: (element-type TlsrptLook): findings are added here
 *
 * Who is connected to what, the two clocks, the roles that the user has.
 */
void tlsrpt_installation_judge_database (TlsrptPg *pg, GPtrArray *looks);

/**
 * tlsrpt_installation_judge_schema:
 * @version: the schema's; 0 if it is not there
 * @faults: (array zero-terminated=1): what it lacks, as tlsrpt_schema_faults() has it
 * @looks: (element-type TlsrptLook): findings are added here
 */
void tlsrpt_installation_judge_schema (int version, char **faults, GPtrArray *looks);

/**
 * tlsrpt_installation_judge_reports:
 * @pg: a connection whose user has role tlsrpt_reader
 * @looks: (element-type TlsrptLook): findings are added here
 *
 * The last day that a report speaks of, of each reporter too, when alert ran, and what came into quarantine within a week, with the setting
 * to look at.
 */
void tlsrpt_installation_judge_reports (TlsrptPg *pg, GPtrArray *looks);

/**
 * tlsrpt_installation_judge_authserv:
 * @pg: a connection; where its user has not role tlsrpt_owner nothing is found
 * @authserv_id: (nullable): the setting
 * @looks: (element-type TlsrptLook): findings are added here
 *
 * Whose Authentication-Results the latest mails in quarantine have, beside the setting.
 */
void tlsrpt_installation_judge_authserv (TlsrptPg *pg, const char *authserv_id, GPtrArray *looks);

G_END_DECLS
