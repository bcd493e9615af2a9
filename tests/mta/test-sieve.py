#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The samples of contrib/sieve in Dovecot's own delivery agent: stored, or kept in INBOX."""
import functools
import pathlib
import shutil
import subprocess

import layered
import postfix
from harness import PATIENCE, case, clean_environment, contains, equal, mail, main, part, report, run
from harness import scratch_folder

site = functools.cache(postfix.Site)
REPORT = mail(part(report()))

CONFIG = """
log_path = {folder}/log
base_dir = {folder}/run
mail_location = maildir:{folder}/Maildir
ssl = no
postmaster_address = postmaster@example.org
protocol lda {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:{folder}/tlsrpt.sieve
}}
"""


class Lda:
    """dovecot-lda as the user whose mail it is; the program is where the sample wants its link."""

    def __init__(self):
        self.folder = scratch_folder("tlsrpt-sieve-")
        shutil.chown(self.folder, postfix.USER)
        bin_folder = pathlib.Path("/usr/lib/dovecot/sieve-pipe")
        bin_folder.mkdir(exist_ok=True)
        self.link = bin_folder / "tlsrpt-ingest"
        self.link.write_text(f"#!/bin/sh\nexec {site().program} --config={site().config} \"$@\"\n")
        self.link.chmod(0o755)
        (self.folder / "tlsrpt.sieve").write_text(postfix.sample("sieve/tlsrpt.sieve"))
        (self.folder / "dovecot.conf").write_text(
            CONFIG.format(folder=self.folder) + postfix.sample("sieve/90-tlsrpt.conf"))

    def deliver(self, message):
        done = subprocess.run(["/usr/lib/dovecot/dovecot-lda", "-c", self.folder / "dovecot.conf",
                               "-f", "tls@sender.test", "-a", "tlsrpt@example.org"], input=message,
                              user=postfix.USER, group="nogroup", extra_groups=[], timeout=PATIENCE,
                              capture_output=True, cwd=self.folder, check=False,
                              env=clean_environment(HOME=str(self.folder), USER=postfix.USER))
        log = self.folder / "log"
        equal(done.returncode, 0, done.stderr.decode() + (log.read_text() if log.exists() else ""))

    def inbox(self):
        return sorted(path for path in self.folder.glob("Maildir/new/*"))

    def empty_inbox(self):
        for path in self.inbox():
            path.unlink()


lda = functools.cache(Lda)


def scene(*settings):
    site().fresh(*settings)
    lda().empty_inbox()
    return lda()


@case("/mta/sieve/delivers-and-knows-a-duplicate")
def delivers():
    agent = scene()
    agent.deliver(REPORT)
    agent.deliver(REPORT)
    equal(agent.inbox(), [], (agent.folder / "log").read_text())
    equal(site().counts(), [1, 0])


@case("/mta/sieve/bad-mail-is-quarantined")
def bad_mail():
    agent = scene()
    agent.deliver(mail())
    equal(agent.inbox(), [])
    equal(site().counts(), [0, 1])


@case("/mta/sieve/leaves-other-mail-alone")
def other_mail():
    agent = scene()
    agent.deliver(mail().replace(b"tlsrpt@example.org", b"somebody@example.org"))
    equal(len(agent.inbox()), 1)
    equal(site().counts(), [0, 0])


def kept_then_replayed(agent):
    """In INBOX, and from there into the database by replay."""
    equal(len(agent.inbox()), 1)
    contains(agent.inbox()[0].read_bytes(), b"TLS-Report-Domain: example.org")
    equal(site().counts(), [0, 0])
    done = run("replay", agent.folder / "Maildir", database=site().database)
    equal(done.returncode, 0, done.stderr)
    equal(site().counts(), [1, 0])


@case("/mta/sieve/database-down-is-kept-in-the-inbox-and-replayed")
def database_down():
    agent = scene()
    site().cluster.stop()
    try:
        agent.deliver(REPORT)
    finally:
        site().cluster.start()
    kept_then_replayed(agent)


@case("/mta/sieve/program-that-is-missing-is-kept-in-the-inbox-and-replayed")
def no_program():
    agent = scene()
    kept = agent.link.rename(agent.link.with_name("away"))
    try:
        agent.deliver(REPORT)
    finally:
        kept.rename(agent.link)
    kept_then_replayed(agent)


@case("/mta/sieve/on-reject-bounce-is-kept-in-the-inbox")
def bounce():
    agent = scene("on-reject=bounce")
    agent.deliver(mail())
    equal(len(agent.inbox()), 1)
    equal(site().counts(), [0, 1])


if __name__ == "__main__":
    main(layered.enter("dovecot"))
