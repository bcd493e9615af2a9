/* SPDX-License-Identifier: GPL-3.0-or-later
 * The settings as one plain struct, and for each its name, what it takes, and its member. */
#pragma once

#include "core/accept.h"
#include "core/limits.h"
#include "core/threshold.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptOnReject:
 * @TLSRPT_ON_REJECT_KEEP: it goes to quarantine
 * @TLSRPT_ON_REJECT_BOUNCE: it goes to quarantine, and the mail system bounces it
 * @TLSRPT_ON_REJECT_DISCARD: it is dropped
 *
 * What becomes of a message that is at fault.
 */
typedef enum {
  TLSRPT_ON_REJECT_KEEP,
  TLSRPT_ON_REJECT_BOUNCE,
  TLSRPT_ON_REJECT_DISCARD,
} TlsrptOnReject;

/**
 * TlsrptRequireDkim:
 * @TLSRPT_REQUIRE_DKIM_AUTO: where there is a source of verdicts
 * @TLSRPT_REQUIRE_DKIM_YES: always
 * @TLSRPT_REQUIRE_DKIM_NO: never
 *
 * When a report without its reporter's valid signature is refused.
 */
typedef enum {
  TLSRPT_REQUIRE_DKIM_AUTO,
  TLSRPT_REQUIRE_DKIM_YES,
  TLSRPT_REQUIRE_DKIM_NO,
} TlsrptRequireDkim;

/**
 * TlsrptDkimTemperror:
 * @TLSRPT_DKIM_TEMPERROR_DEFER: the mail system tries again later
 * @TLSRPT_DKIM_TEMPERROR_IS_NONE: the mail counts as unsigned
 *
 * What becomes of a mail whose key cannot be looked up now.
 */
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
 * @authserv_id: (nullable): the operator's own authserv-id (RFC 8601); if %NULL, no such header is trusted
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
 * @site_url: (nullable): address of what command `site` made, without a slash at its end
 * @accept_domains_table: reports are accepted too for what table accepted_domain has
 * @limits: caps of limits.h
 * @thresholds: what is concluded from reports, and when
 * @sources: (element-type utf8 utf8): keys that something sets to what sets them
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
  char *site_url;
  gboolean accept_domains_table;
  TlsrptLimits limits;
  TlsrptThresholds thresholds;
  GHashTable *sources;
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

/** How many settings there are */
#define TLSRPT_N_SETTINGS 46

/**
 * TlsrptSettingKind:
 * @TLSRPT_SETTING_STRING: any text; an empty one unsets it
 * @TLSRPT_SETTING_BOOLEAN: yes or no
 * @TLSRPT_SETTING_NUMBER: a whole number in a range
 * @TLSRPT_SETTING_COUNT: the same, in 32 bits
 * @TLSRPT_SETTING_PERCENT: a share, in whole percent
 * @TLSRPT_SETTING_WORD: one of several words
 *
 * What a setting takes.
 */
typedef enum {
  TLSRPT_SETTING_STRING,
  TLSRPT_SETTING_BOOLEAN,
  TLSRPT_SETTING_NUMBER,
  TLSRPT_SETTING_COUNT,
  TLSRPT_SETTING_PERCENT,
  TLSRPT_SETTING_WORD,
} TlsrptSettingKind;

/**
 * TlsrptSetting:
 * @info: its name, and what is said of it
 * @kind: what it takes
 * @offset: of its member in TlsrptSettings: `char *`, gboolean, guint64, guint32 or gint32, a
 *   double from 0 to 1, or an enumeration
 * @minimum: of a number
 * @maximum: of a number
 * @words: (nullable) (array zero-terminated=1): words in the order of the enumeration
 */
typedef struct {
  TlsrptSettingInfo info;
  TlsrptSettingKind kind;
  gsize offset;
  guint64 minimum;
  guint64 maximum;
  const char *const *words;
} TlsrptSetting;

/** All settings, in the order in which they are shown */
extern const TlsrptSetting tlsrpt_setting_table[];

/**
 * tlsrpt_setting_find:
 * @key: name of a setting
 *
 * Returns: (nullable): the setting; %NULL if none is called so
 */
const TlsrptSetting *tlsrpt_setting_find (const char *key);

/**
 * tlsrpt_setting_set_defaults:
 * @settings: settings, all zero
 *
 * Sets what holds unless it is set otherwise.
 */
void tlsrpt_setting_set_defaults (TlsrptSettings *settings);

/**
 * tlsrpt_setting_set:
 * @settings: settings
 * @setting: which of them
 * @where: file, variable or option that it stands in, for the error
 * @value: its new value
 * @error: return location
 *
 * Errors: %TLSRPT_ERROR_SETTINGS if @value is not what @setting takes.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_setting_set (TlsrptSettings *settings, const TlsrptSetting *setting,
                             const char *where, const char *value, GError **error);

/**
 * tlsrpt_setting_text:
 * @setting: a setting
 * @settings: settings
 *
 * Returns: (transfer none): its value as one would write it; `-` for none
 */
const char *tlsrpt_setting_text (const TlsrptSetting *setting, const TlsrptSettings *settings);

G_END_DECLS
