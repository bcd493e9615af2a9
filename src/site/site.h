/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole site: the views to a folder of pages that need neither server nor script. */
#pragma once

#include "core/threshold.h"
#include "pg/pg.h"
#include "site/publish.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptSiteDays:
 * @today: the day it is, in days since 1970
 * @days: number of days that are looked at, @today included
 * @reports: number of days whose reports have a page of their own, at most @days
 */
typedef struct {
  gint32 today;
  guint days;
  guint reports;
} TlsrptSiteDays;

/**
 * tlsrpt_site_make:
 * @pg: a connection whose user may read the views; one that may write incidents brings them up to date
 * @publish: where it goes
 * @days: what is looked at
 * @thresholds: thresholds of incidents
 * @published: (out): what changed
 * @error: return location
 *
 * Errors: as tlsrpt_pg_query() and tlsrpt_publish_finish(). The folder then is as it was, but where
 * files could not be renamed or removed.
 *
 * Returns: %FALSE with @error set
 */
gboolean tlsrpt_site_make (TlsrptPg *pg, TlsrptPublish *publish, const TlsrptSiteDays *days,
                           const TlsrptThresholds *thresholds, TlsrptPublished *published,
                           GError **error);

G_END_DECLS
