/* SPDX-License-Identifier: GPL-3.0-or-later
 * Options over environment over key file to one plain struct. Refuses unknown keys and values out of
 * range, naming file, key and what would be right. */
#pragma once

#include "core/accept.h"
#include "core/limits.h"
#include "core/threshold.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TLSRPT_ON_REJECT_KEEP,
  TLSRPT_ON_REJECT_BOUNCE,
  TLSRPT_ON_REJECT_DISCARD,
} TlsrptOnReject;

typedef enum {
  TLSRPT_REQUIRE_DKIM_AUTO,
  TLSRPT_REQUIRE_DKIM_YES,
  TLSRPT_REQUIRE_DKIM_NO,
} TlsrptRequireDkim;

typedef enum {
  TLSRPT_DKIM_TEMPERROR_DEFER,
  TLSRPT_DKIM_TEMPERROR_IS_NONE,
} TlsrptDkimTemperror;

/**
 * TlsrptSettings:
 * @conninfo: (nullable): libpq connection string
 * @deadline: seconds for one delivery or one batch
 * @keep_evidence: keep each document, packed
 * @on_reject: what becomes of a message that is at fault
 * @syslog: also log one line a message to syslog, facility mail
 * @authserv_id: (nullable): the operator's own authserv-id (RFC 8601); %NULL believes no header
 * @trusted_hops: Received fields that the operator's own hosts write (verdict.h)
 * @authserv_below: the own service writes right below the last of these, not above it
 * @require_dkim: whether a report without a valid, aligned DKIM signature is refused; see
 *   tlsrpt_settings_demand_dkim() for auto
 * @verify_dkim: `deliver` verifies signatures; as loaded %FALSE where it was built without
 * @dkim_temperror: what a key comes to that cannot be looked up now, where a signature is demanded
 * @gateway_domains: (nullable): domains of own hosts that sign what they alter, as written
 * @gateways: (nullable) (array zero-terminated=1): @gateway_domains, each as a lower-case A-label
 * @accept_domains: (nullable): whose reports are accepted, as written
 * @accept: (nullable): @accept_domains, read; %NULL accepts all unless @accept_domains_table
 * @accept_domains_table: reports are accepted too for what table accepted_domain has
 * @limits: caps of limits.h
 * @thresholds: what is concluded from reports, and when
 */
typedef struct {
  char *conninfo;
  guint64 deadline;
  gboolean keep_evidence;
  TlsrptOnReject on_reject;
  gboolean syslog;
  char *authserv_id;
  guint64 trusted_hops;
  gboolean authserv_below;
  TlsrptRequireDkim require_dkim;
  gboolean verify_dkim;
  TlsrptDkimTemperror dkim_temperror;
  char *gateway_domains;
  char **gateways;
  char *accept_domains;
  TlsrptAccept *accept;
  gboolean accept_domains_table;
  TlsrptLimits limits;
  TlsrptThresholds thresholds;
} TlsrptSettings;

/**
 * TlsrptSettingInfo:
 * @key: name in the key file; the environment's is `TLSRPT_` and the name in capitals, - as _
 * @value: what it takes, e.g. `SECONDS`
 * @summary: one line
 */
typedef struct {
  const char *key;
  const char *value;
  const char *summary;
} TlsrptSettingInfo;

/**
 * tlsrpt_settings_load:
 * @config: (nullable): path of a key file named on the command line, which must exist; %NULL reads
 *   the system's one if it is there
 * @overrides: (nullable) (array zero-terminated=1): `key=value` of the command line's `--set`
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_SETTINGS.
 *
 * Returns: (transfer full): settings, or %NULL with @error set
 */
TlsrptSettings *tlsrpt_settings_load (const char *config, char **overrides, GError **error);

/**
 * tlsrpt_settings_demand_dkim:
 * @settings: settings
 * @verifies: whether the command verifies signatures itself
 *
 * Returns: %TRUE if a report without its sender's valid signature is refused: by `yes`, or by `auto`
 *   where there is a source of verdicts
 */
gboolean tlsrpt_settings_demand_dkim (const TlsrptSettings *settings, gboolean verifies);

void tlsrpt_settings_free (TlsrptSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptSettings, tlsrpt_settings_free)

/**
 * tlsrpt_settings_info:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): every setting there is
 */
const TlsrptSettingInfo *tlsrpt_settings_info (guint *n);

/**
 * tlsrpt_settings_default:
 * @number: of a setting, as in tlsrpt_settings_info()
 *
 * Returns: (transfer none): its value where nothing sets it, as one would write it; `-` for none
 */
const char *tlsrpt_settings_default (guint number);

G_END_DECLS
