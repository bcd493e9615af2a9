/* SPDX-License-Identifier: GPL-3.0-or-later
 * One setting: its name, what it takes, and the member that has its value. */
#pragma once

#include "settings.h"

#include <glib.h>

G_BEGIN_DECLS

/** How many settings there are */
#define TLSRPT_N_SETTINGS 44

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
