/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports and messages for tests of the store, made in memory: a plain one, and one with every member. */
#pragma once

#include "store/store.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * sample_report:
 * @report_id: report-id; with the same one, the identity is the same
 * @document: text that the digest of the bytes is made of, and that the meaning differs by
 *
 * Returns: (transfer full): a report of one day, one policy for example.org and one failure detail
 */
TlsrptReport *sample_report (const char *report_id, const char *document);

/**
 * sample_full_report:
 *
 * Returns: (transfer full): a report with a value in every member, three policies and, under the
 *   first, three failure details with addresses of both families and texts that are none
 */
TlsrptReport *sample_full_report (void);

/** sample_add_policy: (transfer none): one more policy of @report, without failures */
TlsrptPolicy *sample_add_policy (TlsrptReport *report, const char *policy_type,
                                 const char *policy_domain);

/** sample_add_failures: @n failure details for the last policy of @report */
void sample_add_failures (TlsrptReport *report, guint n);

/**
 * sample_item:
 * @raw: text of the message
 * @...: (transfer full): reports of it, ended by %NULL
 *
 * Returns: (transfer full): a message for the store
 */
TlsrptItem *sample_item (const char *raw, ...) G_GNUC_NULL_TERMINATED;

/** sample_refuse: gives @item an entry for quarantine with @reason and the text @detail */
void sample_refuse (TlsrptItem *item, TlsrptError reason, const char *detail);

/** sample_open_as: (transfer full): a connected store, or %NULL with @error set as by tlsrpt_store_connect() */
TlsrptStore *sample_open_as (const TlsrptStoreOptions *options, GError **error);

/** sample_open: (transfer full): a store, with evidence and a deadline of 30 s; as sample_open_as() */
TlsrptStore *sample_open (const char *conninfo, GError **error);

/**
 * sample_put:
 * @conninfo: a connection string
 * @error: return location
 * @...: (transfer none): TlsrptItem, ended by %NULL
 *
 * Returns: what tlsrpt_store_put() returned for all of them on a connection of its own, which had to
 *   be opened first
 */
gboolean sample_put (const char *conninfo, GError **error, ...) G_GNUC_NULL_TERMINATED;

/** sample_outcomes: (transfer full): the outcomes of @item in words, separated by blanks */
char *sample_outcomes (const TlsrptItem *item);

#define sample_assert_outcomes(item, expected)                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *sample_outcomes_got = sample_outcomes (item);                                 \
    g_assert_cmpstr (sample_outcomes_got, ==, expected);                                           \
  }                                                                                                \
  G_STMT_END

/** As if functions and views of another version of the schema were installed. */
#define SAMPLE_SET_VERSION(number)                                                                 \
  "CREATE OR REPLACE FUNCTION tlsrpt.installed_version() RETURNS integer"                          \
  " LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN " number

/** What is stored of reports, policies and failures, and in quarantine, as one row of counts. */
#define SAMPLE_COUNTS                                                                              \
  "SELECT (SELECT count(*) FROM tlsrpt.report), (SELECT count(*) FROM tlsrpt.policy),"             \
  " (SELECT count(*) FROM tlsrpt.failure), (SELECT count(*) FROM tlsrpt.quarantine)"

G_END_DECLS
