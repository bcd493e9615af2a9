# SPDX-License-Identifier: GPL-3.0-or-later
"""What `doctor --record` keeps, and what incidents make of it."""
import functools
import time

from harness import Cluster, by_schema, case, contains, equal, mail, one, part, report, run, sql
from town import seconds

DAY = 86400


@functools.cache
def cluster():
    return Cluster()


def recorded(conninfo, *domains):
    done = run("doctor", seconds(*domains), "--record", *domains, database=conninfo)
    equal(done.stderr, "")
    return done


def sights(conninfo):
    return sql(conninfo, "SELECT kind, place, coalesce(mail_domain, '-'), is_healthy, detail FROM tlsrpt.observation ORDER BY kind, place, observation_no")


def day(ago):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - ago * DAY))


def failing(domain, host, ago, kind="certificate-expired"):
    """A report of @ago days ago, in which sessions with @host failed."""
    document = report(f"{host}-{ago}", domain=domain, **{"date-range": {"start-datetime": f"{day(ago)}T00:00:00Z", "end-datetime": f"{day(ago)}T23:59:59Z"}})
    policy = document["policies"][0]
    policy["policy"].update({"policy-string": ["version: STSv1", "mode: enforce", f"mx: {host}", "max_age: 86400"], "mx-host": [host]})
    policy["failure-details"][0].update({"result-type": kind, "receiving-mx-hostname": host, "failed-session-count": 30})
    policy["summary"]["total-failure-session-count"] = 30
    return mail(part(document))


# Domain, kind of place, place, whether it is right, a piece of what was seen.
SIGHTS = (
    ("good", "mx", "mx-good.lab.test", "t", "2 addresses: TLS is spoken, the certificate is good until 2048-01-01"),
    ("good", "policy-host", "mta-sts.good.lab.test", "t", "a valid policy, mode enforce, at 2 addresses"),
    ("good", "policy-mx", "mx-good.lab.test", "t", "the policy names it"),
    ("good", "domain", "good.lab.test", "t", "all of its 1 MX hosts are right"),
    ("expired", "mx", "mx-expired.lab.test", "f", "192.0.2.13: a certificate has expired (CN=mx-expired.lab.test, on 2020-03-01)"),
    ("expired", "domain", "expired.lab.test", "f", "mx-expired.lab.test is not right"),
    ("unnamed", "policy-mx", "mx-good.lab.test", "f", "it is an MX of unnamed.lab.test, and the policy does not name it"),
    ("unnamed", "domain", "unnamed.lab.test", "f", "mx-good.lab.test is not right"),
    ("gone", "policy-host", "mta-sts.gone.lab.test", "f", "HTTP status 404"),
    ("closed", "policy-host", "mta-sts.closed.lab.test", "f", "the server's answer is not whole"),
    ("dane-open", "mx", "mx-dane.lab.test", "t", "2 addresses: TLS is spoken, the TLSA records fit"),
    ("dane-open", "zone", "lab.test", "t", "DNSSEC validates, and there are TLSA records of 1 MX host"),
    ("enforced", "mx", "mx-dane.lab.test", "f", "no chain to a known authority"),
    ("stale-open", "mx", "mx-stale.lab.test", "f", "none of 1 TLSA records fits the certificate"),
    ("plain-open", "mx", "mx-plain.lab.test", "f", "STARTTLS is not offered"),
)


@functools.cache
def seen(domain):
    conninfo = cluster().database()
    recorded(conninfo, f"{domain}.lab.test")
    return sights(conninfo)


for row in SIGHTS:
    @case(f"/doctor/record/{row[0]}/{row[1]}/{'right' if row[3] == 't' else 'wrong'}", *row)
    def sight(domain, kind, place, is_healthy, piece):
        found = [(one[3], piece in one[4]) for one in seen(domain) if one[:2] == [kind, place]]
        equal(found, [(is_healthy, True)], seen(domain))


# What cannot be reached from here, or is demanded by no policy, may be right.
for domain, kind in (("refused-open", "mx"), ("silent-open", "mx"), ("control-open", "mx"), ("wrong-open", "mx"), ("private", "mx"), ("loop", "mx"),
                     ("slow", "policy-host"), ("no-sts", "policy-host"), ("unnamed-testing", "zone")):
    @case(f"/doctor/record/nothing-of/{domain}", domain, kind)
    def unseen(some_domain, some_kind):
        kinds = [one[0] for one in seen(some_domain)]
        assert some_kind not in kinds, seen(some_domain)


@case("/doctor/record/grows-with-what-changes")
def grows():
    conninfo = cluster().database()
    for _ in range(4):
        recorded(conninfo, "good.lab.test")
    equal(one(conninfo, "SELECT count(*) FROM tlsrpt.observation WHERE kind = 'mx'"), "2")
    equal(one(conninfo, "SELECT count(DISTINCT kind || place) * 2 = count(*) FROM tlsrpt.observation"), "t")
    sql(conninfo, "UPDATE tlsrpt.observation SET is_healthy = false")
    recorded(conninfo, "good.lab.test")
    equal(one(conninfo, "SELECT string_agg(is_healthy::text, ' ' ORDER BY at) FROM tlsrpt.observation WHERE kind = 'mx'"), "false false true")


@case("/doctor/record/keeps-a-year-and-no-more")
def keeps():
    conninfo = cluster().database()
    sql(conninfo, "INSERT INTO tlsrpt.observation (at, kind, place, is_healthy, detail)"
                  " SELECT now() - make_interval(days => n), 'mx', 'old.example', true, n::text FROM unnest(ARRAY[365, 367]) AS n")
    recorded(conninfo, "good.lab.test")
    equal(sql(conninfo, "SELECT detail FROM tlsrpt.observation WHERE place = 'old.example'"), [["365"]])


@case("/doctor/record/needs-role-tlsrpt_alerter")
def role():
    conninfo = cluster().database()
    done = run("doctor", "--record", "good.lab.test", database=cluster().login(conninfo, "looker", "tlsrpt_reader"))
    equal(done.returncode, 3)
    contains(done.stdout, "GRANT tlsrpt_alerter TO")
    equal(run("doctor", "--record", "good.lab.test", database=cluster().login(conninfo, "watcher", "tlsrpt_alerter")).returncode, 0)


@case("/doctor/record/goes-not-with-policy")
def with_policy():
    done = run("doctor", "--record", "--policy=/dev/null")
    equal((done.returncode, "--record stores what is live" in done.stdout), (3, True))


def shown(conninfo):
    equal(run("incident", "update", database=conninfo).returncode, 0)
    return run("incident", "list", "--all", database=conninfo).stdout


@case("/doctor/record/incident-is-still-wrong")
def still_wrong():
    conninfo = cluster().database()
    equal(run("deliver", stdin=failing("expired.lab.test", "mx-expired.lab.test", 1), database=conninfo).returncode, 0)
    assert "doctor" not in shown(conninfo)
    recorded(conninfo, "expired.lab.test")
    text = shown(conninfo)
    contains(text, "; doctor found it still wrong at " + day(0))
    contains(text, "a certificate has expired (CN=mx-expired.lab.test, on 2020-03-01)")


@case("/doctor/record/incident-is-right-since")
def right_since():
    conninfo = cluster().database()
    equal(run("deliver", stdin=failing("good.lab.test", "mx-good.lab.test", 1), database=conninfo).returncode, 0)
    recorded(conninfo, "good.lab.test")
    sql(conninfo, f"UPDATE tlsrpt.observation SET is_healthy = false, detail = 'expired', at = '{day(1)} 12:00:00Z'")
    recorded(conninfo, "good.lab.test")
    text = shown(conninfo)
    contains(text, f"; doctor found it wrong until {day(1)} 12:00 UTC and right since {day(0)} ")
    contains(text, f"; reports should be clean from {day(-1)}")
    number = one(conninfo, "SELECT incident_no FROM tlsrpt.incident WHERE place = 'mx-good.lab.test'")
    for words in (("incident", "show", number), ("alert", "--dry-run"), ("alert", "--format=json", "--dry-run"), ("digest",), ("digest", "--format=html")):
        contains(" ".join(run(*words, database=conninfo).stdout.split()), "octor found it wrong until")


def testing_reports(conninfo, days, **policy):
    """A report of each of @days days on testing.lab.test, of two senders in turn."""
    for ago in range(1, days + 1):
        document = report(f"t{ago}", domain="testing.lab.test", failed=0, **{"date-range": {"start-datetime": f"{day(ago)}T00:00:00Z", "end-datetime": f"{day(ago)}T23:59:59Z"}})
        document["policies"][0]["policy"].update({"policy-string": policy.get("lines", GOOD_LINES), "mx-host": ["mx-good.lab.test"]})
        equal(run("deliver", stdin=mail(part(document), sender=f"tls@sender{ago % 2}.example"), database=conninfo).returncode, 0)
    sql(conninfo, "UPDATE tlsrpt.report SET reporter_basis = 'dkim', is_verified = true; UPDATE tlsrpt.policy SET is_verified = true")


GOOD_LINES = ["version: STSv1", "mode: testing", "mx: mx-good.lab.test", "max_age: 604800"]


def reported(conninfo, check, domain="testing.lab.test"):
    done = run("doctor", "--reports", seconds(domain), "--format=json", domain, database=conninfo)
    found = [look for look in by_schema("doctor", done.stdout)["domains"][0]["findings"] if look["check"] == check]
    return [(look["level"], look["found"]) for look in found], done.returncode


@case("/doctor/reports/ready-for-enforce")
def ready():
    conninfo = cluster().database()
    testing_reports(conninfo, 10)
    found, status = reported(conninfo, "enforce")
    equal((found[0][1][:60], status), ("ready for mode enforce: 10 days with reports of the last 14, 2 verified"[:60], 0), found)
    equal(reported(conninfo, "sts-text")[0], [("ok", f"sending MTAs saw this policy on {day(1)}")])
    equal(reported(conninfo, "enforce", "good.lab.test")[0], [])


@case("/doctor/reports/not-ready-and-another-text")
def not_ready():
    conninfo = cluster().database()
    equal(reported(conninfo, "sts-text"), ([], 0))
    testing_reports(conninfo, 9, lines=[*GOOD_LINES[:3], "max_age: 86400"])
    found, status = reported(conninfo, "sts-text")
    equal((found, status), ([("warn", f"sending MTAs saw another policy on {day(1)}")], 1))
    contains(reported(conninfo, "enforce")[0][0][1], "not ready for mode enforce: 9 days with reports of the last 14, 10 wanted")


@case("/doctor/reports/of-a-database-that-does-not-answer")
def unread():
    found, status = reported("host=/nonexistent", "reports")
    equal(([level for level, _ in found], status), (["unknown"], 3))


def told(conninfo):
    done = run("alert", database=conninfo)
    return " ".join(done.stdout.split())


@case("/doctor/record/trouble-to-come-is-told-before-a-session-fails")
def looming():
    conninfo = cluster().database()
    equal(run("deliver", stdin=failing("other.example", "mx.other.example", 1), database=conninfo).returncode, 0)
    recorded(conninfo, "late.lab.test", "soon.lab.test", "unnamed.lab.test", "stale-open.lab.test", "good.lab.test")
    text = told(conninfo)
    places = sql(conninfo, "SELECT place_kind, place, cause FROM tlsrpt.incident WHERE cause IN ('found-wrong', 'ends-soon') ORDER BY 1, 2")
    equal(places, [["mx", "mx-late.lab.test", "ends-soon"], ["mx", "mx-stale.lab.test", "found-wrong"], ["policy-mx", "mx-good.lab.test", "found-wrong"]])
    contains(text, "mx-late.lab.test: a certificate ends within 7 days")
    equal(text.count("no session has failed; doctor looked at " + day(0)), 3, text)
    contains(text, "it is an MX of unnamed.lab.test, and the policy does not name it")
    assert "mx-late" not in told(conninfo).split("open", 1)[0]
    equal(sql(conninfo, "SELECT DISTINCT event FROM tlsrpt.event"), [["opened"]])
    sql(conninfo, "INSERT INTO tlsrpt.observation (mail_domain, place, kind, is_healthy, detail)"
                  " SELECT mail_domain, place, kind, true, 'good' FROM tlsrpt.observation")
    contains(told(conninfo), "mx-stale.lab.test")
    equal(sql(conninfo, "SELECT count(*) FROM tlsrpt.incident WHERE cause IN ('found-wrong', 'ends-soon') AND state = 'closed'"), [["3"]])


for days, is_trouble in ((7, True), (8, False)):
    @case(f"/doctor/record/certificate-that-ends-in-{days}-days", days, is_trouble)
    def ending(some_days, some_trouble):
        conninfo = cluster().database()
        sql(conninfo, "INSERT INTO tlsrpt.observation (kind, place, is_healthy, detail, good_until) SELECT 'mx', 'mx.example', true, 'good',"
                      f" ((now() AT TIME ZONE 'UTC')::date + {some_days} + time '23:59') AT TIME ZONE 'UTC'")
        run("incident", "update", database=conninfo)
        equal(one(conninfo, "SELECT count(*) FROM tlsrpt.incident WHERE cause = 'ends-soon'"), str(int(some_trouble)))


for days, is_trouble in ((3, True), (4, False)):
    @case(f"/doctor/record/look-of-{days}-days-ago", days, is_trouble)
    def old_look(some_days, some_trouble):
        conninfo = cluster().database()
        sql(conninfo, "INSERT INTO tlsrpt.observation (at, kind, place, is_healthy, detail) SELECT"
                      f" ((now() AT TIME ZONE 'UTC')::date - {some_days} + time '00:01') AT TIME ZONE 'UTC', 'mx', 'mx.example', false, 'bad'")
        run("incident", "update", database=conninfo)
        equal(one(conninfo, "SELECT count(*) FROM tlsrpt.incident WHERE cause = 'found-wrong'"), str(int(some_trouble)))
