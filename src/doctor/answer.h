/* SPDX-License-Identifier: GPL-3.0-or-later
 * The bytes of a DNS answer to records of one type. Refuses what is no answer; keeps nothing else. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More records of one name than any domain has; the rest is not kept. */
#define TLSRPT_ANSWER_RECORDS_MAX 64

/**
 * TlsrptRecordType:
 * @TLSRPT_RECORD_A: RFC 1035
 * @TLSRPT_RECORD_MX: RFC 1035
 * @TLSRPT_RECORD_TXT: RFC 1035
 * @TLSRPT_RECORD_AAAA: RFC 3596
 * @TLSRPT_RECORD_TLSA: RFC 6698
 *
 * By the numbers of the protocol.
 */
typedef enum {
  TLSRPT_RECORD_A = 1,
  TLSRPT_RECORD_MX = 15,
  TLSRPT_RECORD_TXT = 16,
  TLSRPT_RECORD_AAAA = 28,
  TLSRPT_RECORD_TLSA = 52,
} TlsrptRecordType;

/**
 * TlsrptAnswerStatus:
 * @TLSRPT_ANSWER_FOUND: there are records
 * @TLSRPT_ANSWER_NONE: the name, or records of the type, do not exist
 * @TLSRPT_ANSWER_BOGUS: there is an answer, and DNSSEC says that it is forged or broken
 * @TLSRPT_ANSWER_FAILED: nothing is known
 */
typedef enum {
  TLSRPT_ANSWER_FOUND,
  TLSRPT_ANSWER_NONE,
  TLSRPT_ANSWER_BOGUS,
  TLSRPT_ANSWER_FAILED,
} TlsrptAnswerStatus;

/**
 * TlsrptRecord:
 * @text: (nullable): an address of A and AAAA, the host of MX ("" for none, RFC 7505), the text of TXT:
 *   bytes, not UTF-8
 * @preference: of MX
 * @usage: of TLSA
 * @selector: of TLSA
 * @matching_type: of TLSA
 * @data: (nullable): certificate association data of TLSA
 */
typedef struct {
  char *text;
  guint preference;
  guint usage;
  guint selector;
  guint matching_type;
  GBytes *data;
} TlsrptRecord;

/**
 * TlsrptAnswer:
 * @status: what came
 * @is_secure: the resolver vouches for it by DNSSEC (the AD bit), as far as the resolver is trusted
 * @records: (element-type TlsrptRecord): the records, MX by preference
 */
typedef struct {
  TlsrptAnswerStatus status;
  gboolean is_secure;
  GPtrArray *records;
} TlsrptAnswer;

/**
 * tlsrpt_answer_new:
 * @status: what came
 *
 * Returns: (transfer full): an answer without records
 */
TlsrptAnswer *tlsrpt_answer_new (TlsrptAnswerStatus status);

/**
 * tlsrpt_answer_free:
 * @answer: (transfer full) (nullable): what to free
 */
void tlsrpt_answer_free (TlsrptAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptAnswer, tlsrpt_answer_free)

/**
 * tlsrpt_answer_parse:
 * @bytes: (array length=length): a DNS message
 * @length: its bytes
 * @type: which records are wanted
 *
 * Records that are themselves damaged are left out. CNAME records are passed over: a resolver has
 * followed them.
 *
 * Returns: (transfer full): the answer; %TLSRPT_ANSWER_FAILED if the bytes are none, or say so
 */
TlsrptAnswer *tlsrpt_answer_parse (const guint8 *bytes, gsize length, TlsrptRecordType type);

G_END_DECLS
