/* SPDX-License-Identifier: GPL-3.0-or-later
 * Looks up each name in a thread of its own by glibc's stub resolver. GResolver of GLib 2.74
 * crashes on a TXT record that is not UTF-8, and a stranger chooses the name that is looked up. */
#include "dns.h"

#include "core/limits.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

/* The longest answer there is (RFC 1035 section 4.2.2). */
#define ANSWER_BYTES_MAX 65535

/* Stays in the table until the end; @answer does not change once @is_done. */
typedef struct {
  gint64 until;
  gboolean is_done;
  TlsrptDkimAnswer answer;
} Question;

struct _TlsrptDns {
  gint64 patience;
  GMutex mutex;
  GCond answered;
  GHashTable *questions; /* by name */
};

/* What a thread gets; both live as long as it needs them. */
typedef struct {
  TlsrptDns *dns;
  const char *name; /* the table's key */
  Question *question;
} Errand;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_strfreev (question->answer.records);
  g_free (question);
}

static void
dns_clear (gpointer data)
{
  TlsrptDns *dns = data;

  g_hash_table_unref (dns->questions);
  g_mutex_clear (&dns->mutex);
  g_cond_clear (&dns->answered);
}

TlsrptDns *
tlsrpt_dns_new (gint64 patience)
{
  TlsrptDns *dns = g_atomic_rc_box_new0 (TlsrptDns);

  dns->patience = patience;
  g_mutex_init (&dns->mutex);
  g_cond_init (&dns->answered);
  dns->questions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, question_free);
  return dns;
}

void
tlsrpt_dns_free (TlsrptDns *dns)
{
  if (dns != NULL)
    g_atomic_rc_box_release_full (dns, dns_clear);
}

/* The strings of a TXT record, joined; a value longer than any key is cut one byte past the cap. */
static char *
join_strings (const guint8 *data, gsize length)
{
  GString *text = g_string_new (NULL);

  while (length > 0 && text->len <= TLSRPT_DKIM_RECORD_BYTES_MAX) {
    gsize taken = MIN ((gsize)data[0], length - 1);

    g_string_append_len (text, (const char *)data + 1, (gssize)taken);
    data += taken + 1;
    length -= taken + 1;
  }
  g_string_truncate (text, MIN (text->len, TLSRPT_DKIM_RECORD_BYTES_MAX + 1));
  return g_string_free (text, FALSE);
}

/* %NULL if the bytes are no answer. */
static char **
read_records (const guint8 *answer, int length)
{
  g_autoptr (GStrvBuilder) records = g_strv_builder_new ();
  guint n = 0;
  ns_msg message;

  if (ns_initparse (answer, length, &message) != 0)
    return NULL;
  for (int i = 0; i < ns_msg_count (message, ns_s_an) && n < TLSRPT_DKIM_RECORDS_MAX; i++) {
    ns_rr record;
    g_autofree char *text = NULL;

    if (ns_parserr (&message, ns_s_an, i, &record) != 0)
      return NULL;
    if (ns_rr_type (record) != ns_t_txt)
      continue;
    text = join_strings (ns_rr_rdata (record), ns_rr_rdlen (record));
    g_strv_builder_add (records, text);
    n++;
  }
  return g_strv_builder_end (records);
}

static TlsrptDkimAnswer
look_up (const char *name)
{
  g_autofree guint8 *bytes = g_malloc (ANSWER_BYTES_MAX);
  struct __res_state state = { 0 };
  TlsrptDkimAnswer answer = { 0 };
  int length, trouble;

  if (res_ninit (&state) != 0)
    return answer;
  length = res_nquery (&state, name, ns_c_in, ns_t_txt, bytes, ANSWER_BYTES_MAX);
  trouble = state.res_h_errno;
  res_nclose (&state);
  if (length < 0) {
    answer.is_known = trouble == HOST_NOT_FOUND || trouble == NO_DATA;
    return answer;
  }
  answer.records = read_records (bytes, MIN (length, ANSWER_BYTES_MAX));
  answer.is_known = answer.records != NULL;
  return answer;
}

static gpointer
run_errand (gpointer data)
{
  Errand *errand = data;
  TlsrptDkimAnswer answer = look_up (errand->name);

  g_mutex_lock (&errand->dns->mutex);
  if (errand->question->is_done) {
    g_strfreev (answer.records); /* too late: the caller was already told that nothing is known */
  } else {
    errand->question->answer = answer;
    errand->question->is_done = TRUE;
    g_cond_broadcast (&errand->dns->answered);
  }
  g_mutex_unlock (&errand->dns->mutex);
  tlsrpt_dns_free (errand->dns);
  g_free (errand);
  return NULL;
}

/* If no thread can be started, nothing is known. */
static void
start (TlsrptDns *dns, const char *name)
{
  Question *question = g_new0 (Question, 1);
  char *key = g_strdup (name);
  Errand *errand = g_new0 (Errand, 1);
  GThread *thread;

  question->until = g_get_monotonic_time () + dns->patience;
  g_hash_table_insert (dns->questions, key, question);
  *errand = (Errand){ g_atomic_rc_box_acquire (dns), key, question };
  thread = g_thread_try_new ("dns", run_errand, errand, NULL);
  if (thread != NULL) {
    g_thread_unref (thread);
    return;
  }
  question->is_done = TRUE;
  tlsrpt_dns_free (errand->dns);
  g_free (errand);
}

void
tlsrpt_dns_ask (TlsrptDns *dns, char **names)
{
  if (dns == NULL)
    return;
  g_mutex_lock (&dns->mutex);
  for (; *names != NULL; names++)
    if (!g_hash_table_contains (dns->questions, *names) &&
        g_hash_table_size (dns->questions) < TLSRPT_DNS_NAMES_MAX)
      start (dns, *names);
  g_mutex_unlock (&dns->mutex);
}

const TlsrptDkimAnswer *
tlsrpt_dns_answer (const char *name, gpointer data)
{
  static const TlsrptDkimAnswer unknown = { .is_known = FALSE };
  TlsrptDns *dns = data;
  Question *question;

  g_mutex_lock (&dns->mutex);
  question = g_hash_table_lookup (dns->questions, name);
  while (question != NULL && !question->is_done)
    if (!g_cond_wait_until (&dns->answered, &dns->mutex, question->until))
      question->is_done = TRUE;
  g_mutex_unlock (&dns->mutex);
  return question != NULL ? &question->answer : &unknown;
}
