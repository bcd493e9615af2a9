/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads settings from the options, the environment and the key file, in that order of priority,
 * into one plain struct. Unknown keys and values out of range are refused. */
#include "settings.h"

#include "core/domain.h"
#include "core/errors.h"
#include "core/trust/dkim-crypto.h"
#include "setting.h"

#include <string.h>

#define SYSTEM_CONFIG "/etc/tlsrpt-ingest.conf"
#define GROUP "tlsrpt-ingest"
#define PREFIX "TLSRPT_"
#define DATABASE_VARIABLE "TLSRPT_DATABASE"
#define KEY_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-_"

const TlsrptSettingInfo *
tlsrpt_settings_info (guint *n)
{
  static TlsrptSettingInfo infos[TLSRPT_N_SETTINGS];

  for (gsize i = 0; i < TLSRPT_N_SETTINGS; i++)
    infos[i] = tlsrpt_setting_table[i].info;
  *n = TLSRPT_N_SETTINGS;
  return infos;
}

const char *
tlsrpt_settings_default (guint number)
{
  TlsrptSettings settings = { 0 };

  tlsrpt_setting_set_defaults (&settings);
  return tlsrpt_setting_text (&tlsrpt_setting_table[number], &settings);
}

const char *
tlsrpt_settings_source (const TlsrptSettings *settings, guint number)
{
  return g_hash_table_lookup (settings->sources, tlsrpt_setting_table[number].info.key);
}

const char *
tlsrpt_settings_value (const TlsrptSettings *settings, guint number)
{
  return tlsrpt_setting_text (&tlsrpt_setting_table[number], settings);
}

static gboolean
read_keys (TlsrptSettings *settings, GKeyFile *file, const char *path, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++) {
    const TlsrptSetting *setting = tlsrpt_setting_find (keys[i]);
    g_autofree char *value = g_key_file_get_string (file, GROUP, keys[i], NULL);

    if (setting == NULL || value == NULL) {
      g_autofree char *quoted = tlsrpt_quote (keys[i]);
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                   "settings: %s: %s '%s'; see --help-settings", path,
                   setting == NULL ? "no setting is called" : "no readable value for", quoted);
      return FALSE;
    }
    if (!tlsrpt_setting_set (settings, setting, path, value, error))
      return FALSE;
  }
  return TRUE;
}

/* The reason in English whatever the locale is, without GLib's text, which repeats the path. */
static const char *
file_error_reason (const GError *file_error)
{
  switch (file_error->code) {
  case G_FILE_ERROR_NOENT:
    return "there is no such file";
  case G_FILE_ERROR_ACCES:
  case G_FILE_ERROR_PERM:
    return "this user may not read it";
  case G_FILE_ERROR_NOTDIR:
    return "a part of its path is no folder";
  default:
    return "reading failed";
  }
}

/* The folder and the lines of the file are left out: the text may reach a stranger in a bounce. */
static gboolean
read_file (TlsrptSettings *settings, const char *config, GError **error)
{
  const char *path = config != NULL ? config : SYSTEM_CONFIG;
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) file_error = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &file_error)) {
    if (config == NULL && g_error_matches (file_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return TRUE;
    if (file_error->domain == G_FILE_ERROR)
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS, "settings: %s cannot be read: %s",
                   name, file_error_reason (file_error));
    else
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                   "settings: %s is not a settings file: it must begin with [" GROUP
                   "], and have lines of key=value",
                   name);
    return FALSE;
  }
  if (!g_key_file_has_group (file, GROUP)) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                 "settings: %s has no section [" GROUP "]: put that line before the keys", name);
    return FALSE;
  }
  return read_keys (settings, file, name, error);
}

static char *
environment_name (const TlsrptSetting *setting)
{
  g_autofree char *upper = g_ascii_strup (setting->info.key, -1);

  return g_strconcat (PREFIX, g_strdelimit (upper, "-", '_'), NULL);
}

/* With a misspelt variable a setting, perhaps one that protects, would keep its default. */
static gboolean
check_environment (GError **error)
{
  g_auto (GStrv) names = g_listenv ();

  for (gsize i = 0; names[i] != NULL; i++) {
    gboolean known =
        !g_str_has_prefix (names[i], PREFIX) || strcmp (names[i], DATABASE_VARIABLE) == 0;

    for (gsize j = 0; j < TLSRPT_N_SETTINGS && !known; j++) {
      g_autofree char *name = environment_name (&tlsrpt_setting_table[j]);

      known = strcmp (names[i], name) == 0;
    }
    if (!known) {
      g_autofree char *quoted = tlsrpt_quote (names[i]);

      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                   "settings: no setting belongs to the environment variable %s; see "
                   "--help-settings, and write it in capitals, with _ for -",
                   quoted);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_environment (TlsrptSettings *settings, GError **error)
{
  const char *database = g_getenv (DATABASE_VARIABLE);

  if (!check_environment (error))
    return FALSE;
  for (gsize i = 0; i < TLSRPT_N_SETTINGS; i++) {
    g_autofree char *name = environment_name (&tlsrpt_setting_table[i]);
    const char *value = g_getenv (name);

    if (value != NULL &&
        !tlsrpt_setting_set (settings, &tlsrpt_setting_table[i], name, value, error))
      return FALSE;
  }
  if (database != NULL)
    return tlsrpt_setting_set (settings, tlsrpt_setting_find ("conninfo"), DATABASE_VARIABLE,
                               database, error);
  return TRUE;
}

/* The text after the = may be a password, and so may a word without =: neither is repeated. */
static gboolean
read_override (TlsrptSettings *settings, const char *override, GError **error)
{
  const char *equals = strchr (override, '=');
  g_autofree char *key = equals != NULL ? g_strndup (override, (gsize)(equals - override)) : NULL;
  const TlsrptSetting *setting = key != NULL ? tlsrpt_setting_find (key) : NULL;

  if (setting != NULL)
    return tlsrpt_setting_set (settings, setting, "--set", equals + 1, error);
  if (key == NULL && tlsrpt_setting_find (override) != NULL)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                 "settings: --set: %s has no value: write --set=%s=VALUE", override, override);
  else if (key == NULL)
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                         "settings: --set: it must be KEY=VALUE, and has no '='");
  else if (*key == '\0' || strspn (key, KEY_CHARACTERS) != strlen (key))
    g_set_error_literal (
        error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
        "settings: --set: it must be KEY=VALUE, and there is no key before the '='; "
        "see --help-settings");
  else
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                 "settings: --set: no setting is called '%.80s'; see --help-settings", key);
  return FALSE;
}

static gboolean
read_overrides (TlsrptSettings *settings, char **overrides, GError **error)
{
  for (gsize i = 0; overrides != NULL && overrides[i] != NULL; i++)
    if (!read_override (settings, overrides[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_gateways (TlsrptSettings *settings, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (settings->gateway_domains, ",; \t", -1);
  g_autoptr (GStrvBuilder) gateways = g_strv_builder_new ();

  for (char **word = words; *word != NULL; word++) {
    g_autofree char *canonical = tlsrpt_domain_canonical (*word);

    if (**word == '\0')
      continue;
    if (strchr (canonical, '.') == NULL || strpbrk (canonical, "*@/") != NULL) {
      g_autofree char *quoted = tlsrpt_quote (*word);

      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                   "settings: gateway-domains: '%s' is no domain", quoted);
      return FALSE;
    }
    g_strv_builder_add (gateways, canonical);
  }
  settings->gateways = g_strv_builder_end (gateways);
  return TRUE;
}

#define SITE_SCHEME "https://"
#define SITE_BYTES_MAX 500
#define SITE_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/:[]%"

/* Names of pages are put behind it, so that it has no query; it is in every mail, so that it has no
 * password, and neither has the error. */
static gboolean
read_site_url (TlsrptSettings *settings, GError **error)
{
  char *url = settings->site_url;
  gsize length = strlen (url);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || !g_str_has_prefix (url, SITE_SCHEME) || length > SITE_BYTES_MAX ||
      strspn (url, SITE_CHARACTERS) < length || g_uri_get_host (uri) == NULL ||
      *g_uri_get_host (uri) == '\0') {
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                         "settings: site-url is not the https address of a folder, as in "
                         "https://tls.example.org/reports");
    return FALSE;
  }
  while (url[length - 1] == '/')
    url[--length] = '\0';
  return TRUE;
}

/* Checks settings that depend on each other. */
static gboolean
settle (TlsrptSettings *settings, GError **error)
{
  if (settings->accept_domains != NULL) {
    settings->accept = tlsrpt_accept_parse (settings->accept_domains, error);
    if (settings->accept == NULL)
      return FALSE;
  }
  if (settings->gateway_domains != NULL && !read_gateways (settings, error))
    return FALSE;
  if (settings->site_url != NULL && !read_site_url (settings, error))
    return FALSE;
  if (!tlsrpt_dkim_crypto_is_built_in ())
    settings->verify_dkim = FALSE;
  if (settings->require_dkim == TLSRPT_REQUIRE_DKIM_YES && !settings->verify_dkim &&
      settings->authserv_id == NULL) {
    g_set_error (
        error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
        "settings: require-dkim is 'yes', and neither verify-dkim nor authserv-id is set%s",
        tlsrpt_dkim_crypto_is_built_in () ? ""
                                          : "; this program was built without DKIM verification");
    return FALSE;
  }
  return TRUE;
}

TlsrptSettings *
tlsrpt_settings_load (const char *config, char **overrides, GError **error)
{
  g_autoptr (TlsrptSettings) settings = g_new0 (TlsrptSettings, 1);

  settings->sources = g_hash_table_new (g_str_hash, g_str_equal);
  tlsrpt_setting_set_defaults (settings);
  if (!read_file (settings, config, error) || !read_environment (settings, error) ||
      !read_overrides (settings, overrides, error) || !settle (settings, error))
    return NULL;
  return g_steal_pointer (&settings);
}

gboolean
tlsrpt_settings_demand_dkim (const TlsrptSettings *settings, gboolean verifies)
{
  return settings->require_dkim == TLSRPT_REQUIRE_DKIM_YES ||
         (settings->require_dkim == TLSRPT_REQUIRE_DKIM_AUTO &&
          (verifies || settings->authserv_id != NULL));
}

void
tlsrpt_settings_free (TlsrptSettings *settings)
{
  g_free (settings->conninfo);
  g_free (settings->authserv_id);
  g_free (settings->gateway_domains);
  g_strfreev (settings->gateways);
  g_free (settings->accept_domains);
  g_free (settings->site_url);
  tlsrpt_accept_free (settings->accept);
  g_hash_table_unref (settings->sources);
  g_free (settings);
}
