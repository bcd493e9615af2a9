/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON bytes to trees that json-glib can be trusted with: grammar and depth are checked over the raw
 * bytes first, bad strings repaired, and failure details handed over a few at a time. */
#pragma once

#include "core/limits.h"

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TlsrptJsonDetails:
 * @details: some elements of a `failure-details` array, in order
 * @policy: which element of `policies` they belong to, from 0
 * @first: position of the first of them in `failure-details`, from 0
 * @data: as given to tlsrpt_json_parse()
 * @error: return location
 *
 * Returns: %TRUE to go on, or %FALSE with @error set
 */
typedef gboolean (*TlsrptJsonDetails) (JsonArray *details, guint policy, guint first, gpointer data,
                                       GError **error);

/**
 * tlsrpt_json_parse:
 * @document: JSON text (RFC 8259), UTF-8 as a rule, with or without a byte order mark
 * @limits: caps `json_depth`, `json_values`, `json_members`, `string_bytes`, `inflated_bytes`
 * @details: called for the elements of every `policies[].failure-details`
 * @data: for @details
 * @deviations: (inout): TlsrptDeviation bits of what was tolerated are added
 * @error: return location
 *
 * json-glib 1.6.6 builds a tree several times the size of the text, and its parser recurses without a
 * bound. So it sees 64 kB of failure details at a time, and never a document deeper than
 * `json_depth`.
 *
 * Errors: %TLSRPT_ERROR_MALFORMED (with line and column), %TLSRPT_ERROR_LIMIT, %TLSRPT_ERROR_INVALID
 * (`policies` or `failure-details` twice), and those of @details.
 *
 * Returns: (transfer full): the document, each `failure-details` array emptied; or %NULL with @error
 *   set
 */
JsonNode *tlsrpt_json_parse (GBytes *document, const TlsrptLimits *limits,
                             TlsrptJsonDetails details, gpointer data, guint64 *deviations,
                             GError **error);

/**
 * tlsrpt_json_write:
 * @node: a tree
 * @pretty: indent for a person
 *
 * As json_to_string(), which up to 1.6.6 at least leaves the last control character, U+001F, as it
 * is inside a string: no JSON (RFC 8259 section 7), and PostgreSQL's jsonb refuses it.
 *
 * Returns: (transfer full): JSON text
 */
char *tlsrpt_json_write (JsonNode *node, gboolean pretty);

/**
 * tlsrpt_json_add_text:
 * @builder: a builder in an object
 * @name: name of the member
 * @value: (nullable): its text; %NULL for null
 *
 * Adds a member.
 */
void tlsrpt_json_add_text (JsonBuilder *builder, const char *name, const char *value);

G_END_DECLS
