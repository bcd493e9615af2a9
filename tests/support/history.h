/* SPDX-License-Identifier: GPL-3.0-or-later
 * Facts of the engine written as lines, and incidents read as lines. */
#pragma once

#include "insight/book.h"

#include <glib.h>

/* The first day of histories: lines count from 1. */
#define HISTORY_ORIGIN 20000

/**
 * history_add:
 * @facts: where to add
 * @lines: lines of `DAYS REPORTER DOMAIN POLICY SUCCESSFUL [FAILED:TYPE[@MX][~REASON]]...`
 *
 * DAYS is `3`, `3-5` for a report on each, or `3+2` for one report on two days. REPORTER ends in `?` where
 * nothing is signed. POLICY is `sts`, `tlsa` or `none`, then optionally `/MODE`, `>POLICY-DOMAIN`, `=MX,MX` and
 * `!` where no TLSA record is usable. A TYPE of `-` is none; `%` stands for a space in REASON.
 * `DAY see KIND PLACE healthy|broken [DOMAIN]` is what was seen of a place, and `DAY see mx HOST use DOMAIN` that
 * MX records of the domain name the host.
 */
void history_add (TlsrptFacts *facts, const char *lines);

/** history_until: (transfer full): a copy of @facts with what is of days before @day alone */
TlsrptFacts *history_until (const TlsrptFacts *facts, gint32 day);

/** history_line: (transfer full): an incident as `KIND PLACE CAUSE STATE SEVERITY FAULT EFFECT FIRST-LAST FAILED` */
char *history_line (const TlsrptJudgement *judgement);
