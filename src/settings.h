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

/**
 * TlsrptSettings:
 * @conninfo: (nullable): libpq connection string
 * @deadline: seconds for one delivery or one batch
 * @keep_evidence: keep the bytes as received
 * @on_reject: what becomes of a message that is at fault
 * @syslog: also log one line a message to syslog, facility mail
 * @limits: caps of limits.h
 */
typedef struct {
  char *conninfo;
  guint64 deadline;
  gboolean keep_evidence;
  TlsrptOnReject on_reject;
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
