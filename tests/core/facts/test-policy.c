/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a policy demands and whom it names, in the forms in which reporters send policies. */
#include "core/facts/policy.h"

#include <string.h>

/* Lines and hosts are separated by `|`; a `;` is a line end inside of a string. */
typedef struct {
  const char *name;
  const char *type;
  const char *lines;
  const char *hosts;
  const char *expected; /* mode, then the patterns */
} Case;

/* clang-format off */
static const Case cases[] = {
  { "as-published", "sts", "version: STSv1|mode: enforce|mx: mx1.d.example|mx: *.d.example|max_age: 86400", "",
    "enforce *.d.example mx1.d.example" },
  { "all-lines-in-one-string", "sts", "version: STSv1\n;mode: testing;mx: mx1.d.example;mx: mx2.d.example;", "",
    "testing mx1.d.example mx2.d.example" },
  { "crlf-in-one-string", "sts", "version: STSv1\r;mode: none\r;mx: mx1.d.example\r;", "", "none mx1.d.example" },
  { "quoted", "sts", "\"version: STSv1|mode: enforce|mx: mx1.d.example\"", "", "enforce mx1.d.example" },
  { "no-space-and-many", "sts", "mode:enforce|mx\t :\t a.example", "", "enforce a.example" },
  { "keys-in-capitals", "sts", "MODE: Enforce|MX: MX1.D.Example.", "", "enforce mx1.d.example" },
  { "a-key-that-begins-alike", "sts", "model: enforce|mxx: a.example|mode testing", "", "-" },
  { "a-mode-that-nobody-knows", "sts", "mode: strict|mx: a.example", "", "- a.example" },
  { "lines-and-hosts-together", "sts", "mode: testing|mx: a.example", "B.example.|a.example", "testing a.example b.example" },
  { "hosts-alone", "sts", "", "*.a.example|a.example", "- *.a.example a.example" },
  { "u-labels", "sts", "", "*.b\xc3\xbc" "cher.example", "- *.xn--bcher-kva.example" },
  { "nothing-but-a-dot", "sts", "mx: .|mx: |mx:", ".||", "-" },
  { "nothing-sent", "sts", "", "", "-" },
  { "tlsa-records-enforce", "tlsa", "3 1 1 00", "mx.example", "enforce" },
  { "without-a-policy", "no-policy-found", "mode: enforce|mx: a.example", "a.example", "-" },
};

typedef struct {
  const char *name;
  const char *patterns;
  const char *mx;
  TlsrptNaming expected;
} NamingCase;

static const NamingCase naming_cases[] = {
  { "the-host-itself", "a.example|b.example|c.example", "b.example", TLSRPT_NAMING_YES },
  { "the-first-of-them", "a.example|b.example|c.example", "a.example", TLSRPT_NAMING_YES },
  { "the-last-of-them", "a.example|b.example|c.example", "c.example", TLSRPT_NAMING_YES },
  { "another-host", "a.example|b.example", "d.example", TLSRPT_NAMING_NO },
  { "capitals-and-a-final-dot", "A.Example.", "a.example", TLSRPT_NAMING_YES },
  { "a-wildcard-covers-one-label", "*.d.example", "mx.d.example", TLSRPT_NAMING_YES },
  { "a-wildcard-covers-no-two-labels", "*.d.example", "mx.a.d.example", TLSRPT_NAMING_NO },
  { "a-wildcard-covers-no-less-than-one", "*.d.example", "d.example", TLSRPT_NAMING_NO },
  { "a-wildcard-covers-no-empty-label", "*.d.example", ".d.example", TLSRPT_NAMING_NO },
  { "a-wildcard-is-a-whole-label", "m*.d.example", "mx.d.example", TLSRPT_NAMING_NO },
  { "a-wildcard-is-the-first-label", "mx.*.example", "mx.d.example", TLSRPT_NAMING_NO },
  { "a-wildcard-of-a-top-level", "*.example", "mx.example", TLSRPT_NAMING_YES },
  { "a-wildcard-alone", "*", "mx", TLSRPT_NAMING_NO },
  { "a-name-that-ends-alike", "*.d.example", "mx.ad.example", TLSRPT_NAMING_NO },
  { "a-host-of-one-label", "mx", "mx", TLSRPT_NAMING_YES },
  { "no-host", "a.example", NULL, TLSRPT_NAMING_UNKNOWN },
  { "no-pattern", "", "a.example", TLSRPT_NAMING_UNKNOWN },
  { "neither", "", NULL, TLSRPT_NAMING_UNKNOWN },
};

typedef struct {
  const char *name;
  const char *records;
  gboolean expected;
} UsageCase;

static const UsageCase usage_cases[] = {
  { "3-1-1", "3 1 1 00ff", TRUE },
  { "2-0-1", "2 0 1 00ff", TRUE },
  { "0-and-1-are-not", "0 1 1 00ff|1 0 1 00ff", FALSE },
  { "4-is-not", "4 1 1 00ff", FALSE },
  { "a-selector-of-2-is-none", "3 2 1 00ff", FALSE },
  { "one-of-two", "1 1 1 00ff|3 1 1 00ff", TRUE },
  { "one-of-two-in-one-string", "1 1 1 00ff;3 1 1 00ff", TRUE },
  { "a-whole-record", "_25._tcp.mx.example. 3600 IN TLSA 3 1 1 00ff", TRUE },
  { "a-whole-record-in-small-letters", "_25._tcp.mx.example. in tlsa  2 0 1 00ff", TRUE },
  { "a-whole-record-of-no-use", "_25._tcp.mx.example. 3 1 IN TLSA 1 1 1 00ff", FALSE },
  { "quoted", "\"3 1 1 00ff\"", TRUE },
  { "cut-short", "3 1|TLSA|TLSA 3|3", FALSE },
  { "nothing", "", FALSE },
};
/* clang-format on */

static char **
list_of (const char *text)
{
  char **list = g_strsplit (text, "|", -1);

  for (guint i = 0; list[i] != NULL; i++)
    g_strdelimit (list[i], ";", '\n');
  return list;
}

static void
test_policy (gconstpointer data)
{
  const Case *row = data;
  g_auto (GStrv) lines = list_of (row->lines);
  g_auto (GStrv) hosts = list_of (row->hosts);
  TlsrptPolicy policy = { .policy_type = row->type,
                          .policy_string = (const char *const *)lines,
                          .mx_host = (const char *const *)hosts };
  g_auto (GStrv) patterns = tlsrpt_policy_mx_patterns (&policy);
  const char *mode = tlsrpt_policy_mode (&policy);
  g_autofree char *joined = g_strjoinv (" ", patterns);
  g_autofree char *text =
      g_strconcat (mode != NULL ? mode : "-", *joined != '\0' ? " " : "", joined, NULL);

  g_assert_cmpstr (text, ==, row->expected);
}

static void
test_naming (gconstpointer data)
{
  const NamingCase *row = data;
  g_auto (GStrv) hosts = list_of (row->patterns);
  const char *none[] = { NULL };
  TlsrptPolicy policy = { .policy_type = "sts",
                          .policy_string = none,
                          .mx_host = (const char *const *)hosts };
  g_auto (GStrv) patterns = tlsrpt_policy_mx_patterns (&policy);

  g_assert_cmpint (tlsrpt_policy_names_mx (patterns, g_strv_length (patterns), row->mx), ==,
                   row->expected);
}

static void
test_usage (gconstpointer data)
{
  const UsageCase *row = data;
  g_auto (GStrv) records = list_of (row->records);
  TlsrptPolicy policy = { .policy_type = "tlsa", .policy_string = (const char *const *)records };

  g_assert_true (tlsrpt_policy_has_usable_tlsa (&policy) == row->expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/facts/policy/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_policy);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (naming_cases); i++) {
    g_autofree char *path = g_strconcat ("/facts/mx-in-policy/", naming_cases[i].name, NULL);

    g_test_add_data_func (path, &naming_cases[i], test_naming);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (usage_cases); i++) {
    g_autofree char *path = g_strconcat ("/facts/usable-tlsa/", usage_cases[i].name, NULL);

    g_test_add_data_func (path, &usage_cases[i], test_usage);
  }
  return g_test_run ();
}
