/* SPDX-License-Identifier: GPL-3.0-or-later
 * Asks by glibc's stub resolver. GResolver knows neither TLSA records nor the AD bit, and that of
 * GLib 2.74 crashes on a TXT record that is not UTF-8. */
#include "doctor/resolve.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>

#define QUESTION_BYTES 512
#define ANSWER_BYTES 65535

/* Each resolver is asked twice and given this many seconds. */
#define SECONDS 3
#define TRIES 2

/* Bits of the fourth byte of a question. */
#define CHECKING_DISABLED 0x10
#define AUTHENTIC_DATA 0x20

static TlsrptAnswer *
ask (struct __res_state *state, const char *name, TlsrptRecordType type, guint8 bits)
{
  guint8 question[QUESTION_BYTES];
  g_autofree guint8 *answer = g_malloc (ANSWER_BYTES);
  int length = res_nmkquery (state, ns_o_query, name, ns_c_in, (int)type, NULL, 0, NULL, question,
                             sizeof question);

  if (length < NS_HFIXEDSZ)
    return tlsrpt_answer_new (TLSRPT_ANSWER_FAILED);
  question[3] |= bits;
  length = res_nsend (state, question, length, answer, ANSWER_BYTES);
  if (length < 0)
    return tlsrpt_answer_new (TLSRPT_ANSWER_FAILED);
  return tlsrpt_answer_parse (answer, MIN ((gsize)length, ANSWER_BYTES), type);
}

TlsrptAnswer *
tlsrpt_resolve (const char *name, TlsrptRecordType type)
{
  struct __res_state state = { 0 };
  TlsrptAnswer *answer;

  if (res_ninit (&state) != 0)
    return tlsrpt_answer_new (TLSRPT_ANSWER_FAILED);
  state.retrans = SECONDS;
  state.retry = TRIES;
  state.options |= RES_TRUSTAD; /* without it glibc takes the AD bit out of answers */
  answer = ask (&state, name, type, AUTHENTIC_DATA);
  if (answer->status == TLSRPT_ANSWER_FAILED) {
    g_autoptr (TlsrptAnswer) unchecked = ask (&state, name, type, CHECKING_DISABLED);

    if (unchecked->status != TLSRPT_ANSWER_FAILED)
      answer->status = TLSRPT_ANSWER_BOGUS;
  }
  res_nclose (&state);
  return answer;
}
