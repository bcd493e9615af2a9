/* SPDX-License-Identifier: GPL-3.0-or-later
 * Options over environment over key file to one plain struct. Refuses unknown keys and values out of
 * range, naming file, key and what would be right. */
#pragma once

#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TLSRPT_ON_REJECT_KEEP,
  TLSRPT_ON_REJECT_BOUNCE,
  TLSRPT_ON_REJECT_DISCARD,
} TlsrptOnReject;

typedef enum {
  TLSRPT_QUARANTINE_FULL_DEFER,
  TLSRPT_QUARANTINE_FULL_DROP_OLDEST,
} TlsrptQuarantineFull;

/**
 * TlsrptSettings:
 * @conninfo: (nullable): libpq connection string
 * @deadline: seconds for one delivery or one batch
 * @keep_evidence: keep the bytes as received
 * @on_reject: what becomes of a message that is at fault
 * @authserv_id: (nullable): the operator's own authentication service
 * @require_dkim: -1 not set (yes once @authserv_id is set), 0 no, 1 yes
 * @accept_domains: (array zero-terminated=1): domains and `*.` wildcards; empty accepts all
 * @quarantine_bytes: cap on all of quarantine, in bytes
 * @quarantine_sender_bytes: cap on one sender's part of it, in bytes
 * @quarantine_full: what happens at a cap
 * @syslog: also log one line a message to syslog, facility mail
 * @limits: caps of limits.h
 */
typedef struct {
  char *conninfo;
  guint64 deadline;
  gboolean keep_evidence;
  TlsrptOnReject on_reject;
  char *authserv_id;
  int require_dkim;
  char **accept_domains;
  guint64 quarantine_bytes;
  guint64 quarantine_sender_bytes;
  TlsrptQuarantineFull quarantine_full;
  gboolean syslog;
  TlsrptLimits limits;
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

void tlsrpt_settings_free (TlsrptSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptSettings, tlsrpt_settings_free)

/**
 * tlsrpt_settings_info:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): every setting there is
 */
const TlsrptSettingInfo *tlsrpt_settings_info (guint *n);

G_END_DECLS
