#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""deliver under valgrind: no byte is read that nobody wrote, none beyond its end, in parent and child. A few kinds of
mail; `--long` takes every fixture."""
import shutil
import subprocess
import sys

from harness import FIXTURES, PROGRAM, Cluster, as_login, case, clean_environment, equal, mail, main, part, report, sql

LONG = "--long" in sys.argv
if LONG:
    sys.argv.remove("--long")
SHORT = ["two-reports.eml", "refuse-zip.eml", "forwarded-as-rfc822.eml"]
STATUS = 99  # of valgrind itself, where it found a fault
PATIENCE = 300


def deliver(owner, message, status=0):
    done = subprocess.run(["valgrind", "-q", f"--error-exitcode={STATUS}", "--trace-children=yes", PROGRAM, "deliver"],
                          input=message, capture_output=True, timeout=PATIENCE, check=False, cwd="/",
                          env=clean_environment(TLSRPT_DATABASE=as_login(owner, "deliver")))
    equal(done.returncode, status, done.stderr.decode(errors="replace")[-4000:])


@case("/cli/valgrind/stored-duplicate-and-flood")
def stored():
    owner = Cluster().database()
    sql(owner, "UPDATE tlsrpt.store_limit SET unverified_day_rows = 3")
    for name in ("one", "one", "two"):
        deliver(owner, mail(part(report(name))))
    equal(sql(owner, "SELECT (SELECT count(*) FROM tlsrpt.report), (SELECT string_agg(reason, ' ') FROM tlsrpt.quarantine)"),
          [["1", "flood"]])


@case("/cli/valgrind/fixtures")
def fixtures():
    owner = Cluster().database()
    for path in sorted((FIXTURES / "message").glob("*.eml")):
        if LONG or path.name in SHORT:
            deliver(owner, path.read_bytes())


if __name__ == "__main__":
    main(None if shutil.which("valgrind") else "no valgrind here")
