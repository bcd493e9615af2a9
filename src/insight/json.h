/* SPDX-License-Identifier: GPL-3.0-or-later
 * What of an incident is the same in every JSON. */
#pragma once

#include "insight/judgement.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_json_add_judgement:
 * @builder: a builder in an object
 * @judgement: an incident
 *
 * Adds its number, place, cause, state, severity, effect, fault, days and counts; numbers are numbers.
 */
void tlsrpt_json_add_judgement (JsonBuilder *builder, const TlsrptJudgement *judgement);

G_END_DECLS
