#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed reports through Postfix and the program, with keys in a real name server, and with name servers
that are silent, late, absent or hostile."""
import base64
import functools
import hashlib
import re
import socket
import struct
import threading
import time

from signing import GOOD, HOSTILE, NOBODY, ask, ed25519, enter, google, key, message_of, microsoft, name_server, signed

import postfix
from harness import PATIENCE, Cluster, by_schema, case, contains, equal, main, one, run, scratch_folder, sql

VERIFY = {"TLSRPT_VERIFY_DKIM": "yes"}

cluster = functools.cache(Cluster)
site = functools.cache(postfix.Site)


@functools.cache
def mta():
    name_server()
    return postfix.with_pipe_transport(site())


def by_mail(*messages):
    """Through Postfix and the program, with no setting but the database; the log lines."""
    ask(GOOD)
    server = mta()
    site().fresh()
    site().config.write_text(f"[tlsrpt-ingest]\nconninfo={site().writer}\n")
    server.send(*messages)
    return [text for _, _, text in server.outcomes(len(messages))]


@case("/belief/mail/of-Googles-and-Microsofts-shape-pass-with-no-setting-but-the-database")
def real_shapes():
    lines = by_mail(google(), microsoft())
    for text in lines:
        contains(text, "tlsrpt-ingest: stored: ")
    equal(sql(site().database, """SELECT header_from, dkim_result, dkim_domain, dkim_aligned, dkim_source, signature_result,
                                    auth_results_result, 'contact-not-from' = ANY(deviation)
                             FROM tlsrpt.report ORDER BY 1"""),
          [["noreply-smtp-tls-reporting@google.example", "pass", "google.example", "t", "signature", "pass", "\\N", "f"],
           ["tlsrpt-noreply@microsoft.example", "pass", "microsoft.example", "t", "signature", "pass", "\\N", "f"]])


@case("/belief/mail/unsigned-is-quarantined")
def unsigned():
    (text,) = by_mail(message_of("sender.example"))
    contains(text, "tlsrpt-ingest: quarantined: ")
    equal(sql(site().database, "SELECT reason, detail FROM tlsrpt.quarantine"), [[
        "unauthentic", "trust: unsigned: no valid DKIM signature (RFC 8460 section 3): dkim=none"]])


def deliver(message, *words, server=GOOD, database=None, options="", deadline=60):
    name_server()
    ask(server, options)
    database = database or cluster().database()
    started = time.monotonic()
    done = run("deliver", f"--set=deadline={deadline}", *words, stdin=message, database=database, environment=VERIFY)
    return done, database, time.monotonic() - started


def trusted(message, *words, **more):
    done, database, _ = deliver(message, *words, **more)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, ": stored: ")
    return sql(database, "SELECT dkim_result, dkim_domain, dkim_aligned, dkim_source, signature_result, auth_results_result"
                         " FROM tlsrpt.report")[0]


def refused(message, text, *words, **more):
    done, database, _ = deliver(message, *words, **more)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, ": quarantined: ")
    equal(sql(database, "SELECT reason FROM tlsrpt.quarantine"), [["unauthentic"]])
    contains(one(database, "SELECT detail FROM tlsrpt.quarantine"), text)
    return database


def plain(domain="sender.example", selector="s2048", sender=None, **more):
    return signed(message_of(domain, sender), domain, selector, [b"from", b"subject"], **more)


for selector in ("s1024", "s2048", "ed", "tlsrpt"):
    @case(f"/belief/signature/of-key-{selector}", selector)
    def by_selector(name):
        equal(trusted(plain(selector=name)), ["pass", "sender.example", "t", "signature", "pass", "\\N"])


@case("/belief/signature/line-ends-as-pipes-hand-them-over")
def bare_lf():
    equal(trusted(plain(header="simple", body="simple").replace(b"\r\n", b"\n"))[0], "pass")


@case("/belief/signer/above-From-vouches")
def above():
    equal(trusted(plain(sender="tls@mail.sender.example"))[:3], ["pass", "sender.example", "t"])


@case("/belief/signer/below-or-beside-From-vouches-for-nothing")
def beside():
    refused(plain(sender="tls@example"), "is of 'sender.example', which is neither From's domain nor above it")
    refused(plain("evil.example", sender="tls@sender.example"), "is of 'evil.example', which is neither")


@case("/belief/signer/Submitter-and-organization-do-not-count")
def written():
    message = message_of("sender.example", "tls@mailer.example", **{"organization-name": "sender.example"})
    refused(signed(message, "sender.example", "s2048", [b"from"]), "is of 'sender.example', which is neither")


@case("/belief/signature/altered-body-says-so")
def altered():
    refused(plain() + b"-- \r\nA footer of a list.\r\n", "dkim=fail of 'sender.example': the body is not what was signed")


@case("/belief/signature/key-that-is-not-in-the-DNS")
def gone():
    message = signed(message_of("sender.example"), "sender.example", "s2048", [b"from"]).replace(b"s=s2048", b"s=gone")
    refused(message, "there is no such key in the DNS")


OWN = (b"Authentication-Results: mx.example.org; dkim=%s header.d=sender.example header.s=s2048\r\n"
       b"Received: from mta.sender.example by mx.example.org; %s\r\n")
NOW = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()).encode()
AUTHSERV = "--set=authserv-id=mx.example.org"


@case("/belief/sources/own-service-that-saw-it-whole-counts-where-the-footer-broke-it")
def footer():
    message = OWN % (b"pass", NOW) + plain() + b"A footer.\r\n"
    equal(trusted(message, AUTHSERV), ["pass", "sender.example", "t", "auth-results", "fail", "pass"])


@case("/belief/sources/signature-counts-where-the-own-service-failed")
def service_failed():
    equal(trusted(OWN % (b"temperror", NOW) + plain(), AUTHSERV),
          ["pass", "sender.example", "t", "signature", "pass", "temperror"])


@case("/belief/sources/own-service-alone-where-verify-dkim-is-no")
def service_alone():
    equal(trusted(OWN % (b"pass", NOW) + plain(), AUTHSERV, "--set=verify-dkim=no", server=NOBODY),
          ["pass", "sender.example", "t", "auth-results", "\\N", "pass"])


@case("/belief/gateway/signs-what-it-altered-and-proves-no-reporter")
def gateway():
    message = signed(plain() + b"A footer.\r\n", "lists.example", "s2048", [b"from"])
    refused(message, "is of 'lists.example', which is neither")
    equal(trusted(message, "--set=gateway-domains=Lists.Example."),
          ["pass", "lists.example", "f", "gateway", "pass", "\\N"])


@case("/belief/gateway/that-rewrites-From-proves-no-reporter-either")
def rewriting_gateway():
    message = signed(message_of("sender.example", "tls=sender@lists.example"), "lists.example", "s2048", [b"from"])
    equal(trusted(message, "--set=gateway-domains=lists.example")[:4], ["pass", "lists.example", "f", "gateway"])
    equal(trusted(message)[:4], ["pass", "lists.example", "t", "signature"])


def write(message, name="mail.eml"):
    path = scratch_folder() / name
    path.write_bytes(message)
    return path


@case("/belief/replay/judges-an-archive-without-the-DNS")
def replay():
    for message in (plain(), message_of("sender.example")):
        database = cluster().database()
        ask(NOBODY)
        done = run("replay", write(message), database=database, environment=VERIFY)
        equal(done.returncode, 0, done.stderr)
        equal(sql(database, "SELECT dkim_result, dkim_source FROM tlsrpt.report"), [["unknown", "\\N"]])


@case("/belief/replay/verifies-by-todays-keys-if-asked")
def replay_asked():
    name_server()
    ask(GOOD)
    database = cluster().database()
    done = run("replay", "--verify-dkim", write(plain()), write(message_of("google.example")), database=database,
               environment=VERIFY)
    equal(done.returncode, 0, done.stderr)
    equal(sql(database, "SELECT dkim_result, dkim_source FROM tlsrpt.report"), [["pass", "signature"]])
    equal(sql(database, "SELECT reason FROM tlsrpt.quarantine"), [["unauthentic"]])


@case("/belief/replay/require-dkim-yes-needs-a-source")
def replay_required():
    done = run("replay", "--set=require-dkim=yes", write(plain()), database=cluster().database(), environment=VERIFY)
    equal(done.returncode, 78, done.stderr)
    contains(done.stderr, "--verify-dkim")


@case("/belief/inspect/says-whose-word-it-is")
def inspect():
    name_server()
    ask(GOOD)
    for message, words, said in (
            (plain(sender="tls@mail.sender.example"), ["--verify-dkim"],
             "mail.sender.example, verified: signed by sender.example (signature)"),
            (plain() + b"x\r\n", ["--verify-dkim"],
             "sender.example, by from, not verified: dkim=fail of sender.example: the body is not what was signed"),
            (plain(), [], "sender.example, by from, not verified: dkim=unknown"),
            (OWN % (b"pass", NOW) + plain(), [AUTHSERV], "sender.example, verified: signed by sender.example (auth-results)")):
        done = run("inspect", *words, write(message))
        equal(done.returncode, 0, done.stderr)
        contains(done.stdout, f"  Reporter       {said}\n")
        line = by_schema("inspect", run("inspect", "--format=json", *words, write(message)).stdout)
        equal((line["reporter-domain"], line["is-verified"]), (said.split(",")[0], ", verified" in said))


@case("/belief/retry/lets-nothing-in-that-deliver-refused")
def retry():
    database = refused(message_of("sender.example"), "dkim=none")
    done = run("quarantine", "retry", "--all", database=database, environment=VERIFY)
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "0", done.stderr)
    done = run("quarantine", "retry", "--all", "--set=require-dkim=no", database=database, environment=VERIFY)
    equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "1", done.stderr)


def deferred(message, *words, **more):
    done, database, seconds = deliver(message, *words, **more)
    equal(done.returncode, 75, done.stderr)
    contains(done.stderr, ": deferred: ")
    contains(done.stderr, "dkim=temperror")
    contains(done.stderr, "dkim-temperror")
    equal(one(database, "SELECT (SELECT count(*) FROM tlsrpt.report) + (SELECT count(*) FROM tlsrpt.quarantine)"), "0")
    return database, seconds


@case("/belief/resolver/nobody-listens-defers-and-names-the-settings")
def nobody_listens():
    deferred(plain(), server=NOBODY)


@case("/belief/resolver/dkim-temperror-none-takes-it-as-no-signature")
def taken_as_none():
    refused(plain(), "dkim=temperror", "--set=dkim-temperror=none", server=NOBODY)


@case("/belief/resolver/temperror-is-stored-where-nothing-is-demanded")
def stored_anyway():
    equal(trusted(plain(), "--set=require-dkim=no", server=NOBODY)[:4], ["temperror", "sender.example", "t", "signature"])


@case("/belief/resolver/key-of-somebody-else-defers-nothing")
def unaligned():
    message = signed(message_of("sender.example"), "evil.example", "s2048", [b"from"])
    refused(message, "dkim=temperror of 'evil.example'", server=NOBODY)


@case("/belief/resolver/mail-that-needs-no-key-asks-nobody")
def asks_nobody():
    refused(message_of("sender.example"), "dkim=none", server=NOBODY)
    refused(plain() + b"x\r\n", "the body is not what was signed", server=NOBODY)


# Each way to be refused: the mail, settings, and the cause that is told.
REFUSALS = [
    (lambda: message_of("sender.example"), (), "unsigned"),
    (lambda: plain() + b"A footer.\r\n", (), "altered"),
    (lambda: plain().replace(b"Subject: ", b"Subject: [list] "), (), "altered"),
    (lambda: plain("evil.example", sender="tls@sender.example"), (), "other-signer"),
    (lambda: plain().replace(b"s=s2048", b"s=gone"), (), "bad-signature"),
    (lambda: plain().replace(b"a=rsa-sha256", b"a=rsa-sha1"), (), "bad-signature"),
    (lambda: OWN % (b"fail", NOW) + plain(), (AUTHSERV, "--set=verify-dkim=no"), "altered"),
    (plain, (AUTHSERV, "--set=verify-dkim=no"), "no-verdict"),
]
ADVICE = {"unsigned": ["authserv-id"], "altered": ["gateway-domains", "authserv-id"], "other-signer": ["gateway-domains"],
          "bad-signature": ["the reporter has to mend", "require-dkim"], "no-verdict": ["authserv-id", "trusted-hops"],
          "no-answer": ["name server", "dkim-temperror"]}


@case("/belief/refused/alert-digest-and-doctor-tell-count-cause-and-setting")
def refusals_told():
    database = cluster().database()
    for message, words, _ in REFUSALS:
        contains(deliver(message(), *words, database=database)[0].stderr, ": quarantined: ")
    deliver(plain(selector="s1024"), "--set=dkim-temperror=none", database=database, server=NOBODY)
    counts = {"altered": "3", "bad-signature": "2", "no-answer": "1", "no-verdict": "1", "other-signer": "1", "unsigned": "1"}
    equal(sql(database, "SELECT cause, messages FROM tlsrpt.refusal_count ORDER BY 1"), [list(pair) for pair in counts.items()])
    text = run("alert", "--until=2024-05-03", database=database).stdout
    contains(text.splitlines()[0], "9 refused as unauthentic in 3 days")
    told = by_schema("alert", run("alert", "--until=2024-05-03", "--format=json", database=database).stdout)["quarantine"]
    equal({one["cause"]: str(one["messages"]) for one in told}, counts)
    digest = " ".join(run("digest", "--since=2024-05-01", "--until=2024-05-03", database=database).stdout.split())
    contains(digest, "In quarantine 9 mails (unauthentic)")
    contains(digest, "Quarantine: 3 unauthentic, altered (")
    doctor = by_schema("doctor", run("doctor", "--format=json", database=database).stdout)
    looks = [look for look in doctor["domains"][0]["findings"] if look["check"] == "quarantine"]
    for cause, words in ADVICE.items():
        (look,) = [one for one in looks if f"quarantine, {cause}," in one["found"]]
        for word in words:
            contains(look["advice"], word)
            contains(next(one["look_at"] for one in told if one["cause"] == cause), word)
            contains(" ".join(text.split()).partition(f"unauthentic, {cause} (")[2].partition(")")[0], word)
            contains(digest.partition(f" {cause} (")[2].partition(")")[0], word)


@case("/belief/refused/nothing-is-told-where-nothing-is-refused")
def no_refusals():
    database = cluster().database()
    contains(deliver(plain(), database=database)[0].stderr, ": stored: ")
    for words in (["alert", "--until=2024-05-03"], ["digest", "--since=2024-05-01", "--until=2024-05-03"]):
        said = run(*words, database=database).stdout.replace("  In quarantine     nothing\n", "")
        assert "uarantine" not in said and "unauthentic" not in said, said


class Hostile:
    """A name server that answers as its owner likes: by UDP cut, by TCP whole."""

    def __init__(self):
        self.answer = None
        self.questions = 0
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((HOSTILE, 53))
        self.tcp = socket.create_server((HOSTILE, 53))
        threading.Thread(target=self.serve_udp, daemon=True).start()
        threading.Thread(target=self.serve_tcp, daemon=True).start()

    def reply(self, query):
        self.questions += 1
        return self.answer(query) if self.answer else None

    def serve_udp(self):
        while True:
            query, client = self.udp.recvfrom(4096)
            reply = self.reply(query)
            if reply and len(reply) > 512:
                reply = header(query, 0, truncated=True)
            if reply:
                self.udp.sendto(reply, client)

    def serve_tcp(self):
        while True:
            client, _ = self.tcp.accept()
            with client:
                client.settimeout(PATIENCE)
                size = client.recv(2)
                if len(size) == 2:
                    reply = self.reply(client.recv(struct.unpack(">H", size)[0]))
                    if reply:
                        client.sendall(struct.pack(">H", len(reply)) + reply)


def question(query):
    end = 12
    while query[end]:
        end += query[end] + 1
    return query[12:end + 5]


def header(query, answers, truncated=False, rcode=0):
    return query[:2] + struct.pack(">HHHHH", 0x8180 | (0x200 if truncated else 0) | rcode, 1, answers, 0, 0) + question(query)


def texts(*records):
    """An answer with @records, each a list of strings."""
    def answer(query):
        reply = header(query, len(records))
        for strings in records:
            data = b"".join(bytes([len(string)]) + string for string in strings)
            reply += b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(data)) + data
        return reply[:65535]
    return answer


def cname_loop(query):
    name = question(query)[:-4]
    return header(query, 1) + b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, len(name)) + name


hostile = functools.cache(Hostile)


def strings_of(text, size=200):
    return [text[i:i + size] for i in range(0, len(text), size)]


def good_record():
    return strings_of(key("2048")[1].encode())


# What the name server answers, and what is stored or refused then.
ANSWERS = [
    ("key-record-of-64-kB", lambda: texts(strings_of(b"v=DKIM1; n=" + b"n" * 65000, 250)), "the key record is too long"),
    ("a-thousand-strings", lambda: texts([b"v=DKIM1; n="] + [b"a"] * 1000), "the key record has no p"),
    ("a-thousand-records", lambda: texts(*[[b"a"]] * 1000), "the record is no DKIM key record"),
    ("cname-loop", lambda: cname_loop, "there is no such key in the DNS"),
    ("record-that-is-not-UTF-8", lambda: texts([b"v=DKIM1; p=\xff\xfe\x00"]), "p is not base64"),
    ("empty-string", lambda: texts([b""]), "the key record has no p"),
    ("no-string-at-all", lambda: texts([]), "the key record has no p"),
    ("good-among-others", lambda: texts([b"v=spf1 -all"], good_record()), None),
]


def answered(answer, text):
    hostile().answer = answer()
    if text is None:
        equal(trusted(plain(), server=HOSTILE)[0], "pass")
    else:
        refused(plain(), text, server=HOSTILE)


for name, answer, text in ANSWERS:
    case(f"/belief/hostile/{name}", answer, text)(answered)


# What is no answer: the mail waits.
NO_ANSWERS = [
    ("servfail", lambda query: header(query, 0, rcode=2)),
    ("refused", lambda query: header(query, 0, rcode=5)),
    ("nothing-but-noise", lambda query: query[:2] + b"\xff" * 40),
]


def not_answered(answer):
    hostile().answer = answer
    deferred(plain(), server=HOSTILE, options="options timeout:1 attempts:1\n", deadline=8)


for name, answer in NO_ANSWERS:
    case(f"/belief/hostile/{name}", answer)(not_answered)


@case("/belief/hostile/silent-resolver-defers-within-half-of-the-deadline")
def silent():
    hostile().answer = None
    _, seconds = deferred(plain(), server=HOSTILE, deadline=4)
    assert seconds >= 2, seconds


@case("/belief/hostile/answer-after-the-deadline-is-no-answer")
def late():
    answered_late = threading.Event()

    def wait(query):
        answered_late.wait(PATIENCE)
        return texts(good_record())(query)

    hostile().answer = wait
    deferred(plain(), server=HOSTILE, deadline=4)
    answered_late.set()


@case("/belief/hostile/two-hundred-signatures-ask-eight-times-at-most")
def many_signatures():
    hostile().answer = lambda query: header(query, 0, rcode=3)
    message = message_of("sender.example").replace(b"\n", b"\r\n")
    fields = b"".join(signed(message, "sender.example", "s2048", [b"from"]).split(b"From: ")[0].replace(
        b"s=s2048", b"s=s%d" % number) for number in range(200))
    before = hostile().questions
    refused(fields + message, "there is no such key", server=HOSTILE)
    equal(hostile().questions - before, 8)


@case("/belief/hostile/signature-of-a-megabyte-is-over-the-cap-of-a-field")
def megabyte():
    message = b"DKIM-Signature: " + b"a=b;" * 250000 + b"\r\n" + plain()
    done, database, _ = deliver(message)
    equal(done.returncode, 0, done.stderr)
    equal(sql(database, "SELECT reason FROM tlsrpt.quarantine"), [["limit"]])


@case("/belief/hostile/h-of-ten-thousand-names")
def names():
    message = plain().replace(b"h=from", b"h=" + b"x:" * 10000 + b"from")
    refused(message, "the header is not what was signed")


def clocked(expired_days_ago, arrived_days_ago, passes):
    """@message says when it was signed and until when that holds, in days from now."""
    now = int(time.time())
    message = message_of("sender.example").replace(b"\n", b"\r\n")
    body = message.split(b"\r\n\r\n", 1)[1]
    expires = now - int(expired_days_ago * 86400)
    field = (f"DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; d=sender.example; s=ed; t={expires - 86400};\r\n"
             f"\tx={expires}; h=from; bh={base64.b64encode(hashlib.sha256(body).digest()).decode()};\r\n\tb=").encode()
    covered = re.search(rb"From: [^\r]*\r\n", message).group() + field
    data = ed25519(hashlib.sha256(covered).digest())
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(now - int(arrived_days_ago * 86400))).encode()
    message = b"Received: from a by b; " + date + b"\r\n" + field + base64.b64encode(data) + b"\r\n" + message
    if passes:
        equal(trusted(message)[0], "pass")
    else:
        refused(message, "the signature has expired")


# A clock that is a day ahead makes what expires now look a day old.
for name, expired, arrived, passes in (
        ("clock-a-day-ahead", 0.99, 0, True), ("clock-a-day-behind", -2, -1, True), ("expired-long-ago", 1.01, 0, False),
        ("expired-in-the-queue", 4, 5, True), ("in-the-queue-for-almost-7-days", 4, 6.9, True),
        ("in-the-queue-for-more-than-7-days", 4, 7.1, False), ("arrived-after-it-expired", 4, 2.9, False)):
    case(f"/belief/clock/{name}", expired, arrived, passes)(clocked)


if __name__ == "__main__":
    main(enter())
