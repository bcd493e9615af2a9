/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whose sessions the policies of a report are about. */
#pragma once

#include "core/report/report.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptMailDomains:
 * @of_report: (nullable): the mail domain that asked for the report
 * @named: (element-type utf8): mail domains that its policies name, a set
 * @has_hosts: %TRUE if there are several, and DANE policies of which nobody can say whose they are
 */
typedef struct {
  const char *of_report;
  GHashTable *named;
  gboolean has_hosts;
} TlsrptMailDomains;

/**
 * tlsrpt_mail_domains_init:
 * @domains: (out caller-allocates): to be cleared by tlsrpt_mail_domains_clear()
 * @report: a report
 *
 * Under MTA-STS, or without a policy, the policy domain is a mail domain; under DANE it is as a rule an
 * MX host. A single mail domain is the report's; of several the one that the mail or file name of the
 * report names; where there is none, what these name, else the only DANE domain. Foreign policies say
 * nothing.
 */
void tlsrpt_mail_domains_init (TlsrptMailDomains *domains, const TlsrptReport *report);

/**
 * tlsrpt_mail_domains_clear:
 * @domains: what to clear
 *
 * Frees all that @domains owns, but not @domains itself.
 */
void tlsrpt_mail_domains_clear (TlsrptMailDomains *domains);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsrptMailDomains, tlsrpt_mail_domains_clear)

/**
 * tlsrpt_mail_domains_of:
 * @domains: of a report
 * @policy: one of its policies
 *
 * Returns: (transfer none) (nullable): the mail domain whose sessions @policy is about: its policy
 *   domain if that is a mail domain, else the report's, else its policy domain all the same
 */
const char *tlsrpt_mail_domains_of (const TlsrptMailDomains *domains, const TlsrptPolicy *policy);

G_END_DECLS
