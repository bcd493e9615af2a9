/* SPDX-License-Identifier: GPL-3.0-or-later
 * One element of failure-details, member by member. */
#include "core/report/address.h"
#include "core/report/part.h"

/* The member @name, or else the one that some senders send for it. */
static gboolean
string_or_alias (const TlsrptMembers *members, const char *name, const char *alias,
                 TlsrptDeviation deviation, const char **text, GError **error)
{
  if (!tlsrpt_members_string (members, name, text, error))
    return FALSE;
  if (*text != NULL || tlsrpt_members_get (members, alias) == NULL)
    return TRUE;
  tlsrpt_members_note (members, deviation);
  return tlsrpt_members_string (members, alias, text, error);
}

static void
note_address (const TlsrptMembers *members, const char *address)
{
  guint8 bytes[TLSRPT_ADDRESS_BYTES];

  if (address != NULL && tlsrpt_address_parse (address, bytes) == 0)
    tlsrpt_members_note (members, TLSRPT_DEVIATION_ADDRESS_NOT_INET);
}

static void
note_failure (const TlsrptMembers *members, const TlsrptFailure *failure)
{
  static const char *const result_types[] = {
    "starttls-not-supported", "certificate-host-mismatch",
    "certificate-expired",    "certificate-not-trusted",
    "validation-failure",     "tlsa-invalid",
    "dnssec-invalid",         "dane-required",
    "sts-policy-fetch-error", "sts-policy-invalid",
    "sts-webpki-invalid",     NULL,
  };

  if (failure->result_type == NULL || !g_strv_contains (result_types, failure->result_type))
    tlsrpt_members_note (members, TLSRPT_DEVIATION_UNKNOWN_RESULT_TYPE);
  if (failure->sending_mta_ip == NULL)
    tlsrpt_members_note (members, TLSRPT_DEVIATION_SENDING_MTA_IP_MISSING);
  note_address (members, failure->sending_mta_ip);
  note_address (members, failure->receiving_ip);
}

gboolean
tlsrpt_failure_read (const TlsrptMembers *members, TlsrptFailure *failure, GError **error)
{
  static const char *const known[] = {
    "result-type",         "sending-mta-ip",         "receiving-mx-hostname",
    "receiving-mx-helo",   "receiving-ip",           "failed-session-count",
    "failure-reason-code", "additional-information", "additional-info-uri",
  };
  gsize n_known = G_N_ELEMENTS (known);

  if (!tlsrpt_members_name (members, "result-type", &failure->result_type, error) ||
      !tlsrpt_members_string (members, "sending-mta-ip", &failure->sending_mta_ip, error) ||
      !tlsrpt_members_name (members, "receiving-mx-hostname", &failure->receiving_mx_hostname,
                            error) ||
      !tlsrpt_members_name (members, "receiving-mx-helo", &failure->receiving_mx_helo, error) ||
      !tlsrpt_members_string (members, "receiving-ip", &failure->receiving_ip, error) ||
      !tlsrpt_members_count (members, "failed-session-count", 1, &failure->failed_session_count,
                             error) ||
      !tlsrpt_members_string (members, "failure-reason-code", &failure->failure_reason_code,
                              error) ||
      !string_or_alias (members, "additional-information", "additional-info-uri",
                        TLSRPT_DEVIATION_ADDITIONAL_INFO_URI, &failure->additional_information,
                        error))
    return FALSE;
  /* Where both stand there, the alias is but an unknown member. */
  if (tlsrpt_members_get (members, "additional-information") != NULL)
    n_known--;
  note_failure (members, failure);
  if (failure->result_type == NULL)
    failure->result_type = "";
  return tlsrpt_members_keep (members, tlsrpt_members_unknown (members, known, n_known),
                              &failure->extra, error);
}
