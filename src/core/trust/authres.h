/* SPDX-License-Identifier: GPL-3.0-or-later
 * One Authentication-Results field (RFC 8601 section 2.2) to its results. Refuses a field whose
 * grammar is broken as a whole: half of a verdict is none. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Results in one field; a border server writes one a signature and method, a few as a rule. */
#define TLSRPT_AUTHRES_RESULTS_MAX 100
/* Properties of one result; OpenDKIM writes 5. */
#define TLSRPT_AUTHRES_PROPERTIES_MAX 32
/* Comments inside each other. */
#define TLSRPT_AUTHRES_COMMENT_DEPTH_MAX 16

/**
 * TlsrptAuthresProperty:
 * @ptype: `smtp`, `header`, `body`, `policy` or another Keyword, lower case
 * @property: e.g. `d`, `mailfrom`, lower case
 * @value: as meant: quoted strings without their quotation marks; bytes as sent
 */
typedef struct {
  char *ptype;
  char *property;
  char *value;
} TlsrptAuthresProperty;

/**
 * TlsrptAuthresResult:
 * @method: lower case, without its version; a version other than 1 is not kept at all
 * @result: lower case
 * @reason: (nullable): value of `reason=`
 * @properties: (element-type TlsrptAuthresProperty): by value, in order
 */
typedef struct {
  char *method;
  char *result;
  char *reason;
  GArray *properties;
} TlsrptAuthresResult;

/**
 * TlsrptAuthres:
 * @authserv_id: of the service that wrote the field, as meant
 * @malformed: %TRUE if what follows the id breaks the grammar or a cap; @results is empty then
 * @results: (element-type TlsrptAuthresResult): by value, in order; empty for `none` too
 */
typedef struct {
  char *authserv_id;
  gboolean malformed;
  GArray *results;
} TlsrptAuthres;

/**
 * tlsrpt_authres_parse:
 * @value: field body, folded or not; any bytes
 *
 * Reads what RFC 8601 section 2.2 allows, and three things that servers write beyond it: empty
 * elements between semicolons, unquoted values with `/`, `+` or `=` in them (a signature's `b`), and
 * `name=value` without a ptype after a result, which is skipped.
 *
 * Returns: (transfer full) (nullable): the field; %NULL if not even its authserv-id can be read
 */
TlsrptAuthres *tlsrpt_authres_parse (const char *value);

/**
 * tlsrpt_authres_free:
 * @authres: (transfer full) (nullable): what to free
 */
void tlsrpt_authres_free (TlsrptAuthres *authres);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptAuthres, tlsrpt_authres_free)

/**
 * tlsrpt_authres_property:
 * @result: a result
 * @ptype: lower case
 * @property: lower case
 *
 * Returns: (nullable): value of the first such property
 */
const char *tlsrpt_authres_property (const TlsrptAuthresResult *result, const char *ptype,
                                     const char *property);

G_END_DECLS
