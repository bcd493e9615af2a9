#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""deliver under valgrind: no byte is read that nobody wrote, none beyond its end, in parent and child. A few kinds of
mail; `--long` takes every fixture."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

from harness import FIXTURES, PROGRAM, Cluster, as_login, case, clean_environment, equal, mail, main, part, report, sql

LONG = "--long" in sys.argv
if LONG:
    sys.argv.remove("--long")
SHORT = ["two-reports.eml", "refuse-zip.eml", "forwarded-as-rfc822.eml"]
PATIENCE = 300


def deliver(owner, message, status=0):
    """The parent does not wait for the end of the child: what valgrind finds in either is in its logs."""
    with tempfile.TemporaryDirectory() as logs:
        done = subprocess.run(["valgrind", "-q", f"--log-file={logs}/%p", "--trace-children=yes", PROGRAM, "deliver"],
                              input=message, capture_output=True, timeout=PATIENCE, check=False, cwd="/",
                              env=clean_environment(TLSRPT_DATABASE=as_login(owner, "deliver")))
        found = [log.read_text(errors="replace") for log in pathlib.Path(logs).iterdir()]
    equal(done.returncode, status, done.stderr.decode(errors="replace")[-4000:])
    equal(len(found), 2)
    equal("".join(found), "")


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
