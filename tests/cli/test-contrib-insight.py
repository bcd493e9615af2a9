#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dashboard and cron lines, each used as its user would."""
import email
import functools
import json
import re
import subprocess

from harness import (PROGRAM, ROOT, Cluster, case, contains, cron_environment, equal, mail, main, part,
                     report, run, scratch_folder, sql)

cluster = functools.cache(Cluster)
FROM, TO = "2024-04-20T00:00:00Z", "2024-05-03T12:00:00Z"
HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"


@functools.cache
def database():
    conninfo = cluster().database()
    message = mail(part(report()), part(report("2", **{"organization-name": HOSTILE})))
    equal(run("deliver", stdin=message, database=conninfo).returncode, 0)
    return conninfo


def queries():
    dashboard = json.loads((ROOT / "contrib/grafana/tlsrpt.json").read_text())
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield f"variable {variable['name']}", variable["query"]
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["rawSql"]


def expand(text, domain, sender):
    """As Grafana's PostgreSQL data source expands its macros and variables."""
    quoted = {"domain": domain, "sender": sender}
    text = text.replace("$__timeFrom()", f"'{FROM}'").replace("$__timeTo()", f"'{TO}'")
    text = re.sub(r"\$\{(\w+):sqlstring\}", lambda name: "'" + quoted[name[1]].replace("'", "''") + "'", text)
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
        for domain, sender in (("", ""), ("example.org", HOSTILE)):
            found[title, domain] = sql(reader, "SET tlsrpt.today = '2024-05-03'; "
                                       + expand(text, domain, sender))
    equal(found["Sessions", ""], [["206"]])
    equal(found["Open incidents", "example.org"], [["1"]])
    empty = sorted({title for (title, _), rows in found.items() if not rows})
    equal(empty, ["Senders that stopped"])


@case("/cron/alert-mails-once-and-the-digest-is-a-mail")
def cron():
    folder = scratch_folder()
    (folder / "tlsrpt-ingest").symlink_to(PROGRAM)
    (folder / "tlsrpt-alert").symlink_to(ROOT / "contrib/cron/tlsrpt-alert")
    (folder / "sendmail").write_text("#!/bin/sh\ncat\n")
    (folder / "sendmail").chmod(0o755)
    text = (ROOT / "contrib/cron/tlsrpt").read_text().replace("/usr/local/bin", str(folder))
    environment = cron_environment(text, SENDMAIL=str(folder / "sendmail"),
                                   TLSRPT_DATABASE=cluster().login(database(), "cron", "tlsrpt_alerter"))
    lines = [line.split(None, 6)[6] for line in text.splitlines() if re.match(r"\d", line)]
    equal(len(lines), 2)
    digest, alert = (line.replace("/usr/sbin/sendmail", "sendmail") for line in lines)

    def sh(line):
        done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, timeout=60,
                              check=False)
        equal((done.returncode, done.stderr), (0, ""), line)
        return done.stdout
    message = email.message_from_string(sh(digest))
    equal(message.get_content_type(), "multipart/alternative")
    first = email.message_from_string(sh(alert + " --until=2024-05-03"))
    contains(first["Subject"], "TLSRPT CRITICAL")
    equal(first["To"], "postmaster@example.org")
    equal(sh(alert + " --until=2024-05-03"), "")


if __name__ == "__main__":
    main()
