#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A schema with partitions of months: the same rows as without, whatever is stored, pruned, moved or restored.
TESTED_PARTITION=month runs every other test in this form."""
import concurrent.futures
import datetime
import functools
import json
import os
import subprocess

from harness import (LOGINS, PATIENCE, PSQL, Cluster, Skip, by_schema, case, clean_environment, contains, equal, mail, main,
                     one, part, report, run, sql)

cluster = functools.cache(Cluster)
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
LONG_AGO = datetime.date(2018, 2, 14)
# Every table but for the times when its rows were written, numbers that only tell one change from another, and the
# parts into which a sum is split.
TABLES = {"report": "to_jsonb(t) - 'stored_at'", "policy": "to_jsonb(t)", "failure": "to_jsonb(t)",
          "quarantine": "to_jsonb(t) - 'quarantined_at'", "store_day": "to_jsonb(t) - 'change_no'",
          "reporter": "to_jsonb(t) - 'first_seen'", "reporter_name": "to_jsonb(t) - 'first_seen'",
          "session_day": "to_jsonb(t) - 'version'", "incident": "to_jsonb(t)", "incident_member": "to_jsonb(t)",
          "event": "to_jsonb(t) - 'made_at'", "delivery": "to_jsonb(t) - 'delivered_at'",
          "judged": "to_jsonb(t) - 'judged_at' - 'version'",
          "document_link": "to_jsonb(t) - 'stored_at' - 'linked_at' - 'link_digest'"}


@functools.cache
def template():
    database = cluster().empty_database()
    done = run("schema", "install", "--partition=month", database=database)
    equal((done.returncode, done.stderr), (0, ""))
    sql(database, "".join(f"GRANT tlsrpt_{role} TO case_{role};" for role in sorted(set(LOGINS.values()))))
    return database.split("dbname=")[1]


def partitioned():
    return cluster().empty_database(template())


def everything(database):
    queries = [f"SELECT '{table}', ({columns})::text FROM tlsrpt.{table} t" for table, columns in TABLES.items()]
    queries.append("SELECT 'store_total', concat_ws(' ', is_verified, sum(kept_reports), sum(kept_rows), sum(kept_bytes))"
                   " FROM tlsrpt.store_total GROUP BY is_verified")
    queries.append("SELECT 'document_fault', d::text FROM tlsrpt.document_fault d")
    return sql(database, " UNION ALL ".join(queries) + " ORDER BY 1, 2")


def assert_same(one_database, other):
    found, expected = everything(one_database), everything(other)
    equal([row for row in found if row not in expected], [row for row in expected if row not in found])
    equal(len(found), len(expected))


def days_ago(number):
    return TODAY - datetime.timedelta(number)


def message(day, report_id=None, **members):
    return mail(part(report(report_id or f"{day}_example.org", **{"date-range": {
        "start-datetime": f"{day}T00:00:00Z", "end-datetime": f"{day}T23:59:59Z"}}, **members)))


def deliver(database, text):
    done = run("deliver", database=database, stdin=text)
    equal(done.returncode, 0, done.stderr)


def partition_of(database, day):
    return sql(database, f"SELECT tableoid::regclass FROM tlsrpt.report WHERE day = '{day}' UNION"
                         f" SELECT tableoid::regclass FROM tlsrpt.policy WHERE day = '{day}' UNION"
                         f" SELECT tableoid::regclass FROM tlsrpt.failure WHERE report_uid >= tlsrpt.first_key('{day}')"
                         f" AND report_uid < tlsrpt.first_key('{day}'::date + 1) ORDER BY 1")


def names(suffix):
    return sorted([[f"tlsrpt.report{suffix}"], [f"tlsrpt.policy{suffix}"], [f"tlsrpt.failure{suffix}"]], reverse=True)


def month_of(day):
    return f"_{day:%Y_%m}"


@case("/partition/the-first-installation-decides")
def installation():
    database = partitioned()
    done = run("schema", "status", database=database)
    equal(done.returncode, 0, done.stdout)
    contains(done.stdout, "partitions: 16 months, ")
    before = sql(database, "SELECT relname FROM pg_class WHERE relnamespace = 'tlsrpt'::regnamespace ORDER BY 1")
    for words in (("install",), ("install", "--partition=month"), ("upgrade",)):
        done = run("schema", *words, database=database)
        equal((done.returncode, done.stderr), (0, ""))
    equal(sql(database, "SELECT relname FROM pg_class WHERE relnamespace = 'tlsrpt'::regnamespace ORDER BY 1"), before)
    for words in (("install", "--partition=year"), ("upgrade", "--partition=month")):
        equal(run("schema", *words, database=database).returncode, 64)
    if os.environ.get("TESTED_PARTITION"):
        raise Skip("without partitions there is nothing here")
    database = cluster().database()
    contains(run("schema", "status", database=database).stdout, "partitions: none\n")
    done = run("schema", "install", "--partition=month", database=database)
    equal(done.returncode, 69)
    contains(done.stderr, "the schema is installed without partitions, and they cannot be added")
    contains(run("schema", "status", database=database).stdout, "partitions: none\nthe schema is current\n")


@case("/partition/a-report-is-in-its-month-or-in-the-default-one")
def routing():
    database = partitioned()
    for day in (days_ago(1), days_ago(40), LONG_AGO):
        deliver(database, message(day))
        deliver(database, message(day))  # once more: a duplicate
    for day in (days_ago(1), days_ago(40)):
        equal(sorted(partition_of(database, day), reverse=True), names(month_of(day)))
    equal(sorted(partition_of(database, LONG_AGO), reverse=True), names("_default"))
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "3")
    # A stranger gets no partition of his own: neither the first day that is taken, nor the last.
    deliver(database, message(datetime.date(2016, 1, 1)))
    deliver(database, message(TODAY + datetime.timedelta(1)))
    deliver(database, message("2015-12-31"))
    deliver(database, message("9999-12-30"))
    equal(one(database, "SELECT count(*) FROM tlsrpt.partition WHERE is_made"), "16")
    equal(sql(database, "SELECT count(*) FROM tlsrpt.report UNION ALL SELECT count(*) FROM tlsrpt.quarantine"), [["5"], ["2"]])


@case("/partition/what-came-before-it-moves")
def moving():
    database, plain = partitioned(), cluster().database()
    for day in (LONG_AGO, LONG_AGO + datetime.timedelta(20), days_ago(1)):
        for one_database in (database, plain):
            deliver(one_database, message(day))
            sql(one_database, "SELECT tlsrpt.link_documents()")
    equal(sql(database, f"SELECT tlsrpt.partition_make('{LONG_AGO}'), tlsrpt.partition_make('{LONG_AGO}')"), [["t", "f"]])
    equal(sorted(partition_of(database, LONG_AGO), reverse=True), names(month_of(LONG_AGO)))
    equal(sorted(partition_of(database, LONG_AGO + datetime.timedelta(20)), reverse=True), names("_default"))
    assert_same(database, plain)
    deliver(database, message(LONG_AGO))
    deliver(database, message(LONG_AGO, "another"))  # the same content again
    deliver(plain, message(LONG_AGO, "another"))
    assert_same(database, plain)
    equal(sql(database, "SELECT * FROM tlsrpt.schema_fault"), [])


def fill(database):
    """Reports of some months, repeats, conflicts, mail that is refused, and an incident that was told."""
    for number in (1, 2, 70, 130, 160, 260):
        deliver(database, message(days_ago(number), failed=60))
    for number in (1, 160):
        deliver(database, message(days_ago(number), "again", failed=60))
        deliver(database, message(days_ago(number), failed=61))
    deliver(database, message(LONG_AGO))
    deliver(database, mail())
    done = run("alert", f"--until={days_ago(1)}", database=database)
    assert done.returncode in (1, 2), done.stderr + done.stdout


@case("/partition/prune-leaves-the-same-rows-in-both-forms")
def pruning():
    database, plain = partitioned(), cluster().database()
    said = []
    for one_database in (database, plain):
        fill(one_database)
        sql(one_database, "SELECT tlsrpt.link_documents()")
    assert_same(database, plain)
    for one_database in (database, plain):
        said.append([run("prune", "--older-than=90d", *more, database=one_database).stdout for more in (["-n"], [], [])])
    equal(said[0], said[1])
    contains(said[0][0], "rows of ")
    contains(said[0][2], "rows of 0 reports removed")
    assert_same(database, plain)
    kept = days_ago(90).replace(day=1)
    equal(one(database, f"SELECT count(*) FROM tlsrpt.partition WHERE month < '{kept}'"), "0")
    equal(one(database, f"SELECT count(*) FROM tlsrpt.partition WHERE month >= '{kept}' AND is_made"),
          one(database, f"SELECT count(*) FROM generate_series('{kept}'::date, date_trunc('month', now() AT TIME ZONE 'UTC')"
                        " + interval '3 months', interval '1 month')"))
    # What comes late goes to the default partition, and the next prune finds it there.
    for one_database in (database, plain):
        deliver(one_database, message(days_ago(200), "late"))
        contains(run("prune", "--older-than=90d", database=one_database).stdout, "rows of 1 reports removed")
    assert_same(database, plain)


@case("/partition/prune-of-whole-months-keeps-a-month-until-all-of-it-is-old")
def whole_months():
    first = days_ago(90).replace(day=1)
    days = [first - datetime.timedelta(1), first, first.replace(day=2), LONG_AGO]
    for database in (partitioned(), cluster().database()):
        for day in days:
            deliver(database, message(day))

        def prune(first_kept, *more):
            return run("prune", f"--older-than={(TODAY - first_kept).days}d", "--whole-months", *more, database=database).stdout

        contains(prune(days[0], "-n"), "rows of 1 reports would be removed")
        contains(prune(days[0]), "rows of 1 reports removed")
        equal(one(database, "SELECT min(day) FROM tlsrpt.report"), str(days[0]), "the last day of a month keeps all of it")
        contains(prune(days[2], "--evidence-only", "-n"), "evidence of 1 reports would be removed")
        contains(prune(first), "rows of 1 reports removed")
        contains(prune(days[2]), "rows of 0 reports removed")
        equal(sql(database, "SELECT day FROM tlsrpt.report ORDER BY 1"), [[str(days[1])], [str(days[2])]])


def reader(database, statement):
    """A session with an open transaction, which has read."""
    session = subprocess.Popen([PSQL, "-XAtq", "-d", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=clean_environment(), text=True)
    session.stdin.write(f"BEGIN; {statement};\n")
    session.stdin.flush()
    session.stdout.readline()
    return session


def await_lock(database, mode):
    while one(database, f"SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = '{mode}'") == "0":
        pass


@case("/partition/prune-gives-up-behind-a-long-reader-and-holds-up-no-delivery")
def long_reader():
    database = partitioned()
    deliver(database, message(days_ago(200)))
    digest = reader(database, "SELECT count(*) FROM tlsrpt.report")
    with concurrent.futures.ThreadPoolExecutor(max_workers=1) as pool:
        pruned = pool.submit(run, "prune", "--older-than=90d", database=database)
        stored = 0
        while not pruned.done():
            deliver(database, message(days_ago(1), f"r{stored}", failed=stored))
            stored += 1
        equal(pruned.result().returncode, 75, pruned.result().stderr)
    equal(digest.communicate("SELECT count(*) FROM tlsrpt.report; COMMIT;\n", timeout=PATIENCE)[0], f"{1 + stored}\n")
    equal(run("prune", "--older-than=90d", database=database).returncode, 0)
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), str(stored))


@case("/partition/prune-yields-to-a-query-that-has-one-table-and-wants-another")
def deadlock():
    database = partitioned()
    deliver(database, message(days_ago(200)))
    first, second = (reader(database, f"SELECT count(*) FROM tlsrpt.{table}") for table in ("report", "policy"))
    with concurrent.futures.ThreadPoolExecutor(max_workers=1) as pool:
        pruned = pool.submit(run, "prune", "--older-than=90d", database=database)
        await_lock(database, "AccessExclusiveLock")
        # It waits behind prune, which then has the one table and wants the other.
        second.stdin.write("SELECT count(*) FROM tlsrpt.report;\n")
        second.stdin.flush()
        await_lock(database, "AccessShareLock")
        first.communicate("COMMIT;\n", timeout=PATIENCE)
        said = second.communicate("COMMIT;\n", timeout=PATIENCE)[0]
        status = pruned.result().returncode
    assert said in ("1\n", "0\n"), said
    while status == 75:
        status = run("prune", "--older-than=90d", database=database).returncode
    equal(status, 0)
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "0")


@case("/partition/prune-waits-for-who-reads-and-a-delivery-behind-it-is-stored")
def waiting():
    database = partitioned()
    deliver(database, message(days_ago(200)))
    short = reader(database, "SELECT count(*) FROM tlsrpt.report")
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        pruned = pool.submit(run, "prune", "--older-than=90d", database=database)
        await_lock(database, "AccessExclusiveLock")
        delivered = pool.submit(run, "deliver", database=database, stdin=message(days_ago(1)))
        short.communicate("COMMIT;\n", timeout=PATIENCE)
        status = pruned.result().returncode
        while status == 75:
            status = run("prune", "--older-than=90d", database=database).returncode
        equal(status, 0)
        equal(delivered.result().returncode, 0, delivered.result().stderr)
    equal(sql(database, "SELECT day FROM tlsrpt.report"), [[str(days_ago(1))]])


@case("/partition/deliveries-go-on-while-months-come-and-go")
def together():
    database = partitioned()
    days = [TODAY, days_ago(1), LONG_AGO, LONG_AGO + datetime.timedelta(31)]

    def store(number):
        text = message(days[number % 4], f"r{number}", failed=number)
        while True:
            done = run("deliver", database=database, stdin=text)
            if done.returncode != 75:
                return done.returncode

    with concurrent.futures.ThreadPoolExecutor(max_workers=5) as pool:
        stored = [pool.submit(store, number) for number in range(24)]
        turns = 0
        while turns == 0 or not all(one_store.done() for one_store in stored):
            # At once, as a timer and a hand may do it.
            months = ("2018-02-01", "2018-03-01", "2017-05-01")
            made = [pool.submit(subprocess.run, [PSQL, "-XAtq", "-d", database, "-c", f"SELECT tlsrpt.partition_make('{month}')"],
                                env=clean_environment(), capture_output=True, check=False) for month in months[turns % 3:] * 2]
            concurrent.futures.wait(made)
            subprocess.run([PSQL, "-XAtq", "-d", database, "-c", "SELECT tlsrpt.partition_drop('2017-06-01')"],
                           env=clean_environment(), capture_output=True, check=False)
            turns += 1
        equal({one_store.result() for one_store in stored}, {0})
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "24")
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "0")
    equal(sql(database, "SELECT sum(kept_reports) FROM tlsrpt.store_day UNION ALL"
                        " SELECT sum(kept_reports) FROM tlsrpt.store_total"), [["24"], ["24"]])


@case("/partition/a-missing-month-is-said-and-made-by-the-owner-alone")
def ahead():
    database = partitioned()
    month = month_of(TODAY)
    sql(database, f"DROP TABLE tlsrpt.failure{month}, tlsrpt.policy{month}, tlsrpt.report{month}")
    deliver(database, message(TODAY))
    contains(run("schema", "status", database=database).stdout,
             f"; missing: {TODAY:%Y-%m}; reports in the default partition: 1\n")

    def found():
        first = json.loads(run("doctor", "--format=json", database=database).stdout)["domains"][0]
        return [look["subject"] for look in first["findings"] if look["check"] == "partition"]

    equal(found(), [f"{TODAY:%Y-%m}"])
    assert run("alert", database=database).returncode != 69
    equal(found(), [f"{TODAY:%Y-%m}"], "an alerter may not make tables")
    equal(sorted(partition_of(database, TODAY), reverse=True), names("_default"))
    run("alert", environment={"TLSRPT_DATABASE": database})
    equal(found(), [])
    equal(sorted(partition_of(database, TODAY), reverse=True), names(month))
    equal(sql(database, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'tlsrpt'"), [["tlsrpt_owner"]])


def faults(database, day=None):
    return sql(database, (f"SET tlsrpt.partition_day = '{day}'; " if day else "") +
               "SELECT months, fault, remedy FROM tlsrpt.partition_fault ORDER BY 1")


def month_after(day, months):
    number = day.year * 12 + day.month - 1 + months
    return datetime.date(number // 12, number % 12 + 1, 1)


@case("/partition/a-month-too-late-and-a-report-too-many-are-said-by-alert-and-doctor")
def said():
    database = partitioned()
    equal(faults(database), [])
    # The last of the months that are made ahead may be missing until the next prune, and no other one.
    beyond = month_after(TODAY, 4)
    equal(faults(database, month_after(TODAY, 2) - datetime.timedelta(1)), [])
    equal([row[0] for row in faults(database, month_after(TODAY, 2))], [f"{beyond:%Y-%m}"])
    equal(sql(database, "SET tlsrpt.partition_day = '2027-12-31'; SELECT month FROM tlsrpt.partition WHERE is_wanted ORDER BY 1"),
          [["2027-12-01"], ["2028-01-01"], ["2028-02-01"], ["2028-03-01"]])
    soon = month_after(TODAY, 2)
    sql(database, "".join(f"DROP TABLE tlsrpt.{table}{month_of(soon)};" for table in ("failure", "policy", "report")))
    deliver(database, message(LONG_AGO))
    deliver(database, message(LONG_AGO - datetime.timedelta(40)))
    sql(database, "UPDATE tlsrpt.store_day SET kept_reports = 100000")
    expected = [[f"{soon:%Y-%m}", "it has no partition: its reports will be in the default partition, from which prune is slow",
                 "run `tlsrpt-ingest schema upgrade`, and let a timer run prune each day"]]
    equal(faults(database), expected)
    sql(database, f"UPDATE tlsrpt.store_day SET kept_reports = 100001 WHERE day = '{LONG_AGO}'")
    expected[:0] = [["2018-02", "100001 reports are in the default partition, from which prune is slow",
                     "run `SELECT tlsrpt.partition_make('2018-02-01')` as the owner; deliveries wait while reports move"]]
    equal(faults(database), expected)
    line = ". ".join(f"{months}: {fault}; {remedy}" for months, fault, remedy in expected)
    contains(run("alert", "--dry-run", database=database).stdout, f"\nPartitions: {line}.\n")
    equal(by_schema("alert", run("alert", "--dry-run", "--format=json", database=database).stdout)["partitions"], line)
    first = json.loads(run("doctor", "--format=json", database=database).stdout)["domains"][0]
    equal([look["subject"] for look in first["findings"] if look["check"] == "partition"], ["2018-02", f"{soon:%Y-%m}"])
    sql(database, "UPDATE tlsrpt.store_day SET kept_reports = 100001")
    equal(faults(database)[0], ["2018-01 to 2018-02", "200002 reports are in the default partition, from which prune is slow",
                                "run `SELECT tlsrpt.partition_make('2018-01-01')` as the owner, and so on for each month; "
                                "deliveries wait while reports move"])


@case("/partition/the-planner-has-statistics-of-the-whole-table")
def statistics():
    database = partitioned()

    def state():
        return sql(database, "SELECT tablename, max(n_distinct) FILTER (WHERE attname = 'mail_domain') FROM pg_stats"
                             " WHERE schemaname = 'tlsrpt' AND inherited GROUP BY 1 ORDER BY 1")

    def fill_up(number, first=0):
        sql(database, f"""SET session_replication_role = replica;
          INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type, total_successful_session_count, total_failure_session_count,
              day, first_day, last_day, mail_domain, reporter_domain, is_verified, is_counted, successful_sessions,
              validated_sessions, failed_sessions)
            SELECT tlsrpt.first_key('{TODAY}'), n, 'sts', 1, 0, '{TODAY}', '{TODAY}', '{TODAY}', 'd' || n % 3 || '.example',
                   'r.example', true, true, 1, 1, 0 FROM generate_series({first}, {first + number - 1}) AS n;
          ANALYZE tlsrpt.policy{month_of(TODAY)}, tlsrpt.report_default""")  # as autovacuum does it

    fill_up(50)
    equal(run("prune", "--older-than=400d", database=database).returncode, 0)
    equal(state(), [], "50 rows are too few")
    fill_up(1, 50)
    equal(run("prune", "--older-than=400d", "--dry-run", database=database).returncode, 0)
    equal(state(), [], "nothing is done")
    equal(run("prune", "--older-than=400d", database=database).returncode, 0)
    equal(state(), [["policy", "3"]])
    contains(sql(database, "EXPLAIN SELECT mail_domain FROM tlsrpt.policy GROUP BY 1")[0][0], " rows=3 ")
    # A tenth more and 50 are not enough, and one more is.
    fill_up(55, 51)
    equal(sql(database, "SELECT tlsrpt.partition_analyze('policy')"), [["f"]])
    fill_up(1, 106)
    equal(sql(database, "SELECT tlsrpt.partition_analyze('policy'), tlsrpt.partition_analyze('policy')"), [["t", "f"]])
    equal(one(database, "SELECT reltuples FROM pg_class WHERE oid = 'tlsrpt.policy'::regclass"), "107")


@case("/partition/a-dump-keeps-them")
def backup():
    database = partitioned()
    equal(run("prune", "--older-than=41d", database=database).returncode, 0)  # few months are restored soon
    for day in (days_ago(1), days_ago(40), LONG_AGO):
        deliver(database, message(day))
    dump = subprocess.run(["pg_dump", "--no-owner", "-d", database], capture_output=True, check=True, timeout=PATIENCE,
                          env=clean_environment()).stdout
    other = cluster().empty_database()
    subprocess.run([PSQL, "-Xq1", "-v", "ON_ERROR_STOP=1", "-d", other], input=dump, capture_output=True, check=True,
                   timeout=PATIENCE, env=clean_environment())
    equal(run("schema", "install", database=other).returncode, 0)
    equal(run("schema", "status", database=other).stdout.replace(other.split("dbname=")[1], ""),
          run("schema", "status", database=database).stdout.replace(database.split("dbname=")[1], ""))
    equal(sorted(partition_of(other, LONG_AGO), reverse=True), names("_default"))
    assert_same(other, database)
    deliver(other, message(days_ago(2)))
    contains(run("prune", "--older-than=300d", database=other).stdout, "rows of 1 reports removed")


if __name__ == "__main__":
    main()
