/* SPDX-License-Identifier: GPL-3.0-or-later
 * Evidence to JSON: the words of the views. */
#include "insight/audit-json.h"

#include "core/report/json.h"
#include "insight/json.h"

static void
add_count (JsonBuilder *builder, const char *name, const char *digits)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, g_ascii_strtoll (digits, NULL, 10));
}

static void
add_chain (JsonBuilder *builder, const TlsrptCustody *chain)
{
  json_builder_set_member_name (builder, "chain");
  json_builder_begin_object (builder);
  add_count (builder, "links", chain->links);
  add_count (builder, "reports", chain->reports);
  add_count (builder, "documents", chain->documents);
  add_count (builder, "reports_waiting", chain->waiting);
  add_count (builder, "reports_late", chain->late);
  tlsrpt_json_add_text (builder, "pruned_until", chain->pruned_until);
  tlsrpt_json_add_text (builder, "linked_at", chain->linked_at);
  tlsrpt_json_add_text (builder, "head", chain->head);
  json_builder_end_object (builder);
}

char *
tlsrpt_audit_json (const TlsrptAudit *audit)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;
  g_autofree char *made = tlsrpt_period_made (&audit->period);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, TLSRPT_AUDIT_JSON_VERSION);
  tlsrpt_json_add_text (builder, "since", audit->period.since);
  tlsrpt_json_add_text (builder, "until", audit->period.until);
  tlsrpt_json_add_text (builder, "mail_domain", audit->domain);
  tlsrpt_json_add_text (builder, "made_at", made);
  for (guint i = 0; i < TLSRPT_AUDIT_PARTS; i++)
    tlsrpt_json_add_table (builder, tlsrpt_audit_parts[i].name, audit->tables[i]);
  json_builder_set_member_name (builder, "limits");
  json_builder_begin_array (builder);
  for (guint i = 0; tlsrpt_audit_limits[i] != NULL; i++)
    json_builder_add_string_value (builder, tlsrpt_audit_limits[i]);
  json_builder_end_array (builder);
  add_chain (builder, audit->chain);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = tlsrpt_json_write (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}
