/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which pages there are: a link is set only to one that exists. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptSheet:
 * @TLSRPT_SHEET_DOMAIN: a page for each mail domain
 * @TLSRPT_SHEET_MX: a page for each MX host
 * @TLSRPT_SHEET_INCIDENT: a page for each incident, by its number
 * @TLSRPT_SHEET_REPORTER: a page for each reporter
 * @TLSRPT_SHEET_DAY: a page for each day
 * @TLSRPT_SHEET_REPORT: a page for each report, by its key
 * @TLSRPT_N_SHEETS: how many there are
 *
 * What a page is about.
 */
typedef enum {
  TLSRPT_SHEET_DOMAIN,
  TLSRPT_SHEET_MX,
  TLSRPT_SHEET_INCIDENT,
  TLSRPT_SHEET_REPORTER,
  TLSRPT_SHEET_DAY,
  TLSRPT_SHEET_REPORT,
  TLSRPT_N_SHEETS,
} TlsrptSheet;

/** TlsrptAtlas: opaque: names that have a page */
typedef struct _TlsrptAtlas TlsrptAtlas;

/**
 * tlsrpt_atlas_new:
 * @since: first day whose reports have a page, in days since 1970
 * @until: last such day
 *
 * Returns: (transfer full): an atlas whose only pages are those of reports
 */
TlsrptAtlas *tlsrpt_atlas_new (gint32 since, gint32 until);

/**
 * tlsrpt_atlas_free:
 * @atlas: (transfer full) (nullable): what to free
 */
void tlsrpt_atlas_free (TlsrptAtlas *atlas);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptAtlas, tlsrpt_atlas_free)

/**
 * tlsrpt_atlas_add:
 * @atlas: an atlas
 * @sheet: what the page is about, not a report
 * @name: the name of that
 *
 * From now on @name has a page.
 */
void tlsrpt_atlas_add (TlsrptAtlas *atlas, TlsrptSheet sheet, const char *name);

/**
 * tlsrpt_atlas_path:
 * @atlas: an atlas
 * @sheet: what the page is about
 * @name: the name of that
 *
 * Returns: (transfer full) (nullable): path of its page, as `domain/example.org.html`; %NULL if it has none
 */
char *tlsrpt_atlas_path (const TlsrptAtlas *atlas, TlsrptSheet sheet, const char *name);

G_END_DECLS
