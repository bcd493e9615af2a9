/* SPDX-License-Identifier: GPL-3.0-or-later
 * Words of the command line to an incident, and its remedy to lines for a test to run: `command`,
 * `cause`, `change`, `word` and a tab before each, and the draft as it is. */
#include "insight/remedy/remedy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static guint
index_of (const char *const *names, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  fprintf (stderr, "no such value: %s\n", name);
  exit (2);
}

static void
add_witness (TlsrptJudgement *judgement, const char *domain)
{
  TlsrptWitness *witness = g_new0 (TlsrptWitness, 1);

  witness->domain = g_strdup (domain);
  g_ptr_array_add (judgement->witnesses, witness);
}

static void
set_contact (TlsrptJudgement *judgement, const char *contact)
{
  TlsrptWitness *witness = judgement->witnesses->pdata[judgement->witnesses->len - 1];

  witness->contact_info = g_strdup (contact);
}

static gboolean
set_enum (TlsrptJudgement *judgement, const char *name, const char *value)
{
  if (strcmp (name, "kind") == 0)
    judgement->place_kind = index_of (tlsrpt_place_names, TLSRPT_N_PLACES, value);
  else if (strcmp (name, "mechanism") == 0)
    judgement->mechanisms |= 1u << index_of (tlsrpt_mechanism_names, TLSRPT_N_MECHANISMS, value);
  else if (strcmp (name, "mode") == 0)
    judgement->modes |= 1u << index_of (tlsrpt_mode_names, TLSRPT_N_MODES, value);
  else if (strcmp (name, "effect") == 0)
    judgement->effect = index_of (tlsrpt_effect_names, TLSRPT_N_EFFECTS, value);
  else if (strcmp (name, "fault") == 0)
    judgement->fault = index_of (tlsrpt_fault_names, TLSRPT_N_FAULTS, value);
  else
    return FALSE;
  return TRUE;
}

static void
set (TlsrptJudgement *judgement, const char *name, const char *value)
{
  if (set_enum (judgement, name, value))
    return;
  if (strcmp (name, "place") == 0)
    judgement->place = g_strdup (value);
  else if (strcmp (name, "cause") == 0)
    judgement->cause = g_strdup (value);
  else if (strcmp (name, "domain") == 0)
    tlsrpt_judgement_tally (judgement->mail_domains, value, 1);
  else if (strcmp (name, "mx") == 0)
    tlsrpt_judgement_tally (judgement->receiving_mx, value, 1);
  else if (strcmp (name, "reason") == 0)
    tlsrpt_judgement_tally (judgement->reasons, value, 1);
  else if (strcmp (name, "reporter") == 0)
    add_witness (judgement, value);
  else if (strcmp (name, "contact") == 0)
    set_contact (judgement, value);
  else if (strcmp (name, "ip") == 0) {
    g_strfreev (judgement->receiving_ips);
    judgement->receiving_ips = g_strsplit (value, ",", -1);
  } else {
    fprintf (stderr, "no such member: %s\n", name);
    exit (2);
  }
}

static void
print (const char *label, char **lines)
{
  for (guint i = 0; lines[i] != NULL; i++)
    printf ("%s\t%s\n", label, lines[i]);
}

int
main (int argc, char **argv)
{
  g_autoptr (TlsrptJudgement) judgement = tlsrpt_judgement_new ();
  g_autoptr (TlsrptRemedy) remedy = NULL;

  for (int i = 1; i < argc; i++) {
    g_auto (GStrv) pair = g_strsplit (argv[i], "=", 2);

    if (strcmp (argv[i], "security") == 0)
      judgement->is_security = TRUE;
    else
      set (judgement, pair[0], pair[1]);
  }
  remedy = tlsrpt_remedy_new (judgement);
  printf ("finding\t%s\ntitle\t%s\nmeaning\t%s\n", remedy->finding, remedy->title, remedy->meaning);
  print ("word", remedy->words);
  print ("cause", remedy->causes);
  print ("command", remedy->commands);
  print ("change", remedy->changes);
  if (remedy->draft != NULL)
    printf ("draft\n%s", remedy->draft);
  return 0;
}
