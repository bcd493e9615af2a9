#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails that dkimpy and OpenDKIM sign, judged: signer, kind and size of key, its service, canonical form;
and each altered one byte at a time, with dkimpy's own verifier beside."""
import base64
import functools
import itertools
import os
import shutil
import subprocess
import sys

try:
    import dkim
except ImportError:  # it is Debian's, whichever Python is in front
    dkim = None
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and not os.environ.get("AGAIN"):
        os.environ["AGAIN"] = "1"
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

from harness import BUILD, PATIENCE, Skip, case, equal, mail, main, part, report, scratch_folder

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
    ("1016", None, "fail", SMALL),
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

@case("/dkim/signer/rsa-sha1-is-refused")
def sha1():
    judged(by_dkimpy("2048", "relaxed", "relaxed", algorithm="rsa-sha1"), record("2048"), "fail",
           "the signature is by rsa-sha1, which is not valid any more (RFC 8301)")


@case("/dkim/signer/rsa-sha1-of-OpenDKIM-is-refused")
def sha1_of_opendkim():
    if not shutil.which("opendkim-testmsg"):
        raise Skip("no opendkim-tools here")
    judged(by_opendkim("2048"), record("2048"), "fail",
           "the signature is by rsa-sha1, which is not valid any more (RFC 8301)")


@case("/dkim/signer/length-counts-for-nothing")
def partial():
    judged(by_dkimpy("2048", "relaxed", "relaxed", length=True), record("2048"), "none",
           "the signature has an l, which RFC 8460 forbids")


@case("/dkim/signer/key-of-another-kind")
def another_kind():
    judged(by_dkimpy("2048", "relaxed", "relaxed"), record("ed25519"), "fail",
           "the key is not of the kind that the signature names")


@case("/dkim/signer/two-signatures-one-key-gone")
def two():
    message = by_dkimpy("ed25519", "relaxed", "simple", message=by_dkimpy("2048", "simple", "simple"))
    equal(verdicts([message], record("2048")), [[
        "fail sender.example: the key is not of the kind that the signature names", "pass sender.example: -"]])


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
