#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each format of the digest, read back by a reader that this project did not write."""
import csv
import datetime
import email
import email.policy
import functools
import io
import json
import re
import shutil
import subprocess

from harness import (FIXTURES, ROOT, Cluster, Skip, by_schema, case, contains, equal, mail, main, one, part, report,
                     run, schema_validator, sql)
from strangers import LIVE, UNTIL, fill

PERIOD = ("--since=30d", f"--until={UNTIL}")
KINDS = ("hostile", "clean", "empty")


@functools.cache
def cluster():
    return Cluster("max_connections=10")


@functools.cache
def database(kind):
    conninfo = cluster().database()
    fill(conninfo, kind)
    return conninfo


def digest(kind, name, *words):
    done = run("digest", *PERIOD, f"--format={name}", *words, database=database(kind))
    equal((done.returncode, done.stderr), (0, ""))
    return done.stdout


def view(kind, text):
    return sql(database(kind), f"SET tlsrpt.today = '{UNTIL}'; {text}")


PARSER = """
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
text = sys.stdin.buffer.read().decode()
print(json.dumps([[family.name, family.type, family.documentation, [[one.labels, one.value] for one in family.samples]]
                  for family in text_string_to_metric_families(text)]))
"""


@case("/formats/openmetrics/hostile", "hostile")
@case("/formats/openmetrics/clean", "clean")
@case("/formats/openmetrics/empty", "empty")
def openmetrics(kind):
    done = subprocess.run(["/usr/bin/python3", "-c", PARSER], input=digest(kind, "openmetrics").encode(), check=False,
                          capture_output=True)
    if b"No module named" in done.stderr:
        raise Skip("python3-prometheus-client is not installed")
    equal(done.returncode, 0, done.stderr.decode())
    families = {name: samples for name, kind_of, text, samples in json.loads(done.stdout) if kind_of == "gauge" and text}
    equal(len(families), 7, families.keys())
    told = sorted([labels["mail_domain"], labels["result_type"], value]
                  for labels, value in families["tlsrpt_failed_sessions"])
    expected = view(kind, "SELECT mail_domain, to_json(result_type), sum(failed_sessions) FROM tlsrpt.daily"
                          " WHERE result_type IS NOT NULL GROUP BY 1, result_type")
    sums = {}
    for domain, name, count in expected:
        key = domain, re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "\ufffd", json.loads(name))
        sums[key] = sums.get(key, 0) + float(count)
    equal(told, sorted([*key, count] for key, count in sums.items()))
    equal(len(told), len({tuple(row[:2]) for row in told}))


@case("/formats/openmetrics/promtool-finds-nothing-in-hostile", "hostile")
@case("/formats/openmetrics/promtool-finds-nothing-in-empty", "empty")
def promtool(kind):
    program = shutil.which("promtool")
    if not program:
        raise Skip("promtool is not there: Debian's package prometheus has it")
    done = subprocess.run([program, "check", "metrics"], input=digest(kind, "openmetrics").encode(), check=False,
                          capture_output=True)
    equal((done.returncode, done.stdout + done.stderr), (0, b""))


# Two result types that differ in a control character alone are one series; a reader would refuse two.
@case("/formats/openmetrics/control-characters-are-shown-and-make-no-second-series")
def control_characters():
    conninfo = cluster().database()
    document = report(failed=5)
    one_detail = document["policies"][0]["failure-details"][0]
    document["policies"][0]["failure-details"] = [{**one_detail, "result-type": f"odd{c}type", "failed-session-count": n}
                                                  for n, c in ((2, "\x1b"), (3, "\x9b"))]
    equal(run("deliver", stdin=mail(part(document)), database=conninfo).returncode, 0)
    said = run("digest", "--since=2024-05-01", "--until=2024-05-02", "--format=openmetrics", database=conninfo).stdout
    contains(said, 'tlsrpt_failed_sessions{mail_domain="example.org",result_type="odd\ufffdtype"} 5\n')
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", said), said
    contains(said, "# TYPE tlsrpt_quarantine_bytes gauge\n# UNIT tlsrpt_quarantine_bytes bytes\n")


@case("/formats/csv/hostile", "hostile")
@case("/formats/csv/clean", "clean")
@case("/formats/csv/empty", "empty")
def comma_separated(kind):
    rows = list(csv.DictReader(io.StringIO(digest(kind, "csv"), newline=""), strict=True))
    equal(len(rows), int(one(database(kind), "SELECT count(*) FROM tlsrpt.daily")))
    for row in rows:
        assert None not in row and None not in row.values(), row
        for cell in row.values():
            assert not cell.startswith(tuple("=+-@\t\r")), f"a spreadsheet computes {cell!r}"
    equal(sum(int(row["sessions"]) for row in rows),
          int(one(database(kind), "SELECT coalesce(sum(sessions), 0) FROM tlsrpt.daily")))


def tables():
    """Each list of a digest with the members that its schema names, in their order; lists are what programs get."""
    schema = json.loads((ROOT / "src/schema/digest.schema.json").read_text())
    lists = {name: one["items"] for name, one in schema["properties"].items() if one.get("type") == "array" and name != "quarantine"}
    lists["incidents"] = schema["$defs"]["incident"]
    return schema, {name: items["properties"] for name, items in lists.items()}


def as_cell(value):
    """What is in the JSON, as it is in a cell."""
    if isinstance(value, list):
        return "; ".join(as_cell(one) for one in value)
    if isinstance(value, dict):
        return value["domain"] if "domain" in value else " ".join(as_cell(one) for one in value.values() if one is not None)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def same(cell, value):
    """A formula has an apostrophe, and a control character is U+FFFD: neither is in the JSON. Numbers are numbers."""
    if isinstance(value, float):
        return float(cell) == value
    return cell.removeprefix("'") == re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "\ufffd", as_cell(value)).removeprefix("'")


@case("/formats/csv/each-table-says-what-the-json-says/hostile", "hostile")
@case("/formats/csv/each-table-says-what-the-json-says/clean", "clean")
@case("/formats/csv/each-table-says-what-the-json-says/empty", "empty")
def csv_tables(kind):
    found = by_schema("digest", digest(kind, "json"))
    schema, lists = tables()
    for name in ("summary", *lists):
        rows = list(csv.DictReader(io.StringIO(digest(kind, "csv", f"--table={name}"), newline=""), strict=True))
        objects = [found] if name == "summary" else found[name]
        equal(len(rows), len(objects) + found.get(f"{name}_more", 0), name)
        for row, one_object in zip(rows, objects):
            for column, cell in row.items():
                if column != "made_at":
                    assert same(cell, one_object[column]), (name, column, cell, one_object[column])
                assert not cell.startswith(tuple("=+-@\t\r")), f"a spreadsheet computes {cell!r}"


# Where a list has no row its columns are named all the same, and all of them are members that the schema describes.
@case("/formats/csv/columns-are-members-of-the-schema-and-stand-in-the-manual")
def csv_columns():
    schema, lists = tables()
    manual = (ROOT / "src/manual/tlsrpt-ingest-digest.1").read_text()
    for name in ("summary", *lists):
        columns = digest("empty", "csv", f"--table={name}").splitlines()[0].split(",")
        known = schema["properties"] if name == "summary" else lists[name]
        equal(set(columns) - set(known), set(), name)
        if name in ("summary", "incidents"):
            named = re.search(rf"^\.It Cm {name}$(.*?)^\.It ", manual, re.M | re.S)[1]
            equal(re.findall(r"^\.Li (\w+)", named, re.M), columns, name)
        else:
            equal(columns, list(known), name)
            contains(re.search(r"^\.It (Cm domains .*)$", manual, re.M)[1].split(), name)


@case("/formats/csv/of-an-incident-has-place-title-effect-since-domains-and-reporters")
def csv_incident():
    conninfo = cluster().database()
    equal(run("deliver", stdin=mail(part(report(failed=50))), database=conninfo).returncode, 0)
    equal(run("incident", "update", "--day=2024-05-02", database=conninfo).returncode, 0)
    done = run("digest", "--since=2024-05-01", "--until=2024-05-02", "--format=csv", "--table=incidents",
               database=cluster().login(conninfo, "csv_reader", "tlsrpt_reader"))
    (row,) = csv.DictReader(io.StringIO(done.stdout, newline=""), strict=True)
    equal({name: row[name] for name in ("number", "severity", "place", "effect", "first_day", "domains", "reporters", "is_new", "over_day")},
          {"number": "1", "severity": "critical", "place": "mx.example.org", "effect": "refused", "first_day": "2024-05-01",
           "domains": "example.org", "reporters": "sender.example", "is_new": "true", "over_day": ""})
    assert row["title"] and row["failed_sessions"] == "50", row


# Past what a person gets to see: 100 incidents, 50 rows.
@case("/formats/csv/has-all-rows", "incidents", 101)
@case("/formats/csv/has-all-rows-of-a-table", "reporters", 51)
def csv_all(table, number):
    conninfo = cluster().database()
    equal(run("deliver", stdin=mail(part(report())), database=conninfo).returncode, 0)
    if table == "incidents":
        sql(conninfo, "INSERT INTO tlsrpt.incident (incident_no, place_kind, place, cause, effect, severity, fault, state, is_security,"
                      " first_day, last_day, last_word_day, failed_days, failed_sessions, refused_sessions, sessions, unplaced_sessions,"
                      " judged_on) SELECT 1000 + n, 'mx', 'mx' || n, 'certificate-expired', 'refused', 'warning', 'ours', 'open', false,"
                      f" '2024-05-01', '2024-05-01', '2024-05-01', 1, 9, 9, 9, 0, '2024-05-02' FROM generate_series(1, {number}) AS n")
    else:
        for n in range(number - 1):
            equal(run("deliver", stdin=mail(part(report(str(n), successful=100 + n)), sender=f"tls@r{n}.example"), database=conninfo).returncode, 0)
    reader = cluster().login(conninfo, "all_rows", "tlsrpt_reader")
    words = ("digest", "--since=2024-05-01", "--until=2024-05-02")
    done = run(*words, "--format=csv", f"--table={table}", database=reader)
    rows = list(csv.DictReader(io.StringIO(done.stdout, newline=""), strict=True))
    shown = json.loads(run(*words, "--format=json", database=reader).stdout)[table]
    assert len(rows) >= number > len(shown), (len(rows), len(shown))


@case("/formats/json/hostile", "hostile")
@case("/formats/json/clean", "clean")
@case("/formats/json/empty", "empty")
def json_object(kind):
    found = by_schema("digest", digest(kind, "json"))
    equal((found["since"], found["until"], found["mail_domain"]), ("2024-04-04", UNTIL, None))
    equal(len(found["days"]), 30)
    equal(sum(day["sessions"] for day in found["days"]), found["sessions"])
    names = {row["organization_name"] for row in found["reporters"]}
    equal(names, {json.loads(row[0]) for row in view(kind, "SELECT DISTINCT to_json(organization_name)::text"
                                                           " FROM tlsrpt.daily")}, "a stranger's words as they are")
    if kind == "hostile":
        assert set(LIVE[:10]) <= names
    equal(found["affected_domains"], len({name for incident in found["incidents"] for name in incident["domains"]
                                          if incident["state"] in ("open", "flapping", "recovering")}))
    equal(found["quarantine"], [])
    equal((found["reporters_of_period"], len({row["reporter_domain"] for row in found["reporters"]})),
          (len(found["reporters"]),) * 2)
    equal(sum(row["sessions"] for row in found["domains"]), found["sessions"])
    for row in found["domains"]:
        equal((row["has_tlsa"], row["sessions_before"], row["trend"]), (False, 0, None))
    for row in found["days"]:
        equal(row["is_complete"], True)
    for incident in found["incidents"]:
        equal(len(incident["days"]), 14)
        assert incident["commands"] and incident["causes"] and incident["changes"] and incident["reporters"]


def objects(schema):
    """Every schema of an object in @schema."""
    if isinstance(schema, dict):
        if "properties" in schema and "type" in schema:
            yield schema
        for one in schema.values():
            yield from objects(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from objects(one)


@case("/formats/json/no-schema-passes-over-a-member")
def schemas_are_strict():
    paths = sorted((ROOT / "src" / "schema").glob("*.schema.json"))
    assert paths
    for path in paths:
        schema = json.loads(path.read_text())
        equal(schema["properties"]["version"]["const"], int(schema["$id"].rsplit(":")[-1]))
        for one in objects(schema):
            equal(one["additionalProperties"], False, path.name)
            assert set(one["required"]) <= set(one["properties"]), one["required"]
            assert all("description" in member for member in one["properties"].values()), one["properties"]
        contains((ROOT / "src" / "schema" / "meson.build").read_text(), f"'{path.name}'")


@case("/formats/json/a-schema-refuses-what-it-does-not-know")
def schemas_refuse():
    if schema_validator("digest") is None:
        raise Skip("python3-jsonschema is not installed")
    found = by_schema("digest", digest("empty", "json"))
    for wrong in ({**found, "another": 1}, {**found, "version": 2}, {**found, "days": [{**found["days"][0], "more": 1}]}):
        assert list(schema_validator("digest").iter_errors(wrong)), wrong


@case("/formats/json/inspect-of-the-sample-and-of-every-fixture")
def inspected():
    done = run("inspect", "--format=json", ROOT / "contrib" / "sample" / "tlsrpt.mbox", *sorted(FIXTURES.rglob("*.eml")))
    equal(done.returncode, 65, done.stderr)
    lines = [by_schema("inspect", line) for line in done.stdout.splitlines()]
    equal((sum("report" in line for line in lines), any("refusal" in line for line in lines)), (49, True))


@case("/formats/mail/hostile", "hostile")
@case("/formats/mail/clean", "clean")
@case("/formats/mail/empty", "empty")
def message(kind):
    raw = digest(kind, "mail", "--to=post@example.org", "--from=tlsrpt@example.org").encode()
    equal(max(map(len, raw.split(b"\n"))) <= 78, True, "RFC 5322 section 2.1.1")
    assert all(byte < 128 and (byte >= 32 or byte in (9, 10)) for byte in raw), "seven bits, no control character"
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    equal([parsed[name] for name in ("To", "Auto-Submitted")], ["post@example.org", "auto-generated"])
    equal(parsed["From"].addresses[0].addr_spec, "tlsrpt@example.org")
    equal((parsed.defects, [piece.defects for piece in parsed.walk()]), ([], [[], [], []]))
    equal([piece.get_content_type() for piece in parsed.walk()], ["multipart/alternative", "text/plain", "text/html"])
    contains(parsed["Subject"], f"TLS reports on all domains, 2024-04-04 to {UNTIL}")
    html = parsed.get_body(("html",)).get_content()
    assert len(html) < 100 * 1024, len(html)
    for word in ("var(", "<svg", "<details", "<script", "url("):
        assert word not in html, word
    text = parsed.get_body(("plain",)).get_content()
    equal(text.splitlines()[:2], digest(kind, "text").splitlines()[:2])
    for line in text.splitlines():
        assert len(line) <= 74 or line.startswith("    $ ") or " " not in line.strip(), line


# Today is left out of the history, so that the day before is its last, whether the period ends with it or not.
@case("/formats/text/history-of-a-period-up-to-yesterday", 1)
@case("/formats/text/history-of-a-period-up-to-today", 0)
def history(days):
    conninfo = cluster().database()
    yesterday, until = ((datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=ago)).strftime("%Y-%m-%d")
                        for ago in (1, days))
    document = report("h", **{"date-range": {"start-datetime": f"{yesterday}T00:00:00Z", "end-datetime": f"{yesterday}T23:59:59Z"}})
    document["policies"][0]["failure-details"][0]["failed-session-count"] = 30
    document["policies"][0]["summary"]["total-failure-session-count"] = 30
    equal(run("deliver", stdin=mail(part(document)), database=conninfo).returncode, 0)
    equal(run("incident", "update", database=conninfo).returncode, 0)
    said = run("digest", f"--since={yesterday}", f"--until={until}", database=conninfo).stdout
    contains(said, f"at most 30 sessions on {yesterday}")


if __name__ == "__main__":
    main()
