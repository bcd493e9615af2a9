#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replay that is stopped, by whatever, and what the next one makes of it; what it shows meanwhile.

A lock on the table holds the program where a case wants it: nothing here waits for a time to pass.
"""
import functools
import os
import pty
import re
import signal
import subprocess
import time

from harness import (PATIENCE, PROGRAM, Cluster, case, clean_environment, contains, equal, mail, main,
                     one, part, report, run, scratch_folder, sql)

cluster = functools.cache(Cluster)
N = 1200


def mails(n=N, first=0):
    return [mail(part(report(report_id=f"r{i}"))) for i in range(first, first + n)]


def mbox(path, messages):
    with open(path, "wb") as file:
        for message in messages:
            file.write(b"From a@sender.example Wed May  1 00:00:00 2024\n" + message + b"\n\n")
    return path


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in {PATIENCE} s"
        time.sleep(0.02)


class Held:
    """The database with its table report locked against writers until release()."""

    def __init__(self, conninfo):
        self.conninfo = conninfo
        self.psql = subprocess.Popen(["psql", "-XAtq", "-d", conninfo], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, env=clean_environment())
        self.psql.stdin.write(b"BEGIN; LOCK TABLE tlsrpt.report IN EXCLUSIVE MODE; SELECT 'held';\n")
        self.psql.stdin.flush()
        equal(self.psql.stdout.readline(), b"held\n")

    def wait_for_writer(self):
        wait_for(lambda: one(self.conninfo, "SELECT count(*) FROM pg_locks WHERE NOT granted") != "0",
                 "a writer")

    def release(self):
        self.psql.communicate(b"ROLLBACK;\n", timeout=PATIENCE)


def start(conninfo, *words, **more):
    return subprocess.Popen([PROGRAM, "replay", *map(str, words)], stderr=subprocess.PIPE, cwd="/",
                            env=clean_environment(TLSRPT_DATABASE=conninfo), **more)


def end(process):
    stderr = process.communicate(timeout=PATIENCE)[1].decode()
    return process.returncode, stderr


def tally(stderr):
    found = re.search(r"^(\d+) messages?: (\d+) stored, (\d+) duplicates?, (\d+) quarantined", stderr, re.M)
    assert found, stderr
    return [int(number) for number in found.groups()]


def interrupted(conninfo, archive, number, user=None):
    """Stops a replay of @archive within its first batch; returns how many it stored."""
    held = Held(conninfo)
    process = start(user or conninfo, archive)
    held.wait_for_writer()
    process.send_signal(number)
    held.release()
    status, stderr = end(process)
    equal(status, 1, stderr)
    contains(stderr, "; interrupted\n")
    messages, stored, duplicates, quarantined = tally(stderr)
    equal((duplicates, quarantined), (0, 0))
    equal(messages, stored)
    equal(one(conninfo, "SELECT count(*) FROM tlsrpt.report"), str(stored))
    assert 0 < stored < N, stored
    return stored


def killed(conninfo, archive):
    """Kills a replay of @archive, so that it can save nothing, within its first batch."""
    held = Held(conninfo)
    process = start(conninfo, archive)
    held.wait_for_writer()
    process.kill()
    status, stderr = end(process)
    held.release()
    equal(status, -signal.SIGKILL)
    contains(stderr, "were stored by an earlier run and are passed over")
    wait_for(lambda: one(conninfo, "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                                   " WHERE c.relname = 'report'") == "0", "the server's end of it")


def maildir(path, messages):
    for folder in ("cur", "new", "tmp"):
        (path / folder).mkdir(parents=True)
    for i, message in enumerate(messages):
        folder = "cur" if i < N // 2 else "new"
        (path / folder / f"{i:06}.host{':2,' if folder == 'cur' else ''}").write_bytes(message)
    return path


def archive_of(kind):
    folder = scratch_folder()
    return (mbox if kind == "mbox" else maildir)(folder / kind, mails())


@case("/cli/resume/mbox-by-sigint", "mbox", signal.SIGINT)
@case("/cli/resume/mbox-by-sigterm", "mbox", signal.SIGTERM)
@case("/cli/resume/maildir-by-sigint", "maildir", signal.SIGINT)
def stopped_and_started(kind, number):
    database = cluster().database()
    archive = archive_of(kind)
    stored = interrupted(database, archive, number)
    killed(database, archive)
    before = int(one(database, "SELECT count(*) FROM tlsrpt.report"))
    done = run("replay", archive, database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "were stored by an earlier run and are passed over")
    # What is passed over is not read again; what the killed one had in hand is a duplicate at most.
    messages, newly, duplicates, quarantined = tally(done.stderr)
    assert before >= stored and messages <= N - stored, (before, stored, messages)
    equal((newly, quarantined), (N - before, 0))
    equal(messages, newly + duplicates)
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), str(N))


@case("/cli/resume/what-was-read-to-the-end-is-read-anew")
def anew():
    database = cluster().database()
    archive = archive_of("mbox")
    for expected in ([N, N, 0, 0], [N, 0, N, 0]):
        done = run("replay", archive, database=database)
        equal(tally(done.stderr), expected)
        assert "passed over" not in done.stderr, done.stderr
    equal(one(database, "SELECT count(*) FROM tlsrpt.replay_position"), "0")


@case("/cli/resume/from-start-reads-all")
def from_start():
    database = cluster().database()
    archive = archive_of("mbox")
    stored = interrupted(database, archive, signal.SIGINT)
    done = run("replay", "--from-start", archive, database=database)
    equal(tally(done.stderr), [N, N - stored, stored, 0])


@case("/cli/resume/another-database-knows-nothing")
def other_database():
    archive = archive_of("mbox")
    interrupted(cluster().database(), archive, signal.SIGINT)
    done = run("replay", archive, database=cluster().database())
    equal(tally(done.stderr), [N, N, 0, 0])


@case("/cli/resume/writer-may-do-it")
def writer():
    database = cluster().database()
    archive = archive_of("mbox")
    user = cluster().login(database, "mailbox", "tlsrpt_writer")
    interrupted(database, archive, signal.SIGINT, user)
    done = run("replay", archive, database=user)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "passed over")
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), str(N))


@case("/cli/resume/a-pipe-that-says-no-more-is-left")
def silent_pipe():
    database = cluster().database()
    process = start(database, "-", stdin=subprocess.PIPE)
    for message in mails(64):
        process.stdin.write(b"From a\n" + message + b"\n\n")
    process.stdin.flush()
    wait_for(lambda: int(one(database, "SELECT count(*) FROM tlsrpt.report")) >= 32, "the first mails")
    process.send_signal(signal.SIGINT)
    status = process.wait(timeout=PATIENCE)  # the pipe is open still
    stderr = process.stderr.read().decode()
    process.stdin.close()
    equal(status, 1, stderr)
    messages, stored, _, _ = tally(stderr)
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), str(stored))
    equal(messages, stored)


@case("/cli/progress/quiet-prints-errors-alone")
def quiet():
    database = cluster().database()
    folder = scratch_folder()
    archive = mbox(folder / "mbox", mails(3) + [b"Subject: no report\n\nhello\n"])
    done = run("replay", "--quiet", archive, database=database)
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""))
    done = run("replay", "-q", archive, folder / "gone", database=database)
    equal(done.returncode, 1)
    equal(len(done.stderr.splitlines()), 1, done.stderr)
    contains(done.stderr, "gone")


@case("/cli/progress/bar-on-a-terminal")
def bar():
    database = cluster().database()
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, "replay", "-"], stdin=subprocess.PIPE, stderr=theirs,
                               env=clean_environment(TLSRPT_DATABASE=database, TERM="xterm"))
    os.close(theirs)
    shown = b""
    while shown.count(b"quarantined") < 3:  # drawn again and again while it waits
        shown += os.read(ours, 4096)
    process.stdin.write(b"From a\n" + mails(1)[0])
    process.stdin.close()
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # how Linux tells the end of a terminal
        pass
    equal(process.wait(timeout=PATIENCE), 0)
    contains(shown.decode(), "\r0.0 MB  0 messages")
    last = shown.decode().splitlines()[-1].split("\x1b[K")[-1]
    equal(last, "1 message: 1 stored, 0 duplicates, 0 quarantined")


@case("/cli/progress/no-bar-elsewhere")
def no_bar():
    done = run("replay", mbox(scratch_folder() / "mbox", mails(2)), database=cluster().database())
    equal(done.stderr, "2 messages: 2 stored, 0 duplicates, 0 quarantined\n")


@case("/cli/progress/names-twenty-refusals")
def many_refusals():
    database = cluster().database()
    archive = mbox(scratch_folder() / "mbox", [b"Subject: %d\n\nhello\n" % i for i in range(30)])
    done = run("replay", archive, database=database)
    lines = done.stderr.splitlines()
    equal(len(lines), 22, done.stderr)
    contains(lines[20], "quarantine list")
    equal(tally(lines[21]), [30, 0, 0, 30])


@case("/cli/replay/jobs-out-of-range", "-1")
@case("/cli/replay/jobs-out-of-range", "65")
def jobs(number):
    done = run("replay", f"--jobs={number}", "x", database=cluster().database())
    equal(done.returncode, 64, done.stderr)


@case("/cli/replay/any-number-of-jobs-keeps-the-order", "1")
@case("/cli/replay/any-number-of-jobs-keeps-the-order", "7")
def order(number):
    """The first of two documents of one identity is stored, the second one is the conflict."""
    database = cluster().database()
    messages = []
    for i in range(100):
        messages += [mail(part(report(report_id=f"r{i}", failed=1))),
                     mail(part(report(report_id=f"r{i}", failed=2)))]
    done = run("replay", "-j", number, mbox(scratch_folder() / "mbox", messages), database=database)
    equal(tally(done.stderr), [200, 100, 0, 100])
    equal(sql(database, "SELECT DISTINCT total_failure_session_count FROM tlsrpt.policy"), [["1"]])


if __name__ == "__main__":
    main()
