#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command says and stores the same, whatever server, database and role are set to."""
import functools
import re
import subprocess

from harness import (PATIENCE, ROOT, Cluster, case, clean_environment, equal, mail, main, one, part,
                     report, run, scratch_folder, sql)

UNTIL = "--until=2024-05-03"
# What a role or a database may have as its own. The operator in schema hostile must never be found.
HOSTILE = {
    "DateStyle": "'German'", "TimeZone": "'Pacific/Kiritimati'", "IntervalStyle": "'iso_8601'",
    "extra_float_digits": "'-15'", "search_path": "hostile, pg_catalog", "statement_timeout": "'20s'",
    "jit": "on", "jit_above_cost": "0", "default_transaction_isolation": "'serializable'",
    "default_transaction_read_only": "on", "standard_conforming_strings": "off",
    "bytea_output": "'escape'", "client_encoding": "'LATIN1'", "array_nulls": "off",
    "transform_null_equals": "on", "row_security": "off", "idle_in_transaction_session_timeout": "'20s'",
    "synchronous_commit": "off", "client_min_messages": "'debug1'", "lc_messages": "'C'",
}
STYLES = {name: {"DateStyle": f"'{name}'"} for name in ("SQL, DMY", "Postgres, MDY", "German")}
TURKISH = "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C.UTF-8' TEMPLATE template0"
ENGLISH = "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8' TEMPLATE template0"
cluster = functools.cache(lambda: Cluster("max_connections=30"))


class Database:
    """A database of its own, made as @made says; @settings are of a role or of the database."""
    def __init__(self, made="", settings=None, of="ROLE"):
        server = cluster().server
        cluster().n_databases += 1
        self.name = f"odd{cluster().n_databases}"
        sql(server, f"CREATE DATABASE {self.name} {made}")
        sql(server, f"CREATE ROLE {self.name} LOGIN SUPERUSER")
        self.plain = server.replace("dbname=postgres", f"dbname={self.name}")
        self.conninfo = self.plain.replace("user=postgres", f"user={self.name}")
        if settings:
            sql(self.plain, "CREATE SCHEMA hostile; "
                            "CREATE FUNCTION hostile.same(text, text) RETURNS boolean LANGUAGE plpgsql"
                            " AS $$BEGIN RAISE 'hostile'; END$$;"
                            "CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.same);"
                            "CREATE FUNCTION hostile.now() RETURNS timestamptz LANGUAGE sql"
                            " RETURN '2000-01-01'::timestamptz")
        for name, value in (settings or {}).items():
            sql(server, f"ALTER {of} {self.name} SET {name} = {value}")


def documents():
    """Hosts in both cases of I, names that collations sort apart, and bytes that are no ASCII."""
    for number, (domain, host, failed) in enumerate((
            ("info.example.org", "MX-I.EXAMPLE.ORG", 60), ("info.example.org", "mx-i.example.org.", 60),
            ("in-fo.example.org", "mx-i.example.org", 3), ("inf.example.org", "MXI.EXAMPLE.ORG", 7))):
        document = report(f"{number}\\ 'I'", domain, failed, **{"organization-name": f"Sénder \\{number % 2}"})
        document["policies"][0]["failure-details"][0]["receiving-mx-hostname"] = host
        document["policies"][0]["policy"]["policy-string"] += ["MODE: ENFORCE", "mx: MX-I.EXAMPLE.ORG"]
        yield document


def mails():
    yield from (mail(part(document)) for document in documents())
    yield mail(sender="ILGI@INFO.example")
    yield mail(part('{"organization-name": "\\u0131"}'))


@functools.cache
def archive():
    path = scratch_folder() / "all.mbox"
    path.write_bytes(b"".join(b"From MAILER Thu May  2 03:04:05 2024\n" + text + b"\n" for text in mails()))
    return path


# Each command that needs a database; times of day and of writing are taken out of what it prints.
COMMANDS = (
    ("schema", "install"), ("schema", "install"), ("schema", "status"), ("schema", "upgrade"),
    ("deliver", "--sender=ILGI@INFO.example"), ("deliver", "--sender=ILGI@INFO.example"),
    ("replay", archive), ("replay", "--from-evidence"),
    ("quarantine", "list"), ("quarantine", "show", "--meta", "UID"), ("quarantine", "show", "UID"),
    ("quarantine", "retry", "--all"),
    *(("digest", "--since=2024-05-01", UNTIL, f"--format={name}")
      for name in ("text", "html", "json", "csv", "openmetrics")),
    ("digest", "--since=2024-05-01", UNTIL, "--domain=INFO.example.org"),
    ("alert", UNTIL, "--dry-run"), ("alert", UNTIL, "--format=json"), ("alert", UNTIL),
    ("prune", "--older-than=1d", "--evidence-only", "--dry-run"), ("prune", "--older-than=1d", "--dry-run"),
    ("quarantine", "drop", "--older-than=0d"), ("prune", "--older-than=1d"),
)


def say_all(conninfo):
    said = []
    for words in COMMANDS:
        uid = None
        if "UID" in words:
            uid = one(conninfo, "SET search_path = pg_catalog; SELECT quarantine_uid FROM tlsrpt.quarantine"
                                " ORDER BY quarantine_uid LIMIT 1")
        done = run(*(uid if word == "UID" else word() if callable(word) else word for word in words),
                   database=conninfo, stdin=next(mails()) if words[0] == "deliver" else b"")
        text = re.sub(r"ms=\d+|[\d.]+ (s|ms)\b|\d+/s|\d{4}-\d\d-\d\d(</span>)?[ T]\d\d:\d\d(:\d\d\S*)?|odd\d+", "-",
                      done.stdout + done.stderr)
        text = re.sub(r"(tlsrpt_(seconds|last)\S*|\"(age|generated)\S*) \S+", r"\1", text)
        said.append((words[:2], done.returncode, text))
        if words[:2] == ("alert", UNTIL):
            said.append(rows_of(conninfo))
    return said


def rows_of(conninfo):
    """What is stored, read with settings of our own."""
    plain = re.sub(r"user=\w+", "user=postgres", conninfo)
    return [sql(plain, "SET TimeZone = 'UTC'; SET search_path = pg_catalog; SET client_encoding = 'UTF8';"
                       "SET bytea_output = 'hex';"
                       f"SELECT {columns} FROM tlsrpt.{table} t ORDER BY 1")
            for table, columns in (
                ("report", "to_jsonb(t) - 'stored_at'"), ("policy", "to_jsonb(t)"), ("failure", "to_jsonb(t)"),
                ("quarantine", "to_jsonb(t) - 'quarantined_at'"), ("accepted_domain", "to_jsonb(t)"))]


@functools.cache
def expected():
    return say_all(Database().conninfo)


@case("/settings/turkish-database", TURKISH)
@case("/settings/english-database", ENGLISH)
@case("/settings/hostile-role", "", HOSTILE)
@case("/settings/hostile-database", "", HOSTILE, "DATABASE")
@case("/settings/hostile-role-of-a-turkish-database", TURKISH, HOSTILE)
@case("/settings/datestyle-sql", "", STYLES["SQL, DMY"])
@case("/settings/datestyle-postgres", "", STYLES["Postgres, MDY"])
@case("/settings/datestyle-german", "", STYLES["German"], "DATABASE")
def same(made, settings=None, of="ROLE"):
    for wanted, found in zip(expected(), say_all(Database(made, settings, of).conninfo)):
        equal(found, wanted)


@case("/settings/commands-succeed")
def commands_succeed():
    failed = [one for one in expected() if isinstance(one, tuple) and one[1] != 0 and one[0][0] != "alert"]
    equal(failed, [])


@case("/settings/psql-installs-under-hostile-ones")
def psql_installs():
    database = Database(TURKISH, HOSTILE)
    done = subprocess.run(["psql", "-Xq", "-d", database.conninfo, "-f", str(ROOT / "sql" / "install.sql")],
                          capture_output=True, text=True, env=clean_environment(), timeout=PATIENCE,
                          stdin=subprocess.DEVNULL, check=False)
    equal((done.returncode, done.stderr), (0, ""))
    equal(run("schema", "status", database=database.conninfo).returncode, 0)


if __name__ == "__main__":
    main()
