/* SPDX-License-Identifier: GPL-3.0-or-later
 * The numbers that hold unless set otherwise. */
#include "core/threshold.h"

const TlsrptThresholds tlsrpt_threshold_defaults = {
  .window_days = 60,
  .gap_days = 14,
  .critical_sessions = 5,
  .critical_days = 2,
  .critical_share = 0.01,
  .minor_sessions = 5,
  .carried_share = 0.8,
  .clean_days = 2,
  .flapping_clean_days = 7,
  .expiry_days = 14,
  .weight_share = 0.01,
  .confirming_share = 0.1,
  .shared_share = 0.9,
  .visible_share = 0.5,
  .regular_days = 3,
  .expected_sessions = 5,
  .silence_days = 3,
  .grace_days = 2,
  .rhythm_reports = 6,
  .ending_days = 7,
  .looked_days = 3,
  .worse_domains_factor = 2,
  .worse_domains = 10,
};
