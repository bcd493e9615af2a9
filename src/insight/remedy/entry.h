/* SPDX-License-Identifier: GPL-3.0-or-later
 * One finding in a table: what it means, why it comes, what shows it, what mends it. Each line
 * may say when it holds. In a text {mx}, {domain}, {zone}, {ip} and {reporter} stand for names. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptRemedyFact:
 * @TLSRPT_REMEDY_ALONE: one reporter alone sees it, while others succeed at the same place
 * @TLSRPT_REMEDY_NOT_ALONE: several see it, or there is nobody to compare with
 * @TLSRPT_REMEDY_MANY: more than one mail domain is touched
 * @TLSRPT_REMEDY_UNDER_TLSA: it failed under DANE
 * @TLSRPT_REMEDY_UNDER_STS: it failed under MTA-STS
 * @TLSRPT_REMEDY_HAS_DOMAIN: a mail domain is known
 * @TLSRPT_REMEDY_HAS_MX: an MX host is known
 * @TLSRPT_REMEDY_HAS_IP: an address of the server is known
 *
 * A line holds if all facts that it asks for do.
 */
typedef enum {
  TLSRPT_REMEDY_ALONE = 1 << 0,
  TLSRPT_REMEDY_NOT_ALONE = 1 << 1,
  TLSRPT_REMEDY_MANY = 1 << 2,
  TLSRPT_REMEDY_UNDER_TLSA = 1 << 3,
  TLSRPT_REMEDY_UNDER_STS = 1 << 4,
  TLSRPT_REMEDY_HAS_DOMAIN = 1 << 5,
  TLSRPT_REMEDY_HAS_MX = 1 << 6,
  TLSRPT_REMEDY_HAS_IP = 1 << 7,
} TlsrptRemedyFact;

/**
 * TlsrptRemedyEffect:
 * @TLSRPT_REMEDY_EFFECT_PLAIN: no encryption; what follows depends on the policy
 * @TLSRPT_REMEDY_EFFECT_SERVER: the server could not be proved; what follows depends on the policy
 * @TLSRPT_REMEDY_EFFECT_FETCH: the MTA-STS policy is not known to sending MTAs that have no older copy
 * @TLSRPT_REMEDY_EFFECT_DNSSEC: the DNS answers cannot be used
 * @TLSRPT_REMEDY_EFFECT_SENDER: that sending MTA's own rule forbids delivery
 * @TLSRPT_REMEDY_EFFECT_SIGHT: doctor saw what reports may say tomorrow
 * @TLSRPT_REMEDY_EFFECT_REPORTS: mail is not touched
 */
typedef enum {
  TLSRPT_REMEDY_EFFECT_PLAIN,
  TLSRPT_REMEDY_EFFECT_SERVER,
  TLSRPT_REMEDY_EFFECT_FETCH,
  TLSRPT_REMEDY_EFFECT_DNSSEC,
  TLSRPT_REMEDY_EFFECT_SENDER,
  TLSRPT_REMEDY_EFFECT_SIGHT,
  TLSRPT_REMEDY_EFFECT_REPORTS,
} TlsrptRemedyEffect;

#define TLSRPT_REMEDY_LINES 8

/**
 * TlsrptRemedyLine:
 * @text: (nullable): with placeholders; %NULL ends a list
 * @when: facts that must hold, of #TlsrptRemedyFact; 0 for always
 */
typedef struct {
  const char *text;
  guint when;
} TlsrptRemedyLine;

/**
 * TlsrptRemedyEntry:
 * @finding: a result type of RFC 8460 section 4.3, or a name of our own
 * @title: what is broken, as the end of a sentence that begins with the place
 * @meaning: what was seen
 * @effect: what follows for mail
 * @causes: likeliest first
 * @commands: to be pasted into a shell
 * @changes: in an order that never breaks mail
 */
typedef struct {
  const char *finding;
  const char *title;
  const char *meaning;
  TlsrptRemedyEffect effect;
  TlsrptRemedyLine causes[TLSRPT_REMEDY_LINES];
  TlsrptRemedyLine commands[TLSRPT_REMEDY_LINES];
  TlsrptRemedyLine changes[TLSRPT_REMEDY_LINES];
} TlsrptRemedyEntry;

/* A validating resolver, so that an answer does not depend on the one of the machine. */
#define TLSRPT_REMEDY_RESOLVER "@1.1.1.1"

/* @command for each address of host @name, as $ip. One of several servers may be the broken one. */
#define TLSRPT_REMEDY_EACH_ADDRESS(name, command)                                                  \
  "for ip in $(dig +short " name " A " name " AAAA | grep -E '^[0-9a-f.:]+$'); do "                \
  "echo \"== $ip\"; " command "; done"

/* An SMTP session as far as TLS: waits for the banner and for each answer. */
#define TLSRPT_REMEDY_SMTP                                                                         \
  "timeout 20 openssl s_client -starttls smtp -connect \"[$ip]:25\" -servername {mx}"

/* Proves chain, dates and name; without -verify_hostname a wrong name would pass. */
#define TLSRPT_REMEDY_SMTP_PROOF                                                                   \
  TLSRPT_REMEDY_EACH_ADDRESS ("{mx}", TLSRPT_REMEDY_SMTP                                           \
                              " -verify_hostname {mx} -verify_return_error -brief </dev/null")     \
  "   # right: Verification: OK, at every address"

#define TLSRPT_REMEDY_SMTP_CHAIN                                                                   \
  TLSRPT_REMEDY_EACH_ADDRESS ("{mx}", TLSRPT_REMEDY_SMTP                                           \
                              " </dev/null 2>&1 | grep -E '^ *[0-9]+ s:|^ +[iv]:|^verify error'")  \
  "   # the chain as it is sent, with dates"

G_END_DECLS
