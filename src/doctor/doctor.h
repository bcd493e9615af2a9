/* SPDX-License-Identifier: GPL-3.0-or-later
 * Domains to findings: all are looked at beside each other, a host that several share once. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDoctorOptions:
 * @seconds: after which a probe ends, 1 or more
 * @probes: how many run beside each other, 1 or more
 * @allow_private: whether private addresses are followed
 * @suggest: whether to say what a domain lacks
 * @rua: (nullable): mail address that records should have
 * @sights: (nullable) (element-type TlsrptSight): what was seen of each place is added here
 */
typedef struct {
  guint seconds;
  guint probes;
  gboolean allow_private;
  gboolean suggest;
  const char *rua;
  GPtrArray *sights;
} TlsrptDoctorOptions;

/**
 * TlsrptPatient:
 * @domain: (nullable): a mail domain; %NULL for this installation
 * @looks: (element-type TlsrptLook): what was found
 * @suggestion: (nullable): what to publish, as tlsrpt_suggest_text() has it
 * @rua: (nullable) (array zero-terminated=1): where its record sends reports
 * @policy_text: (nullable): the policy that is published, if it is valid
 * @is_testing: whether its mode is testing
 * @mx_hosts: MX hosts of the domain
 * @right_hosts: those of them that were found right at each address, and that the policy names
 */
typedef struct {
  char *domain;
  GPtrArray *looks;
  char *suggestion;
  char **rua;
  char *policy_text;
  gboolean is_testing;
  guint mx_hosts;
  guint right_hosts;
} TlsrptPatient;

/**
 * tlsrpt_doctor_patients:
 *
 * Returns: (transfer full) (element-type TlsrptPatient): an empty list
 */
GPtrArray *tlsrpt_doctor_patients (void);

/**
 * tlsrpt_doctor_admit:
 * @patients: (element-type TlsrptPatient): a list
 * @domain: (nullable): a mail domain; %NULL for this installation
 *
 * Returns: (transfer none): a new last one, of which nothing is found yet
 */
TlsrptPatient *tlsrpt_doctor_admit (GPtrArray *patients, const char *domain);

/**
 * tlsrpt_doctor_look:
 * @patients: (element-type TlsrptPatient): one is added for each domain
 * @domains: (array zero-terminated=1): mail domains as name.h lets them pass
 * @options: how
 * @error: return location
 *
 * Looks at their records, at their policy hosts and at their MX hosts, and at nothing else.
 *
 * Errors: %TLSRPT_ERROR_OPERATOR if GIO has no TLS (package glib-networking).
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
gboolean tlsrpt_doctor_look (GPtrArray *patients, char **domains,
                             const TlsrptDoctorOptions *options, GError **error);

G_END_DECLS
