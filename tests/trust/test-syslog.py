#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reaches /dev/log, and what journald makes of it: in a mount namespace of the test's own, whose /dev and /run are
empty but for it."""
import contextlib
import functools
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys

from harness import PATIENCE, Skip, case, clean_environment, equal, mail, main, run

INSIDE = "TLSRPT_INSIDE"
JOURNALD = "/lib/systemd/systemd-journald"
ENTER = """mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /dev && mknod -m 666 /dev/null c 1 3 && mknod -m 666 /dev/urandom c 1 9 &&
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


def discard(*words):
    """Runs deliver, which needs no database for a mail that it discards."""
    return run("--set=syslog=yes", "--set=on-reject=discard", *words, stdin=mail(), database="host=/nonexistent")


def logged(*words, status=0):
    """The line of a delivery on stderr and in syslog."""
    log()
    done = discard(*words)
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


@contextlib.contextmanager
def journald():
    """A journal in /run, which has no /dev/kmsg to read; it says itself when it listens."""
    if not shutil.which("journalctl") or not os.access(JOURNALD, os.X_OK):
        raise Skip("no journald here")
    if not re.fullmatch("[0-9a-f]{32}\n", pathlib.Path("/etc/machine-id").read_text()):
        raise Skip("this machine has no id, without which journald keeps nothing")
    log()
    os.makedirs("/run/log/journal", exist_ok=True)
    ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ready.bind("/run/ready")
    ready.settimeout(PATIENCE)
    os.rename("/dev/log", "/dev/other-log")
    os.symlink("/run/systemd/journal/dev-log", "/dev/log")
    daemon = subprocess.Popen([JOURNALD], env=clean_environment(NOTIFY_SOCKET="/run/ready"), stderr=subprocess.DEVNULL)
    try:
        while b"READY=1" not in ready.recv(4096):
            pass
        yield
    finally:
        daemon.terminate()
        daemon.wait(timeout=PATIENCE)
        os.rename("/dev/other-log", "/dev/log")


def journalctl(*words):
    done = subprocess.run(["journalctl", "--no-pager", *words], capture_output=True, text=True, timeout=PATIENCE, check=False,
                          env=clean_environment(TZ="UTC"))
    equal(done.returncode, 0, done.stderr)
    return done.stdout


@case("/syslog/journald-has-each-line-with-its-priority")
def journal():
    with journald():
        equal(discard("--queue-id=4F2abc", "--sender=a@sender.test").returncode, 0)
        equal(discard("--set=on-reject=keep").returncode, 75)
        journalctl("--sync")
    lines = [json.loads(line) for line in
             journalctl("--directory=/run/log/journal", "-t", "tlsrpt-ingest", "-o", "json").splitlines()]
    equal([(line["SYSLOG_FACILITY"], line["PRIORITY"], line["MESSAGE"].split()[0]) for line in lines],
          [("2", "6", "discarded:"), ("2", "3", "deferred:")])
    shown = journalctl("--directory=/run/log/journal", "-t", "tlsrpt-ingest", "-p", "err").splitlines()
    equal(len(shown), 1)
    assert re.fullmatch(r"\w{3} \d\d [\d:]{8} \S+ tlsrpt-ingest\[\d+\]: deferred: reason=temporary .*", shown[0]), shown


if __name__ == "__main__":
    main(enter())
