/* SPDX-License-Identifier: GPL-3.0-or-later
 * An incident in full: what was concluded, and what to do. */
#pragma once

#include "insight/incident.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_incident_sheet_append:
 * @html: what to append to
 * @incident: an incident
 * @merged_into: (nullable): number of the incident that it is part of
 *
 * Appends it, with links as from a page of an incident.
 */
void tlsrpt_incident_sheet_append (GString *html, const TlsrptIncident *incident,
                                   const char *merged_into);

G_END_DECLS
