/* SPDX-License-Identifier: GPL-3.0-or-later
 * What to do about MTA-STS: record, policy host, policy, and MX hosts outside of it. */
#include "insight/remedy/sts.h"

#define ALONE TLSRPT_REMEDY_ALONE
#define MANY TLSRPT_REMEDY_MANY

#define URL "https://mta-sts.{domain}/.well-known/mta-sts.txt"

/* One answer for each address: a client would hide the broken one. No -L: redirects are not
 * followed. */
#define FETCH                                                                                      \
  TLSRPT_REMEDY_EACH_ADDRESS ("mta-sts.{domain}",                                                  \
                              "curl -sSi --max-time 60 --connect-to \"::[$ip]:443\" " URL          \
                              " | head -n 40")

#define FETCH_RIGHT "   # right: 200 and text/plain, at every address"

#define RECORD                                                                                     \
  "dig +short TXT _mta-sts.{domain}"                                                               \
  "   # right: exactly one line with v=STSv1; two are as good as none"

#define MX_AND_POLICY                                                                              \
  "dig +short MX {domain}; curl -sS --max-time 60 " URL " | grep -i '^mx:'"                        \
  "   # each MX must fit an mx line; *. covers one label"

#define WEB_PROOF                                                                                  \
  TLSRPT_REMEDY_EACH_ADDRESS ("mta-sts.{domain}",                                                  \
                              "timeout 20 openssl s_client -connect \"[$ip]:443\" -servername "    \
                              "mta-sts.{domain} -verify_hostname mta-sts.{domain} "                \
                              "-verify_return_error -brief </dev/null")                            \
  "   # right: Verification: OK, at every address"

#define WEB_CHAIN                                                                                  \
  TLSRPT_REMEDY_EACH_ADDRESS ("mta-sts.{domain}",                                                  \
                              "timeout 20 openssl s_client -connect \"[$ip]:443\" -servername "    \
                              "mta-sts.{domain} </dev/null 2>&1 | grep -E '^ *[0-9]+ s:|^ "        \
                              "+[iv]:|^verify error'")                                             \
  "   # the chain as it is sent, with dates"

#define EACH_DOMAIN                                                                                \
  "each of the domains needs it; where their mta-sts names are aliases of one host, once there"

static const TlsrptRemedyEntry entries[] = {
  {
      .finding = "sts-policy-fetch-error",
      .title = "the MTA-STS policy cannot be fetched",
      .meaning =
          "DNS says that there is an MTA-STS policy, and the sending MTA could not fetch it.",
      .effect = TLSRPT_REMEDY_EFFECT_FETCH,
      .causes = { { "a filter of ours turns {reporter} away: a web application firewall, a bot "
                    "check on the user agent, a "
                    "block by country or network",
                    ALONE },
                  { "the policy host does not answer, or answers with another status than 200; "
                    "redirects are not followed",
                    0 },
                  { "a filter in front of it answers programs otherwise than browsers: firewall, "
                    "user agent, country",
                    TLSRPT_REMEDY_NOT_ALONE },
                  { "its certificate has expired or has another name", 0 },
                  { "the name mta-sts.{domain} is gone, or one of its addresses leads nowhere: "
                    "often the IPv6 one",
                    0 } },
      .commands = { { FETCH FETCH_RIGHT, 0 },
                    { "curl -sS -o /dev/null --max-time 60 -A '' -w '%{http_code}\\n' " URL
                      "   # without a user agent, from a network outside yours: right is 200",
                      0 },
                    { RECORD, 0 },
                    { WEB_PROOF, 0 } },
      .changes = { { "let /.well-known/mta-sts.txt pass every filter: any country, any user agent, "
                     "no challenge page; look "
                     "for the refusals in the log of the web server or the filter",
                     0 },
                   { "let the web server answer 200 and text/plain, without a redirect", 0 },
                   { "correct or take away the address that does not answer", 0 },
                   { EACH_DOMAIN, MANY },
                   { "if MTA-STS is to end: publish mode: none with a new id and leave it until "
                     "the old max_age has "
                     "passed; only then take the TXT record away, and the policy host last",
                     0 } },
  },
  {
      .finding = "sts-policy-invalid",
      .title = "the MTA-STS policy is not valid",
      .meaning = "The sending MTA fetched the MTA-STS policy and could not read it.",
      .effect = TLSRPT_REMEDY_EFFECT_FETCH,
      .causes = { { "a line is missing or misspelt: version, mode, max_age, and an mx line for "
                    "each MX",
                    0 },
                  { "the web server, or a filter before it, answers with a page in HTML and status "
                    "200",
                    0 },
                  { "the file is served under another media type than text/plain", 0 } },
      .commands = { { FETCH "   # right: text/plain; version: STSv1, mode, max_age, mx, each on a "
                            "line of its own",
                      0 },
                    { RECORD, 0 } },
      .changes = { { "write the policy as RFC 8461 section 3.2 has it, a line each: version: "
                     "STSv1, mode: testing (or the "
                     "mode that it had), an mx: line for each MX, max_age: 604800",
                     0 },
                   { "serve the file itself at /.well-known/mta-sts.txt, as text/plain", 0 },
                   { "then change the id in the TXT record: sending MTAs fetch anew only for a new "
                     "id",
                     0 },
                   { EACH_DOMAIN, MANY } },
  },
  {
      .finding = "sts-webpki-invalid",
      .title = "the certificate of the MTA-STS policy host is not valid",
      .meaning =
          "The sending MTA reached the policy host and could not prove its web certificate, so "
          "that it must not use the "
          "policy.",
      .effect = TLSRPT_REMEDY_EFFECT_FETCH,
      .causes = { { "{reporter}'s list of authorities is old, or it reaches another address than "
                    "others do",
                    ALONE },
                  { "the web certificate of mta-sts.{domain} has expired", 0 },
                  { "it is for another name, as that of the main web site", 0 },
                  { "the server does not send the intermediate certificate", 0 },
                  { "one of several servers or addresses behind the name has another certificate",
                    0 } },
      .commands = { { WEB_PROOF, 0 }, { WEB_CHAIN, 0 }, { FETCH FETCH_RIGHT, 0 } },
      .changes = { { "renew the certificate of mta-sts.{domain}, with that name and the full "
                     "chain, at every address",
                     0 },
                   { "let the web server load it", 0 },
                   { EACH_DOMAIN, MANY } },
  },
  {
      .finding = "mx-not-in-policy",
      .title = "the MX is not in the MTA-STS policy",
      .meaning = "Sending MTAs were led to an MX host that the MTA-STS policy, as they know it, "
                 "does not name.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "an MX was added or renamed in DNS, and the policy was not changed before", 0 },
                  { "the policy names it wrongly: *. stands for exactly one label", 0 },
                  { "the policy file was changed without a new id: sending MTAs go by their older "
                    "copy",
                    0 } },
      .commands = { { MX_AND_POLICY, 0 }, { RECORD, 0 } },
      .changes = { { "make sure that {mx} is yours, or your provider's; else change nothing and "
                     "treat it as an attack",
                     0 },
                   { "add its mx line to the policy file", 0 },
                   { "then change the id in the TXT record _mta-sts.{domain}; sending MTAs take it "
                     "up "
                     "as its TTL passes",
                     0 },
                   { EACH_DOMAIN, MANY },
                   { "at the next change: policy with a new id first, then wait a day, then the MX "
                     "record",
                     0 } },
  },
  {
      .finding = "policy-without-new-id",
      .title = "sending MTAs go by an old MTA-STS policy",
      .meaning =
          "Some sending MTAs still go by a policy that does not name this MX, while others have "
          "seen one that does.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "the policy file was changed without a new id in the TXT record: sending MTAs "
                    "fetch "
                    "it anew only when the id "
                    "changes or max_age has passed",
                    0 },
                  { "the MX record was changed before sending MTAs had looked at the TXT record "
                    "again",
                    0 } },
      .commands = { { RECORD, 0 }, { MX_AND_POLICY, 0 } },
      .changes = { { "change the id in the TXT record _mta-sts.{domain}, for instance to the date "
                     "and time; it takes effect as "
                     "its TTL passes",
                     0 },
                   { "until then let the old MX host take mail beside the new one, where you still "
                     "can",
                     0 },
                   { EACH_DOMAIN, MANY },
                   { "at the next change: policy with a new id first, then wait a day, then the MX "
                     "record",
                     0 } },
  },
  {
      .finding = "foreign-mx",
      .title = "mail was led to a server that nothing shows to be yours",
      .meaning =
          "Sending MTAs were led to an MX host that is not in the policy, not under your domain, "
          "not of a provider that "
          "you are known to use, and was never seen before. This may be an attempt to "
          "intercept mail, and the policy "
          "may be what stopped it.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "a colleague or provider added an MX host, and the policy was not changed "
                    "before",
                    0 },
                  { "somebody changed the MX records: an account at the registrar or DNS provider "
                    "was taken over",
                    0 },
                  { "the resolver of {reporter} was given false answers", ALONE },
                  { "one of the name servers has an old copy of the zone, or a name in it is "
                    "misspelt or has lapsed",
                    0 } },
      .commands = { { "for ns in $(dig +short NS {domain} | grep -E '^[A-Za-z0-9_.-]+$'); do echo "
                      "\"== $ns\"; dig +short +norec "
                      "MX {domain} \"@$ns\"; done   # does any of your name servers give {mx}?",
                      0 },
                    { "dig +short NS {domain}; dig +short NS {domain} " TLSRPT_REMEDY_RESOLVER
                      "   # are these your name servers?",
                      0 },
                    { "dig +short {mx} A {mx} AAAA", 0 },
                    { "dig +short -x {ip}; whois {ip} | grep -iE "
                      "'^(org-?name|netname|descr|country|abuse)'"
                      "   # whose address is it? (package whois)",
                      TLSRPT_REMEDY_HAS_IP } },
      .changes = { { "find out whose {mx} is before you change anything; do not add it to the "
                     "policy",
                     0 },
                   { "if it is yours: add its mx line to the policy, then change the id in the TXT "
                     "record _mta-sts.{domain}",
                     0 },
                   { "if it is not: leave the policy as it is, change the passwords at the "
                     "registrar and DNS provider, and "
                     "compare every record with what it should be",
                     0 },
                   { "keep the reports as evidence, and mail logs of those days", 0 },
                   { "sign the zone with DNSSEC, so that nobody on the way can change MX records",
                     0 } },
  },
};

const TlsrptRemedyEntry *
tlsrpt_sts_entries (guint *n)
{
  *n = G_N_ELEMENTS (entries);
  return entries;
}
