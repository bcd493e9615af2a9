/* SPDX-License-Identifier: GPL-3.0-or-later
 * Incidents out of the view, and their two lines for a person. */
#include "insight/incident.h"

#include "insight/table.h"

#include <string.h>

/* Enough for any real name of a host or a sender; a stranger's may be of any length. */
#define NAME_CHARACTERS 60
#define NAMES_SHOWN 5

const char tlsrpt_incident_columns[] =
    "policy_domain, receiving_mx, result_type, finding, title, state, severity, first_day, "
    "last_day,"
    " failed_sessions, sessions, failed_share, reporters,"
    " array_to_string(organization_names[:" G_STRINGIFY (
        TLSRPT_INCIDENT_NAMES) "], E'\\n'),"
                               " other_reporters, authentic_reporters, likely_fault, "
                               "failure_reason_code, meaning,"
                               " array_to_string(cause, E'\\n'), array_to_string(command, E'\\n'),"
                               " array_to_string(change, E'\\n')";

static char *
text_at (const PGresult *result, int row, int column)
{
  return PQgetisnull (result, row, column) ? NULL : g_strdup (PQgetvalue (result, row, column));
}

static char **
list_at (const PGresult *result, int row, int column)
{
  return g_strsplit (PQgetvalue (result, row, column), "\n", -1);
}

static guint
number_at (const PGresult *result, int row, int column)
{
  return (guint)g_ascii_strtoull (PQgetvalue (result, row, column), NULL, 10);
}

TlsrptIncident *
tlsrpt_incident_new (const PGresult *result, int row)
{
  TlsrptIncident *incident = g_new0 (TlsrptIncident, 1);

  incident->policy_domain = text_at (result, row, 0);
  incident->receiving_mx = text_at (result, row, 1);
  incident->result_type = text_at (result, row, 2);
  incident->finding = text_at (result, row, 3);
  incident->title = text_at (result, row, 4);
  incident->state = text_at (result, row, 5);
  incident->severity = text_at (result, row, 6);
  incident->first_day = text_at (result, row, 7);
  incident->last_day = text_at (result, row, 8);
  incident->failed_sessions = text_at (result, row, 9);
  incident->sessions = text_at (result, row, 10);
  incident->failed_share = g_ascii_strtod (PQgetvalue (result, row, 11), NULL);
  incident->reporters = number_at (result, row, 12);
  incident->organization_names = list_at (result, row, 13);
  incident->other_reporters = number_at (result, row, 14);
  incident->authentic_reporters = number_at (result, row, 15);
  incident->likely_fault = text_at (result, row, 16);
  incident->failure_reason_code = text_at (result, row, 17);
  incident->meaning = text_at (result, row, 18);
  incident->cause = list_at (result, row, 19);
  incident->command = list_at (result, row, 20);
  incident->change = list_at (result, row, 21);
  return incident;
}

void
tlsrpt_incident_free (TlsrptIncident *incident)
{
  if (incident == NULL)
    return;
  g_free (incident->policy_domain);
  g_free (incident->receiving_mx);
  g_free (incident->result_type);
  g_free (incident->finding);
  g_free (incident->title);
  g_free (incident->state);
  g_free (incident->severity);
  g_free (incident->first_day);
  g_free (incident->last_day);
  g_free (incident->failed_sessions);
  g_free (incident->sessions);
  g_strfreev (incident->organization_names);
  g_free (incident->likely_fault);
  g_free (incident->failure_reason_code);
  g_free (incident->meaning);
  g_strfreev (incident->cause);
  g_strfreev (incident->command);
  g_strfreev (incident->change);
  g_free (incident);
}

gboolean
tlsrpt_incident_is_over (const TlsrptIncident *incident)
{
  return strcmp (incident->state, "closed") == 0;
}

char *
tlsrpt_incident_place (const TlsrptIncident *incident)
{
  g_autofree char *domain = tlsrpt_text_elided (incident->policy_domain, NAME_CHARACTERS);
  g_autofree char *mx = tlsrpt_text_elided (incident->receiving_mx, NAME_CHARACTERS);

  /* Under DANE the policy domain is the MX. */
  if (incident->receiving_mx == NULL || strcmp (domain, mx) == 0)
    return g_steal_pointer (&domain);
  return g_strconcat (domain, " at ", mx, NULL);
}

char *
tlsrpt_incident_finding (const TlsrptIncident *incident)
{
  g_autofree char *type = tlsrpt_text_elided (incident->result_type, NAME_CHARACTERS);

  return g_strdup_printf ("%s (%s)", incident->title, type);
}

char *
tlsrpt_incident_headline (const TlsrptIncident *incident)
{
  g_autofree char *place = tlsrpt_incident_place (incident);
  g_autofree char *finding = tlsrpt_incident_finding (incident);

  return g_strconcat (place, ": ", finding, NULL);
}

const char *
tlsrpt_incident_fault (const TlsrptIncident *incident)
{
  if (strcmp (incident->likely_fault, "ours") == 0)
    return "likely on our side";
  if (strcmp (incident->likely_fault, "theirs") == 0)
    return "likely that sender's own, others see nothing of it";
  if (strcmp (incident->likely_fault, "between") == 0)
    return "likely the network between, others see nothing of it";
  return "no other sender to compare with, so look at our side first";
}

static char *
shown_names (const TlsrptIncident *incident)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < NAMES_SHOWN && incident->organization_names[i] != NULL; i++) {
    g_autofree char *name = tlsrpt_text_elided (incident->organization_names[i], NAME_CHARACTERS);

    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
  }
  if (incident->reporters > NAMES_SHOWN)
    g_string_append_printf (names, " and %u more", incident->reporters - NAMES_SHOWN);
  return g_string_free (names, FALSE);
}

/* Reports come a day late, so that the last day says how fresh this is. */
static char *
shown_days (const TlsrptIncident *incident)
{
  gboolean one_day = strcmp (incident->first_day, incident->last_day) == 0;
  gboolean silent = strcmp (incident->finding, "no-reports") == 0;

  if (tlsrpt_incident_is_over (incident))
    return one_day ? g_strdup_printf ("on %s", incident->first_day)
                   : g_strdup_printf ("%s to %s", incident->first_day, incident->last_day);
  return g_strdup_printf ("since %s%s%s%s", incident->first_day,
                          strcmp (incident->state, "flapping") == 0 ? ", on and off" : "",
                          one_day || silent ? "" : ", last on ",
                          one_day || silent ? "" : incident->last_day);
}

char *
tlsrpt_incident_proof (const TlsrptIncident *incident)
{
  g_autofree char *share = tlsrpt_share_shown (incident->failed_share);
  g_autofree char *names = shown_names (incident);
  g_autofree char *days = shown_days (incident);

  if (strcmp (incident->finding, "no-reports") == 0 && tlsrpt_incident_is_over (incident))
    return g_strdup_printf ("%s without a report", days);
  if (strcmp (incident->finding, "no-reports") == 0)
    return g_strdup_printf ("%s; reported before: %s", days, names);
  return g_strdup_printf ("%s; %s of %s sessions failed (%s); seen by %s; %s", days,
                          incident->failed_sessions, incident->sessions, share, names,
                          tlsrpt_incident_fault (incident));
}
