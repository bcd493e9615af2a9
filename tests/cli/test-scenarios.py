#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories told day by day, with cron at a time when half of the reports are in: which incidents, since when, how they
stand each day, whose fault, how bad, what is told when, and what must not be said. A story's lines are explained in
story.py; an incident is `number kind place cause fault severity effect first-last state`."""

from harness import ROOT, by_schema, case, contains, equal, main, one, run, scratch_folder, sql
from story import Story, day_text, mailbox

ONE = " sts/enforce=mx1.a.org "
TWO = " sts/enforce=mx1.a.org,mx2.a.org "


def elsewhere(days):
    """Somebody who reports on another domain each day: the intake works."""
    return f"{days} else.net other.org none 9"


@case("/scenario/certificate-expired-on-one-of-two-mx")
def expired():
    bad = "60 40:certificate-expired@mx2.a.org"
    Story("1-4 g.com a.org" + TWO + "100", "1-4 ~m.ru a.org" + TWO + "100",
          "5-8 g.com a.org" + TWO + bad, "5-8 ~m.ru a.org" + TWO + bad,
          "9-13 g.com a.org" + TWO + "100", "9-13 ~m.ru a.org" + TWO + "100").run(5, 13).expect(
        ["1 mx mx2.a.org certificate-expired ours critical refused 5-8 closed"],
        ["6 opened 1", "12 closed 1"], n1="6:open 11:recovering 12:over").never("interception")


@case("/scenario/half-of-the-reports-are-in-and-the-failing-half-is-not")
def half_in():
    Story("1-4 ~m.ru a.org" + ONE + "50", "5-8 ~m.ru a.org" + ONE + "0 50:validation-failure@mx1.a.org",
          "9-12 ~m.ru a.org" + ONE + "50", "1-12 g.com a.org" + ONE + "50").run(5, 13).expect(
        ["1 reporter m.ru validation-failure theirs critical refused 5-8 closed"],
        ["7 opened 1", "12 closed 1"], n1="7:open 11:recovering 12:over").never("on our side")


@case("/scenario/one-reporters-clean-report-closes-nothing-of-anothers")
def not_closed_by_others():
    bad = "0 50:certificate-expired@mx1.a.org"
    Story("1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + bad, "7-12 g.com a.org" + ONE + "50",
          "1-4 ~m.ru a.org" + ONE + "50", "5-8 ~m.ru a.org" + ONE + bad, "9-12 ~m.ru a.org" + ONE + "50").run(5, 13).expect(
        ["1 mx mx1.a.org certificate-expired ours critical refused 5-8 closed"],
        ["6 opened 1", "12 closed 1"], n1="6:open 11:recovering 12:over")


@case("/scenario/an-empty-day-closes-nothing-and-silence-is-one-incident")
def empty_days():
    Story(elsewhere("1-21"), "1-4 g.com a.org" + ONE + "50",
          "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org").run(6, 21).expect(
        ["1 mx mx1.a.org certificate-expired ours critical refused 5-6 expired",
         "2 intake g.com reporter-silent unclear warning nothing 7-20 open"],
        ["6 opened 1", "10 opened 2", "21 expired 1"], n1="6:open 21:over", n2="10:open")


@case("/scenario/a-backup-mx-that-is-used-on-two-days")
def backup():
    Story("1-4 g.com a.org" + TWO + "100", "5-6 g.com a.org" + TWO + "90 10:certificate-expired@mx2.a.org",
          "7-10 g.com a.org" + TWO + "100").run(5, 11).expect(
        ["1 mx mx2.a.org certificate-expired ours critical refused 5-6 unproven"],
        ["6 opened 1", "9 unproven 1"], n1="6:open 8:recovering 9:over")


@case("/scenario/a-backup-mx-that-doctor-saw-healthy")
def backup_seen():
    story = Story("1-4 g.com a.org" + TWO + "100", "5-6 g.com a.org" + TWO + "90 10:certificate-expired@mx2.a.org",
                  "7-12 g.com a.org" + TWO + "100").run(5, 9)
    equal(story.course(1), "6:open 8:recovering 9:over")
    story.see(10, "mx", "mx2.a.org", True).run(10, 11).expect(
        ["1 mx mx2.a.org certificate-expired ours critical refused 5-6 closed"],
        ["6 opened 1", "9 unproven 1", "10 closed 1"])


@case("/scenario/a-backup-mx-that-doctor-sees-broken-still")
def backup_broken():
    Story("1-4 g.com a.org" + TWO + "100", "5-6 g.com a.org" + TWO + "90 10:certificate-expired@mx2.a.org",
          "7-10 g.com a.org" + TWO + "100").see(7, "mx", "mx2.a.org", False).run(5, 11).expect(
        ["1 mx mx2.a.org certificate-expired ours critical refused 5-6 recovering"], ["6 opened 1"])


@case("/scenario/three-hundred-domains-behind-one-host")
def three_hundred():
    lines = []
    for number in range(1, 301):
        policy = f"d{number:03}.example sts/enforce=mx.p.net "
        lines += [f"1 g.com {policy} 9", f"2-3 g.com {policy} 1 8:certificate-expired@mx.p.net"]
    story = Story(*lines).run(2, 4).expect(
        ["1 mx mx.p.net certificate-expired ours critical refused 2-3 open"], ["3 opened 1"], n1="3:open")
    equal(one(story.reader, "SELECT mail_domains FROM tlsrpt.incident_list"), "300")
    mail = story.alert(4, "--to=post@a.org", "--format=mail").stdout
    equal(mail.count("OPENED"), 1)
    assert mail.count("\n") < 60, mail
    contains(mail, "300 domains")
    contains(story.digest(4), "Broken now: 1 incident, 1 critical.")


@case("/scenario/one-policy-server-behind-many-domains")
def many_policy_hosts():
    lines = [f"1-3 {reporter} d{number:02}.example sts 9 9:sts-policy-fetch-error"
             for number in range(1, 41) for reporter in ("g.com", "m.ru")]
    story = Story(*lines)
    story.arrive(4)
    mail = story.alert(4, "--to=post@a.org", "--format=mail").stdout
    equal(len(story.incidents()), 40)
    equal((mail.count("OPENED"), mail.count("What to check:")), (1, 1))
    contains(mail.replace("\n", " "), "in 40 places")
    assert mail.count("\n") < 70, mail


@case("/scenario/starttls-stripped-for-one-reporter")
def stripped():
    Story("1-9 g.com a.org" + ONE + "100", "1-4 m.ru a.org" + ONE + "90",
          "5-7 m.ru a.org" + ONE + "0 90:starttls-not-supported@mx1.a.org", "8-9 m.ru a.org" + ONE + "90").run(5, 10).expect(
        ["1 reporter m.ru starttls-not-supported between critical refused 5-7 closed"],
        ["6 opened 1", "10 closed 1"], n1="6:open 9:recovering 10:over").never("on our side")


@case("/scenario/starttls-missing-for-all")
def no_starttls():
    bad = "0 90:starttls-not-supported@mx1.a.org"
    Story("1-4 g.com a.org" + ONE + "90", "1-4 m.ru a.org" + ONE + "90", "5-6 g.com a.org" + ONE + bad,
          "5-6 m.ru a.org" + ONE + bad).run(5, 7).expect(
        ["1 mx mx1.a.org starttls-not-supported ours critical refused 5-6 open"], ["6 opened 1"])


@case("/scenario/a-reporter-with-a-broken-trust-store-at-many-hosts")
def trust_store():
    lines = []
    for name in "abc":
        policy = f" {name}.org sts/enforce=mx.{name}.org "
        lines += [f"1-7 g.com{policy}100", f"1-4 m.ru{policy}50", f"5-7 m.ru{policy}0 50:certificate-not-trusted@mx.{name}.org"]
    Story(*lines).run(5, 8).expect(
        ["1 reporter m.ru certificate-not-trusted theirs critical refused 5-7 open"], ["6 opened 1"])


@case("/scenario/most-sessions-fail-and-a-tiny-reporter-succeeds")
def most_fail():
    story = Story("1-4 g.com a.org" + ONE + "9000", "5-6 g.com a.org" + ONE + "0 9000:certificate-not-trusted@mx1.a.org",
                  "1-6 tiny.net a.org" + ONE + "3").run(5, 7).expect(
        ["1 mx mx1.a.org certificate-not-trusted unclear critical refused 5-6 open"], ["6 opened 1"])
    story.never("reporter's own", "on our side")
    equal(story.statuses[7], 2)


@case("/scenario/an-mx-that-belongs-to-nobody-known")
def foreign():
    story = Story("1-4 g.com a.org" + ONE + "999", "5 g.com a.org" + ONE + "998 1:certificate-not-trusted@mx.evil.net",
                  "6-7 g.com a.org" + ONE + "999").run(5, 7).expect(
        ["1 policy-mx mx.evil.net foreign-mx unclear critical refused 5-5 recovering"], ["6 opened 1"])
    show = run("incident", "show", "1", database=story.reader).stdout
    for line in show.splitlines():
        assert not ("add" in line and "mx: mx.evil.net" in line and "do not" not in line.lower()), line


@case("/scenario/an-mx-that-the-policy-forgot")
def forgotten():
    bad = "80 20:validation-failure@mx9.a.org"
    story = Story("1-4 g.com a.org" + ONE + "100", "5-7 g.com a.org" + ONE + bad,
                  "8-9 g.com a.org sts/enforce=mx1.a.org,mx9.a.org 100").run(5, 10).expect(
        ["1 policy-mx mx9.a.org mx-not-in-policy ours critical refused 5-7 closed"],
        ["6 opened 1", "10 closed 1"], n1="6:open 9:recovering 10:over")
    story.never("interception")


@case("/scenario/a-policy-changed-without-a-new-id")
def without_new_id():
    Story("1-4 g.com a.org" + ONE + "100", "1-4 m.ru a.org" + ONE + "100",
          "5-7 g.com a.org" + ONE + "50 50:validation-failure@mx9.a.org", "5-7 m.ru a.org sts/enforce=mx9.a.org 100").run(5, 8).expect(
        ["1 policy-mx mx9.a.org policy-without-new-id ours critical refused 5-7 open"], ["6 opened 1"])


@case("/scenario/the-repaired-policy-rewrites-no-cause")
def repaired_policy():
    Story("1-4 g.com a.org" + ONE + "100", "5-6 g.com a.org" + ONE + "50 50:validation-failure@mx9.a.org",
          "7-15 g.com a.org sts/enforce=mx9.a.org 100").run(5, 16).expect(
        ["1 policy-mx mx9.a.org mx-not-in-policy ours critical refused 5-6 closed"], ["6 opened 1", "9 closed 1"])


@case("/scenario/tlsa-record-stale-after-a-key-change")
def stale_tlsa():
    Story("1-4 c.net a.org tlsa>mx1.a.org 100", "5-7 c.net a.org tlsa>mx1.a.org 0 100:certificate-not-trusted",
          "8-9 c.net a.org tlsa>mx1.a.org 100").run(5, 10).expect(
        ["1 mx mx1.a.org tlsa-invalid ours critical refused 5-7 closed"],
        ["6 opened 1", "10 closed 1"], n1="6:open 9:recovering 10:over")


@case("/scenario/two-reporters-of-one-stale-tlsa-record-and-one-puts-the-mail-domain-in-place-of-the-mx")
def stale_tlsa_by_domain():
    Story("1-4 ms.com a.org tlsa 100", "5-7 ms.com a.org tlsa 0 100:tlsa-invalid", "8-9 ms.com a.org tlsa 100",
          "1-4 ~c.net a.org tlsa>mx1.a.org 100", "5-7 ~c.net a.org tlsa>mx1.a.org 0 100:validation-failure@mx1.a.org",
          "8-10 ~c.net a.org tlsa>mx1.a.org 100").run(5, 11).expect(
        ["1 mx mx1.a.org tlsa-invalid ours critical refused 5-7 closed"], ["6 opened 1", "11 closed 1"],
        n1="6:open 10:recovering 11:over")


@case("/scenario/a-stale-tlsa-record-of-a-reporter-that-names-no-host")
def stale_tlsa_somewhere():
    story = Story("1-4 ms.com a.org tlsa 100", "5-7 ms.com a.org tlsa 0 100:tlsa-invalid").run(5, 8).expect(
        ["1 domain a.org tlsa-invalid ours critical refused 5-7 open"], ["6 opened 1"]).never("_25._tcp.a.org")
    shown = run("incident", "show", "1", database=story.reader).stdout
    contains(shown, "an MX of a.org: no TLSA record fits the certificate")
    contains(shown, "for mx in $(dig +short MX a.org |")
    assert "_25._tcp.a.org" not in shown, shown


@case("/scenario/the-sample")
def sample():
    story = Story()
    equal(run("replay", ROOT / "contrib/sample/tlsrpt.mbox", database=story.owner, environment={"TLSRPT_REQUIRE_DKIM": "no"}).returncode, 0)
    equal(run("alert", "--until=2026-01-15", database=story.alerter).returncode, 2)
    equal([one.partition(" ")[2].rpartition(" ")[0].rpartition(" ")[0] for one in story.incidents()],
          ["mx mx.example.net tlsa-invalid ours critical refused", "mx mx2.example.org certificate-expired ours critical refused",
           "policy-host mta-sts.example.org sts-policy-fetch-error ours minor unprotected"])
    equal(sql(story.reader, "SELECT reporters, mail_domains FROM tlsrpt.incident_list WHERE place LIKE 'mx%' ORDER BY place"),
          [["2", "1"], ["2", "1"]])
    shown = run("incident", "show", "1", database=story.reader).stdout
    contains(shown, "_25._tcp.mx.example.net")
    assert "_25._tcp.example.net" not in shown, shown


@case("/scenario/tlsa-records-that-are-not-usable-leave-mail-flowing")
def unusable_tlsa():
    Story("1-4 c.net a.org tlsa>mx1.a.org! 100", "5-6 c.net a.org tlsa>mx1.a.org! 0 100:tlsa-invalid").run(5, 7).expect(
        ["1 mx mx1.a.org tlsa-invalid ours warning unprotected 5-6 open"], ["6 opened 1"]).never("mail is refused")


@case("/scenario/dnssec-of-a-zone-with-two-hosts")
def dnssec():
    lines = [f"{days} {reporter} a.org tlsa>mx{host}.a.org {what}" for host in (1, 2) for reporter in ("c.net", "ms.com")
             for days, what in (("1-4", "50"), ("5-6", "0 50:dnssec-invalid"))]
    Story(*lines).run(5, 7).expect(["1 zone a.org dnssec-invalid ours critical refused 5-6 open"], ["6 opened 1"])


@case("/scenario/a-resolver-that-alone-sees-dnssec-broken")
def resolver():
    Story("1-6 ms.com a.org tlsa>mx1.a.org 500", "1-4 c.net a.org tlsa>mx1.a.org 50",
          "5-6 c.net a.org tlsa>mx1.a.org 0 50:dnssec-invalid").run(5, 7).expect(
        ["1 reporter c.net dnssec-invalid theirs critical refused 5-6 open"], ["6 opened 1"]).never("on our side")


@case("/scenario/from-testing-to-enforce-while-it-fails")
def worse_by_mode():
    bad = "50 50:certificate-expired@mx1.a.org"
    story = Story("1-4 g.com a.org sts/testing=mx1.a.org 100", "5-6 g.com a.org sts/testing=mx1.a.org " + bad,
                  "7-8 g.com a.org" + ONE + bad).run(5, 9).expect(
        ["1 mx mx1.a.org certificate-expired ours critical refused 5-8 open"], ["6 opened 1", "8 worsened 1"])
    equal((story.statuses[7], story.statuses[8]), (1, 2))


@case("/scenario/testing-alone-is-no-refusal")
def testing():
    Story("1-4 g.com a.org sts/testing=mx1.a.org 100",
          "5-7 g.com a.org sts/testing=mx1.a.org 0 100:certificate-expired@mx1.a.org").run(5, 8).expect(
        ["1 mx mx1.a.org certificate-expired ours warning unprotected 5-7 open"], ["6 opened 1"]).never("mail is refused")


def spread(most):
    lines = [elsewhere("1-6")]
    for number in range(1, most + 1):
        first = 2 if number == 1 else 4
        lines += [f"{first}-5 g.com d{number}.example sts/enforce=mx.p.net 50 50:certificate-expired@mx.p.net"]
    return Story(*lines).run(3, 6)


@case("/scenario/ten-domains-more-than-one-are-worse")
def worse_by_domains():
    spread(11).expect(["1 mx mx.p.net certificate-expired ours critical refused 2-5 open"], ["3 opened 1", "5 worsened 1"])


@case("/scenario/nine-domains-more-than-one-are-not")
def not_worse_by_domains():
    spread(10).expect(["1 mx mx.p.net certificate-expired ours critical refused 2-5 open"], ["3 opened 1"])


FLAPPING = ["1-4 g.com a.org" + ONE + "100", "5 g.com a.org" + ONE + "50 50:starttls-not-supported@mx1.a.org",
            "6-7 g.com a.org" + ONE + "100", "8 g.com a.org" + ONE + "50 50:starttls-not-supported@mx1.a.org"]


@case("/scenario/flapping-is-told-once-and-over-after-seven-clean-days")
def flapping():
    Story(*FLAPPING, "9-10 g.com a.org" + ONE + "100", "11 g.com a.org" + ONE + "50 50:starttls-not-supported@mx1.a.org",
          "12-18 g.com a.org" + ONE + "100").run(5, 19).expect(
        ["1 mx mx1.a.org starttls-not-supported unclear critical refused 5-11 closed"],
        ["6 opened 1", "8 closed 1", "9 flapping 1", "19 closed 1"], n1="6:open 7:recovering 8:over 9:flapping 19:over")


@case("/scenario/six-clean-days-end-no-flapping")
def still_flapping():
    Story(*FLAPPING, "9-14 g.com a.org" + ONE + "100").run(5, 15).expect(
        ["1 mx mx1.a.org starttls-not-supported unclear critical refused 5-8 flapping"],
        ["6 opened 1", "8 closed 1", "9 flapping 1"])


def again(day):
    bad = "50 50:certificate-expired@mx1.a.org"
    return Story("1-4 g.com a.org" + ONE + "100", "5 g.com a.org" + ONE + bad, f"6-{day - 1} g.com a.org" + ONE + "100",
                 f"{day} g.com a.org" + ONE + bad).run(6, day + 1)


@case("/scenario/failing-again-after-14-days-is-the-same")
def same_again():
    again(19).expect(["1 mx mx1.a.org certificate-expired ours critical refused 5-19 flapping"],
                     ["6 opened 1", "8 closed 1", "20 flapping 1"])


@case("/scenario/failing-again-after-15-days-is-another")
def another_again():
    again(20).expect(["1 mx mx1.a.org certificate-expired ours critical refused 5-5 closed",
                      "2 mx mx1.a.org certificate-expired ours critical refused 20-20 open"],
                     ["6 opened 1", "8 closed 1", "21 opened 2"])


@case("/scenario/four-sessions-of-one-reporter-are-minor")
def minor():
    story = Story("1-4 g.com a.org" + ONE + "100", "5 g.com a.org" + ONE + "96 4:validation-failure@mx1.a.org",
                  "6-8 g.com a.org" + ONE + "100").run(5, 9)
    story.expect(["1 mx mx1.a.org validation-failure unclear minor refused 5-5 closed"], [])
    equal((story.messages, set(story.statuses.values())), (0, {0}))
    contains(run("incident", database=story.reader).stdout, "1 minor")
    contains(story.digest(9), "Broken now: nothing.")


@case("/scenario/thresholds-are-settings")
def thresholds():
    story = Story("1-4 g.com a.org" + ONE + "100", "5 g.com a.org" + ONE + "96 4:validation-failure@mx1.a.org")
    story.arrive(6)
    equal(story.alert(6, environment={"TLSRPT_MINOR_SESSIONS": "4"}).returncode, 1)
    equal(story.alert(6, environment={"TLSRPT_MINOR_SESSIONS": "4", "TLSRPT_CRITICAL_SESSIONS": "4"}).returncode, 2)
    equal(story.alert(6, environment={"TLSRPT_CRITICAL_SESSIONS": "4", "TLSRPT_CRITICAL_PERCENT": "5"}).returncode, 0)
    equal([story.alert(9, environment={"TLSRPT_SILENCE_DAYS": days}).returncode for days in ("4", "3")], [0, 3])
    done = story.alert(9, environment={"TLSRPT_CRITICAL_PERCENT": "101"})
    equal(done.returncode, 3)
    contains(done.stdout, "critical-percent is '101'; it must be a number from 0 to 100")


@case("/scenario/an-expired-one-whose-reports-are-gone")
def expired_and_pruned():
    story = Story(elsewhere("1-21"), "1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org").run(20, 21)
    equal(run("prune", "--older-than=0d", database=story.owner).returncode, 0)
    listed = run("incident", "list", "--all", database=story.reader).stdout
    contains(listed, "expired critical #1 mx1.a.org: the certificate has expired\n")
    contains(listed, "nobody knows whether it is repaired")
    assert "by ;" not in listed and "by  " not in listed, listed


@case("/scenario/a-minor-one-on-a-second-day-is-told")
def minor_grows():
    Story("1-4 g.com a.org" + ONE + "100", "5-6 g.com a.org" + ONE + "96 4:validation-failure@mx1.a.org").run(5, 7).expect(
        ["1 mx mx1.a.org validation-failure unclear critical refused 5-6 open"], ["7 opened 1"])


@case("/scenario/a-late-report-of-old-days-extends-what-is-closed")
def late():
    bad = "50 50:certificate-expired@mx1.a.org"
    story = Story("1-4 g.com a.org" + ONE + "100", "5-6 g.com a.org" + ONE + bad, "7-9 g.com a.org" + ONE + "100").run(5, 9)
    story.reports += Story.__init__.__globals__["read"](["4-5 late.net a.org" + ONE + "0 9:certificate-host-mismatch@mx1.a.org"])
    story.run(10, 10).expect(["1 mx mx1.a.org certificate-expired ours critical refused 4-6 closed"],
                             ["6 opened 1", "9 closed 1"])
    equal(one(story.reader, "SELECT late_sessions FROM tlsrpt.incident_list"), "18")
    contains(run("incident", "show", "1", database=story.reader).stdout, "18 sessions became known after it was over")


@case("/scenario/known-late")
def known_late():
    story = Story("1-4 g.com a.org" + ONE + "100", "5-6 g.com a.org" + ONE + "50 50:certificate-expired@mx1.a.org",
                  "7-9 g.com a.org" + ONE + "100").run(10, 10).expect(
        ["1 mx mx1.a.org certificate-expired ours critical refused 5-6 closed"], ["10 known-late 1"])
    equal((story.messages, story.statuses), (1, {10: 0}))


@case("/scenario/no-report-from-anyone")
def nobody():
    story = Story("1-6 g.com a.org" + ONE + "100", "1-6 m.ru b.org none 9", "12 g.com a.org" + ONE + "100").run(7, 13).expect(
        ["1 intake - no-reports unclear warning nothing 7-11 closed"], ["10 opened 1", "13 closed 1"], n1="10:open 13:over")
    equal([story.statuses[day] for day in range(8, 14)], [0, 0, 3, 3, 3, 0])


@case("/scenario/one-silent-reporter-is-one-for-all-domains")
def silent():
    Story(elsewhere("1-14"), *(f"1-8 g.com {name}.org none 9" for name in "abcde"), "13 g.com a.org none 9").run(9, 14).expect(
        ["1 intake g.com reporter-silent unclear warning nothing 9-12 closed"], ["12 opened 1", "14 closed 1"])


@case("/scenario/weekends-are-learnt")
def weekends():
    story = Story(elsewhere("1-22"), "1-5 g.com a.org none 9", "8-12 g.com a.org none 9", "15-19 g.com a.org none 9",
                  "22 g.com a.org none 9").run(12, 23).expect([], [])
    equal(story.messages, 0)


@case("/scenario/a-clean-month-raises-no-alarm")
def clean():
    story = Story(*(f"1-30 {name} a.org" + TWO + "100" for name in ("g.com", "~m.ru", "ms.com")),
                  *(f"{day} weekly.net a.org" + TWO + "9" for day in (1, 8, 15, 22, 29))).run(2, 31).expect([], [])
    equal((story.messages, set(story.statuses.values())), (0, {0}))


@case("/scenario/nothing-in-the-database-is-unknown")
def nothing():
    story = Story()
    done = story.alert(5)
    equal(done.returncode, 3)
    contains(done.stdout, "TLSRPT UNKNOWN - there is no report in the database")


@case("/scenario/more-is-refused-than-stored")
def refused():
    story = Story("1-4 g.com a.org" + ONE + "100", "5 m.ru b.org none 9", "5 ms.com b.org none 8", "5 c.net b.org none 7",
                  "5 d.net b.org none 7", "5 e.net b.org none 7")
    story.arrive(5)
    path = mailbox([report.mail() for report in story.reports if report.domain == "b.org"])
    run("replay", path, database=story.owner, environment={"TLSRPT_ACCEPT_DOMAINS": "a.org"})
    done = story.alert(5)
    equal(done.returncode, 3, done.stdout)
    contains(done.stdout, "more reports are refused than stored: 5 and 4")
    contains(done.stdout, "5 foreign-domain (if the domains are yours, see accept-domains and accept-domains-table)")


@case("/scenario/an-incident-that-is-muted-and-becomes-worse")
def muted():
    bad = "50 50:certificate-expired@mx1.a.org"
    story = Story("1-4 g.com a.org sts/testing=mx1.a.org 100", "5-7 g.com a.org sts/testing=mx1.a.org " + bad,
                  "8-9 g.com a.org" + ONE + bad).run(5, 6)
    equal(run("incident", "mute", "1", "--note=moving house", database=story.alerter).returncode, 0)
    equal(len(story.morning(7)["events"]), 0)
    equal(story.statuses[7], 0)
    contains(run("incident", database=story.reader).stdout, "muted by story_alerter: moving house")
    contains(story.digest(7), "muted by story_alerter: moving house")
    said = story.morning(9)
    equal([one["event"] for one in said["events"]], ["worsened"])
    contains(said["summary"], "1 acknowledged or muted (1 worse since)")


@case("/scenario/a-domain-that-is-muted-until-a-day")
def muted_domain():
    story = Story("1-4 g.com a.org" + ONE + "100", "5-9 g.com a.org" + ONE + "50 50:certificate-expired@mx1.a.org")
    equal(run("incident", "mute", "--domain=A.org.", f"--until={day_text(7)}", "--note=known", database=story.alerter).returncode, 0)
    story.run(5, 7)
    equal((story.messages, story.told()), (0, ["6 opened 1"]))
    story.run(8, 9)
    equal((story.messages, story.statuses[8]), (1, 2), "what a mute hid is told when it ends")


@case("/scenario/an-acknowledged-one-still-ends-aloud")
def acknowledged():
    story = Story("1-4 g.com a.org" + ONE + "100", "5-6 g.com a.org" + ONE + "50 50:certificate-expired@mx1.a.org",
                  "7-9 g.com a.org" + ONE + "100").run(5, 6)
    equal(run("incident", "ack", "1", "--note=on it", database=story.alerter).returncode, 0)
    story.run(7, 9)
    equal((story.messages, story.statuses[7]), (2, 0))


@case("/scenario/a-reporter-without-hosts-joins-the-host-that-another-names")
def nameless():
    bad = "60 40:certificate-expired"
    Story("1-4 g.com a.org" + TWO + "100", "1-4 ms.com a.org" + TWO + "100", "5-8 ms.com a.org" + TWO + bad,
          "6-8 g.com a.org" + TWO + bad + "@mx2.a.org").run(5, 9).expect(
        ["1 mx mx2.a.org certificate-expired ours critical refused 5-8 open"], ["6 opened 1"])


@case("/scenario/a-second-reporter-makes-theirs-ours")
def theirs_to_ours():
    bad = "0 50:certificate-not-trusted@mx1.a.org"
    story = Story("1-4 m.ru a.org" + ONE + "50", "5-8 m.ru a.org" + ONE + bad, "1-6 g.com a.org" + ONE + "60",
                  "7-8 g.com a.org" + ONE + bad).run(5, 9)
    story.expect(["1 mx mx1.a.org certificate-not-trusted ours critical refused 5-8 open"], ["6 opened 1"])


@case("/scenario/unsigned-reports-close-nothing-that-was-signed")
def unsigned():
    Story("1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org",
          "7-10 g.com? a.org" + ONE + "50").run(5, 11).expect(
        ["1 mx mx1.a.org certificate-expired ours critical refused 5-6 open"], ["6 opened 1"])


@case("/scenario/a-report-over-two-days-is-two-clean-days")
def two_days():
    Story("1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org",
          "7+2 g.com a.org" + ONE + "50").run(5, 9).expect(
        ["1 mx mx1.a.org certificate-expired ours critical refused 5-6 closed"], ["6 opened 1", "9 closed 1"])


@case("/scenario/an-http-status-is-an-answer-of-our-server")
def http_status():
    Story("1-7 g.com a.org" + ONE + "500", "1-4 m.ru a.org" + ONE + "50",
          "5-7 m.ru a.org sts 0 50:sts-policy-fetch-error~bad%https%response%code:%403").run(5, 8).expect(
        ["1 policy-host mta-sts.a.org sts-policy-fetch-error ours warning unprotected 5-7 open"], ["6 opened 1"]).never("network")


@case("/scenario/a-policy-host-that-one-cannot-reach-while-others-have-it-cached")
def fetch_alone():
    Story("1-7 g.com a.org" + ONE + "500", "1-4 m.ru a.org" + ONE + "50",
          "5-7 m.ru a.org sts 0 50:sts-policy-fetch-error~timed%out").run(5, 8).expect(
        ["1 policy-host mta-sts.a.org sts-policy-fetch-error unclear warning unprotected 5-7 open"], ["6 opened 1"])


@case("/scenario/a-channel-that-does-not-take-it-is-offered-it-again")
def refused_delivery():
    story = Story("1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org",
                  "7-9 g.com a.org" + ONE + "50")
    folder = scratch_folder()
    sendmail = folder / "sendmail"
    sendmail.write_text(f"#!/bin/sh\ncat >> {folder}/mails\n[ -e {folder}/up ]\n")
    sendmail.chmod(0o755)
    folder.chmod(0o777)
    for day in (6, 7):
        story.arrive(day)
        equal(story.alert(day, "--to=post@a.org", environment={"SENDMAIL": str(sendmail)}).returncode, 3)
        equal(one(story.reader, "SELECT count(*) FROM tlsrpt.incident_event WHERE channel IS NOT NULL"), "0")
    (folder / "up").touch()
    story.arrive(10)
    done = story.alert(10, "--to=post@a.org", environment={"SENDMAIL": str(sendmail)})
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""))
    contains((folder / "mails").read_text(), "OPENED AND CLOSED (critical)")
    equal(one(story.reader, "SELECT count(*) FROM tlsrpt.incident_event WHERE channel = 'mail post@a.org'"), "2")
    before = (folder / "mails").stat().st_size
    equal(story.alert(10, "--to=post@a.org", environment={"SENDMAIL": str(sendmail)}).returncode, 0)
    equal((folder / "mails").stat().st_size, before)


@case("/scenario/a-hook-gets-json-and-a-second-channel-its-own-copy")
def hooks():
    story = Story("1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org")
    folder = scratch_folder()
    story.arrive(7)
    equal(story.alert(7, f"--exec=cat > {folder}/one; false").returncode, 3)
    equal(story.alert(7, f"--exec=cat > {folder}/one").returncode, 2)
    said = by_schema("alert", (folder / "one").read_text())
    equal((said["version"], said["status"], len(said["events"])), (1, "CRITICAL", 1))
    event = said["events"][0]
    equal((event["event"], event["number"], event["failed_sessions"], event["sessions"], event["mail_domains"]),
          ("opened", 1, 100, 100, 1))
    equal(story.alert(7, f"--exec=cat > {folder}/two").returncode, 2)
    equal((folder / "one").read_text(), (folder / "two").read_text())
    (folder / "two").unlink()
    equal(story.alert(7, f"--exec=cat > {folder}/two").returncode, 2)
    assert not (folder / "two").exists(), "a run without events starts no hook"


@case("/scenario/looking-back-changes-nothing")
def look_back():
    story = Story("1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org",
                  "7-9 g.com a.org" + ONE + "50").run(5, 10)
    before = (story.incidents(), story.told())
    story.alert(6)
    equal((story.incidents(), story.told()), before)


@case("/scenario/history-survives-pruning")
def pruned():
    story = Story("1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org",
                  "7-9 g.com a.org" + ONE + "50").run(5, 10)
    before = (story.incidents(), story.told())
    equal(run("prune", "--older-than=0d", database=story.owner).returncode, 0)
    equal(one(story.owner, "SELECT count(*) FROM tlsrpt.report"), "0")
    equal(story.alert(10, "--format=json").returncode, 3)
    equal((story.incidents(), story.told()), before)
    contains(run("incident", "show", "1", database=story.reader).stdout, "mx1.a.org")


@case("/scenario/day-without-word-of-who-saw-it-is-not-clean/a-week", "11+7", "?·······??█·??")
@case("/scenario/day-without-word-of-who-saw-it-is-not-clean/nine-days", "11+9", "??·······?█·??")
def quiet_days(period, bars):
    """A long report, one on the failure and a clean one; then one on another domain, and one of somebody else."""
    story = Story(f"{period} g.com a.org" + ONE + "50", "20 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org",
                  "21 g.com a.org" + ONE + "50", "22 g.com b.org" + ONE + "50", "23 h.com a.org" + ONE + "50").run(21, 24)
    contains(story.digest(24), f"  Failed by day  {bars}  14 days")


@case("/scenario/a-reader-is-told-as-of-when")
def as_of():
    story = Story("1-4 g.com a.org" + ONE + "50", "5-6 g.com a.org" + ONE + "0 50:certificate-expired@mx1.a.org")
    story.arrive(7)
    contains(story.digest(7), "Broken now: unknown, as nobody looked yet: tlsrpt-ingest incident update.")
    equal(run("incident", "update", f"--day={day_text(7)}", database=story.alerter).returncode, 0)
    contains(story.digest(8), f"Broken now (as of {day_text(7)}): 1 incident, 1 critical.")
    contains(run("digest", "--since=7d", f"--until={day_text(8)}", database=story.alerter).stdout, "Broken now: 1 incident, 1 critical.")


if __name__ == "__main__":
    main()
