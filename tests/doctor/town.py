# SPDX-License-Identifier: GPL-3.0-or-later
"""The domains of the lab, each with one thing that is odd, and the servers that the test speaks for itself."""
import socket
import ssl
import threading
import time

import lab

LAB = None  # as build() has made it


def policy(*mx, mode="enforce", max_age=604800):
    return f"version: STSv1\nmode: {mode}\n" + "".join(f"mx: {host}.lab.test\n" for host in mx) + f"max_age: {max_age}\n"


HOSTS = {f"mx-{name}.lab.test": {"number": number, "certificate": certificate, **more} for number, (name, certificate, more) in enumerate((
    ("good", "good", {}), ("wrong", "wrong-name", {}), ("expired", "expired", {}), ("inter", "expired-intermediate", {}),
    ("chain", "no-intermediate", {}), ("plain", None, {}), ("dane", "self-signed", {}), ("stale", "good", {}), ("usage", "good", {}),
    ("issuer", "good", {}), ("rollover", "good", {}), ("soon", "ends-in-20", {}), ("late", "ends-in-6", {}), ("fresh", "ends-in-22", {}),
    ("refused", None, {"mail": False}), ("silent", None, {"mail": False}), ("garbage", "good", {"mail": False}),
    ("endless", None, {"mail": False}), ("lines", None, {"mail": False}), ("control", None, {"mail": False}), ("astray", "wrong-name", {}), ("mixed", "good", {}), ("massive", "massive", {"mail": False}), ("painted", "control", {})), 11)}
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
        "wrong", "plain", "dane", "stale", "usage", "issuer", "rollover", "refused", "silent", "garbage", "endless", "lines", "control",
        "astray", "mixed", "massive", "painted")},
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
                f"_25._tcp.mx-astray IN TLSA 2 1 1 {digest('inter')}",
                f"_25._tcp.mx-mixed IN TLSA 0 1 1 {digest('inter')}",
                f"_25._tcp.mx-mixed IN TLSA 3 1 1 {digest('mx-mixed.lab.test')}",
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


def serve(built, name, port, speak, secured=False):
    """A server of the test's own at 192.0.2.n of host @name, v6 where it has one: @speak gets each connection."""
    host = HOSTS[name]
    context = None
    if secured:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(built.order.folder / f"{name}.chain", built.order.key(name))

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


def massive(connection):
    for reply in (b"220 hello\r\n", b"250-massive\r\n250 STARTTLS\r\n"):
        connection.sendall(reply)
        connection.recv(1000)
    connection.sendall(b"220 go on\r\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(LAB.order.folder / "mx-massive.lab.test.chain", LAB.order.key("mx-massive.lab.test"))
    context.wrap_socket(connection, server_side=True).recv(1000)


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


# Domains with a host that never comes to an end: what is said of it is that the time is over. The others get more time than a slow machine needs.
ENDLESS = {"slow.lab.test", "silent-open.lab.test"}


def seconds(*domains):
    return "--seconds=6" if ENDLESS & {*domains} else "--seconds=60"


def full(domain):
    return domain if domain.endswith(".test") else domain + ".lab.test"


def build():
    """The lab with all of it."""
    built = lab.Lab(HOSTS, ZONES, POLICIES)
    for name, speak in (("silent", silent), ("garbage", garbage), ("endless", endless), ("lines", lines), ("control", control), ("massive", massive)):
        serve(built, f"mx-{name}.lab.test", 25, speak)
    for name, speak in (("huge", huge), ("slow", slow), ("closed", closed), ("cut", cut)):
        serve(built, f"mta-sts.{name}.lab.test", 443, speak, secured=True)
    return built
