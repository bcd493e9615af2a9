#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command of every remedy, run as it is printed, on a healthy host and on one broken in that way:
Postfix that refuses early talkers, real certificates, signed zones, policy hosts."""
import re
import subprocess

import lab
import laborder
from harness import BUILD, PATIENCE, case, equal, main

reason = lab.why_not()
if reason:
    main(reason)
lab.enter()

SHOW = BUILD / "tests" / "insight" / "remedy" / "show-remedy"
HOSTS = {f"mx-{name}.lab.test": {"number": number, "certificate": certificate, **more} for number, (name, certificate, more) in enumerate((
    ("good", "good", {}), ("wrong", "wrong-name", {}), ("expired", "expired", {}), ("inter", "expired-intermediate", {}),
    ("chain", "no-intermediate", {}), ("self", "self-signed", {}), ("plain", None, {}), ("dane", "self-signed", {}),
    ("stale", "good", {}), ("usage", "good", {}), ("issuer", "good", {}), ("new", "good", {"settings": {"smtpd_tls_protocols": ">=TLSv1.3"}}),
    ("rollover", "good", {})), 11)}
HOSTS["mx.expired.test"] = {"number": 31, "certificate": "good"}
HOSTS["mx.ds.test"] = {"number": 32, "certificate": "good"}
HOSTS["mx.unsigned.test"] = {"number": 33, "certificate": "good"}
POLICY = "version: STSv1\nmode: enforce\nmx: mx-good.lab.test\nmax_age: 604800\n"
POLICIES = {
    "mta-sts.good.lab.test": {"body": POLICY},
    "mta-sts.two.lab.test": {"body": POLICY},
    "mta-sts.none.lab.test": {"serve": "return 404;"},
    "mta-sts.moved.lab.test": {"serve": "return 301 https://mta-sts.good.lab.test$request_uri;"},
    "mta-sts.filtered.lab.test": {"serve": "if ($http_user_agent = '') { return 403; } default_type text/plain; return 200 'version: STSv1';"},
    "mta-sts.html.lab.test": {"body": "<!DOCTYPE html><title>Welcome</title>\n", "type": "text/html"},
    "mta-sts.old.lab.test": {"body": POLICY, "certificate": "expired"},
    "mta-sts.inter.lab.test": {"body": POLICY, "certificate": "expired-intermediate"},
    "mta-sts.wrong.lab.test": {"body": POLICY, "certificate": "wrong-name"},
    "mta-sts.other.lab.test": {"body": POLICY.replace("mx-good", "mx-other")},
}
RECORD = 'IN TXT "v=STSv1; id=20240101"'


def records(order):
    """The zone lab.test: TLSA records need the keys, which the lab makes first."""
    digest = order.key_digest
    yield from (f"_25._tcp.mx-good IN TLSA 3 1 1 {digest('mx-good.lab.test')}",
                f"_25._tcp.mx-dane IN TLSA 3 1 1 {digest('mx-dane.lab.test')}",
                f"_25._tcp.mx-stale IN TLSA 3 1 1 {'ab' * 32}",
                f"_25._tcp.mx-usage IN TLSA 1 1 1 {digest('mx-usage.lab.test')}",
                f"_25._tcp.mx-issuer IN TLSA 2 1 1 {digest('inter')}",
                f"_25._tcp.mx-rollover IN TLSA 3 1 1 {'ab' * 32}",
                f"_25._tcp.mx-rollover IN TLSA 3 1 1 {digest('mx-rollover.lab.test')}")
    for domain in ("good", "two", "none", "moved", "filtered", "html", "old", "inter", "wrong", "other"):
        yield from (f"{domain} IN MX 10 mx-good", f"_mta-sts.{domain} {RECORD}",
                    f'_smtp._tls.{domain} IN TXT "v=TLSRPTv1; rua=mailto:tls@good.lab.test"')
    yield from ('_mta-sts.two IN TXT "v=STSv1; id=20240202"', '_smtp._tls.two IN TXT "v=TLSRPTv1; rua=mailto:old@two.lab.test"')


ZONES = {
    "lab.test": ("good", records),
    "expired.test": ("expired", ["@ IN MX 10 mx", f"_25._tcp.mx IN TLSA 3 1 1 {'ab' * 32}"]),
    "ds.test": ("wrong-ds", ["@ IN MX 10 mx", f"_25._tcp.mx IN TLSA 3 1 1 {'ab' * 32}"]),
    "unsigned.test": ("unsigned", ["@ IN MX 10 mx"]),
}


def remedy(cause, mx="mx-good.lab.test", domain="good.lab.test", *more):
    shown = subprocess.run([SHOW, f"cause={cause}", "kind=mx", f"place={mx}", f"domain={domain}", "mechanism=sts", *more],
                           capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    return [line.split("\t", 1)[1] for line in shown.splitlines() if line.startswith("command\t")]


ran = {}


def look(cause, which, mx, domain, *more):
    """What a shell shows of command @which (its number) of the remedy for @cause, typed as it is printed."""
    command = remedy(cause, mx, domain, *more)[which]
    if command not in ran:
        ran[command] = subprocess.run(["bash", "--norc"], input=command + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, timeout=PATIENCE, check=False, cwd="/").stdout
    return command, ran[command]


PROOF = r"(?s)== 192\.0\.2\.\d+\n.*Verification: OK.*== 2001:db8::\w+\n.*Verification: OK"
FETCHED = r"(?s)== 192\.0\.2\.80\nHTTP/1.1 200 OK.*text/plain.*\nversion: STSv1.*== 2001:db8::80\nHTTP/1.1 200 OK.*\nversion: STSv1"
ONE_RECORD = r'\A"v=STSv1; id=\d+"\n\Z'
good, web = "mx-good.lab.test", "good.lab.test"

# Cause, number of the command; how a host is chosen: MX or mail domain; the words that say that all is right;
# then each broken host with the words that say what is wrong, without those that say that all is right.
TABLE = (
    ("starttls-not-supported", 0, "mx", r"(?s)CONNECTION ESTABLISHED.*== 2001.*CONNECTION ESTABLISHED",
     {"mx-plain.lab.test": "Didn't find STARTTLS"}),
    ("certificate-expired", 0, "mx", PROOF,
     {"mx-expired.lab.test": r"(?s)depth=0.*certificate has expired", "mx-inter.lab.test": r"(?s)depth=1.*certificate has expired"}),
    ("certificate-expired", 1, "mx", r"(?s)0 s:CN = mx-good.*NotAfter: Jan  1 00:00:00 2048.*1 s:CN = Lab Inter.*NotAfter: Jan  1 00:00:00 2048",
     {"mx-expired.lab.test": r"(?s)0 s:CN = mx-expired.*v:NotBefore: Jan  1 00:00:00 2020 GMT; NotAfter: Mar  1 00:00:00 2020",
      "mx-inter.lab.test": r"(?s)1 s:CN = Old Lab Intermediate.*NotAfter: Mar  1 00:00:00 2020"}),
    ("certificate-host-mismatch", 0, "mx", PROOF, {"mx-wrong.lab.test": "hostname mismatch"}),
    ("certificate-host-mismatch", 1, "mx", r"DNS:mx-good\.lab\.test", {"mx-wrong.lab.test": r"DNS:old\.example"}),
    ("certificate-not-trusted", 0, "mx", PROOF,
     {"mx-chain.lab.test": "unable to get local issuer certificate", "mx-self.lab.test": "self-signed certificate"}),
    ("certificate-not-trusted", 1, "mx", r"(?m)^ 1 s:CN = Lab Intermediate$",
     {"mx-chain.lab.test": r"0 s:CN = mx-chain", "mx-self.lab.test": r"(?s)0 s:CN = mx-self.lab.test\n   i:CN = mx-self.lab.test"}),
    ("validation-failure", 0, "mx", PROOF, {"mx-plain.lab.test": "Didn't find STARTTLS"}),
    ("validation-failure", 1, "mx", r"(?s)CONNECTION ESTABLISHED.*Protocol version: TLSv1.2", {"mx-new.lab.test": "alert protocol version"}),
    ("validation-failure", 2, "domain", r"(?s)10 mx-good.lab.test.*mx: mx-good", {"other.lab.test": "mx: mx-other"}),
    ("unspecified", 0, "mx", PROOF, {"mx-expired.lab.test": "certificate has expired"}),
    ("unspecified", 1, "domain", r"(?s)200 OK.*version: STSv1", {"none.lab.test": "404 Not Found"}),
    ("unknown", 0, "mx", PROOF, {"mx-wrong.lab.test": "hostname mismatch"}),
    ("unknown", 1, "domain", r"(?s)200 OK.*version: STSv1", {"none.lab.test": "404 Not Found"}),
    ("tlsa-invalid", 0, "mx", r"(?s)flags:[ a-z]* ad;.*TLSA\s3 1 1", {"mx-usage.lab.test": r"(?s)flags:[ a-z]* ad;.*TLSA\s1 1 1",
                                                                 "mx.unsigned.test": r"flags: qr rd ra;"}),
    ("tlsa-invalid", 1, "mx", PROOF, {"mx-stale.lab.test": "no matching DANE TLSA records", "mx.unsigned.test": "requires at least one"}),
    ("tlsa-unusable", 0, "mx", r"TLSA\s3 1 1", {"mx-usage.lab.test": r"TLSA\s1 1 1"}),
    ("dnssec-invalid", 0, "domain", "; fully validated", {"expired.test": "RRSIG has expired", "ds.test": "broken trust chain",
                                                          "unsigned.test": "; unsigned answer"}),
    ("dnssec-invalid", 1, "mx", r"(?s); fully validated.*; fully validated.*TLSA\s3 1 1", {"mx.expired.test": "RRSIG has expired", "mx.ds.test": "broken trust chain",
                                                                            "mx.unsigned.test": "; unsigned answer"}),
    ("dane-required", 0, "mx", r"TLSA\s3 1 1", {"mx-chain.lab.test": r"status: NXDOMAIN"}),
    ("sts-policy-fetch-error", 0, "domain", FETCHED, {"none.lab.test": "404 Not Found", "moved.lab.test": "301 Moved", "old.lab.test": "certificate has expired",
                                                      "wrong.lab.test": "no alternative certificate subject name", "html.lab.test": "text/html"}),
    ("sts-policy-fetch-error", 1, "domain", r"\A200\n\Z", {"filtered.lab.test": r"\A403\n\Z", "none.lab.test": r"\A404\n\Z", "moved.lab.test": r"\A301\n\Z"}),
    ("sts-policy-fetch-error", 2, "domain", ONE_RECORD, {"two.lab.test": r'(?s)\A"v=STSv1; id=\d+"\n"v=STSv1; id=\d+"\n\Z'}),
    ("sts-policy-fetch-error", 3, "domain", PROOF, {"old.lab.test": "certificate has expired", "wrong.lab.test": "hostname mismatch"}),
    ("sts-policy-invalid", 0, "domain", FETCHED, {"html.lab.test": r"(?s)200 OK.*text/html.*DOCTYPE"}),
    ("sts-policy-invalid", 1, "domain", ONE_RECORD, {"two.lab.test": r"(?s)v=STSv1.*v=STSv1"}),
    ("sts-webpki-invalid", 0, "domain", PROOF, {"old.lab.test": r"(?s)depth=0.*certificate has expired", "inter.lab.test": r"(?s)depth=1.*certificate has expired",
                                                "wrong.lab.test": "hostname mismatch"}),
    ("sts-webpki-invalid", 1, "domain", r"(?s)0 s:CN = mta-sts.*2048.*1 s:CN = Lab Inter.*2048", {"inter.lab.test": r"(?s)1 s:CN = Old Lab.*NotAfter: Mar  1 00:00:00 2020"}),
    ("sts-webpki-invalid", 2, "domain", FETCHED, {"old.lab.test": "certificate has expired"}),
    ("mx-not-in-policy", 0, "domain", r"(?s)10 mx-good.lab.test.*mx: mx-good.lab.test", {"other.lab.test": r"(?s)10 mx-good.lab.test.*mx: mx-other.lab.test"}),
    ("mx-not-in-policy", 1, "domain", ONE_RECORD, {"two.lab.test": r"(?s)v=STSv1.*v=STSv1"}),
    ("policy-without-new-id", 0, "domain", ONE_RECORD, {"two.lab.test": r"(?s)v=STSv1.*v=STSv1"}),
    ("policy-without-new-id", 1, "domain", r"mx: mx-good", {"other.lab.test": "mx: mx-other"}),
    ("no-reports", 2, "domain", r'\A"v=TLSRPTv1; rua=mailto:\S+"\n\Z', {"two.lab.test": r"(?s)v=TLSRPTv1.*v=TLSRPTv1"}),
    ("reporter-silent", 1, "domain", r'\A"v=TLSRPTv1; rua=mailto:\S+"\n\Z', {"two.lab.test": r"(?s)v=TLSRPTv1.*v=TLSRPTv1"}),
)


def chosen(by, name):
    return (name, web) if by == "mx" else (good, name)


for cause, which, by, right, broken in TABLE:
    @case(f"/remedy/hosts/{cause}/{which}/healthy", cause, which, by, right)
    def healthy(one_cause, one_which, one_by, one_right):
        command, shown = look(one_cause, one_which, *chosen(one_by, good if one_by == "mx" else web))
        assert re.search(one_right, shown), f"{command}\n{shown}"

    for name, wrong in broken.items():
        @case(f"/remedy/hosts/{cause}/{which}/{name}", cause, which, by, name, right, wrong)
        def unhealthy(one_cause, one_which, one_by, one_name, one_right, one_wrong):
            command, shown = look(one_cause, one_which, *chosen(one_by, one_name))
            assert re.search(one_wrong, shown), f"{command}\n{shown}"
            assert not re.search(one_right, shown), f"{command}\n{shown}"


@case("/remedy/hosts/tlsa-invalid/good-by-each-usable-record")
def usable():
    for name in ("mx-dane", "mx-issuer", "mx-rollover"):
        command, shown = look("tlsa-invalid", 1, f"{name}.lab.test", web)
        assert re.search(PROOF, shown), f"{command}\n{shown}"


@case("/remedy/hosts/tlsa-invalid/each-mx-of-a-domain-that-no-report-names")
def looked_up():
    for domain, which, right in ((web, 0, r"= mx-good.lab.test\n(?s:.*)flags:[ a-z]* ad;(?s:.*)TLSA\s3 1 1"),
                                 (web, 1, r"= mx-good.lab.test\n" + PROOF), ("mx-good.lab.test", 1, r"= mx-good.lab.test\n" + PROOF),
                                 # Where DNSSEC of the domain is broken its MX hosts are not found either.
                                 ("expired.test", 0, r"= expired.test\n(?s:.*)status: SERVFAIL")):
        command, shown = look("tlsa-invalid", which, "-", domain, "kind=domain", f"place={domain}")
        assert re.search(right.replace("(?s)", ""), shown, re.S), f"{command}\n{shown}"


@case("/remedy/hosts/tlsa-invalid/digest-is-the-one-to-publish")
def digest():
    for cause, which in (("tlsa-invalid", 2), ("tlsa-unusable", 1)):
        command, shown = look(cause, which, "mx-stale.lab.test", web)
        equal(re.findall(r"= (\w{64})$", shown, re.M), [LAB.order.key_digest("mx-stale.lab.test")] * 2, f"{command}\n{shown}")


@case("/remedy/hosts/dnssec-invalid/delegation")
def delegation():
    for zone, mx, fits in (("lab.test.", good, True), ("ds.test.", "mx.ds.test", False), ("expired.test.", "mx.expired.test", True)):
        command, shown = look("dnssec-invalid", 2, mx, web)
        assert f"zone: {zone}\n" in shown, f"{command}\n{shown}"
        tag = re.search(r"DS\s(\d+) ", shown)[1]
        equal(tag in re.findall(r"key id = (\d+)", shown), fits, f"{command}\n{shown}")


@case("/remedy/hosts/dnssec-invalid/signed-until")
def signed_until():
    for mx, year in ((good, "20[2-9]"), ("mx.expired.test", "20200201")):
        command, shown = look("dnssec-invalid", 3, mx, web)
        assert re.search(rf"signed until {year}", shown), f"{command}\n{shown}"
    assert "20200201" not in look("dnssec-invalid", 3, good, web)[1]


@case("/remedy/hosts/dnssec-invalid/serials")
def serials():
    command, shown = look("dnssec-invalid", 4, good, web)
    equal(shown, f"ns.lab.test. {laborder.SERIAL}\n", command)


@case("/remedy/hosts/foreign-mx/each-name-server-is-asked")
def foreign():
    more = ("security", "ip=192.0.2.99", "reporter=reporter.example")
    command, shown = look("foreign-mx", 0, "mx-good.lab.test", "lab.test", *more)
    assert "== ns.lab.test." in shown, f"{command}\n{shown}"
    equal(remedy("foreign-mx", good, web, *more)[3][:28], "dig +short -x 192.0.2.99; wh", "")


@case("/remedy/hosts/early-talker-is-refused-by-these-hosts")
def early_talker():
    """The healthy host is strict: what speaks before its turn is turned away, and so the commands do not."""
    done = subprocess.run("printf 'EHLO x.example\\r\\nQUIT\\r\\n' | timeout 20 nc -N mx-good.lab.test 25", shell=True, capture_output=True,
                          text=True, check=False, timeout=PATIENCE)
    assert "250-STARTTLS" not in done.stdout, done.stdout


LAB = lab.Lab(HOSTS, ZONES, POLICIES)
if __name__ == "__main__":
    main()
