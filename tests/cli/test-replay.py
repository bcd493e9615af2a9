#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives to rows, to text, to JSON, and what of them was quarantined: replay, inspect, quarantine."""
import email
import functools
import gzip
import json
import mailbox

from harness import (ROOT, Cluster, Skip, by_schema, case, contains, equal, mail, main, one, part, report, rows,
                     run, scratch_folder, sql)

cluster = functools.cache(Cluster)
SAMPLE = ROOT / "contrib" / "sample" / "tlsrpt.mbox"
CORPUS = ROOT.parent / "shared" / "corpus"

SUMS = """SELECT count(DISTINCT report_uid), count(*), sum(total_successful_session_count),
  sum(total_failure_session_count) FROM tlsrpt.policy"""


def documents(message):
    """The reports in a mail, read by another reader than ours."""
    found = []
    for one_part in email.message_from_bytes(message).walk():
        content = one_part.get_payload(decode=True) or b""
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        try:
            document = json.loads(content)
        except ValueError:
            continue
        found.append(document)
    return found


def sums(reports):
    """What SUMS must find, a report counted once however often it was mailed."""
    unique = {json.dumps(one_report, sort_keys=True): one_report for one_report in reports}
    summaries = [policy["summary"] for one_report in unique.values() for policy in one_report["policies"]]
    details = [detail for one_report in unique.values() for policy in one_report["policies"]
               for detail in policy.get("failure-details") or []]
    return ([[str(len(unique)), str(len(summaries)),
              str(sum(s["total-successful-session-count"] for s in summaries)),
              str(sum(s["total-failure-session-count"] for s in summaries))]],
            [[str(len(details)), str(sum(d["failed-session-count"] for d in details))]])


def holds(database, reports):
    policies, details = sums(reports)
    equal(sql(database, SUMS), policies)
    equal(sql(database, "SELECT count(*), coalesce(sum(failed_session_count), 0) FROM tlsrpt.failure"),
          details)


def sample_messages():
    box = mailbox.mbox(SAMPLE, create=False)
    return [box.get_bytes(key) for key in box.keys()]


@case("/cli/replay/sample-twice-leaves-the-same-rows")
def sample_twice():
    database = cluster().database()
    reports = [found for message in sample_messages() for found in documents(message)]
    first = run("replay", SAMPLE, database=database)
    equal(first.returncode, 0, first.stderr)
    contains(first.stderr, "50 messages: 48 stored, 1 duplicate, 1 quarantined\n")
    holds(database, reports)
    once = rows(database)
    second = run("replay", SAMPLE, database=database)
    equal(second.returncode, 0, second.stderr)
    contains(second.stderr, "50 messages: 0 stored, 49 duplicates, 1 quarantined\n")
    equal(rows(database), once)


@case("/cli/replay/mbox-on-standard-input")
def standard_input():
    database = cluster().database()
    done = run("replay", "-", stdin=SAMPLE.read_bytes(), database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "50 messages: 48 stored, 1 duplicate, 1 quarantined\n")


@case("/cli/replay/what-deliver-stores-replay-knows")
def deliver_then_replay():
    database = cluster().database()
    message = sample_messages()[0]
    equal(run(stdin=message, database=database).returncode, 0)
    contains(run("replay", SAMPLE, database=database).stderr,
             "50 messages: 47 stored, 2 duplicates, 1 quarantined\n")


@case("/cli/replay/mail-document-and-packed-document-are-one-report")
def kinds_of_file():
    folder = scratch_folder()
    database = cluster().database()
    document = json.dumps(report())
    (folder / "a.eml").write_bytes(mail(part(document)))
    (folder / "b.json").write_text(document)
    (folder / "c.json.gz").write_bytes(gzip.compress(document.encode()))
    done = run("replay", *sorted(folder.iterdir()), database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "3 messages: 1 stored, 2 duplicates, 0 quarantined\n")
    holds(database, [report()])


@case("/cli/replay/goes-on-past-a-file-that-is-not-there")
def missing_file():
    database = cluster().database()
    done = run("replay", "/tmp/tlsrpt-none.mbox", SAMPLE, database=database)
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "tlsrpt-none.mbox")
    contains(done.stderr, "50 messages: 48 stored, 1 duplicate, 1 quarantined\n")


@case("/cli/replay/database-stopped-is-75")
def stopped():
    own = Cluster()
    database = own.database()
    own.stop()
    done = run("replay", SAMPLE, database=database)
    equal(done.returncode, 75, done.stderr)


@case("/cli/replay/wants-a-path")
def wants_a_path():
    equal(run("replay", database=cluster().database()).returncode, 64)


@case("/cli/inspect/text-shows-every-number")
def inspect_text():
    folder = scratch_folder()
    (folder / "a.eml").write_bytes(mail(part(report())))
    done = run("inspect", folder / "a.eml")
    equal(done.returncode, 0, done.stderr)
    for piece in ("Sender Inc.", "2024-05-01T00:00:00Z_example.org", "2024-05-01 00:00:00",
                  "2024-05-01 23:59:59", "tls@sender.example", "sts", "example.org",
                  "100 sessions succeeded", "3 failed", "mode: enforce", "mx.example.org",
                  "certificate-expired", "192.0.2.1", "192.0.2.9"):
        contains(done.stdout, piece)


@case("/cli/inspect/json-is-the-document")
def inspect_json():
    folder = scratch_folder()
    wanted = report()
    (folder / "a.eml").write_bytes(mail(part(wanted), part(report("2", failed=0))))
    done = run("inspect", "--format=json", folder / "a.eml")
    equal(done.returncode, 0, done.stderr)
    lines = [by_schema("inspect", line) for line in done.stdout.splitlines()]
    equal(len(lines), 2)
    equal(lines[0]["report"], wanted)
    equal(lines[0]["path"], str(folder / "a.eml"))
    equal(lines[1]["report"]["report-id"], "2")


@case("/cli/inspect/sample-has-the-sums-that-replay-stores")
def inspect_sample():
    done = run("inspect", "--format=json", SAMPLE)
    equal(done.returncode, 65, "the sample holds one DMARC report")
    lines = [by_schema("inspect", line) for line in done.stdout.splitlines()]
    found = [line["report"] for line in lines if "report" in line]
    reports = [found for message in sample_messages() for found in documents(message)]
    equal(len(found), 49)
    equal([one_report["report-id"] for one_report in found],
          [one_report["report-id"] for one_report in reports])
    equal(len([line for line in lines if "refusal" in line]), 1)


@case("/cli/inspect/says-where-and-why")
def inspect_bad():
    folder = scratch_folder()
    document = report()
    document["policies"][0]["summary"]["total-failure-session-count"] = "many"
    (folder / "a.json").write_text(json.dumps(document))
    wanted = "json: policies[0].summary.total-failure-session-count is not an integer"
    done = run("inspect", folder / "a.json")
    equal(done.returncode, 65)
    contains(done.stdout, wanted)
    done = run("inspect", "--format=json", folder / "a.json")
    equal(done.returncode, 65)
    contains(by_schema("inspect", done.stdout)["refusal"], wanted)


@case("/cli/inspect/needs-no-database")
def inspect_alone():
    equal(run("inspect", SAMPLE, database="host=/nonexistent").returncode, 65)


@case("/cli/inspect/refuses-an-unknown-format")
def inspect_format():
    equal(run("inspect", "--format=xml", SAMPLE).returncode, 64)


@case("/cli/quarantine/lists-and-shows-byte-for-byte")
def quarantine():
    database = cluster().database()
    message = mail(header=["X-Odd: \x1b[31m"])
    run("--sender=someone@example.net", stdin=message, database=database)
    listed = run("quarantine", "list", database=database)
    equal(listed.returncode, 0, listed.stderr)
    uid = one(database, "SELECT quarantine_uid FROM tlsrpt.quarantine")
    for piece in (uid, "no-report", "message", "someone@example.net", str(len(message))):
        contains(listed.stdout, piece)
    shown = run("quarantine", "show", uid[:8], database=database)
    equal(shown.returncode, 0, shown.stderr)
    equal(shown.stdout, message.decode())
    meta = run("quarantine", "show", "--meta", uid, database=database)
    contains(meta.stdout, "someone@example.net")
    equal(run("quarantine", "show", "ffffffff-0000-0000-0000-000000000000", database=database)
          .returncode, 64)
    equal(run("quarantine", "drop", uid, database=database).returncode, 0)
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "0")


@case("/cli/schema/status-says-what-to-do")
def schema_status():
    database = cluster().empty_database()
    before = run("schema", "status", database=database)
    equal(before.returncode, 1)
    contains(before.stdout, "schema install")
    for _ in range(2):
        equal(run("schema", "install", database=database).returncode, 0)
    equal(run("schema", "status", database=database).returncode, 0)


def corpus(name):
    path = CORPUS / name
    if not path.exists():
        raise Skip(f"no {path.parent.parent.name}/{path.parent.name}/ beside the checkout")
    content = path.read_bytes()
    wanted = documents(content) if path.suffix == ".eml" else [json.loads(content)]
    database = cluster().database()
    done = run("replay", path, database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "1 message: 1 stored, 0 duplicates, 0 quarantined\n")
    equal(len(wanted), 1)
    holds(database, wanted)
    if path.suffix == ".json":
        delivered = cluster().database()
        equal(run(stdin=mail(part(wanted[0])), database=delivered).returncode, 0)
        holds(delivered, wanted)


for corpus_name in ("google-sts.json", "mail.ru.json", "microsoft-sts-and-tlsa.json",
                    "null-contact.json", "plain-tlsrpt-part.eml", "validation-failure.json"):
    case(f"/cli/corpus/{corpus_name}", corpus_name)(corpus)


if CORPUS.exists():
    @case("/cli/corpus/has-no-file-without-a-case")
    def every_corpus_file():
        equal(sorted(path.name for path in CORPUS.iterdir() if path.suffix in (".eml", ".json")),
              ["google-sts.json", "mail.ru.json", "microsoft-sts-and-tlsa.json", "null-contact.json",
               "plain-tlsrpt-part.eml", "validation-failure.json"])


@case("/cli/replay/full-quarantine-keeps-no-report-out-and-is-read-again")
def full_quarantine():
    owner = cluster().database()
    box = scratch_folder() / "box.mbox"
    mails = [mail(), mail(part(report("one"))), mail(header=["X: 1"]), mail(part(report("two")))]
    box.write_bytes(b"".join(b"From tls@sender.example Thu Jan  1 00:00:00 1970\n" + one_mail + b"\n" for one_mail in mails))
    sql(owner, "UPDATE tlsrpt.quarantine_limit SET unauthenticated_bytes = 0")
    done = run("replay", box, database=owner)
    equal(done.returncode, 75, done.stderr)
    contains(done.stderr, "4 messages: 2 stored, 0 duplicates, 0 quarantined, 2 waiting: quarantine is full")
    sql(owner, "UPDATE tlsrpt.quarantine_limit SET unauthenticated_bytes = 100000")
    done = run("replay", box, database=owner)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "4 messages: 0 stored, 2 duplicates, 2 quarantined")


if __name__ == "__main__":
    main()
