# SPDX-License-Identifier: GPL-3.0-or-later
"""Known reports as mails, in the shape that senders give them: each number is always the same bytes."""
import base64
import gzip
import json
import random

RESULT_TYPES = ["certificate-expired", "certificate-host-mismatch", "starttls-not-supported",
                "sts-policy-fetch-error", "validation-failure"]


def failure(rng):
    detail = {"result-type": rng.choice(RESULT_TYPES), "failed-session-count": rng.randint(1, 500)}
    if rng.random() < 0.8:
        detail["sending-mta-ip"] = "192.0.2.%d" % rng.randint(1, 254)
        detail["receiving-mx-hostname"] = "mx%d.example.org" % rng.randint(1, 4)
        detail["receiving-ip"] = "2001:db8::%x" % rng.randint(1, 65535)
    if rng.random() < 0.3:
        detail["failure-reason-code"] = "reason %d, \"quoted\" \\ é" % rng.randint(1, 99)
    return detail


def policy(rng, domain):
    details = [failure(rng) for _ in range(rng.choice([0, 0, 0, 1, 3, 20]))]
    return {"policy": {"policy-type": "sts", "policy-domain": domain,
                       "policy-string": ["version: STSv1", "mode: enforce", "mx: *.example.org"],
                       "mx-host": ["*.example.org"]},
            "summary": {"total-successful-session-count": rng.randint(0, 100000),
                        "total-failure-session-count":
                            sum(d["failed-session-count"] for d in details)},
            "failure-details": details}


def document(number):
    rng = random.Random(number)
    day = "2025-%02d-%02d" % (rng.randint(1, 12), rng.randint(1, 28))
    policies = [policy(rng, "d%d.example.org" % i) for i in range(rng.choice([1, 1, 1, 2, 5]))]
    if number % 97 == 0:  # now and then one that takes several reads of a socket
        policies[0]["failure-details"] = [failure(rng) for _ in range(3000)]
    return {"organization-name": "Sender %d" % (number % 7),
            "date-range": {"start-datetime": day + "T00:00:00Z", "end-datetime": day + "T23:59:59Z"},
            "contact-info": "tls@sender%d.example" % (number % 7),
            "report-id": "torture-%d" % number, "policies": policies}


def mail(number):
    body = json.dumps(document(number), ensure_ascii=False).encode()
    packed = base64.encodebytes(gzip.compress(body, mtime=0)).decode()
    return ("""From: TLS reports <noreply@sender%(n)d.example>
To: tlsrpt@example.org
Date: Sat, 01 Mar 2025 04:05:06 +0000
Subject: Report Domain: d0.example.org Submitter: sender%(n)d.example Report-ID: <torture-%(number)d>
Message-ID: <torture-%(number)d@sender%(n)d.example>
TLS-Report-Domain: d0.example.org
TLS-Report-Submitter: sender%(n)d.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type="tlsrpt"; boundary="b"

--b
Content-Type: text/plain

A report.
--b
Content-Type: application/tlsrpt+gzip
Content-Disposition: attachment; filename="sender%(n)d.example!d0.example.org!1!2.json.gz"
Content-Transfer-Encoding: base64

%(packed)s
--b--
""" % {"n": number % 7, "number": number, "packed": packed}).encode()
