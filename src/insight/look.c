/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether a place is still as it was when sessions failed there. */
#include "insight/look.h"

#include "insight/judgement.h"

#define DAY_SECONDS 86400

static char *
time_text (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return g_date_time_format (time, "%Y-%m-%d %H:%M UTC");
}

static char *
wrong_text (const TlsrptLookedAt *look, gboolean is_over)
{
  g_autofree char *looked = time_text (look->looked_at);

  if (is_over)
    return g_strdup_printf ("doctor found it wrong at %s, though no report speaks of it: %s",
                            looked, look->detail);
  return g_strdup_printf ("doctor found it still wrong at %s: %s", looked, look->detail);
}

/* Since when it is right, and how that is known. */
static char *
right_text (const TlsrptLookedAt *look)
{
  g_autofree char *since = time_text (look->since);
  g_autofree char *before = time_text (look->turned_after);

  if (look->turned_after != 0)
    return g_strdup_printf ("doctor found it wrong until %s and right since %s: %s", before, since,
                            look->detail);
  return g_strdup_printf ("doctor found it right since it first looked, at %s: %s", since,
                          look->detail);
}

char *
tlsrpt_look_text (const TlsrptLookedAt *look, gint32 first_day, gint32 last_day, gboolean is_over)
{
  gint32 since_day = (gint32)(look->since / DAY_SECONDS);
  g_autofree char *right = NULL;
  g_autofree char *clean = NULL;

  if (look->looked_at / DAY_SECONDS < first_day)
    return NULL;
  if (!look->is_healthy)
    return wrong_text (look, is_over);
  right = right_text (look);
  if (since_day < last_day)
    return g_strdup_printf ("%s; sessions failed after that all the same: compare the addresses, "
                            "the network and the time of day",
                            right);
  if (is_over)
    return g_steal_pointer (&right);
  clean = tlsrpt_judgement_day_text (since_day + 1);
  return g_strdup_printf ("%s; reports should be clean from %s", right, clean);
}

char *
tlsrpt_look_plain (const TlsrptLookedAt *look)
{
  g_autofree char *looked = time_text (look->looked_at);

  return g_strdup_printf ("doctor looked at %s: %s", looked, look->detail);
}
