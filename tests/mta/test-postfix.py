#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample of contrib/postfix in a real Postfix: what becomes of a mail, whatever happens."""
import concurrent.futures
import functools

import postfix
from harness import case, contains, equal, mail, main, one, part, report, sql

site = functools.cache(postfix.Site)
mta = functools.cache(lambda: postfix.with_pipe_transport(site()))

REPORT = mail(part(report()))


def scene(*settings):
    """A Postfix that has nothing in its queue, and a database that has nothing in it."""
    site().fresh(*settings)
    equal(mta().queue(), [])
    mta().forget_bounces()
    return mta()


@case("/mta/postfix/delivers")
def delivers():
    server = scene()
    server.send(REPORT)
    status, dsn, text = server.outcomes(1)[0]
    equal((status, dsn), ("sent", "2.0.0"))
    contains(text, "delivered via tlsrpt service (tlsrpt-ingest: stored: ")
    contains(text, "127.0.0.1")
    equal(site().counts(), [1, 0])
    equal(sql(site().database, "SELECT envelope_sender, organization_name FROM tlsrpt.report"),
          [["tls@sender.test", "Sender Inc."]])
    equal(one(site().database, "SELECT sum(total_failure_session_count) FROM tlsrpt.policy"), "3")


@case("/mta/postfix/delivers-a-duplicate-and-stores-it-once")
def duplicate():
    server = scene()
    server.send(REPORT, REPORT)
    equal([status for status, _, _ in server.outcomes(2)], ["sent", "sent"])
    equal(site().counts(), [1, 0])


@case("/mta/postfix/database-down-is-deferred-then-delivered-once")
def deferral():
    server = scene()
    site().cluster.stop()
    server.send(REPORT)
    status, dsn, text = server.outcomes(1)[0]
    equal((status, dsn), ("deferred", "4.3.0"))
    assert "host=" not in text and "/tmp" not in text.replace(str(site().program), ""), text
    equal(len(server.queue()), 1)
    site().cluster.start()
    server.flush()
    equal(server.outcomes(1)[0][0], "sent")
    server.wait_for_empty_queue()
    equal(site().counts(), [1, 0])


@case("/mta/postfix/bad-mail-is-quarantined-and-not-bounced")
def bad_mail():
    server = scene()
    server.send(mail(), mail(part(b"\x1f\x8bjunk")), sender="tls@sink.test")
    equal([status for status, _, _ in server.outcomes(2)], ["sent", "sent"])
    equal(site().counts(), [0, 2])
    equal(server.bounces(), [])


@case("/mta/postfix/wrong-settings-are-deferred")
def wrong_settings():
    server = scene("frobnicate=1")
    server.send(REPORT)
    status, _, text = server.outcomes(1)[0]
    equal(status, "deferred")
    contains(text, "frobnicate")
    site().settings()
    server.flush()
    equal(server.outcomes(1)[0][0], "sent")
    equal(site().counts(), [1, 0])


@case("/mta/postfix/null-sender-is-no-sender")
def null_sender():
    server = scene()
    server.send(REPORT, sender="")
    equal(server.outcomes(1)[0][0], "sent")
    equal(one(site().database, "SELECT coalesce(envelope_sender, '') FROM tlsrpt.report"), "")


@case("/mta/postfix/hostile-sender-stays-one-word")
def hostile_sender():
    server = scene()
    server.send(REPORT, sender='"x --set=on-reject=bounce $(id) `id`"@sender.test')
    equal(server.outcomes(1)[0][0], "sent")
    contains(one(site().database, "SELECT envelope_sender FROM tlsrpt.report"), "$(id) `id`")


@case("/mta/postfix/sender-in-utf-8-is-delivered")
def smtputf8():
    """RFC 6531: Postfix hands the words on as they came, to a program that it starts in no locale."""
    server = scene()
    with server.smtp() as session:
        session.ehlo()
        session.command_encoding = "utf-8"
        equal(session.docmd("MAIL", "FROM:<jürgen@münchen.test> SMTPUTF8")[0], 250)
        equal(session.docmd("RCPT", "TO:<tlsrpt@example.org>")[0], 250)
        equal(session.data(REPORT)[0], 250)
    equal(server.outcomes(1)[0][0], "sent")
    equal(one(site().database, "SELECT envelope_sender FROM tlsrpt.report"), "jürgen@münchen.test")


@case("/mta/postfix/plus-address-names-the-domain-that-the-report-is-about")
def plus_address():
    server = scene()
    server.send(REPORT, recipient="tlsrpt+other.example@example.org")
    equal(server.outcomes(1)[0][0], "sent")
    equal(sql(site().database, "SELECT reason FROM tlsrpt.quarantine"), [["foreign-domain"]])
    server.send(REPORT, recipient="tlsrpt+example.org@example.org")
    equal(server.outcomes(1)[0][0], "sent")
    equal(site().counts(), [1, 1])


# Of what a transport says Postfix keeps 100 bytes where the mail was taken: the outcome and its reason are in them,
# however long the words of a stranger are.
@case("/mta/postfix/keeps-outcome-and-reason-of-the-longest-line")
def longest_line():
    server = scene()
    word = "\x01\x02" * 120
    document = report(word, **{"organization-name": word})
    document["policies"][0]["summary"]["total-failure-session-count"] = word
    server.send(mail(part(document), header=[f"Message-ID: <{'m' * 300}@sender.test>"]),
                sender="s" * 60 + "@" + "d" * 60 + ".test")
    _, _, text = server.outcomes(1)[0]
    said = text.removeprefix("delivered via tlsrpt service (").removesuffix(")")
    equal(said[:57], "tlsrpt-ingest: quarantined: reason=invalid detail=\"json: ")
    equal(len(said), 100, said)


@case("/mta/postfix/on-reject-bounce-bounces-with-a-clean-text")
def bounce():
    server = scene("on-reject=bounce")
    server.send(mail(subject="no report in here"), sender="tls@sink.test")
    status, dsn, text = server.outcomes(1)[0]
    equal((status, dsn), ("bounced", "5.6.0"))
    returned = server.bounces()
    equal(len(returned), 1)
    contains(returned[0], "message: no TLS report among 1 part")
    human = returned[0].split("Content-Description: Delivery report")[0]
    for secret in ("SELECT", "host=", "conninfo", "/tmp", "nobody", "dbname"):
        assert secret not in human and secret not in text, (secret, human, text)
    equal(site().counts(), [0, 1])


@case("/mta/postfix/mail-past-the-cap-is-quarantined-cut")
def past_the_cap():
    server = scene("message-bytes=100000")
    server.send(mail(part(report())) + b"padding\n" * 100000)
    equal(server.outcomes(1)[0][0], "sent")
    equal(sql(site().database, "SELECT reason, is_truncated, raw_bytes FROM tlsrpt.quarantine"),
          [["limit", "t", "100000"]])


def broken(make):
    server = scene()
    program = site().program.read_bytes()
    make(site().program)
    try:
        server.send(REPORT, sender="tls@sink.test")
        status, dsn, _ = server.outcomes(1)[0]
        equal((status, dsn), ("deferred", "4.3.0"))
    finally:
        site().program.unlink(missing_ok=True)
        site().program.write_bytes(program)
        site().program.chmod(0o755)
    server.flush()
    equal(server.outcomes(1)[0][0], "sent")
    server.wait_for_empty_queue()
    equal(site().counts(), [1, 0])
    equal(server.bounces(), [])


@case("/mta/postfix/program-without-a-library-is-deferred")
def no_library():
    def rename_library(program):
        content = program.read_bytes()
        assert b"libpq.so.5\0" in content
        program.write_bytes(content.replace(b"libpq.so.5\0", b"libpq.so.0\0"))
    broken(rename_library)


@case("/mta/postfix/program-that-is-missing-is-deferred")
def no_program():
    broken(lambda program: program.unlink())


@case("/mta/postfix/program-that-may-not-be-run-is-deferred")
def not_executable():
    broken(lambda program: program.chmod(0o644))


@case("/mta/postfix/program-killed-is-deferred")
def killed():
    def kill_itself(program):
        program.unlink()
        program.write_text("#!/bin/sh\nkill -9 $$\n")
        program.chmod(0o755)
    broken(kill_itself)


@case("/mta/postfix/five-hundred-at-once-arrive-exactly-once")
def many():
    server = scene()
    mails = [mail(part(report(f"report {number}"))) for number in range(500)]
    with concurrent.futures.ThreadPoolExecutor(10) as senders:
        for _ in senders.map(lambda first: server.send(*mails[first::10]), range(10)):
            pass
    equal({status for status, _, _ in server.outcomes(500)}, {"sent"})
    server.wait_for_empty_queue()
    equal(site().counts(), [500, 0])
    equal(one(site().database, "SELECT count(DISTINCT report_id) FROM tlsrpt.report"), "500")


if __name__ == "__main__":
    main(postfix.why_not())
