/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reports as senders make them, as many as asked for and the same every time: an mbox of mails, or
 * one large document, on standard output.
 *   bench-generate mbox N [FIRST]     N mails, from the FIRST of the endless sequence on
 *   bench-generate document DETAILS   one JSON document with DETAILS failure details */
#include <glib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP 31
#define SENDERS 40u
#define DOMAINS 2500u
#define FIRST_DAY 20089 /* 2025-01-01 */
#define DETAILS_MAX 5

/* clang-format off */
static const char *const result_types[] = {
  "starttls-not-supported", "certificate-host-mismatch", "certificate-expired",
  "certificate-not-trusted", "validation-failure", "tlsa-invalid", "dnssec-invalid",
  "sts-policy-fetch-error", "sts-policy-invalid", "sts-webpki-invalid",
};
/* clang-format on */

/* Number @index is of sender and domain and day: no two are of the same three. */
typedef struct {
  guint64 index;
  guint sender;
  guint domain;
  gint64 day;
  GRand *random;
} Report;

static void
report_init (Report *report, guint64 index)
{
  report->index = index;
  report->sender = (guint)(index % SENDERS);
  report->domain = (guint)(index / SENDERS % DOMAINS);
  report->day = FIRST_DAY + (gint64)(index / SENDERS / DOMAINS);
  report->random = g_rand_new_with_seed ((guint32)(index * 2654435761u + 1));
}

static char *
day_text (gint64 day, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (day * 86400);

  return g_date_time_format (time, format);
}

static void
append_detail (GString *json, const Report *report, guint number)
{
  guint n = (guint)g_rand_int_range (report->random, 0, G_MAXINT32);

  g_string_append_printf (
      json,
      "%s{\"result-type\":\"%s\",\"sending-mta-ip\":\"2001:db8:%x:%x::%x\","
      "\"receiving-mx-hostname\":\"mx%u.domain-%05u.example\",\"receiving-ip\":\"192.0.2.%u\","
      "\"failed-session-count\":%u,\"failure-reason-code\":\"%s %u\"}",
      number > 0 ? "," : "", result_types[n % G_N_ELEMENTS (result_types)], report->sender,
      n >> 16 & 0xffff, number, n % 3, report->domain, n % 254 + 1, n % 97 + 1,
      n % 2 ? "SSL routines:tls_process_server_certificate" : "bad https response code", n % 500);
}

static void
append_policy (GString *json, const Report *report, guint details)
{
  g_string_append_printf (json,
                          "{\"policy\":{\"policy-type\":\"sts\",\"policy-string\":["
                          "\"version: STSv1\",\"mode: enforce\",\"mx: *.domain-%05u.example\","
                          "\"max_age: 604800\"],\"policy-domain\":\"domain-%05u.example\","
                          "\"mx-host\":[\"*.domain-%05u.example\"]},\"summary\":{"
                          "\"total-successful-session-count\":%d,"
                          "\"total-failure-session-count\":%u}",
                          report->domain, report->domain, report->domain,
                          g_rand_int_range (report->random, 1, 100000), details * 49);
  if (details > 0) {
    g_string_append (json, ",\"failure-details\":[");
    for (guint i = 0; i < details; i++)
      append_detail (json, report, i);
    g_string_append_c (json, ']');
  }
  g_string_append_c (json, '}');
}

static GString *
report_json (const Report *report, guint details)
{
  GString *json = g_string_new (NULL);
  g_autofree char *day = day_text (report->day, "%F");

  g_string_append_printf (json,
                          "{\"organization-name\":\"Sender %u Inc.\",\"date-range\":{"
                          "\"start-datetime\":\"%sT00:00:00Z\",\"end-datetime\":\"%sT23:59:59Z\"},"
                          "\"contact-info\":\"smtp-tls-reporting@sender-%u.example\","
                          "\"report-id\":\"%sT00:00:00Z_domain-%05u.example\",\"policies\":[",
                          report->sender, day, day, report->sender, day, report->domain);
  append_policy (json, report, details);
  g_string_append (json, "]}");
  return json;
}

static char *
packed_base64 (const GString *json)
{
  g_autofree guint8 *packed = NULL;
  g_autofree char *text = NULL;
  z_stream z = { 0 };
  gint state = 0;
  gint save = 0;
  gsize length;
  gsize bound;

  if (deflateInit2 (&z, 6, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    abort ();
  bound = deflateBound (&z, json->len);
  packed = g_malloc (bound);
  z.next_in = (Bytef *)json->str;
  z.avail_in = (uInt)json->len;
  z.next_out = packed;
  z.avail_out = (uInt)bound;
  if (deflate (&z, Z_FINISH) != Z_STREAM_END)
    abort ();
  text = g_malloc ((z.total_out / 3 + 1) * 4 + (z.total_out / 3 + 1) * 4 / 72 + 8);
  length = g_base64_encode_step (packed, z.total_out, TRUE, text, &state, &save);
  length += g_base64_encode_close (TRUE, text + length, &state, &save);
  deflateEnd (&z);
  text[length] = '\0';
  return g_steal_pointer (&text);
}

static void
print_mail (guint64 index)
{
  Report report;
  g_autofree char *content = NULL;
  g_autofree char *arrival = NULL;
  g_autofree char *from_line = NULL;
  g_autoptr (GString) json = NULL;

  report_init (&report, index);
  json = report_json (&report, (guint)g_rand_int_range (report.random, 0, DETAILS_MAX + 1));
  content = packed_base64 (json);
  arrival = day_text (report.day + 1, "%a, %d %b %Y 03:%M:%S +0000");
  from_line = day_text (report.day + 1, "%a %b %e 03:%M:%S %Y");
  printf ("From noreply@sender-%u.example %s\n"
          "Return-Path: <noreply@sender-%u.example>\n"
          "Received: from mail.sender-%u.example (mail.sender-%u.example [192.0.2.7])\n"
          "\tby mx.example.org (Postfix) with ESMTPS id 4bXk0v5Lz1\n"
          "\tfor <tlsrpt@example.org>; %s\n"
          "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=sender-%u.example; s=s1;\n"
          "\th=from:to:subject:date:message-id:mime-version:content-type;\n"
          "\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=c2lnbmF0dXJl\n"
          "Date: %s\nMessage-ID: <%" G_GUINT64_FORMAT "@sender-%u.example>\n"
          "From: Sender %u TLS Reporting <noreply@sender-%u.example>\nTo: tlsrpt@example.org\n"
          "Subject: Report Domain: domain-%05u.example Submitter: sender-%u.example\n"
          " Report-ID: <%" G_GUINT64_FORMAT "@sender-%u.example>\n"
          "TLS-Report-Domain: domain-%05u.example\nTLS-Report-Submitter: sender-%u.example\n"
          "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=\"tlsrpt\";\n"
          "\tboundary=\"=_b%u\"\n\n--=_b%u\nContent-Type: text/plain; charset=us-ascii\n\n"
          "This is an aggregate TLS report from sender-%u.example.\n\n--=_b%u\n"
          "Content-Type: application/tlsrpt+gzip\nContent-Transfer-Encoding: base64\n"
          "Content-Disposition: attachment;\n"
          "\tfilename=\"sender-%u.example!domain-%05u.example!%" G_GINT64_FORMAT
          "!%" G_GINT64_FORMAT "!1.json.gz\"\n\n%s\n--=_b%u--\n\n",
          report.sender, from_line, report.sender, report.sender, report.sender, arrival,
          report.sender, arrival, index, report.sender, report.sender, report.sender, report.domain,
          report.sender, index, report.sender, report.domain, report.sender, report.sender,
          report.sender, report.sender, report.sender, report.sender, report.domain,
          report.day * 86400, report.day * 86400 + 86399, content, report.sender);
  g_rand_free (report.random);
}

int
main (int argc, char **argv)
{
  guint64 n = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : 0;
  guint64 first = argc > 3 ? g_ascii_strtoull (argv[3], NULL, 10) : 0;

  if (argc > 2 && strcmp (argv[1], "mbox") == 0) {
    for (guint64 i = first; i < first + n; i++)
      print_mail (i);
  } else if (argc > 2 && strcmp (argv[1], "document") == 0) {
    Report report;
    g_autoptr (GString) json = NULL;

    report_init (&report, first);
    json = report_json (&report, (guint)n);
    fwrite (json->str, 1, json->len, stdout);
    g_rand_free (report.random);
  } else {
    fputs ("usage: bench-generate mbox N [FIRST] | document DETAILS [NUMBER]\n", stderr);
    return 2;
  }
  return fflush (stdout) == 0 && !ferror (stdout) ? 0 : 1;
}
