/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest to JSON, and what of an incident is the same in every JSON. */
#pragma once

#include "insight/digest.h"
#include "insight/judgement.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_json_add_judgement:
 * @builder: a builder in an object
 * @judgement: an incident
 *
 * Adds its number, place, cause, state, severity, effect, fault, days and counts; numbers are numbers.
 */
void tlsrpt_json_add_judgement (JsonBuilder *builder, const TlsrptJudgement *judgement);

/**
 * tlsrpt_json_add_table:
 * @builder: a builder in an object
 * @name: name of the member
 * @table: a table
 *
 * Adds an array of objects, one a row, and, where rows are left out, their number as `NAME_more`.
 */
void tlsrpt_json_add_table (JsonBuilder *builder, const char *name, const TlsrptTable *table);

/** Version of the object: a member that is removed or changes its meaning makes it another */
#define TLSRPT_JSON_DIGEST_VERSION 1

/**
 * tlsrpt_json_digest_node:
 * @digest: a digest
 *
 * Returns: (transfer full): the object that tlsrpt_json_digest() writes
 */
JsonNode *tlsrpt_json_digest_node (const TlsrptDigest *digest);

/**
 * tlsrpt_json_digest:
 * @digest: a digest
 *
 * Returns: (transfer full): the digest as one JSON object
 */
char *tlsrpt_json_digest (const TlsrptDigest *digest);

G_END_DECLS
