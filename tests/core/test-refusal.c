/* SPDX-License-Identifier: GPL-3.0-or-later
 * Advice for a refusal: for each reason that quarantine may have, and the most exact one where a cause is known. */
#include "core/refusal.h"

#include "core/errors.h"

#include <string.h>

/* The one reason that is no error: the mail was stored before. */
#define SUPERSEDED "superseded"

static void
assert_advice (const char *reason, const char *cause)
{
  const char *advice = tlsrpt_refusal_advice (reason, cause);

  g_assert_nonnull (advice);
  g_assert_cmpuint (strlen (advice), >, 20);
  g_assert_true (g_utf8_validate (advice, -1, NULL));
  g_assert_null (strpbrk (advice, "()\n"));
}

static void
test_every_reason (void)
{
  g_autoptr (GHashTable) advices = g_hash_table_new (g_str_hash, g_str_equal);

  for (int code = 0; code < TLSRPT_N_ERRORS; code++) {
    g_autoptr (GError) error = g_error_new_literal (TLSRPT_ERROR, code, "x");

    if (!tlsrpt_error_is_message_fault (error)) {
      g_assert_null (tlsrpt_refusal_advice (tlsrpt_error_reason ((TlsrptError)code), NULL));
      continue;
    }
    assert_advice (tlsrpt_error_reason ((TlsrptError)code), NULL);
    /* Each says something of its own. */
    g_assert_true (g_hash_table_add (
        advices, (gpointer)tlsrpt_refusal_advice (tlsrpt_error_reason ((TlsrptError)code), NULL)));
  }
  assert_advice (SUPERSEDED, NULL);
}

static void
test_cause (void)
{
  g_assert_nonnull (strstr (tlsrpt_refusal_advice ("unauthentic", "altered"), "gateway-domains"));
  g_assert_null (strstr (tlsrpt_refusal_advice ("unauthentic", "unsigned"), "gateway-domains"));
  g_assert_cmpstr (tlsrpt_refusal_advice ("unauthentic", "unheard-of"), ==,
                   tlsrpt_refusal_advice ("unauthentic", NULL));
  g_assert_cmpstr (tlsrpt_refusal_advice ("limit", "altered"), ==,
                   tlsrpt_refusal_advice ("limit", NULL));
}

static void
test_text (void)
{
  g_autofree char *known = tlsrpt_refusal_text (3, "no-report", NULL);
  g_autofree char *with_cause = tlsrpt_refusal_text (1, "unauthentic", "no-answer");
  g_autofree char *unknown = tlsrpt_refusal_text (2, "of-a-newer-version", NULL);

  g_assert_cmpstr (known, ==, "3 no-report (other mail comes to the report address)");
  g_assert_cmpstr (
      with_cause, ==,
      "1 unauthentic, no-answer (see the name server of this host, and dkim-temperror)");
  g_assert_cmpstr (unknown, ==, "2 of-a-newer-version");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refusal/every-reason-has-advice-of-its-own", test_every_reason);
  g_test_add_func ("/refusal/cause-decides-where-it-is-known", test_cause);
  g_test_add_func ("/refusal/text-has-number-reason-cause-and-advice", test_text);
  return g_test_run ();
}
