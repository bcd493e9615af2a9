/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lists of findings. */
#include "doctor/finding.h"

const char *const tlsrpt_level_names[TLSRPT_N_LEVELS] = {
  [TLSRPT_LEVEL_OK] = "ok",
  [TLSRPT_LEVEL_UNKNOWN] = "unknown",
  [TLSRPT_LEVEL_WARN] = "warn",
  [TLSRPT_LEVEL_FAIL] = "fail",
};

static void
look_free (gpointer data)
{
  TlsrptLook *look = data;

  g_free (look->subject);
  g_free (look->found);
  g_free (look->advice);
  g_free (look);
}

GPtrArray *
tlsrpt_finding_list (void)
{
  return g_ptr_array_new_with_free_func (look_free);
}

void
tlsrpt_finding_add (GPtrArray *looks, TlsrptLevel level, const char *check, const char *subject,
                    const char *advice, const char *found, ...)
{
  TlsrptLook *look = g_new0 (TlsrptLook, 1);
  va_list arguments;

  va_start (arguments, found);
  look->found = g_strdup_vprintf (found, arguments);
  va_end (arguments);
  look->level = level;
  look->check = check;
  look->subject = g_strdup (subject);
  look->advice = g_strdup (advice);
  g_ptr_array_add (looks, look);
}

TlsrptLevel
tlsrpt_finding_worst (const GPtrArray *looks)
{
  TlsrptLevel worst = TLSRPT_LEVEL_OK;

  for (guint i = 0; i < looks->len; i++)
    worst = MAX (worst, ((const TlsrptLook *)looks->pdata[i])->level);
  return worst;
}
