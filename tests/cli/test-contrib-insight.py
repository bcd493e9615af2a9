#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dashboard and cron lines, each used as its user would."""
import email
import functools
import json
import re
import shutil
import subprocess

from harness import (PROGRAM, ROOT, Cluster, Skip, case, contains, cron_environment, equal, mail, main, part,
                     report, run, scratch_folder, sql)

cluster = functools.cache(Cluster)
FROM, TO = "2024-04-20T00:00:00Z", "2024-05-03T12:00:00Z"
HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


@functools.cache
def database():
    conninfo = cluster().database()
    message = mail(part(report()), part(report("2", **{"organization-name": HOSTILE})),
                   part(report("3", "second.example")))
    equal(run("deliver", stdin=message, database=conninfo).returncode, 0)
    equal(run("incident", "update", "--day=2024-05-03", database=conninfo).returncode, 0)
    return conninfo


@functools.cache
def dashboard():
    return json.loads((ROOT / "contrib/grafana/tlsrpt.json").read_text())


def panels():
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def variables():
    return [one for one in dashboard()["templating"]["list"] if one["type"] == "query"]


def queries():
    yield from ((f"variable {variable['name']}", variable["query"]) for variable in variables())
    yield from ((panel["title"], target["rawSql"]) for panel in panels() for target in panel["targets"])


def expand(text, domains, reporters):
    """As Grafana's PostgreSQL data source expands its macros, and variables of several values."""
    values = {"domain": domains, "reporter": reporters}
    text = text.replace("$__timeFrom()", f"'{FROM}'").replace("$__timeTo()", f"'{TO}'")
    text = re.sub(r"\$(\w+)", lambda name: ",".join("'" + one.replace("'", "''") + "'" for one in values[name[1]]), text)
    assert "$" not in text, text
    return text


@case("/grafana/every-query-runs-on-views-alone")
def grafana():
    reader = cluster().login(database(), "grafana", "tlsrpt_reader")
    views = {name for name, in sql(database(), "SELECT relname FROM pg_class"
                                   " WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind = 'v'")}
    found = {}
    for title, text in queries():
        equal(set(re.findall(r"(?:FROM|JOIN) tlsrpt\.(\w+)", text)) - views, set(), title)
        for domains, reporters in ((["*"], ["*"]), (["example.org"], ["sender.example"]), (["none.example", "it's"], ["*"]),
                                 (["example.org", "second.example"], [HOSTILE, "sender.example"])):
            found[title, domains[0], len(domains)] = sql(reader, "SET tlsrpt.today = '2024-05-03'; "
                                                         + expand(text, domains, reporters))
    # Three reports of 103 sessions, one of them on the second domain, and one a repeat.
    equal([found["Sessions", *which] for which in (("*", 1), ("example.org", 1), ("example.org", 2))],
          [[["206"]], [["103"]], [["206"]]])
    equal(found["Sessions", "none.example", 2], [["\\N"]])
    empty = sorted({title for (title, domain, _), rows in found.items() if not rows and domain != "none.example"})
    equal(empty, ["Refused mails", "Reporters that stopped"])


# Grafana makes of its own "All" the list of all values, which for many domains is no query any more.
@case("/grafana/all-is-a-value-of-its-own")
def explicit_all():
    for variable in variables():
        equal((variable["multi"], variable["includeAll"], variable.get("allValue"), variable["current"]["value"]),
              (True, False, None, ["*"]), variable["name"])
        equal(sql(database(), variable["query"])[0][0], "*", variable["name"])


# Of themselves these look at 30 days, or at what is kept now.
BOUNDED = {"domain_health", "mx_health", "reporter_health", "quarantine_count", "refusal_count", "incident_list",
           "incident_tally"}


@case("/grafana/each-query-is-bounded-in-time")
def bounded():
    for title, text in queries():
        if not title.startswith("variable") and "$__timeFrom()" not in text and "tlsrpt.today() - 14" not in text:
            equal(set(re.findall(r"(?:FROM|JOIN) tlsrpt\.(\w+)", text)) - BOUNDED, set(), title)


@case("/grafana/panels-have-units-thresholds-and-links")
def dressed():
    for panel in panels():
        defaults, overrides = panel["fieldConfig"]["defaults"], panel["fieldConfig"]["overrides"]
        assert defaults["unit"], panel["title"]
        text = panel["targets"][0]["rawSql"]
        if panel["type"] == "stat":
            assert len(defaults["thresholds"]["steps"]) >= 1, panel["title"]
        if panel["type"] == "table":
            units = {one["matcher"]["options"]: one["properties"] for one in overrides}
            for name in re.findall(r"\w+_share", text):
                assert any(re.search(pattern.strip("/"), name) and properties[0]["value"] == "percentunit"
                           for pattern, properties in units.items()), (panel["title"], name)
            # A page of the site for each name, whose address is a variable.
            for name, folder in (("mail_domain", "domain"), ("receiving_mx", "mx"), ("reporter_domain", "reporter"),
                                 ("incident_no", "incident")):
                links = next(one["value"] for one in units[name] if one["id"] == "links")
                contains([link["url"] for link in links], "${site}/" + folder + "/${__value.raw:percentencode}.html")


@case("/prometheus/rules-are-valid-and-each-fires-past-its-threshold")
def prometheus():
    promtool = shutil.which("promtool")
    if not promtool:
        raise Skip("promtool is not there: Debian's package prometheus has it")
    folder = ROOT / "contrib/prometheus"
    for words in (("check", "rules", "tlsrpt.rules.yml"), ("test", "rules", "tlsrpt.test.yml")):
        done = subprocess.run([promtool, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        equal(done.returncode, 0, done.stdout + done.stderr)
    tested = (folder / "tlsrpt.test.yml").read_text()
    for alert in re.findall(r"alert: (\w+)", (folder / "tlsrpt.rules.yml").read_text()):
        assert tested.count(f"alertname: {alert}") > 1, alert
    # A rule on a metric that is not there never fires.
    said = run("digest", "--since=2024-05-01", "--until=2024-05-02", "--format=openmetrics", database=database()).stdout
    for metric in set(re.findall(r"\btlsrpt_\w+", (folder / "tlsrpt.rules.yml").read_text())):
        contains(said, f"# TYPE {metric} gauge\n")


def cron_lines(name, conninfo):
    """The environment and the commands of a file of contrib/cron; what is mailed comes out of the commands."""
    folder = scratch_folder()
    (folder / "tlsrpt-ingest").symlink_to(PROGRAM)
    (folder / "tlsrpt-alert").symlink_to(ROOT / "contrib/cron/tlsrpt-alert")
    (folder / "sendmail").write_text("#!/bin/sh\ncat\n")
    (folder / "sendmail").chmod(0o755)
    text = (ROOT / "contrib/cron" / name).read_text().replace("/usr/local/bin", str(folder))
    environment = cron_environment(text, SENDMAIL=str(folder / "sendmail"),
                                   TLSRPT_DATABASE=cluster().login(conninfo, "cron", "tlsrpt_alerter"))
    lines = [line.split(None, 6)[6] for line in text.splitlines() if re.match(r"\d", line)]
    return environment, lines


@case("/cron/alert-mails-once-and-the-digest-is-a-mail")
def cron():
    environment, lines = cron_lines("tlsrpt", database())
    equal(len(lines), 3)
    digest, doctor, alert = (line.replace("/usr/sbin/sendmail", "sendmail") for line in lines)

    def sh(line):
        done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, timeout=60,
                              check=False)
        equal((done.returncode, done.stderr), (0, ""), line)
        return done.stdout
    first = email.message_from_string(sh(alert + " --until=2024-05-03"))
    contains(first["Subject"], "TLSRPT CRITICAL - 1 opened")
    equal(first["To"], "postmaster@example.org")
    equal(sh(alert + " --until=2024-05-03"), "")
    looked = subprocess.run(["sh", "-c", doctor], env=environment, capture_output=True, text=True, timeout=60, check=False)
    equal((looked.stdout, looked.stderr), ("", ""))
    assert looked.returncode in (0, 1, 2), looked
    message = email.message_from_string(sh(digest))
    equal(message.get_content_type(), "multipart/alternative")


@case("/cron/each-contact-is-mailed-once", 0, "TLSRPT CRITICAL - 1 opened", ["--until=2024-05-03"])
@case("/cron/each-contact-has-a-digest-of-a-week-once", 1, "reports on second.example", [])
def cron_each(number, subject, more):
    # A digest of this year judges as of today, when the incident of the alert is over.
    conninfo = database.__wrapped__()
    sql(conninfo, "INSERT INTO tlsrpt.domain_contact VALUES ('second.example', 'hostmaster@second.example')")
    environment, lines = cron_lines("tlsrpt-each", conninfo)
    equal(len(lines), 2)
    # Nothing on standard error, where cron would mail it to the operator; here `sendmail` writes its mail out.
    (first, again) = (subprocess.run(["sh", "-c", " ".join([lines[number], *more])], env=environment, capture_output=True,
                                     text=True, timeout=60, check=False) for _ in range(2))
    equal((first.returncode, first.stderr, again.returncode, again.stderr, again.stdout), (0, "", 0, "", ""))
    message = email.message_from_string(first.stdout)
    equal((message["To"], message["From"]), ("hostmaster@second.example", "TLS reports <postmaster@example.org>"))
    contains(" ".join(message["Subject"].split()), subject)


if __name__ == "__main__":
    main()
