/* SPDX-License-Identifier: GPL-3.0-or-later
 * All pages of one kind, and their index. */
#pragma once

#include "insight/incident.h"
#include "site/atlas.h"
#include "site/kind.h"
#include "site/publish.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptPages:
 * @pg: a connection in a transaction
 * @publish: where pages go
 * @atlas: which names have a page
 * @incidents: (element-type utf8 TlsrptIncident): all incidents, by their number in digits
 * @merged: (element-type utf8 utf8): numbers of those that are merged to those that they are merged into
 * @may_list: whether the user may read `report_list`; one that may see some domains only may not, and
 *   reports have no pages then
 * @judged_on: (nullable): day on which incidents were last judged
 * @reports_since: first day whose reports have a page
 * @since: first day
 * @until: last day
 *
 * What all pages are made with.
 */
typedef struct {
  TlsrptPg *pg;
  TlsrptPublish *publish;
  TlsrptAtlas *atlas;
  GHashTable *incidents;
  GHashTable *merged;
  gboolean may_list;
  char *judged_on;
  const char *reports_since;
  const char *since;
  const char *until;
} TlsrptPages;

/**
 * tlsrpt_pages_index:
 * @pages: what all pages are made with
 * @kind: a kind
 * @error: return location
 *
 * Asks which pages there are, and adds them to the atlas.
 *
 * Errors: as tlsrpt_pg_query().
 *
 * Returns: (transfer full): the rows of @kind's index, or %NULL with @error set
 */
PGresult *tlsrpt_pages_index (const TlsrptPages *pages, const TlsrptKind *kind, GError **error);

/**
 * tlsrpt_pages_make:
 * @pages: what all pages are made with; the atlas is complete
 * @kind: a kind
 * @index: rows of its index
 * @error: return location
 *
 * Makes the index and each page.
 *
 * Errors: as tlsrpt_pg_query() and tlsrpt_publish_put().
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_pages_make (const TlsrptPages *pages, const TlsrptKind *kind, const PGresult *index,
                            GError **error);

G_END_DECLS
