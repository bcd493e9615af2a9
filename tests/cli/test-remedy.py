#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that the digest tells an operator to paste, pasted: each into a shell whose programs only say
what they were called with. Domain and MX come from strangers, and none of their words becomes a command."""
import functools
import hashlib
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import threading

from harness import ROOT, Cluster, case, contains, equal, main, run, scratch_folder, sql

database = functools.cache(lambda: Cluster().database())
PROGRAMS = ("openssl", "dig", "delv", "curl", "nc", "tlsrpt-ingest")
HOSTILE = (
    "$(touch pwned).example", "`touch pwned`.example", ";touch pwned", "x;touch pwned;", "x|touch pwned",
    "x&touch pwned&", "x&&touch pwned", "x||touch pwned", ">pwned", "x>pwned", "<(touch pwned)", "x\ntouch pwned\n",
    "\ntouch pwned", "'; touch pwned; '", '"; touch pwned; "', "\\\ntouch pwned", "# \ntouch pwned", "${x:=$(touch pwned)}",
    "-oProxyCommand=touch pwned", "--output=pwned", "-opwned", "*", "?", "~root", "{a,b}.example", "a b", "!!", "x\ttouch",
    "x\u2028touch pwned", "b\u00fccher.example", "x" * 254, "", ".", "-", "%s", "\\", "x\x7f",
)


def templates():
    return [name for name, in sql(database(), "SELECT result_type FROM tlsrpt.result_type ORDER BY 1")]


def literal(text):
    return "'" + text.replace("'", "''") + "'" if text is not None else "NULL"


def commands(result_type, *names):
    """The commands for each domain and MX of @names, one a row: a newline in one would be two."""
    values = ", ".join(f"({n}, {literal(domain)}, {literal(mx)})" for n, (domain, mx) in enumerate(names))
    return [row[0] for row in sql(database(), "SELECT unnest(tlsrpt.commands(t.command, domain, mx))"
                                  f" FROM (VALUES {values}) AS name(n, domain, mx), tlsrpt.result_type t"
                                  f" WHERE result_type = '{result_type}' ORDER BY n")]


@functools.cache
def stage():
    """A folder of programs that print their names and words, and of the two that a pipe may end in."""
    folder = scratch_folder()
    (folder / "bin").mkdir()
    (folder / "work").mkdir()
    for program in PROGRAMS:
        path = folder / "bin" / program
        # One write a call: the programs of a pipe run at once.
        path.write_text("#!/bin/bash\nIFS=$'\\t'\nprintf '%s\\n' \"${0##*/}${IFS}$*\" >>\"$CALLS\"\n")
        path.chmod(0o755)
    for program in ("head", "touch"):
        (folder / "bin" / program).symlink_to(shutil.which(program))
    return folder


def paste(lines):
    """Runs @lines as typed; returns the calls, each a list of words."""
    folder = stage()
    calls = folder / "calls"
    calls.write_text("")
    text = "\n".join(lines) + "\n"
    syntax = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    equal((syntax.returncode, syntax.stderr), (0, ""), text)
    done = subprocess.run([shutil.which("bash"), "--norc"], input=text, capture_output=True, text=True, check=False,
                          cwd=folder / "work", timeout=60, env={"PATH": str(folder / "bin"), "CALLS": str(calls)})
    equal((done.returncode, done.stderr), (0, ""), text)
    equal(list((folder / "work").iterdir()), [], text)
    return [line.split("\t") for line in calls.read_text().splitlines()]


@case("/remedy/commands-of-every-type-are-filled-in-and-run")
def filled():
    for result_type in templates():
        lines = commands(result_type, ("example.org", "mx1.example.net"))
        calls = paste(lines)
        assert len(calls) >= len(lines) > 0, result_type
        for call in calls:
            assert not [word for word in call if re.search(r"[{}]|MX-HOST|DOMAIN", word)], call
        own = [word for call in calls for word in call if "example.org" in word or "mx1.example.net" in word]
        assert own, result_type


@case("/remedy/a-report-without-mx-is-asked-for-the-mx-first")
def without_mx():
    for result_type in templates():
        lines = commands(result_type, ("example.org", None))
        if any("MX-HOST" in line for line in lines):
            equal(lines[0], "dig +short MX example.org   # names each MX-HOST below")
        paste(lines)


@case("/remedy/no-word-of-a-stranger-is-a-command")
def hostile():
    for result_type in templates():
        names = [pair for word in HOSTILE for pair in ((word, "mx1.example.net"), ("example.org", word))]
        placeholders = [("DOMAIN", "mx1.example.net"), ("example.org", "MX-HOST")] * len(HOSTILE)
        equal(sorted(commands(result_type, *names)), sorted(commands(result_type, *placeholders)), result_type)
        paste(commands(result_type, *placeholders[:2]))


@case("/remedy/causes-and-changes-take-no-word-of-a-stranger-either")
def prose():
    values = ", ".join(f"({literal(word)})" for word in HOSTILE)
    equal(sql(database(), f"SELECT DISTINCT tlsrpt.fill('{{domain}} {{mx}}', word, word) FROM (VALUES {values}) t(word)"),
          [["DOMAIN MX-HOST"]])


@case("/remedy/our-own-commands-exist")
def own_commands():
    for name, in sql(database(), "SELECT DISTINCT unnest(regexp_matches(command::text, 'tlsrpt-ingest [^\",#]*', 'g'))"
                                 " FROM tlsrpt.result_type"):
        words = name.split()[1:]
        asked = run(words[0], "--help")
        equal(asked.returncode, 0, name)
        for option in (word for word in words if word.startswith("--")):
            assert option in asked.stdout, name


class MailHost(threading.Thread):
    """Speaks SMTP as far as STARTTLS, on a port of its own, with a certificate for another name."""

    def __init__(self):
        super().__init__(daemon=True)
        self.folder = scratch_folder()
        self.key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj", "/CN=old.example",
                        "-addext", "subjectAltName=DNS:old.example", "-keyout", self.key, "-out", certificate],
                       check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, self.key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(60)
        answers = {b"EHLO": b"250-old.example\r\n250 STARTTLS\r\n", b"QUIT": b"221 bye\r\n", b"STAR": b"220 go on\r\n"}
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 old.example\r\n")
            for line in lines:
                connection.sendall(answers.get(line[:4].upper(), b"500 what\r\n"))
                if line[:4].upper() == b"STAR":
                    break
            else:
                return
            try:
                with self.context.wrap_socket(connection, server_side=True) as secured:
                    while secured.recv(4096):
                        pass
            except OSError:
                pass  # a client that does not trust us ends the handshake


@functools.cache
def mail_host():
    host = MailHost()
    host.start()
    return host


def looked(result_type, number=0):
    """What a real shell with the real programs shows of the mail host; returns status and words."""
    command = commands(result_type, ("example.org", "localhost"))[number]
    contains(command, "localhost:25")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command.replace("localhost:25", f"127.0.0.1:{mail_host().port}")],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@case("/remedy/what-the-commands-show/dates-of-the-certificate")
def dates():
    status, words = looked("certificate-expired")
    equal(status, 0, words)
    for line in ("notBefore=", "notAfter=", "subject=CN = old.example", "issuer=CN = old.example"):
        contains(words, line)


@case("/remedy/what-the-commands-show/names-of-the-certificate")
def names():
    status, words = looked("certificate-host-mismatch")
    equal(status, 0, words)
    contains(words, "DNS:old.example")


@case("/remedy/what-the-commands-show/that-it-is-not-trusted")
def not_trusted():
    status, words = looked("certificate-not-trusted")
    assert status != 0
    contains(words, "self-signed certificate")


@case("/remedy/what-the-commands-show/starttls")
def starttls():
    status, words = looked("starttls-not-supported")
    equal(status, 0, words)
    contains(words, "CONNECTION ESTABLISHED")


@case("/remedy/what-the-commands-show/digest-for-the-tlsa-record")
def digest_of_key():
    status, words = looked("tlsa-invalid", 1)
    equal(status, 0, words)
    public = subprocess.run(["openssl", "rsa", "-in", mail_host().key, "-pubout", "-outform", "DER"], check=True,
                            capture_output=True).stdout
    contains(words, hashlib.sha256(public).hexdigest())


def result_types_of_the_decoder():
    source = (pathlib.Path(ROOT) / "src/core/report/failure.c").read_text()
    table = re.search(r"result_types\[\] = \{(.*?)NULL", source, re.S)[1]
    return sorted(re.findall(r'"([a-z-]+)"', table))


@case("/remedy/decoder-and-database-know-the-same-result-types")
def twins():
    found = result_types_of_the_decoder()
    equal(len(found), 11)
    equal([name for name, in sql(database(), "SELECT result_type FROM tlsrpt.result_type WHERE is_registered ORDER BY 1")],
          found)


if __name__ == "__main__":
    main()
