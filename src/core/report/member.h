/* SPDX-License-Identifier: GPL-3.0-or-later
 * Members of one JSON object of a report to typed values: what the wild sends for a string, a list, a
 * count or a date-time is read and noted; the rest is refused with its path. */
#pragma once

#include "core/deviation.h"
#include "core/report/report.h"

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* No sender has a million million sessions; a bound keeps every sum of them a bigint. */
#define TLSRPT_COUNT_MAX G_GINT64_CONSTANT (1000000000000)

/**
 * TlsrptMembers:
 * @report: report that owns the strings read, and whose `deviations` are added to
 * @object: (nullable): the JSON object; %NULL for one that is absent: it has no members
 * @policy: which element of `policies` @object is in; -1 for none
 * @detail: which element of its `failure-details` @object is; -1 for none
 * @within: name of @object below that (`summary`), or ""
 * @limits: caps `list_entries`, `name_bytes`, `text_bytes`, `string_bytes`
 *
 * One object of a document, with the place it stands at. The place becomes text only for an error.
 */
typedef struct {
  TlsrptReport *report;
  JsonObject *object;
  int policy;
  int detail;
  const char *within;
  const TlsrptLimits *limits;
} TlsrptMembers;

/**
 * tlsrpt_members_refuse:
 * @members: an object
 * @name: (nullable): member of it; %NULL for @members itself
 * @what: what is wrong with it, e.g. `is not an integer`
 * @error: return location
 *
 * Sets %TLSRPT_ERROR_INVALID: `json: policies[2].summary.total-failure-session-count is not an integer`.
 *
 * Returns: %FALSE
 */
gboolean tlsrpt_members_refuse (const TlsrptMembers *members, const char *name, const char *what,
                                GError **error);

/**
 * tlsrpt_members_exceed:
 * @members: an object
 * @name: member of it
 * @cap: what it passes
 * @of_what: e.g. `bytes (setting name-bytes)`
 * @error: return location
 *
 * Sets %TLSRPT_ERROR_LIMIT: `json: policies[2].policy.policy-domain is of more than 255 bytes (...)`.
 *
 * Returns: %FALSE
 */
gboolean tlsrpt_members_exceed (const TlsrptMembers *members, const char *name, guint64 cap,
                                const char *of_what, GError **error);

/**
 * tlsrpt_members_note:
 * @members: an object
 * @deviation: what was tolerated in it
 */
void tlsrpt_members_note (const TlsrptMembers *members, TlsrptDeviation deviation);

/**
 * tlsrpt_members_get:
 * @members: an object
 * @name: of a member
 *
 * Returns: (transfer none) (nullable): its value; %NULL if it is absent or null
 */
JsonNode *tlsrpt_members_get (const TlsrptMembers *members, const char *name);

/**
 * tlsrpt_members_string:
 * @members: an object
 * @name: of a member: a string of at most `text_bytes`; a number is taken for its digits
 * @text: (out) (nullable): the string; %NULL if it is absent, null or empty
 * @error: return location
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_INVALID or %TLSRPT_ERROR_LIMIT
 */
gboolean tlsrpt_members_string (const TlsrptMembers *members, const char *name, const char **text,
                                GError **error);

/**
 * tlsrpt_members_name:
 * @members: an object
 * @name: of a member: a string of at most `name_bytes`; a number is taken for its digits
 * @text: (out) (nullable): the string; %NULL if it is absent, null or empty
 * @error: return location
 *
 * tlsrpt_members_string() with the cap for names.
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_INVALID or %TLSRPT_ERROR_LIMIT
 */
gboolean tlsrpt_members_name (const TlsrptMembers *members, const char *name, const char **text,
                              GError **error);

/**
 * tlsrpt_members_array:
 * @members: an object
 * @name: of a member: an array; one object stands for an array of it, one without members for none
 * @array: (out) (transfer full) (nullable): the array; %NULL if it is absent or null
 * @error: return location
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_INVALID
 */
gboolean tlsrpt_members_array (const TlsrptMembers *members, const char *name, JsonArray **array,
                               GError **error);

/**
 * tlsrpt_members_strings:
 * @members: an object
 * @name: of a member: an array of strings, or one string that stands for its lines
 * @as_string: noted for the latter
 * @list: (out): the strings, at most `list_entries`; empty if it is absent or null
 * @error: return location
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_INVALID or %TLSRPT_ERROR_LIMIT
 */
gboolean tlsrpt_members_strings (const TlsrptMembers *members, const char *name,
                                 TlsrptDeviation as_string, const char *const **list,
                                 GError **error);

/**
 * tlsrpt_members_count:
 * @members: an object
 * @name: of a member: a number of sessions, 0 to %TLSRPT_COUNT_MAX, as an integer, a float without a
 *   fraction, or a string of digits
 * @absent: value for one that is absent or null
 * @count: (out): the number
 * @error: return location
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_INVALID
 */
gboolean tlsrpt_members_count (const TlsrptMembers *members, const char *name, gint64 absent,
                               gint64 *count, GError **error);

/**
 * tlsrpt_members_time:
 * @members: an object
 * @name: of a member: a date-time of RFC 3339, also without a zone (UTC is meant) or a date alone
 * @is_end: a date alone means its last second, not its first
 * @microseconds: (out): since 1970 UTC
 * @error: return location
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_INVALID, for an absent one too
 */
gboolean tlsrpt_members_time (const TlsrptMembers *members, const char *name, gboolean is_end,
                              gint64 *microseconds, GError **error);

/**
 * tlsrpt_members_child:
 * @members: an object
 * @name: of a member: an object
 * @child: (out): it, with its place
 * @error: return location
 *
 * Returns: %TRUE, also for one that is absent or null: @child has no members then; or %FALSE with
 *   %TLSRPT_ERROR_INVALID
 */
gboolean tlsrpt_members_child (const TlsrptMembers *members, const char *name, TlsrptMembers *child,
                               GError **error);

/**
 * tlsrpt_members_unknown:
 * @members: an object
 * @known: (array length=n_known): names of the members that RFC 8460 knows
 * @n_known: how many
 *
 * Returns: (transfer full) (nullable): the other members; %NULL if there are none
 */
JsonObject *tlsrpt_members_unknown (const TlsrptMembers *members, const char *const *known,
                                    gsize n_known);

/**
 * tlsrpt_members_keep:
 * @members: an object
 * @unknown: (transfer full) (nullable): members of it
 * @text: (out) (nullable): @unknown as JSON text of at most `string_bytes`, which the report owns
 * @error: return location
 *
 * Returns: %TRUE, or %FALSE with %TLSRPT_ERROR_LIMIT
 */
gboolean tlsrpt_members_keep (const TlsrptMembers *members, JsonObject *unknown, const char **text,
                              GError **error);

G_END_DECLS
