#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The samples of contrib/systemd: a Maildir emptied into the database, as the service and cron do."""
import functools
import os
import re
import shutil
import subprocess
import time

from harness import (PATIENCE, PROGRAM, ROOT, Cluster, Skip, as_login, case, clean_environment, contains, cron_environment, equal,
                     mail, main, one, part, report, scratch_folder)

CONTRIB = ROOT / "contrib" / "systemd"
cluster = functools.cache(Cluster)


class Maildir:
    def __init__(self):
        self.folder = scratch_folder("tlsrpt-maildir-")
        self.database = cluster().database()
        for name in ("new", "cur", "tmp"):
            (self.folder / name).mkdir()

    def put(self, name, message):
        (self.folder / "new" / name).write_bytes(message)

    def run(self, *options, command=None, program=PROGRAM):
        command = command or [CONTRIB / "tlsrpt-maildir", self.folder]
        return subprocess.run([*map(str, command), *options], capture_output=True, text=True,
                              timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False,
                              env=clean_environment(TLSRPT_DATABASE=as_login(self.database, "deliver"),
                                                    INGEST=str(program)))

    def listed(self):
        return [sorted(path.name for path in (self.folder / name).iterdir()) for name in ("new", "cur")]

    def count(self, table="report"):
        return int(one(self.database, f"SELECT count(*) FROM tlsrpt.{table}"))


@case("/mta/maildir/moves-what-is-stored")
def moves():
    maildir = Maildir()
    for number in range(3):
        maildir.put(f"{number}.M1.host", mail(part(report(str(number)))))
    maildir.put("-odd name;$(id)", mail())
    done = maildir.run()
    equal(done.returncode, 0, done.stderr)
    equal(maildir.listed(), [[], ["-odd name;$(id):2,F", "0.M1.host:2,S", "1.M1.host:2,S",
                                  "2.M1.host:2,S"]])
    equal((maildir.count(), maildir.count("quarantine")), (3, 1))
    equal(done.stderr.splitlines()[-1], "tlsrpt-maildir: 3 stored, 1 quarantined, 0 refused, 0 tried in vain")
    equal(maildir.run().returncode, 0)
    equal(maildir.count(), 3)


@case("/mta/maildir/leaves-what-is-not-stored")
def leaves():
    maildir = Maildir()
    for number in range(3):
        maildir.put(f"{number}.M1.host", mail(part(report(str(number)))))
    cluster().stop()
    try:
        equal(maildir.run().returncode, 75)
    finally:
        cluster().start()
    equal(maildir.listed(), [["0.M1.host", "1.M1.host", "2.M1.host"], []])
    equal(maildir.run().returncode, 0)
    equal(maildir.listed()[0], [])
    equal(maildir.count(), 3)


@case("/mta/maildir/program-that-is-missing-leaves-all")
def no_program():
    maildir = Maildir()
    maildir.put("1", mail())
    equal(maildir.run(program="/nonexistent").returncode, 75)
    equal(maildir.listed(), [["1"], []])


@case("/mta/maildir/one-mail-that-never-works-holds-up-no-other")
def poison():
    maildir = Maildir()
    for number in range(1, 9):
        maildir.put(str(number), mail(part(report(f"number {number}"))))
    # A seam: the program, but for the mail that it cannot take.
    seam = maildir.folder / "seam"
    seam.write_text(f"#!/bin/sh\nmessage=$(cat)\n"
                    f"case $message in *{part(report('number 2')).decode().split()[-1]}*) exit 75;; esac\n"
                    f"printf '%s\\n' \"$message\" | {PROGRAM} \"$@\"\n")
    seam.chmod(0o755)
    done = maildir.run(program=seam)
    equal(done.returncode, 75, done.stderr)
    equal(maildir.listed()[0], ["2"])
    equal(maildir.count(), 7)


@case("/mta/maildir/database-down-is-tried-three-times")
def three_times():
    maildir = Maildir()
    for number in range(9):
        maildir.put(str(number), mail())
    done = maildir.run(program="/bin/false")
    equal(done.returncode, 75)
    equal(done.stderr, "\n" * 3 + "tlsrpt-maildir: 0 stored, 0 quarantined, 0 refused, 3 tried in vain\n")


@case("/mta/maildir/flags-what-on-reject-would-bounce")
def flags():
    maildir = Maildir()
    maildir.put("1", mail())
    maildir.put("2", mail(part(report())))
    done = maildir.run("--set=on-reject=bounce")
    equal(done.returncode, 0, done.stderr)
    equal(maildir.listed(), [[], ["1:2,F", "2:2,S"]])


# What a stranger wrote is no outcome.
@case("/mta/maildir/counts-by-the-outcome-alone")
def counts_outcome():
    maildir = Maildir()
    maildir.put("1", mail(part(report(": quarantined:"))))
    maildir.put("2", mail(part(report(": quarantined:"))))
    maildir.put("3", mail(subject="tlsrpt-ingest: stored: "))
    equal(maildir.run().stderr.splitlines()[-1],
          "tlsrpt-maildir: 2 stored, 1 quarantined, 0 refused, 0 tried in vain")


@case("/mta/maildir/what-is-old-in-cur-goes")
def old():
    maildir = Maildir()
    for days in (29, 30, 31, 32):
        path = maildir.folder / "cur" / f"{days}:2,S"
        path.touch()
        os.utime(path, 2 * (time.time() - days * 86400 - 60,))
    equal(maildir.run().returncode, 0)
    equal(maildir.listed(), [[], ["29:2,S", "30:2,S"]])


@case("/mta/maildir/wants-a-maildir")
def no_maildir():
    equal(Maildir().run(command=[CONTRIB / "tlsrpt-maildir", "/nonexistent"]).returncode, 78)


@case("/mta/maildir/cron-line-runs")
def cron():
    maildir = Maildir()
    maildir.put("1", mail(part(report())))
    text = (CONTRIB / "cron").read_text()
    command = re.fullmatch(r"\S+ \S+ \S+ \S+ \S+ tlsrpt (.*) \| logger .*", text.splitlines()[-1])[1]
    command = command.replace("/var/lib/tlsrpt/Maildir", str(maildir.folder))
    command = command.replace("/var/lib/tlsrpt/lock", str(maildir.folder / "lock"))
    command = command.replace("/usr/local/sbin/", f"{CONTRIB}/")
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE, check=False,
                          stdin=subprocess.DEVNULL,
                          env=cron_environment(text, TLSRPT_DATABASE=as_login(maildir.database, "deliver"), INGEST=PROGRAM,
                                               TLSRPT_VERIFY_DKIM="no"))
    equal(done.returncode, 0, done.stdout)
    equal(maildir.listed(), [[], ["1:2,S"]])


@case("/mta/maildir/units-are-what-systemd-takes")
def units():
    if not shutil.which("systemd-analyze"):
        raise Skip("no systemd-analyze here")
    folder = scratch_folder()
    for unit in (*CONTRIB.glob("*.service"), *CONTRIB.glob("*.timer")):
        text = unit.read_text().replace("/usr/local/sbin/", f"{CONTRIB}/").replace("/usr/bin/tlsrpt-ingest", str(PROGRAM))
        (folder / unit.name).write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *map(str, folder.iterdir())],
                          capture_output=True, text=True, timeout=PATIENCE, check=False,
                          env=clean_environment())
    # What it says of other units of this machine is not about ours.
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "tlsrpt-" in line]
    equal(ours, [])


# What hands mails to sendmail, which hands them on by a setgid program, can be walled in less.
MAILERS = [f"tlsrpt-{name}.service" for name in ("alert", "digest", "alert-each", "digest-each")]


@case("/mta/maildir/services-are-exposed-no-more-than-the-readme-says")
def exposure():
    """What systemd itself counts: system calls, memory, namespaces and the rest."""
    said = re.search(r"says ([\d.]+) or less\s+of 10, but ([\d.]+) of", (CONTRIB / "README").read_text())
    walled, mailers = (round(float(number) * 10) for number in said.groups())
    if not shutil.which("systemd-analyze"):
        raise Skip("no systemd-analyze here")
    for unit in CONTRIB.glob("*.service"):
        threshold = mailers if unit.name in MAILERS else walled
        done = subprocess.run(["systemd-analyze", "security", "--offline=yes", f"--threshold={threshold}", str(unit)],
                              capture_output=True, text=True, timeout=PATIENCE, check=False, env=clean_environment())
        equal(done.returncode, 0, unit.name + done.stdout[-2000:] + done.stderr)
        for key in ("MemoryMax=", "TimeoutStartSec=", "CapabilityBoundingSet="):
            contains(unit.read_text(), "\n" + key)


if __name__ == "__main__":
    main()
