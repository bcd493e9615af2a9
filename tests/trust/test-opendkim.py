#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports signed for real, verified by a real OpenDKIM under a real Postfix, with keys of the test's own:
what the milter writes is what the program believes, and what a stranger writes is not."""
import atexit
import base64
import functools
import hashlib
import re
import shutil
import socket
import struct
import subprocess
import threading
import time

import postfix
from harness import (PATIENCE, case, clean_environment, contains, equal, mail, main, one, part, report,
                     scratch_folder, sql)

site = functools.cache(postfix.Site)

ID = "mx.example.org"
REPORT = mail(part(report()))

# What the test needs beside the sample of contrib/opendkim.
CONFIG = """
Background no
TestPublicKeys {folder}/keys
InternalHosts 192.0.2.1
"""


def why_not():
    missing = [name for name in ("opendkim", "opendkim-genkey", "openssl")
               if not shutil.which(name)]
    return postfix.why_not() or (f"no {missing[0]} here" if missing else None)


@functools.cache
def keys():
    """A folder with a key for each of two domains, and both public ones as the milter wants them."""
    folder = scratch_folder("tlsrpt-keys-")
    lines = []
    for domain in ("sender.example", "evil.example"):
        subprocess.run(["opendkim-genkey", "-b", "2048", "-d", domain, "-s", "mail", "-D", folder], check=True)
        (folder / "mail.private").rename(folder / domain)
        record = "".join(re.findall(r'"([^"]*)"', (folder / "mail.txt").read_text()))
        lines.append(f"mail._domainkey.{domain} {record}\n")
    (folder / "keys").write_text("".join(lines))
    return folder


def opendkim(without="", more=""):
    """Starts a milter as the sample has it, but for the line that begins with @without, and with @more;
    returns the path of its socket, where Postfix may use it."""
    folder = scratch_folder("tlsrpt-dkim-")
    shutil.copy(keys() / "keys", folder / "keys")
    shutil.chown(folder, "postfix")
    conf = postfix.sample("opendkim/opendkim.conf",
                          **{"/run/opendkim": folder, "opendkim:postfix": "postfix", "Syslog yes": "Syslog no"})
    if without:
        contains(conf, without)
        conf = re.sub(f"^{without}.*\n", "", conf, flags=re.M)
    (folder / "conf").write_text(f"{conf}{CONFIG.format(folder=folder)}{more}\n")
    milter = subprocess.Popen(["opendkim", "-f", "-x", folder / "conf"], stdin=subprocess.DEVNULL,
                              stderr=(folder / "log").open("w"), env=clean_environment(), cwd="/")
    atexit.register(stop, milter)
    deadline = time.monotonic() + PATIENCE
    while not (folder / "opendkim.sock").exists():
        assert milter.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)
    return folder / "opendkim.sock"


def stop(process):
    process.terminate()
    process.wait(PATIENCE)


def inserting_milter(index, name, value):
    """A milter that inserts one field at @index, as rspamd does with 1; returns the path of its socket."""
    folder = scratch_folder("tlsrpt-milter-")
    shutil.chown(folder, "postfix")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "socket"))
    shutil.chown(folder / "socket", "postfix")
    listener.listen()

    def send(stream, command, data=b""):
        stream.write(struct.pack(">I", 1 + len(data)) + command + data)
        stream.flush()

    def serve(stream):
        while header := stream.read(5):
            length, command = struct.unpack(">Ic", header)
            stream.read(length - 1)
            if command == b"O":
                send(stream, b"O", struct.pack(">III", 6, 1, 0))
            elif command == b"E":
                send(stream, b"i", struct.pack(">I", index) + f"{name}\0{value}\0".encode())
                send(stream, b"c")
            elif command not in b"DAQ":
                send(stream, b"c")

    def accept():
        while True:
            serve(listener.accept()[0].makefile("rwb"))

    threading.Thread(target=accept, daemon=True).start()
    return folder / "socket"


@functools.cache
def mta(without="", more="", milter=None):
    """The sample's Postfix with OpenDKIM before it, settings as for opendkim(); or with @milter, a socket."""
    etc = "$config_directory"
    main_cf = postfix.sample("postfix/main.cf",
                             **{"hash:/etc/postfix/tlsrpt-transport": f"texthash:{etc}/transport"})
    master_cf = postfix.sample("postfix/master.cf",
                               **{"user=tlsrpt": f"user={postfix.USER}",
                                  "/usr/bin/tlsrpt-ingest": site().program,
                                  "/etc/tlsrpt-ingest.conf": site().config,
                                  "/etc/postfix/tlsrpt-status-filter": f"{etc}/status-filter"})
    main_cf += "\n" + postfix.sample("opendkim/main.cf",
                                     **{"/run/opendkim/opendkim.sock": milter or opendkim(without, more)})
    return postfix.Postfix(site(), main=main_cf, master=master_cf,
                           files={"transport": postfix.sample("postfix/transport") + "sink.test sink:\n",
                                  "status-filter": postfix.sample("postfix/status-filter")})


def crlf(message):
    return message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def signed(message, domain="sender.example", length=None):
    """@message with a signature (RFC 6376, simple/simple) over the first @length bytes of its body."""
    message = crlf(message)
    header, body = message.split(b"\r\n\r\n", 1)
    lines = {line.split(b":")[0]: line for line in header.split(b"\r\n")}
    names = [b"From", b"Subject", b"TLS-Report-Domain", b"TLS-Report-Submitter"]
    digest = base64.b64encode(hashlib.sha256(body[:length]).digest()).decode()
    field = (f"DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d={domain}; s=mail;\r\n"
             f"\th={':'.join(name.decode() for name in names)};\r\n"
             + (f"\tl={length};\r\n" if length is not None else "") + f"\tbh={digest};\r\n\tb=").encode()
    data = b"".join(lines[name] + b"\r\n" for name in names) + field
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", keys() / domain], input=data,
                               capture_output=True, timeout=PATIENCE, check=True).stdout
    text = base64.b64encode(signature)
    return field + b"\r\n\t ".join(text[i:i + 70] for i in range(0, len(text), 70)) + b"\r\n" + message


def deliver(message, server=None, settings=()):
    """Through SMTP, milter and pipe; what is in the database then, and the log line."""
    server = server or mta()
    site().fresh("authserv-id=" + ID, *settings)
    server.send(message)
    status, dsn, text = server.outcomes(1)[0]
    equal((status, dsn), ("sent", "2.0.0"), text)
    return site().database, text


def stored(message, **more):
    database, text = deliver(message, **more)
    contains(text, "tlsrpt-ingest: stored: ")
    return sql(database, "SELECT dkim_result, dkim_domain, dkim_aligned FROM tlsrpt.report")


def refused(message, **more):
    """The refusal, and the header as the program got it."""
    database, text = deliver(message, **more)
    contains(text, "tlsrpt-ingest: quarantined: ")
    equal(sql(database, "SELECT reason, stage FROM tlsrpt.quarantine"), [["unauthentic", "trust"]])
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "0")
    raw = bytes.fromhex(one(database, "SELECT encode(raw, 'hex') FROM tlsrpt.quarantine"))
    return one(database, "SELECT detail FROM tlsrpt.quarantine"), raw.split(b"\n\n")[0].decode()


def forged(domain="sender.example"):
    return f"Authentication-Results: {ID}; dkim=pass header.d={domain} header.s=mail\r\n".encode()


@case("/trust/opendkim/signed-report-passes")
def passes():
    equal(stored(signed(REPORT)), [["pass", "sender.example", "t"]])


@case("/trust/opendkim/signed-report-passes-with-the-milters-defaults")
def passes_by_default():
    equal(stored(signed(REPORT), server=mta(without="AlwaysAddARHeader")), [["pass", "sender.example", "t"]])


@case("/trust/opendkim/the-milter-writes-above-the-received-field-of-postfix")
def place():
    _, header = refused(REPORT)
    names = re.findall(r"^([A-Za-z-]+):", header, re.M)
    assert names.index("Authentication-Results") < names.index("Received") < names.index("From"), names


@functools.cache
def inserting(index, word):
    return mta(milter=inserting_milter(index, "Authentication-Results", f"{ID}; dkim={word} header.d=sender.example"))


@case("/trust/milter/that-inserts-at-0-writes-above-and-is-believed")
def inserted_above():
    equal(stored(signed(REPORT), server=inserting(0, "pass")), [["pass", "sender.example", "t"]])


@case("/trust/milter/that-inserts-at-1-as-rspamd-writes-below-and-is-believed-if-set")
def inserted_below():
    refused(signed(REPORT), server=inserting(1, "pass"))
    equal(stored(signed(REPORT), server=inserting(1, "pass"), settings=["authserv-below=yes"]),
          [["pass", "sender.example", "t"]])


@case("/trust/milter/forged-header-does-not-pass-below-its-own")
def forged_below():
    detail, header = refused(forged() + signed(REPORT), server=inserting(1, "fail"), settings=["authserv-below=yes"])
    contains(detail, "dkim=fail")
    contains(header, "dkim=pass header.d=sender.example header.s=mail")


@case("/trust/opendkim/tampered-report-does-not-pass")
def tampered():
    message = signed(REPORT)
    other = crlf(mail(part(report(failed=99))))
    message = message.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n" + other.split(b"\r\n\r\n", 1)[1]
    detail, _ = refused(message)
    contains(detail, "dkim=fail of 'sender.example'")


@case("/trust/opendkim/unsigned-report-does-not-pass")
def unsigned():
    detail, _ = refused(REPORT)
    contains(detail, "dkim=none")


@case("/trust/opendkim/forged-header-does-not-pass")
def forged_header():
    detail, header = refused(forged() + crlf(REPORT))
    contains(detail, "dkim=none")
    assert "dkim=pass" not in header, header


@case("/trust/opendkim/forged-header-over-a-broken-signature-does-not-pass")
def forged_over_broken():
    """OpenDKIM gives up on such a field: it writes nothing, and leaves in what is forged."""
    detail, header = refused(forged() + b"DKIM-Signature: d=sender.example; s=mail; b=x\r\n" + crlf(REPORT))
    contains(detail, "dkim=none")
    contains(header, "dkim=pass header.d=sender.example header.s=mail")


@case("/trust/opendkim/forged-header-does-not-pass-where-the-milter-leaves-it-in")
def forged_header_kept():
    kept = mta(without="RemoveARFrom", more="KeepAuthResults yes")
    _, header = refused(forged() + crlf(REPORT), server=kept)
    contains(header, "dkim=pass header.d=sender.example header.s=mail")


@case("/trust/opendkim/forged-header-over-somebody-elses-signature-does-not-pass")
def forged_over_other():
    message = signed(REPORT, "evil.example")
    detail, _ = refused(forged() + message)
    contains(detail, "is of 'evil.example', which is neither")


@case("/trust/opendkim/forged-header-under-a-forged-hop-does-not-pass")
def forged_hop():
    hop = f"Received: from a.example by {ID} (Postfix); Thu, 02 May 2024 03:04:05 +0000\r\n".encode()
    refused(hop + forged() + crlf(REPORT))


@case("/trust/opendkim/signature-over-part-of-the-body-does-not-pass")
def partial():
    body = crlf(REPORT).split(b"\r\n\r\n", 1)[1]
    detail, header = refused(signed(REPORT, length=len(body) - 20))
    contains(header, "dkim=pass")
    contains(detail, "dkim=none")


if __name__ == "__main__":
    main(why_not())
