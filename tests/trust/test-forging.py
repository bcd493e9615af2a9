#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger who names himself Google Inc., in each way that anyone on the Internet has, against Google's own signed
reports: under each setting of belief nothing of his may take their place, keep them out or close what they opened."""
import functools
import itertools
import json
import subprocess
import time

from signing import GOOD, ask, enter, message_of, name_server, signed

from harness import PATIENCE, PROGRAM, Cluster, as_login, case, clean_environment, contains, equal, mail, main, one, run, scratch_folder, sql

cluster = functools.cache(Cluster)

GOOGLE, EVIL = "google.example", "evil.example"
SERVICE = "mx.example.org"
NOW = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()).encode()

# Who verifies: the program, the own service in front, or both.
WHO = {"program": ["verify-dkim=yes"],
       "service": ["verify-dkim=no", f"authserv-id={SERVICE}"],
       "both": ["verify-dkim=yes", f"authserv-id={SERVICE}"]}
MODES = [mode for mode in itertools.product(WHO, ("auto", "no", "yes")) if mode != ("both", "yes")]


def document(day=1, failed=50, **members):
    """Google's report on @day of May; its report-id can be predicted."""
    return {"organization-name": "Google Inc.", "contact-info": f"smtp-tls-reporting@{GOOGLE}",
            "date-range": {"start-datetime": f"2024-05-{day:02}T00:00:00Z", "end-datetime": f"2024-05-{day:02}T23:59:59Z"},
            "report-id": f"2024-05-{day:02}T00:00:00Z_example.org",
            "policies": [{"policy": {"policy-type": "sts", "policy-domain": "example.org", "mx-host": ["mx.example.org"],
                                     "policy-string": ["version: STSv1", "mode: enforce", "mx: mx.example.org", "max_age: 86400"]},
                          "summary": {"total-successful-session-count": 100 if not failed else 0,
                                      "total-failure-session-count": failed},
                          "failure-details": [{"result-type": "certificate-expired", "failed-session-count": failed,
                                               "receiving-mx-hostname": "mx.example.org"}] if failed else []}], **members}


def under_service(message, verdict):
    """As the own service hands it on: its verdict on top, and below what the stranger wrote there himself."""
    return (f"Authentication-Results: {SERVICE}; {verdict}\r\n".encode()
            + b"Received: from a.example by " + SERVICE.encode() + b"; " + NOW + b"\r\n" + message)


def signed_by(domain, author, **members):
    message = message_of(author, f"tls@{author}", **document(**members))
    return under_service(signed(message, domain, "s2048", [b"from", b"subject"]),
                         f"dkim=pass header.d={domain} header.s=s2048")


def genuine(**members):
    return signed_by(GOOGLE, GOOGLE, **members)


def as_himself(**members):
    """He signs as who he is, and calls himself Google Inc."""
    return signed_by(EVIL, EVIL, **members)


def beside_from(**members):
    """From is Google's, and the signature his."""
    return signed_by(EVIL, GOOGLE, **members)


def unsigned(**members):
    """With a verdict of the own service that he wrote himself, which ends below the real one."""
    message = message_of(GOOGLE, f"tls@{GOOGLE}", **document(**members)).replace(b"\n", b"\r\n")
    field = f"Authentication-Results: {SERVICE}; dkim=pass header.d={GOOGLE} header.s=s2048\r\n"
    return under_service(field.encode() + message, "dkim=none")


def broken(**members):
    """A signature of Google's from another mail."""
    other = signed(message_of(GOOGLE, f"tls@{GOOGLE}", **document(day=28)), GOOGLE, "s2048", [b"from", b"subject"])
    field = other.split(b"\r\nFrom: ")[0] + b"\r\n"
    message = message_of(GOOGLE, f"tls@{GOOGLE}", **document(**members)).replace(b"\n", b"\r\n")
    return under_service(field + message, f"dkim=fail header.d={GOOGLE} header.s=s2048")


FORGED_FROM = [beside_from, unsigned, broken]
WAYS = [as_himself, *FORGED_FROM]


def settings(mode):
    who, required = mode
    return [f"--set={word}" for word in (*WHO[who], f"require-dkim={required}")]


@functools.cache
def the_database():
    name_server()
    ask(GOOD)
    return cluster().database()


def fresh():
    """Emptied: there are many cases."""
    database = the_database()
    sql(database, "UPDATE tlsrpt.quarantine_limit SET unauthenticated_bytes = 268435456; "
        "UPDATE tlsrpt.store_limit SET unverified_day_rows = 5000000, sender_day_rows = 5000000; "
        + "; ".join(f"DELETE FROM tlsrpt.{table}" for table in (
        "report", "reporter", "reporter_name", "quarantine", "delivery", "event", "incident_member", "incident", "judged")))
    return database


def deliver(database, mode, message):
    """The outcome; nothing of a stranger may come back to the mail system."""
    done = run("deliver", *settings(mode), stdin=message, database=database)
    equal(done.returncode, 0, done.stderr)
    return done.stderr.split(": ")[1]


def reports(database):
    return sql(database, "SELECT reporter_domain, is_verified, is_impersonating, (SELECT sum(failed_sessions)"
                         " FROM tlsrpt.policy p WHERE p.report_uid = r.report_uid) FROM tlsrpt.report r ORDER BY 1, 2")


def quarantined(database):
    return [row[0] for row in sql(database, "SELECT reason FROM tlsrpt.quarantine ORDER BY 1")]


GENUINE_ROW = [GOOGLE, "t", "f", "50"]


def sent_first(mode, way):
    database = fresh()
    refused = way in FORGED_FROM and mode[1] != "no"
    equal(deliver(database, mode, way(failed=9)), "quarantined" if refused else "stored")
    equal(deliver(database, mode, genuine()), "stored")
    if way is as_himself:
        equal(reports(database), [[EVIL, "t", "f", "9"], GENUINE_ROW])
        equal(quarantined(database), [])
    else:
        equal(reports(database), [GENUINE_ROW])
        equal(quarantined(database), ["unauthentic" if refused else "superseded"])
    equal(deliver(database, mode, genuine()), "duplicate")


def sent_after(mode, way):
    database = fresh()
    equal(deliver(database, mode, genuine()), "stored")
    outcome = deliver(database, mode, way(failed=9))
    if way is as_himself:
        equal((outcome, reports(database)), ("stored", [[EVIL, "t", "t", "0"], GENUINE_ROW]))
        equal(quarantined(database), [])
    else:
        equal((outcome, reports(database)), ("quarantined (conflict)" if mode[1] == "no" else "quarantined", [GENUINE_ROW]))
        equal(quarantined(database), ["conflict" if mode[1] == "no" else "unauthentic"])


def same_words(mode, way):
    """He guessed what the report says, too."""
    database = fresh()
    deliver(database, mode, way())
    equal(deliver(database, mode, genuine()), "stored")
    row = next(row for row in reports(database) if row[0] == GOOGLE)
    equal(row, GENUINE_ROW)
    if way in FORGED_FROM:
        equal(len(reports(database)), 1)
        equal(quarantined(database), ["unauthentic"] if mode[1] != "no" else [])
        equal(deliver(database, mode, way()), "duplicate" if mode[1] == "no" else "quarantined")
        equal(reports(database), [GENUINE_ROW])


for mode, way in itertools.product(MODES, WAYS):
    place = f"{'-'.join(mode)}/{way.__name__.replace('_', '-')}"
    case(f"/forging/sent-first-takes-no-place/{place}", mode, way)(sent_first)
    case(f"/forging/sent-after-takes-no-place/{place}", mode, way)(sent_after)
    case(f"/forging/same-words-take-no-place/{place}", mode, way)(same_words)


def alert(database, day):
    done = run("alert", f"--until=2024-05-{day:02}", "--format=json", database=database)
    equal(done.stderr, "")
    json.loads(done.stdout)


def incidents(database):
    return sql(database, "SELECT cause, severity, state FROM tlsrpt.incident_list WHERE place_kind <> 'intake'"
                         " AND state <> 'merged' ORDER BY 1")


def clean_days(mode):
    """Google fails for two days; then the stranger says for a week that all is well."""
    database = fresh()
    for day in (1, 2):
        deliver(database, mode, genuine(day=day))
        alert(database, day + 1)
    equal(incidents(database), [["certificate-expired", "critical", "open"]])
    for day in range(3, 9):
        for way in WAYS:
            deliver(database, mode, way(day=day, failed=0))
        alert(database, day + 1)
        equal(incidents(database), [["certificate-expired", "critical", "open"]], day)
    for day in range(9, 12):
        deliver(database, mode, genuine(day=day, failed=0))
        alert(database, day + 1)
    equal(incidents(database), [["certificate-expired", "critical", "closed"]])


def full_quarantine(mode):
    """Mails with Google's From fill what there is for all that nobody vouches for; hers come in nevertheless, also
    where they go to quarantine themselves."""
    database = fresh()
    sql(database, "UPDATE tlsrpt.quarantine_limit SET unauthenticated_bytes = 30000")
    for way in FORGED_FROM:
        deliver(database, mode, way(failed=9))
    for number in range(100):
        done = run("deliver", *settings(mode), stdin=mail(sender=f"tls@{GOOGLE}", header=[f"X: {number}"]), database=database)
        if done.returncode == 75:
            break
    contains(done.stderr, "quarantine is full")
    equal(deliver(database, mode, genuine()), "stored")
    equal(reports(database), [GENUINE_ROW])
    equal(deliver(database, mode, genuine(failed=51)), "quarantined (conflict)")


def full_store(mode):
    """Reports with Google's From fill what there is for all that nobody vouches for, his own what there is for him."""
    database = fresh()
    sql(database, "UPDATE tlsrpt.store_limit SET unverified_day_rows = 10, sender_day_rows = 10")
    for way in (unsigned, as_himself):
        outcomes = [deliver(database, mode, way(failed=number, **{"report-id": f"{way.__name__}-{number}"}))
                    for number in range(1, 8)]
        contains(outcomes[-1], "quarantined")
    equal(sorted(set(quarantined(database))), ["flood"] if mode[1] == "no" else ["flood", "unauthentic"])
    equal(deliver(database, mode, genuine()), "stored")
    contains(str(reports(database)), str(GENUINE_ROW))


def differing(mode):
    """Two that both are Google's: nobody knows which is right."""
    database = fresh()
    equal(deliver(database, mode, genuine()), "stored")
    equal(deliver(database, mode, genuine(failed=51)), "quarantined (conflict)")
    equal(reports(database), [GENUINE_ROW])
    equal(sql(database, "SELECT reason, authenticated_domain FROM tlsrpt.quarantine"), [["conflict", GOOGLE]])


def other_id(mode):
    """The same words of Google's under another report-id, forged first: hers is the one that counts."""
    database = fresh()
    for way in FORGED_FROM:
        deliver(database, mode, way(**{"report-id": "guessed"}))
    equal(deliver(database, mode, genuine()), "stored")
    equal(reports(database), [GENUINE_ROW])
    equal(deliver(database, mode, unsigned(**{"report-id": "again"})), "stored" if mode[1] == "no" else "quarantined")
    equal(sum(int(row[3]) for row in reports(database)), 50)


for mode in MODES:
    place = "-".join(mode)
    case(f"/forging/clean-day-closes-nothing/{place}", mode)(clean_days)
    case(f"/forging/full-quarantine-keeps-no-report-out/{place}", mode)(full_quarantine)
    case(f"/forging/full-store-keeps-no-report-out/{place}", mode)(full_store)
    case(f"/forging/two-verified-that-differ-are-a-conflict/{place}", mode)(differing)
    case(f"/forging/content-under-another-id-takes-no-place/{place}", mode)(other_id)


if __name__ == "__main__":
    main(enter())
