#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`alert --each` and `digest --each-domain`: each contact of a domain is told of its own domains and of no others, once,
whatever happens to the mails of others."""
import email
import email.policy
import functools
import json
import os

from harness import Cluster, case, contains, equal, mail, main, part, report, run, scratch_folder, sql

cluster = functools.cache(Cluster)
PERIOD = ("--since=2024-04-30", "--until=2024-05-02")
ALERT = ("alert", "--each", "--until=2024-05-03")
DIGEST = ("digest", "--each-domain", *PERIOD)


def database(*contacts):
    """Two domains that fail at one host, one mail each, and the contacts of both."""
    conninfo = cluster().database()
    for number, domain in enumerate(("own.example", "secret.example", "second.example")):
        done = run("deliver", stdin=mail(part(report(str(number), domain, failed=3 + 4 * number))), database=conninfo)
        equal(done.returncode, 0, done.stderr)
    for domain, address in contacts or (("own.example", "a@own.example"), ("secret.example", "b@secret.example")):
        sql(conninfo, f"INSERT INTO tlsrpt.domain_contact VALUES ('{domain}', '{address}')")
    return conninfo


class Sendmail:
    """Keeps each mail in a file, and fails for the address in the file `refused`."""

    def __init__(self):
        self.folder = scratch_folder()
        self.program = self.folder / "sendmail"
        self.program.write_text("#!/bin/sh\nset -e\ncat > $0.$$\nif [ -e $0.refused ] && grep -q -f $0.refused $0.$$;"
                                " then rm $0.$$; exit 75; fi\n")
        self.program.chmod(0o755)

    def refuse(self, address):
        refused = self.folder / "sendmail.refused"
        refused.write_text(f"^To: .*{address}\n") if address else refused.unlink()

    def run(self, conninfo, *words):
        """Status, what was said, and the mails by address."""
        done = run(*words, environment={"TLSRPT_DATABASE": conninfo.replace("user=postgres", "user=case_alerter"),
                                        "SENDMAIL": str(self.program)})
        mails = {}
        for file in sorted(self.folder.glob("sendmail.*[0-9]")):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            assert message["To"] not in mails or words[0] == "digest", message["To"]
            mails.setdefault(message["To"], []).append(str(message["Subject"]) + "\n" + message.get_body(("plain",)).get_content())
            os.unlink(file)
        return done.returncode, done.stderr, mails


def told(mails):
    return {address: len(texts) for address, texts in mails.items()}


@case("/contacts/each-address-is-told-of-its-own-domains-once", ALERT)
@case("/contacts/each-domain-has-a-digest-of-its-own-once", DIGEST)
def once(words):
    conninfo, sendmail = database(), Sendmail()
    status, said, mails = sendmail.run(conninfo, *words)
    equal((status, said, told(mails)), (0, "", {"a@own.example": 1, "b@secret.example": 1}))
    own, secret = mails["a@own.example"][0], mails["b@secret.example"][0]
    contains(own, "3 of 103 sessions failed")
    contains(secret, "7 of 107 sessions failed")
    for other in ("secret", "second"):
        assert other not in own, own
    equal(sendmail.run(conninfo, *words), (0, "", {}))


@case("/contacts/a-mail-that-fails-stops-no-other-and-is-sent-later", ALERT, 3)
@case("/contacts/a-digest-that-fails-stops-no-other-and-is-sent-later", DIGEST, 75)
def failing(words, expected):
    conninfo, sendmail = database(), Sendmail()
    sendmail.refuse("a@own.example")
    status, said, mails = sendmail.run(conninfo, *words)
    equal((status, told(mails)), (expected, {"b@secret.example": 1}))
    contains(said, "not sent: a@own.example, on own.example: ")
    contains(said, "1 of 2 mails were not sent")
    sendmail.refuse(None)
    status, said, mails = sendmail.run(conninfo, *words)
    equal((status, said, told(mails)), (0, "", {"a@own.example": 1}))


@case("/contacts/an-address-of-several-domains-has-one-alert-and-a-digest-of-each")
def several():
    conninfo, sendmail = database(("own.example", "c@x.example"), ("second.example", "c@x.example"),
                                  ("own.example", "d@x.example")), Sendmail()
    mails = sendmail.run(conninfo, *ALERT)[2]
    equal(told(mails), {"c@x.example": 1, "d@x.example": 1})
    contains(mails["c@x.example"][0], "14 of 214 sessions failed")
    equal(told(sendmail.run(conninfo, *DIGEST)[2]), {"c@x.example": 2, "d@x.example": 1})
    # Another period is another digest.
    equal(told(sendmail.run(conninfo, "digest", "--each-domain", "--since=2024-05-01", "--until=2024-05-02")[2]),
          {"c@x.example": 2, "d@x.example": 1})


LOOKED = """INSERT INTO tlsrpt.observation (at, kind, place, mail_domain, is_healthy, detail) VALUES
  ('2024-05-03 06:00Z', 'mx', 'mx.shared.example', NULL, false, '192.0.2.1: STARTTLS is not offered'),
  ('2024-05-03 06:00Z', 'domain-mx', 'mx.shared.example', 'quiet.example', true, 'it is an MX host of quiet.example'),
  ('2024-05-03 06:00Z', 'domain-mx', 'mx.shared.example', 'silent.example', true, 'it is an MX host of silent.example'),
  ('2024-04-01 06:00Z', 'domain-mx', 'mx.shared.example', 'moved.example', true, 'it is an MX host of moved.example'),
  ('2024-05-03 06:00Z', 'domain-mx', 'mx.other.example', 'moved.example', true, 'it is an MX host of moved.example'),
  ('2024-05-03 06:00Z', 'mx', 'mx.other.example', NULL, true, '1 address: TLS is spoken'),
  ('2024-05-03 06:00Z', 'policy-mx', 'mx.other.example', 'moved.example', true, 'the policy names it'),
  ('2024-05-03 06:00Z', 'policy-mx', 'mx.other.example', 'silent.example', false, 'the policy of silent.example does not name it')"""


# Of a host all whose MX records name it, of a policy its own domain.
@case("/contacts/what-only-doctor-found-is-told-to-the-domains-that-use-the-place")
def looked():
    conninfo, sendmail = database(("quiet.example", "q@quiet.example"), ("silent.example", "s@silent.example"),
                                  ("moved.example", "m@moved.example"), ("own.example", "a@own.example")), Sendmail()
    sql(conninfo, LOOKED)
    status, said, mails = sendmail.run(conninfo, *ALERT)
    equal((status, said, told(mails)), (0, "", {"q@quiet.example": 1, "s@silent.example": 1, "a@own.example": 1}))
    quiet, silent, own = (mails[address][0] for address in ("q@quiet.example", "s@silent.example", "a@own.example"))
    contains(quiet, "mx.shared.example: doctor found it wrong")
    contains(quiet, "192.0.2.1: STARTTLS is not offered")
    contains(quiet, "Mail may be refused already.")
    contains(quiet, "$ tlsrpt-ingest doctor quiet.example")
    assert "silent" not in quiet and "mx.other" not in quiet, quiet
    contains(silent, "mx.shared.example: doctor found it wrong")
    contains(silent, "the policy of silent.example does not name it")
    assert "quiet" not in silent, silent
    assert "doctor" not in own and "mx.shared" not in own, own
    equal(sendmail.run(conninfo, *ALERT), (0, "", {}))
    # The digest of a domain has it too, and its end is told to the same.
    contains(sendmail.run(conninfo, *DIGEST[:2], "--since=2024-05-01", "--until=2024-05-03")[2]["q@quiet.example"][0],
             "mx.shared.example: doctor found it wrong")
    sql(conninfo, "INSERT INTO tlsrpt.observation (at, kind, place, is_healthy, detail) VALUES"
                  " ('2024-05-04 06:00Z', 'mx', 'mx.shared.example', true, '1 address: TLS is spoken')")
    status, said, mails = sendmail.run(conninfo, "alert", "--each", "--until=2024-05-04")
    equal((status, said), (0, ""))
    assert {"q@quiet.example", "s@silent.example"} <= set(mails), mails
    assert "m@moved.example" not in mails, mails
    contains(mails["q@quiet.example"][0], "closed")


# With --domain the operator gets the same.
@case("/contacts/alert-of-a-domain-has-what-only-doctor-found", "quiet.example", ["mx.shared.example"])
@case("/contacts/alert-of-a-domain-that-moved-away-has-it-not", "moved.example", [])
@case("/contacts/alert-of-a-domain-has-what-is-wrong-for-it-alone", "silent.example", ["mx.other.example", "mx.shared.example"])
def of_domain(domain, places):
    conninfo = database()
    sql(conninfo, LOOKED)
    done = run("alert", "--until=2024-05-03", f"--domain={domain}", "--format=json", database=conninfo)
    equal(sorted({one["place"] for one in json.loads(done.stdout)["events"]}), places)


@case("/contacts/a-domain-without-failures-has-a-digest-and-no-alert")
def quiet():
    conninfo, sendmail = database(("quiet.example", "q@quiet.example")), Sendmail()
    equal(sendmail.run(conninfo, *ALERT), (0, "", {}))
    equal(told(sendmail.run(conninfo, *DIGEST)[2]), {"q@quiet.example": 1})


@case("/contacts/dry-run-prints-and-records-nothing")
def dry():
    conninfo, sendmail = database(), Sendmail()
    equal(sendmail.run(conninfo, *ALERT, "--dry-run"), (0, "", {}))
    equal(told(sendmail.run(conninfo, *ALERT)[2]), {"a@own.example": 1, "b@secret.example": 1})


@case("/contacts/the-operators-own-alert-is-told-all-of-it-too")
def operator():
    conninfo, sendmail = database(), Sendmail()
    sendmail.run(conninfo, *ALERT)
    mails = sendmail.run(conninfo, "alert", "--to=a@own.example", "--until=2024-05-03")[2]
    contains(mails["a@own.example"][0], "21 of 321 sessions failed")


@case("/contacts/address-of-one-domain", "own.example", "a.b+c@own.example", True)
@case("/contacts/address-without-at", "own.example", "own.example", False)
@case("/contacts/address-with-a-line-end", "own.example", "a@own.example\nBcc: x@y.example", False)
@case("/contacts/address-like-an-option", "own.example", "-bs@own.example", False)
@case("/contacts/several-addresses", "own.example", "a@own.example,b@own.example", False)
@case("/contacts/address-with-a-space", "own.example", "a b@own.example", False)
@case("/contacts/address-of-64-characters-before-at", "own.example", "a" * 64 + "@own.example", True)
@case("/contacts/address-of-65-characters-before-at", "own.example", "a" * 65 + "@own.example", False)
@case("/contacts/domain-with-star", "*.own.example", "a@own.example", False)
@case("/contacts/domain-in-capitals", "OWN.example", "a@own.example", False)
def addresses(domain, address, is_accepted):
    conninfo = database(("other.example", "x@other.example"))
    count = sql(conninfo, "DO $$ BEGIN INSERT INTO tlsrpt.domain_contact VALUES ('" + domain + "', '" + address + "');"
                          "EXCEPTION WHEN check_violation THEN NULL; END $$; SELECT count(*) FROM tlsrpt.domain_contact")
    equal(count, [["2" if is_accepted else "1"]])


@case("/contacts/only-the-owner-writes-contacts-and-access")
def rights():
    conninfo = database()
    for role in ("tlsrpt_writer", "tlsrpt_reader", "tlsrpt_domain_reader", "tlsrpt_alerter"):
        for table in ("domain_contact", "domain_access"):
            equal(sql(conninfo, f"SELECT has_table_privilege('{role}', 'tlsrpt.{table}', 'INSERT, UPDATE, DELETE')"), [["f"]])


@case("/contacts/alert-each-takes-no-address", ("alert", "--each", "--to=a@b.example"), 3)
@case("/contacts/digest-each-domain-takes-no-domain", ("digest", "--each-domain", "--domain=own.example"), 64)
def usage(words, expected):
    equal(run(*words).returncode, expected)


if __name__ == "__main__":
    main()
