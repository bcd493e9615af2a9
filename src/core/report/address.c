/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads an address. A zone or a prefix length is refused, because PostgreSQL's inet has no zone. */
#include "core/report/address.h"

#include <arpa/inet.h>

gsize
tlsrpt_address_parse (const char *text, guint8 bytes[TLSRPT_ADDRESS_BYTES])
{
  if (text == NULL)
    return 0;
  if (inet_pton (AF_INET, text, bytes) == 1)
    return 4;
  return inet_pton (AF_INET6, text, bytes) == 1 ? 16 : 0;
}
