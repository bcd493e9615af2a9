/* SPDX-License-Identifier: GPL-3.0-or-later
 * Options over environment over key file to one plain struct, by one table. Refuses unknown keys and
 * values out of range. */
#include "settings.h"

#include "core/domain.h"
#include "core/errors.h"
#include "core/trust/dkim-crypto.h"

#include <string.h>

#define SYSTEM_CONFIG "/etc/tlsrpt-ingest.conf"
#define GROUP "tlsrpt-ingest"
#define PREFIX "TLSRPT_"
#define DATABASE_VARIABLE "TLSRPT_DATABASE"
#define KEY_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-_"

typedef enum {
  KIND_STRING,
  KIND_BOOLEAN,
  KIND_NUMBER,
  KIND_WORD,
} Kind;

typedef struct {
  TlsrptSettingInfo info;
  Kind kind;
  gsize offset;
  guint64 minimum;
  guint64 maximum;
  const char *const *words;
} Setting;

static const char *const on_reject_words[] = { "keep", "bounce", "discard", NULL };
static const char *const require_dkim_words[] = { "auto", "yes", "no", NULL };
static const char *const dkim_temperror_words[] = { "defer", "none", NULL };

/* clang-format off */
#define AT(member) offsetof (TlsrptSettings, member)
#define LIMIT(key, unit, member, low, high, summary) \
  { { key, unit, summary }, KIND_NUMBER, AT (limits.member), low, high, NULL }

static const Setting settings_table[] = {
  { { "conninfo", "CONNINFO", "libpq connection string of the database (TLSRPT_DATABASE too)" },
    KIND_STRING, AT (conninfo), 0, 0, NULL },
  { { "deadline", "SECONDS", "bound on one delivery or one batch; keep it under the mail system's" },
    KIND_NUMBER, AT (deadline), 1, 900, NULL },
  { { "keep-evidence", "yes|no", "keep each document, packed by gzip, beside its rows" },
    KIND_BOOLEAN, AT (keep_evidence), 0, 0, NULL },
  { { "on-reject", "WORD", "a message at fault: keep (quarantine), bounce (and keep) or discard" },
    KIND_WORD, AT (on_reject), 0, 0, on_reject_words },
  { { "syslog", "yes|no", "log to syslog, facility mail, beside stderr" },
    KIND_BOOLEAN, AT (syslog), 0, 0, NULL },
  { { "authserv-id", "NAME", "own name in Authentication-Results; none believes no such header" },
    KIND_STRING, AT (authserv_id), 0, 0, NULL },
  { { "trusted-hops", "N", "Received lines of own hosts, from the top, the border's included" },
    KIND_NUMBER, AT (trusted_hops), 1, 50, NULL },
  { { "authserv-below", "yes|no", "own verdicts stand right below the last of these, as rspamd's do" },
    KIND_BOOLEAN, AT (authserv_below), 0, 0, NULL },
  { { "require-dkim", "WORD", "refuse a report without its sender's DKIM signature: yes, no, or auto: where one can be checked" },
    KIND_WORD, AT (require_dkim), 0, 0, require_dkim_words },
  { { "verify-dkim", "yes|no", "deliver looks up keys in the DNS and verifies signatures itself" },
    KIND_BOOLEAN, AT (verify_dkim), 0, 0, NULL },
  { { "dkim-temperror", "WORD", "a key that cannot be looked up now: defer the mail, or take it as none" },
    KIND_WORD, AT (dkim_temperror), 0, 0, dkim_temperror_words },
  { { "gateway-domains", "LIST", "domains of own hosts that verify mail, alter it, and sign it anew" },
    KIND_STRING, AT (gateway_domains), 0, 0, NULL },
  { { "accept-domains", "LIST", "own domains and MX hosts, *.example.org too; none accepts all" },
    KIND_STRING, AT (accept_domains), 0, 0, NULL },
  { { "accept-domains-table", "yes|no", "accept what table tlsrpt.accepted_domain has, too" },
    KIND_BOOLEAN, AT (accept_domains_table), 0, 0, NULL },
  LIMIT ("message-bytes",   "BYTES", message_bytes,   1024, G_GUINT64_CONSTANT (1073741824), "cap on a message"),
  LIMIT ("header-bytes",    "BYTES", header_bytes,    998,  16777216, "cap on one header field"),
  LIMIT ("mime-depth",      "N",     mime_depth,      1,    100,      "cap on multiparts inside each other"),
  LIMIT ("mime-parts",      "N",     mime_parts,      1,    10000,    "cap on parts in a message"),
  LIMIT ("part-bytes",      "BYTES", part_bytes,      1024, G_GUINT64_CONSTANT (1073741824), "cap on a decoded part"),
  LIMIT ("inflated-bytes",  "BYTES", inflated_bytes,  1024, G_GUINT64_CONSTANT (1073741824), "cap on the inflated documents of a mail"),
  LIMIT ("inflated-ratio",  "N",     inflated_ratio,  2,    1100,     "cap on inflated to packed size"),
  LIMIT ("gzip-members",    "N",     gzip_members,    1,    10000,    "cap on gzip members in a part"),
  LIMIT ("json-depth",      "N",     json_depth,      6,    500,      "cap on JSON nesting"),
  LIMIT ("json-values",     "N",     json_values,     1000, 100000000, "cap on JSON values outside failure details"),
  LIMIT ("json-members",    "N",     json_members,    16,   10000,    "cap on members of one JSON object"),
  LIMIT ("policies",        "N",     policies,        1,    1000000,  "cap on policies in a mail"),
  LIMIT ("domain-policies", "N",     domain_policies, 2,    10000,    "cap on policies of one domain in a report"),
  LIMIT ("failure-details", "N",     failure_details, 1,    10000000, "cap on failure details in a mail"),
  LIMIT ("list-entries",    "N",     list_entries,    16,   10000,    "cap on entries of one policy-string or mx-host"),
  LIMIT ("name-bytes",      "BYTES", name_bytes,      64,   1000,     "cap on a result type, domain or host name"),
  LIMIT ("text-bytes",      "BYTES", text_bytes,      256,  65536,    "cap on any other text but a policy's"),
  LIMIT ("quarantine-bytes", "BYTES", quarantine_bytes, 1024, G_GUINT64_CONSTANT (1073741824), "what is kept of a message in quarantine"),
  LIMIT ("string-bytes",    "BYTES", string_bytes,    256,  16777216, "cap on one JSON string, or one policy"),
};
/* clang-format on */

static const Setting *
find_setting (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings_table); i++)
    if (strcmp (settings_table[i].info.key, key) == 0)
      return &settings_table[i];
  return NULL;
}

static void
set_defaults (TlsrptSettings *settings)
{
  settings->deadline = 60;
  settings->keep_evidence = TRUE;
  settings->trusted_hops = 1;
  settings->verify_dkim = TRUE;
  settings->limits = (TlsrptLimits)TLSRPT_LIMITS_DEFAULT;
}

static const char *
value_text (const Setting *setting, const TlsrptSettings *settings)
{
  gconstpointer value = (const char *)settings + setting->offset;
  g_autofree char *number = NULL;

  switch (setting->kind) {
  case KIND_STRING:
    return *(char *const *)value != NULL ? *(char *const *)value : "-";
  case KIND_BOOLEAN:
    return *(const gboolean *)value ? "yes" : "no";
  case KIND_NUMBER:
    number = g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *)value);
    return g_intern_string (number);
  case KIND_WORD:
  default:
    return setting->words[*(const int *)value];
  }
}

const TlsrptSettingInfo *
tlsrpt_settings_info (guint *n)
{
  static TlsrptSettingInfo infos[G_N_ELEMENTS (settings_table)];

  for (gsize i = 0; i < G_N_ELEMENTS (settings_table); i++)
    infos[i] = settings_table[i].info;
  *n = G_N_ELEMENTS (settings_table);
  return infos;
}

const char *
tlsrpt_settings_default (guint number)
{
  TlsrptSettings settings = { 0 };

  set_defaults (&settings);
  return value_text (&settings_table[number], &settings);
}

static gboolean
refuse (const Setting *setting, const char *where, const char *value, const char *want,
        GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (value);

  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
               "settings: %s: %s is '%s'; it must be %s", where, setting->info.key, quoted, want);
  return FALSE;
}

static gboolean
set_boolean (const Setting *setting, gboolean *target, const char *where, const char *value,
             GError **error)
{
  static const char *const yes[] = { "yes", "true", "on", "1", NULL };
  static const char *const no[] = { "no", "false", "off", "0", NULL };

  if (!g_strv_contains (yes, value) && !g_strv_contains (no, value))
    return refuse (setting, where, value, "yes or no", error);
  *target = g_strv_contains (yes, value);
  return TRUE;
}

static gboolean
set_number (const Setting *setting, guint64 *target, const char *where, const char *value,
            GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, setting->minimum, setting->maximum, &number, NULL)) {
    g_autofree char *want =
        g_strdup_printf ("a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                         setting->minimum, setting->maximum);
    return refuse (setting, where, value, want, error);
  }
  *target = number;
  return TRUE;
}

static gboolean
set_word (const Setting *setting, int *target, const char *where, const char *value, GError **error)
{
  g_autofree char *words = NULL;
  g_autofree char *want = NULL;

  for (int i = 0; setting->words[i] != NULL; i++)
    if (strcmp (setting->words[i], value) == 0) {
      *target = i;
      return TRUE;
    }
  words = g_strjoinv (", ", (char **)setting->words);
  want = g_strconcat ("one of ", words, NULL);
  return refuse (setting, where, value, want, error);
}

static gboolean
set_value (TlsrptSettings *settings, const Setting *setting, const char *where, const char *value,
           GError **error)
{
  gpointer target = (char *)settings + setting->offset;

  switch (setting->kind) {
  case KIND_STRING:
    g_free (*(char **)target);
    *(char **)target = *value != '\0' ? g_strdup (value) : NULL;
    return TRUE;
  case KIND_BOOLEAN:
    return set_boolean (setting, target, where, value, error);
  case KIND_NUMBER:
    return set_number (setting, target, where, value, error);
  case KIND_WORD:
  default:
    return set_word (setting, target, where, value, error);
  }
}

static gboolean
read_keys (TlsrptSettings *settings, GKeyFile *file, const char *path, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++) {
    const Setting *setting = find_setting (keys[i]);
    g_autofree char *value = g_key_file_get_string (file, GROUP, keys[i], NULL);

    if (setting == NULL || value == NULL) {
      g_autofree char *quoted = tlsrpt_quote (keys[i]);
      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                   "settings: %s: %s '%s'; see --help-settings", path,
                   setting == NULL ? "no setting is called" : "no readable value for", quoted);
      return FALSE;
    }
    if (!set_value (settings, setting, path, value, error))
      return FALSE;
  }
  return TRUE;
}

/* The system's own words, in English whatever the locale, without GLib's, which repeat the path. */
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

/* Folder and lines of the file stay out of the text: it may reach a stranger in a bounce. */
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
                   "settings: %s is no key file: it must begin with [" GROUP
                   "], and have lines of key=value",
                   name);
    return FALSE;
  }
  if (!g_key_file_has_group (file, GROUP)) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                 "settings: %s has no group [" GROUP "]: put that line before the keys", name);
    return FALSE;
  }
  return read_keys (settings, file, name, error);
}

static char *
environment_name (const Setting *setting)
{
  g_autofree char *upper = g_ascii_strup (setting->info.key, -1);

  return g_strconcat (PREFIX, g_strdelimit (upper, "-", '_'), NULL);
}

/* A misspelt variable would leave a setting, perhaps one that protects, as it was. */
static gboolean
check_environment (GError **error)
{
  g_auto (GStrv) names = g_listenv ();

  for (gsize i = 0; names[i] != NULL; i++) {
    gboolean known =
        !g_str_has_prefix (names[i], PREFIX) || strcmp (names[i], DATABASE_VARIABLE) == 0;

    for (gsize j = 0; j < G_N_ELEMENTS (settings_table) && !known; j++) {
      g_autofree char *name = environment_name (&settings_table[j]);

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
  for (gsize i = 0; i < G_N_ELEMENTS (settings_table); i++) {
    g_autofree char *name = environment_name (&settings_table[i]);
    const char *value = g_getenv (name);

    if (value != NULL && !set_value (settings, &settings_table[i], name, value, error))
      return FALSE;
  }
  if (database != NULL)
    return set_value (settings, find_setting ("conninfo"), DATABASE_VARIABLE, database, error);
  return TRUE;
}

/* What stands behind the = may be a password, and so may a word without any: neither is repeated. */
static gboolean
read_override (TlsrptSettings *settings, const char *override, GError **error)
{
  const char *equals = strchr (override, '=');
  g_autofree char *key = equals != NULL ? g_strndup (override, (gsize)(equals - override)) : NULL;
  const Setting *setting = key != NULL ? find_setting (key) : NULL;

  if (setting != NULL)
    return set_value (settings, setting, "--set", equals + 1, error);
  if (key == NULL && find_setting (override) != NULL)
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                 "settings: --set: %s has no value: write --set=%s=VALUE", override, override);
  else if (key == NULL)
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                         "settings: --set: it must be KEY=VALUE, and has no '='");
  else if (*key == '\0' || strspn (key, KEY_CHARACTERS) != strlen (key))
    g_set_error_literal (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
                         "settings: --set: it must be KEY=VALUE, and before the '=' stands no key; "
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

/* What one setting means for another. */
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

  set_defaults (settings);
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
  tlsrpt_accept_free (settings->accept);
  g_free (settings);
}
