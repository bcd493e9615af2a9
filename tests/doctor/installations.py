# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found of this installation, on real databases."""
import functools
import json
import time

from harness import Cluster, by_schema, case, contains, equal, mail, part, report, run, scratch_folder, sql


@functools.cache
def cluster():
    return Cluster()


def installation(conninfo, *options):
    """Findings on this installation, as looked() has them, and the other domains."""
    done = run("doctor", "--format=json", *options, database=conninfo)
    equal(done.stderr, "")
    first, *others = by_schema("doctor", done.stdout)["domains"]
    equal(first["domain"], None)
    found = {}
    for look in first["findings"]:
        found.setdefault((look["check"], look["level"]), []).append(f"{look['subject']}: {look['found']}")
    return found, [one["domain"] for one in others]


@case("/doctor/installation/without-a-report")
def empty_installation():
    found, others = installation(cluster().database(), "--set", "accept-domains=good.lab.test, *.lab.test")
    equal(others, ["good.lab.test"])
    equal(sorted(found), [("alert", "warn"), ("clock", "ok"), ("database", "ok"), ("dkim", "warn"), ("last-report", "warn"), ("quarantine", "ok"),
                          ("report-address", "warn"), ("resolver", "ok"), ("role", "ok"), ("schema", "ok"), ("setting", "ok"), ("timer", "ok"), ("tls", "ok")])
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
    equal(len(found["role", "unknown"]), 4)
    equal(sorted(check for check, level in found if level == "unknown"), ["alert", "last-report", "partition", "quarantine", "role"])


@case("/doctor/installation/domains-that-a-customer-sees")
def customers():
    conninfo = cluster().database()
    found, _ = installation(cluster().login(conninfo, "customer", "tlsrpt_domain_reader"))
    equal([text.split(", for")[0] for text in found["role", "ok"]], ["customer: has role tlsrpt_domain_reader"])
    equal(found["domain-access", "warn"], ["customer: sees no domain: domain_access has no entry for it"])
    sql(conninfo, "INSERT INTO tlsrpt.domain_access VALUES ('customer', 'a.example'), ('customer', 'b.example')")
    found, _ = installation(cluster().login(conninfo, "customer", "tlsrpt_domain_reader"))
    equal(found["domain-access", "ok"], ["customer: sees only its own domains by domain_access: 2"])
    # Where all domains are seen, an entry limits nothing and is not spoken of.
    for name, role in (("all_seeing", "tlsrpt_reader, tlsrpt_domain_reader"), ("alerting", "tlsrpt_alerter")):
        found, _ = installation(cluster().login(conninfo, name, role))
        assert not [check for check, _ in found if check == "domain-access"], found
        assert "has role tlsrpt_domain_reader" in " ".join(found["role", "ok"]), found


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


@case("/doctor/installation/where-each-setting-is-from")
def settings():
    folder = scratch_folder()
    (folder / "own.conf").write_text("[tlsrpt-ingest]\ndeadline=50\nsyslog=no\n")
    done = run("doctor", "--format=json", f"--config={folder / 'own.conf'}", "--set=policies=77", database=cluster().database(), environment={"TLSRPT_SYSLOG": "yes"})
    texts = {look["subject"]: look["found"] for look in json.loads(done.stdout)["domains"][0]["findings"] if look["check"] == "setting"}
    equal({key: texts[key] for key in ("deadline", "syslog", "policies", "conninfo")},
          {"deadline": "50, by own.conf", "syslog": "yes, by TLSRPT_SYSLOG", "policies": "77, by --set", "conninfo": "set, by TLSRPT_DATABASE"})
    assert texts["all others"].endswith(" settings have their default"), texts
    assert "password" not in done.stdout


@case("/doctor/installation/dkim")
def dkim():
    conninfo = cluster().database()
    contains(installation(conninfo)[0]["dkim", "warn"][0], "no DKIM signature is verified")
    equal(installation(conninfo, "--set=verify-dkim=yes")[0]["dkim", "ok"], ["verify-dkim: deliver verifies DKIM signatures"])
    equal(installation(conninfo, "--set=authserv-id=mx.example")[0]["dkim", "ok"], ["authserv-id: the verdicts of mx.example are taken"])


@case("/doctor/installation/authserv-id-beside-headers")
def authserv():
    conninfo = cluster().database()
    assert "authserv-id" not in [check for check, _ in installation(conninfo)[0]]
    message = mail(header=["Authentication-Results: Mx.Own.example; dkim=pass"])
    equal(run("deliver", stdin=message, database=conninfo).returncode, 0)
    contains(installation(conninfo, "--set=authserv-id=mx.other.example")[0]["authserv-id", "warn"][0], "Authentication-Results of mx.own.example, and none of this name")
    contains(installation(conninfo, "--set=authserv-id=MX.own.example")[0]["authserv-id", "ok"][0], "Authentication-Results of mx.own.example")
    assert "authserv-id" not in [check for check, _ in installation(cluster().login(conninfo, "nobody2", "tlsrpt_reader"))[0]]


@case("/doctor/installation/last-report-of-each-reporter")
def reporters():
    conninfo = cluster().database()
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
    for sender in ("one", "two"):
        document = report(sender, **{"date-range": {"start-datetime": f"{day}T00:00:00Z", "end-datetime": f"{day}T23:59:59Z"}})
        document["organization-name"] = sender
        document["policies"][0]["summary"]["total-successful-session-count"] = len(sender) * 7 + ord(sender[0])
        equal(run("deliver", stdin=mail(part(document), sender=f"tls@{sender}.example"), database=conninfo).returncode, 0)
    equal(installation(conninfo)[0]["reporter", "ok"], [f"{name}.example: its last report speaks of {day}" for name in ("one", "two")])


@case("/doctor/installation/when-alert-ran")
def alert_ran():
    conninfo = cluster().database()
    contains(installation(conninfo)[0]["alert", "warn"][0], "alert has never run here")
    for hours, level in ((47, "ok"), (49, "warn")):
        run("alert", database=conninfo)
        sql(conninfo, f"UPDATE tlsrpt.judged SET judged_at = now() - interval '{hours} hours'")
        contains(installation(conninfo)[0]["alert", level][0], "alert last ran at ")


@case("/doctor/installation/address-of-the-records-and-of-rua")
def addresses():
    conninfo = cluster().database()
    found, _ = installation(conninfo, "--set", "accept-domains=good.lab.test", "--rua=own@lab.test")
    equal(sorted(text.split(":")[0] for text in found["report-address", "warn"]), ["own@lab.test", "tls@lab.test"])
    done = run("doctor", "--rua=own@lab.test", "good.lab.test")
    equal((done.returncode, "own@lab.test is not in rua: it gets no reports" in done.stdout), (1, True))
    done = run("doctor", "--rua=TLS@lab.test", "good.lab.test")
    equal((done.returncode, "TLS@lab.test gets reports" in done.stdout), (0, True))
