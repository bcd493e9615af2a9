#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample of contrib/opensmtpd in a real OpenSMTPD: what becomes of a mail, whatever happens."""
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
from harness import PATIENCE, case, equal, mail, main, part, report, scratch_folder

site = functools.cache(postfix.Site)
REPORT = mail(part(report()))


class OpenSmtpd:
    """In the layer its own files may stand where OpenSMTPD wants them: nobody else sees them."""

    def __init__(self):
        self.folder = scratch_folder("tlsrpt-opensmtpd-")
        self.port = postfix.free_port()
        self.log_read = 0
        names = {"/usr/bin/tlsrpt-ingest": site().program, "/etc/tlsrpt-ingest.conf": site().config}
        pathlib.Path("/etc/smtpd.conf").write_text(
            f"listen on 127.0.0.1 port {self.port}\n" + postfix.sample("opensmtpd/smtpd.conf", **names))
        pathlib.Path("/var/spool/smtpd").mkdir(mode=0o711, parents=True, exist_ok=True)
        pathlib.Path("/var/lib/opensmtpd/empty").mkdir(parents=True, exist_ok=True)
        # As the package's own script would have left it.
        shutil.chown("/usr/sbin/smtpctl", "root", "opensmtpq")
        pathlib.Path("/usr/sbin/smtpctl").chmod(0o2755)
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.daemon = subprocess.Popen(["smtpd", "-d"], stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=subprocess.STDOUT)
        atexit.register(self.stop)

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(PATIENCE)

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def send(self, message, sender="tls@sender.test"):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, "client.test", PATIENCE) as session:
                    session.sendmail(sender, ["tlsrpt@example.org"], message)
                return
            except (ConnectionError, smtplib.SMTPServerDisconnected):
                assert time.monotonic() < deadline and self.daemon.poll() is None, self.log()
                time.sleep(0.05)

    def expect(self, wanted):
        """Waits for the next delivery: Ok, TempFail or PermFail."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = re.findall(r"mda delivery .* result=\"?(\w+)\"?.*$", self.log(), re.M)
            if len(found) > self.log_read:
                self.log_read += 1
                return equal(found[self.log_read - 1], wanted, self.log()[-1000:])
            assert time.monotonic() < deadline, self.log()[-3000:]
            time.sleep(0.05)

    @staticmethod
    def control(*words):
        done = subprocess.run(["smtpctl", *words], capture_output=True, text=True, timeout=PATIENCE,
                              check=False)
        equal(done.returncode, 0, done.stderr)
        return done.stdout

    def flush(self):
        self.control("schedule", "all")

    def queue(self):
        return self.control("show", "queue")


smtpd = functools.cache(OpenSmtpd)


def scene(*settings):
    site().fresh(*settings)
    equal(smtpd().queue() if smtpd().log_read else "", "")
    return smtpd()


@case("/mta/opensmtpd/delivers-and-knows-a-duplicate")
def delivers():
    server = scene()
    for _ in range(2):
        server.send(REPORT)
        server.expect("Ok")
    equal(site().counts(), [1, 0])


@case("/mta/opensmtpd/bad-mail-is-quarantined-and-not-bounced")
def bad_mail():
    server = scene()
    server.send(mail())
    server.expect("Ok")
    equal(site().counts(), [0, 1])


@case("/mta/opensmtpd/database-down-is-deferred-then-delivered-once")
def deferral():
    server = scene()
    site().cluster.stop()
    server.send(REPORT)
    server.expect("TempFail")
    site().cluster.start()
    server.flush()
    server.expect("Ok")
    equal(site().counts(), [1, 0])


@case("/mta/opensmtpd/program-that-is-missing-is-deferred")
def no_program():
    server = scene()
    kept = site().program.rename(site().folder / "away")
    try:
        server.send(REPORT)
        server.expect("TempFail")
    finally:
        kept.rename(site().program)
    server.flush()
    server.expect("Ok")
    equal(site().counts(), [1, 0])


@case("/mta/opensmtpd/on-reject-bounce-is-deferred")
def bounce():
    server = scene("on-reject=bounce")
    server.send(mail())
    server.expect("TempFail")
    site().settings()
    server.flush()
    server.expect("Ok")
    equal(site().counts(), [0, 1])


if __name__ == "__main__":
    main(layered.enter("opensmtpd"))
