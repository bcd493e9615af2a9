#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walls behind the caps and the deadline: they let the largest reports through, and they end what
nothing else would."""
import functools
import gzip
import json
import os
import subprocess
import time

from harness import (PATIENCE, PROGRAM, BUILD, Cluster, Skip, as_login, case, clean_environment, contains, equal,
                     mail, main, one, part, report, run)

cluster = functools.cache(Cluster)

LINE = "tlsrpt-ingest: deadline passed, giving the mail back\n"


def is_sanitized():
    with open(PROGRAM, "rb") as program:
        return b"__asan_init" in program.read()


def large_report(megabytes):
    document = report(failed=1)
    detail = json.dumps({**document["policies"][0]["failure-details"][0], "receiving-mx-hostname": "mx%06d.example.org"})
    wanted = megabytes * 1024 * 1024 // len(detail)
    document["policies"][0]["failure-details"] = ["DETAILS"]
    details = ",".join(detail % number for number in range(wanted))
    return json.dumps(document).replace('"DETAILS"', details), wanted


def limits_of(pid):
    with open(f"/proc/{pid}/limits") as limits:
        return {line[:26].strip(): line[26:].split()[0] for line in limits}


@case("/walls/memory/a-report-of-15-megabytes-passes")
def large():
    database = cluster().database()
    document, n_details = large_report(15)
    done = run("--set=mx-hosts=1000000", stdin=mail(part(document)), database=database)
    equal(done.returncode, 0, done.stderr)
    equal(one(database, "SELECT count(*) FROM tlsrpt.failure"), str(n_details))


@case("/walls/memory/a-report-just-under-the-cap-on-inflated-bytes-passes")
def largest():
    database = cluster().database()
    document, _ = large_report(31)
    done = run("--set=failure-details=10000000", "--set=mx-hosts=1000000", "--set=inflated-ratio=1000", stdin=mail(part(document)),
               database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: stored: ")


def ends_by_alarm(process, environment_name):
    started = time.monotonic()
    _, err = process.communicate(timeout=PATIENCE)
    equal(process.returncode, 75, environment_name)
    equal(err.decode(), LINE)
    assert time.monotonic() - started >= 1


def start(stdin, **environment):
    return subprocess.Popen([PROGRAM, "--set=deadline=1", "--database=host=/nonexistent"], stdin=stdin,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=clean_environment(**environment), cwd="/")


@case("/walls/alarm/mail-that-does-not-end")
def endless_mail():
    reading, writing = os.pipe()
    process = start(reading)
    os.close(reading)
    os.write(writing, mail(part(report()))[:-10])
    ends_by_alarm(process, "stdin")
    os.close(writing)


def child_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        return int((children.read().split() or ["0"])[0])


@case("/walls/stand-around-the-process-that-decodes")
def around_child():
    if is_sanitized():
        raise Skip("a sanitizer wants to be loaded first")
    reading, writing = os.pipe()
    os.write(writing, mail(part(report())))
    os.close(writing)
    process = start(reading, LD_PRELOAD=str(BUILD / "tests" / "trust" / "libhang.so"))
    os.close(reading)
    wanted = {"Max cpu time": "1", "Max core file size": "0", "Max processes": "0", "Max address space": str(1 << 30)}
    found = {}
    end = time.monotonic() + PATIENCE
    while found != wanted and time.monotonic() < end and process.poll() is None:
        child = child_of(process.pid)
        limits = limits_of(child) if child else {}
        found = {name: limits.get(name) for name in wanted}
    equal(found, wanted)
    ends_by_alarm(process, "libpq")


@case("/walls/alarm/libpq-that-hangs")
def hanging_libpq():
    if is_sanitized():
        raise Skip("a sanitizer wants to be loaded first")
    library = BUILD / "tests" / "trust" / "libhang.so"
    reading, writing = os.pipe()
    os.write(writing, mail(part(report())))
    os.close(writing)
    process = start(reading, LD_PRELOAD=str(library))
    os.close(reading)
    ends_by_alarm(process, "libpq")


@case("/walls/memory/what-hits-the-wall-is-quarantined")
def out_of_memory():
    if is_sanitized():
        raise Skip("a sanitizer has no wall")
    database = cluster().database()
    packed = gzip.compress(b"[" + b"1," * (16 * 1024 * 1024) + b"1]")
    done = subprocess.run(["sh", "-c", 'ulimit -v 200000; exec "$0" "$@"', PROGRAM,
                           "--set=inflated-ratio=1100", "--set=json-values=100000000"], cwd="/",
                          input=mail(part(packed)), capture_output=True, timeout=PATIENCE, check=False,
                          env=clean_environment(TLSRPT_DATABASE=as_login(database, "deliver")))
    equal(done.returncode, 0, done.stderr)
    equal(one(database, "SELECT reason FROM tlsrpt.quarantine"), "limit")


if __name__ == "__main__":
    main()
