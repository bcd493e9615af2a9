# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases that print TAP, the program under test, and a private PostgreSQL for it to write to.

A case is a function under @case; what it raises is its failure, Skip is said aloud. Servers that a
case started are stopped when the test program ends, however that comes.
"""
import atexit
import base64
import functools
import glob
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(os.environ.get("TESTED_SOURCE_ROOT") or
                    pathlib.Path(__file__).resolve().parents[2])
BUILD = pathlib.Path(os.environ.get("TESTED_BUILD_ROOT") or ROOT / "build")
PROGRAM = os.environ.get("TESTED_PROGRAM") or str(BUILD / "src" / "tlsrpt-ingest")
FIXTURES = ROOT / "tests" / "fixtures"
# Who each command is run as, where the database is given as its superuser: a login that is a member of
# this role and of nothing else, as the manual recommends it.
OTHER_COMMANDS = ("inspect", "schema", "quarantine", "prune", "doctor", "domain")
LOGINS = {"deliver": "writer", "replay": "writer", "digest": "reader", "site": "reader", "incident": "alerter",
          "alert": "alerter", "evidence": "alerter"}
# Not Debian's wrapper in front of it, which costs more than most statements.
PSQL = next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"), reverse=True)), "psql")
PATIENCE = 60  # seconds after which a step that should be short is taken for hung

_cases = []


class Skip(Exception):
    """What a case needs is not there."""


def case(name, *arguments):
    """Registers the decorated function under @name; a row of a table gives its arguments."""
    def register(function):
        _cases.append((name, function, arguments))
        return function
    return register


def equal(found, expected, what=""):
    assert found == expected, f"{what}\n  found:    {found!r}\n  expected: {expected!r}"


def contains(text, piece):
    assert piece in text, f"\n  {piece!r}\n  is not in: {text!r}"


def _diagnose(text):
    for line in text.splitlines():
        print("# " + line.encode("ascii", "backslashreplace").decode())


def _run_one(number, name, function, arguments):
    try:
        function(*arguments)
    except Skip as skip:
        print(f"ok {number} {name} # SKIP {skip}", flush=True)
        return True
    except Exception:
        _diagnose(traceback.format_exc())
        print(f"not ok {number} {name}", flush=True)
        return False
    print(f"ok {number} {name}", flush=True)
    return True


def main(reason_to_skip_all=None):
    if reason_to_skip_all:
        print(f"1..0 # SKIP {reason_to_skip_all}")
        sys.exit(0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # meson's time-out: servers are stopped
    chosen = [one for one in _cases if not sys.argv[1:] or any(word in one[0] for word in sys.argv[1:])]
    print(f"1..{len(chosen)}", flush=True)
    results = [_run_one(number, *one) for number, one in enumerate(chosen, 1)]
    sys.exit(0 if all(results) else 1)


def clean_environment(**more):
    """Without what the caller's shell says of databases and settings; and mails need no signature, where a
    test does not ask for it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "TLSRPT_"))}
    return {**kept, "TLSRPT_VERIFY_DKIM": "no", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", **more}


def as_login(conninfo, command):
    """@conninfo for the login that @command is for, where it names the superuser of a case's database."""
    role = LOGINS.get(command)
    return conninfo.replace("user=postgres", f"user=case_{role}") if role and conninfo else conninfo


def cron_environment(text, **more):
    """What cron gives the lines of @text, a file of /etc/cron.d: next to nothing, and what it sets itself."""
    own = dict(re.findall(r"^([A-Z]+)=(.*)$", text, re.M))
    return {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "HOME": "/", "LOGNAME": "nobody", **own, **more}


def run(*words, stdin=b"", database=None, environment=None, user=None):
    """Runs the program; returns status, stdout and stderr, the last two as text."""
    if database is not None:
        named = [word for word in map(str, words) if word in (*LOGINS, *OTHER_COMMANDS)]
        if "--from-evidence" not in words:
            database = as_login(database, named[0] if named else "deliver")
        environment = {"TLSRPT_DATABASE": database, **(environment or {})}
    done = subprocess.run([PROGRAM, *map(str, words)], input=stdin, capture_output=True,
                          env=clean_environment(**(environment or {})), timeout=PATIENCE,
                          cwd="/", user=user, check=False)
    done.stdout = done.stdout.decode(errors="backslashreplace")
    done.stderr = done.stderr.decode(errors="backslashreplace")
    return done


def by_schema(name, text):
    """@text as JSON, which is as the installed schema @name says, where a validator is there to ask."""
    found = json.loads(text)
    validator = schema_validator(name)
    if validator is not None:
        equal([f"{error.json_path}: {error.message}" for error in validator.iter_errors(found)], [], f"{name}.schema.json")
    return found


@functools.cache
def schema_validator(name):
    try:
        import jsonschema
    except ImportError:
        return None
    schema = json.loads((ROOT / "src" / "schema" / f"{name}.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)


def parse_strictly(*texts):
    """Debian's html5lib, whichever Python runs this: a parse error of the HTML standard raises."""
    done = subprocess.run(["/usr/bin/python3", "-c", "import html5lib, json, sys\nfor text in json.load(sys.stdin):"
                           " html5lib.HTMLParser(strict=True).parse(text)"], input=json.dumps(texts).encode(),
                          capture_output=True, check=False)
    if b"No module named" in done.stderr:
        raise Skip("python3-html5lib is not installed")
    equal(done.returncode, 0, done.stderr.decode())


def assert_tidy(path):
    """The page at @path is one that tidy has nothing to say of."""
    if not shutil.which("tidy"):
        raise Skip("tidy is not installed")
    done = subprocess.run(["tidy", "-errors", "-quiet", "-utf8", "--show-info", "no", path],
                          capture_output=True, text=True, check=False)
    equal((done.returncode, done.stderr), (0, ""))


def scratch_folder(prefix="tlsrpt-cli-"):
    """A folder that every user may enter, with a short name: sockets live in it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, True)
    return folder


class Cluster:
    """A PostgreSQL of the test's own, with a fresh database for each case that asks."""

    def __init__(self, *settings):
        self.folder = scratch_folder() / "pg"
        self.settings = ("fsync=off", "max_connections=60", *settings)
        self.n_databases = 0
        self.template = None
        atexit.register(self.stop, "immediate")
        self.start()

    def _script(self, *words):
        return subprocess.run([str(ROOT / "tests" / "postgres"), *map(str, words)], check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              timeout=PATIENCE, env=clean_environment()).stdout.strip()

    def start(self):
        self.server = self._script("start", self.folder, *self.settings)
        sql(self.server, "DO $$ BEGIN " + "".join(
            f"IF to_regrole('case_{role}') IS NULL THEN CREATE ROLE case_{role} LOGIN; END IF; "
            for role in sorted(set(LOGINS.values()))) + "END $$")

    def stop(self, mode="fast"):
        if self.folder.exists():
            self._script("stop", self.folder, mode)

    def empty_database(self, template="template1"):
        self.n_databases += 1
        name = f"case{self.n_databases}"
        sql(self.server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.server.replace("dbname=postgres", f"dbname={name}")

    def database(self):
        """One with the schema in it: a copy of the first, which nobody else writes to."""
        if self.template is None:
            conninfo = self.empty_database()
            installed = run("schema", "install", database=conninfo)
            equal(installed.returncode, 0, installed.stderr)
            sql(conninfo, "".join(f"GRANT tlsrpt_{role} TO case_{role};" for role in sorted(set(LOGINS.values()))))
            self.template = f"case{self.n_databases}"
        return self.empty_database(self.template)

    def login(self, conninfo, role, group):
        """The connection string for @role, made if it is not there, as a member of @group."""
        if not sql(conninfo, f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):
            sql(conninfo, f"CREATE ROLE {role} LOGIN IN ROLE {group}")
        return conninfo.replace("user=postgres", f"user={role}")


def sql(conninfo, text):
    """Rows as lists of strings; psql's own word for null is \\N here."""
    done = subprocess.run([PSQL, "-XAtq", "-F", "\t", "-P", "null=\\N", "-v", "ON_ERROR_STOP=1",
                           "-d", conninfo, "-c", text],
                          capture_output=True, text=True, env=clean_environment(),
                          timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    return [line.split("\t") for line in done.stdout.splitlines()]


def one(conninfo, text):
    return sql(conninfo, text)[0][0]


def set_version(number):
    """SQL after which functions and views of another version of the schema seem to be installed."""
    return ("CREATE OR REPLACE FUNCTION tlsrpt.installed_version() RETURNS integer "
            f"LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {number}")


def rows(conninfo):
    """Every row of every table, but for the times when they were written."""
    return [sql(conninfo, f"SELECT {columns} FROM tlsrpt.{table} t ORDER BY 1") for table, columns in (
        ("report", "to_jsonb(t) - 'stored_at'"), ("policy", "to_jsonb(t)"),
        ("failure", "to_jsonb(t)"), ("quarantine", "to_jsonb(t) - 'quarantined_at'"))]


def report(report_id="2024-05-01T00:00:00Z_example.org", domain="example.org", failed=3, **members):
    """A document of RFC 8460 section 4.4, small and valid."""
    policy = {"policy": {"policy-type": "sts", "policy-domain": domain,
                         "policy-string": ["version: STSv1", "mode: enforce", "mx: mx.example.org",
                                           "max_age: 86400"],
                         "mx-host": ["mx.example.org"]},
              "summary": {"total-successful-session-count": 100,
                          "total-failure-session-count": failed},
              "failure-details": []}
    if failed:
        policy["failure-details"].append(
            {"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.1",
             "receiving-mx-hostname": "mx.example.org", "receiving-ip": "192.0.2.9",
             "failed-session-count": failed})
    return {"organization-name": "Sender Inc.",
            "date-range": {"start-datetime": "2024-05-01T00:00:00Z",
                           "end-datetime": "2024-05-01T23:59:59Z"},
            "contact-info": "tls@sender.example", "report-id": report_id, "policies": [policy],
            **members}


def part(document, media_type="application/tlsrpt+gzip", name=None):
    """A MIME part with @document, a dict, text or bytes, in it."""
    if isinstance(document, dict):
        document = json.dumps(document)
    if isinstance(document, str):
        document = document.encode()
        if "json" not in media_type:
            document = gzip.compress(document, mtime=0)
    name = name or "sender.example!example.org!1714521600!1714607999.json.gz"
    return (f"Content-Type: {media_type}\n"
            f"Content-Disposition: attachment; filename=\"{name}\"\n"
            "Content-Transfer-Encoding: base64\n\n"
            + base64.encodebytes(document).decode()).encode()


def mail(*parts, sender="tls@sender.example", subject="Report Domain: example.org", header=()):
    """A mail with @parts in it, as multipart/report; a plain one without."""
    lines = [f"From: <{sender}>", "To: tlsrpt@example.org", f"Subject: {subject}",
             "Date: Thu, 02 May 2024 03:04:05 +0000", "MIME-Version: 1.0", *header]
    if not parts:
        return "\n".join([*lines, "Content-Type: text/plain", "", "Nothing to report.", ""]).encode()
    lines += ["TLS-Report-Domain: example.org", "TLS-Report-Submitter: sender.example",
              "Content-Type: multipart/report; report-type=tlsrpt; boundary=b", "", ""]
    body = b"".join(b"--b\n" + one_part + b"\n" for one_part in parts)
    return "\n".join(lines).encode() + body + b"--b--\n"
