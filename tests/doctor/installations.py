# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found of this installation, on real databases."""
import functools
import json
import time

from harness import Cluster, case, contains, equal, mail, part, report, run, sql


@functools.cache
def cluster():
    return Cluster()


def installation(conninfo, *options):
    """Findings on this installation, as looked() has them, and the other domains."""
    done = run("doctor", "--format=json", *options, database=conninfo)
    equal(done.stderr, "")
    first, *others = json.loads(done.stdout)["domains"]
    equal(first["domain"], None)
    found = {}
    for look in first["findings"]:
        found.setdefault((look["check"], look["level"]), []).append(f"{look['subject']}: {look['found']}")
    return found, [one["domain"] for one in others]


@case("/doctor/installation/without-a-report")
def empty_installation():
    found, others = installation(cluster().database(), "--set", "accept-domains=good.lab.test, *.lab.test")
    equal(others, ["good.lab.test"])
    equal(sorted(found), [("clock", "ok"), ("database", "ok"), ("last-report", "warn"), ("quarantine", "ok"), ("resolver", "ok"),
                          ("role", "ok"), ("schema", "ok"), ("tls", "ok")])
    contains(found["last-report", "warn"][0], "no report of the last 60 days")


@case("/doctor/installation/last-day-and-quarantine")
def used_installation():
    conninfo = cluster().database()
    now = time.gmtime()
    for days, level in ((3, "ok"), (4, "warn")):
        sql(conninfo, "DELETE FROM tlsrpt.report")
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - days * 86400))
        document = report(f"r{days}", **{"date-range": {"start-datetime": f"{day}T00:00:00Z", "end-datetime": f"{day}T23:59:59Z"}})
        equal(run("deliver", stdin=mail(part(document)), database=conninfo).returncode, 0)
        if time.gmtime().tm_mday == now.tm_mday:
            contains(installation(conninfo)[0]["last-report", level][0], f"speaks of is {day}")
    equal(run("deliver", stdin=mail(), database=conninfo).returncode, 0)
    contains(installation(conninfo)[0]["quarantine", "warn"][0], "no-report: 1 messages in quarantine")


@case("/doctor/installation/roles-that-the-user-has")
def roles():
    conninfo = cluster().database()
    found, _ = installation(cluster().login(conninfo, "plain", "tlsrpt_writer"))
    equal([text.split(", for")[0] for text in found["role", "ok"]], ["plain: has role tlsrpt_writer"])
    equal(len(found["role", "unknown"]), 2)
    equal(sorted(check for check, level in found if level == "unknown"), ["last-report", "quarantine", "role"])


@case("/doctor/installation/schema-that-is-not-there-or-lacks-something")
def schema():
    found, _ = installation(cluster().empty_database())
    equal(found["schema", "fail"], ["tlsrpt: the schema is not there"])
    conninfo = cluster().database()
    sql(conninfo, "DROP VIEW tlsrpt.trust")
    contains(installation(conninfo)[0]["schema", "fail"][0], "trust is missing")


@case("/doctor/installation/database-that-does-not-answer")
def no_database():
    found, _ = installation("host=/nonexistent")
    equal([level for check, level in found if check == "database"], ["fail"], found)
