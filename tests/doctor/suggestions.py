# SPDX-License-Identifier: GPL-3.0-or-later
"""What to publish, and policies before they are; what the command line refuses."""
import re

import town
from harness import by_schema, case, contains, equal, run


def suggestion(domain, *options):
    done = run("doctor", "--format=json", "--suggest", *options, domain)
    equal(done.stderr, "")
    return by_schema("doctor", done.stdout)["domains"][0]["suggestion"]


@case("/doctor/suggest/nothing-where-nothing-lacks")
def nothing_to_suggest():
    equal(suggestion("enforced.lab.test"), "")


@case("/doctor/suggest/all-for-a-domain-without-records")
def suggest_all():
    text = suggestion("bare.lab.test", "--rua=tls@example.org")
    key = town.LAB.order.key_digest("mx-good.lab.test")
    lines = [line for line in text.splitlines() if not line.startswith(";")]
    first = ["version: STSv1", "mode: testing", "mx: mx-good.lab.test", "max_age: 86400"]
    equal(lines[:5], ['_smtp._tls.bare.lab.test. IN TXT "v=TLSRPTv1; rua=mailto:tls@example.org"', *first])
    assert re.fullmatch(r'_mta-sts\.bare\.lab\.test\. IN TXT "v=STSv1; id=20\d{12}"', lines[5]), lines[5]
    equal(lines[6:], [first[0], "mode: enforce", first[2], "max_age: 604800", f"_25._tcp.mx-good.lab.test. IN TLSA 3 1 1 {key}"])
    contains(suggestion("bare.lab.test"), "rua=mailto:tlsrpt@bare.lab.test")


@case("/doctor/suggest/the-step-to-enforce")
def suggest_enforce():
    text = suggestion("testing.lab.test")
    contains(text, "mode: enforce\nmx: mx-good.lab.test\n")
    assert "mode: testing" not in text and "IN TXT" not in text, text


@case("/doctor/suggest/no-tlsa-in-unsigned-zones")
def suggest_unsigned():
    assert "TLSA" not in suggestion("unsigned.test"), suggestion("unsigned.test")


@case("/doctor/suggest/its-policy-is-valid")
def suggested_policy():
    text = suggestion("bare.lab.test")
    path = town.LAB.folder / "suggested"
    path.write_text(re.search(r"version: STSv1\nmode: testing\n.*?max_age: \d+\n", text, re.S)[0])
    done = run("doctor", f"--policy={path}")
    equal((done.returncode, "a valid policy, mode testing" in done.stdout), (0, True), done.stdout)


@case("/doctor/policy-file")
def policy_file():
    path = town.LAB.folder / "policy-to-be"
    path.write_text(town.GOOD.replace("mode", "mood"))
    done = run("doctor", f"--policy={path}")
    equal(done.returncode, 2)
    contains(done.stdout, "there is no mode")
    done = run("doctor", "--policy=/nonexistent")
    equal(done.returncode, 3)
    contains(done.stdout, "TLSRPT DOCTOR UNKNOWN - ")


@case("/doctor/policy-url")
def policy_url():
    for domain, status, piece in (("good", 0, "a valid policy, mode enforce"), ("gone", 2, "HTTP status 404"), ("nowhere", 2, "it has no address"),
                                  ("old", 2, "has expired")):
        done = run("doctor", f"--policy=https://mta-sts.{domain}.lab.test/.well-known/mta-sts.txt")
        equal((done.returncode, piece in done.stdout), (status, True), done.stdout)
    for url in ("https://good.lab.test/.well-known/mta-sts.txt", "https://mta-sts.good.lab.test/", "https://mta-sts.good.lab.test", "https://mta-sts./.well-known/mta-sts.txt"):
        done = run("doctor", f"--policy={url}")
        equal((done.returncode, "the URL of a policy is" in done.stdout), (3, True), url)


for words, message in ((["a b"], "not a domain: a b"), (["--seconds=0", "x.example"], "--seconds must be a number from 1 to 300"),
                       (["--seconds=301", "x.example"], "--seconds must be a number from 1 to 300"),
                       (["--probes=0", "x.example"], "--probes must be a number from 1 to 256"),
                       (["--probes=257", "x.example"], "--probes must be a number from 1 to 256"), (["--format=xml", "x.example"], "--format must be text or json"),
                       (["--rua=a b@c.example", "x.example"], "--rua must be a mail address")):
    @case("/doctor/refuses/" + " ".join(words), words, message)
    def refuses(some_words, some_message):
        done = run("doctor", *some_words)
        equal((done.returncode, done.stdout), (3, f"TLSRPT DOCTOR UNKNOWN - doctor: {some_message}\n"))
