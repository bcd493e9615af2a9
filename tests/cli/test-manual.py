#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds together what --help says, what the manual says, and what the tables and views of the program have."""
import functools
import re
import shutil
import subprocess

from harness import BUILD, ROOT, Cluster, Skip, case, contains, equal, mail, main, part, report, run, scratch_folder, sql

SOURCE = ROOT / "src" / "manual"
ADVICE = "src/manual and the program differ; the second list is the program's"

cluster = functools.cache(Cluster)


@functools.cache
def pages():
    """The pages as they are installed: name with section, and text."""
    built = [*SOURCE.glob("*.[157]"), *(BUILD / "src" / "manual").glob("*.[157]")]
    return {path.name: path.read_text() for path in built}


def section(page, name):
    return re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", pages()[page], re.M | re.S)[1]


def helped(*words):
    done = run(*words)
    equal(done.returncode, 0, done.stderr)
    return done.stdout


def commands():
    text = helped("--help").split("Commands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  (\S+)", text, re.M)


def options(text):
    """Long options with the name of their value, as --help prints them."""
    return {(name, value) for name, value in re.findall(r"^  (?:-\w, )?--([\w-]+)(?:=(\S+))?", text, re.M)}


def options_of_manual(text):
    items = re.findall(r"^\.It (?:Fl \w , )?Fl -([\w-]+)(?: Ns = Ns Ar (\S+))?", text, re.M)
    return set(items)


def items(page, name, macro):
    return re.findall(rf"^\.It {macro} (\S+)", section(page, name), re.M)


@case("/manual/names-every-command")
def every_command():
    equal(sorted(items("tlsrpt-ingest.1", "COMMANDS", "Cm")), sorted(commands()), ADVICE)


@case("/manual/has-a-page-for-each-command")
def every_page():
    known = [f"tlsrpt-ingest-{name}.1" for name in commands()]
    equal(sorted(name for name in pages() if re.match(r"tlsrpt-ingest-.*\.1$", name)), sorted(known), ADVICE)
    listed = re.findall(r"^\.Xr (tlsrpt-ingest\S*) (\d)", section("tlsrpt-ingest.1", "SEE ALSO"), re.M)
    equal(sorted(f"{name}.{number}" for name, number in listed), sorted(set(pages()) - {"tlsrpt-ingest.1"}))


@case("/manual/has-every-shared-option")
def shared_options():
    equal(sorted(options_of_manual(section("tlsrpt-ingest.1", "OPTIONS"))),
          sorted(options(helped("--help")) & options(helped("inspect", "--help"))), ADVICE)


@case("/manual/has-every-option-of-a-command")
def command_options():
    shared = options(helped("--help")) & options(helped("inspect", "--help"))
    for name in commands():
        page = pages()[f"tlsrpt-ingest-{name}.1"]
        equal(sorted(options_of_manual(page)), sorted(options(helped(name, "--help")) - shared), f"{name}: {ADVICE}")


@case("/manual/help-names-the-page-of-a-command")
def help_names_page():
    for name in commands():
        contains(helped("help", name), f"The manual of this command is tlsrpt-ingest-{name}(1).\n")


@case("/manual/has-every-setting")
def settings():
    printed = re.findall(r"^(\S+)  +(\S+)  +", helped("--help-settings"), re.M)
    equal(re.findall(r"^\.It Ic (\S+) Ar (\S+)$", pages()["tlsrpt-ingest.conf.5"], re.M), printed, ADVICE)


@case("/manual/has-every-exit-status-that-exits-h-has")
def statuses():
    known = set(re.findall(r"= (\d+),", (ROOT / "src" / "exits.h").read_text()))
    found = {status for page in ("tlsrpt-ingest.1", "tlsrpt-ingest-deliver.1")
             for status in re.findall(r"^\.It (\d+)$", section(page, "EXIT STATUS"), re.M)}
    equal(found, known, ADVICE)


@case("/manual/has-every-deviation")
def deviations():
    table = re.findall(r"ROW \(\w+, \"([^\"]+)\"", (ROOT / "src" / "core" / "deviation.h").read_text())
    equal(items("tlsrpt-ingest-rfc8460.7", "DEVIATIONS", "Li"), table, ADVICE)


@case("/manual/shows-lines-of-the-log-as-they-are")
def log():
    text = re.search(r"^\.Bd -literal\n(.*?)^\.Ed", section("tlsrpt-ingest-deliver.1", "LOG"), re.M | re.S)[1]
    shown = [" ".join(line.split()) for line in re.split(r"^\w+ +\d+ \S+ mx tlsrpt-ingest\[\d+\]: ", text, flags=re.M)[1:]]
    database = cluster().database()
    printed = [run("deliver", f"--queue-id={queue}", "--client=", f"--sender={sender}", stdin=message, database=database).stderr
               for queue, sender, message in (
                   ("4F2abcDEF", "noreply@bigmail.example", (ROOT / "contrib" / "sample" / "report.eml").read_bytes()),
                   ("4F2abcDEG", "a@stranger.example", mail()))]
    printed = [line.removeprefix("tlsrpt-ingest: ").replace("dkim=unknown", 'dkim=pass dkim-domain="bigmail.example"').strip()
               for line in printed]
    equal([re.sub(r"ms=\d+$", "", line) for line in shown], [re.sub(r"ms=\d+$", "", line) for line in printed])


@case("/manual/has-every-reason-of-quarantine")
def reasons():
    comment = sql(cluster().database(), "SELECT col_description('tlsrpt.quarantine'::regclass, attnum) FROM pg_attribute"
                                        " WHERE attrelid = 'tlsrpt.quarantine'::regclass AND attname = 'reason'")[0][0]
    known = re.search(r"one of: ([^.]*)\.", comment)[1].split(", ")
    equal(sorted(items("tlsrpt-ingest-quarantine.1", "REASONS", "Li")), sorted(known), ADVICE)


@case("/manual/has-every-column-of-every-view")
def views():
    known = {name: columns.split() for name, columns in sql(
        cluster().database(), """SELECT c.relname, string_agg(a.attname, ' ' ORDER BY a.attnum)
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
          WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'v' GROUP BY c.relname""")}
    found = {name: re.findall(r"^\.It Va (\w+)$", text, re.M) for name, text in re.findall(
        r"^\.Ss (\w+)\n(.*?)(?=^\.S[sh] )", pages()["tlsrpt-ingest-views.7"], re.M | re.S)}
    equal(sorted(found), sorted(known), "views in src/manual/tlsrpt-ingest-views.7.in")
    for name, columns in known.items():
        equal(found[name], columns, f"order of the COMMENT ON in sql/views/{name}.sql")


@case("/manual/has-every-column-of-the-csv-and-every-metric")
def formats():
    database, text = cluster().database(), section("tlsrpt-ingest-digest.1", "FORMATS FOR PROGRAMS")
    equal(run("deliver", stdin=mail(part(report(failed=50))), database=database).returncode, 0)
    equal(run("deliver", stdin=mail(), database=database).returncode, 0)
    equal(run("incident", "update", "--day=2024-05-02", database=database).returncode, 0)
    printed = {kind: run("digest", "--since=2024-05-01", "--until=2024-05-01", f"--format={kind}", database=database).stdout
               for kind in ("csv", "openmetrics")}
    columns = printed["csv"].splitlines()[0].split(",")
    metrics = {name: set(re.findall(r'(\w+)="', labels)) for name, labels in
               re.findall(r"^(\w+)\{(.*)\} \S+$", printed["openmetrics"], re.M)}
    equal(sorted(metrics), sorted(re.findall(r"^# TYPE (\w+) ", printed["openmetrics"], re.M)), "each has a value")
    told = [item.split() for item in re.findall(r"^\.It Va (.*)$", text, re.M)]
    equal([name for name, *labels in told if not name.startswith("tlsrpt_")], columns, ADVICE)
    equal({name: set(labels) for name, *labels in told if name.startswith("tlsrpt_")}, metrics, ADVICE)


@case("/manual/names-every-json-schema")
def schemas():
    named = re.findall(r"^\.It Pa /usr/share/tlsrpt-ingest/(.*)$", section("tlsrpt-ingest.1", "FILES"), re.M)
    equal(named, sorted(path.name for path in (ROOT / "src" / "schema").glob("*.schema.json")))


@case("/manual/each-query-of-it-has-an-answer")
def queries():
    database = cluster().database()
    for words in (("replay", "--quiet", ROOT / "contrib" / "sample" / "tlsrpt.mbox"), ("deliver",),
                  ("incident", "update", "--day=2026-01-16")):
        done = run(*words, database=database)
        equal(done.returncode, 0, done.stderr)
    text = re.search(r"^\.Bd -literal\n(.*?)^\.Ed", section("tlsrpt-ingest-views.7", "QUERIES"), re.M | re.S)[1]
    asked = [query for query in text.split(";\n") if query]
    equal(len(asked), 10)
    for query in asked:
        assert sql(database, f"SET ROLE tlsrpt_reader; SET tlsrpt.today = '2026-01-16'; {query}"), query


@case("/manual/has-clean-markup")
def markup():
    if not shutil.which("mandoc"):
        raise Skip("no mandoc")
    folder = scratch_folder("tlsrpt-manual-")
    for name, text in pages().items():
        (folder / name).write_text(text)
    done = subprocess.run(["mandoc", "-Tlint", *sorted(pages())], cwd=folder, capture_output=True, text=True, check=False)
    # Whether this machine's index of manuals is up to date is not the page's fault.
    equal([line for line in (done.stdout + done.stderr).splitlines() if "mandoc.db" not in line], [])


@case("/manual/help-names-the-program-and-its-version")
def version():
    project = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text())[1]
    equal(helped("--version"), f"tlsrpt-ingest {project}\n")


if __name__ == "__main__":
    main()
