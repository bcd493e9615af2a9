#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence for auditors: its numbers, its forms, and that each change of what is stored is found, also after prune."""
import functools
import hashlib
import json
import re
import subprocess

from harness import (PROGRAM, ROOT, Cluster, as_login, assert_tidy, by_schema, case, contains, cron_environment, equal, mail, main,
                     one, parse_strictly, part, report, run, scratch_folder, sql)
from strangers import LIVE, UNTIL, fill

cluster = functools.cache(Cluster)
PERIOD = ("--since=30d", f"--until={UNTIL}")
ALL_RIGHT = re.compile(r"(\d+) links, (\d+) reports, (\d+) documents kept, (\d+) reports not linked yet: all as linked\n"
                       r"head ([0-9a-f]{64}|-)\n")
YEARS = (2020, 2021, 2022, 2023)


def store(conninfo, *days, sender="sender.example", **members):
    for day in days:
        one_report = report(f"{sender}-{day}", **{"date-range": {"start-datetime": f"{day}T00:00:00Z",
                                                                 "end-datetime": f"{day}T23:59:59Z"}}, **members)
        done = run("deliver", stdin=mail(part(one_report), sender=f"tls@{sender}"), database=conninfo)
        equal((done.returncode, done.stderr.split(":")[1].strip()), (0, "stored"), done.stderr)


def evidence(conninfo, *words, status=0):
    done = run("evidence", *words, database=conninfo)
    equal((done.returncode, done.stderr), (status, ""), done.stdout)
    return done.stdout


def linked():
    """A database with a report of each of four years, all linked."""
    conninfo = cluster().database()
    store(conninfo, *(f"{year}-05-01" for year in YEARS))
    evidence(conninfo)
    return conninfo


def head_of(conninfo):
    return json.loads(evidence(conninfo, "--format=json"))["chain"]["head"]


def is_right(conninfo, *words):
    found = ALL_RIGHT.fullmatch(evidence(conninfo, "--verify", *words))
    assert found, evidence(conninfo, "--verify", *words)
    return [int(number) for number in found.groups()[:4]]


def faults(conninfo, *words):
    said = evidence(conninfo, "--verify", *words, status=1)
    contains(said, "NOT as linked\n")
    return sorted(re.findall(r"chain broken|report missing|report changed|document missing|document changed|"
                             r"report never linked|does not contain the head", said))


def tamper(conninfo, text):
    """As an owner does who wants no trace."""
    sql(conninfo, f"SET session_replication_role = replica; {text}")


@case("/evidence/chain/an-empty-store-is-right")
def empty():
    conninfo = cluster().database()
    equal(is_right(conninfo), [0, 0, 0, 0])
    evidence(conninfo)
    equal(is_right(conninfo), [0, 0, 0, 0])


@case("/evidence/chain/deliver-links-nothing-and-evidence-and-alert-do")
def who_links():
    conninfo = cluster().database()
    store(conninfo, "2023-05-01")
    equal(is_right(conninfo), [0, 0, 1, 1])
    evidence(conninfo)
    equal(is_right(conninfo), [1, 1, 1, 0])
    store(conninfo, "2023-05-02")
    run("alert", "--dry-run", database=conninfo)
    equal(is_right(conninfo), [1, 1, 2, 1])
    run("alert", database=conninfo)
    equal(is_right(conninfo), [2, 2, 2, 0])
    before = head_of(conninfo)
    equal(head_of(conninfo), before, "nothing new, nothing linked")


@case("/evidence/chain/an-auditor-computes-the-head-from-the-texts-alone")
def recomputed():
    conninfo = linked()
    digest = b""
    for text, shown in sql(conninfo, "SELECT to_json(link_text), link_digest FROM tlsrpt.document_chain ORDER BY link_no"):
        digest = hashlib.sha256(digest + json.loads(text).encode()).digest()
        equal(digest.hex(), shown)
        equal(len(json.loads(text).splitlines()), 11)
    equal(digest.hex(), head_of(conninfo))


@case("/evidence/chain/a-reader-writes-evidence-and-links-nothing")
def reader():
    conninfo = cluster().database()
    store(conninfo, "2023-05-01")
    done = run("evidence", database=None, environment={"TLSRPT_DATABASE": cluster().login(conninfo, "auditor", "tlsrpt_reader")})
    equal((done.returncode, done.stderr), (0, ""))
    contains(done.stdout, "Reports not linked yet: 1.")
    equal(is_right(conninfo), [0, 0, 1, 1])


@case("/evidence/verify/changed-digest-of-a-report", "UPDATE tlsrpt.report SET content_digest = sha256('x') WHERE day = '2021-05-01'", ["report changed"])
@case("/evidence/verify/changed-reporter", "UPDATE tlsrpt.report SET reporter_domain = 'other.example' WHERE day = '2021-05-01'", ["report changed"])
@case("/evidence/verify/changed-time", "UPDATE tlsrpt.report SET stored_at = stored_at - interval '1 microsecond' WHERE day = '2021-05-01'",
      ["report changed"])
@case("/evidence/verify/changed-document", "UPDATE tlsrpt.report SET evidence = evidence || '\\x00' WHERE day = '2021-05-01'", ["document changed"])
@case("/evidence/verify/removed-document", "UPDATE tlsrpt.report SET evidence = NULL WHERE day = '2021-05-01'", ["document missing"])
@case("/evidence/verify/removed-report", "DELETE FROM tlsrpt.report WHERE day = '2021-05-01'", ["report missing"])
@case("/evidence/verify/removed-first-report", "DELETE FROM tlsrpt.report WHERE day = '2020-05-01'", ["report missing"])
@case("/evidence/verify/removed-last-report", "DELETE FROM tlsrpt.report WHERE day = '2023-05-01'", ["report missing"])
@case("/evidence/verify/removed-report-and-its-link",
      "DELETE FROM tlsrpt.report WHERE day = '2021-05-01'; DELETE FROM tlsrpt.document_link WHERE day = '2021-05-01'", ["chain broken"])
@case("/evidence/verify/changed-link", "UPDATE tlsrpt.document_link SET day = '2021-05-02' WHERE link_no = 2",
      ["chain broken", "report changed"])
@case("/evidence/verify/changed-report-and-its-link",
      "UPDATE tlsrpt.report SET content_digest = sha256('x') WHERE day = '2021-05-01';"
      "UPDATE tlsrpt.document_link SET content_digest = sha256('x') WHERE link_no = 2", ["chain broken"])
@case("/evidence/verify/changed-report-and-its-link-with-a-digest-that-fits",
      "UPDATE tlsrpt.report SET content_digest = sha256('x') WHERE day = '2021-05-01';"
      "UPDATE tlsrpt.document_link SET content_digest = sha256('x') WHERE link_no = 2;"
      "UPDATE tlsrpt.document_link l SET link_digest = sha256((SELECT link_digest FROM tlsrpt.document_link WHERE link_no = 1)"
      " || convert_to(tlsrpt.link_text(l), 'UTF8')) WHERE link_no = 2", ["chain broken"])
@case("/evidence/verify/links-that-changed-places",
      "UPDATE tlsrpt.document_link SET link_no = -link_no WHERE link_no IN (2, 3);"
      "UPDATE tlsrpt.document_link SET link_no = 5 + link_no WHERE link_no < 0", ["chain broken"] * 3)
@case("/evidence/verify/first-link-removed", "DELETE FROM tlsrpt.report WHERE day = '2020-05-01';"
      "DELETE FROM tlsrpt.document_link WHERE link_no = 1", ["chain broken"])
@case("/evidence/verify/a-prune-that-never-was",
      "DELETE FROM tlsrpt.report WHERE day = '2021-05-01';"
      "INSERT INTO tlsrpt.document_link (link_no, kind, day, linked_at, link_digest) VALUES (5, 'prune', '2022-01-01', now(), sha256('x'))",
      ["chain broken"])
def found(text, expected):
    conninfo = linked()
    equal(is_right(conninfo), [4, 4, 4, 0])
    tamper(conninfo, text)
    equal(faults(conninfo), expected)
    # A later link does not heal it.
    store(conninfo, "2023-06-01")
    evidence(conninfo)
    equal(faults(conninfo), expected)


def insert_copy(conninfo, stored_at):
    tamper(conninfo, "INSERT INTO tlsrpt.report (report_uid, organization_name, report_id, start_datetime, end_datetime, stored_at,"
           " document_bytes, reporter_domain, reporter_basis, is_verified, day, first_day, last_day, reported_sessions, content_digest)"
           f" SELECT tlsrpt.first_key(day), 'Forged', 'forged', start_datetime, end_datetime, {stored_at}, 1, reporter_domain,"
           " reporter_basis, is_verified, day, first_day, last_day, reported_sessions, sha256('forged')"
           " FROM tlsrpt.report WHERE day = '2021-05-01'")


# Two days are what a transaction that stores a report may take.
@case("/evidence/verify/inserted-report-with-an-earlier-time", "(SELECT max(stored_at) FROM tlsrpt.document_link) - interval '2 days 1 us'",
      ["report never linked"])
@case("/evidence/verify/inserted-report-with-a-time-of-now-is-a-new-one",
      "(SELECT max(stored_at) FROM tlsrpt.document_link) - interval '2 days'", [])
def inserted(stored_at, expected):
    conninfo = linked()
    insert_copy(conninfo, stored_at)
    evidence(conninfo)
    if expected:
        equal(faults(conninfo), expected)
        contains(evidence(conninfo), "are older than linked ones and are never linked: 1.")
    else:
        equal(is_right(conninfo), [5, 5, 4, 0])


@case("/evidence/verify/a-clock-that-was-ahead-does-not-stop-the-chain")
def clock():
    conninfo = cluster().database()
    store(conninfo, "2023-05-01")
    sql(conninfo, "UPDATE tlsrpt.report SET stored_at = stored_at + interval '1 year'")
    evidence(conninfo)
    store(conninfo, "2023-05-02")
    evidence(conninfo)
    equal(is_right(conninfo), [2, 2, 2, 0])


@case("/evidence/head/of-an-earlier-file-is-in-the-chain")
def earlier_head():
    conninfo = linked()
    head = head_of(conninfo)
    store(conninfo, "2023-05-02")
    evidence(conninfo)
    assert head_of(conninfo) != head
    equal(is_right(conninfo, f"--head={head}"), [5, 5, 5, 0])
    equal(is_right(conninfo, f"--head={head.upper()}"), [5, 5, 5, 0])


# What --verify alone cannot see.
@case("/evidence/head/finds-a-tail-that-was-cut-off",
      "DELETE FROM tlsrpt.report WHERE day = '2023-05-01'; DELETE FROM tlsrpt.document_link WHERE link_no = 4")
@case("/evidence/head/finds-a-chain-that-was-made-again",
      "DELETE FROM tlsrpt.report WHERE day = '2021-05-01'; DELETE FROM tlsrpt.document_link; SELECT tlsrpt.link_documents()")
def cut_off(text):
    conninfo = linked()
    head = head_of(conninfo)
    tamper(conninfo, text)
    equal(is_right(conninfo), [3, 3, 3, 0])
    equal(faults(conninfo, f"--head={head}"), ["does not contain the head"])


def days_since(conninfo, day):
    return one(conninfo, f"SELECT current_date - date '{day}'")


@case("/evidence/prune/is-a-link-and-explains-what-is-gone-and-nothing-else")
def pruned():
    conninfo = linked()
    head = head_of(conninfo)
    store(conninfo, "2020-06-01", "2022-06-01")
    age = days_since(conninfo, "2022-01-01")
    contains(run("prune", f"--older-than={age}", "--dry-run", database=conninfo).stdout, "3 reports")
    equal(is_right(conninfo), [4, 4, 6, 2])
    contains(run("prune", f"--older-than={age}", database=conninfo).stdout, "rows of 3 reports removed")
    equal(is_right(conninfo, f"--head={head}"), [7, 6, 3, 0])
    equal(sql(conninfo, "SELECT kind, day FROM tlsrpt.document_chain WHERE link_no = 7"), [["prune", "2022-01-01"]])
    contains(evidence(conninfo), "Reports on days before 2022-01-01 were deleted.")
    run("prune", f"--older-than={age}", database=conninfo)
    equal(is_right(conninfo), [7, 6, 3, 0])
    # A report that comes after the prune is not excused by it.
    store(conninfo, "2020-07-01")
    evidence(conninfo)
    equal(is_right(conninfo), [8, 7, 4, 0])
    tamper(conninfo, "DELETE FROM tlsrpt.report WHERE day = '2020-07-01'")
    equal(faults(conninfo), ["report missing"])
    run("prune", f"--older-than={age}", database=conninfo)
    equal(is_right(conninfo), [9, 7, 3, 0])


@case("/evidence/prune/finds-what-is-changed-afterwards",
      "UPDATE tlsrpt.report SET content_digest = sha256('x') WHERE day = '2022-05-01'", ["report changed"])
@case("/evidence/prune/finds-what-is-removed-afterwards", "DELETE FROM tlsrpt.report WHERE day = '2022-05-01'", ["report missing"])
@case("/evidence/prune/finds-a-later-day-in-its-link", "DELETE FROM tlsrpt.report WHERE day = '2022-05-01';"
      "UPDATE tlsrpt.document_link SET day = '2023-01-01' WHERE kind = 'prune'", ["chain broken"])
@case("/evidence/prune/finds-its-link-removed", "DELETE FROM tlsrpt.document_link WHERE kind = 'prune'", ["report missing"] * 2)
def after_prune(text, expected):
    conninfo = linked()
    run("prune", f"--older-than={days_since(conninfo, '2022-01-01')}", database=conninfo)
    equal(is_right(conninfo), [5, 4, 2, 0])
    tamper(conninfo, text)
    equal(faults(conninfo), expected)


@case("/evidence/prune/the-first-and-the-last-day-that-it-takes")
def prune_boundary():
    conninfo = cluster().database()
    store(conninfo, "2021-12-31", "2022-01-01")
    run("prune", f"--older-than={days_since(conninfo, '2022-01-01')}", database=conninfo)
    equal(is_right(conninfo), [3, 2, 1, 0])
    tamper(conninfo, "DELETE FROM tlsrpt.report")
    equal(faults(conninfo), ["report missing"])


@case("/evidence/prune/of-evidence-leaves-the-digest")
def evidence_only():
    conninfo = linked()
    run("prune", "--evidence-only", f"--older-than={days_since(conninfo, '2022-01-01')}", database=conninfo)
    equal(is_right(conninfo), [5, 4, 2, 0])
    tamper(conninfo, "UPDATE tlsrpt.report SET content_digest = sha256('x') WHERE day = '2021-05-01'")
    equal(faults(conninfo), ["report changed"])
    tamper(conninfo, "UPDATE tlsrpt.report SET evidence = NULL WHERE day = '2022-05-01'")
    equal(faults(conninfo), ["document missing", "report changed"])
    tamper(conninfo, "UPDATE tlsrpt.report SET evidence = 'another' WHERE day = '2020-05-01'")
    equal(faults(conninfo), ["document changed", "document missing", "report changed"])


@case("/evidence/chain/a-report-that-a-signed-one-replaced-is-explained")
def superseded():
    conninfo = linked()
    sql(conninfo, "INSERT INTO tlsrpt.report (report_uid, organization_name, report_id, start_datetime, end_datetime, document_bytes,"
        " reporter_domain, reporter_basis, is_verified, dkim_result, day, first_day, last_day, reported_sessions, content_digest, supersedes)"
        " SELECT report_uid, organization_name, report_id, start_datetime, end_datetime, 1, reporter_domain, 'dkim', true, 'pass',"
        " day, first_day, last_day, reported_sessions, content_digest, ARRAY[report_uid] FROM tlsrpt.report WHERE day = '2021-05-01'")
    equal(is_right(conninfo), [4, 4, 3, 1])
    evidence(conninfo)
    equal(is_right(conninfo), [5, 5, 3, 0])
    tamper(conninfo, "DELETE FROM tlsrpt.report WHERE day = '2021-05-01'")
    equal(faults(conninfo), ["report missing"])


@case("/evidence/chain/decoding-again-is-right-and-is-linked-if-it-changes-a-report")
def decoded_again():
    conninfo = linked()
    contains(run("replay", "--from-evidence", database=conninfo).stderr, "4 reports replaced")
    equal(is_right(conninfo), [4, 4, 4, 0], "the same again")
    # As if an earlier version of the program had linked another digest of the content.
    tamper(conninfo, "UPDATE tlsrpt.report SET content_digest = sha256('earlier') WHERE day = '2021-05-01'; DELETE FROM tlsrpt.document_link;"
           " SELECT tlsrpt.link_documents()")
    equal(is_right(conninfo), [4, 4, 4, 0])
    contains(run("replay", "--from-evidence", database=conninfo).stderr, "4 reports replaced")
    equal(is_right(conninfo), [5, 4, 4, 0])
    equal(sql(conninfo, "SELECT kind, day FROM tlsrpt.document_chain WHERE link_no = 5"), [["replay", "2021-05-01"]])
    tamper(conninfo, "UPDATE tlsrpt.report SET content_digest = sha256('earlier') WHERE day = '2021-05-01'")
    equal(faults(conninfo), ["report changed"])


@case("/evidence/chain/removing-a-domain-is-linked-for-each-report-that-loses-something")
def domain_removed():
    conninfo = linked()
    store(conninfo, "2023-07-01", domain="gone.example")
    shared = [*report()["policies"], *report(domain="gone.example")["policies"]]
    store(conninfo, "2023-07-02", policies=shared)
    evidence(conninfo)
    equal(is_right(conninfo), [6, 6, 6, 0])
    equal(run("domain", "remove", "gone.example", "--yes", database=conninfo).returncode, 0)
    equal(is_right(conninfo), [8, 6, 4, 0])
    equal(sql(conninfo, "SELECT kind, day FROM tlsrpt.document_chain WHERE link_no > 6 ORDER BY kind"),
          [["remove", "2023-07-01"], ["remove-evidence", "2023-07-02"]])
    tamper(conninfo, "DELETE FROM tlsrpt.report WHERE day = '2023-07-02'")
    equal(faults(conninfo), ["report missing"])


@case("/evidence/words/refused", ["x"], "takes only options")
@case("/evidence/words/refused-format", ["--format=csv"], "--format must be text, html or json")
@case("/evidence/words/refused-head-without-verify", ["--head=" + 64 * "0"], "--head needs --verify")
@case("/evidence/words/refused-verify-of-a-period", ["--verify", "--since=7d"], "it takes only --head")
@case("/evidence/words/refused-head-of-63-digits", ["--verify", "--head=" + 63 * "0"], "64 hexadecimal digits")
@case("/evidence/words/refused-head-of-65-digits", ["--verify", "--head=" + 65 * "0"], "64 hexadecimal digits")
@case("/evidence/words/refused-head-with-another-letter", ["--verify", "--head=g" + 63 * "0"], "64 hexadecimal digits")
@case("/evidence/words/refused-two-periods", ["--last=week", "--since=7d"], "evidence: --last cannot be combined")
def refused(words, expected):
    done = run("evidence", *words)
    equal((done.returncode, done.stdout), (64, ""))
    contains(done.stderr, expected)


@functools.cache
def filled(kind):
    conninfo = cluster().database()
    fill(conninfo, kind)
    equal(run("incident", "update", f"--day={UNTIL}", database=conninfo).returncode, 0)
    return conninfo


@case("/evidence/json/hostile", "hostile")
@case("/evidence/json/clean", "clean")
@case("/evidence/json/empty", "empty")
def json_object(kind):
    conninfo = filled(kind)
    said = by_schema("evidence", evidence(conninfo, *PERIOD, "--format=json"))
    months = sql(conninfo, f"SET tlsrpt.today = '{UNTIL}'; SELECT to_char(month, 'YYYY-MM'), count(*), sum(sessions), sum(encrypted_sessions),"
                 " sum(validated_sessions) FROM tlsrpt.coverage WHERE month >= '2024-04-01' GROUP BY month ORDER BY month")
    equal([[row["month"], *(str(row[name]) for name in ("mail_domains", "sessions", "encrypted_sessions", "validated_sessions"))]
           for row in said["coverage"]], months)
    equal(sum(row["reports"] for row in said["reporters"]), int(one(conninfo, "SELECT count(*) FROM tlsrpt.report")))
    equal(sum(row["is_verified"] for row in said["reporters"]), 0)
    equal(said["chain"]["reports"], int(one(conninfo, "SELECT count(*) FROM tlsrpt.report")))
    for row in said["incidents"]:
        equal(row["days_to_repair"] is None, row["state"] != "closed", row)
    equal(len(said["incidents"]) > 0, kind == "hostile")
    equal(len(said["policies"]) > 0, kind != "empty")
    equal(len(said["limits"]) > 3, True)


@case("/evidence/text/of-one-domain")
def one_domain():
    said = evidence(filled("hostile"), *PERIOD, "--domain=Clean.Example")
    contains(said, f"Evidence from TLS reports on clean.example, 2024-04-04 to {UNTIL}\n")
    contains(said, "No incident touches these days.")
    contains(said, "What reports cannot prove")
    equal(re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", evidence(filled("hostile"), *PERIOD)), [])


@case("/evidence/repair/is-counted-from-the-first-day-to-the-day-that-it-is-over")
def repair():
    conninfo = cluster().database()
    store(conninfo, "2024-04-10", "2024-04-11", failed=50)
    for day in range(12, 20):
        store(conninfo, f"2024-04-{day}", failed=0)
    equal(run("incident", "update", f"--day={UNTIL}", database=conninfo).returncode, 0)
    found = json.loads(evidence(conninfo, *PERIOD, "--format=json"))["incidents"]
    (row,) = [one_row for one_row in found if one_row["place"] == "mx.example.org"]
    equal([row[name] for name in ("state", "first_day", "last_day", "over_day", "days_to_repair", "failed_sessions")],
          ["closed", "2024-04-10", "2024-04-11", "2024-04-13", 3, 100])


@case("/evidence/reporters/are-counted-and-those-that-a-signature-proves")
def reporters():
    conninfo = cluster().database()
    for sender in ("a.example", "b.example"):
        store(conninfo, "2024-04-10", sender=sender)
    sql(conninfo, "UPDATE tlsrpt.report SET is_verified = true, reporter_basis = 'dkim' WHERE reporter_domain = 'b.example'")
    contains(evidence(conninfo, *PERIOD), "\n2 reporters, 1 verified\n")
    equal([(row["reporter_domain"], row["is_verified"], row["verified_reports"])
           for row in json.loads(evidence(conninfo, *PERIOD, "--format=json"))["reporters"]],
          [("a.example", False, 0), ("b.example", True, 1)])


def page(kind):
    return evidence(filled(kind), *PERIOD, "--format=html")


@case("/evidence/html/no-parse-error-of-the-standard/hostile", "hostile")
@case("/evidence/html/no-parse-error-of-the-standard/empty", "empty")
def standard(kind):
    parse_strictly(page(kind))


@case("/evidence/html/tidy-has-nothing-to-say/hostile", "hostile")
@case("/evidence/html/tidy-has-nothing-to-say/empty", "empty")
def tidy(kind):
    path = scratch_folder() / "page.html"
    path.write_text(page(kind))
    assert_tidy(path)


@case("/evidence/html/words-of-strangers-stay-words")
def words():
    text = page("hostile")
    for stranger in LIVE[:4]:
        assert stranger not in text, stranger
    contains(text, "&lt;script&gt;document.title=")
    contains(text, head_of(filled("hostile")))


def cron(folder, conninfo):
    """Runs the line of contrib/cron; returns its status and what cron would mail."""
    text = (ROOT / "contrib/cron/tlsrpt-evidence").read_text()
    line = re.search(r"^\d+ \d+ 3 \* \*  tlsrpt  (.*)$", text, re.M)[1].replace("/var/lib/tlsrpt-evidence", str(folder))
    environment = cron_environment(text.replace("/usr/local/sbin", str(ROOT / "contrib/systemd")), INGEST=str(PROGRAM),
                                   TLSRPT_DATABASE=as_login(conninfo, "evidence"))
    done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@case("/evidence/cron/keeps-each-month-and-says-if-the-chain-is-not-as-it-was")
def monthly():
    conninfo, folder = linked(), scratch_folder()
    equal(cron(folder, conninfo), (0, ""))
    page, kept = sorted(folder.iterdir())
    equal((page.suffix, kept.suffix, page.stem), (".html", ".json", kept.stem))
    found = by_schema("evidence", kept.read_text())
    equal(found["since"], f"{page.stem}-01")
    equal(found["chain"]["head"], head_of(conninfo))
    # A later month: the head of the newest file must still be there.
    for path in (page, kept):
        path.rename(path.with_stem("2020-01"))
    equal(cron(folder, conninfo), (0, ""))
    equal(len(list(folder.iterdir())), 4)
    tamper(conninfo, "DELETE FROM tlsrpt.document_link; DELETE FROM tlsrpt.report WHERE day = '2020-05-01'")
    status, said = cron(folder, conninfo)
    equal(status, 1)
    contains(said, "does not contain the head")
    equal(sorted(path.name for path in folder.iterdir() if path.name.startswith(".")), [])


if __name__ == "__main__":
    main()
