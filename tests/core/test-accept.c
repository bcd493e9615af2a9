/* SPDX-License-Identifier: GPL-3.0-or-later
 * Patterns, and the domains that they accept and refuse. */
#include "core/accept.h"

#include "core/errors.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *list;
  const char *domain; /* canonical, as a policy has it */
  gboolean accepted;
} MatchCase;

/* clang-format off */
static const MatchCase match_cases[] = {
  { "same", "example.org", "example.org", TRUE },
  { "one-of-a-list", "a.example, b.example;c.example\n\td.example", "d.example", TRUE },
  { "pattern-in-capitals-with-dot", "Example.ORG.", "example.org", TRUE },
  { "pattern-as-u-label", "b\xc3\xbc" "cher.example", "xn--bcher-kva.example", TRUE },
  { "wild-as-u-label", "*.b\xc3\xbc" "cher.example", "mx.xn--bcher-kva.example", TRUE },
  { "wild-below", "*.example.org", "mx.example.org", TRUE },
  { "wild-far-below", "*.example.org", "a.b.c.example.org", TRUE },
  { "single-label", "localdomain", "localdomain", TRUE },
  { "underscore", "_mx.example.org", "_mx.example.org", TRUE },
  { "wild-not-itself", "*.example.org", "example.org", FALSE },
  { "wild-not-a-longer-label", "*.example.org", "badexample.org", FALSE },
  { "not-below", "example.org", "mx.example.org", FALSE },
  { "not-above", "mx.example.org", "example.org", FALSE },
  { "other", "example.org", "example.com", FALSE },
  { "domain-is-a-pattern", "*.example.org", "*.example.org", FALSE },
  { "no-domain", "example.org", NULL, FALSE },
  { "empty-domain", "example.org", "", FALSE },
  { "empty-list", " , ;", "example.org", FALSE },
};

static const char *const bad_lists[] = {
  "*", "*.", "*example.org", "a.*.example", "a..example", ".example", "example.org, bad domain!", "http://example.org",
  "tlsrpt@example.org", "example.org/24",
};
/* clang-format on */

static void
matches (gconstpointer data)
{
  const MatchCase *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsrptAccept) accept = tlsrpt_accept_parse (row->list, &error);

  g_assert_no_error (error);
  g_assert_cmpint (tlsrpt_accept_matches (accept, row->domain), ==, row->accepted);
}

static void
refuses_list (gconstpointer data)
{
  const char *list = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (tlsrpt_accept_parse (list, &error));
  g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_SETTINGS);
}

static void
names_patterns (void)
{
  g_auto (GStrv) patterns = tlsrpt_accept_patterns ("a.b.example");
  g_auto (GStrv) none = tlsrpt_accept_patterns ("a b");
  g_autofree char *joined = g_strjoinv (" ", patterns);

  g_assert_cmpstr (joined, ==, "a.b.example *.b.example *.example");
  g_assert_null (none[0]);
}

/* At 255 bytes a domain is one, past it never, whatever is in the list. */
static void
caps_domain (void)
{
  g_autofree char *label = g_strnfill (253, 'a');
  g_autofree char *at_cap = g_strconcat (label, ".b", NULL);
  g_autofree char *past_cap = g_strconcat (label, "a.b", NULL);
  g_autoptr (TlsrptAccept) accept = tlsrpt_accept_new ();

  g_assert_true (tlsrpt_accept_add (accept, "*.b"));
  g_assert_true (tlsrpt_accept_matches (accept, at_cap));
  g_assert_false (tlsrpt_accept_matches (accept, past_cap));
  g_assert_false (tlsrpt_accept_add (accept, past_cap));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (match_cases); i++) {
    g_autofree char *path = g_strconcat ("/accept/", match_cases[i].name, NULL);
    g_test_add_data_func (path, &match_cases[i], matches);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad_lists); i++) {
    g_autofree char *path = g_strdup_printf ("/accept/refuses/%u", i);
    g_test_add_data_func (path, bad_lists[i], refuses_list);
  }
  g_test_add_func ("/accept/patterns", names_patterns);
  g_test_add_func ("/accept/domain/at-the-cap-and-one-past-it", caps_domain);
  return g_test_run ();
}
