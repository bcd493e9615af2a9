#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not the message's fault: 75, one line for the mail system to pass on, nothing stored."""
import functools
import re
import signal
import subprocess
import time

from harness import (PATIENCE, PROGRAM, Cluster, case, clean_environment, contains, equal, mail, main,
                     one, part, report, rows, run, scratch_folder, set_version, sql)

cluster = functools.cache(Cluster)
MAIL = mail(part(report()), part({"no": "report"}))

# The line may end in a bounce that a stranger reads.
SECRETS = re.compile(r"SELECT|INSERT|tlsrpt\.\w|host=|dbname|user=|password|secret|/tmp|/var|/etc|"
                     r"127\.0\.0\.1|\bcase\d", re.I)


def gives_back(done, *pieces):
    equal(done.returncode, 75, done.stderr)
    equal(done.stdout, "")
    equal(done.stderr.count("\n"), 1, done.stderr)
    assert done.stderr.startswith("tlsrpt-ingest: "), done.stderr
    assert not SECRETS.search(done.stderr), done.stderr
    for piece in pieces:
        contains(done.stderr, piece)


def nothing_stored(database):
    equal(rows(database), [[], [], [], []])


@case("/cli/faults/database/stopped")
def stopped():
    own = Cluster()
    database = own.database()
    own.stop()
    gives_back(run(stdin=MAIL, database=database))
    own.start()
    nothing_stored(database)
    equal(run(stdin=MAIL, database=database).returncode, 0)
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "1")


@case("/cli/faults/database/refuses-the-connection")
def refused():
    gives_back(run(stdin=MAIL, database="postgresql://u:secret@127.0.0.1:1/case9"))


@case("/cli/faults/database/is-not-there")
def no_database():
    gives_back(run(stdin=MAIL, database=cluster().server.replace("dbname=postgres", "dbname=casex")))


@case("/cli/faults/database/connection-string-is-none")
def no_conninfo():
    gives_back(run(stdin=MAIL, database="secret is here"))


@case("/cli/faults/schema/not-installed")
def not_installed():
    gives_back(run(stdin=MAIL, database=cluster().empty_database()), "schema install")


def version(change, advice):
    database = cluster().database()
    sql(database, change)
    gives_back(run(stdin=MAIL, database=database), advice)
    nothing_stored(database)


case("/cli/faults/schema/newer-than-the-program",
     set_version(9999), "upgrade the program")(version)
case("/cli/faults/schema/older-than-the-program",
     set_version(0), "schema ")(version)


def missing(change):
    database = cluster().database()
    sql(database, change)
    gives_back(run(stdin=MAIL, database=database))
    left = [table for table in ("report", "policy", "quarantine")
            if one(database, f"SELECT to_regclass('tlsrpt.{table}') IS NOT NULL") == "t"]
    for table in left:
        equal(one(database, f"SELECT count(*) FROM tlsrpt.{table}"), "0", table)


for table_name in ("report", "policy", "failure", "quarantine"):
    case(f"/cli/faults/table/{table_name}-is-missing",
         f"DROP TABLE tlsrpt.{table_name} CASCADE")(missing)


@case("/cli/faults/grant/no-right-at-all")
def no_right():
    database = cluster().database()
    stranger = cluster().login(database, "stranger", "pg_monitor")
    gives_back(run(stdin=MAIL, database=stranger))
    nothing_stored(database)


def no_insert(table):
    database = cluster().database()
    writer = cluster().login(database, "mailwriter", "tlsrpt_writer")
    sql(database, f"REVOKE INSERT ON tlsrpt.{table} FROM tlsrpt_writer")
    gives_back(run(stdin=MAIL, database=writer))
    nothing_stored(database)


for table_name in ("report", "policy", "failure", "quarantine"):
    case(f"/cli/faults/grant/no-insert-on-{table_name}", table_name)(no_insert)


@case("/cli/faults/grant/writer-suffices")
def writer_suffices():
    database = cluster().database()
    writer = cluster().login(database, "mailwriter", "tlsrpt_writer")
    for _ in range(2):
        done = run(stdin=MAIL, database=writer)
        equal(done.returncode, 0, done.stderr)
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "1")
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "1")


CONFIG = scratch_folder() / "settings.conf"

WRONG = [
    ("unknown-option", ["--frobnicate"], None, {}, "--frobnicate"),
    ("unknown-option-of-the-command", ["deliver", "--format=json"], None, {}, "--format"),
    ("option-without-its-value", ["deliver", "--sender"], None, {}, "--sender"),
    ("unknown-command", ["frobnicate"], None, {}, "frobnicate"),
    ("word-too-many", ["deliver", "mail.eml"], None, {}, "mail.eml"),
    ("file-that-is-not-there", ["--config=/tmp/tlsrpt-none.conf"], None, {}, "tlsrpt-none.conf"),
    ("file-that-is-no-key-file", [f"--config={CONFIG}"], "deadline 5\n", {}, "settings.conf"),
    ("file-without-the-group", [f"--config={CONFIG}"], "[other]\ndeadline=5\n", {}, "settings.conf"),
    ("unknown-setting-in-the-file", [f"--config={CONFIG}"], "[tlsrpt-ingest]\nfrob=1\n", {}, "frob"),
    ("value-out-of-range-in-the-file", [f"--config={CONFIG}"], "[tlsrpt-ingest]\ndeadline=0\n", {},
     "deadline"),
    ("value-that-is-no-number", ["--set=policies=many"], None, {}, "policies"),
    ("set-without-a-value", ["--set=deadline"], None, {}, "deadline"),
    ("unknown-word-in-the-environment", [], None, {"TLSRPT_ON_REJECT": "shout"},
     "TLSRPT_ON_REJECT"),
]


def wrong(words, config, environment, piece):
    database = cluster().database()
    if config is not None:
        CONFIG.write_text(config)
    gives_back(run(*words, stdin=MAIL, database=database, environment=environment), piece)
    nothing_stored(database)


for wrong_name, *wrong_row in WRONG:
    case(f"/cli/faults/settings/{wrong_name}", *wrong_row)(wrong)


@case("/cli/faults/settings/file-environment-and-option-go-over-each-other")
def precedence():
    database = cluster().database()
    CONFIG.write_text(f"[tlsrpt-ingest]\nconninfo={database}\non-reject=bounce\n")
    message = mail()
    config = f"--config={CONFIG}"
    equal(run(config, stdin=message).returncode, 65)
    equal(run(config, stdin=message, environment={"TLSRPT_ON_REJECT": "keep"}).returncode, 0)
    equal(run(config, "--set=on-reject=bounce", stdin=message,
              environment={"TLSRPT_ON_REJECT": "keep"}).returncode, 65)


def wait_until(what, question):
    deadline = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} s"
        time.sleep(0.02)


class Locked:
    """Holds a table so that a delivery stops there: the step between two steps, for as long as needed."""

    def __init__(self, database, table):
        self.database = database
        self.session = subprocess.Popen(["psql", "-XAtq", "-d", database], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env=clean_environment())
        self.session.stdin.write(f"BEGIN; LOCK TABLE tlsrpt.{table}; SELECT 'held';\n")
        self.session.stdin.flush()
        equal(self.session.stdout.readline(), "held\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.communicate("ROLLBACK;\n", timeout=PATIENCE)

    def someone_waits(self):
        return one(self.database, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                   " AND datname = current_database()") != "0"


def killed(table, number):
    database = cluster().database()
    with Locked(database, table) as lock:
        delivery = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                                    env=clean_environment(TLSRPT_DATABASE=database))
        delivery.stdin.write(MAIL)
        delivery.stdin.close()
        wait_until("delivery at the lock", lock.someone_waits)
        delivery.send_signal(number)
        delivery.wait(PATIENCE)
        delivery.stderr.close()
        assert delivery.returncode in (-number, 75), delivery.returncode
    wait_until("server side gone", lambda: one(database, "SELECT count(*) FROM pg_stat_activity WHERE"
               " datname = current_database() AND pid <> pg_backend_pid()"
               " AND backend_type = 'client backend'") == "0")
    found = [len(table_rows) for table_rows in rows(database)]
    assert found in ([0, 0, 0, 0], [1, 1, 1, 1]), f"half a message: {found}"
    equal(run(stdin=MAIL, database=database).returncode, 0)
    equal([len(table_rows) for table_rows in rows(database)], [1, 1, 1, 1])


for table_name in ("report", "policy", "failure", "quarantine"):
    for signal_number in (signal.SIGKILL, signal.SIGTERM):
        case(f"/cli/faults/killed/{signal_number.name.lower()}-before-{table_name}", table_name,
             signal_number)(killed)


@case("/cli/faults/deadline-passes-at-a-lock")
def deadline():
    database = cluster().database()
    with Locked(database, "policy"):
        gives_back(run("--set=deadline=1", stdin=MAIL, database=database))
    nothing_stored(database)


if __name__ == "__main__":
    main()
