#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Poison: reports that are accepted, each field at its cap, and then everything that reads a store. Whatever a stranger
says, each view and command ends within the bounds below, and the real incident beside it is found.

    tests/cli/test-poison.py --long    each shape as large as one mail may be, minutes each"""
import functools
import os
import random
import resource
import subprocess
import sys
import time

from harness import (PROGRAM, ROOT, Cluster, by_schema, as_login, case, clean_environment, contains, equal, mail, main, one, part, report,
                     sql)

LONG = "--long" in sys.argv
if LONG:
    sys.argv.remove("--long")
cluster = functools.cache(lambda: Cluster("statement_timeout=60s", "temp_file_limit=4GB"))

# The caps of src/core/limits.h that a report meets.
NAME, TEXT, STRING, ENTRIES, DOMAIN_POLICIES = 255, 2048, 65536, 256, 48
POLICIES, DETAILS, INFLATED, MX_HOSTS = 1000, 100000, 33554432, 1000
# What no command may pass, whatever is in the store: seconds, address space, bytes of a digest.
SECONDS, MEMORY, OUTPUT = 60, 1 << 30, 8 << 20
# The clean store's times are multiplied by this, and a second more for each step is no matter.
RATIO = 200
DAY = "2024-05-01"
STANDING = "--until=2024-05-02"


def some(whole, short):
    return whole if LONG else short


def host(number, length=NAME):
    """A name of @length bytes, each another, in labels that DNS has."""
    name = f"h{number}." + "a" * 300
    labels = [name[i:i + 60] for i in range(0, 300, 60)]
    return (f"h{number}." + ".".join(labels))[:length - 4] + ".org"


def text(rng, length):
    """Bytes that no compression makes small, with what ends a cell, a tag, a line and a number."""
    return ('=cmd|"\'<script>\t\u202e\\,;%' + "%x" % rng.getrandbits(4 * length))[:length - 3]


def detail(count=1, **members):
    return {"result-type": "certificate-expired", "failed-session-count": count, "sending-mta-ip": "192.0.2.7",
            "receiving-mx-hostname": "mx.example.org", **members}


def policy(domain, details, kind="sts", strings=("version: STSv1", "mode: enforce", "mx: *.example.net"), hosts=(), **sums):
    failed = sum(one_detail["failed-session-count"] for one_detail in details)
    return {"policy": {"policy-type": kind, "policy-domain": domain, "policy-string": list(strings), "mx-host": list(hosts)},
            "summary": {"total-successful-session-count": 10, "total-failure-session-count": failed, **sums},
            "failure-details": details}


def document(name, policies):
    return {"organization-name": "P", "date-range": {"start-datetime": f"{DAY}T00:00:00Z", "end-datetime": f"{DAY}T23:59:59Z"},
            "contact-info": "x@poison.example", "report-id": name, "policies": policies}


def every_host_against_every_pattern():
    """As many details as a mail may have, at as many MX hosts, against as many patterns as a policy may have."""
    hosts = [f"*.p{number}.example.net" for number in range(ENTRIES)]
    return [document("patterns", [policy("example.org", [detail(**{"receiving-mx-hostname": f"m{number % MX_HOSTS}.x.example"})
                                                         for number in range(some(90000, 2000))], hosts=hosts)])]


def every_text_at_its_cap():
    rng = random.Random(1)
    long = [detail(**{"result-type": text(rng, NAME), "receiving-mx-hostname": host(number % MX_HOSTS), "receiving-mx-helo": text(rng, NAME),
                      "additional-information": text(rng, TEXT), "failure-reason-code": text(rng, TEXT),
                      "sending-mta-ip": text(rng, 200), "receiving-ip": text(rng, 200)}) for number in range(some(5500, 400))]
    return [document(text(rng, TEXT), [policy("example.org", long)])]


def every_domain_another_with_its_own_policy():
    """Policies with as many lines as there may be, all different, of as many domains."""
    policies = [policy(host(number), [detail(**{"receiving-mx-hostname": host(number % 9)})],
                       strings=["version: STSv1", "mode: enforce", *(f"mx: m{number}x{line}.example.net" for line in range(250))])
                for number in range(some(POLICIES, 150))]
    return [document("domains", policies)]


def a_policy_that_changes_all_day():
    """Large policies of one domain, again and again: what shows changes shows both sides of each."""
    rng = random.Random(2)
    changing = [policy("example.org", [], strings=["version: STSv1", "mode: enforce", f"max_age: {number}",
                                                   "note: " + text(rng, STRING - 300).replace("\t", " ")])
                for number in range(some(DOMAIN_POLICIES, 12))]
    return [document(f"change {number}", changing) for number in range(some(8, 2))]


def as_many_policies_as_details():
    """Every kind, MX and type a domain can have: places, causes and pairs of them."""
    kinds = ["sts", "tlsa", "no-policy-found", "x"]
    return [document("places", [policy(f"d{number % 50}.example.org",
                                       [detail(**{"receiving-mx-hostname": f"mx{number % 11}-{extra}.example.org",
                                                  "result-type": ["certificate-expired", "sts-webpki-invalid", "dnssec-invalid",
                                                                  "tlsa-invalid", f"t{extra}"][extra % 5]})
                                        for extra in range(some(90, 9))], kinds[number % 4]) for number in range(some(1000, 200))])]


def numbers_at_their_end():
    top = 10 ** 12  # more in one count is refused
    return [document(f"numbers {number}", [policy("example.org", [detail(top), detail(top)],
                                                  **{"total-failure-session-count": top, "total-successful-session-count": top})
                                           for _ in range(40)]) for number in range(3)]


def many_reporters():
    """A report each of many who write many names."""
    documents = []
    for number in range(some(3000, 150)):
        one_document = document(f"r{number}", [policy("example.org", [detail(7)])])
        one_document.update({"organization-name": f"Name {number} " + "n" * 200, "contact-info": f"x@r{number}.example"})
        documents.append(one_document)
    return documents


SHAPES = [every_host_against_every_pattern, every_text_at_its_cap, every_domain_another_with_its_own_policy,
          a_policy_that_changes_all_day, as_many_policies_as_details, numbers_at_their_end, many_reporters]


def walled():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def step(owner, times, name, *words, statuses=(0,), stdin=b"", at_most=OUTPUT, real=None):
    """One command behind the walls; its time is noted under @name."""
    command = next(word for word in (*words, "deliver") if word in
                   ("digest", "alert", "incident", "quarantine", "prune", "deliver", "replay"))
    began = time.monotonic()
    done = subprocess.run([PROGRAM, *words], input=stdin, capture_output=True, timeout=SECONDS, preexec_fn=walled, check=False,
                          env=clean_environment(TLSRPT_DATABASE=as_login(owner, command)), cwd="/")
    times[name] = time.monotonic() - began
    assert done.returncode in statuses, (name, done.returncode, done.stderr[-2000:], done.stdout[:2000])
    assert len(done.stdout) <= at_most, (name, len(done.stdout))
    if real:
        contains(done.stdout.decode(errors="replace"), real)
    return done


def send(owner, documents):
    """Small ones as an archive, large ones one mail each, as they come."""
    mails = [mail(part(one_document), sender=f"tls@{one_document['contact-info'].split('@')[1]}") for one_document in documents]
    if len(mails) > 20:
        box = b"".join(b"From x@y Thu Jan  1 00:00:00 1970\n" + one_mail + b"\n" for one_mail in mails)
        step(owner, {}, "replay", "replay", "-", stdin=box)
    for one_mail in mails if len(mails) <= 20 else []:
        done = step(owner, {}, "deliver", "deliver", "--set=inflated-ratio=1100", stdin=one_mail)
        contains(done.stderr.decode(), "tlsrpt-ingest: stored: ")


def real_incident(owner):
    """What an operator must hear of: at mx.real.example a certificate has expired and mail is refused."""
    for reporter in ("one.example", "two.example"):
        told = report(f"real {reporter}", "real.example", 900, **{"organization-name": reporter})
        told["policies"][0]["failure-details"][0]["receiving-mx-hostname"] = "mx.real.example"
        told["policies"][0]["policy"]["mx-host"] = ["mx.real.example"]
        told["policies"][0]["policy"]["policy-string"][2] = "mx: mx.real.example"
        done = step(owner, {}, "deliver", "deliver", stdin=mail(part(told), sender=f"tls@{reporter}"))
        contains(done.stderr.decode(), "tlsrpt-ingest: stored: ")


def views(owner, times):
    """Each whole, as one who reads it; what it comes to is counted, not kept."""
    reader = as_login(owner, "digest")
    for (view,) in sql(owner, "SELECT viewname FROM pg_views WHERE schemaname = 'tlsrpt' ORDER BY 1"):
        began = time.monotonic()
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", reader, "-c",
                               "SET client_min_messages = warning", "-c", f"COPY (SELECT * FROM tlsrpt.{view}) TO STDOUT"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=clean_environment(), timeout=2 * SECONDS,
                              check=False)
        times["view " + view] = time.monotonic() - began
        equal(done.returncode, 0, f"{view}: {done.stderr.decode()}")


def commands(owner, times):
    place = "mx.real.example"
    for form in ("text", "html", "mail", "json", "csv", "openmetrics"):
        step(owner, times, f"digest {form}", "digest", f"--format={form}", "--until=2024-05-01",
             *(["--to=a@example.org"] if form == "mail" else []))
    step(owner, times, "digest of a domain", "digest", "--domain=real.example", "--until=2024-05-01", real=place)
    listed = step(owner, times, "incident list", "incident", "list", "--mx=mx.real.example", real=place)
    number = listed.stdout.decode().split("#")[1].split()[0] if b"#" in listed.stdout else listed.stdout.split()[0].decode()
    step(owner, times, "incident list --all", "incident", "list", "--all", real=place)
    step(owner, times, "incident show", "incident", "show", number, real=place)
    step(owner, times, "incident update", "incident", "update", "--day=2024-05-03")
    step(owner, times, "quarantine list", "quarantine", "list")


def go_through(owner):
    times = {}
    real_incident(owner)
    step(owner, times, "alert", "alert", STANDING, "--dry-run", statuses=(2,))
    told = step(owner, times, "alert json", "alert", STANDING, "--dry-run", "--format=json", statuses=(2,), real="mx.real.example")
    found = [event for event in by_schema("alert", told.stdout)["open"] if event["place"] == "mx.real.example"]
    equal([event["severity"] for event in found], ["critical"])
    views(owner, times)
    commands(owner, times)
    step(owner, times, "prune --evidence-only", "prune", "--older-than=1d", "--evidence-only")
    step(owner, times, "prune", "prune", "--older-than=1d")
    equal(one(owner, "SELECT count(*) FROM tlsrpt.report"), "0")
    return times


@functools.cache
def clean():
    return go_through(cluster().database())


def poisoned(shape):
    owner = cluster().database()
    send(owner, shape())
    sql(owner, "ANALYZE")
    times = go_through(owner)
    if "POISON_TIMES" in os.environ:
        for name, seconds in sorted(times.items(), key=lambda item: -item[1])[:12]:
            print(f"# {shape.__name__}: {name}: {seconds:.2f} s, clean {clean()[name]:.2f} s")
    slow = {name: (round(seconds, 1), round(clean()[name], 2)) for name, seconds in times.items()
            if seconds > (1 if LONG else 0.1) * RATIO * clean()[name] + 1}
    equal(slow, {}, "seconds, and of a clean store")


for one_shape in SHAPES:
    case("/cli/poison/" + one_shape.__name__.replace("_", "-"), one_shape)(poisoned)


def all_at_once():
    return [one_document for shape in SHAPES for one_document in shape()]


if LONG:
    case("/cli/poison/all-at-once", all_at_once)(poisoned)


@case("/cli/poison/caps-are-those-of-the-program")
def caps():
    header = (ROOT / "src" / "core" / "limits.h").read_text()
    for name, value in (("name_bytes", NAME), ("text_bytes", TEXT), ("string_bytes", STRING), ("list_entries", ENTRIES),
                        ("domain_policies", DOMAIN_POLICIES), ("policies", POLICIES), ("failure_details", DETAILS),
                        ("inflated_bytes", INFLATED), ("mx_hosts", MX_HOSTS)):
        contains(" ".join(header.split()), f".{name} = {value},")


if __name__ == "__main__":
    main()
