/* SPDX-License-Identifier: GPL-3.0-or-later
 * Three rounds of probes: domains, their MX hosts, the addresses of these. */
#include "doctor/doctor.h"

#include "core/errors.h"
#include "core/name.h"
#include "doctor/domain.h"
#include "doctor/finding.h"
#include "doctor/host.h"
#include "doctor/sight.h"
#include "doctor/suggest.h"

#include <gio/gio.h>
#include <string.h>

typedef struct {
  const TlsrptDoctorOptions *options;
  GPtrArray *domains; /* TlsrptDomain */
  GHashTable *hosts;  /* name to TlsrptHost */
} Round;

static void
patient_free (gpointer data)
{
  TlsrptPatient *patient = data;

  g_free (patient->domain);
  g_ptr_array_unref (patient->looks);
  g_free (patient->suggestion);
  g_free (patient->policy_text);
  g_strfreev (patient->rua);
  g_free (patient);
}

static void
look_at_domain (gpointer data, gpointer options)
{
  const TlsrptDoctorOptions *o = options;

  tlsrpt_domain_look_up (data, o->seconds, o->allow_private);
}

static void
look_up_host (gpointer data, gpointer options)
{
  tlsrpt_host_look_up (data, ((const TlsrptDoctorOptions *)options)->allow_private);
}

/* What a probe of one address gets. */
typedef struct {
  const TlsrptHost *host;
  TlsrptHostProbe *probe;
} Errand;

static void
look_at_address (gpointer data, gpointer options)
{
  g_autofree Errand *errand = data;

  errand->probe->smtp =
      tlsrpt_smtp_probe (errand->host->name, errand->probe->address, TLSRPT_SMTP_PORT,
                         ((const TlsrptDoctorOptions *)options)->seconds);
}

static GThreadPool *
pool_for (GFunc look, const TlsrptDoctorOptions *options)
{
  return g_thread_pool_new (look, (gpointer)options, (int)options->probes, FALSE, NULL);
}

static void
finish (GThreadPool *pool)
{
  g_thread_pool_free (pool, FALSE, TRUE);
}

static void
look_at_domains (Round *round, char **names)
{
  GThreadPool *pool = pool_for (look_at_domain, round->options);

  for (; *names != NULL; names++) {
    g_ptr_array_add (round->domains, tlsrpt_domain_new (*names));
    g_thread_pool_push (pool, round->domains->pdata[round->domains->len - 1], NULL);
  }
  finish (pool);
}

static void
look_up_hosts (Round *round)
{
  GThreadPool *pool = pool_for (look_up_host, round->options);

  for (guint i = 0; i < round->domains->len; i++) {
    const TlsrptDomain *domain = round->domains->pdata[i];

    for (guint n = 0; n < domain->mx->records->len; n++) {
      const TlsrptRecord *record = domain->mx->records->pdata[n];
      g_autofree char *name = tlsrpt_name_host (record->text);

      if (name != NULL && !g_hash_table_contains (round->hosts, name)) {
        TlsrptHost *host = tlsrpt_host_new (name);

        g_hash_table_insert (round->hosts, host->name, host);
        g_thread_pool_push (pool, host, NULL);
      }
    }
  }
  finish (pool);
}

static void
look_at_addresses (Round *round)
{
  GThreadPool *pool = pool_for (look_at_address, round->options);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, round->hosts);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const TlsrptHost *host = value;

    for (guint i = 0; i < host->probes->len; i++) {
      TlsrptHostProbe *probe = host->probes->pdata[i];
      Errand *errand = g_new0 (Errand, 1);

      *errand = (Errand){ host, probe };
      if (probe->is_private)
        g_free (errand);
      else
        g_thread_pool_push (pool, errand, NULL);
    }
  }
  finish (pool);
}

GPtrArray *
tlsrpt_doctor_patients (void)
{
  return g_ptr_array_new_with_free_func (patient_free);
}

TlsrptPatient *
tlsrpt_doctor_admit (GPtrArray *patients, const char *domain)
{
  TlsrptPatient *patient = g_new0 (TlsrptPatient, 1);

  patient->domain = g_strdup (domain);
  patient->looks = tlsrpt_finding_list ();
  g_ptr_array_add (patients, patient);
  return patient;
}

/* In the order of the MX records, each once; not owned. */
static GPtrArray *
hosts_of (const Round *round, const TlsrptDomain *domain)
{
  GPtrArray *hosts = g_ptr_array_new ();

  for (guint i = 0; i < domain->mx->records->len; i++) {
    g_autofree char *name =
        tlsrpt_name_host (((const TlsrptRecord *)domain->mx->records->pdata[i])->text);
    TlsrptHost *host = name != NULL ? g_hash_table_lookup (round->hosts, name) : NULL;

    if (host != NULL && !g_ptr_array_find (hosts, host, NULL))
      g_ptr_array_add (hosts, host);
  }
  return hosts;
}

static TlsrptHostUse
use_by (const TlsrptDomain *domain, GDateTime *now)
{
  return (TlsrptHostUse){
    .is_enforced = tlsrpt_domain_is_mode (domain, "enforce"),
    .is_tested = tlsrpt_domain_is_mode (domain, "testing"),
    .is_signed = domain->mx->is_secure,
    .now = now,
  };
}

static gboolean
is_ready (const TlsrptDomain *domain, const TlsrptHost *host, const TlsrptHostUse *use)
{
  g_autoptr (GPtrArray) sights = tlsrpt_sight_list ();

  return tlsrpt_policy_names (domain->policy, host->name) &&
         tlsrpt_sight_add_host (sights, host, use) == 1;
}

static void
judge (const Round *round, const TlsrptDomain *domain, GDateTime *now, TlsrptPatient *patient)
{
  g_autoptr (GPtrArray) hosts = hosts_of (round, domain);
  TlsrptHostUse use = use_by (domain, now);

  tlsrpt_domain_judge (domain, round->options->rua, patient->looks);
  for (guint i = 0; i < hosts->len; i++)
    tlsrpt_host_judge (hosts->pdata[i], &use, patient->looks);
  patient->rua = domain->tlsrpt->is_valid ? g_strdupv (domain->tlsrpt->rua) : NULL;
  patient->policy_text = g_strdup (domain->policy_text);
  patient->is_testing = use.is_tested;
  patient->mx_hosts = hosts->len;
  for (guint i = 0; use.is_tested && i < hosts->len; i++)
    patient->right_hosts += is_ready (domain, hosts->pdata[i], &use);
  if (round->options->suggest)
    patient->suggestion = tlsrpt_suggest_text (domain, hosts, round->options->rua, now);
}

/* What all domains together demand of each host. */
static GHashTable *
uses_of_hosts (const Round *round, GDateTime *now)
{
  GHashTable *uses = g_hash_table_new_full (NULL, NULL, NULL, g_free);

  for (guint i = 0; i < round->domains->len; i++) {
    TlsrptHostUse one = use_by (round->domains->pdata[i], now);
    g_autoptr (GPtrArray) hosts = hosts_of (round, round->domains->pdata[i]);

    for (guint n = 0; n < hosts->len; n++) {
      TlsrptHostUse *use = g_hash_table_lookup (uses, hosts->pdata[n]);

      if (use == NULL) {
        use = g_new0 (TlsrptHostUse, 1);
        g_hash_table_insert (uses, hosts->pdata[n], use);
      }
      use->is_enforced |= one.is_enforced;
      use->is_tested |= one.is_tested;
      use->is_signed |= one.is_signed;
      use->now = now;
    }
  }
  return uses;
}

static void
add_sights (const Round *round, GDateTime *now)
{
  g_autoptr (GHashTable) uses = uses_of_hosts (round, now);
  g_autoptr (GHashTable) verdicts = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer host, use;

  g_hash_table_iter_init (&iter, uses);
  while (g_hash_table_iter_next (&iter, &host, &use)) {
    int verdict = tlsrpt_sight_add_host (round->options->sights, host, use);

    g_hash_table_insert (verdicts, host, GINT_TO_POINTER (verdict));
  }
  for (guint i = 0; i < round->domains->len; i++) {
    g_autoptr (GPtrArray) hosts = hosts_of (round, round->domains->pdata[i]);
    g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (int));

    for (guint n = 0; n < hosts->len; n++) {
      int verdict = GPOINTER_TO_INT (g_hash_table_lookup (verdicts, hosts->pdata[n]));

      g_array_append_val (own, verdict);
    }
    tlsrpt_sight_add_domain (round->options->sights, round->domains->pdata[i], hosts, own);
  }
}

gboolean
tlsrpt_doctor_look (GPtrArray *patients, char **domains, const TlsrptDoctorOptions *options,
                    GError **error)
{
  g_autoptr (GPtrArray) looked = NULL;
  g_autoptr (GHashTable) hosts = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  Round round;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_set_error_literal (
        error, TLSRPT_ERROR, TLSRPT_ERROR_OPERATOR,
        "doctor: there is no TLS for GIO here: install the package glib-networking");
    return FALSE;
  }
  looked = g_ptr_array_new_with_free_func ((GDestroyNotify)tlsrpt_domain_free);
  hosts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)tlsrpt_host_free);
  round = (Round){ options, looked, hosts };
  look_at_domains (&round, domains);
  look_up_hosts (&round);
  look_at_addresses (&round);
  for (guint i = 0; i < looked->len; i++) {
    const TlsrptDomain *domain = looked->pdata[i];

    judge (&round, domain, now, tlsrpt_doctor_admit (patients, domain->name));
  }
  if (options->sights != NULL)
    add_sights (&round, now);
  return TRUE;
}
