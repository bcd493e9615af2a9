#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom to believe and whose reports to accept, through the program: rows, reasons, statuses, log."""
import functools
import json

from harness import (Cluster, case, contains, equal, mail, main, one, part, report, run,
                     scratch_folder, sql)

cluster = functools.cache(Cluster)

AUTHSERV = "--set=authserv-id=mx.example.org"
SIGNATURE = "DKIM-Signature: v=1; a=rsa-sha256; d=sender.example; s=mail; bh=x; b=AbCdEfGhIj"
OWN = "Received: from mta.sender.example by mx.example.org; Thu, 02 May 2024 03:04:05 +0000"
FOREIGN = "Received: from a.example by b.example; Thu, 02 May 2024 03:04:04 +0000"


def result(word, domain="sender.example"):
    return f"Authentication-Results: mx.example.org; dkim={word} header.d={domain}"


def with_header(*lines, document=None):
    """The fields a mail system puts on top, and a report below."""
    return "\n".join([*lines, ""]).encode() + mail(part(document or report()))


def with_policies(*domains, policy_type="sts"):
    document = report()
    policy = json.dumps(document["policies"][0])
    document["policies"] = []
    for domain in domains:
        one_policy = json.loads(policy)
        one_policy["policy"].update({"policy-domain": domain, "policy-type": policy_type})
        document["policies"].append(one_policy)
    return document


def deliver(message, *words, database=None):
    database = database or cluster().database()
    done = run(*words, stdin=message, database=database)
    equal(done.stderr.count("\n"), 1, done.stderr)
    return done, database


def stored(message, *words, database=None):
    """Delivers; returns the trust of the one report, the one line, and the database."""
    done, database = deliver(message, *words, database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: stored: ")
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "0")
    return sql(database, """SELECT dkim_result, dkim_domain, dkim_aligned, spf_result, dmarc_result
                            FROM tlsrpt.report"""), done.stderr, database


def quarantined(reason, stage, message, *words, database=None):
    done, database = deliver(message, *words, database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "tlsrpt-ingest: quarantined: ")
    contains(done.stderr, f" reason={reason} ")
    equal(sql(database, "SELECT reason, stage FROM tlsrpt.quarantine"), [[reason, stage]])
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "0")
    return one(database, "SELECT detail FROM tlsrpt.quarantine")


@case("/trust/dkim/pass-is-stored-with-its-domain")
def passed():
    trust, line, _ = stored(with_header(
        "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=a@sender.example;",
        "\tdkim=pass (2048-bit key) header.d=sender.example header.b=\"AbCdEfGh\";",
        "\tdmarc=pass (p=reject) header.from=sender.example", OWN, SIGNATURE), AUTHSERV)
    equal(trust, [["pass", "sender.example", "t", "pass", "pass"]])
    contains(line, ' dkim=pass dkim-domain="sender.example" ')


@case("/trust/dkim/without-authserv-id-is-unknown-and-stored")
def unknown():
    trust, line, _ = stored(with_header(result("fail"), OWN, SIGNATURE))
    equal(trust, [["unknown", "\\N", "f", "\\N", "\\N"]])
    contains(line, " dkim=unknown ")


REFUSED = [
    ("fail", [result("fail"), OWN, SIGNATURE], "dkim=fail of 'sender.example'"),
    ("no-result", [OWN, SIGNATURE], "dkim=none"),
    ("pass-of-somebody-else",
     [result("pass", "other.example"), OWN, "DKIM-Signature: d=other.example; s=a; b=x"],
     "is of 'other.example', which is neither"),
    ("pass-of-a-domain-below",
     [result("pass", "mail.sender.example"), OWN, "DKIM-Signature: d=mail.sender.example; s=a; b=x"],
     "is of 'mail.sender.example', which is neither From's domain nor above it"),
    ("temperror", [result("temperror"), OWN, SIGNATURE], "dkim=temperror of 'sender.example'"),
    ("signature-with-l", [result("pass"), OWN, SIGNATURE + "; l=10"], "dkim=none"),
    ("forged-below-own-received", [OWN, result("pass"), SIGNATURE], "dkim=none"),
    ("forged-below-foreign-received", [OWN, FOREIGN, result("pass"), SIGNATURE], "dkim=none"),
    ("forged-below-the-own-field", [result("fail"), OWN, result("pass"), SIGNATURE], "dkim=fail"),
    ("forged-of-another-id", [result("pass").replace("mx.example.org", "mx.example.net"), OWN, SIGNATURE],
     "dkim=none"),
    ("forged-original", [result("pass").replace("Results:", "Results-Original:"), OWN, SIGNATURE], "dkim=none"),
]


def refused(lines, text):
    contains(quarantined("unauthentic", "trust", with_header(*lines), AUTHSERV), text)


for name, lines, text in REFUSED:
    case(f"/trust/dkim/quarantines/{name}", lines, text)(refused)


@case("/trust/dkim/result-inside-the-forwarded-mail-is-not-believed")
def inner():
    message = (f"{OWN}\nFrom: <a@sender.example>\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n".encode()
               + with_header(result("pass"), SIGNATURE))
    quarantined("unauthentic", "trust", message, AUTHSERV)


@case("/trust/dkim/trusted-hops")
def hops():
    inner_hop = "Received: from mx.example.org by store.example.org; Thu, 02 May 2024 03:04:06 +0000"
    message = with_header(inner_hop, result("pass"), OWN, SIGNATURE)
    quarantined("unauthentic", "trust", message, AUTHSERV)
    trust, _, _ = stored(message, AUTHSERV, "--set=trusted-hops=2")
    equal(trust[0][:3], ["pass", "sender.example", "t"])


@case("/trust/dkim/require-dkim-no-stores-the-verdict")
def not_required():
    trust, _, _ = stored(with_header(result("fail"), OWN, SIGNATURE), AUTHSERV, "--set=require-dkim=no")
    equal(trust[0][:3], ["fail", "sender.example", "t"])


@case("/trust/dkim/require-dkim-without-authserv-id-is-the-operators-fault")
def required_blindly():
    done, database = deliver(with_header(OWN), "--set=require-dkim=yes")
    equal(done.returncode, 75)
    contains(done.stderr, "authserv-id")
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "0")


@case("/trust/dkim/refused-mail-bounces-with-77-if-asked-for")
def bounced():
    done, database = deliver(with_header(result("fail"), OWN, SIGNATURE), AUTHSERV, "--set=on-reject=bounce")
    equal(done.returncode, 77)
    equal(one(database, "SELECT reason FROM tlsrpt.quarantine"), "unauthentic")


@case("/trust/dkim/a-document-is-the-operators-own")
def document():
    database = cluster().database()
    path = scratch_folder() / "report.json"
    path.write_text(json.dumps(report()))
    done = run("replay", AUTHSERV, path, database=database)
    equal(done.returncode, 0, done.stderr)
    equal(one(database, "SELECT dkim_result FROM tlsrpt.report"), "unknown")


@case("/trust/accept/own-domain")
def accepted():
    stored(with_header(), "--set=accept-domains=example.net, Example.ORG.")
    stored(with_header(document=with_policies("EXAMPLE.org")), "--set=accept-domains=example.org")
    stored(with_header(document=with_policies("mx.b\u00fccher.example")),
           "--set=accept-domains=*.xn--bcher-kva.example")


@case("/trust/accept/foreign-domain-is-quarantined")
def foreign():
    detail = quarantined("foreign-domain", "accept", with_header(document=with_policies("a.example", "b.example")),
                         "--set=accept-domains=example.org *.example.net")
    contains(detail, "'a.example', 'b.example'")
    quarantined("foreign-domain", "accept", with_header(document=with_policies("mx.example.org")),
                "--set=accept-domains=example.org")


@case("/trust/accept/foreign-domain-bounces-with-77-or-is-discarded-if-asked-for")
def foreign_rejected():
    words = "--set=accept-domains=example.net"
    done, _ = deliver(with_header(), words, "--set=on-reject=bounce")
    equal(done.returncode, 77)
    done, database = deliver(with_header(), words, "--set=on-reject=discard")
    equal(done.returncode, 0)
    contains(done.stderr, "tlsrpt-ingest: discarded: ")
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "0")


@case("/trust/accept/mixed-report-is-stored-with-foreign-policies-marked")
def mixed():
    _, _, database = stored(with_header(document=with_policies("a.example", "example.org", "mx.a.example")),
                            "--set=accept-domains=example.org")
    equal(sql(database, "SELECT policy_no, is_foreign FROM tlsrpt.policy ORDER BY 1"),
          [["0", "t"], ["1", "f"], ["2", "t"]])


@case("/trust/accept/mx-host-under-tlsa")
def mx_host():
    document = with_policies("mx1.example.org", policy_type="tlsa")
    stored(with_header(document=document), "--set=accept-domains=example.org mx1.example.org")


@case("/trust/accept/table-in-the-database")
def table():
    words = ("--set=accept-domains-table=yes", "--set=accept-domains=listed.example")
    database = cluster().database()
    writer = cluster().login(database, "table_writer", "tlsrpt_writer")
    sql(database, "INSERT INTO tlsrpt.accepted_domain VALUES ('a.example'), ('*.b.example')")
    for number, domain in enumerate(["a.example", "MX.b.example", "listed.example"]):
        message = with_header(document={**with_policies(domain, "c.example"), "report-id": str(number)})
        done, _ = deliver(message, *words, database=writer)
        equal(done.returncode, 0, done.stderr)
        contains(done.stderr, ": stored: ")
    equal(sql(database, "SELECT policy_no, is_foreign, count(*) FROM tlsrpt.policy GROUP BY 1, 2 ORDER BY 1"),
          [["0", "f", "3"], ["1", "t", "3"]])
    done, _ = deliver(with_header(document=with_policies("b.example")), *words, database=writer)
    contains(done.stderr, "quarantined: ")
    equal(one(database, "SELECT reason FROM tlsrpt.quarantine"), "foreign-domain")
    done, _ = deliver(with_header(document=with_policies("c.example")), *words, "--set=on-reject=bounce",
                      database=writer)
    equal(done.returncode, 77)
    done, _ = deliver(with_header(document=with_policies("d.example")), *words, "--set=on-reject=discard",
                      database=writer)
    contains(done.stderr, "discarded: ")


@case("/trust/accept/table-asked-by-replay")
def table_replay():
    database = cluster().database()
    sql(database, "INSERT INTO tlsrpt.accepted_domain VALUES ('a.example')")
    folder = scratch_folder()
    for domain in ("a.example", "b.example"):
        document = {**with_policies(domain), "report-id": domain}
        (folder / f"{domain}.eml").write_bytes(with_header(document=document))
    done = run("replay", "--set=accept-domains-table=yes", folder, database=database)
    equal(done.returncode, 0, done.stderr)
    equal(sql(database, "SELECT report_id FROM tlsrpt.report"), [["a.example"]])
    equal(sql(database, "SELECT reason FROM tlsrpt.quarantine"), [["foreign-domain"]])


@case("/trust/accept/table-that-cannot-be-read-defers")
def table_denied():
    database = cluster().database()
    sql(database, "REVOKE SELECT ON tlsrpt.accepted_domain FROM tlsrpt_writer")
    writer = cluster().login(database, "denied_writer", "tlsrpt_writer")
    done, _ = deliver(with_header(), "--set=accept-domains-table=yes", database=writer)
    equal(done.returncode, 75)
    equal(one(database, "SELECT count(*) FROM tlsrpt.quarantine"), "0")


RECIPIENTS = [
    ("domain-of-a-policy", "tlsrpt+Example.org@mx.test", "example.org", True),
    ("domain-of-the-header", "tlsrpt+example.org@mx.test", "mx.example.org", True),
    ("no-domain", "tlsrpt+daily@mx.test", "a.example", True),
    ("no-detail", "tlsrpt@mx.test", "a.example", True),
    ("no-address", "+", "a.example", True),
    ("another-domain", "tlsrpt+example.net@mx.test", "example.org", False),
    ("domain-below", "tlsrpt+mx.example.org@mx.test", "example.org", False),
]


def recipient(address, domain, fits):
    message = with_header(document=with_policies(domain))
    if fits:
        stored(message, f"--recipient={address}")
    else:
        contains(quarantined("foreign-domain", "accept", message, f"--recipient={address}"), "mailed to")


for name, address, domain, fits in RECIPIENTS:
    case(f"/trust/recipient/{name}", address, domain, fits)(recipient)


@case("/trust/log/has-everything-in-one-line")
def log_line():
    _, line, _ = stored(with_header(result("pass"), OWN, SIGNATURE, "Message-ID: <1@sender.example>"), AUTHSERV,
                        "--queue-id=4F2abc", "--sender=tls@sender.example", "--recipient=tlsrpt@example.org",
                        "--client=192.0.2.1")
    before, after = line.split(" ms=")
    equal(before, 'tlsrpt-ingest: stored: queue-id="4F2abc" client="192.0.2.1" sender="tls@sender.example" '
          'recipient="tlsrpt@example.org" organization="Sender Inc." '
          'report-id="2024-05-01T00:00:00Z_example.org" domain="example.org" dkim=pass '
          'dkim-domain="sender.example"')
    assert after.strip().isdigit(), after


@case("/trust/log/message-id-where-there-is-no-queue-id")
def log_message_id():
    _, line, _ = stored(with_header("Message-ID: <1@sender.example>"))
    contains(line, 'stored: message-id="1@sender.example" organization=')


@case("/trust/log/a-deferral-names-the-message-too")
def log_deferral():
    done, _ = deliver(with_header(), "--queue-id=4F2abc", database="host=/nonexistent")
    equal(done.returncode, 75)
    contains(done.stderr, 'tlsrpt-ingest: deferred: reason=temporary detail="database: ')
    contains(done.stderr, ' queue-id="4F2abc" organization="Sender Inc." ')


@case("/trust/flood/full-quarantine-defers-and-reports-still-pass")
def flood():
    database = cluster().database()
    sql(database, "UPDATE tlsrpt.quarantine_limit SET unauthenticated_bytes = 4000")
    deliver(mail(header=["X: 1"]), "--sender=a@flood.test", database=database)
    done, _ = deliver(mail(header=["X: 2", "Y: " + "y" * 900, "Z: " + "z" * 900]), "--sender=b@flood.test",
                      database=database)
    equal(done.returncode, 75)
    contains(done.stderr, "quarantine is full")
    done, _ = deliver(with_header(), "--sender=a@flood.test", database=database)
    equal(done.returncode, 0)
    done, _ = deliver(mail(header=["X: 3"]), "--sender=a@other.test", database=database)
    equal(done.returncode, 0)
    equal(sql(database, "SELECT count(*) FROM tlsrpt.quarantine"), [["2"]])


if __name__ == "__main__":
    main()
