/* SPDX-License-Identifier: GPL-3.0-or-later
 * Message bytes to reports: the stages message, gunzip, json and report in a row. */
#pragma once

#include "core/item.h"
#include "core/limits.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_decode:
 * @item: a message or document that was read
 * @limits: caps
 *
 * Sets `envelope`, `reports` and `refusal`: at least one of the last two has something, and both where
 * one part of a message is refused and another is not. One that was cut is refused whole. Pure: no
 * I/O, clock, locale or log. Each report carries its evidence, header fields and deviations; a policy
 * without a domain gets the one of the mail (complete.h). `trust` is left `unknown`: trust.h judges.
 */
void tlsrpt_decode (TlsrptItem *item, const TlsrptLimits *limits);

/**
 * tlsrpt_refusal_stage:
 * @refusal: a refusal
 *
 * Returns: (transfer full): the stage its text begins with (`message`, `gunzip`, `json`, `report`, ...)
 */
char *tlsrpt_refusal_stage (const GError *refusal);

G_END_DECLS
