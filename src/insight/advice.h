/* SPDX-License-Identifier: GPL-3.0-or-later
 * What to do about the incidents of a digest. */
#pragma once

#include "insight/incident.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptAdvice:
 * @incidents: (element-type TlsrptIncident): what is broken in the same way, the worst first; not owned
 * @has_all: whether these are all that are broken in this way
 * @title: heading
 * @places: (nullable): where, if it is broken in more than one place
 * @commands: what to check, ready for a shell; of the first places, where there are many
 * @words: (nullable): the reporters' own words
 */
typedef struct {
  GPtrArray *incidents;
  gboolean has_all;
  char *title;
  char *places;
  char **commands;
  char *words;
} TlsrptAdvice;

/**
 * tlsrpt_advice_of:
 * @incidents: (element-type TlsrptIncident): incidents
 * @has_all: whether these are all there are
 *
 * Returns: (transfer full) (element-type TlsrptAdvice): what to do about those that are not over; what is
 *   broken in the same way in many places is said once
 */
GPtrArray *tlsrpt_advice_of (const GPtrArray *incidents, gboolean has_all);

G_END_DECLS
