/* SPDX-License-Identifier: GPL-3.0-or-later
 * Message bytes to its envelope of headers and its report parts, wherever a mail system, a mailing
 * list or a gateway put them. Refuses messages over the caps; believes bytes over labels. */
#pragma once

#include "core/content.h"
#include "core/limits.h"
#include "core/envelope.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptPart:
 * @content: the part's bytes after its transfer encoding was undone
 * @judged: what @content is
 * @gunzip: (nullable): @content with its first bytes inflated, if it is packed
 * @media_type: lower case, e.g. `application/tlsrpt+gzip`
 * @file_name: (nullable): decoded, by `filename` or else `name`
 * @file_submitter: (nullable): first field of @file_name, where the grammar of RFC 8460 section 5.1 holds
 * @file_domain: (nullable): second field of @file_name
 * @deviations: TlsrptDeviation bits seen in the labels
 */
typedef struct {
  GBytes *content;
  TlsrptContent judged;
  TlsrptGunzip *gunzip;
  char *media_type;
  char *file_name;
  char *file_submitter;
  char *file_domain;
  guint64 deviations;
} TlsrptPart;

/**
 * tlsrpt_part_free:
 * @part: (transfer full) (nullable): what to free
 */
void tlsrpt_part_free (TlsrptPart *part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptPart, tlsrpt_part_free)

/**
 * tlsrpt_message_parse:
 * @bytes: one message, any line ending, with or without a leading `From ` line
 * @limits: caps
 * @envelope: (out) (optional) (nullable) (transfer full): the header, set even where an error is
 *   returned, as far as it could be read: quarantine and logs need it
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_NO_REPORT (a DMARC report is named as one), %TLSRPT_ERROR_LIMIT,
 * %TLSRPT_ERROR_MALFORMED, %TLSRPT_ERROR_UNSUPPORTED (zip).
 *
 * Returns: (transfer full) (element-type TlsrptPart): candidates for a report, in order, at least
 *   one; or %NULL with @error set
 */
GPtrArray *tlsrpt_message_parse (GBytes *bytes, const TlsrptLimits *limits,
                                 TlsrptEnvelope **envelope, GError **error);

G_END_DECLS
