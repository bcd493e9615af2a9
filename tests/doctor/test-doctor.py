#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`doctor` on real servers: each finding by a domain that has it, and its absence on the healthy twin."""
import functools
import json
import re
import socket
import ssl
import threading
import time

import lab
from harness import Cluster, case, contains, equal, mail, main, part, report, run, sql

reason = lab.why_not()
if reason:
    main(reason)
lab.enter()


def policy(*mx, mode="enforce", max_age=604800):
    return f"version: STSv1\nmode: {mode}\n" + "".join(f"mx: {host}.lab.test\n" for host in mx) + f"max_age: {max_age}\n"


HOSTS = {f"mx-{name}.lab.test": {"number": number, "certificate": certificate, **more} for number, (name, certificate, more) in enumerate((
    ("good", "good", {}), ("wrong", "wrong-name", {}), ("expired", "expired", {}), ("inter", "expired-intermediate", {}),
    ("chain", "no-intermediate", {}), ("plain", None, {}), ("dane", "self-signed", {}), ("stale", "good", {}), ("usage", "good", {}),
    ("issuer", "good", {}), ("rollover", "good", {}), ("soon", "ends-in-20", {}), ("late", "ends-in-6", {}), ("fresh", "ends-in-22", {}),
    ("refused", None, {"mail": False}), ("silent", None, {"mail": False}), ("garbage", "good", {"mail": False}),
    ("endless", None, {"mail": False}), ("lines", None, {"mail": False}), ("control", None, {"mail": False})), 11)}
HOSTS["mx.unsigned.test"] = {"number": 40, "certificate": "good"}
HOSTS["mx.expired.test"] = {"number": 41, "certificate": "good"}
for number, name in enumerate(("huge", "slow", "closed", "cut"), 50):
    HOSTS[f"mta-sts.{name}.lab.test"] = {"number": number, "certificate": "good", "mail": False, "v6": False}

GOOD = policy("mx-good")
# Domain to MX hosts, policy host, its records where they are not the usual ones.
DOMAINS = {
    "good": (["good"], {"body": GOOD}, {}),
    "testing": (["good"], {"body": policy("mx-good", mode="testing")}, {}),
    "chunked": (["good"], {"serve": "default_type text/plain; sub_filter_types text/plain; sub_filter XX YY; gzip off;"
                           " chunked_transfer_encoding on; return 200 '" + GOOD.replace("\n", "\\n") + "';"}, {}),
    "wildcard": (["good"], {"body": "version: STSv1\nmode: enforce\nmx: *.lab.test\nmax_age: 604800\n"}, {}),
    "unnamed": (["good"], {"body": policy("mx-other")}, {}),
    "unnamed-testing": (["good"], {"body": policy("mx-other", mode="testing")}, {}),
    "short": (["good"], {"body": policy("mx-good", max_age=86399)}, {}),
    "day": (["good"], {"body": policy("mx-good", max_age=86400)}, {}),
    "ending": (["good"], {"body": policy(mode="none")}, {}),
    "misspelt": (["good"], {"body": GOOD.replace("max_age", "max-age")}, {}),
    "gone": (["good"], {"serve": "return 404;"}, {}),
    "moved": (["good"], {"serve": "return 301 https://mta-sts.good.lab.test$request_uri;"}, {}),
    "html": (["good"], {"body": "<!DOCTYPE html><title>Welcome</title>\n", "type": "text/html"}, {}),
    "type": (["good"], {"body": GOOD, "type": "application/octet-stream"}, {}),
    "old": (["good"], {"body": GOOD, "certificate": "expired"}, {}),
    "other": (["good"], {"body": GOOD, "certificate": "wrong-name"}, {}),
    "nowhere": (["good"], None, {}),
    "huge": (["good"], None, {}),
    "slow": (["good"], None, {}),
    "closed": (["good"], None, {}),
    "cut": (["good"], None, {}),
    "no-tlsrpt": (["good"], {"body": GOOD}, {"tlsrpt": []}),
    "two-tlsrpt": (["good"], {"body": GOOD}, {"tlsrpt": ["v=TLSRPTv1; rua=mailto:a@lab.test", "v=TLSRPTv1; rua=mailto:b@lab.test"]}),
    "bad-tlsrpt": (["good"], {"body": GOOD}, {"tlsrpt": ["v=TLSRPTv1; rua=a@lab.test"]}),
    "big-tlsrpt": (["good"], {"body": GOOD}, {"tlsrpt": ["v=TLSRPTv1; rua=mailto:a@lab.test", *(f"{n} " + "x" * 240 for n in range(9))]}),
    "no-sts": (["good"], None, {"sts": []}),
    "two-sts": (["good"], {"body": GOOD}, {"sts": ["v=STSv1; id=1", "v=STSv1; id=2"]}),
    "bad-sts": (["good"], {"body": GOOD}, {"sts": ["v=STSv1; id=2026-01-01"]}),
    "bare": (["good"], None, {"tlsrpt": [], "sts": []}),
    "enforced": (["dane"], {"body": policy("mx-dane")}, {}),
    "no-mx": ([], None, {"sts": []}),
    "null-mx": (["."], None, {"sts": []}),
    "no-address": (["nothing"], None, {"sts": []}),
    "private": (["private"], None, {"sts": []}),
    "loop": (["loop"], None, {"sts": []}),
    "plain-enforced": (["plain"], {"body": policy("mx-plain")}, {}),
    **{host: ([host], {"body": policy(f"mx-{host}")}, {}) for host in ("wrong", "expired", "inter", "chain", "soon", "late", "fresh")},
    **{f"{host}-open": ([host], None, {"sts": []}) for host in (
        "wrong", "plain", "dane", "stale", "usage", "issuer", "rollover", "refused", "silent", "garbage", "endless", "lines", "control")},
}
POLICIES = {f"mta-sts.{name}.lab.test": served for name, (_, served, _) in DOMAINS.items() if served}


def records(order):
    digest = order.key_digest
    yield from (f"_25._tcp.mx-dane IN TLSA 3 1 1 {digest('mx-dane.lab.test')}",
                f"_25._tcp.mx-stale IN TLSA 3 1 1 {'ab' * 32}",
                f"_25._tcp.mx-usage IN TLSA 1 1 1 {digest('mx-usage.lab.test')}",
                f"_25._tcp.mx-issuer IN TLSA 2 1 1 {digest('inter')}",
                f"_25._tcp.mx-rollover IN TLSA 3 1 1 {'ab' * 32}",
                f"_25._tcp.mx-rollover IN TLSA 3 1 1 {digest('mx-rollover.lab.test')}",
                "mx-private IN A 192.168.7.7", "mx-loop IN CNAME mx-loop2", "mx-loop2 IN CNAME mx-loop")
    for name, (hosts, _, more) in DOMAINS.items():
        yield from (f"{name} IN MX 10 " + ("." if host == "." else f"mx-{host}") for host in hosts)
        yield from (f'_smtp._tls.{name} IN TXT "{text}"' for text in more.get("tlsrpt", ["v=TLSRPTv1; rua=mailto:tls@lab.test"]))
        yield from (f'_mta-sts.{name} IN TXT "{text}"' for text in more.get("sts", ["v=STSv1; id=20240101"]))


ZONES = {
    "lab.test": ("good", records),
    "expired.test": ("expired", ["@ IN MX 10 mx"]),
    "unsigned.test": ("unsigned", ["@ IN MX 10 mx", "@ IN MX 20 mx-dane.lab.test."]),
}


def serve(name, port, speak, secured=False):
    """A server of the test's own at 192.0.2.n of host @name, v6 where it has one: @speak gets each connection."""
    host = HOSTS[name]
    context = None
    if secured:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(LAB.order.folder / f"{name}.chain", LAB.order.key(name))

    def answer(connection):
        try:
            with connection:
                speak(context.wrap_socket(connection, server_side=True) if context else connection)
        except OSError:
            pass  # the doctor has gone

    def listen(address, family):
        listener = socket.create_server((address, port), family=family)
        while True:
            threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
    addresses = [(f"192.0.2.{host['number']}", socket.AF_INET)]
    addresses += [(f"2001:db8::{host['number']}", socket.AF_INET6)] * host.get("v6", True)
    for pair in addresses:
        threading.Thread(target=listen, args=pair, daemon=True).start()
        lab.listens(pair[0], port)


def silent(connection):
    connection.recv(1)


def garbage(connection):
    for reply in (b"220 hello\r\n", b"250-garbage\r\n250 STARTTLS\r\n", b"220 go on\r\n"):
        connection.sendall(reply)
        connection.recv(1000)
    connection.sendall(b"this is no TLS\r\n" * 100)


def endless(connection):
    while True:
        connection.sendall(b"220" + b"x" * 65536)


def lines(connection):
    connection.sendall(b"220 hello\r\n")
    while True:
        connection.sendall(b"250-and more\r\n" * 1000)


def control(connection):
    connection.sendall("554 \u001b[2J\u0007no | mail \u202e\r\n".encode())


def header(connection, length=""):
    connection.recv(10000)
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n{length}\r\n".encode())


def huge(connection):
    header(connection)
    while True:
        connection.sendall(b"x: y\n" * 10000)


def slow(connection):
    header(connection)
    while True:
        connection.sendall(b"x")
        time.sleep(0.2)  # the peer's pace: what ends it is the doctor's deadline


def closed(connection):
    connection.recv(10000)


def cut(connection):
    header(connection, "Content-Length: 4000\r\n")
    connection.sendall(GOOD.encode())


@functools.cache
def looked(domain, *options):
    """Findings of @domain as (check, level) to texts, and the exit status."""
    done = run("doctor", "--format=json", "--seconds=6", *options, domain)
    equal(done.stderr, "")
    told = json.loads(done.stdout)
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
    ("issuer-open", "mx-tlsa", "ok", "the TLSA records fit", 2),
    ("rollover-open", "mx-tlsa", "ok", "1 of 2 TLSA records fit", 2),
    ("stale-open", "mx-tlsa", "fail", "none of 1 TLSA records fits", 2),
    ("usage-open", "mx-tlsa", "warn", "no TLSA record is one that senders of mail use", 1),
    ("refused-open", "mx-connect", "fail", "Connection refused", 2),
    ("silent-open", "mx-smtp", "fail", "no end within 6 seconds", 2),
    ("garbage-open", "mx-handshake", "warn", "TLS does not come about", 2),
    ("endless-open", "mx-smtp", "fail", "line has no end", 2),
    ("lines-open", "mx-smtp", "fail", "reply has no end", 2),
    ("control-open", "mx-smtp", "fail", r"554 \x1B[2J\x07no | mail \xE2\x80\xAE", 2),
    ("expired.test", "dnssec", "fail", "does not validate", 3),
    ("unsigned.test", "mx-tlsa", "warn", "not for the MX records", 1),
    ("unsigned.test", "mx-certificate", "warn", "no chain to a known authority", 2),
)


def full(domain):
    return domain if domain.endswith(".test") else domain + ".lab.test"


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
    return len(re.findall(r" connect from", (LAB.folder / "postfix" / "log" / "mail.log").read_text()))


@case("/doctor/text/first-line-for-a-monitoring-system-and-no-bar-after-it")
def text():
    done = run("doctor", "--seconds=6", "control-open.lab.test")
    first, *rest = done.stdout.splitlines()
    equal(first, "TLSRPT DOCTOR CRITICAL - 1 domain: 2 fail, 1 warn, 0 unknown, 1 ok | fail=2 warn=1 unknown=0 ok=1")
    equal([line for line in rest if "|" in line or "\x1b" in line], [])
    contains(done.stdout, "  fail    mx-control.lab.test [192.0.2.30]: it does not speak SMTP with us: ")


@functools.cache
def cluster():
    return Cluster()


def installation(conninfo, *options):
    """Findings on this installation, as looked() has them, and the other domains."""
    done = run("doctor", "--format=json", *options, database=conninfo)
    equal(done.stderr, "")
    first, *others = json.loads(done.stdout)["domains"]
    equal(first["domain"], None)
    found = {}
    for look in first["findings"]:
        found.setdefault((look["check"], look["level"]), []).append(f"{look['subject']}: {look['found']}")
    return found, [one["domain"] for one in others]


@case("/doctor/installation/without-a-report")
def empty_installation():
    found, others = installation(cluster().database(), "--set", "accept-domains=good.lab.test, *.lab.test")
    equal(others, ["good.lab.test"])
    equal(sorted(found), [("clock", "ok"), ("database", "ok"), ("last-report", "warn"), ("quarantine", "ok"), ("resolver", "ok"),
                          ("role", "ok"), ("schema", "ok"), ("tls", "ok")])
    contains(found["last-report", "warn"][0], "no report of the last 60 days")


@case("/doctor/installation/last-day-and-quarantine")
def used_installation():
    conninfo = cluster().database()
    now = time.gmtime()
    for days, level in ((3, "ok"), (4, "warn")):
        sql(conninfo, "DELETE FROM tlsrpt.report")
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - days * 86400))
        document = report(f"r{days}", **{"date-range": {"start-datetime": f"{day}T00:00:00Z", "end-datetime": f"{day}T23:59:59Z"}})
        equal(run("deliver", stdin=mail(part(document)), database=conninfo).returncode, 0)
        if time.gmtime().tm_mday == now.tm_mday:
            contains(installation(conninfo)[0]["last-report", level][0], f"speaks of is {day}")
    equal(run("deliver", stdin=mail(), database=conninfo).returncode, 0)
    contains(installation(conninfo)[0]["quarantine", "warn"][0], "no-report: 1 messages in quarantine")


@case("/doctor/installation/roles-that-the-user-has")
def roles():
    conninfo = cluster().database()
    found, _ = installation(cluster().login(conninfo, "plain", "tlsrpt_writer"))
    equal([text.split(", for")[0] for text in found["role", "ok"]], ["plain: has role tlsrpt_writer"])
    equal(len(found["role", "unknown"]), 2)
    equal(sorted(check for check, level in found if level == "unknown"), ["last-report", "quarantine", "role"])


@case("/doctor/installation/schema-that-is-not-there-or-lacks-something")
def schema():
    found, _ = installation(cluster().empty_database())
    equal(found["schema", "fail"], ["tlsrpt: the schema is not there"])
    conninfo = cluster().database()
    sql(conninfo, "DROP VIEW tlsrpt.trust")
    contains(installation(conninfo)[0]["schema", "fail"][0], "trust is missing")


@case("/doctor/installation/database-that-does-not-answer")
def no_database():
    found, _ = installation("host=/nonexistent")
    equal([level for check, level in found if check == "database"], ["fail"], found)


def suggestion(domain, *options):
    done = run("doctor", "--format=json", "--suggest", *options, domain)
    equal(done.stderr, "")
    return json.loads(done.stdout)["domains"][0]["suggestion"]


@case("/doctor/suggest/nothing-where-nothing-lacks")
def nothing_to_suggest():
    equal(suggestion("enforced.lab.test"), "")


@case("/doctor/suggest/all-for-a-domain-without-records")
def suggest_all():
    text = suggestion("bare.lab.test", "--rua=tls@example.org")
    key = LAB.order.key_digest("mx-good.lab.test")
    lines = [line for line in text.splitlines() if not line.startswith(";")]
    first = ["version: STSv1", "mode: testing", "mx: mx-good.lab.test", "max_age: 86400"]
    equal(lines[:5], ['_smtp._tls.bare.lab.test. IN TXT "v=TLSRPTv1; rua=mailto:tls@example.org"', *first])
    assert re.fullmatch(r'_mta-sts\.bare\.lab\.test\. IN TXT "v=STSv1; id=20\d{12}"', lines[5]), lines[5]
    equal(lines[6:], [first[0], "mode: enforce", first[2], "max_age: 604800", f"_25._tcp.mx-good.lab.test. IN TLSA 3 1 1 {key}"])
    contains(suggestion("bare.lab.test"), "rua=mailto:tlsrpt@bare.lab.test")


@case("/doctor/suggest/the-step-to-enforce")
def suggest_enforce():
    text = suggestion("testing.lab.test")
    contains(text, "mode: enforce\nmx: mx-good.lab.test\n")
    assert "mode: testing" not in text and "IN TXT" not in text, text


@case("/doctor/suggest/no-tlsa-in-unsigned-zones")
def suggest_unsigned():
    assert "TLSA" not in suggestion("unsigned.test"), suggestion("unsigned.test")


@case("/doctor/suggest/its-policy-is-valid")
def suggested_policy():
    text = suggestion("bare.lab.test")
    path = LAB.folder / "suggested"
    path.write_text(re.search(r"version: STSv1\nmode: testing\n.*?max_age: \d+\n", text, re.S)[0])
    done = run("doctor", f"--policy={path}")
    equal((done.returncode, "a valid policy, mode testing" in done.stdout), (0, True), done.stdout)


@case("/doctor/policy-file")
def policy_file():
    path = LAB.folder / "policy-to-be"
    path.write_text(GOOD.replace("mode", "mood"))
    done = run("doctor", f"--policy={path}")
    equal(done.returncode, 2)
    contains(done.stdout, "there is no mode")
    done = run("doctor", "--policy=/nonexistent")
    equal(done.returncode, 3)
    contains(done.stdout, "TLSRPT DOCTOR UNKNOWN - ")


for words, message in ((["a b"], "not a domain: a b"), (["--seconds=0", "x.example"], "--seconds is a number from 1 to 300"),
                       (["--seconds=301", "x.example"], "--seconds is a number from 1 to 300"),
                       (["--probes=0", "x.example"], "--probes is a number from 1 to 256"),
                       (["--probes=257", "x.example"], "--probes is a number from 1 to 256"), (["--format=xml", "x.example"], "--format is text or json"),
                       (["--rua=a@b.example", "x.example"], "--rua is a mail address, and goes with --suggest"),
                       (["--suggest", "--rua=a b@c.example", "x.example"], "--rua is a mail address, and goes with --suggest")):
    @case("/doctor/refuses/" + " ".join(words), words, message)
    def refuses(some_words, some_message):
        done = run("doctor", *some_words)
        equal((done.returncode, done.stdout), (3, f"TLSRPT DOCTOR UNKNOWN - doctor: {some_message}\n"))


LAB = lab.Lab(HOSTS, ZONES, POLICIES)
for name, speak in (("silent", silent), ("garbage", garbage), ("endless", endless), ("lines", lines), ("control", control)):
    serve(f"mx-{name}.lab.test", 25, speak)
for name, speak in (("huge", huge), ("slow", slow), ("closed", closed), ("cut", cut)):
    serve(f"mta-sts.{name}.lab.test", 443, speak, secured=True)
if __name__ == "__main__":
    main()
