/* SPDX-License-Identifier: GPL-3.0-or-later
 * DNS answers, by the parser of the C library. */
#include "doctor/answer.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <string.h>

#define ADDRESS_BYTES 4
#define ADDRESS6_BYTES 16
#define TLSA_HEAD_BYTES 3

static void
record_free (gpointer data)
{
  TlsrptRecord *record = data;

  g_free (record->text);
  g_clear_pointer (&record->data, g_bytes_unref);
  g_free (record);
}

TlsrptAnswer *
tlsrpt_answer_new (TlsrptAnswerStatus status)
{
  TlsrptAnswer *answer = g_new0 (TlsrptAnswer, 1);

  answer->status = status;
  answer->records = g_ptr_array_new_with_free_func (record_free);
  return answer;
}

void
tlsrpt_answer_free (TlsrptAnswer *answer)
{
  if (answer == NULL)
    return;
  g_ptr_array_unref (answer->records);
  g_free (answer);
}

static char *
address (int family, const guint8 *data)
{
  char text[INET6_ADDRSTRLEN];

  return inet_ntop (family, data, text, sizeof text) != NULL ? g_strdup (text) : NULL;
}

/* The strings of a TXT record, joined without anything between (RFC 8461 section 3.1). */
static char *
joined (const guint8 *data, gsize length)
{
  GString *text = g_string_new (NULL);

  while (length > 0) {
    gsize taken = MIN ((gsize)data[0], length - 1);

    g_string_append_len (text, (const char *)data + 1, (gssize)taken);
    data += taken + 1;
    length -= taken + 1;
  }
  return g_string_free (text, FALSE);
}

static char *
mail_host (const ns_msg *message, const guint8 *name)
{
  char host[NS_MAXDNAME];

  if (ns_name_uncompress (ns_msg_base (*message), ns_msg_end (*message), name, host, sizeof host) <
      0)
    return NULL;
  return g_strdup (strcmp (host, ".") == 0 ? "" : host);
}

static gboolean
read_record (const ns_msg *message, const ns_rr *rr, TlsrptRecord *record)
{
  const guint8 *data = ns_rr_rdata (*rr);
  gsize length = ns_rr_rdlen (*rr);

  switch ((TlsrptRecordType)ns_rr_type (*rr)) {
  case TLSRPT_RECORD_A:
    record->text = length == ADDRESS_BYTES ? address (AF_INET, data) : NULL;
    return record->text != NULL;
  case TLSRPT_RECORD_AAAA:
    record->text = length == ADDRESS6_BYTES ? address (AF_INET6, data) : NULL;
    return record->text != NULL;
  case TLSRPT_RECORD_TXT:
    record->text = joined (data, length);
    return TRUE;
  case TLSRPT_RECORD_MX:
    if (length < 3)
      return FALSE;
    record->preference = (guint)data[0] << 8 | data[1];
    record->text = mail_host (message, data + 2);
    return record->text != NULL;
  case TLSRPT_RECORD_TLSA:
    if (length <= TLSA_HEAD_BYTES)
      return FALSE;
    record->usage = data[0];
    record->selector = data[1];
    record->matching_type = data[2];
    record->data = g_bytes_new (data + TLSA_HEAD_BYTES, length - TLSA_HEAD_BYTES);
    return TRUE;
  }
  return FALSE;
}

static int
compare_records (gconstpointer left, gconstpointer right)
{
  const TlsrptRecord *a = *(TlsrptRecord *const *)left;
  const TlsrptRecord *b = *(TlsrptRecord *const *)right;

  if (a->preference != b->preference)
    return a->preference < b->preference ? -1 : 1;
  return g_strcmp0 (a->text, b->text);
}

TlsrptAnswer *
tlsrpt_answer_parse (const guint8 *bytes, gsize length, TlsrptRecordType type)
{
  TlsrptAnswer *answer = tlsrpt_answer_new (TLSRPT_ANSWER_FAILED);
  ns_msg message;
  guint code;

  if (length > NS_MAXMSG || ns_initparse (bytes, (int)length, &message) != 0)
    return answer;
  code = ns_msg_getflag (message, ns_f_rcode);
  if (!ns_msg_getflag (message, ns_f_qr) || (code != ns_r_noerror && code != ns_r_nxdomain))
    return answer;
  answer->is_secure = ns_msg_getflag (message, ns_f_ad) != 0;
  for (int i = 0;
       i < ns_msg_count (message, ns_s_an) && answer->records->len < TLSRPT_ANSWER_RECORDS_MAX;
       i++) {
    TlsrptRecord *record;
    ns_rr rr;

    if (ns_parserr (&message, ns_s_an, i, &rr) != 0)
      return answer; /* cut off: what is there may not be all */
    if ((int)ns_rr_type (rr) != (int)type || ns_rr_class (rr) != ns_c_in)
      continue;
    record = g_new0 (TlsrptRecord, 1);
    if (read_record (&message, &rr, record))
      g_ptr_array_add (answer->records, record);
    else
      record_free (record);
  }
  g_ptr_array_sort (answer->records, compare_records);
  answer->status = answer->records->len > 0 ? TLSRPT_ANSWER_FOUND : TLSRPT_ANSWER_NONE;
  return answer;
}
