#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dump that was restored as a tired person restores it: what `schema status` says of it, and what
`schema install` mends."""
import functools
import os
import subprocess

from harness import (PATIENCE, Cluster, case, clean_environment, contains, equal, mail, main, part, report,
                     rows, run, sql)

first = functools.cache(Cluster)
# Another server, which has none of the roles.
another = Cluster


def dumped(*options):
    """A database with a report and a quarantined mail, as SQL text, and what is in it."""
    database = first().database()
    equal(run("deliver", database=database, stdin=mail(part(report()))).returncode, 0)
    equal(run("deliver", database=database, stdin=mail()).returncode, 0)
    done = subprocess.run(["pg_dump", *options, "-d", database], capture_output=True, text=True, check=True,
                          timeout=PATIENCE, env=clean_environment())
    return done.stdout, rows(database)


def restored(text, cluster):
    """Errors are passed over, as psql does: there are some where roles are missing."""
    database = cluster.empty_database()
    subprocess.run(["psql", "-Xq", "-d", database], input=text, capture_output=True, text=True, check=True,
                   timeout=PATIENCE, env=clean_environment())
    return database


def status(database):
    done = run("schema", "status", database=database)
    equal(done.stderr, "")
    return done.returncode, done.stdout


def deliver(database, cluster):
    writer = cluster.login(database, "restore_writer", "tlsrpt_writer")
    return run("deliver", database=writer, stdin=mail(part(report("again")))).returncode


@case("/restore/without-roles", (), another, "role tlsrpt_writer is missing")
@case("/restore/without-owner", ("--no-owner",), first, "table report belongs to postgres, not to tlsrpt_owner")
@case("/restore/without-privileges", ("--no-privileges",), first, "table policy lacks INSERT for tlsrpt_writer")
@case("/restore/without-both", ("--no-owner", "--no-privileges"), another, "role tlsrpt_owner is missing")
def restore(options, cluster, fault):
    text, expected = dumped(*options)
    server = cluster()
    database = restored(text, server)
    code, said = status(database)
    equal(code, 1, said)
    contains(said, f"fault:     {fault}")
    contains(said, "run `tlsrpt-ingest schema install` as a superuser")
    assert said.count("fault:") <= 21, said
    installed = run("schema", "install", database=database)
    equal((installed.returncode, installed.stderr), (0, ""), installed.stdout)
    equal(status(database)[0], 0, status(database)[1])
    equal(rows(database), expected)
    equal(deliver(database, server), 0)


@case("/restore/what-is-lost-is-named-until-it-is-back")
def lost():
    database = first().database()
    policy = "policy_default" if os.environ.get("TESTED_PARTITION") else "policy"  # foreign keys are of partitions
    sql(database, "DROP INDEX tlsrpt.quarantine_reason_idx; DROP TABLE tlsrpt.accepted_domain;"
                  "ALTER TABLE tlsrpt.quarantine DISABLE TRIGGER quarantine_added;"
                  f"ALTER TABLE tlsrpt.{policy} DROP CONSTRAINT policy_report_fkey")
    code, said = status(database)
    equal(code, 1)
    for fault in ("index quarantine_reason_idx", "table accepted_domain", "trigger quarantine_added of quarantine",
                  f"constraint policy_report_fkey of {policy}"):
        contains(said, f"fault:     {fault} is missing or does not work\n")


@case("/restore/install-names-what-it-cannot-mend")
def not_mended():
    database = first().database()
    sql(database, "DROP INDEX tlsrpt.quarantine_reason_idx; DROP VIEW tlsrpt.trust;"
                  "ALTER TABLE tlsrpt.quarantine DISABLE TRIGGER quarantine_added")
    installed = run("schema", "install", database=database)
    equal(installed.returncode, 1, installed.stdout)
    equal([line for line in installed.stdout.splitlines() if line.startswith("fault:")],
          ["fault:     index quarantine_reason_idx is missing or does not work"])
    code, said = status(database)
    equal((code, said.count("fault:")), (1, 1), said)
    sql(database, "CREATE INDEX quarantine_reason_idx ON tlsrpt.quarantine (reason, quarantined_at)")
    equal(status(database)[0], 0)


@case("/restore/privileges-that-nobody-gave-are-named")
def too_many():
    database = first().database()
    sql(database, "GRANT SELECT ON tlsrpt.report TO PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tlsrpt TO PUBLIC")
    code, said = status(database)
    equal(code, 1)
    contains(said, "fault:     table report has SELECT for PUBLIC, which no installation gave\n")
    contains(said, "fault:     function habit_days() has EXECUTE for PUBLIC, which no installation gave\n")
    equal(run("schema", "install", database=database).returncode, 0)
    equal(status(database)[0], 0)


@case("/restore/one-who-may-not-mend-is-told-who-may")
def may_not():
    text, _ = dumped("--no-owner")
    database = restored(text, first())
    user = first().login(database, "restore_user", "tlsrpt_owner")
    done = run("schema", "install", database=user)
    equal(done.returncode, 69)
    contains(done.stderr, 'user "restore_user" has role tlsrpt_owner, but in database')
    contains(done.stderr, "as a superuser run `tlsrpt-ingest schema install`")


@case("/restore/whoever-delivers-may-ask")
def who_asks():
    database = first().database()
    done = run("schema", "status", database=first().login(database, "restore_asks", "tlsrpt_writer"))
    equal((done.returncode, done.stderr), (0, ""))


@case("/restore/a-missing-privilege-names-user-role-and-database")
def privilege():
    database = first().database()
    name = database.split("dbname=")[1]
    stranger = database.replace("user=postgres", "user=stranger")
    sql(database, "CREATE ROLE stranger LOGIN")
    for words, role in ((("digest",), "tlsrpt_reader"), (("quarantine", "list"), "tlsrpt_owner"),
                        (("prune", "--older-than=9d"), "tlsrpt_owner"), (("schema", "status"), "tlsrpt_owner")):
        said = run(*words, database=stranger).stderr
        contains(said, f'user "stranger" lacks a privilege in database "{name}"')
        contains(said, f'as a superuser run GRANT {role} TO "stranger"')


if __name__ == "__main__":
    main()
