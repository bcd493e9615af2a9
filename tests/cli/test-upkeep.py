#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator does to a database in years: upgrades it while mails come, moves it to another server,
removes it; and all of it without a superuser. The commands are those of tlsrpt-ingest-schema(1)."""
import concurrent.futures
import functools
import pathlib
import re
import subprocess
import threading

from harness import (PATIENCE, PROGRAM, ROOT, Cluster, case, clean_environment, contains, equal, mail, main, one, part,
                     report, rows, run, scratch_folder, set_version, sql)

cluster = functools.cache(Cluster)
PAGE = (ROOT / "src" / "manual" / "tlsrpt-ingest-schema.1").read_text()
DELIVERERS = 4
REPORTS = 48


def commands(section):
    """The commands of a section of the page, a list for each block."""
    text = re.search(rf"^\.Sh {section}\n(.*?)(?=^\.Sh )", PAGE, re.M | re.S)[1]
    found = re.findall(r"^\.Bd -literal -offset indent\n(.*?)^\.Ed|^\.Dl ([^\n]*)$", text, re.M | re.S)
    return [(block or line).strip().splitlines() for block, line in found]


def shell(lines, server, folder, user="postgres"):
    """Runs @lines as an administrator of @server would."""
    host = re.search(r"host=(\S+)", server)[1].strip("'")
    done = subprocess.run(["sh", "-e"], input="\n".join(lines), cwd=folder, capture_output=True, text=True, check=False,
                          timeout=PATIENCE, env=clean_environment(
                              PGHOST=host, PGUSER=user, PATH=f"{pathlib.Path(PROGRAM).parent}:/usr/bin:/bin"))
    equal(done.returncode, 0, "\n".join(lines) + done.stdout + done.stderr)
    return done.stdout


def deliver_until_stored(database, number, statuses, tried):
    """Delivers one report as a mail system does: again and again, as long as the status is 75."""
    message = mail(part(report(f"report-{number}")))
    while True:
        done = run("deliver", database=database, stdin=message)
        statuses.append(done.returncode)
        tried.release()
        if done.returncode != 75:
            equal(done.returncode, 0, done.stderr)
            return


@case("/upkeep/upgrade-while-mails-come")
def upgrade():
    database, statuses, tried = cluster().database(), [], threading.Semaphore(0)
    sql(database, set_version(0))  # a program that is newer than the schema
    with concurrent.futures.ThreadPoolExecutor(max_workers=DELIVERERS) as pool:
        deliveries = [pool.submit(deliver_until_stored, database, number, statuses, tried) for number in range(REPORTS)]
        for _ in range(DELIVERERS):
            assert tried.acquire(timeout=PATIENCE)
        equal(set(statuses), {75}, "the mails wait for the upgrade")
        upgrades = 0
        while upgrades == 0 or not all(one_delivery.done() for one_delivery in deliveries):
            done = run("schema", "upgrade", database=database)
            equal((done.returncode, done.stderr), (0, ""), done.stdout)
            upgrades += 1
        for one_delivery in deliveries:
            one_delivery.result()
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), str(REPORTS))
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "0")
    equal(run("schema", "status", database=database).returncode, 0)


@case("/upkeep/a-newer-schema-is-refused-and-said")
def backwards():
    database = cluster().database()
    sql(database, "INSERT INTO tlsrpt.schema_version (version) VALUES (99)")
    sql(database, set_version(99))
    done = run("deliver", database=database, stdin=mail(part(report())))
    equal(done.returncode, 75, done.stderr)
    for words in (("schema", "upgrade"), ("schema", "install")):
        done = run(*words, database=database)
        equal(done.returncode, 69, done.stdout)
        contains(done.stderr, "the database has version 99")
    done = run("schema", "status", database=database)
    equal(done.returncode, 1)
    contains(done.stdout, "the schema is newer than this program: upgrade the program\n")


def tlsrpt_database(server):
    """The database of the name that the page has, with a report and an incident that was told."""
    sql(server, "CREATE DATABASE tlsrpt ENCODING 'UTF8' TEMPLATE template0")
    database = server.replace("dbname=postgres", "dbname=tlsrpt")
    equal(run("schema", "install", database=database).returncode, 0)
    sql(database, "DROP ROLE IF EXISTS watcher")
    sql(database, "CREATE ROLE watcher LOGIN IN ROLE tlsrpt_writer, tlsrpt_reader, tlsrpt_alerter")
    watcher = database.replace("user=postgres", "user=watcher")
    equal(run("deliver", database=watcher, stdin=mail(part(report(failed=60)))).returncode, 0)
    equal(run("deliver", database=watcher, stdin=mail()).returncode, 0)
    done = run("alert", "--until=2024-05-02", database=watcher)
    equal(done.returncode, 2, done.stderr)
    contains(done.stdout, "OPENED")
    return database, watcher


@case("/upkeep/backup-and-restore-with-roles")
def backup():
    first, second, folder = Cluster(), Cluster(), scratch_folder()
    database, watcher = tlsrpt_database(first.server)
    before = rows(database)
    dump, restore = commands("BACKUP AND RESTORE")
    shell(dump, first.server, folder)
    said = shell(restore, second.server, folder)
    contains(said, "the schema is current\n")
    moved = [one_database.replace(re.search(r"host=\S+", first.server)[0], re.search(r"host=\S+", second.server)[0])
             for one_database in (database, watcher)]
    equal(rows(moved[0]), before)
    done = run("alert", "--until=2024-05-02", database=moved[1])
    equal(done.returncode, 2, done.stderr)
    assert "OPENED" not in done.stdout, "an event that was told before is not told again"
    equal(run("deliver", database=moved[1], stdin=mail(part(report("another")))).returncode, 0)
    equal(run("schema", "install", database=moved[0]).returncode, 0)


def leftovers(server, database):
    """What of it there is on the server: roles, and what they own or may do in @database."""
    return (sql(server, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'tlsrpt%'"),
            sql(database, "SELECT nspname FROM pg_namespace WHERE nspname = 'tlsrpt'") if database else [],
            sql(server, "SELECT datname FROM pg_database WHERE datname = 'tlsrpt'"))


@functools.cache
def bare():
    """A server without our roles, as each case that asks for it leaves it."""
    return Cluster()


@case("/upkeep/removal-of-the-database")
def removal():
    server, folder = bare(), scratch_folder()
    tlsrpt_database(server.server)
    drop, _, roles = commands("REMOVAL")
    shell([*drop, *roles], server.server, folder)
    equal(leftovers(server.server, None), ([], [], []))


@case("/upkeep/removal-of-the-schema-alone")
def removal_of_schema():
    server, folder = bare(), scratch_folder()
    database, _ = tlsrpt_database(server.server)
    sql(database, "CREATE TABLE public.other (id integer)")
    _, drop, roles = commands("REMOVAL")
    shell([*drop, *roles], server.server, folder)
    equal(leftovers(server.server, database), ([], [], [["tlsrpt"]]))
    equal(one(database, "SELECT count(*) FROM public.other"), "0")
    sql(server.server, "DROP DATABASE tlsrpt")


@case("/upkeep/managed-server-without-a-superuser")
def managed():
    server, folder = bare(), scratch_folder()
    sql(server.server, "CREATE ROLE manager LOGIN CREATEROLE CREATEDB")
    (install,) = commands("SERVERS")
    said = shell(install, server.server, folder, user="manager")
    contains(said, 'schema tlsrpt: version 1 installed in database "tlsrpt"\n')
    database = server.server.replace("dbname=postgres", "dbname=tlsrpt").replace("user=postgres", "user=manager")
    mailer = database.replace("user=manager", "user=mail")
    sql(database, "CREATE ROLE grafana LOGIN IN ROLE tlsrpt_reader, tlsrpt_alerter")
    watcher = database.replace("user=manager", "user=grafana")
    equal(run("deliver", database=mailer, stdin=mail(part(report(failed=60)))).returncode, 0)
    equal(run("deliver", database=mailer, stdin=mail()).returncode, 0)
    equal(run("alert", "--until=2024-05-02", database=watcher).returncode, 2)
    for words in (("digest", "--since=2024-05-01", "--until=2024-05-01"), ("incident", "list")):
        done = run(*words, database=watcher)
        equal((done.returncode, done.stderr), (0, ""))
        contains(done.stdout, "the certificate has expired")
    for words in (("quarantine", "list"), ("quarantine", "retry", "--all"), ("replay", "--from-evidence"), ("schema", "upgrade"),
                  ("schema", "status"), ("prune", "--older-than=9d")):
        done = run(*words, database=database)
        equal(done.returncode, 0, f"{words} {done.stdout} {done.stderr}")
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "0", "prune deleted it")
    _, drop, roles = commands("REMOVAL")
    shell([*drop, *roles], server.server, folder, user="manager")
    equal(leftovers(server.server, database), ([], [], [["tlsrpt"]]))


@case("/upkeep/one-who-may-create-no-role-is-told-what-to-ask-for")
def not_allowed():
    server = bare()
    sql(server.server, "CREATE ROLE tenant LOGIN")
    sql(server.server, "CREATE DATABASE tenants OWNER tenant ENCODING 'UTF8' TEMPLATE template0")
    tenant = server.server.replace("dbname=postgres", "dbname=tenants").replace("user=postgres", "user=tenant")
    done = run("schema", "install", database=tenant)
    equal(done.returncode, 69)
    asked = re.search(r"As a superuser run: (CREATE ROLE.*;)", done.stderr)
    assert asked, done.stderr
    sql(server.server, asked[1])
    done = run("schema", "install", database=tenant)
    equal((done.returncode, done.stderr), (0, ""))
    equal(run("schema", "status", database=tenant).returncode, 0)


if __name__ == "__main__":
    main()
