/* SPDX-License-Identifier: GPL-3.0-or-later
 * What Postfix and cron say, by programs and files of the test's own. */
#include "doctor/mailer.h"

#include "doctor/finding.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static char *
folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("tlsrpt-mailer-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
put (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}

static void
take_away (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

/* postconf -hx PARAMETER; postmap -q KEY TABLE */
static const char postconf[] =
    "#!/bin/sh\ncase $2 in\nmydestination) echo 'mail.example, local.example' ;;\n"
    "virtual_alias_maps) echo 'hash:/v, unix:passwd.byname' ;;\nalias_maps) echo hash:/a ;;\n"
    "transport_maps) echo regexp:/t ;;\nesac\n";
static const char postmap[] =
    "#!/bin/sh\ncase \"$2 $3\" in\n'tls@virtual.example hash:/v') echo tlsrpt ;;\n"
    "'@all.example hash:/v') echo everybody ;;\n'tls hash:/a') printf '|/bin/\\033x\\n' ;;\n"
    "'pipe.example regexp:/t') echo tlsrpt: ;;\nesac\n";

static void
test_address (void)
{
  static const struct {
    const char *address;
    TlsrptLevel level;
    const char *found;
  } cases[] = {
    { "tls@virtual.example", TLSRPT_LEVEL_OK,
      "virtual_alias_maps has tls@virtual.example for it: tlsrpt" },
    { "any@all.example", TLSRPT_LEVEL_OK, "virtual_alias_maps has @all.example for it: everybody" },
    { "tls@local.example", TLSRPT_LEVEL_OK, "alias_maps has tls for it: |/bin/\\x1Bx" },
    { "any@pipe.example", TLSRPT_LEVEL_OK, "transport_maps has pipe.example for it: tlsrpt:" },
    { "tls@other.example", TLSRPT_LEVEL_WARN, "no table of Postfix on this machine has it" },
    { "else@local.example", TLSRPT_LEVEL_WARN, "no table of Postfix on this machine has it" },
  };
  char *folder = folder_new ();

  put (folder, "postconf", postconf);
  put (folder, "postmap", postmap);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) looks = tlsrpt_finding_list ();

    tlsrpt_mailer_judge_address (cases[i].address, folder, looks);
    g_assert_cmpuint (looks->len, ==, 1);
    g_assert_cmpstr (((TlsrptLook *)looks->pdata[0])->found, ==, cases[i].found);
    g_assert_cmpint (((TlsrptLook *)looks->pdata[0])->level, ==, cases[i].level);
  }
  take_away (folder);
}

static void
test_no_postfix (void)
{
  char *folder = folder_new ();
  g_autoptr (GPtrArray) looks = tlsrpt_finding_list ();

  tlsrpt_mailer_judge_address ("tls@virtual.example", folder, looks);
  g_assert_cmpuint (looks->len, ==, 0);
  take_away (folder);
}

static void
test_timers (void)
{
  static const struct {
    const char *text;
    const char *subject;
    gboolean is_run;
  } cases[] = {
    { "0 7 * * * tlsrpt tlsrpt-ingest alert --to=a@b.example\n", "alert", TRUE },
    { "#0 7 * * * tlsrpt tlsrpt-ingest alert\n", "alert", FALSE },
    { "0 7 * * * root other alert\n", "alert", FALSE },
    { "0 7 * * * tlsrpt tlsrpt-ingest alert --each\n", "alert", FALSE },
    { "15 8 * * 1 tlsrpt tlsrpt-ingest digest --each-domain\n", "digest", FALSE },
    { "Documentation=man:tlsrpt-ingest-alert(1)\n", "alert", FALSE },
    { "Description=Run tlsrpt-ingest alert\n", "alert", FALSE },
    { "ExecStart=/usr/bin/tlsrpt-ingest doctor --record\n", "doctor --record", TRUE },
    { "ExecStart=/usr/bin/tlsrpt-ingest doctor\n", "doctor --record", FALSE },
    { "0 1 1 * * tlsrpt tlsrpt-ingest prune --older-than=400d\n", "prune", TRUE },
    { "0 1 1 * * tlsrpt tlsrpt-ingest digest\n", "digest", TRUE },
    { "", "digest", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *folder = folder_new ();
    const char *const folders[] = { "/nonexistent", folder, NULL };
    g_autoptr (GPtrArray) looks = tlsrpt_finding_list ();
    guint seen = 0;

    put (folder, "tlsrpt", cases[i].text);
    tlsrpt_mailer_judge_timers (folders, looks);
    for (guint n = 0; n < looks->len; n++) {
      const TlsrptLook *look = looks->pdata[n];

      if (strcmp (look->subject, cases[i].subject) != 0)
        continue;
      seen++;
      g_assert_cmpint (g_str_has_prefix (look->found, "it is run by "), ==, cases[i].is_run);
      g_assert_cmpint (look->advice == NULL, ==, cases[i].is_run);
    }
    g_assert_cmpuint (seen, ==, 1);
    take_away (folder);
  }
}

/* A longer file is no crontab; its first 65,536 bytes are read. */
static void
test_length (void)
{
  static const char line[] = "0 1 1 * * tlsrpt tlsrpt-ingest prune";

  for (gsize bytes = 65536; bytes <= 65537; bytes++) {
    char *folder = folder_new ();
    const char *const folders[] = { folder, NULL };
    g_autofree char *before = g_strnfill (bytes - strlen (line), '\n');
    g_autofree char *text = g_strconcat (before, line, NULL);
    g_autoptr (GPtrArray) looks = tlsrpt_finding_list ();

    put (folder, "tlsrpt", text);
    tlsrpt_mailer_judge_timers (folders, looks);
    for (guint n = 0; n < looks->len; n++) {
      const TlsrptLook *look = looks->pdata[n];

      if (strcmp (look->subject, "prune") == 0)
        g_assert_cmpint (look->advice == NULL, ==, bytes == 65536);
    }
    take_away (folder);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/mailer/address", test_address);
  g_test_add_func ("/doctor/mailer/no-postfix-no-finding", test_no_postfix);
  g_test_add_func ("/doctor/mailer/timers", test_timers);
  g_test_add_func ("/doctor/mailer/65536-bytes-of-a-file", test_length);
  return g_test_run ();
}
