/* SPDX-License-Identifier: GPL-3.0-or-later
 * Looks at this installation, and at what is live: DNS, policy hosts and MX hosts of our domains; a
 * monitoring plugin's exit status. Needs no database for domains that are named. */
#include "doctor/doctor.h"

#include "command/command.h"
#include "command/database.h"
#include "command/terminal.h"
#include "command/usage.h"
#include "core/errors.h"
#include "core/name.h"
#include "core/trust/dkim-crypto.h"
#include "doctor/domain.h"
#include "doctor/finding.h"
#include "doctor/installation.h"
#include "doctor/mailer.h"
#include "doctor/policy.h"
#include "doctor/record.h"
#include "doctor/reported.h"
#include "doctor/show.h"
#include "doctor/sight.h"
#include "store/schema.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STATUS_UNKNOWN 3

/* Enough for a slow host; one that needs longer is too slow for sending MTAs as well. */
#define DEFAULT_SECONDS 10
#define SECONDS_MAX 300

/* Addresses for reports that the mail system is asked for. */
#define ADDRESSES_MAX 10

#define DATABASE_SECONDS (10 * 60)

#define DEFAULT_PROBES 16
#define PROBES_MAX 256

static char *option_format;
static int option_seconds = DEFAULT_SECONDS;
static int option_probes = DEFAULT_PROBES;
static gboolean option_allow_private;
static gboolean option_suggest;
static gboolean option_record;
static gboolean option_reports;
static char *option_rua;
static char *option_policy;

static const GOptionEntry options[] = {
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format, "text or json (text)", "FORMAT" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &option_seconds, "give up each probe after N seconds (10)",
    "N" },
  { "probes", 0, 0, G_OPTION_ARG_INT, &option_probes, "run N probes at the same time (16)", "N" },
  { "allow-private", 0, 0, G_OPTION_ARG_NONE, &option_allow_private,
    "also probe hosts with private addresses", NULL },
  { "reports", 0, 0, G_OPTION_ARG_NONE, &option_reports,
    "with DOMAIN: compare what is live with what reports say", NULL },
  { "record", 0, 0, G_OPTION_ARG_NONE, &option_record,
    "store what was found, so that incidents can use it", NULL },
  { "suggest", 0, 0, G_OPTION_ARG_NONE, &option_suggest,
    "print the records and policies that are missing", NULL },
  { "rua", 0, 0, G_OPTION_ARG_STRING, &option_rua,
    "address for reports that the records should have", "ADDRESS" },
  { "policy", 0, 0, G_OPTION_ARG_FILENAME, &option_policy,
    "only check the MTA-STS policy in FILE or at its URL", "FILE" },
  G_OPTION_ENTRY_NULL,
};

static gboolean
is_mailbox (const char *address)
{
  g_autofree char *mailbox = tlsrpt_name_mailbox (address);

  return mailbox != NULL && g_ascii_strcasecmp (mailbox, address) == 0;
}

static gboolean
check_options (GError **error)
{
  static const char *const formats[] = { "text", "json", NULL };

  if (option_format == NULL)
    option_format = g_strdup ("text");
  if (!g_strv_contains (formats, option_format))
    return tlsrpt_usage_fail (error, "doctor: --format must be text or json");
  if (option_seconds < 1 || option_seconds > SECONDS_MAX)
    return tlsrpt_usage_fail (error, "doctor: --seconds must be a number from 1 to 300");
  if (option_probes < 1 || option_probes > PROBES_MAX)
    return tlsrpt_usage_fail (error, "doctor: --probes must be a number from 1 to 256");
  if (option_record && option_policy != NULL)
    return tlsrpt_usage_fail (
        error, "doctor: --record stores what is live, and cannot be combined with --policy");
  if (option_rua != NULL && !is_mailbox (option_rua))
    return tlsrpt_usage_fail (error, "doctor: --rua must be a mail address");
  return TRUE;
}

/* The domains that were named, else those whose reports are accepted; there may be none. A
 * pattern is not looked up. */
static char **
domains_of (const TlsrptSettings *settings, char **arguments, GError **error)
{
  g_autoptr (GStrvBuilder) domains = g_strv_builder_new ();
  g_auto (GStrv) accepted = g_strsplit_set (
      settings->accept_domains != NULL ? settings->accept_domains : "", ",; \t\n", -1);
  char **words = arguments[0] != NULL ? arguments : accepted;

  for (; *words != NULL; words++) {
    g_autofree char *name = NULL;

    if (words != arguments && (**words == '\0' || g_str_has_prefix (*words, "*.")))
      continue;
    name = tlsrpt_name_host (*words);
    if (name == NULL) {
      g_autofree char *quoted = tlsrpt_quote (*words);

      g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_USAGE, "doctor: not a domain: %s", quoted);
      return NULL;
    }
    g_strv_builder_add (domains, name);
  }
  return g_strv_builder_end (domains);
}

/* A connection string may have a password in it. */
static void
look_at_settings (const TlsrptSettings *settings, GPtrArray *looks)
{
  guint n;
  const TlsrptSettingInfo *infos = tlsrpt_settings_info (&n);
  guint set = 0;

  for (guint i = 0; i < n; i++) {
    const char *source = tlsrpt_settings_source (settings, i);
    g_autofree char *value = tlsrpt_quote (tlsrpt_settings_value (settings, i));

    if (source == NULL)
      continue;
    set++;
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "setting", infos[i].key, NULL, "%s, by %s",
                        strcmp (infos[i].key, "conninfo") == 0 ? "set" : value, source);
  }
  tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "setting", "all others", NULL,
                      "%u settings have their default", n - set);
  if (settings->verify_dkim)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "dkim", "verify-dkim", NULL,
                        "deliver verifies DKIM signatures");
  else if (settings->authserv_id != NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "dkim", "authserv-id", NULL,
                        "the verdicts of %s are taken", settings->authserv_id);
  else
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_WARN, "dkim", "verify-dkim",
                        "set verify-dkim to yes; where it was built without, build with libcrypto",
                        tlsrpt_dkim_crypto_is_built_in ()
                            ? "no DKIM signature is verified: anyone can write reports"
                            : "it was built without DKIM: anyone can write reports");
}

static void
look_at_database (const TlsrptSettings *settings, GPtrArray *looks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, DATABASE_SECONDS, &error);
  g_auto (GStrv) faults = NULL;
  int version = 0;

  if (pg == NULL) {
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "database", "conninfo",
                        "look at the setting conninfo and at the server's log", "%s",
                        error->message);
    return;
  }
  tlsrpt_installation_judge_database (pg, looks);
  if (tlsrpt_schema_installed (pg, &version, &error) && version > 0)
    faults = tlsrpt_schema_faults (pg, &error);
  if (error != NULL) {
    tlsrpt_database_explain (pg, "tlsrpt_writer", &error);
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_UNKNOWN, "schema", "tlsrpt", NULL, "%s",
                        error->message);
  } else {
    tlsrpt_installation_judge_schema (version, faults, looks);
  }
  if (version > 0) {
    tlsrpt_installation_judge_reports (pg, looks);
    tlsrpt_installation_judge_authserv (pg, settings->authserv_id, looks);
  }
}

/* The policy at its URL, which is the same for all but the domain (RFC 8461 section 3.3). */
static gboolean
look_at_url (GPtrArray *patients, GError **error)
{
  static const char before[] = "https://mta-sts.";
  static const char after[] = "/.well-known/mta-sts.txt";
  const char *slash = strchr (option_policy + strlen ("https://"), '/');
  g_autofree char *word = g_str_has_prefix (option_policy, before) && g_strcmp0 (slash, after) == 0
                              ? g_strndup (option_policy + strlen (before),
                                           (gsize)(slash - option_policy) - strlen (before))
                              : NULL;
  g_autofree char *name = tlsrpt_name_host (word);
  TlsrptDomain *domain;

  if (name == NULL)
    return tlsrpt_usage_fail (
        error, "doctor: the URL of a policy is https://mta-sts.DOMAIN/.well-known/mta-sts.txt");
  domain = tlsrpt_domain_new (name);
  tlsrpt_domain_fetch (domain, (guint)option_seconds, option_allow_private);
  tlsrpt_domain_judge_fetches (domain, tlsrpt_doctor_admit (patients, name)->looks);
  tlsrpt_domain_free (domain);
  return TRUE;
}

/* The policy in a file, before it is published. */
static gboolean
look_at_policy (GPtrArray *patients, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *name = tlsrpt_quote (option_policy);
  g_autoptr (TlsrptStsPolicy) policy = NULL;
  GPtrArray *looks;
  gsize length;

  if (g_str_has_prefix (option_policy, "https://"))
    return look_at_url (patients, error);
  if (!g_file_get_contents (option_policy, &text, &length, error))
    return FALSE;
  policy = tlsrpt_policy_parse (text, length);
  looks = tlsrpt_doctor_admit (patients, name)->looks;
  for (guint i = 0; policy->troubles[i] != NULL; i++)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_FAIL, "sts-policy", name, NULL, "%s",
                        policy->troubles[i]);
  if (policy->troubles[0] == NULL)
    tlsrpt_finding_add (looks, TLSRPT_LEVEL_OK, "sts-policy", name, NULL, "a valid policy, mode %s",
                        policy->mode);
  return TRUE;
}

/* What reports say of domains; those that are named need no database, and say so where there is none. */
static void
look_at_reports (const TlsrptSettings *settings, GPtrArray *patients)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, DATABASE_SECONDS, &error);
  gboolean is_read = pg != NULL;

  for (guint i = 0; i < patients->len; i++) {
    TlsrptPatient *patient = patients->pdata[i];

    if (patient->domain == NULL || (!patient->is_testing && patient->policy_text == NULL))
      continue;
    is_read = is_read && tlsrpt_reported_judge (pg, patient, &error);
    if (!is_read)
      tlsrpt_finding_add (patient->looks, TLSRPT_LEVEL_UNKNOWN, "reports", patient->domain,
                          "look as a user with role tlsrpt_reader",
                          "reports cannot be read from the database: %s", error->message);
  }
}

/* Each address that a record names, and that of --rua, once; in the findings on this installation. */
static void
look_at_addresses (GPtrArray *patients)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *looks = ((TlsrptPatient *)patients->pdata[0])->looks;

  if (option_rua != NULL && g_hash_table_add (seen, g_ascii_strdown (option_rua, -1)))
    tlsrpt_mailer_judge_address (option_rua, NULL, looks);
  for (guint i = 1; i < patients->len; i++) {
    char **rua = ((TlsrptPatient *)patients->pdata[i])->rua;

    for (; rua != NULL && *rua != NULL; rua++) {
      g_autofree char *mailbox =
          g_ascii_strncasecmp (*rua, "mailto:", 7) == 0 ? tlsrpt_name_mailbox (*rua + 7) : NULL;

      if (mailbox != NULL && g_hash_table_size (seen) < ADDRESSES_MAX &&
          g_hash_table_add (seen, g_ascii_strdown (mailbox, -1)))
        tlsrpt_mailer_judge_address (mailbox, NULL, looks);
    }
  }
}

static gboolean
record (const TlsrptSettings *settings, const GPtrArray *sights, GError **error)
{
  g_autoptr (TlsrptPg) pg = tlsrpt_database_open (settings, DATABASE_SECONDS, error);

  if (pg == NULL)
    return FALSE;
  if (tlsrpt_record_sights (pg, sights, error))
    return TRUE;
  tlsrpt_database_explain (pg, "tlsrpt_alerter", error);
  return FALSE;
}

static gboolean
look_at_all (const TlsrptSettings *settings, char **arguments, GPtrArray *patients, GError **error)
{
  g_autoptr (GPtrArray) sights = option_record ? tlsrpt_sight_list () : NULL;
  TlsrptDoctorOptions how = { (guint)option_seconds, (guint)option_probes, option_allow_private,
                              option_suggest,        option_rua,           sights };
  g_auto (GStrv) domains = domains_of (settings, arguments, error);

  if (domains == NULL)
    return FALSE;
  if (arguments[0] == NULL) {
    TlsrptPatient *installation = tlsrpt_doctor_admit (patients, NULL);

    look_at_settings (settings, installation->looks);
    tlsrpt_installation_judge_machine (installation->looks);
    tlsrpt_mailer_judge_timers (tlsrpt_mailer_timer_folders, installation->looks);
    look_at_database (settings, installation->looks);
  }
  if (domains[0] != NULL && !tlsrpt_doctor_look (patients, domains, &how, error))
    return FALSE;
  if (arguments[0] == NULL)
    look_at_addresses (patients);
  if (arguments[0] == NULL || option_reports || option_record)
    look_at_reports (settings, patients);
  return sights == NULL || record (settings, sights, error);
}

static int
look (const TlsrptSettings *settings, char **arguments, GError **error)
{
  const char *no_color = g_getenv ("NO_COLOR");
  gboolean color = isatty (STDOUT_FILENO) && (no_color == NULL || *no_color == '\0');
  g_autoptr (GPtrArray) patients = tlsrpt_doctor_patients ();
  g_autofree char *text = NULL;

  if (!check_options (error))
    return STATUS_UNKNOWN;
  if (option_policy != NULL ? !look_at_policy (patients, error)
                            : !look_at_all (settings, arguments, patients, error))
    return STATUS_UNKNOWN;
  text = strcmp (option_format, "json") == 0 ? tlsrpt_show_json (patients)
                                             : tlsrpt_show_text (patients, color);
  return tlsrpt_terminal_print (text, "", error) ? tlsrpt_show_status (patients) : STATUS_UNKNOWN;
}

/* A monitoring system reads standard output. */
static int
fail (const GError *error)
{
  g_autofree char *message = g_strdup (error->message);

  g_strdelimit (message, "|\r\n", ' ');
  if (option_record)
    g_printerr ("TLSRPT DOCTOR UNKNOWN - %s\n", message); /* cron mails this */
  if (g_strcmp0 (option_format, "json") == 0) {
    g_autofree char *json = tlsrpt_show_unknown_json (message);

    g_print ("%s", json);
  } else {
    g_print ("TLSRPT DOCTOR UNKNOWN - %s\n", message);
  }
  return STATUS_UNKNOWN;
}

const TlsrptCommand tlsrpt_command_doctor = {
  .name = "doctor",
  .arguments = "[DOMAIN...]",
  .summary = "check this installation, or live DNS and MX hosts",
  .options = options,
  .run = look,
  .fail = fail,
};
