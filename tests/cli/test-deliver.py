#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One message on stdin to rows and an exit status: what is stored, known already, or quarantined."""
import functools
import gzip
import json
import subprocess

from harness import (FIXTURES, PATIENCE, PROGRAM, Cluster, as_login, case, contains, equal, mail, main, one, part, report, rows,
                     run, sql)

cluster = functools.cache(Cluster)

SUMS = """SELECT count(DISTINCT r.report_uid), sum(p.total_successful_session_count),
  sum(p.total_failure_session_count),
  (SELECT coalesce(sum(failed_session_count), 0) FROM tlsrpt.failure)
  FROM tlsrpt.report r JOIN tlsrpt.policy p USING (report_uid)"""

# What RFC 8460 appendix B shows, in our words: every member that the RFC knows, and one it does not.
EVERY_MEMBER = {
    "organization-name": "Company-X",
    "date-range": {"start-datetime": "2016-04-01T00:00:00Z", "end-datetime": "2016-04-01T23:59:59Z"},
    "contact-info": "sts-reporting@company-x.example",
    "report-id": "5065427c-23d3-47ca-b6e0-946ea0e8c4be",
    "x-version": 7,
    "policies": [
        {"policy": {"policy-type": "sts",
                    "policy-string": ["version: STSv1", "mode: testing", "mx: *.mail.company-y.example",
                                      "max_age: 86400"],
                    "policy-domain": "company-y.example",
                    "mx-host": ["*.mail.company-y.example", "mx.company-y.example"]},
         "summary": {"total-successful-session-count": 5326, "total-failure-session-count": 303},
         "failure-details": [
             {"result-type": "certificate-expired", "sending-mta-ip": "2001:db8:abcd:12::1",
              "receiving-mx-hostname": "mx1.mail.company-y.example", "failed-session-count": 100},
             {"result-type": "starttls-not-supported", "sending-mta-ip": "2001:db8:abcd:13::1",
              "receiving-mx-hostname": "mx2.mail.company-y.example",
              "receiving-mx-helo": "helo.company-y.example", "receiving-ip": "203.0.113.56",
              "failed-session-count": 200,
              "additional-information": "https://reports.company-x.example/report_info?id=5065427c"},
             {"result-type": "validation-failure", "sending-mta-ip": "198.51.100.62",
              "receiving-ip": "203.0.113.58", "receiving-mx-hostname": "mx-backup.company-y.example",
              "failed-session-count": 3, "failure-reason-code": "X509_V_ERR_PROXY_PATH_LENGTH"}]},
        {"policy": {"policy-type": "tlsa", "policy-domain": "mx.company-y.example",
                    "policy-string": ["3 1 1 AB"]},
         "summary": {"total-successful-session-count": 9, "total-failure-session-count": 0}}]}


@case("/cli/deliver/stores-every-member-of-the-schema")
def every_member():
    database = cluster().database()
    done = run("--sender=tls@company-x.example", stdin=mail(part(EVERY_MEMBER)), database=database)
    equal(done.returncode, 0, done.stderr)
    equal(sql(database, """SELECT organization_name, report_id, contact_info, submitter, report_domain,
          start_datetime AT TIME ZONE 'UTC', end_datetime AT TIME ZONE 'UTC', header_from,
          envelope_sender, extra, dkim_result, evidence IS NOT NULL, document_bytes
          FROM tlsrpt.report"""),
          [["Company-X", "5065427c-23d3-47ca-b6e0-946ea0e8c4be", "sts-reporting@company-x.example",
            "sender.example", "example.org", "2016-04-01 00:00:00", "2016-04-01 23:59:59",
            "tls@sender.example", "tls@company-x.example", '{"x-version": 7}', "unknown", "t",
            str(len(json.dumps(EVERY_MEMBER)))]])
    equal(sql(database, """SELECT policy_no, policy_type, policy_domain, policy_string, mx_host,
          total_successful_session_count, total_failure_session_count
          FROM tlsrpt.policy ORDER BY policy_no"""),
          [["0", "sts", "company-y.example",
            '{"version: STSv1","mode: testing","mx: *.mail.company-y.example","max_age: 86400"}',
            "{*.mail.company-y.example,mx.company-y.example}", "5326", "303"],
           ["1", "tlsa", "mx.company-y.example", '{"3 1 1 AB"}', "{}", "9", "0"]])
    equal(sql(database, """SELECT policy_no, failure_no, result_type, sending_mta_ip,
          receiving_mx_hostname, receiving_mx_helo, receiving_ip, failed_session_count,
          additional_information, failure_reason_code FROM tlsrpt.failure ORDER BY failure_no"""),
          [["0", "0", "certificate-expired", "2001:db8:abcd:12::1", "mx1.mail.company-y.example",
            "\\N", "\\N", "100", "\\N", "\\N"],
           ["0", "1", "starttls-not-supported", "2001:db8:abcd:13::1", "mx2.mail.company-y.example",
            "helo.company-y.example", "203.0.113.56", "200",
            "https://reports.company-x.example/report_info?id=5065427c", "\\N"],
           ["0", "2", "validation-failure", "198.51.100.62", "mx-backup.company-y.example", "\\N",
            "203.0.113.58", "3", "\\N", "X509_V_ERR_PROXY_PATH_LENGTH"]])


def nested(inner):
    return (b"From: list@example.org\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=outer\n\n"
            b"--outer\nContent-Type: text/plain\n\nSee below.\n--outer\n"
            b"Content-Type: multipart/report; boundary=b\n\n" + inner + b"--b--\n--outer--\n")


PLAIN = mail(part(report()))
TWO = mail(part(report()), part(report("2", failed=0)))

SHAPES = [
    ("gzip-part", PLAIN, 1),
    ("json-part", mail(part(report(), "application/tlsrpt+json")), 1),
    ("gzip-part-labelled-json", mail(part(gzip.compress(json.dumps(report()).encode()),
                                          "application/tlsrpt+json")), 1),
    ("octet-stream", mail(part(report(), "application/octet-stream")), 1),
    ("carriage-returns-and-line-feeds", PLAIN.replace(b"\n", b"\r\n"), 1),
    ("carriage-returns-alone", PLAIN.replace(b"\n", b"\r"), 1),
    ("leading-from-line", b"From tls@sender.example Thu May  2 03:04:05 2024\n" + PLAIN, 1),
    ("multiparts-inside-each-other", nested(b"--b\n" + part(report())), 1),
    ("two-reports", TWO, 2),
]


def shape(message, n_reports):
    database = cluster().database()
    done = run("deliver", stdin=message, database=database)
    equal(done.returncode, 0, done.stderr)
    equal(done.stdout, "")
    equal(sql(database, SUMS), [[str(n_reports), str(100 * n_reports), "3", "3"]], done.stderr)
    equal(done.stderr.count("\n"), 1, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: stored: ")


for shape_name, shape_message, shape_reports in SHAPES:
    case(f"/cli/deliver/stores/{shape_name}", shape_message, shape_reports)(shape)


# A fixture of the message stage holds a stub for a document: those that are let through end one
# stage further on, where it lacks a period. Here they pass the whole program, and none is lost.
def fixture(database, path):
    before = int(one(database(), "SELECT count(*) FROM tlsrpt.quarantine"))
    raw = path.read_bytes()
    done = run(stdin=raw, database=database())
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: quarantined: ")
    equal(int(one(database(), "SELECT count(*) FROM tlsrpt.quarantine")), before + 1, done.stderr)
    stage, kept = sql(database(), f"""SELECT stage, encode(raw, 'hex') FROM tlsrpt.quarantine
                      WHERE raw = '\\x{raw.hex()}'""")[0]
    equal(kept, raw.hex())
    equal(stage == "message", path.name.startswith("refuse-"), f"{path.name} {done.stderr}")


fixture_database = functools.cache(lambda: cluster().database())
for fixture_path in sorted((FIXTURES / "message").glob("*.eml")):
    case(f"/cli/deliver/fixture/{fixture_path.stem}", fixture_database, fixture_path)(fixture)


# As a .forward may have them: no command, the value a word of its own; or the command behind them.
@case("/cli/deliver/options-with-separate-values", [])
@case("/cli/deliver/options-with-separate-values-before-the-command", ["deliver"])
def separate_values(command):
    database = cluster().database()
    done = run("--database", database, "--sender", "tls@company-x.example", *command,
               stdin=mail(part(report())))
    equal(done.returncode, 0, done.stderr)
    equal(one(database, "SELECT envelope_sender FROM tlsrpt.report"), "tls@company-x.example")


LOCALES = {"c": {"LC_ALL": "C"}, "none": {}, "utf-8": {"LC_ALL": "C.UTF-8"}}
SENDERS = {"utf-8": ("jürgen@company-x.example".encode(), "jürgen@company-x.example"),
           "latin-1": ("jürgen@company-x.example".encode("latin-1"), "j\ufffdrgen@company-x.example")}


@case("/cli/deliver/envelope-in-any-encoding-under-any-locale")
def envelope_bytes():
    owner = cluster().database()
    for locale, environment in LOCALES.items():
        for encoding, (sent, stored) in SENDERS.items():
            sql(owner, "DELETE FROM tlsrpt.report")
            words = [b"--%s=%s" % (name, sent) for name in (b"sender", b"recipient", b"queue-id", b"client")]
            done = subprocess.run([PROGRAM.encode(), b"deliver", *words], input=mail(part(report())), check=False,
                                  env={"TLSRPT_DATABASE": as_login(owner, "deliver"), "TLSRPT_VERIFY_DKIM": "no", **environment},
                                  capture_output=True, cwd="/", timeout=PATIENCE)
            equal(done.returncode, 0, (locale, encoding, done.stderr))
            equal(one(owner, "SELECT envelope_sender FROM tlsrpt.report"), stored)


CLOSED = {"stdin": ("<&-", 75, ["0"]), "stdout": (">&-", 0, ["1"]), "stderr": ("2>&-", 0, ["1"]),
          "all-but-stdin": (">&- 2>&-", 0, ["1"])}


@case("/cli/deliver/closed-standard-files-take-no-messages-to-the-database")
def closed_files():
    for name, (closing, status, reports) in CLOSED.items():
        owner = cluster().database()
        done = subprocess.run(["sh", "-c", f'exec "$0" deliver --queue-id=x {closing}', PROGRAM], check=False, cwd="/",
                              input=mail(part(report())), env={"TLSRPT_DATABASE": as_login(owner, "deliver"), "TLSRPT_VERIFY_DKIM": "no"},
                              capture_output=True, timeout=PATIENCE)
        equal((name, done.returncode), (name, status), done.stderr)
        equal((name, sql(owner, "SELECT count(*) FROM tlsrpt.report")[0]), (name, reports))


@case("/cli/deliver/day-to-come-is-quarantined-as-invalid")
def day_to_come():
    owner = cluster().database()
    late = report(**{"date-range": {"start-datetime": "2099-05-01T00:00:00Z", "end-datetime": "2099-05-01T23:59:59Z"}})
    done = run("deliver", stdin=mail(part(late)), database=owner)
    equal(done.returncode, 0, done.stderr)
    equal(sql(owner, "SELECT reason, stage, detail FROM tlsrpt.quarantine"),
          [["invalid", "report", "report: its period begins in the future, on 2099-05-01"]])


@case("/cli/deliver/full-quarantine-keeps-no-report-out")
def full_quarantine():
    """A mail with a report and a part at fault: the report is stored, the mail waits for room, and is known then."""
    owner = cluster().database()
    both = mail(part(report()), part(b"{", "application/tlsrpt+json"))
    sql(owner, "UPDATE tlsrpt.quarantine_limit SET unauthenticated_bytes = 0")
    done = run("deliver", stdin=both, database=owner)
    equal(done.returncode, 75, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: stored, deferred (quarantine is full): ")
    equal([len(table) for table in rows(owner)], [1, 1, 1, 0])
    sql(owner, "UPDATE tlsrpt.quarantine_limit SET unauthenticated_bytes = 100000")
    done = run("deliver", stdin=both, database=owner)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: duplicate, quarantined: ")
    equal([len(table) for table in rows(owner)], [1, 1, 1, 1])


@case("/cli/deliver/same-mail-again-stores-nothing")
def duplicate():
    database = cluster().database()
    run(stdin=PLAIN, database=database)
    once = rows(database)
    done = run(stdin=PLAIN, database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: duplicate: ")
    equal(rows(database), once)


@case("/cli/deliver/same-report-with-other-numbers-is-a-conflict")
def conflict():
    database = cluster().database()
    run(stdin=PLAIN, database=database)
    done = run(stdin=mail(part(report(failed=4))), database=database)
    equal(done.returncode, 0, done.stderr)
    equal(sql(database, SUMS), [["1", "100", "3", "3"]])
    equal(sql(database, "SELECT reason FROM tlsrpt.quarantine"), [["conflict"]])


GZIP = gzip.compress(json.dumps(report()).encode(), mtime=0)

BAD = [
    ("empty-stdin", b"", "no-report", "message"),
    ("mail-without-a-report", mail(), "no-report", "message"),
    ("truncated-gzip", mail(part(GZIP[:-20])), "malformed", "gunzip"),
    ("json-that-is-no-report", mail(part({"hello": "world"})), "invalid", "json"),
    ("no-json", mail(part("<html>")), "malformed", "json"),
    ("nesting-that-would-overflow-a-stack", mail(part("[" * 200000)), "limit", "json"),
    ("negative-count", mail(part(report(failed=0, policies=[
        {"policy": {"policy-type": "sts", "policy-domain": "example.org"},
         "summary": {"total-successful-session-count": -1, "total-failure-session-count": 0}}]))),
     "invalid", "json"),
]


def bad(message, reason, stage):
    database = cluster().database()
    done = run(stdin=message, database=database)
    equal(done.returncode, 0, done.stderr)
    equal(done.stderr.count("\n"), 1, done.stderr)
    equal(sql(database, "SELECT count(*) FROM tlsrpt.report"), [["0"]])
    equal(sql(database, "SELECT reason, stage, encode(raw, 'hex') FROM tlsrpt.quarantine"),
          [[reason, stage, message.hex()]], done.stderr)


for bad_name, bad_message, bad_reason, bad_stage in BAD:
    case(f"/cli/deliver/quarantines/{bad_name}", bad_message, bad_reason, bad_stage)(bad)


@case("/cli/deliver/quarantines/a-message-past-the-cap-cut-there")
def oversized():
    database = cluster().database()
    message = PLAIN + b"x" * 5000
    done = run("--set=message-bytes=4096", stdin=message, database=database)
    equal(done.returncode, 0, done.stderr)
    equal(sql(database, "SELECT count(*) FROM tlsrpt.report"), [["0"]])
    equal(sql(database, "SELECT reason, is_truncated, raw_bytes FROM tlsrpt.quarantine"),
          [["limit", "t", "4096"]])


@case("/cli/deliver/on-reject/bounce-is-65-and-kept")
def on_reject_bounce():
    database = cluster().database()
    done = run("--set=on-reject=bounce", stdin=mail(), database=database)
    equal(done.returncode, 65)
    equal(done.stderr.count("\n"), 1)
    contains(done.stderr, "no TLS report among 1 part: text/plain")
    equal(one(database, "SELECT reason FROM tlsrpt.quarantine"), "no-report")


@case("/cli/deliver/on-reject/discard-is-0-and-not-kept")
def on_reject_discard():
    database = cluster().database()
    done = run("--set=on-reject=discard", stdin=mail(), database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: discarded: ")
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "0")


@case("/cli/deliver/hostile-values-stay-on-one-line")
def hostile_values():
    database = cluster().database()
    document = report("id\n\x1b[2Jtlsrpt-ingest: stored", **{"organization-name": "O\r\n'\u202e"})
    done = run("--sender=a\nb@example", stdin=mail(part(document)), database=database)
    equal(done.returncode, 0, done.stderr)
    equal(done.stderr.count("\n"), 1, done.stderr)
    assert not any(ord(c) < 32 for c in done.stderr.rstrip("\n")), repr(done.stderr)


# The subject alone names a submitter, and that is longer than a name may be.
@case("/cli/deliver/submitter-of-the-subject-at-its-cap", 64)
@case("/cli/deliver/submitter-of-the-subject-past-its-cap", 65)
def long_submitter(length):
    submitter = ("s" * 50 + "." + "s" * 50)[:length - 8] + ".example"
    message = mail(part(report(), name="report.json.gz"),
                   subject=f"Report Domain: example.org Submitter: {submitter} Report-ID: <2024-05-01T00:00:00Z_example.org>")
    message = message.replace(b"TLS-Report-Submitter: sender.example\n", b"")
    conninfo = cluster().database()
    done = run("deliver", "--set=name-bytes=64", stdin=message, database=conninfo)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "stored: ")
    equal(one(conninfo, "SELECT coalesce(length(submitter), 0) FROM tlsrpt.report"), str(length if length <= 64 else 0))


if __name__ == "__main__":
    main()
