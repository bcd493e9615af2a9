#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Store and quarantine near their caps and past them: what deliver, replay and quarantine retry do with a report
that the store has no room for, and who says from 80 % on that there will be none."""
import functools
import json

from harness import Cluster, by_schema, case, contains, equal, mail, main, one, part, report, rows, run, scratch_folder, sql

cluster = functools.cache(Cluster)
TODAY = "--until=2024-05-02"
ROWS = 3  # of one report: report, policy and failure
REASONS = "SELECT reason, stage, count(*) FROM tlsrpt.quarantine GROUP BY 1, 2"


def room_for(reports):
    owner = cluster().database()
    sql(owner, f"UPDATE tlsrpt.store_limit SET unverified_day_rows = {reports * ROWS}")
    return owner


def deliver(owner, name, words="stored"):
    done = run("deliver", stdin=mail(part(report(name))), database=owner)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, f"tlsrpt-ingest: {words}: ")


def written(folder, n):
    box = folder / "box.mbox"
    box.write_bytes(b"".join(b"From tls@sender.example Thu Jan  1 00:00:00 1970\n" + mail(part(report(f"r{i}"))) + b"\n"
                             for i in range(n)))
    return box


@case("/cli/flood/deliver-keeps-what-has-no-room-aside")
def delivered():
    owner = room_for(2)
    deliver(owner, "one")
    deliver(owner, "two")
    deliver(owner, "three", "quarantined (flood)")
    deliver(owner, "two", "duplicate")
    equal(sql(owner, REASONS), [["flood", "store", "1"]])
    equal(one(owner, "SELECT count(*) FROM tlsrpt.report"), "2")


@case("/cli/flood/replay-stores-what-has-room-and-counts-the-rest")
def replayed():
    owner = room_for(5)
    done = run("replay", written(scratch_folder(), 12), database=owner)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "12 messages: 5 stored, 0 duplicates, 7 quarantined, 7 of these by flood: the store has no room")
    equal(sql(owner, REASONS), [["flood", "store", "7"]])


@case("/cli/flood/retry-keeps-what-has-no-room-and-releases-what-has")
def retried():
    owner = room_for(1)
    equal(run("replay", written(scratch_folder(), 4), database=owner).returncode, 0)
    done = run("quarantine", "retry", "--reason=flood", database=owner)
    equal(done.stdout, "0 released, 3 kept, 0 cut and not tried\n", done.stderr)
    equal(sql(owner, REASONS), [["flood", "store", "3"]])
    sql(owner, f"UPDATE tlsrpt.store_limit SET unverified_day_rows = {3 * ROWS}")
    done = run("quarantine", "retry", "--reason=flood", database=owner)
    equal(done.stdout, "2 released, 1 kept, 0 cut and not tried\n", done.stderr)
    sql(owner, "UPDATE tlsrpt.store_limit SET unverified_day_rows = NULL")
    done = run("quarantine", "retry", "--all", database=owner)
    equal(done.stdout, "1 released, 0 kept, 0 cut and not tried\n", done.stderr)
    equal([len(table) for table in rows(owner)], [4, 4, 4, 0])


@case("/cli/flood/prune-makes-room")
def pruned():
    owner = room_for(1)
    deliver(owner, "one")
    deliver(owner, "two", "quarantined (flood)")
    equal(run("prune", "--older-than=30d", database=owner).returncode, 0)
    deliver(owner, "three")
    equal(sql(owner, "SELECT sender_domain, kept_reports, kept_rows FROM tlsrpt.store_day"), [["", "1", "3"]])


@case("/cli/flood/replay-from-evidence-changes-no-count")
def from_evidence():
    owner = room_for(2)
    deliver(owner, "one")
    deliver(owner, "two")
    counted = "SELECT sender_domain, day, kept_reports, kept_rows, kept_bytes FROM tlsrpt.store_day"
    before = sql(owner, counted)
    done = run("replay", "--from-evidence", database=owner)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "2 reports replaced, 0 kept as they are")
    equal(sql(owner, counted), before)


# What is set so that what is there is 80.0 % of the cap, or just below it: the cap's column, what it is about,
# what is said, and whether alert warns.
USED = "(SELECT sum(charged_bytes) FROM tlsrpt.quarantine)"
PLACES = {
    "quarantine": (f"quarantine_limit SET total_bytes = {USED}", "quarantine is 80.0 % full", True),
    "quarantine-of-the-unsigned": (f"quarantine_limit SET unauthenticated_bytes = {USED}",
                                   "quarantine is 80.0 % full for mail without a valid signature", True),
    "quarantine-that-drops-the-oldest": (f"quarantine_limit SET when_full = 'drop-oldest', total_bytes = {USED}",
                                         "quarantine is 80.0 % full", False),
    "store": ("store_limit SET unverified_rows = (SELECT sum(charged_rows) FROM tlsrpt.report)",
              "the store is 80.0 % full for mail without a valid signature", True),
    "store-of-a-day": ("store_limit SET unverified_day_bytes = (SELECT sum(charged_bytes) FROM tlsrpt.report)",
                       "the store is 80.0 % full for mail without a valid signature on 2024-05-01", False),
}


def nearly_full(update, words, warns):
    owner = cluster().database()
    for number in range(4):
        equal(run("deliver", stdin=mail(part(report(f"r{number}", failed=0))), database=owner).returncode, 0)
    equal(run("deliver", stdin=mail(), database=owner).returncode, 0)
    for share, is_said in ((0.8, True), (0.73 if "rows" in update else 0.7994, False)):
        sql(owner, f"UPDATE tlsrpt.{update} / {share}")
        for form in ("text", "html", "json", "mail"):
            done = run("digest", f"--format={form}", *(["--to=a@example.org"] if form == "mail" else []), "--until=2024-05-01",
                       database=owner)
            equal(done.returncode, 0, done.stderr)
            equal(words in " ".join(done.stdout.replace("=\n", "").split()), is_said, (form, done.stdout))
        done = run("alert", TODAY, database=owner)
        equal(done.returncode, 1 if is_said and warns else 0, done.stdout)
        equal(f"Room: {words}" in done.stdout, is_said, done.stdout)
        done = run("alert", TODAY, "--format=json", database=owner)
        equal(by_schema("alert", done.stdout)["room"] == words, is_said, done.stdout)
        done = run("alert", TODAY, "--exec=exit 1", database=owner)
        equal(f"{words}; 0 incidents open" in done.stderr, is_said and warns, done.stderr)


for place, row in PLACES.items():
    case(f"/cli/room/from-80-percent-on-is-said/{place}", *row)(nearly_full)


@case("/cli/room/of-a-hundred-domains-three-are-named")
def many():
    owner = cluster().database()
    equal(run("deliver", stdin=mail(part(report(failed=0))), database=owner).returncode, 0)
    sql(owner, "INSERT INTO tlsrpt.quarantine_sender SELECT repeat('a', 200) || n || '.example', 1, 67108864 "
               "FROM generate_series(1, 100) AS n")
    done = run("alert", TODAY, "--format=json", database=owner)
    equal(done.returncode, 0, done.stderr)
    text = json.loads(done.stdout)["room"]
    contains(text, "; and 97 more")
    assert len(text) < 500, text


if __name__ == "__main__":
    main()
