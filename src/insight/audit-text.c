/* SPDX-License-Identifier: GPL-3.0-or-later
 * Evidence to text for a terminal or a file. */
#include "insight/audit-text.h"

#include "insight/text-table.h"
#include "insight/wrap.h"

static void
append_list (GString *text, const char *heading, const char *const *lines, guint width)
{
  g_string_append_printf (text, "\n%s\n", heading);
  for (guint i = 0; lines[i] != NULL; i++)
    tlsrpt_wrap_append (text, lines[i], "- ", width);
}

char *
tlsrpt_audit_text (const TlsrptAudit *audit, guint width)
{
  GString *text = g_string_new (NULL);
  g_autofree char *title = tlsrpt_audit_title (audit);
  g_autofree char *made = tlsrpt_period_made (&audit->period);
  g_auto (GStrv) lines = tlsrpt_audit_chain_lines (audit);

  tlsrpt_wrap_append (text, title, "", width);
  g_string_append_printf (text, "Made %s; days are UTC\n", made);
  for (guint i = 0; i < TLSRPT_AUDIT_PARTS; i++) {
    g_string_append_printf (text, "\n%s\n", tlsrpt_audit_parts[i].title);
    if (tlsrpt_table_rows (audit->tables[i]) == 0)
      g_string_append_printf (text, "%s\n", tlsrpt_audit_parts[i].empty);
    else
      tlsrpt_text_table_append (text, audit->tables[i], width, 0);
  }
  append_list (text, "What reports cannot prove", tlsrpt_audit_limits, width);
  append_list (text, "Chain of digests", (const char *const *)lines, width);
  if (audit->chain->head != NULL)
    g_string_append_printf (text, "Head, %s:\n%s\n", audit->chain->linked_at, audit->chain->head);
  return g_string_free (text, FALSE);
}
