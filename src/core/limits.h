/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every cap on what a stranger can make the decoder do: unit, default and reason, in one place.
 * Those of TlsrptLimits are settings of the same name (src/settings.c). Each is tested at the cap and
 * one past it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a stranger can make a check of DKIM signatures do; none of these is a setting. */

/* Tags in one signature or key record; RFC 6376 knows 13. */
#define TLSRPT_DKIM_TAGS_MAX 64
/* One DKIM-Signature field, in bytes; real ones have 1 kB. Decoding refuses such a field later. */
#define TLSRPT_DKIM_SIGNATURE_BYTES_MAX 65536
/* Signatures of one mail that are looked at, from the top; a report has one or two. */
#define TLSRPT_DKIM_SIGNATURES_MAX 8
/* TXT records of one key that are tried; there should be one. */
#define TLSRPT_DKIM_RECORDS_MAX 4
/* One TXT record of a key, in bytes; 4096 bits of RSA take 800. */
#define TLSRPT_DKIM_RECORD_BYTES_MAX 8192
/* Names of keys that one run looks up: a delivery has 8 at most, an archive of years has thousands. */
#define TLSRPT_DNS_NAMES_MAX 20000
/* An RSA key, in bits: RFC 8301 forbids less; more is nobody's, and costs by the square. */
#define TLSRPT_DKIM_KEY_BITS_MIN 1024
#define TLSRPT_DKIM_KEY_BITS_MAX 8192
/* What RFC 8301 wants of a signer; less is accepted and noted. */
#define TLSRPT_DKIM_KEY_BITS_GOOD 2048
/* Its public exponent, in bytes; all use 65537 or 3. */
#define TLSRPT_DKIM_EXPONENT_BYTES_MAX 8

/* Days that a report may speak of; no settings. Drafts of RFC 8460 are of 2016: 2016-01-01, in days since
 * 1970-01-01. How many days after today its period may begin. How many days it may cover: one, by RFC 8460
 * section 4.1; those that send late have sent a week or a month. */
#define TLSRPT_FIRST_REPORT_DAY 16801
#define TLSRPT_DAYS_AHEAD_MAX 1
#define TLSRPT_PERIOD_DAYS_MAX 31

/* How often it is tried to drop a partition that is in use: each time waits two or three seconds for it. */
#define TLSRPT_PARTITION_TRIES 5

/* What one statement to the database takes together, in bytes; a single report over it goes alone. libpq and
 * the server each hold a copy or two, and past 16 MB larger statements are no faster. */
#define TLSRPT_STATEMENT_BYTES (16 * 1024 * 1024)

/* The site: no settings. What is past a cap is counted on the page that leaves it out.
 *
 * Pages of one kind. Names of hosts and reporters are the strangers', who can make up any number; incidents
 * are ours, and as many as ten years have. Domains past this need sites of their own. */
#define TLSRPT_SITE_DOMAINS_MAX 200000
#define TLSRPT_SITE_HOSTS_MAX 20000
#define TLSRPT_SITE_REPORTERS_MAX 20000
#define TLSRPT_SITE_INCIDENTS_MAX 100000
/* Rows of one table of a page: thousands are read by nobody, and a stranger can send as many. */
#define TLSRPT_SITE_ROWS_MAX 500
/* Bytes of a document that its page has; a longer one is a file beside it. */
#define TLSRPT_SITE_DOCUMENT_BYTES_MAX 262144
/* Causes, incidents that have ended, and domains with failures on the first page: three screens of each. */
#define TLSRPT_SITE_CARDS_MAX 20
/* Places of one cause that are linked there, in a line or two. */
#define TLSRPT_SITE_LINKS_MAX 10

/**
 * TlsrptLimits:
 * @message_bytes: a whole message, in bytes; past the 10 to 25 MB that mail systems take
 * @header_bytes: one header field, in bytes; RFC 5322 lines are 998, real trace fields a few kB
 * @mime_depth: multiparts and messages inside each other; a forwarded report in a list mail has 4
 * @mime_parts: parts in a message; a report has 2, a digest of forwarded reports a few dozen
 * @part_bytes: one decoded part, in bytes; a report on a million failures packs to under 10 MB
 * @inflated_bytes: all JSON documents of a mail, in bytes, as they are read and with what repair adds;
 *   the largest real reports are a few MB
 * @inflated_ratio: inflated to packed; JSON packs to 1:40 at best, a bomb is at 1:1000
 * @gzip_members: gzip members in one part; one is normal, 200,000 empty ones fit in 4 MB
 * @json_depth: nesting of objects and arrays; RFC 8460 needs 6, json-glib recurses until it dies
 * @json_values: values outside `failure-details`, and values in one failure detail; 1,000 policies
 *   have 20,000; each costs json-glib far more than its text
 * @json_members: members of one object, in number; RFC 8460 has 9 at most, and a hash table of names
 *   that were made to collide is searched from end to end
 * @policies: elements of `policies` in all documents of a mail; one a domain and type
 * @domain_policies: those of one policy domain in a document; one, and one more for each change of
 *   the day, under each mechanism
 * @failure_details: elements of `failure-details` in all documents of a mail
 * @mx_hosts: names of `receiving-mx-hostname` in all documents of a mail, each once; each is a place that
 *   an incident may be at, and a provider has a few dozen
 * @list_entries: elements of one `policy-string` or `mx-host`; a policy has a line for each MX
 * @name_bytes: an organization's name, result type, policy type, domain or host name, in bytes; DNS has
 *   names of 253
 * @text_bytes: any other text but a policy's, in bytes; reasons and report-ids are under 300
 * @quarantine_bytes: what is kept of a message in quarantine, in bytes; a refused report has a few kB
 * @string_bytes: one JSON string, the strings of one `policy-string`, or the unknown members of one
 *   object, in bytes; RFC 8461 section 3.2 has policies of at most 64 kB
 */
typedef struct {
  guint64 message_bytes;
  guint64 header_bytes;
  guint64 mime_depth;
  guint64 mime_parts;
  guint64 part_bytes;
  guint64 inflated_bytes;
  guint64 inflated_ratio;
  guint64 gzip_members;
  guint64 json_depth;
  guint64 json_values;
  guint64 json_members;
  guint64 policies;
  guint64 domain_policies;
  guint64 failure_details;
  guint64 mx_hosts;
  guint64 list_entries;
  guint64 name_bytes;
  guint64 text_bytes;
  guint64 string_bytes;
  guint64 quarantine_bytes;
} TlsrptLimits;

/* What follows from the caps above, for a whole message: header fields for each part that it may have
 * (real ones have a dozen), and bytes of all headers together in fields of the longest kind. */
#define TLSRPT_FIELDS_A_PART 64
#define TLSRPT_HEADERS_LONGEST_FIELDS 64
/* Bytes of From that are read for its first address; GMime 3.2.13 takes 7 s for 64 kB of `a,`, four times
 * as long for twice as much, and 30 ms for these. */
#define TLSRPT_ADDRESS_FIELD_BYTES 4096

/* clang-format off */
#define TLSRPT_LIMITS_DEFAULT                     \
  {                                               \
    .message_bytes   = G_GUINT64_CONSTANT (52428800), \
    .header_bytes    = 65536,                     \
    .mime_depth      = 16,                        \
    .mime_parts      = 256,                       \
    .part_bytes      = 33554432,                  \
    .inflated_bytes  = 33554432,                  \
    .inflated_ratio  = 200,                       \
    .gzip_members    = 64,                        \
    .json_depth      = 32,                        \
    .json_values     = 500000,                    \
    .json_members    = 128,                       \
    .policies        = 1000,                      \
    .domain_policies = 48,                        \
    .failure_details = 100000,                    \
    .mx_hosts        = 1000,                      \
    .list_entries    = 256,                       \
    .name_bytes      = 255,                       \
    .text_bytes      = 2048,                      \
    .string_bytes    = 65536,                     \
    .quarantine_bytes = 1048576,                  \
  }
/* clang-format on */

G_END_DECLS
