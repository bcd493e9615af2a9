# SPDX-License-Identifier: GPL-3.0-or-later
# For Dovecot Pigeonhole: hands TLS reports to tlsrpt-ingest. What fails is kept in INBOX: it is not
# lost, but nobody tries again; `tlsrpt-ingest replay ~/Maildir` does.
require ["vnd.dovecot.pipe", "copy"];

if address :localpart :is ["to", "cc"] "tlsrpt" {
  pipe "tlsrpt-ingest";
  stop;
}
