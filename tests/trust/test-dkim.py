#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails that dkimpy and OpenDKIM sign, judged: signer, kind and size of key, its service, canonical form;
and each altered one byte at a time, with dkimpy's own verifier beside."""
import base64
import functools
import itertools
import re
import shutil
import subprocess

from harness import BUILD, PATIENCE, Cluster, Skip, case, equal, mail, main, part, report, run, scratch_folder, sql
from signing import dkim

MAIL = mail(part(report()), header=["X-Two:  a \t b"]).replace(b"\n", b"\r\n")
COVERED = [b"from", b"subject", b"date", b"tls-report-domain", b"from"]
WEAK = "the key has less than 2048 bits (RFC 8301)"
OTHER = "the key is for another service than email or tlsrpt"
SMALL = "the key has less than 1024 bits (RFC 8301)"


def why_not():
    if dkim is None:
        return "no python3-dkim here"
    return None if shutil.which("openssl") else "no openssl here"


def openssl(*words, **more):
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, check=True, timeout=PATIENCE, **more).stdout


@functools.cache
def key(kind):
    """The private key as dkimpy wants it, a file of it as OpenDKIM does, and the p of the record."""
    path = scratch_folder("tlsrpt-dkim-") / "private"
    if kind == "ed25519":
        path.write_bytes(openssl("genpkey", "-algorithm", "ed25519"))
        seed = openssl("pkey", "-in", path, "-outform", "DER")[-32:]
        return base64.b64encode(seed), path, base64.b64encode(openssl("pkey", "-in", path, "-pubout", "-outform", "DER")[-32:])
    path.write_bytes(openssl("genrsa", "-traditional", kind))
    return path.read_bytes(), path, base64.b64encode(openssl("rsa", "-in", path, "-pubout", "-outform", "DER"))


def by_dkimpy(kind, header, body, algorithm=None, message=MAIL, length=False):
    algorithm = algorithm or ("ed25519-sha256" if kind == "ed25519" else "rsa-sha256")
    signature = dkim.sign(message, b"s", b"sender.example", key(kind)[0], include_headers=COVERED,
                          canonicalize=(header.encode(), body.encode()), signature_algorithm=algorithm.encode(),
                          length=length)
    return signature + message


def by_opendkim(kind):
    """OpenDKIM's own tool, which signs by its library's oldest algorithm."""
    folder = scratch_folder("tlsrpt-dkim-")
    done = subprocess.run(["opendkim-testmsg", "-C", "-d", "sender.example", "-s", "s", "-k", key(kind)[1], "-t", folder],
                          input=MAIL, capture_output=True, check=True, timeout=PATIENCE)
    return done.stdout


def opendkim(message, *lines):
    """The field that OpenDKIM puts on @message, judged by itself."""
    folder = scratch_folder("tlsrpt-dkim-")
    (folder / "message").write_bytes(message)
    (folder / "conf").write_text("\n".join([*lines, "RequireSafeKeys no", ""]))
    done = subprocess.run(["opendkim", "-x", folder / "conf", "-t", folder / "message", "-vv"], capture_output=True,
                          timeout=PATIENCE, check=True)
    name, value = re.search(rb"### INSHEADER: idx=\d+ hname='([^']*)' hvalue='([^']*)'", done.stdout + done.stderr).groups()
    return name + b": " + value.replace(b"\n", b"\r\n") + b"\r\n"


def by_opendkim_filter(kind, header, body, message=MAIL):
    return opendkim(message, "Mode s", "Domain sender.example", "Selector s", f"KeyFile {key(kind)[1]}",
                    f"SignatureAlgorithm {'ed25519' if kind == 'ed25519' else 'rsa'}-sha256",
                    f"Canonicalization {header}/{body}", "InternalHosts 0.0.0.0/0") + message


def record(kind, service=None, more=""):
    return (f"v=DKIM1; k={'ed25519' if kind == 'ed25519' else 'rsa'}; " + (f"s={service}; " if service else "")
            + more + "p=" + key(kind)[2].decode())


def verdicts(messages, *records):
    """What the program says of each of @messages, a list of lines a message."""
    zone = scratch_folder("tlsrpt-dkim-") / "zone"
    zone.write_text("".join(f"s._domainkey.sender.example {one_record}\n" for one_record in records))
    done = subprocess.run([BUILD / "tests" / "trust" / "dkim-verdict", zone], check=True, timeout=10 * PATIENCE,
                          input=b"".join(b"%d\n%s" % (len(message), message) for message in messages),
                          capture_output=True)
    found, lines = [], []
    for line in done.stdout.decode().splitlines():
        if line:
            lines.append(line)
        else:
            found.append(lines)
            lines = []
    return found


def judged(message, one_record, result, why="-"):
    expected = [f"{result} sender.example: {why}"]
    found = verdicts([message, message.replace(b"\r\n", b"\n")], one_record)
    equal(found, [expected, expected], "by CRLF, by LF")


FORMS = list(itertools.product(("simple", "relaxed"), repeat=2))

# Kind or size of key, what its record says of services, verdict and why.
KEYS = [
    ("512", None, "fail", SMALL),
    ("1023", None, "fail", SMALL),
    ("1024", None, "pass", WEAK),
    ("2047", None, "pass", WEAK),
    ("2048", None, "pass", "-"),
    ("2048", "*", "pass", "-"),
    ("2048", "email", "pass", "-"),
    ("2048", "tlsrpt", "pass", "-"),
    ("2048", "other:tlsrpt", "pass", "-"),
    ("2048", "other", "fail", OTHER),
    ("4096", None, "pass", "-"),
    ("ed25519", None, "pass", "-"),
    ("ed25519", "tlsrpt", "pass", "-"),
    ("ed25519", "other", "fail", OTHER),
]


def matrix(kind, service, header, body, result, why):
    judged(by_dkimpy(kind, header, body), record(kind, service), result, why)


for (kind, service, result, why), (header, body) in itertools.product(KEYS, FORMS):
    case(f"/dkim/matrix/{kind}/{service or 'no-service'}/{header}-{body}", kind, service, header, body, result, why)(matrix)



def is_of_opendkim(kind, header):
    """What OpenDKIM signs and stands by: it refuses its own signatures by Ed25519 over a header in simple form."""
    return kind in ("1024", "2048") or (kind == "ed25519" and header == "relaxed")


def matrix_of_opendkim(kind, service, header, body, result, why):
    if not shutil.which("opendkim"):
        raise Skip("no opendkim here")
    judged(by_opendkim_filter(kind, header, body), record(kind, service), result, why)


for (kind, service, result, why), (header, body) in itertools.product(KEYS, FORMS):
    if is_of_opendkim(kind, header):
        case(f"/dkim/matrix-of-OpenDKIM/{kind}/{service or 'no-service'}/{header}-{body}",
             kind, service, header, body, result, why)(matrix_of_opendkim)

# What OpenDKIM writes into Authentication-Results of the same mails: key, service, and the verdict that is taken from it.
# It does not know the service of RFC 8460, and refuses honest reporters who use it; it takes 1023 bits for 1024.
SOURCES = [
    ("512", None, "fail"),
    ("1023", None, "pass"),
    ("1024", None, "pass"),
    ("2048", None, "pass"),
    ("2048", "*", "pass"),
    ("2048", "email", "pass"),
    ("2048", "tlsrpt", "fail"),
    ("2048", "other", "fail"),
    ("ed25519", None, "pass"),
    ("ed25519", "tlsrpt", "fail"),
]


def with_verdict(number, signer, kind, service, header, body):
    """A mail as the own host hands it on, OpenDKIM's verdict on top."""
    message = signer(kind, header, body, message=mail(part(report(f"r{number}", failed=number + 1))).replace(b"\n", b"\r\n"))
    keys = scratch_folder("tlsrpt-dkim-") / "keys"
    keys.write_text(f"s._domainkey.sender.example {record(kind, service)}\n")
    field = opendkim(message, "Mode v", "AuthservID mx.example.org", "AlwaysAddARHeader yes", f"TestPublicKeys {keys}",
                     "InternalHosts 192.0.2.1")
    return field + b"Received: from a.example by mx.example.org; Thu, 02 May 2024 03:04:05 +0000\r\n" + message


@case("/dkim/matrix/by-Authentication-Results-of-OpenDKIM")
def by_source():
    if not shutil.which("opendkim"):
        raise Skip("no opendkim here")
    table = [(signer, *row, *form) for signer in (by_dkimpy, by_opendkim_filter) for row in SOURCES for form in FORMS
             if signer is by_dkimpy or is_of_opendkim(row[0], form[0])]
    folder = scratch_folder("tlsrpt-dkim-")
    for number, (signer, kind, service, _, header, body) in enumerate(table):
        (folder / f"{number}.eml").write_bytes(with_verdict(number, signer, kind, service, header, body))
    database = Cluster().database()
    done = run("replay", "--set=authserv-id=mx.example.org", "--set=require-dkim=no", folder, database=database)
    equal(done.returncode, 0, done.stderr)
    found = dict(sql(database, "SELECT report_id, dkim_result || ' ' || coalesce(dkim_domain, '-') || ' ' || dkim_source"
                               " FROM tlsrpt.report"))
    for number, (signer, kind, service, result, header, body) in enumerate(table):
        equal(found[f"r{number}"], f"{result} sender.example auth-results", (signer.__name__, kind, service, header, body))


@case("/dkim/signer/rsa-sha1-is-refused")
def sha1():
    judged(by_dkimpy("2048", "relaxed", "relaxed", algorithm="rsa-sha1"), record("2048"), "fail",
           "the signature uses rsa-sha1, which is no longer valid (RFC 8301)")


@case("/dkim/signer/rsa-sha1-of-OpenDKIM-is-refused")
def sha1_of_opendkim():
    if not shutil.which("opendkim-testmsg"):
        raise Skip("no opendkim-tools here")
    judged(by_opendkim("2048"), record("2048"), "fail",
           "the signature uses rsa-sha1, which is no longer valid (RFC 8301)")


@case("/dkim/signer/length-counts-for-nothing")
def partial():
    judged(by_dkimpy("2048", "relaxed", "relaxed", length=True), record("2048"), "none",
           "the signature has an l, which RFC 8460 forbids")


@case("/dkim/signer/key-of-another-kind")
def another_kind():
    judged(by_dkimpy("2048", "relaxed", "relaxed"), record("ed25519"), "fail",
           "the key is of another kind than the signature says")


@case("/dkim/signer/two-signatures-one-key-gone")
def two():
    message = by_dkimpy("ed25519", "relaxed", "simple", message=by_dkimpy("2048", "simple", "simple"))
    equal(verdicts([message], record("2048")), [[
        "fail sender.example: the key is of another kind than the signature says", "pass sender.example: -"]])


@case("/dkim/key/several-records-one-fits")
def several():
    found = verdicts([by_dkimpy("2048", "relaxed", "relaxed")], "v=spf1 -all", record("1024"), record("2048"))
    equal(found, [["pass sender.example: -"]])


@case("/dkim/key/cannot-be-looked-up")
def unknown():
    judged(by_dkimpy("2048", "relaxed", "relaxed"), "?", "temperror", "the key cannot be looked up now")


@case("/dkim/key/as-RSAPublicKey-alone")
def bare_key():
    _, path, _ = key("2048")
    public = base64.b64encode(openssl("rsa", "-in", path, "-RSAPublicKey_out", "-outform", "DER")).decode()
    judged(by_dkimpy("2048", "relaxed", "relaxed"), "v=DKIM1; p=" + public, "pass")


def dkimpy_says(message, one_record):
    try:
        return dkim.verify(message, dnsfunc=lambda name, timeout=5: one_record.encode())
    except Exception:
        return False


def alterations(message):
    """@message with each byte changed, changed to a blank, taken out, and doubled."""
    for i, byte in enumerate(message):
        for new in (bytes([byte ^ 1]), b" ", b"", bytes([byte, byte])):
            if new != bytes([byte]):
                yield message[:i] + new + message[i + 1:]


def altered(kind, header, body):
    """Where the program passes dkimpy does. Where it alone refuses, it is for the form of the header."""
    message = by_dkimpy(kind, header, body, message=SMALL_MAIL)
    changed = list(alterations(message))
    passed = 0
    for one, lines in zip(changed, verdicts(changed, record(kind)), strict=True):
        passes = lines != [] and lines[0].startswith("pass ")
        passed += passes
        if b"\f" in one and not passes:
            continue  # to dkimpy a form feed is white space
        if passes and one.count(b"=") < message.count(b"="):
            continue  # base64 without its padding is the same number
        if passes != dkimpy_says(one, record(kind)):
            assert not passes and lines and is_strict(lines[0]), (one, lines)
    assert 0 < passed < len(changed), passed


SMALL_MAIL = (b"From: <a@sender.example>\r\nX: no\r\nSubject: a  b\r\n\tc\r\nDate: d\r\n"
              b"TLS-Report-Domain: e\r\n\r\nf  g \r\n\r\nh\r\n\r\n\r\n")


def is_strict(line):
    return any(text in line for text in ("the header has", "the header says", "breaks its grammar", "not base64"))


for kind, (header, body) in itertools.product(("1024", "ed25519"), FORMS):
    case(f"/dkim/altered/{kind}/{header}-{body}", kind, header, body)(altered)


if __name__ == "__main__":
    main(why_not())
