/* SPDX-License-Identifier: GPL-3.0-or-later
 * A digest as plain data, for what reads it and for all that shows it. */
#pragma once

#include "insight/incident.h"
#include "insight/period.h"
#include "insight/room.h"
#include "insight/section.h"
#include "insight/table.h"
#include "pg/pg.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDigestPart:
 * @TLSRPT_DIGEST_BROKEN: open or flapping
 * @TLSRPT_DIGEST_NEW: begun in the period, over or not
 * @TLSRPT_DIGEST_ENDED: closed
 * @TLSRPT_N_DIGEST_PARTS: how many there are
 */
typedef enum {
  TLSRPT_DIGEST_BROKEN,
  TLSRPT_DIGEST_NEW,
  TLSRPT_DIGEST_ENDED,
  TLSRPT_N_DIGEST_PARTS,
} TlsrptDigestPart;

/* A digest of more is none; view incident has the rest. */
#define TLSRPT_DIGEST_INCIDENTS 100

/** How many of a part its first lines name */
#define TLSRPT_DIGEST_LEAD 20

/**
 * TlsrptQuarantined:
 * @reason: the reason, as in view refusal_count
 * @cause: (nullable): the cause, as there
 * @messages: how many messages
 */
typedef struct {
  char *reason;
  char *cause;
  guint64 messages;
} TlsrptQuarantined;

/**
 * TlsrptDigest:
 * @period: days it is about
 * @domain: (nullable): the one mail domain it is about
 * @site: (nullable): address of the site that its links lead to, without a slash at its end; set by the
 *   caller
 * @reports: number of reports that count, in digits
 * @repeats: reports that repeat what another one says, in digits
 * @impersonating_reports: reports that write another reporter's name, in digits
 * @sessions: sessions, in digits
 * @failed_sessions: failed ones, in digits
 * @failed_share: failed ones of all, 0 to 1; 0 without sessions
 * @share_before: failed ones of all in as many days before; negative if nothing was reported on them
 * @last_day: (nullable): last day of the period that any report speaks of
 * @reporters: who reported in the period
 * @reporters_of_last_day: those of them who have reported on its last day
 * @unknown_reports: reports on whose signature nobody gave a verdict, in digits
 * @quarantine: (element-type TlsrptQuarantined): what is in quarantine, the most first
 * @unauthentic_reports: reports without a valid signature of their reporter, in digits
 * @room: what is nearly full
 * @incidents: (element-type TlsrptIncident): open ones, and those that ended in the period; open and
 *   worst first, minor ones not; %TLSRPT_DIGEST_INCIDENTS at most
 * @counts: number of incidents of each part, those that are not in @incidents too
 * @causes: how many causes the broken ones of @incidents have: what is broken in the same way in several
 *   places is one
 * @affected: how many mail domains those of @incidents touch that are not over
 * @critical: how many of the broken ones are critical
 * @minor: minor incidents of the period
 * @new_and_over: how many of the new ones have ended
 * @judged_on: (nullable): day that the incidents stand on; %NULL if they were never looked for
 * @is_stale: whether that is not the period's last day
 * @is_whole: whether its lists have no end but that of their rows: no more than %TLSRPT_DIGEST_INCIDENTS
 *   incidents and %TLSRPT_SECTION_ROWS rows of a table otherwise
 * @tables: (element-type TlsrptTable): one for each of tlsrpt_sections()
 */
typedef struct {
  TlsrptPeriod period;
  char *domain;
  char *site;
  char *reports;
  char *repeats;
  char *impersonating_reports;
  char *sessions;
  char *failed_sessions;
  double failed_share;
  double share_before;
  char *last_day;
  guint reporters;
  guint reporters_of_last_day;
  char *unknown_reports;
  char *unauthentic_reports;
  GPtrArray *quarantine;
  TlsrptRoom room;
  GPtrArray *incidents;
  guint counts[TLSRPT_N_DIGEST_PARTS];
  guint causes;
  guint affected;
  guint critical;
  guint minor;
  guint new_and_over;
  char *judged_on;
  gboolean is_stale;
  gboolean is_whole;
  GPtrArray *tables;
} TlsrptDigest;

G_END_DECLS
