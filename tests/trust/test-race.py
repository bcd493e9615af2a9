#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One report as a document and as a verified mail, or as a mail that nobody vouches for, stored by two processes: one
after the other, or the second while the first has stored and not yet committed. Whichever is first, the end is the
same."""
import contextlib
import functools
import itertools
import json
import subprocess
import time

from harness import (PATIENCE, PROGRAM, Cluster, as_login, case, clean_environment, equal, main, mail, one, part, report,
                     scratch_folder, sql)

cluster = functools.cache(Cluster)
SETTINGS = ["--set=authserv-id=mx.example.org", "--set=require-dkim=no"]
VERDICT = {True: "dkim=pass header.d=google.example", False: "dkim=none"}


@functools.cache
def the_database():
    """Every report waits before it is committed, where the test holds lock 1."""
    database = cluster().database()
    sql(database, """CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(1); RETURN NULL; END $$;
        CREATE TRIGGER wait AFTER INSERT ON tlsrpt.report FOR EACH ROW EXECUTE FUNCTION public.wait()""")
    return database


def fresh():
    database = the_database()
    sql(database, "; ".join(f"DELETE FROM tlsrpt.{table}" for table in ("report", "reporter", "reporter_name", "quarantine")))
    return database


def document(failed=50, contact="tls@google.example"):
    more = {"contact-info": contact} if contact else {}
    one_report = report(failed=failed, **{"organization-name": "Google Inc.", **more})
    if not contact:
        del one_report["contact-info"]
    return one_report


def as_mail(document, is_verified=True, sender="tls@google.example"):
    header = (f"Authentication-Results: mx.example.org; {VERDICT[is_verified]}\n"
              "Received: from a.example by mx.example.org; Thu, 02 May 2024 03:04:05 +0000\n"
              "DKIM-Signature: v=1; a=rsa-sha256; d=google.example; s=s; h=from; bh=aa; b=bb\n")
    return ["deliver"], header.encode() + mail(part(document), sender=sender).replace(b"TLS-Report-Submitter", b"X-Was")


def as_document(document):
    path = scratch_folder("tlsrpt-race-") / "report.json"
    path.write_text(json.dumps(document))
    return ["replay", str(path)], b""


def start(database, words, stdin):
    # A pipe holds so much.
    assert len(stdin) < 60000
    process = subprocess.Popen([PROGRAM, words[0], *SETTINGS, *words[1:]], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, cwd="/",
                               env=clean_environment(TLSRPT_DATABASE=as_login(database, words[0])))
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(stdin)
        process.stdin.close()
    process.stdin = None
    return process


def end(process):
    _, said = process.communicate(timeout=PATIENCE)
    equal(process.returncode, 0, said)


def wait_for(database, waiters, process):
    """Until so many sessions wait for a lock, or @process has ended, as it did not have to wait."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and int(one(database, "SELECT count(*) FROM pg_stat_activity WHERE"
                                             " datname = current_database() AND wait_event_type = 'Lock'")) < waiters:
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)


def held(database):
    """A session that holds the lock, until its input ends."""
    session = subprocess.Popen(["psql", "-XAtq", "-d", database, "-c", "SELECT pg_advisory_lock(1)", "-c", r"\echo held",
                                "-f", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env=clean_environment())
    while session.stdout.readline().strip() != "held":
        assert session.poll() is None
    return session


def together(database, first, second):
    session = held(database)
    try:
        processes = [start(database, *first)]
        wait_for(database, 1, processes[0])
        processes.append(start(database, *second))
        wait_for(database, 2, processes[1])
    finally:
        session.communicate("")
    for process in processes:
        end(process)


def one_by_one(database, first, second):
    end(start(database, *first))
    end(start(database, *second))


def state(database):
    """What there is but for the times, and for the word of what became of the one that lost."""
    kept = [sql(database, f"SELECT {columns} FROM tlsrpt.{table} t ORDER BY 1") for table, columns in (
        ("report", "to_jsonb(t) - 'stored_at' - 'supersedes' - 'evidence'"), ("policy", "to_jsonb(t)"), ("failure", "to_jsonb(t)"),
        ("reporter", "to_jsonb(t) - 'first_seen'"), ("reporter_name", "to_jsonb(t) - 'first_seen'"))]
    return kept, one(database, "SELECT count(*) FROM tlsrpt.quarantine WHERE reason IN ('conflict', 'superseded')")


def summary(database):
    rows = sql(database, "SELECT reporter_domain, reporter_basis, (SELECT sum(failed_sessions) FROM tlsrpt.policy p"
                         " WHERE p.report_uid = r.report_uid) FROM tlsrpt.report r ORDER BY 1")
    return [" ".join(row) for row in rows], one(database, "SELECT count(*) FROM tlsrpt.quarantine")


def race(other, rows, quarantined):
    genuine = as_mail(document())
    other = other()
    found = []
    for how, pair in itertools.product((one_by_one, together), ((genuine, other), (other, genuine))):
        database = fresh()
        how(database, *pair)
        equal(summary(database), (rows, quarantined), f"{how.__name__}, {'mail' if pair[0] is genuine else 'other'} first")
        found.append(state(database))
        equal(found[-1], found[0], how.__name__)


GENUINE = "google.example dkim 50"
OTHERS = [
    ("document", lambda: as_document(document()), [GENUINE], "0"),
    ("document-of-another-contact", lambda: as_document(document(contact="tls@reports.example")), [GENUINE], "0"),
    ("document-of-a-contact-below", lambda: as_document(document(contact="tls@mail.google.example")), [GENUINE], "0"),
    ("document-known-by-its-name", lambda: as_document(document(contact=None)), [GENUINE], "0"),
    ("document-that-differs", lambda: as_document(document(failed=9)), [GENUINE], "1"),
    ("document-that-differs-of-another-contact",
     lambda: as_document(document(failed=9, contact="tls@reports.example")), [GENUINE], "1"),
    ("document-that-differs-of-a-contact-below",
     lambda: as_document(document(failed=9, contact="tls@mail.google.example")), [GENUINE], "1"),
    ("document-that-differs-known-by-its-name", lambda: as_document(document(failed=9, contact=None)),
     [GENUINE], "1"),
    ("unsigned-mail", lambda: as_mail(document(), False), [GENUINE], "0"),
    ("unsigned-mail-that-differs", lambda: as_mail(document(failed=9), False), [GENUINE], "1"),
    ("unsigned-mail-of-a-stranger", lambda: as_mail(document(), False, "a@evil.example"), [GENUINE], "0"),
    ("unsigned-mail-of-a-stranger-that-differs", lambda: as_mail(document(failed=9), False, "a@evil.example"), [GENUINE], "1"),
    ("the-same-mail", lambda: as_mail(document()), [GENUINE], "0"),
]

for name, other, rows, quarantined in OTHERS:
    case(f"/race/verified-mail-and-{name}", other, rows, quarantined)(race)


if __name__ == "__main__":
    main()
