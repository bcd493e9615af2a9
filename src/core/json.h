/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON bytes to trees that json-glib can be trusted with: depth is counted over the raw bytes first,
 * bad strings are repaired visibly, and the long array of a report is handed over in pieces. */
#pragma once

#include "core/limits.h"

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Shape of the interface is json.c's and report.c's own affair: both have one owner. */

G_END_DECLS
