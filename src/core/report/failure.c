/* SPDX-License-Identifier: GPL-3.0-or-later
 * One element of failure-details, member by member. */
#include "core/report/failure.h"

#include "core/report/address.h"

#include <string.h>

/* Names that some reporters use for a member of RFC 8460. */
static const struct {
  const char *name;
  const char *alias;
  TlsrptDeviation deviation;
} aliases[] = {
  { "receiving-mx-hostname", "receiving-mx-host-name", TLSRPT_DEVIATION_RECEIVING_MX_HOST_NAME },
  { "failure-reason-code", "failure-error-code", TLSRPT_DEVIATION_FAILURE_ERROR_CODE },
  { "additional-information", "additional-info-uri", TLSRPT_DEVIATION_ADDITIONAL_INFO_URI },
};

/* The name under which the member @name is present; an alias counts only if @name itself is
 * absent. */
static const char *
name_sent (const TlsrptMembers *members, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i].name, name) == 0 && tlsrpt_members_get (members, name) == NULL &&
        tlsrpt_members_get (members, aliases[i].alias) != NULL) {
      tlsrpt_members_note (members, aliases[i].deviation);
      return aliases[i].alias;
    }
  return name;
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
  const char *hostname = name_sent (members, "receiving-mx-hostname");
  const char *reason = name_sent (members, "failure-reason-code");
  const char *information = name_sent (members, "additional-information");
  /* If both are present, the alias is only an unknown member. */
  const char *const known[] = {
    "result-type",
    "sending-mta-ip",
    "receiving-mx-hostname",
    "receiving-mx-helo",
    "receiving-ip",
    "failed-session-count",
    "failure-reason-code",
    "additional-information",
    hostname,
    reason,
    information,
  };

  if (!tlsrpt_members_name (members, "result-type", &failure->result_type, error) ||
      !tlsrpt_members_string (members, "sending-mta-ip", &failure->sending_mta_ip, error) ||
      !tlsrpt_members_name (members, hostname, &failure->receiving_mx_hostname, error) ||
      !tlsrpt_members_name (members, "receiving-mx-helo", &failure->receiving_mx_helo, error) ||
      !tlsrpt_members_string (members, "receiving-ip", &failure->receiving_ip, error) ||
      !tlsrpt_members_count (members, "failed-session-count", 1, &failure->failed_session_count,
                             error) ||
      !tlsrpt_members_string (members, reason, &failure->failure_reason_code, error) ||
      !tlsrpt_members_string (members, information, &failure->additional_information, error))
    return FALSE;
  note_failure (members, failure);
  if (failure->result_type == NULL)
    failure->result_type = "";
  return tlsrpt_members_keep (members,
                              tlsrpt_members_unknown (members, known, G_N_ELEMENTS (known)),
                              &failure->extra, error);
}
