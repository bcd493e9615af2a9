#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""alert as a monitoring system calls it: exit status, the grammar of its line, and what it says when it does not
know; digest as a terminal calls it: colour and width."""
import fcntl
import functools
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata

from harness import PROGRAM, Cluster, by_schema, case, clean_environment, contains, equal, mail, main, part, report, run, scratch_folder, sql

cluster = functools.cache(Cluster)
TODAY = "--until=2024-05-02"

# monitoring-plugins.org, development guidelines, "Performance data": 'label'=value[UOM];[warn];[crit];[min];[max]
RANGE = r"(?:@?(?:(?:~|-?[0-9.]+):)?-?[0-9.]*)"
NUMBER = r"-?[0-9.]+"
PERFDATA = re.compile(rf"(?:'[^'=]+'|[^'= ]+)=(?:{NUMBER}(?:s|us|ms|%|B|KB|MB|TB|c)?|U)"
                      rf"(?:;{RANGE}(?:;{RANGE}(?:;(?:{NUMBER})?(?:;(?:{NUMBER})?)?)?)?)?")
STATUS = {0: "OK", 1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}


def database(*documents):
    conninfo = cluster().database()
    for document in documents:
        equal(run("deliver", stdin=mail(part(document)), database=conninfo).returncode, 0)
    return cluster().login(conninfo, "watcher", "tlsrpt_alerter")


def enforced(failed):
    document = report(failed=failed)
    document["policies"][0]["summary"]["total-successful-session-count"] = 1000 - failed
    return document


def plugin(*words, database=None, status=None, **more):
    """Runs alert as a plugin; returns the text and the performance data as numbers."""
    done = run("alert", *words, database=database, **more)
    equal((done.returncode, done.stderr), (status, ""), done.stdout)
    first, *later = done.stdout.splitlines()
    text, *data = first.split("|")
    assert len(data) <= 1, first
    assert text.startswith(f"TLSRPT {STATUS[status]} - "), first
    assert len(text) < 256, "a line that a pager can show"
    for line in later:
        assert "|" not in line, "what follows a bar is performance data, in later lines too"
    pieces = data[0].split() if data else []
    for piece in pieces:
        assert PERFDATA.fullmatch(piece), piece
    return text, {piece.split("=")[0]: float(piece.split("=")[1].split(";")[0]) for piece in pieces}


@case("/alert/plugin/0-nothing-is-open")
def ok():
    equal(plugin(TODAY, database=database(report(failed=0)), status=0),
          ("TLSRPT OK - 0 incidents open ", {"open": 0, "critical": 0, "failed_sessions": 0, "events": 0}))


@case("/alert/plugin/1-open-and-not-critical")
def warning():
    text, data = plugin(TODAY, database=database(enforced(9)), status=1)
    contains(text, "TLSRPT WARNING - 1 incident open: #1 mx.example.org: the certificate has expired")
    equal(data, {"open": 1, "critical": 0, "failed_sessions": 9, "events": 1})


@case("/alert/plugin/2-critical-and-again-as-long-as-it-lasts")
def critical():
    conninfo = database(enforced(900))
    for events in (1, 0, 0):
        _, data = plugin(TODAY, database=conninfo, status=2)
        equal(data, {"open": 1, "critical": 1, "failed_sessions": 900, "events": events})


@case("/alert/plugin/a-dry-run-tells-again")
def dry():
    conninfo = database(enforced(900))
    for _ in range(2):
        equal(plugin(TODAY, "--dry-run", database=conninfo, status=2)[1]["events"], 1)


@case("/alert/two-events-of-one-incident-are-one-line-with-its-reporters")
def two_events():
    conninfo = database(enforced(500))
    equal(run("incident", "update", "--day=2024-05-02", database=conninfo).returncode, 0)
    sql(conninfo, "INSERT INTO tlsrpt.event (incident_no, event, day, severity) SELECT incident_no, 'worsened', day, severity FROM tlsrpt.event")
    text = " ".join(run("alert", TODAY, "--dry-run", database=conninfo).stdout.split())
    contains(text, "OPENED AND WORSENED (critical) #1 ")
    contains(text, "; seen by Sender Inc.; ")


@case("/alert/plugin/words-of-strangers-do-not-end-the-line")
def hostile():
    words = "mx|open=0 \n'|\u2028 x=1;;; \u0085" + "y" * 200
    document = enforced(900)
    document["policies"][0]["failure-details"] = [
        {"result-type": words, "receiving-mx-hostname": words, "failed-session-count": 900, "failure-reason-code": words}]
    _, data = plugin(TODAY, database=database(document), status=2)
    equal(data, {"open": 1, "critical": 1, "failed_sessions": 900, "events": 1})


UNKNOWN = {
    "mail-to-nobody": ["--format=mail"],
    "no-such-option": ["--nonsense"],
    "option-of-another-command": ["--older-than=3d"],
    "format-that-is-none": ["--format=xml"],
    "day-that-is-none": ["--until=2024-02-30"],
    "word-too-many": ["now"],
    "setting-that-is-none": ["--set=nothing"],
    "file-that-is-missing": ["--config=/nonexistent/a|b"],
}


def unknown(words, why="", **more):
    text, data = plugin(*words, status=3, **more)
    equal(data, {})
    contains(text, why)


for name, words in UNKNOWN.items():
    case(f"/alert/plugin/3-unknown/{name}", words)(unknown)


@case("/alert/plugin/3-unknown/no-server")
def no_server():
    unknown([], "cannot connect", database=f"host={scratch_folder()} dbname=none")


@case("/alert/plugin/3-unknown/no-schema")
def no_schema():
    unknown([], "tlsrpt-ingest schema install", database=cluster().empty_database())


@case("/alert/plugin/3-unknown/schema-of-an-older-release")
def old_schema():
    conninfo = database()
    sql(conninfo.replace("user=watcher", "user=postgres"), "ALTER TABLE tlsrpt.incident RENAME COLUMN effect TO other")
    unknown([], "schema", database=conninfo)


@case("/alert/plugin/3-unknown/no-rights")
def no_rights():
    conninfo = database().replace("user=watcher", "user=stranger")
    sql(cluster().server, "CREATE ROLE stranger LOGIN")
    unknown([], "", database=conninfo)


@case("/alert/plugin/3-unknown/beside-a-mail-of-no-events")
def beside_a_mail():
    done = run("alert", "--format=mail", "--to=post@example.org", "-n", database=cluster().database())
    equal((done.returncode, done.stdout), (3, ""))
    contains(done.stderr, "TLSRPT UNKNOWN - ")


@case("/alert/plugin/3-unknown/in-json-and-in-a-mail")
def other_formats():
    done = run("alert", "--format=json", database=f"host={scratch_folder()}")
    equal((done.returncode, done.stderr), (3, ""))
    equal(by_schema("alert", done.stdout)["status"], "UNKNOWN")
    for words in (["--format=mail", "--to=post@example.org"], ["--to=post@example.org"], ["--exec=cat"]):
        done = run("alert", *words, database=f"host={scratch_folder()}")
        equal((done.returncode, done.stdout), (3, ""), "nothing that sendmail would send")
        contains(done.stderr, "TLSRPT UNKNOWN - ")


@case("/alert/plugin/3-unknown/output-that-cannot-be-written")
def no_output():
    conninfo = database(enforced(900))
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "alert", TODAY, "-d", conninfo], stdout=full, stderr=subprocess.PIPE,
                              env=clean_environment(), timeout=60, check=False)
    equal(done.returncode, 3)
    equal(plugin(TODAY, database=conninfo, status=2)[1]["events"], 1, "what was not told is told again")


def on_terminal(*words, columns=80, **environment):
    """What the program writes to a terminal of @columns columns."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.PIPE,
                               env=clean_environment(TERM="xterm", **environment))
    os.close(terminal)
    written = b""
    try:
        while more := os.read(controller, 1 << 16):
            written += more
    except OSError:  # the other end is closed
        pass
    os.close(controller)
    equal((process.communicate(timeout=60)[1], process.returncode), (b"", 0))
    return written.decode().replace("\r\n", "\n")


def width(line):
    plain = re.sub("\x1b\\[[0-9;]*m", "", line)
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in plain)


DIGEST = ("digest", "--since=7d", TODAY)


@functools.cache
def rich():
    return database(report(**{"organization-name": "Ein Absender mit einem langen Namen, " * 5}),
                    report("2", failed=6, **{"organization-name": "日本語の送信者" * 12}))


@case("/digest/terminal/colour-on-a-terminal")
def colour():
    text = on_terminal(*DIGEST, "-d", rich())
    contains(text, "\x1b[1;31mBroken now: 1 incident, 1 critical.\x1b[0m\n")
    equal(text.count("\x1b[0m"), len(re.findall("\x1b\\[1(?:;3[13])?m", text)))


@case("/digest/terminal/none-with-no-color")
def no_colour():
    assert "\x1b" not in on_terminal(*DIGEST, "-d", rich(), NO_COLOR="1")
    contains(on_terminal(*DIGEST, "-d", rich(), NO_COLOR=""), "\x1b[1m")


@case("/digest/terminal/none-and-no-width-in-a-pipe")
def pipe():
    text = run(*DIGEST, database=rich()).stdout
    assert "\x1b" not in text and "…" in text.split("\n\n")[1]
    # A reporter has one name at a time: that of its latest report.
    contains(text, "日本語の送信者" * 12)


@case("/digest/terminal/other-formats-have-none")
def other():
    for kind in ("html", "json", "csv", "openmetrics"):
        assert "\x1b" not in on_terminal(*DIGEST, f"--format={kind}", "-d", rich())


for columns in (40, 60, 80, 132, 200):
    @case(f"/digest/terminal/no-line-but-a-command-is-wider-than/{columns}", columns)
    def fits(columns):
        text = on_terminal(*DIGEST, "-d", rich(), columns=columns)
        lines = [line for line in text.splitlines() if not line.startswith("    $ ")]
        # A longer word has a line of its own; five columns of numbers need 60.
        wide = [line for line in lines if width(line) > columns and len(line.split()) > 1]
        equal([line for line in wide if columns >= 60], [])
        longest = max(map(width, lines))
        assert longest > columns * 0.6 or columns > 132, f"{longest} of {columns} columns used"


if __name__ == "__main__":
    main()
