#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the program says of a mistake: what was found, where, and what to do about it."""
import functools
import gzip
import json
import random
import subprocess

from harness import (ROOT, Cluster, case, contains, equal, mail, main, part, report, run, scratch_folder)

SECRET = "hunter2"
cluster = functools.cache(Cluster)


def config(text):
    path = scratch_folder() / "tlsrpt.conf"
    path.write_text(text)
    return f"--config={path}"


def say(*words, environment=None, database=None):
    done = run(*words, environment=environment, database=database)
    assert done.returncode != 0, done.stdout
    equal(done.stderr.count("\n"), 1, done.stderr)
    return done.stderr.removeprefix("tlsrpt-ingest: ").rstrip("\n")


# Words of a command line, environment, and what is said.
for name, words, environment, said in (
    ("unknown-key", ["--set=bogus=1"], {},
     "settings: --set: no setting is called 'bogus'; see --help-settings"),
    ("no-value", ["--set=deadline"], {}, "settings: --set: deadline has no value: write --set=deadline=VALUE"),
    ("no-key", ["--set=soon"], {}, "settings: --set: it must be KEY=VALUE, and has no '='"),
    ("number", ["--set=deadline=soon"], {}, "settings: --set: deadline is 'soon'; it must be a number from 1 to 900"),
    ("number-one-past", ["--set=deadline=901"], {},
     "settings: --set: deadline is '901'; it must be a number from 1 to 900"),
    ("word", ["--set=on-reject=drop"], {},
     "settings: --set: on-reject is 'drop'; it must be one of keep, bounce, discard"),
    ("yes-or-no", [], {"TLSRPT_SYSLOG": "maybe"}, "settings: TLSRPT_SYSLOG: syslog is 'maybe'; it must be yes or no"),
    ("unknown-variable", [], {"TLSRPT_AUTHSERV": "mx"},
     "settings: no setting belongs to the environment variable TLSRPT_AUTHSERV; see --help-settings, and write it in "
     "capitals, with _ for -"),
    ("no-file", ["--config=/nonexistent/tlsrpt.conf"], {},
     "settings: tlsrpt.conf cannot be read: there is no such file"),
    ("file-below-a-file", ["--config=/dev/null/tlsrpt.conf"], {},
     "settings: tlsrpt.conf cannot be read: a part of its path is no folder"),
):
    @case(f"/messages/settings/{name}", words, environment, said)
    def settings(words, environment, said):
        equal(say("inspect", "-", *words, environment=environment), said)


for name, text, said in (
    ("unknown-key", "[tlsrpt-ingest]\nbogus=1\n",
     "settings: tlsrpt.conf: no setting is called 'bogus'; see --help-settings"),
    ("no-group", "[other]\n",
     "settings: tlsrpt.conf has no section [tlsrpt-ingest]: put that line before the keys"),
    ("no-key-file", "deadline 5\n",
     "settings: tlsrpt.conf is not a settings file: it must begin with [tlsrpt-ingest], and have lines of key=value"),
    ("value", "[tlsrpt-ingest]\ntrusted-hops=51\n",
     "settings: tlsrpt.conf: trusted-hops is '51'; it must be a number from 1 to 50"),
):
    @case(f"/messages/file/{name}", text, said)
    def file(text, said):
        equal(say("inspect", "-", config(text)), said)


@case("/messages/settings/known-variables-are-taken")
def known_variables():
    equal(run("inspect", "/dev/null", environment={"TLSRPT_DATABASE": "x", "TLSRPT_AUTHSERV_ID": "mx"}).returncode, 0)


# However a password is put into --set, it is not repeated.
@case("/messages/no-password/without-equals", f"--set={SECRET}")
@case("/messages/no-password/uri", f"--set=postgresql://u:{SECRET}@host/db?connect_timeout=3")
@case("/messages/no-password/blank", f"--set=conninfo password={SECRET}")
@case("/messages/no-password/misspelt-key", f"--set=coninfo=password={SECRET}")
@case("/messages/no-password/bad-string", f"--set=conninfo=password={SECRET} hots=x")
@case("/messages/no-password/database", f"--database=password={SECRET} hots=x")
def no_password(word):
    said = say("schema", "status", word)
    assert SECRET not in said, said


@case("/messages/settings/help-shows-each-default")
def defaults():
    rows = dict(line.split()[0:3:2] for line in run("--help-settings").stdout.splitlines())
    for key, value in (("deadline", "60"), ("on-reject", "keep"), ("keep-evidence", "yes"), ("syslog", "no"),
                       ("authserv-id", "-"), ("policies", "1000"), ("trusted-hops", "1")):
        equal(rows[key], value, key)


for name, words, said in (
    ("two-addresses", ["--format=mail", "--to=a b"],
     "digest: --to: 'a b' is not one mail address, as in postmaster@example.org"),
    ("no-address", ["--format=mail"], "digest: --format=mail needs --to ADDRESS"),
    ("header-in-from", ["--format=mail", "--to=a@example.org", "--from=a@example.org\nBcc: b@example.org"],
     "digest: --from: 'a@example.org\\x0ABcc: b@example.org' is not one mail address, as in postmaster@example.org"),
    ("unknown-format", ["--format=xml"],
     "digest: --format: 'xml' is none of text, html, mail, json, csv, openmetrics"),
    ("table-of-text", ["--table=incidents"], "digest: --table needs --format=csv"),
    ("unknown-table", ["--format=csv", "--table=x\n"],
     "digest: --table: 'x\\x0A' is none of daily, summary, incidents, result_types, receiving_mx, days, domains, reporters, policy_changes,"
     " silent_reporters, late_reports, coverage"),
    ("ends-before-it-begins", ["--since=2026-01-02", "--until=2026-01-01"],
     "--since is after the last day of the period: see --until, which is yesterday if not set"),
):
    @case(f"/messages/digest/{name}", words, said)
    def digest(words, said):
        equal(say("digest", *words), said)


# A setting that no mail can meet: the line on each mail names it, and so does the digest.
@case("/messages/nobody-verifies-in-front")
def nobody_verifies():
    database = cluster().database()
    done = run("deliver", "--set=verify-dkim=no", "--set=authserv-id=mx.example.org", database=database,
               stdin=mail(part(report())))
    contains(done.stderr, "quarantined: reason=unauthentic detail=\"trust: no-verdict: no valid DKIM signature (RFC 8460 section 3): ")
    contains(done.stderr, "no trusted Authentication-Results of 'mx.example.org' has a verdict: if no mail has one, see "
                          "settings authserv-id, trusted-hops and verify-dkim")
    said = " ".join(run("digest", "--since=2024-05-01", "--until=2024-05-03", database=database).stdout.split())
    contains(said, "Quarantine: 1 unauthentic, no-verdict (see authserv-id, trusted-hops and verify-dkim). "
                   "See `tlsrpt-ingest quarantine list`.")


# Whom and what was tried, for the one at the terminal; a mail's sender, who may read what `deliver` says, learns nothing.
for name, conninfo, said in (
    ("no-server", "user=jo dbname=mail host={folder}/none",
     'database: cannot connect: no server at the socket; tried: user "jo", database "mail", server {folder}/none'),
    ("no-database", "{server} user=case_writer dbname=nowhere",
     'database: the database does not exist: create it, or name another (SQLSTATE 3D000); tried: user "case_writer", '
     'database "nowhere", server {host}'),
    ("no-user", "{server} user=nobody_here",
     'database: the server did not let this user in: check role, password and pg_hba.conf (SQLSTATE 28000); tried: '
     'user "nobody_here", database "postgres", server {host}'),
):
    @case(f"/messages/connect/{name}", conninfo, said)
    def connect(conninfo, said):
        server = cluster().server
        host = dict(word.split("=", 1) for word in server.split())["host"].strip("'")
        words = {"folder": scratch_folder(), "server": server, "host": host}
        conninfo = conninfo.format(**words)
        mbox = words["folder"] / "mbox"
        mbox.write_bytes(b"From a@example.org Thu Jan  2 03:04:05 2025\n" + mail(part(report())))
        for command in (["schema", "status"], ["digest"], ["quarantine", "list"], ["replay", mbox]):
            equal(say(*command, environment={"TLSRPT_DATABASE": conninfo}), said.format(**words), command)
        done = run("deliver", stdin=mail(part(report())), environment={"TLSRPT_DATABASE": conninfo})
        assert "tried:" not in done.stderr and str(host) not in done.stderr, done.stderr


@case("/messages/connect/without-conninfo")
def connect_unset():
    folder = scratch_folder()
    equal(say("schema", "status", environment={"PGHOST": str(folder), "PGUSER": "jo", "PGDATABASE": "mail"}),
          f'database: cannot connect: no server at the socket; tried: user "jo", database "mail", server {folder}, because '
          'conninfo is not set')


def with_more(**members):
    return mail(part(report(**members)))


def policies(number):
    return {**report(), "policies": report()["policies"] * number}


def nested(depth):
    return [nested(depth - 1)] if depth > 1 else []


FORWARDED = b"Content-Type: message/rfc822\n\n" + mail(part(report()))
# Packs to less than a hundredth, and to more than a two-hundredth.
SPACE = (" " * 100).join(random.Random(1).choices(" \n\t\r", k=11500))
LISTS = report()["policies"][0]
LISTS["policy"]["mx-host"] *= 17
DETAILS = report()["policies"][0] | {"failure-details": report()["policies"][0]["failure-details"] * 2}

# Each cap that a mail can reach says which setting it is.
for setting, cap, message in (
    ("message-bytes", 1024, mail(part(report()), part(report()))),
    ("header-bytes", 998, mail(part(report()), subject="s" * 1000)),
    ("mime-depth", 1, mail(FORWARDED)),
    ("mime-parts", 1, mail(part(report()), part(report()))),
    ("part-bytes", 1024, mail(part(report(x="x" * 2000), media_type="application/tlsrpt+json"))),
    ("inflated-bytes", 1024, with_more(x="x" * 2000)),
    ("inflated-ratio", 100, mail(part(json.dumps(report()) + SPACE))),
    ("gzip-members", 1, mail(part(gzip.compress(b"") + gzip.compress(json.dumps(report()).encode())))),
    ("json-depth", 6, with_more(x=nested(8))),
    ("json-values", 1000, with_more(x=[0] * 1001)),
    ("json-members", 16, with_more(**{f"x{number}": 0 for number in range(16)})),
    ("policies", 1, mail(part(policies(2)))),
    ("domain-policies", 2, mail(part(policies(3)))),
    ("failure-details", 1, mail(part({**report(), "policies": [DETAILS]}))),
    ("list-entries", 16, mail(part(report() | {"policies": [LISTS]}))),
    ("name-bytes", 64, with_more(**{"organization-name": "x" * 65})),
    ("text-bytes", 256, with_more(report_id="x" * 257)),
    ("string-bytes", 256, with_more(x="x" * 257)),
):
    @case(f"/messages/caps/{setting}", setting, cap, message)
    def caps(setting, cap, message):
        said = run("inspect", "-", f"--set={setting}={cap}", stdin=message)
        contains(said.stdout + said.stderr, f"(setting {setting})")
        assert "(setting" not in run("inspect", "-", stdin=message).stdout, "refused without the setting, too"


@case("/messages/bench-says-what-to-build", "run")
@case("/messages/growth-says-what-to-build", "growth")
def bench(name):
    folder = scratch_folder()
    done = subprocess.run([ROOT / "tests" / "bench" / name, folder], capture_output=True, text=True, check=False,
                          timeout=60)
    equal((done.returncode, done.stderr),
          (2, f"tests/bench/{name}: {folder}/src/tlsrpt-ingest is not built: meson setup {folder}; "
              f"ninja -C {folder}\n"))


if __name__ == "__main__":
    main()
