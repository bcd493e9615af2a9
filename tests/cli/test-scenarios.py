#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Months of reports as mailboxes, replayed: what the digest says first, which incident, which remedy."""
import functools
import re
import subprocess

from harness import Cluster, case, contains, equal, mail, main, part, run, scratch_folder, sql

cluster = functools.cache(Cluster)
UNTIL = "2026-05-31"
DAYS = range(1, 31)
STS = ["version: STSv1", "mode: enforce", "mx: mx1.example.org", "mx: mx2.example.org", "max_age: 604800"]


def failure(result_type, sessions, mx=None, **more):
    detail = {"result-type": result_type, "failed-session-count": sessions, **more}
    return {**detail, "receiving-mx-hostname": mx} if mx else detail


def policy(*failures, kind="sts", domain="example.org", strings=tuple(STS), sessions=100):
    failed = sum(one["failed-session-count"] for one in failures)
    return {"policy": {"policy-type": kind, "policy-domain": domain, "policy-string": list(strings)},
            "summary": {"total-successful-session-count": sessions - failed,
                        "total-failure-session-count": failed},
            "failure-details": list(failures)}


def document(day, sender, *policies):
    return {"organization-name": sender, "contact-info": "tls@sender.example",
            "date-range": {"start-datetime": f"2026-05-{day:02}T00:00:00Z",
                           "end-datetime": f"2026-05-{day:02}T23:59:59Z"},
            "report-id": f"{sender}-{day}", "policies": list(policies) or [policy()]}


def everyday(*senders, days=DAYS, but=lambda sender, day: None):
    """A month of reports; @but gives the policies of a day that is not like the others."""
    return [document(day, sender, *(but(sender, day) or ())) for day in days for sender in senders]


def mailbox(documents):
    path = scratch_folder() / "month.mbox"
    path.write_bytes(b"".join(b"From tls@sender.example Thu Jan  1 00:00:00 1970\n" + mail(part(one)) + b"\n"
                              for one in documents))
    return path


def check_commands(database):
    """What an operator is to paste: domain and MX are in it, and a shell can read it."""
    for domain, mx, command in sql(database, f"SET tlsrpt.today = '{UNTIL}'; SELECT policy_domain, receiving_mx,"
                                             " unnest(command) FROM tlsrpt.incident"):
        equal(subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True, check=False).stderr, "")
        assert not set("{}") & set(command), command
        words = re.sub("tlsrpt-ingest .*", domain, command)
        assert domain in words or mx in words or "MX-HOST" in words, command
        assert mx == "\\N" or "MX-HOST" not in command, command


def told(documents, *lines, incident=None, remedy=None, advice=None):
    """@remedy is in the digest's text; @advice on what has ended is in the view alone."""
    database = cluster().database()
    replayed = run("replay", mailbox(documents), database=database)
    equal(replayed.returncode, 0, replayed.stderr)
    reader = cluster().login(database, "scenario_reader", "tlsrpt_reader")
    digest = run("digest", "--since=30d", f"--until={UNTIL}", database=reader)
    equal(digest.returncode, 0, digest.stderr)
    for line in lines:
        contains(digest.stdout.split("\n\n")[0], line)
    if remedy:
        contains(digest.stdout, remedy)
    if incident is not None:
        equal(sql(database, f"SET tlsrpt.today = '{UNTIL}'; SELECT policy_domain, receiving_mx, finding, state,"
                            " first_day, last_day, likely_fault FROM tlsrpt.incident ORDER BY 3, 2"), incident)
    if advice:
        equal(sql(database, f"SET tlsrpt.today = '{UNTIL}'; SELECT change[1] FROM tlsrpt.incident"), [[advice]])
    check_commands(database)
    return digest.stdout


SENDERS = ("Google Inc.", "Microsoft Corporation", "Mail.ru")


@case("/scenario/certificate-expired-on-one-of-two-mx")
def expired():
    def but(sender, day):
        mx = None if sender.startswith("Micro") else "mx2.example.org"
        return [policy(failure("certificate-expired", 40, mx))] if day >= 20 else None
    told(everyday(*SENDERS, but=but), "Broken now: 1 incident, 1 critical.",
         "CRITICAL example.org at mx2.example.org: the certificate has expired", "Ended in this period: nothing.",
         incident=[["example.org", "mx2.example.org", "certificate-expired", "open", "2026-05-20", "2026-05-30", "ours"]],
         remedy="$ openssl s_client -starttls smtp -connect mx2.example.org:25")


@case("/scenario/certificate-name-mismatch-after-a-rename")
def mismatch():
    def but(sender, day):
        return [policy(failure("certificate-host-mismatch", 100, "mx1.example.org"))] if 10 <= day < 14 else None
    told(everyday(*SENDERS, but=but), "Broken now: nothing.", "Ended in this period: 1.",
         "example.org at mx1.example.org: the certificate is for another name",
         incident=[["example.org", "mx1.example.org", "certificate-host-mismatch", "closed", "2026-05-10",
                    "2026-05-13", "ours"]],
         advice="have a certificate issued with mx1.example.org among its names (subjectAltName), install it,"
                " reload the mail server")


@case("/scenario/starttls-stripped-for-one-sender")
def stripped():
    def but(sender, day):
        return ([policy(failure("starttls-not-supported", 100, "mx1.example.org"))]
                if sender == "Mail.ru" and day >= 25 else None)
    told(everyday(*SENDERS, but=but), "Broken now: 1 incident, 0 critical.", "STARTTLS is not offered",
         "likely the network between",
         incident=[["example.org", "mx1.example.org", "starttls-not-supported", "open", "2026-05-25", "2026-05-30",
                    "between"]], remedy="$ openssl s_client -starttls smtp -connect mx1.example.org:25")


@case("/scenario/policy-host-down-for-three-days")
def policy_host():
    def but(_, day):
        return [policy(failure("sts-policy-fetch-error", 9), strings=())] if 12 <= day <= 14 else None
    told(everyday(*SENDERS, but=but), "Broken now: nothing.", "Ended in this period: 1.",
         "the MTA-STS policy cannot be fetched", "2026-05-12 to 2026-05-14",
         incident=[["example.org", "\\N", "sts-policy-fetch-error", "closed", "2026-05-12", "2026-05-14", "ours"]],
         advice="bring the web server of mta-sts.example.org back; it has to answer 200 and text/plain, without a"
                " redirect")


@case("/scenario/policy-changed-without-a-new-id")
def without_new_id():
    new = [line.replace("mx2", "mx3") for line in STS]

    def but(sender, day):
        if day < 24:
            return None
        return ([policy(failure("validation-failure", 50, "mx3.example.org"))] if sender == "Google Inc."
                else [policy(strings=new)])
    told(everyday(*SENDERS, but=but), "Broken now: 1 incident, 1 critical.",
         "example.org at mx3.example.org: senders go by an old MTA-STS policy",
         incident=[["example.org", "mx3.example.org", "policy-without-new-id", "open", "2026-05-24", "2026-05-30",
                    "ours"]], remedy="1. change the id in the TXT record _mta-sts.example.org")


@case("/scenario/mx-not-in-the-policy")
def not_in_policy():
    def but(_, day):
        return [policy(failure("validation-failure", 30, "mx9.example.org"))] if day >= 28 else None
    told(everyday(*SENDERS, but=but), "Broken now: 1 incident, 1 critical.",
         "example.org at mx9.example.org: the MX is not in the MTA-STS policy",
         incident=[["example.org", "mx9.example.org", "mx-not-in-policy", "open", "2026-05-28", "2026-05-30", "ours"]],
         remedy="1. add the line `mx: mx9.example.org` to the policy")


@case("/scenario/tlsa-record-stale-after-a-key-change")
def stale_tlsa():
    def tlsa(*failures):
        return policy(*failures, kind="tlsa", domain="mx1.example.org", strings=["3 1 1 aa"])

    def but(sender, day):
        bad = failure("tlsa-invalid", 100, "mx1.example.org")
        return [tlsa(bad) if day >= 26 else tlsa()]
    told(everyday("Microsoft Corporation", "comcast.net", but=but), "Broken now: 1 incident, 1 critical.",
         "no TLSA record fits the certificate",
         incident=[["mx1.example.org", "mx1.example.org", "tlsa-invalid", "open", "2026-05-26", "2026-05-30", "ours"]],
         remedy="$ dig +short TLSA _25._tcp.mx1.example.org")


@case("/scenario/dnssec-broken")
def dnssec():
    def but(_, day):
        bad = [failure("dnssec-invalid", 100)] if day >= 29 else []
        return [policy(*bad, kind="tlsa", strings=["3 1 1 aa"])]
    told(everyday("Microsoft Corporation", "comcast.net", but=but), "Broken now: 1 incident, 1 critical.",
         "DNSSEC does not validate",
         incident=[["example.org", "\\N", "dnssec-invalid", "open", "2026-05-29", "2026-05-30", "ours"]],
         remedy="$ delv example.org MX")


@case("/scenario/a-sender-with-a-broken-trust-store")
def trust_store():
    def but(sender, day):
        return ([policy(failure("certificate-not-trusted", 100, "mx1.example.org"))]
                if sender == "Mail.ru" and day >= 15 else None)
    told(everyday(*SENDERS, but=but), "Broken now: 1 incident, 0 critical.", "likely that sender's own",
         incident=[["example.org", "mx1.example.org", "certificate-not-trusted", "open", "2026-05-15", "2026-05-30",
                    "theirs"]], remedy="3. tell that sender which authority signs the certificate")


@case("/scenario/a-clean-month-raises-no-alarm")
def clean():
    weekly = [document(day, "small.example") for day in (1, 8, 15, 22, 29)]
    documents = everyday(*SENDERS) + weekly
    told(documents, "Broken now: nothing.", "New in this period: nothing.", "Ended in this period: nothing.",
         incident=[])
    database = cluster().database()
    run("replay", mailbox(documents), database=database)
    alerter = cluster().login(database, "scenario_alerter", "tlsrpt_alerter")
    for day in range(2, 32):
        alert = run("alert", f"--until=2026-05-{day:02}", database=alerter)
        equal((alert.returncode, alert.stdout.split(" | ")[0]), (0, "TLSRPT OK - 0 incidents open"), alert.stderr)


@case("/scenario/a-flapping-mx")
def flapping():
    def but(_, day):
        return [policy(failure("starttls-not-supported", 5, "mx1.example.org"))] if day in (24, 26, 27, 29) else None
    told(everyday(*SENDERS, but=but), "Broken now: 1 incident", "since 2026-05-24, on and off",
         incident=[["example.org", "mx1.example.org", "starttls-not-supported", "flapping", "2026-05-24", "2026-05-29",
                    "ours"]], remedy="1. switch TLS on")


@case("/scenario/a-domain-that-lost-all-reports")
def lost():
    told(everyday(*SENDERS, days=range(1, 21)), "Broken now: 1 incident, 0 critical.",
         "example.org: reports have stopped coming", "since 2026-05-21",
         incident=[["example.org", "\\N", "no-reports", "open", "2026-05-21", "2026-05-30", "ours"]],
         remedy="$ dig +short TXT _smtp._tls.example.org")


if __name__ == "__main__":
    main()
