# SPDX-License-Identifier: GPL-3.0-or-later
"""What reporters said as lines, each day's mails as a mailbox, and cron each morning, when half of the reports on
the day before are in."""
import functools
import json
import pathlib
import subprocess

from harness import Cluster, by_schema, equal, part, run, scratch_folder, sql

AUTHSERV = "mx.receiver.example"
SETTINGS = {"TLSRPT_AUTHSERV_ID": AUTHSERV, "TLSRPT_REQUIRE_DKIM": "no"}
cluster = functools.cache(Cluster)


def day_text(day):
    return f"2026-05-{day:02}" if day <= 31 else f"2026-06-{day - 31:02}"


class Report:
    """A line: DAYS REPORTER DOMAIN POLICY SUCCESSFUL [FAILED:TYPE[@MX][~REASON]]...

    DAYS is 3, 3-5 for a report on each, or 3+2 for one on two days. A reporter with ~ in front mails after cron, with ?
    behind without a signature. POLICY is sts, tlsa or none, then /MODE, >POLICY-DOMAIN, =MX,MX, and ! for TLSA records
    that are not usable. A TYPE of - is none."""

    def __init__(self, day, length, words):
        self.day, self.length = day, length
        self.is_late = words[1].startswith("~")
        self.is_signed = not words[1].endswith("?")
        self.reporter = words[1].strip("~?")
        self.domain = words[2]
        self.policy, self.hosts = (words[3].split("=") + [""])[:2]
        self.successful = int(words[4])
        self.failures = [self.failure(word) for word in words[5:]]

    @staticmethod
    def failure(word):
        word, _, reason = word.partition("~")
        word, _, mx = word.partition("@")
        failed, _, kind = word.partition(":")
        detail = {"result-type": kind, "failed-session-count": int(failed)}
        if mx:
            detail["receiving-mx-hostname"] = mx
        if reason:
            detail["failure-reason-code"] = reason.replace("%", " ")
        return detail

    def document(self):
        policy, _, domain = self.policy.partition(">")
        kind, _, mode = policy.strip("!").partition("/")
        domain = (domain or self.domain).strip("!")
        hosts = self.hosts.split(",") if self.hosts else []
        strings = []
        if kind == "sts" and mode:
            strings = ["version: STSv1", f"mode: {mode}", *(f"mx: {host}" for host in hosts), "max_age: 604800"]
        if kind == "tlsa":
            strings = ["0 0 1 00aa" if "!" in self.policy else "3 1 1 00aa"]
        failed = sum(one["failed-session-count"] for one in self.failures)
        return {"organization-name": self.reporter, "contact-info": f"tls@{self.reporter}",
                "date-range": {"start-datetime": f"{day_text(self.day)}T00:00:00Z",
                               "end-datetime": f"{day_text(self.day + self.length - 1)}T23:59:59Z"},
                "report-id": f"{day_text(self.day)}-{self.domain}-{self.policy}-{self.reporter}",
                "policies": [{"policy": {"policy-type": {"none": "no-policy-found"}.get(kind, kind),
                                         "policy-domain": domain, "policy-string": strings, "mx-host": hosts},
                              "summary": {"total-successful-session-count": self.successful,
                                          "total-failure-session-count": failed},
                              "failure-details": [one for one in self.failures if one["result-type"] != "-"]}]}

    def mail(self):
        header = [f"Authentication-Results: {AUTHSERV}; dkim=pass header.d={self.reporter}"] if self.is_signed else []
        header += [f"DKIM-Signature: v=1; a=rsa-sha256; d={self.reporter}; s=s; h=from; bh=aa; b=bb"] * self.is_signed
        header += [f"Received: from out.{self.reporter} by {AUTHSERV}; Thu, 01 Jan 2026 00:00:00 +0000",
                   f"From: <tls@{self.reporter}>", "To: tlsrpt@receiver.example",
                   f"Subject: Report Domain: {self.domain} Submitter: {self.reporter}",
                   "Date: Thu, 01 Jan 2026 00:00:00 +0000", "MIME-Version: 1.0",
                   f"TLS-Report-Domain: {self.domain}", f"TLS-Report-Submitter: {self.reporter}",
                   "Content-Type: multipart/report; report-type=tlsrpt; boundary=b", "", ""]
        name = f"{self.reporter}!{self.domain}!{1777593600 + self.day * 86400}!{1777679999 + self.day * 86400}.json.gz"
        return "\n".join(header).encode() + b"--b\n" + part(self.document(), name=name) + b"\n--b--\n"


def read(lines):
    """Each line's reports, a day each."""
    reports = []
    for line in lines:
        words = line.split()
        days, _, length = words[0].partition("+")
        first, _, last = days.partition("-")
        reports += [Report(day, int(length or 1), words) for day in range(int(first), int(last or first) + 1)]
    return reports


def mailbox(mails):
    path = scratch_folder("tlsrpt-story-") / "day.mbox"
    path.write_bytes(b"".join(b"From tls@sender.example Thu Jan  1 00:00:00 1970\n" + mail + b"\n" for mail in mails))
    return path


class Story:
    """A database, mails that come in, and alert each morning."""

    def __init__(self, *lines):
        self.reports = read(lines)
        self.owner = cluster().database()
        self.alerter = cluster().login(self.owner, "story_alerter", "tlsrpt_alerter")
        self.reader = cluster().login(self.owner, "story_reader", "tlsrpt_reader")
        self.stored = set()
        self.states = {}
        self.texts = []
        self.messages = 0
        self.statuses = {}

    def store(self, reports):
        mails = [one.mail() for one in reports if one not in self.stored]
        if mails:
            done = run("replay", mailbox(mails), database=self.owner, environment=SETTINGS)
            equal((done.returncode, done.stderr.count("quarantined") <= 1), (0, True), done.stderr)
        self.stored.update(reports)

    def arrive(self, morning):
        """Cron of a morning finds the reports of those who are early until yesterday, of the others a day less."""
        self.store([one for one in self.reports
                    if one.day + one.length - 1 < morning - (1 if one.is_late else 0)])

    def see(self, day, kind, place, is_healthy, domain=None):
        """What doctor --record keeps of a look at a place."""
        sql(self.alerter, "INSERT INTO tlsrpt.observation (at, mail_domain, place, kind, is_healthy, detail) VALUES"
                          f" ('{day_text(day)} 12:00Z', {repr(domain) if domain else 'NULL'}, '{place}', '{kind}', {is_healthy}, 'seen')")
        return self

    def alert(self, morning, *words, environment=None):
        return run("alert", f"--until={day_text(morning)}", *words, database=self.alerter, environment=environment)

    def morning(self, day):
        self.arrive(day)
        done = self.alert(day, "--format=json")
        equal(done.stderr, "")
        said = by_schema("alert", done.stdout)
        self.statuses[day] = done.returncode
        self.messages += bool(said["events"])
        self.texts += [f"{one['title']}; {one['text']}" for one in said["events"]]
        now = {one["number"]: one["state"] for one in said["open"]}
        for number in self.states.keys() | now.keys():
            states = self.states.setdefault(number, [])
            state = now.get(number, "over")
            if not states or states[-1][1] != state:
                states.append((day, state))
        return said

    def run(self, first, last):
        for day in range(first, last + 1):
            self.morning(day)
        return self

    def incidents(self):
        """Number, kind, place, cause, fault, severity, effect, days and state of each, as one line."""
        rows = sql(self.reader, "SELECT incident_no, place_kind, coalesce(place, '-'), cause, fault, severity, effect,"
                                " first_day - date '2026-04-30', last_day - date '2026-04-30', state"
                                " FROM tlsrpt.incident_list WHERE state <> 'merged' ORDER BY incident_no")
        return [f"{number} {kind} {place} {cause} {fault} {severity} {effect} {first}-{last} {state}"
                for number, kind, place, cause, fault, severity, effect, first, last, state in rows]

    def told(self):
        rows = sql(self.reader, "SELECT DISTINCT event_no, day - date '2026-04-30', event, incident_no"
                                " FROM tlsrpt.incident_event ORDER BY event_no")
        return [f"{day} {event} {number}" for _, day, event, number in rows]

    def course(self, number):
        return " ".join(f"{day}:{state}" for day, state in self.states.get(number, []))

    def digest(self, morning, days=30):
        done = run("digest", f"--since={days}d", f"--until={day_text(morning - 1)}", database=self.reader)
        equal((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def expect(self, incidents, told, **courses):
        equal(self.incidents(), incidents)
        equal(self.told(), told)
        for number, course in courses.items():
            equal(self.course(int(number[1:])), course, number)
        return self

    def never(self, *words):
        for text in self.texts:
            for word in words:
                assert word not in text, f"{word!r} is in {text!r}"
        return self
