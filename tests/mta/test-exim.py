#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample of contrib/exim in a real Exim: what becomes of a mail, whatever happens."""
import atexit
import functools
import pathlib
import re
import shutil
import smtplib
import subprocess
import time

import layered
import postfix
from harness import PATIENCE, case, contains, equal, mail, main, one, part, report, scratch_folder

site = functools.cache(postfix.Site)
REPORT = mail(part(report()))

CONFIG = """
primary_hostname = mx.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
log_file_path = {folder}/%slog
acl_smtp_rcpt = check_rcpt
acl_smtp_data = check_data
dns_again_means_nonexist = *
host_lookup =
rfc1413_query_timeout = 0s
ignore_bounce_errors_after = 0s

begin acl
check_rcpt:
  accept
check_data:
  warn
    add_header = :at_start:Authentication-Results: mx.example.org; dkim=pass header.d=sender.example
  accept

begin routers
{router}
sink:
  driver = accept
  domains = sink.test
  transport = sink

begin transports
{transport}
sink:
  driver = pipe
  command = /bin/dd status=none of={folder}/sink/$message_exim_id
  user = {user}

begin retry
* * F,5d,1h
"""


class Exim:
    """In the layer its own files may stand where Exim wants them: nobody else sees them."""

    def __init__(self):
        self.folder = scratch_folder("tlsrpt-exim-")
        self.folder.chmod(0o777)
        self.port = postfix.free_port()
        self.log_read = 0
        (self.folder / "sink").mkdir()
        shutil.chown(self.folder / "sink", postfix.USER)
        for name in ("/etc/exim4", "/var/spool/exim4", "/var/log/exim4"):
            pathlib.Path(name).mkdir(parents=True, exist_ok=True)
            shutil.chown(name, "Debian-exim", "Debian-exim")
        names = {"/usr/bin/tlsrpt-ingest": site().program, "/etc/tlsrpt-ingest.conf": site().config,
                 "user = tlsrpt": f"user = {postfix.USER}"}
        shutil.chown("/etc/exim4", "root", "root")
        pathlib.Path("/etc/exim4/exim4.conf").write_text(CONFIG.format(
            folder=self.folder, port=self.port, user=postfix.USER,
            router=postfix.sample("exim/router"), transport=postfix.sample("exim/transport", **names)))
        self.daemon = subprocess.Popen(["exim4", "-bdf"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.stop)

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(PATIENCE)

    def send(self, message, sender="tls@sink.test"):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, "client.test", PATIENCE) as session:
                    session.sendmail(sender, ["tlsrpt@example.org"], message)
                return
            except ConnectionError:
                assert time.monotonic() < deadline and self.daemon.poll() is None, self.log()
                time.sleep(0.05)

    def log(self):
        return "".join(path.read_text() for path in self.folder.glob("*log"))

    def outcome(self):
        """Waits for the next delivery; => is delivered, == deferred, ** bounced."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = re.findall(r"^\S+ \S+ \S+ (=>|==|\*\*) tlsrpt\b(.*T=tlsrpt_pipe.*)$", self.log(), re.M)
            if len(found) > self.log_read:
                self.log_read += 1
                return found[self.log_read - 1]
            assert time.monotonic() < deadline, self.log()[-3000:]
            time.sleep(0.05)

    def expect(self, sign):
        found, text = self.outcome()
        equal(found, sign, text)

    def wait_for_empty_queue(self):
        deadline = time.monotonic() + PATIENCE
        while subprocess.run(["exim4", "-bpc"], capture_output=True, check=True).stdout.strip() != b"0":
            assert time.monotonic() < deadline, self.log()[-3000:]
            time.sleep(0.05)

    def flush(self):
        subprocess.run(["exim4", "-qff"], check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def bounces(self):
        self.wait_for_empty_queue()
        return [path.read_text(errors="replace") for path in sorted((self.folder / "sink").iterdir())]


exim = functools.cache(Exim)


def scene(*settings):
    site().fresh(*settings)
    for path in (exim().folder / "sink").iterdir():
        path.unlink()
    return exim()


@case("/mta/exim/delivers-and-knows-a-duplicate")
def delivers():
    server = scene()
    for _ in range(2):
        server.send(REPORT)
        server.expect("=>")
    equal(site().counts(), [1, 0])
    equal(one(site().database, "SELECT envelope_sender FROM tlsrpt.report"), "tls@sink.test")


@case("/mta/exim/bad-mail-is-quarantined-and-not-bounced")
def bad_mail():
    server = scene()
    server.send(mail())
    server.expect("=>")
    equal(site().counts(), [0, 1])
    equal(server.bounces(), [])


@case("/mta/exim/database-down-is-deferred-then-delivered-once")
def deferral():
    server = scene()
    site().cluster.stop()
    server.send(REPORT)
    server.expect("==")
    site().cluster.start()
    server.flush()
    server.expect("=>")
    equal(server.bounces(), [])
    equal(site().counts(), [1, 0])


@case("/mta/exim/on-reject-bounce-bounces-with-a-clean-text")
def bounce():
    server = scene("on-reject=bounce")
    server.send(mail())
    server.expect("**")
    returned = server.bounces()
    equal(len(returned), 1)
    contains(returned[0], "message: no TLS report among 1 part")
    for secret in ("SELECT", "host=", "conninfo", "dbname"):
        assert secret not in returned[0], returned[0]
    equal(site().counts(), [0, 1])


def broken(make):
    server = scene()
    kept = site().program.read_bytes()
    make(site().program)
    try:
        server.send(REPORT)
        server.expect("==")
    finally:
        site().program.unlink(missing_ok=True)
        site().program.write_bytes(kept)
        site().program.chmod(0o755)
    server.flush()
    server.expect("=>")
    equal(server.bounces(), [])
    equal(site().counts(), [1, 0])


@case("/mta/exim/program-that-is-missing-is-deferred")
def no_program():
    broken(lambda program: program.unlink())


@case("/mta/exim/program-without-a-library-is-deferred")
def no_library():
    def rename_library(program):
        content = program.read_bytes()
        program.unlink()
        program.write_bytes(content.replace(b"libpq.so.5\0", b"libpq.so.0\0"))
        program.chmod(0o755)
    broken(rename_library)


@case("/mta/exim/program-that-is-killed-is-deferred")
def killed():
    def kill_itself(program):
        program.unlink()
        program.write_text("#!/bin/sh\nkill -KILL $$\n")
        program.chmod(0o755)
    broken(kill_itself)


@case("/mta/exim/what-it-adds-at-the-start-is-believed")
def authentication_results():
    """Where the field stands, above the Received field of Exim, is what is tested: no key is looked up."""
    server = scene("authserv-id=mx.example.org")
    server.send(mail(part(report()), header=["DKIM-Signature: v=1; d=sender.example; s=mail; b=x"]))
    server.expect("=>")
    equal(one(site().database, "SELECT dkim_result || ' ' || dkim_domain FROM tlsrpt.report"), "pass sender.example")


if __name__ == "__main__":
    main(layered.enter("exim"))
