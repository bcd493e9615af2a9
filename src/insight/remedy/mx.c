/* SPDX-License-Identifier: GPL-3.0-or-later
 * What to do about STARTTLS and certificates at an MX host. */
#include "insight/remedy/mx.h"

#define ALONE TLSRPT_REMEDY_ALONE
#define NOT_ALONE TLSRPT_REMEDY_NOT_ALONE

/* A new key without its TLSA record would stop mail that flows. */
#define KEEP_KEY                                                                                   \
  "first look for TLSA records (dig +short TLSA _25._tcp.{mx}): where there are any, keep the "    \
  "key "                                                                                           \
  "at the renewal (certbot: --reuse-key), or publish the new key's record beside the old one and " \
  "wait two TTLs before you change the key"

static const TlsrptRemedyEntry entries[] = {
  {
      .finding = "starttls-not-supported",
      .title = "STARTTLS is not offered",
      .meaning = "The sending server met a server on port 25 that did not offer STARTTLS.",
      .effect = TLSRPT_REMEDY_EFFECT_PLAIN,
      .causes = { { "a firewall, proxy or virus scanner in {reporter}'s network, or on the way, "
                    "takes STARTTLS out",
                    ALONE },
                  { "TLS is switched off on this MX, or did not start: a certificate or key file "
                    "that cannot be read "
                    "is enough",
                    NOT_ALONE },
                  { "a firewall in front of the MX hides STARTTLS (Cisco \"inspect esmtp\" puts "
                    "XXXXXXXA in its place)",
                    NOT_ALONE },
                  { "one of several servers or addresses behind the name has no TLS: a backup MX, "
                    "or the IPv6 address",
                    0 },
                  { "somebody on the way takes STARTTLS out to read the mail; many networks at "
                    "once are unlikely",
                    0 } },
      .commands = { { TLSRPT_REMEDY_EACH_ADDRESS (
                          "{mx}", TLSRPT_REMEDY_SMTP
                          " -brief </dev/null") "   # right: CONNECTION ESTABLISHED; wrong: Didn't "
                                                "find STARTTLS",
                      0 } },
      .changes = { { "if the command shows a connection at every address, change nothing here: "
                     "write to {reporter}",
                     ALONE },
                   { "switch TLS on (Postfix: smtpd_tls_security_level = may, "
                     "smtpd_tls_chain_files), reload, and "
                     "read the mail log for errors about key and certificate",
                     NOT_ALONE },
                   { "switch off SMTP inspection for port 25 in the firewall", NOT_ALONE },
                   { "do the same at every address of {mx}, then run the command again",
                     NOT_ALONE } },
  },
  {
      .finding = "certificate-expired",
      .title = "the certificate has expired",
      .meaning =
          "A certificate in the chain that the MX presented was past its last day: its own, or an "
          "intermediate one.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "the clock of {reporter}'s server is wrong, or it reaches another address of "
                    "{mx} than others do",
                    ALONE },
                  { "the renewal failed, or ran on another host than this one", 0 },
                  { "the renewed certificate is on disk, and the mail server has not loaded it",
                    0 },
                  { "one of several servers or addresses behind the name was left out", 0 },
                  { "an intermediate certificate in the file has expired, while the host's own is "
                    "good",
                    0 } },
      .commands = { { TLSRPT_REMEDY_SMTP_PROOF, 0 }, { TLSRPT_REMEDY_SMTP_CHAIN, 0 } },
      .changes = { { KEEP_KEY, 0 },
                   { "renew what has expired: the certificate of {mx}, or the intermediate "
                     "certificates in its file",
                     0 },
                   { "let the mail server load it (postfix reload), at every address of {mx}", 0 },
                   { "run the first command again: it must say Verification: OK at every address",
                     0 },
                   { "let the renewal reload the mail server by itself (certbot: --deploy-hook)",
                     0 } },
  },
  {
      .finding = "certificate-host-mismatch",
      .title = "the certificate is for another name",
      .meaning =
          "The certificate that the MX presented has no name that fits the MX's own host name.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "{reporter} connects without the server name (SNI) and gets another "
                    "certificate than others do",
                    ALONE },
                  { "the host was renamed, or the MX record names it anew, and the certificate has "
                    "the old name",
                    0 },
                  { "several names share the server, and the wrong certificate is the default", 0 },
                  { "one of several servers or addresses behind the name has another certificate",
                    0 },
                  { "the connection ended at another machine than ours: compare the address below",
                    TLSRPT_REMEDY_HAS_IP } },
      .commands = { { TLSRPT_REMEDY_SMTP_PROOF, 0 },
                    { TLSRPT_REMEDY_EACH_ADDRESS (
                          "{mx}", TLSRPT_REMEDY_SMTP
                          " </dev/null 2>/dev/null | openssl x509 -noout -subject -ext "
                          "subjectAltName") "   # {mx} must be among the names",
                      0 },
                    { "dig +short {mx} A {mx} AAAA   # reported: {ip}", TLSRPT_REMEDY_HAS_IP } },
      .changes = { { KEEP_KEY, 0 },
                   { "have a certificate issued with {mx} among its names (subjectAltName), "
                     "install it, and reload the "
                     "mail server",
                     0 },
                   { "make it the default certificate, for sending MTAs that give no server name; "
                     "choose others by SNI "
                     "(Postfix: tls_server_sni_maps)",
                     0 },
                   { "or let the MX record name the host that the certificate is for; under "
                     "MTA-STS the policy comes "
                     "first: add its mx line, change the id, wait a day, then change the MX record",
                     0 } },
  },
  {
      .finding = "certificate-not-trusted",
      .title = "the certificate is not trusted",
      .meaning = "The sending server could not build a chain from the MX's certificate to an "
                 "authority that it trusts.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "{reporter}'s list of authorities is old, or lacks the authority that others "
                    "know",
                    ALONE },
                  { "the server does not send the intermediate certificate", 0 },
                  { "the certificate is self-signed, or of a private authority", 0 },
                  { "one of several servers or addresses behind the name has another certificate",
                    0 } },
      .commands = { { TLSRPT_REMEDY_SMTP_PROOF, 0 }, { TLSRPT_REMEDY_SMTP_CHAIN, 0 } },
      .changes = { { KEEP_KEY, 0 },
                   { "configure the full chain: the certificate first, then every intermediate one "
                     "(certbot: "
                     "fullchain.pem), and reload the mail server",
                     0 },
                   { "MTA-STS needs a certificate of a public authority; TLSA records help sending "
                     "MTAs "
                     "that use DANE, and "
                     "them alone",
                     0 },
                   { "run the first command again: it must say Verification: OK at every address",
                     0 } },
  },
  {
      .finding = "validation-failure",
      .title = "TLS failed for another reason",
      .meaning = "The sending server could not set up or prove the TLS session, and no other "
                 "result type fitted.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "{reporter}'s own software or path: others succeed at the same place", ALONE },
                  { "the TLS handshake failed: protocol version, cipher, or a key that is too "
                    "short",
                    0 },
                  { "the connection broke off or timed out in the handshake", 0 },
                  { "under MTA-STS: the MX is not among the policy's mx lines",
                    TLSRPT_REMEDY_UNDER_STS } },
      .commands = { { TLSRPT_REMEDY_SMTP_PROOF, 0 },
                    { TLSRPT_REMEDY_EACH_ADDRESS (
                          "{mx}", TLSRPT_REMEDY_SMTP
                          " -tls1_2 -brief </dev/null") "   # older sending MTAs have TLS 1.2 "
                                                        "alone: "
                                                        "right is CONNECTION ESTABLISHED",
                      0 },
                    { "dig +short MX {domain}; curl -sS --max-time 60 "
                      "https://mta-sts.{domain}/.well-known/mta-sts.txt"
                      "   # each MX must fit an mx line",
                      TLSRPT_REMEDY_UNDER_STS | TLSRPT_REMEDY_HAS_DOMAIN } },
      .changes = { { "follow the reporter's own words, where there are any", 0 },
                   { "allow TLS 1.2 and 1.3 with the default ciphers, and a key of RSA 2048 bits "
                     "or ECDSA P-256",
                     0 },
                   { "look at load, time-outs and connection limits of the mail server on those "
                     "days",
                     0 } },
  },
  {
      .finding = "unspecified",
      .title = "sessions failed, and the report does not say why",
      .meaning = "A report counts failed sessions, and no failure detail explains them.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "the reporter leaves details out; reports of others on the same days say why",
                    0 } },
      .commands = { { TLSRPT_REMEDY_SMTP_PROOF, 0 },
                    { "curl -sSi --max-time 60 https://mta-sts.{domain}/.well-known/mta-sts.txt",
                      TLSRPT_REMEDY_UNDER_STS | TLSRPT_REMEDY_HAS_DOMAIN },
                    { "delv " TLSRPT_REMEDY_RESOLVER " +cd TLSA _25._tcp.{mx}",
                      TLSRPT_REMEDY_UNDER_TLSA } },
      .changes = { { "look at the other incidents of the same days first", 0 },
                   { "ask {reporter} for the reason", ALONE } },
  },
  {
      .finding = "unknown",
      .title = "sessions failed for a reason that is not known here",
      .meaning =
          "The reporter used a result type that is neither in RFC 8460 nor known to this program.",
      .effect = TLSRPT_REMEDY_EFFECT_SERVER,
      .causes = { { "a newer registration, or the reporter's own invention: its words, if it sent "
                    "any, may say more",
                    0 } },
      .commands = { { TLSRPT_REMEDY_SMTP_PROOF, 0 },
                    { "curl -sSi --max-time 60 https://mta-sts.{domain}/.well-known/mta-sts.txt",
                      TLSRPT_REMEDY_UNDER_STS | TLSRPT_REMEDY_HAS_DOMAIN },
                    { "delv " TLSRPT_REMEDY_RESOLVER " +cd TLSA _25._tcp.{mx}",
                      TLSRPT_REMEDY_UNDER_TLSA } },
      .changes = { { "look the type up in IANA's registry \"STARTTLS Validation Result Types\"",
                     0 },
                   { "ask {reporter} what it means", ALONE } },
  },
};

const TlsrptRemedyEntry *
tlsrpt_mx_entries (guint *n)
{
  *n = G_N_ELEMENTS (entries);
  return entries;
}
