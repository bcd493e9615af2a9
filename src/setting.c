/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of settings, and a text to the value of one. */
#include "setting.h"

#include "core/errors.h"

#include <string.h>

static const char *const on_reject_words[] = { "keep", "bounce", "discard", NULL };
static const char *const require_dkim_words[] = { "auto", "yes", "no", NULL };
static const char *const dkim_temperror_words[] = { "defer", "none", NULL };

/* clang-format off */
#define AT(member) offsetof (TlsrptSettings, member)
#define LIMIT(key, unit, member, low, high, summary) \
  { { key, unit, summary }, TLSRPT_SETTING_NUMBER, AT (limits.member), low, high, NULL }

#define NUMBER(key, unit, kind, member, low, high, summary) \
  { { key, unit, summary }, TLSRPT_SETTING_##kind, AT (thresholds.member), low, high, NULL }

const TlsrptSetting tlsrpt_setting_table[] = {
  { { "conninfo", "CONNINFO", "libpq connection string of the database (TLSRPT_DATABASE too)" },
    TLSRPT_SETTING_STRING, AT (conninfo), 0, 0, NULL },
  { { "deadline", "SECONDS", "time limit of a delivery or a batch; keep it below the mail system's" },
    TLSRPT_SETTING_NUMBER, AT (deadline), 1, 900, NULL },
  { { "keep-evidence", "yes|no", "store each document, compressed by gzip, with its rows" },
    TLSRPT_SETTING_BOOLEAN, AT (keep_evidence), 0, 0, NULL },
  { { "on-reject", "WORD", "what to do with a mail without a usable report: keep (in quarantine), bounce (and keep), discard" },
    TLSRPT_SETTING_WORD, AT (on_reject), 0, 0, on_reject_words },
  { { "syslog", "yes|no", "log to syslog, facility mail, and to stderr" },
    TLSRPT_SETTING_BOOLEAN, AT (syslog), 0, 0, NULL },
  { { "authserv-id", "NAME", "name of your verifier in Authentication-Results; if unset, no such header is trusted" },
    TLSRPT_SETTING_STRING, AT (authserv_id), 0, 0, NULL },
  { { "trusted-hops", "N", "Received fields, from the top, that your own hosts write" },
    TLSRPT_SETTING_NUMBER, AT (trusted_hops), 1, 50, NULL },
  { { "authserv-below", "yes|no", "your verifier writes directly below the last of these, as rspamd does" },
    TLSRPT_SETTING_BOOLEAN, AT (authserv_below), 0, 0, NULL },
  { { "require-dkim", "WORD", "refuse a report without a valid signature of its reporter: yes, no, auto (if signatures can be checked)" },
    TLSRPT_SETTING_WORD, AT (require_dkim), 0, 0, require_dkim_words },
  { { "verify-dkim", "yes|no", "deliver verifies DKIM signatures itself, with keys from the DNS" },
    TLSRPT_SETTING_BOOLEAN, AT (verify_dkim), 0, 0, NULL },
  { { "dkim-temperror", "WORD", "if a key cannot be looked up now: defer the mail, or treat it as unsigned (none)" },
    TLSRPT_SETTING_WORD, AT (dkim_temperror), 0, 0, dkim_temperror_words },
  { { "gateway-domains", "LIST", "domains with which your hosts sign mail that they verified and altered" },
    TLSRPT_SETTING_STRING, AT (gateway_domains), 0, 0, NULL },
  { { "accept-domains", "LIST", "your mail domains and MX hosts, also as *.example.org; if unset, all are accepted" },
    TLSRPT_SETTING_STRING, AT (accept_domains), 0, 0, NULL },
  { { "accept-domains-table", "yes|no", "also accept the domains in the table tlsrpt.accepted_domain" },
    TLSRPT_SETTING_BOOLEAN, AT (accept_domains_table), 0, 0, NULL },
  { { "site-url", "URL", "https address of the pages that site makes; digests link to it" },
    TLSRPT_SETTING_STRING, AT (site_url), 0, 0, NULL },
  LIMIT ("message-bytes",   "BYTES", message_bytes,   1024, G_GUINT64_CONSTANT (1073741824), "cap on a message"),
  LIMIT ("header-bytes",    "BYTES", header_bytes,    998,  16777216, "cap on one header field"),
  LIMIT ("mime-depth",      "N",     mime_depth,      1,    100,      "cap on nesting of multiparts"),
  LIMIT ("mime-parts",      "N",     mime_parts,      1,    10000,    "cap on parts in a message"),
  LIMIT ("part-bytes",      "BYTES", part_bytes,      1024, G_GUINT64_CONSTANT (1073741824), "cap on a decoded part"),
  LIMIT ("inflated-bytes",  "BYTES", inflated_bytes,  1024, G_GUINT64_CONSTANT (1073741824), "cap on the inflated documents of a mail"),
  LIMIT ("inflated-ratio",  "N",     inflated_ratio,  2,    1100,     "cap on the ratio of inflated to packed size"),
  LIMIT ("gzip-members",    "N",     gzip_members,    1,    10000,    "cap on gzip members in a part"),
  LIMIT ("json-depth",      "N",     json_depth,      6,    500,      "cap on JSON nesting"),
  LIMIT ("json-values",     "N",     json_values,     1000, 100000000, "cap on JSON values outside failure details"),
  LIMIT ("json-members",    "N",     json_members,    16,   10000,    "cap on members of one JSON object"),
  LIMIT ("policies",        "N",     policies,        1,    1000000,  "cap on policies in a mail"),
  LIMIT ("domain-policies", "N",     domain_policies, 2,    10000,    "cap on policies of one domain in a report"),
  LIMIT ("failure-details", "N",     failure_details, 1,    10000000, "cap on failure details in a mail"),
  LIMIT ("mx-hosts",        "N",     mx_hosts,        16,   1000000,  "cap on MX hosts in the failure details of a mail"),
  LIMIT ("list-entries",    "N",     list_entries,    16,   10000,    "cap on entries of one policy-string or mx-host"),
  LIMIT ("name-bytes",      "BYTES", name_bytes,      64,   1000,     "cap on a result type, domain or host name"),
  LIMIT ("text-bytes",      "BYTES", text_bytes,      256,  65536,    "cap on any other text, except a policy"),
  LIMIT ("quarantine-bytes", "BYTES", quarantine_bytes, 1024, G_GUINT64_CONSTANT (1073741824), "cap on what is kept of a message in quarantine"),
  LIMIT ("string-bytes",    "BYTES", string_bytes,    256,  16777216, "cap on one JSON string, or one policy"),
  NUMBER ("critical-sessions", "N", NUMBER, critical_sessions, 1, 1000000, "refused sessions that make an incident critical"),
  NUMBER ("critical-days", "DAYS", COUNT, critical_days, 1, 60, "days with refused mail that make an incident critical, however few sessions"),
  NUMBER ("critical-percent", "N", PERCENT, critical_share, 0, 100, "percentage of comparable sessions that must be refused to be critical"),
  NUMBER ("minor-sessions", "N", NUMBER, minor_sessions, 1, 1000000, "fewer failed sessions of one reporter on one day are minor"),
  NUMBER ("gap-days", "DAYS", COUNT, gap_days, 1, 30, "failures at one place at most so far apart are one incident"),
  NUMBER ("carried-percent", "N", PERCENT, carried_share, 51, 100, "percentage of the failures whose reporters must have recovered"),
  NUMBER ("clean-days", "DAYS", COUNT, clean_days, 1, 30, "clean days after which an incident is over"),
  NUMBER ("flapping-clean-days", "DAYS", COUNT, flapping_clean_days, 1, 30, "the same for an incident that was over before"),
  NUMBER ("expiry-days", "DAYS", COUNT, expiry_days, 2, 45, "days without a report from its reporters after which an incident expires"),
  NUMBER ("silence-days", "DAYS", COUNT, silence_days, 1, 30, "days without any report after which the state is unknown"),
  NUMBER ("worse-domains", "N", COUNT, worse_domains, 1, 1000000, "so many more domains, and twice as many, make an incident worse"),
};
/* clang-format on */
G_STATIC_ASSERT (G_N_ELEMENTS (tlsrpt_setting_table) == TLSRPT_N_SETTINGS);

const TlsrptSetting *
tlsrpt_setting_find (const char *key)
{
  for (gsize i = 0; i < TLSRPT_N_SETTINGS; i++)
    if (strcmp (tlsrpt_setting_table[i].info.key, key) == 0)
      return &tlsrpt_setting_table[i];
  return NULL;
}

void
tlsrpt_setting_set_defaults (TlsrptSettings *settings)
{
  settings->deadline = 60;
  settings->keep_evidence = TRUE;
  settings->trusted_hops = 1;
  settings->verify_dkim = TRUE;
  settings->limits = (TlsrptLimits)TLSRPT_LIMITS_DEFAULT;
  settings->thresholds = tlsrpt_threshold_defaults;
}

const char *
tlsrpt_setting_text (const TlsrptSetting *setting, const TlsrptSettings *settings)
{
  gconstpointer value = (const char *)settings + setting->offset;
  g_autofree char *number = NULL;

  switch (setting->kind) {
  case TLSRPT_SETTING_STRING:
    return *(char *const *)value != NULL ? *(char *const *)value : "-";
  case TLSRPT_SETTING_BOOLEAN:
    return *(const gboolean *)value ? "yes" : "no";
  case TLSRPT_SETTING_NUMBER:
    number = g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *)value);
    return g_intern_string (number);
  case TLSRPT_SETTING_COUNT:
    number = g_strdup_printf ("%u", *(const guint32 *)value);
    return g_intern_string (number);
  case TLSRPT_SETTING_PERCENT:
    number = g_strdup_printf ("%.0f", *(const double *)value * 100);
    return g_intern_string (number);
  case TLSRPT_SETTING_WORD:
  default:
    return setting->words[*(const int *)value];
  }
}

static gboolean
refuse (const TlsrptSetting *setting, const char *where, const char *value, const char *want,
        GError **error)
{
  g_autofree char *quoted = tlsrpt_quote (value);

  g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS,
               "settings: %s: %s is '%s'; it must be %s", where, setting->info.key, quoted, want);
  return FALSE;
}

static gboolean
set_boolean (const TlsrptSetting *setting, gboolean *target, const char *where, const char *value,
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
set_number (const TlsrptSetting *setting, guint64 *target, const char *where, const char *value,
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

/* @target: an integer of 32 bits, or a share. */
static gboolean
set_part (const TlsrptSetting *setting, gpointer target, const char *where, const char *value,
          GError **error)
{
  guint64 number;

  if (!set_number (setting, &number, where, value, error))
    return FALSE;
  if (setting->kind == TLSRPT_SETTING_PERCENT)
    *(double *)target = (double)number / 100;
  else
    *(guint32 *)target = (guint32)number;
  return TRUE;
}

static gboolean
set_word (const TlsrptSetting *setting, int *target, const char *where, const char *value,
          GError **error)
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

gboolean
tlsrpt_setting_set (TlsrptSettings *settings, const TlsrptSetting *setting, const char *where,
                    const char *value, GError **error)
{
  gpointer target = (char *)settings + setting->offset;

  g_hash_table_insert (settings->sources, (gpointer)setting->info.key,
                       (gpointer)g_intern_string (where));
  switch (setting->kind) {
  case TLSRPT_SETTING_STRING:
    g_free (*(char **)target);
    *(char **)target = *value != '\0' ? g_strdup (value) : NULL;
    return TRUE;
  case TLSRPT_SETTING_BOOLEAN:
    return set_boolean (setting, target, where, value, error);
  case TLSRPT_SETTING_NUMBER:
    return set_number (setting, target, where, value, error);
  case TLSRPT_SETTING_COUNT:
  case TLSRPT_SETTING_PERCENT:
    return set_part (setting, target, where, value, error);
  case TLSRPT_SETTING_WORD:
  default:
    return set_word (setting, target, where, value, error);
  }
}
