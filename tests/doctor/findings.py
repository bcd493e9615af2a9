# SPDX-License-Identifier: GPL-3.0-or-later
"""Each finding by a domain that has it, and its absence on the healthy twin."""
import contextlib
import functools
import json
import os
import re
import subprocess

import town
from harness import PATIENCE, PROGRAM, by_schema, case, clean_environment, contains, equal, run
from town import full, seconds


@functools.cache
def looked(domain, *options):
    """Findings of @domain as (check, level) to texts, and the exit status."""
    done = run("doctor", "--format=json", seconds(domain), *options, domain)
    equal(done.stderr, "")
    told = by_schema("doctor", done.stdout)
    equal([one["domain"] for one in told["domains"]], [domain])
    found = {}
    for look in told["domains"][0]["findings"]:
        found.setdefault((look["check"], look["level"]), []).append(f"{look['subject']}: {look['found']}")
    return found, done.returncode


# Domain, check, level, a piece of each text, how many.
FINDINGS = (
    ("good", "tlsrpt-record", "ok", "reports go to mailto:tls@lab.test", 1),
    ("good", "sts-record", "ok", "id 20240101", 1),
    ("good", "sts-policy", "ok", "mode enforce", 2),
    ("good", "sts-mx", "ok", "the policy names it", 1),
    ("good", "mx-certificate", "ok", "good for its name", 2),
    ("testing", "sts-policy", "ok", "mode testing", 2),
    ("wildcard", "sts-mx", "ok", "the policy names it", 1),
    ("chunked", "sts-policy", "ok", "mode enforce", 2),
    ("unnamed", "sts-mx", "fail", "does not name this MX", 1),
    ("unnamed-testing", "sts-mx", "warn", "does not name this MX", 1),
    ("short", "sts-max-age", "warn", "86399 seconds", 2),
    ("ending", "sts-policy", "warn", "mode none", 2),
    ("misspelt", "sts-policy", "fail", "there is no max_age", 2),
    ("gone", "sts-fetch", "fail", "HTTP status 404", 2),
    ("moved", "sts-fetch", "fail", "a redirect", 2),
    ("html", "sts-media-type", "fail", "text/html", 2),
    ("html", "sts-policy", "fail", "mta-sts.html.lab.test", 10),
    ("type", "sts-media-type", "fail", "application/octet-stream", 2),
    ("old", "sts-certificate", "fail", "has expired (CN=mta-sts.old.lab.test, on 2020-03-01)", 2),
    ("other", "sts-certificate", "fail", "for another name: old.example", 2),
    ("nowhere", "sts-fetch", "fail", "it has no address", 1),
    ("huge", "sts-fetch", "fail", "longer than 64 kilobytes", 1),
    ("slow", "sts-fetch", "fail", "no end within 6 seconds", 1),
    ("closed", "sts-fetch", "fail", "not whole", 1),
    ("cut", "sts-fetch", "fail", "not whole", 1),
    ("no-tlsrpt", "tlsrpt-record", "warn", "nobody sends reports", 1),
    ("two-tlsrpt", "tlsrpt-record", "fail", "there are 2 records", 1),
    ("bad-tlsrpt", "tlsrpt-record", "fail", "neither mailto:", 1),
    ("big-tlsrpt", "tlsrpt-record", "ok", "reports go to", 1),
    ("no-sts", "sts-record", "warn", "there is no record", 1),
    ("two-sts", "sts-record", "fail", "there are 2 records", 1),
    ("bad-sts", "sts-record", "fail", "letters and digits", 1),
    ("no-mx", "mx", "warn", "there is no MX record", 1),
    ("null-mx", "mx", "ok", "takes no mail", 1),
    ("no-address", "mx-address", "fail", "no address", 1),
    ("private", "mx-address", "warn", "private", 1),
    ("loop", "mx-address", "unknown", "no answer from DNS", 1),
    ("plain-enforced", "mx-starttls", "fail", "not offered", 2),
    ("plain-open", "mx-starttls", "warn", "not offered", 2),
    ("wrong", "mx-certificate", "fail", "for another name: old.example", 2),
    ("wrong-open", "mx-certificate", "warn", "for another name: old.example", 2),
    ("expired", "mx-certificate", "fail", "has expired (CN=mx-expired.lab.test, on 2020-03-01)", 2),
    ("inter", "mx-certificate", "fail", "has expired (CN=Old Lab Intermediate, on 2020-03-01)", 2),
    ("chain", "mx-certificate", "fail", "no chain to a known authority", 2),
    ("soon", "mx-certificate-end", "warn", "in 20 days", 2),
    ("late", "mx-certificate-end", "fail", "in 6 days", 2),
    ("dane-open", "mx-tlsa", "ok", "the TLSA records fit", 2),
    ("dane-open", "mx-certificate", "ok", "go by the TLSA records", 2),
    ("issuer-open", "mx-tlsa", "ok", "the TLSA records fit an authority of the chain: CN=Lab Intermediate", 2),
    ("astray-open", "mx-tlsa", "fail", "sending MTAs that use DANE refuse what is below it: the certificate is for another name: old.example", 2),
    ("mixed-open", "mx-tlsa", "warn", "sending MTAs do not use 1 of 2 TLSA records", 1),
    ("mixed-open", "mx-tlsa", "ok", "the TLSA records fit the certificate", 2),
    ("rollover-open", "mx-tlsa", "ok", "1 of 2 TLSA records fit", 2),
    ("stale-open", "mx-tlsa", "fail", "none of 1 TLSA records fits", 2),
    ("usage-open", "mx-tlsa", "warn", "no TLSA record is one that sending MTAs use", 1),
    ("refused-open", "mx-connect", "fail", "Connection refused", 2),
    ("silent-open", "mx-smtp", "fail", "no end within 6 seconds", 2),
    ("garbage-open", "mx-handshake", "warn", "TLS does not come about", 2),
    ("endless-open", "mx-smtp", "fail", "line has no end", 2),
    ("lines-open", "mx-smtp", "fail", "reply has no end", 2),
    ("control-open", "mx-smtp", "fail", r"554 \x1B[2J\x07no | mail \xE2\x80\xAE", 2),
    ("massive-open", "mx-handshake", "warn", "TLS does not come about", 2),
    ("painted-open", "mx-certificate", "warn", r"for another name: \x1B[2J|\x07.example", 2),
    ("expired.test", "dnssec", "fail", "does not validate", 3),
    ("unsigned.test", "mx-tlsa", "warn", "not for the MX records", 1),
    ("unsigned.test", "mx-certificate", "warn", "no chain to a known authority", 2),
)


for row in FINDINGS:
    @case(f"/doctor/{row[0]}/{row[1]}/{row[2]}", *row)
    def finding(domain, check, level, piece, n):
        found, status = looked(full(domain))
        texts = found.get((check, level), [])
        equal([piece in text for text in texts], [True] * n, found)
        if level == "fail":
            equal(status, 2)
        if level == "warn":
            assert status in (1, 2), status


HEALTHY = ("good", "testing", "wildcard", "chunked", "day", "fresh", "big-tlsrpt")
for healthy in HEALTHY:
    @case(f"/doctor/healthy/{healthy}", healthy)
    def nothing_wrong(domain):
        found, status = looked(full(domain))
        equal(({level for _, level in found}, status), ({"ok"}, 0), found)


@case("/doctor/status/unknown-where-dns-fails")
def unknown():
    found, status = looked("loop.lab.test")
    equal({level for _, level in found} - {"ok", "warn"}, {"unknown"})
    equal(status, 1)


@case("/doctor/private-address-is-looked-at-if-allowed")
def private():
    found, _ = looked("private.lab.test", "--allow-private")
    equal([level for check, level in found if check == "mx-connect"], ["unknown"], found)


@case("/doctor/one-probe-for-a-host-of-many-domains")
def shared():
    before = connections()
    done = run("doctor", "good.lab.test", "testing.lab.test", "wildcard.lab.test", "day.lab.test")
    equal(done.returncode, 0, done.stdout)
    equal(connections() - before, 2)


def connections():
    """How many there were to the good host; each is logged before it is greeted."""
    return len(re.findall(r" connect from", (town.LAB.folder / "postfix" / "log" / "mail.log").read_text()))


@case("/doctor/text/first-line-for-a-monitoring-system-and-no-bar-after-it")
def text():
    done = run("doctor", "--seconds=60", "control-open.lab.test")
    first, *rest = done.stdout.splitlines()
    equal(first, "TLSRPT DOCTOR CRITICAL - 1 domain: 2 fail, 1 warn, 0 unknown, 1 ok | fail=2 warn=1 unknown=0 ok=1")
    equal([line for line in rest if "|" in line or "\x1b" in line], [])
    contains(done.stdout, "  fail    mx-control.lab.test [192.0.2.30]: it does not speak SMTP with us: ")


def on_a_terminal(**environment):
    """What the command writes to a terminal."""
    master, slave = os.openpty()
    process = subprocess.Popen([PROGRAM, "doctor", "good.lab.test"], stdout=slave, env=clean_environment(**environment))
    os.close(slave)
    written = b""
    with contextlib.suppress(OSError):  # EIO: the other side is closed
        while piece := os.read(master, 65536):
            written += piece
    os.close(master)
    equal(process.wait(PATIENCE), 0)
    return written


@case("/doctor/text/colours-on-a-terminal-unless-told-not-to")
def colours():
    assert b"\x1b[32mok" in on_a_terminal()
    assert b"\x1b" not in on_a_terminal(NO_COLOR="1")
    assert "\x1b" not in run("doctor", "good.lab.test").stdout


@case("/doctor/json/version-status-and-members")
def json_form():
    told = json.loads(run("doctor", "--format=json", "good.lab.test").stdout)
    equal((told["version"], told["status"], sorted(told)), (1, "OK", ["domains", "status", "version"]))
    equal(sorted(told["domains"][0]), ["domain", "findings", "level"])
    equal({tuple(sorted(look)) for look in told["domains"][0]["findings"]}, {("advice", "check", "found", "level", "subject")})
    told = by_schema("doctor", run("doctor", "--format=json", "--seconds=0", "good.lab.test").stdout)
    equal((told["version"], told["status"], told["message"]), (1, "UNKNOWN", "doctor: --seconds must be a number from 1 to 300"))


@case("/doctor/text/certificates-of-strangers-paint-nothing")
def painted():
    done = run("doctor", "--seconds=60", "painted-open.lab.test")
    equal([character for character in done.stdout if ord(character) < 32 and character != "\n"], [])
    equal([line for line in done.stdout.splitlines()[1:] if "|" in line], [])
