/* SPDX-License-Identifier: GPL-3.0-or-later
 * Options over environment over key file to one plain struct. Refuses unknown keys and values out of
 * range, naming file, key and what would be right. */
#pragma once

#include "setting.h"

#include <glib.h>

G_BEGIN_DECLS

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
 * Returns: %TRUE if a report without its reporter's valid signature is refused: by `yes`, or by `auto`
 *   where there is a source of verdicts
 */
gboolean tlsrpt_settings_demand_dkim (const TlsrptSettings *settings, gboolean verifies);

/**
 * tlsrpt_settings_free:
 * @settings: (transfer full): what to free
 */
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
 * tlsrpt_settings_source:
 * @settings: settings
 * @number: of a setting, as in tlsrpt_settings_info()
 *
 * Returns: (transfer none) (nullable): what sets it: a file's name, an environment variable or `--set`;
 *   %NULL for its default
 */
const char *tlsrpt_settings_source (const TlsrptSettings *settings, guint number);

/**
 * tlsrpt_settings_value:
 * @settings: settings
 * @number: of a setting
 *
 * Returns: (transfer none): its value, as one would write it; `-` for none
 */
const char *tlsrpt_settings_value (const TlsrptSettings *settings, guint number);

/**
 * tlsrpt_settings_default:
 * @number: of a setting, as in tlsrpt_settings_info()
 *
 * Returns: (transfer none): its value where nothing sets it, as one would write it; `-` for none
 */
const char *tlsrpt_settings_default (guint number);

G_END_DECLS
