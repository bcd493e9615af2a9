#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has the mail, and what the mail system hears, wherever a process of a delivery ends: real processes
that end of real signals, walls and kills. A row of DEATHS each; then those of the process that waits."""
import functools
import os
import signal
import subprocess
import time

from harness import (BUILD, PATIENCE, PROGRAM, Cluster, Skip, as_login, case, clean_environment, contains, equal, mail,
                     main, one, part, report, run, sql)

cluster = functools.cache(Cluster)
MAIL = mail(part(report()))

# Where it ends, how, exit status, reports stored, messages in quarantine; then the same mail once more,
# unharmed: exit status 0, and what is said.
DEATHS = {
    "fault-in-decoding": ("decode", signal.SIGSEGV, 0, 0, 1),
    "bus-error-in-decoding": ("decode", signal.SIGBUS, 0, 0, 1),
    "abort-in-decoding": ("decode", signal.SIGABRT, 0, 0, 1),
    "trap-in-decoding": ("decode", signal.SIGTRAP, 0, 0, 1),
    "killed-for-want-of-memory-in-decoding": ("decode", signal.SIGKILL, 0, 0, 1),
    "no-end-of-decoding": ("decode", "spin", 0, 0, 1),
    "no-end-of-memory-in-decoding": ("decode", "grow", 0, 0, 1),
    "told-to-end-in-decoding": ("decode", signal.SIGTERM, 75, 0, 0),
    "interrupted-in-decoding": ("decode", signal.SIGINT, 75, 0, 0),
    "hung-up-on-in-decoding": ("decode", signal.SIGHUP, 75, 0, 0),
    "waits-for-ever-in-decoding": ("decode", "hang", 75, 0, 0),
    "fault-before-it-is-stored": ("send", signal.SIGSEGV, 75, 0, 0),
    "killed-before-it-is-stored": ("send", signal.SIGKILL, 75, 0, 0),
    "fault-after-commit": ("end", signal.SIGSEGV, 75, 1, 0),
    "killed-after-commit": ("end", signal.SIGKILL, 75, 1, 0),
}


def dying(at, by):
    with open(PROGRAM, "rb") as program:
        if b"__asan_init" in program.read():
            raise Skip("a sanitizer wants to be loaded first")
    return {"LD_PRELOAD": str(BUILD / "tests" / "cli" / "libdie.so"), "DIE_AT": at,
            "DIE_BY": by if isinstance(by, str) else str(int(by))}


def kept(database):
    return sql(database, "SELECT (SELECT count(*) FROM tlsrpt.report), (SELECT count(*) FROM tlsrpt.quarantine)")[0]


def death(at, by, status, reports, quarantined):
    database = cluster().database()
    done = run("deliver", "--set=deadline=2", "--sender=tls@sender.example", stdin=MAIL, database=database,
               environment=dying(at, by))
    equal(done.returncode, status, done.stderr)
    equal(kept(database), [str(reports), str(quarantined)])
    if quarantined:
        contains(done.stderr, "tlsrpt-ingest: quarantined: ")
        contains(done.stderr, "reason=limit")
        equal(sql(database, "SELECT reason, stage, envelope_sender, encode(raw, 'hex'), is_truncated FROM tlsrpt.quarantine"),
              [["limit", "message", "tls@sender.example", MAIL.hex(), "f"]])
    else:
        assert done.stderr.count("tlsrpt-ingest: ") >= 1, done.stderr
    again = run("deliver", stdin=MAIL, database=database)
    equal(again.returncode, 0, again.stderr)
    equal(kept(database), ["1", str(quarantined)])
    contains(again.stderr, "duplicate: " if reports else "stored: ")


for name, row in DEATHS.items():
    case(f"/deaths/{name}", *row)(death)


@case("/deaths/fault-in-decoding/bounces-and-keeps-where-that-is-set", "bounce", 65, "1")
@case("/deaths/fault-in-decoding/is-discarded-where-that-is-set", "discard", 0, "0")
def on_reject(word, status, quarantined):
    database = cluster().database()
    done = run("deliver", f"--set=on-reject={word}", stdin=MAIL, database=database,
               environment=dying("decode", signal.SIGSEGV))
    equal(done.returncode, status, done.stderr)
    equal(kept(database), ["0", quarantined])


@case("/deaths/fault-in-decoding/database-down-is-tried-again")
def database_down():
    done = run("deliver", stdin=MAIL, database="host=/nonexistent", environment=dying("decode", signal.SIGSEGV))
    equal(done.returncode, 75, done.stderr)
    contains(done.stderr, "deferred: ")


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return [int(word) for word in children.read().split()]
    except FileNotFoundError:
        return []


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "does not come true"


@case("/deaths/of-the-process-that-waits/killed", signal.SIGKILL)
@case("/deaths/of-the-process-that-waits/told-to-end", signal.SIGTERM)
def parent_dies(number):
    """The mail system sees the signal and has the mail; no child is left that could store it later."""
    database = cluster().database()
    process = subprocess.Popen([PROGRAM, "deliver"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
                               env=clean_environment(TLSRPT_DATABASE=as_login(database, "deliver"),
                                                     **dying("decode", "hang")))
    process.stdin.write(MAIL)
    process.stdin.close()
    until(lambda: children_of(process.pid))
    child = children_of(process.pid)[0]
    process.send_signal(number)
    equal(process.wait(PATIENCE), -number)
    until(lambda: not is_alive(child))
    process.stderr.close()
    equal(kept(database), ["0", "0"])


@case("/deaths/no-process-to-decode-it")
def no_process():
    """For a user who may have no process more: given back, not decoded without the wall."""
    if os.getuid() != 0:
        raise Skip("only root may be another user")
    done = subprocess.run(["prlimit", "--nproc=1", "setpriv", "--reuid=64321", "--clear-groups", PROGRAM, "deliver"],
                          input=MAIL, capture_output=True, timeout=PATIENCE, cwd="/", check=False,
                          env=clean_environment(TLSRPT_DATABASE="host=/nonexistent"))
    equal(done.returncode, 75, done.stderr)
    contains(done.stderr.decode(), "no process to decode it")


if __name__ == "__main__":
    main()
