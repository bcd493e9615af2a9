/* SPDX-License-Identifier: GPL-3.0-or-later
 * What to do about TLSA records and DNSSEC. */
#include "insight/remedy/dane.h"

#define ALONE TLSRPT_REMEDY_ALONE
#define RESOLVER TLSRPT_REMEDY_RESOLVER

/* What a sending MTA that uses DANE checks: usages 2 and 3 alone (RFC 7672 section 3.1). */
#define DANE_PROOF                                                                                 \
  TLSRPT_REMEDY_EACH_ADDRESS (                                                                     \
      "{mx}", "dig " RESOLVER " +short TLSA _25._tcp.{mx} | grep -E '^[23] [01] [0-2] ' | "        \
              "sed 's/.*/-dane_tlsa_rrdata \"&\"/' | xargs timeout 20 openssl s_client -starttls " \
              "smtp -connect \"[$ip]:25\" -dane_tlsa_domain {mx} -dane_ee_no_namechecks "          \
              "-verify_return_error -brief")                                                       \
  "   # right: Verification: OK, at every address"

#define TLSA_RECORDS                                                                               \
  "dig " RESOLVER " +noall +comments +answer TLSA _25._tcp.{mx}"                                   \
  "   # right: ad among the flags, and usage 3 or 2 first in a record"

#define VALIDATES "   # right: fully validated"

/* The name in front of the SOA record is the zone, wherever the cut is. -q: no name is an option. */
#define ZONE                                                                                       \
  "zone=$(dig " RESOLVER                                                                           \
  " +cd +noall +answer +authority SOA {zone} | awk '$4 == \"SOA\" { print $1; exit }'); "

#define DELEGATION                                                                                 \
  ZONE "echo \"zone: $zone\"; dig " RESOLVER                                                       \
       " +cd +noall +answer -t DS -q \"$zone\"; dig " RESOLVER                                     \
       " +cd +noall +answer +multiline -t DNSKEY -q \"$zone\" | grep 'key id'"                     \
       "   # right: the number after DS is one of the key ids"

#define SIGNED_UNTIL                                                                               \
  ZONE "dig " RESOLVER                                                                             \
       " +cd +dnssec +noall +answer -t DNSKEY -q \"$zone\" | awk '$4 == \"RRSIG\" { print "        \
       "\"signed until\", $9 }'   # year, month, day, time: right is a time to come"

#define SERIALS                                                                                    \
  ZONE "for ns in $(dig +short -t NS -q \"$zone\" | grep -E '^[A-Za-z0-9_.-]+$'); do "             \
       "echo \"$ns $(dig +short +norec -t SOA -q \"$zone\" \"@$ns\" | awk '{ print $3 }')\"; "     \
       "done   # right: one serial number, at every name server"

static const TlsrptRemedyEntry entries[] = {
  {
      .finding = "tlsa-invalid",
      .title = "no TLSA record fits the certificate",
      .meaning =
          "DNSSEC proves TLSA records of the MX, and none of them fits what the server presented.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "{reporter}'s resolver still has old records; others see the new ones", ALONE },
                  { "the key was changed, often by a renewal of the certificate, and the TLSA "
                    "record was not",
                    0 },
                  { "record and key were changed together: sending MTAs go by the old record until "
                    "its "
                    "TTL has passed",
                    0 },
                  { "one of several servers or addresses behind the name has another key", 0 },
                  { "the record is wrong: usage 2 without the issuer in the chain that is sent, or "
                    "a digest of the "
                    "wrong thing",
                    0 } },
      .commands = { { TLSA_RECORDS, 0 },
                    { DANE_PROOF, 0 },
                    { TLSRPT_REMEDY_EACH_ADDRESS (
                          "{mx}", TLSRPT_REMEDY_SMTP
                          " </dev/null 2>/dev/null | openssl x509 -noout -pubkey | openssl "
                          "pkey -pubin -outform DER | openssl dgst -sha256") "   # the digest that "
                                                                             "belongs into a TLSA "
                                                                             "3 1 1 record",
                      0 } },
      .changes = { { "publish a TLSA 3 1 1 record with the digest of the last command, beside the "
                     "old record",
                     0 },
                   { "wait two TTLs, run the second command again, and then take the old record "
                     "away",
                     0 },
                   { "at the next change of key: publish the new key's record beside the old one, "
                     "wait two TTLs, change "
                     "the key, then take the old record away",
                     0 },
                   { "keep to 3 1 1: it ignores names, dates and authorities (RFC 7672 section "
                     "3.1.1); keep the key when "
                     "the certificate is renewed (certbot: --reuse-key)",
                     0 } },
  },
  {
      .finding = "tlsa-unusable",
      .title = "its TLSA records have a usage that mail does not use",
      .meaning = "All TLSA records reported have usage 0 or 1, which sending MTAs take for "
                 "unusable (RFC 7672 section "
                 "3.1.3).",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "the records were made for a web server, or by a tool that makes them so by "
                    "default",
                    0 } },
      .commands = { { TLSA_RECORDS, 0 },
                    { TLSRPT_REMEDY_EACH_ADDRESS (
                          "{mx}", TLSRPT_REMEDY_SMTP
                          " </dev/null 2>/dev/null | openssl x509 -noout -pubkey | openssl "
                          "pkey -pubin -outform DER | openssl dgst -sha256") "   # the digest that "
                                                                             "belongs into a TLSA "
                                                                             "3 1 1 record",
                      0 } },
      .changes = { { "publish a TLSA 3 1 1 record with the digest of the last command, for every "
                     "key in use",
                     0 },
                   { "take the records with usage 0 and 1 away", 0 } },
  },
  {
      .finding = "dnssec-invalid",
      .title = "DNSSEC does not validate",
      .meaning =
          "The sending MTA's resolver found DNSSEC broken for the domain, or for the zone of its "
          "MX host.",
      .effect = TLSRPT_REMEDY_EFFECT_DNSSEC,
      .causes = { { "{reporter}'s own resolver: a wrong clock, an old trust anchor, a broken cache",
                    ALONE },
                  { "the signatures have expired: the signer stopped", 0 },
                  { "the DS record in the parent zone fits no key of the zone, as after a change "
                    "of DNS provider or key",
                    0 },
                  { "one of the name servers has an old or unsigned copy of the zone", 0 } },
      .commands = { { "delv " RESOLVER " +cd MX {domain}" VALIDATES, TLSRPT_REMEDY_HAS_DOMAIN },
                    { "delv " RESOLVER " +cd A {mx}; delv " RESOLVER
                      " +cd TLSA _25._tcp.{mx}" VALIDATES,
                      TLSRPT_REMEDY_HAS_MX },
                    { DELEGATION, 0 },
                    { SIGNED_UNTIL, 0 },
                    { SERIALS, 0 } },
      .changes = { { "start the signer again and have the zone signed anew", 0 },
                   { "correct the DS record at the registrar; or take it away until the zone is "
                     "right: mail flows then, "
                     "without DANE",
                     0 },
                   { "at the next change of DNS provider or key: the new DS beside the old one, "
                     "wait for the TTL of the "
                     "DS, then the key, then take the old DS away",
                     0 } },
  },
  {
      .finding = "dane-required",
      .title = "DANE is demanded, and there is none",
      .meaning =
          "The sending MTA is set to demand DANE for this domain, and found no TLSA records that "
          "DNSSEC proves.",
      .effect = TLSRPT_REMEDY_EFFECT_SENDER,
      .causes = { { "TLSA records were taken away, or a new MX has none", 0 },
                  { "the zone of the MX, or the domain's own, is no longer signed", 0 },
                  { "the sending MTA demands it of its own accord, as a setting for this domain",
                    0 } },
      .commands = { { TLSA_RECORDS, 0 },
                    { "delv " RESOLVER " +cd MX {domain}; delv " RESOLVER
                      " +cd TLSA _25._tcp.{mx}" VALIDATES,
                      TLSRPT_REMEDY_HAS_DOMAIN } },
      .changes = { { "publish TLSA 3 1 1 records for every MX, new and backup ones too", 0 },
                   { "sign the zone first, wait until it validates everywhere, then add the DS "
                     "record in its parent",
                     0 },
                   { "or ask {reporter} to take the demand away", 0 } },
  },
};

const TlsrptRemedyEntry *
tlsrpt_dane_entries (guint *n)
{
  *n = G_N_ELEMENTS (entries);
  return entries;
}
