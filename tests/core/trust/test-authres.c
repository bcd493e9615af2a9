/* SPDX-License-Identifier: GPL-3.0-or-later
 * Authentication-Results fields as RFC 8601 and real servers write them, and as nobody should: each
 * row has the field and what must be read of it, written out in one canonical line. */
#include "core/trust/authres.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *field;
  const char *read; /* `id: method=result "reason" ptype.property=[value]; ...`, `id: ?` or `?` */
} FieldCase;

/* clang-format off */
static const FieldCase field_cases[] = {
  /* RFC 8601 appendix B. */
  { "rfc/no-result", "example.org 1; none", "example.org:" },
  { "rfc/spf", "example.com; spf=pass smtp.mailfrom=example.net",
    "example.com: spf=pass smtp.mailfrom=[example.net]" },
  { "rfc/several-methods",
    "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
    "example.com: auth=pass smtp.auth=[sender@example.net]; spf=pass smtp.mailfrom=[example.net]" },
  { "rfc/several-results-of-one-method",
    "example.com; dkim=pass reason=\"good signature\" header.i=@mail-router.example.net; "
    "dkim=fail reason=\"bad signature\" header.i=@newyork.example.com",
    "example.com: dkim=pass \"good signature\" header.i=[@mail-router.example.net]; "
    "dkim=fail \"bad signature\" header.i=[@newyork.example.com]" },
  { "rfc/comment-heavy",
    "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail "
    "policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
    "foo.example.net: dkim=fail policy.expired=[1362471462]" },
  { "rfc/policy-ptype",
    "example.com; dkim=pass header.d=example.com policy.dnssec=secure",
    "example.com: dkim=pass header.d=[example.com] policy.dnssec=[secure]" },

  /* As servers write it. */
  { "server/opendkim",
    "mx.example.org;\r\n\tdkim=pass (2048-bit key; unprotected) header.d=example.net header.i=@example.net "
    "header.a=rsa-sha256 header.s=mail header.b=\"Ab/c+9=x\";\r\n\tdkim-atps=neutral",
    "mx.example.org: dkim=pass header.d=[example.net] header.i=[@example.net] header.a=[rsa-sha256] "
    "header.s=[mail] header.b=[Ab/c+9=x]; dkim-atps=neutral" },
  { "server/opendkim-unquoted-b", "mx; dkim=pass header.d=a.example header.b=Ab/c+9=x",
    "mx: dkim=pass header.d=[a.example] header.b=[Ab/c+9=x]" },
  { "server/rspamd",
    "mx.example.org;\n\tdkim=pass header.d=example.net header.s=s1 header.b=AbCdEfGh;\n"
    "\tdmarc=pass (policy=reject) header.from=example.net;\n"
    "\tspf=pass (mx.example.org: domain of \"a@example.net\" designates 192.0.2.1 as permitted sender) "
    "smtp.mailfrom=\"a@example.net\"",
    "mx.example.org: dkim=pass header.d=[example.net] header.s=[s1] header.b=[AbCdEfGh]; "
    "dmarc=pass header.from=[example.net]; spf=pass smtp.mailfrom=[a@example.net]" },
  { "server/exim",
    "mx.example.org;\n\tiprev=pass (mail.example.net) smtp.remote-ip=192.0.2.1;\n"
    "\tdkim=pass header.d=example.net header.s=s header.a=rsa-sha256;\n\tspf=pass smtp.mailfrom=example.net",
    "mx.example.org: iprev=pass smtp.remote-ip=[192.0.2.1]; dkim=pass header.d=[example.net] header.s=[s] "
    "header.a=[rsa-sha256]; spf=pass smtp.mailfrom=[example.net]" },
  { "server/gmail",
    "mx.google.com; dkim=pass header.i=@example.net header.s=s1 header.b=Ab+Cd/Ef; arc=pass (i=1 spf=pass "
    "spfdomain=example.net dkim=pass dkdomain=example.net); dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.net",
    "mx.google.com: dkim=pass header.i=[@example.net] header.s=[s1] header.b=[Ab+Cd/Ef]; arc=pass; "
    "dmarc=pass header.from=[example.net]" },
  { "server/trailing-semicolon", "mx.example.org; dkim=pass header.d=a.example;",
    "mx.example.org: dkim=pass header.d=[a.example]" },
  { "server/name-without-ptype", "mx; dmarc=pass action=none header.from=a.example",
    "mx: dmarc=pass header.from=[a.example]" },
  { "server/empty-value", "mx; spf=none smtp.mailfrom=; dkim=none", "mx: spf=none smtp.mailfrom=[]; dkim=none" },
  { "server/null-sender", "mx; spf=none smtp.mailfrom=<>", "mx: spf=none smtp.mailfrom=[<>]" },
  { "server/microsoft-without-id", "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dkim=pass", "?" },

  /* The corners of the grammar. */
  { "id/quoted", "\"mx.example.org\"; dkim=none", "mx.example.org: dkim=none" },
  { "id/quoted-pair", "\"mx\\.example\\\"org\"; dkim=none", "mx.example\"org: dkim=none" },
  { "id/comment-before", "(a (b) \\) c) mx; dkim=none", "mx: dkim=none" },
  { "id/comment-holds-another-field", "(mx; dkim=pass header.d=a.example) other; dkim=fail", "other: dkim=fail" },
  { "id/8-bit", "m\xc3\xbc.example; dkim=none", "m\xc3\xbc.example: dkim=none" },
  { "id/empty", "; dkim=pass", "?" },
  { "id/empty-quoted", "\"\"; dkim=pass", "?" },
  { "id/quotation-does-not-end", "\"mx; dkim=pass", "?" },
  { "id/comment-does-not-end", "(mx; dkim=pass", "?" },
  { "id/nothing", "", "?" },
  { "id/alone", "mx", "mx: ?" },
  { "id/two-words", "mx my; dkim=pass", "mx: ?" },
  { "version/1", "mx 1; dkim=pass", "mx: dkim=pass" },
  { "version/2-is-unknown", "mx 2; dkim=pass", "mx: ?" },
  { "version/11-is-unknown", "mx 11; dkim=pass", "mx: ?" },
  { "version/of-method-1", "mx; dkim/1=pass", "mx: dkim=pass" },
  { "version/of-method-2-skips-the-result", "mx; dkim/2=pass header.d=a.example; spf=pass", "mx: spf=pass" },
  { "version/of-method-missing", "mx; dkim/=pass", "mx: ?" },
  { "none/with-comments", "mx (a); (b) none (c)", "mx:" },
  { "none/in-capitals", "mx; NONE", "mx:" },
  { "none/before-results", "mx; none; dkim=pass", "mx: ?" },
  { "none/after-results", "mx; dkim=pass; none", "mx: ?" },
  { "case/keywords-are-lowered", "MX; DKIM=Pass Header.D=A.Example", "MX: dkim=pass header.d=[A.Example]" },
  { "space/around-everything", "mx ; dkim = pass header . d = a.example ; spf = fail",
    "mx: dkim=pass header.d=[a.example]; spf=fail" },
  { "space/none-at-all", "mx;dkim=pass;spf=fail", "mx: dkim=pass; spf=fail" },
  { "space/missing-before-property", "mx; dkim=pass(c)header.d=a.example", "mx: dkim=pass header.d=[a.example]" },
  { "reason/token", "mx; dkim=fail reason=expired header.d=a.example",
    "mx: dkim=fail \"expired\" header.d=[a.example]" },
  { "reason/holds-a-result", "mx; dkim=fail reason=\"; dkim=pass header.d=a.example\" header.d=b.example",
    "mx: dkim=fail \"; dkim=pass header.d=a.example\" header.d=[b.example]" },
  { "value/quoted-local-part", "mx; spf=pass smtp.mailfrom=\"a b;c\"@a.example",
    "mx: spf=pass smtp.mailfrom=[a b;c@a.example]" },
  { "value/quoted-pair", "mx; dkim=pass header.d=\"a\\.example\"", "mx: dkim=pass header.d=[a.example]" },
  { "value/quotation-does-not-end", "mx; dkim=pass header.d=\"a.example", "mx: ?" },
  { "value/folded-in-quotation", "mx; dkim=fail reason=\"a\r\n b\"", "mx: dkim=fail \"a b\"" },
  { "value/control-byte", "mx; dkim=pass header.d=a\x01.example", "mx: ?" },
  { "comment/quoted-parentheses", "mx; dkim=pass (\\( \\( \\() header.d=a.example",
    "mx: dkim=pass header.d=[a.example]" },
  { "comment/holds-a-result", "mx; (dkim=pass header.d=a.example;) dkim=fail", "mx: dkim=fail" },
  { "comment/does-not-end", "mx; dkim=pass (header.d=a.example", "mx: ?" },
  { "comment/16-deep", "mx; ((((((((((((((((a)))))))))))))))) dkim=pass", "mx: dkim=pass" },
  { "comment/17-deep", "mx; (((((((((((((((((a))))))))))))))))) dkim=pass", "mx: ?" },
  { "comment/closed-too-often", "mx; dkim=pass (a)) header.d=a.example", "mx: ?" },
  { "result/missing", "mx; dkim= ; spf=pass", "mx: ?" },
  { "result/no-equals-sign", "mx; dkim pass", "mx: ?" },
  { "result/comma-instead-of-semicolon", "mx; dkim=pass, spf=pass", "mx: ?" },
  { "result/semicolons-only", "mx; ; ;", "mx: ?" },
  { "property/no-value", "mx; dkim=pass header.d", "mx: ?" },
  { "property/no-name", "mx; dkim=pass header.=a.example", "mx: ?" },
  { "property/twice", "mx; dkim=pass header.d=a.example header.d=b.example",
    "mx: dkim=pass header.d=[a.example] header.d=[b.example]" },
};
/* clang-format on */

static void
append_result (GString *text, const TlsrptAuthresResult *result)
{
  g_string_append_printf (text, " %s=%s", result->method, result->result);
  if (result->reason != NULL)
    g_string_append_printf (text, " \"%s\"", result->reason);
  for (guint i = 0; i < result->properties->len; i++) {
    const TlsrptAuthresProperty *property =
        &g_array_index (result->properties, TlsrptAuthresProperty, i);

    g_string_append_printf (text, " %s.%s=[%s]", property->ptype, property->property,
                            property->value);
  }
}

static char *
write_out (const TlsrptAuthres *authres)
{
  GString *text = g_string_new (NULL);

  if (authres == NULL)
    return g_string_free (g_string_append_c (text, '?'), FALSE);
  g_string_append_printf (text, "%s:%s", authres->authserv_id, authres->malformed ? " ?" : "");
  for (guint i = 0; i < authres->results->len; i++) {
    g_string_append (text, i > 0 ? ";" : "");
    append_result (text, &g_array_index (authres->results, TlsrptAuthresResult, i));
  }
  return g_string_free (text, FALSE);
}

static void
reads_field (gconstpointer data)
{
  const FieldCase *row = data;
  g_autoptr (TlsrptAuthres) authres = tlsrpt_authres_parse (row->field);
  g_autofree char *read = write_out (authres);

  g_assert_cmpstr (read, ==, row->read);
}

static TlsrptAuthres *
parse_repeated (const char *head, const char *piece, guint n)
{
  g_autoptr (GString) field = g_string_new (head);

  for (guint i = 0; i < n; i++)
    g_string_append (field, piece);
  return tlsrpt_authres_parse (field->str);
}

static void
caps_results (void)
{
  g_autoptr (TlsrptAuthres) at_cap = parse_repeated ("mx", "; dkim=pass header.d=a.example", 100);
  g_autoptr (TlsrptAuthres) past_cap = parse_repeated ("mx", "; dkim=pass header.d=a.example", 101);
  g_autoptr (TlsrptAuthres) thousand = parse_repeated ("mx", "; dkim=pass", 1000);

  g_assert_false (at_cap->malformed);
  g_assert_cmpuint (at_cap->results->len, ==, 100);
  g_assert_true (past_cap->malformed);
  g_assert_cmpuint (past_cap->results->len, ==, 0);
  g_assert_true (thousand->malformed);
}

static void
caps_properties (void)
{
  g_autoptr (TlsrptAuthres) at_cap = parse_repeated ("mx; dkim=pass", " header.x=1", 32);
  g_autoptr (TlsrptAuthres) past_cap = parse_repeated ("mx; dkim=pass", " header.x=1", 33);

  g_assert_false (at_cap->malformed);
  g_assert_true (past_cap->malformed);
}

/* 4 MB of what makes a careless parser quadratic or deep. */
static void
takes_very_long_fields (void)
{
  static const char *const pieces[] = { "(",    "()",     ";",      " ", "\\", "\"",
                                        "a=b ", "a.b=c ", "(a) / ", "=", "(\\" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    guint n = 4 * 1024 * 1024 / (guint)strlen (pieces[i]);
    g_autoptr (TlsrptAuthres) behind_id = parse_repeated ("mx; dkim=pass ", pieces[i], n);
    g_autoptr (TlsrptAuthres) alone = parse_repeated ("", pieces[i], n);

    g_assert_true (behind_id->malformed ==
                   (strcmp (pieces[i], "()") != 0 && strcmp (pieces[i], " ") != 0 &&
                    strcmp (pieces[i], ";") != 0 && strcmp (pieces[i], "a=b ") != 0));
    g_assert_true (alone == NULL || alone->malformed);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (field_cases); i++) {
    g_autofree char *path = g_strconcat ("/authres/", field_cases[i].name, NULL);
    g_test_add_data_func (path, &field_cases[i], reads_field);
  }
  g_test_add_func ("/authres/results/at-the-cap-and-one-past-it", caps_results);
  g_test_add_func ("/authres/properties/at-the-cap-and-one-past-it", caps_properties);
  g_test_add_func ("/authres/very-long", takes_very_long_fields);
  return g_test_run ();
}
