# SPDX-License-Identifier: GPL-3.0-or-later
# The events of a run to lines for people. Titles hold strangers' words: each service escapes them its way.

# Longer than any real title; a chat shows no more at a glance.
def cut(most): if length > most then .[:most] + "…" else . end;

def plain: tostring | gsub("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"; " ");

def known: if .version == 1 then . else error("events of version \(.version) are not known here") end;

def lines:
  (.events[:10][] | "\(.event | plain | ascii_upcase) (\(.severity | plain)) #\(.number | plain) \(.title | plain | cut(300))"
    + (if .text then "\n    " + (.text | plain | cut(600)) else "" end)),
  (if (.events | length) > 10 then "and \((.events | length) - 10) more: tlsrpt-ingest incident list" else empty end);

def message: "TLS reports: \(.status | plain)\n" + ([lines] | join("\n"));
