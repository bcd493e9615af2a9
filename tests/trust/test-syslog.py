#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reaches /dev/log: in a mount namespace of the test's own, whose /dev is empty but for it."""
import functools
import os
import re
import shutil
import socket
import subprocess
import sys

from harness import PATIENCE, case, equal, mail, main, run

INSIDE = "TLSRPT_INSIDE"
ENTER = """mount -t tmpfs tmpfs /dev && mknod -m 666 /dev/null c 1 3 && mknod -m 666 /dev/urandom c 1 9 &&
           exec "$0" "$@" """


def enter():
    """Returns inside the namespace, or with the reason why there is none."""
    if os.environ.get(INSIDE):
        return None
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return "only root has mount namespaces"
    command = ["unshare", "--mount", "--propagation=private", "sh", "-c", ENTER]
    if subprocess.run([*command, "true"], capture_output=True, timeout=PATIENCE, check=False).returncode != 0:
        return "no mount namespace may be made here"
    os.execvpe(command[0], [*command, sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})


@functools.cache
def log():
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind("/dev/log")
    listener.settimeout(PATIENCE)
    return listener


def logged(*words, status=0):
    """Runs deliver, which needs no database for a mail that it discards; the line on stderr and in syslog."""
    log()
    done = run("--set=syslog=yes", "--set=on-reject=discard", *words, stdin=mail(),
               database="host=/nonexistent")
    equal(done.returncode, status)
    line = log().recv(65536).decode().rstrip("\0\n")
    found = re.fullmatch(r"<(\d+)>\w{3} [ \d]\d [\d:]{8} tlsrpt-ingest\[\d+\]: (.*)", line, re.S)
    assert found, line
    equal(done.stderr, f"tlsrpt-ingest: {found[2]}\n")
    return int(found[1]), found[2]


@case("/syslog/one-line-to-facility-mail")
def one_line():
    priority, line = logged("--queue-id=4F2abc", "--sender=a@sender.test")
    equal(priority, 2 * 8 + 6)
    assert line.startswith('discarded: reason=no-report detail="'), line


@case("/syslog/hostile-values-stay-in-it")
def hostile():
    _, line = logged("--sender=a\"\n<0>tlsrpt-ingest[1]: stored: %n\x1b[2J")
    assert not re.search(r"[\x00-\x1f\x7f]", line), repr(line)
    assert r' sender="a\x22\x0A<0>tlsrpt-ingest[1]: stored: %n\x1B[2J" ' in line, line


@case("/syslog/an-error-is-one-line-too")
def error():
    priority, line = logged("--set=on-reject=keep", "--queue-id=4F2abc", status=75)
    equal(priority, 2 * 8 + 3)
    assert line.startswith('deferred: reason=temporary detail="'), line
    assert ' queue-id="4F2abc" ' in line, line


if __name__ == "__main__":
    main(enter())
