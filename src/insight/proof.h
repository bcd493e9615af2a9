/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was seen of a place itself, day by day: the proof that reports cannot give. */
#pragma once

#include "insight/group.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptProof:
 * @TLSRPT_PROOF_NONE: nobody looked
 * @TLSRPT_PROOF_HEALTHY: all that sending MTAs check there was right
 * @TLSRPT_PROOF_BROKEN: it was not
 *
 * In the order of their weight on one day.
 */
typedef enum {
  TLSRPT_PROOF_NONE,
  TLSRPT_PROOF_HEALTHY,
  TLSRPT_PROOF_BROKEN,
} TlsrptProof;

/**
 * tlsrpt_proof_days:
 * @group: a group
 * @facts: the facts that it is of
 * @today: the day it is
 *
 * Returns: (transfer full): a #TlsrptProof for each day from the first of @group to @today or its last,
 *   whichever is later
 */
guint8 *tlsrpt_proof_days (const TlsrptGroup *group, const TlsrptFacts *facts, gint32 today);

G_END_DECLS
