#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bytes are, by one judgement: the same answer from deliver, replay, inspect and quarantine retry;
and the containers that people bring, whole."""
import functools
import gzip
import io
import json
import re
import zipfile
import zlib

from harness import Cluster, case, contains, equal, mail, main, one, part, report, run, scratch_folder, sql

cluster = functools.cache(Cluster)


@functools.cache
def shared(_name):
    return cluster().database()


def emptied(name):
    database = shared(name)
    sql(database, "DELETE FROM tlsrpt.report; DELETE FROM tlsrpt.quarantine")
    return database


DOCUMENT = json.dumps(report(), indent=1)
MAIL = mail(part(DOCUMENT))
DATED = b"From tls@sender.example Tue Jan  2 03:04:05 2024\n"
DMARC = b"<?xml version=\"1.0\"?>\n<feedback><version>1.0</version></feedback>\n"
IS_DMARC = "message: a DMARC aggregate report, no TLS report"
NO_OBJECT = "json: the document is not an object"


def zipped(content):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("report.xml", content)
    return archive.getvalue()


def of_level(content, second):
    """A zlib stream that begins with 78 and @second."""
    packed = next(packed for level in (1, 2, 6, 9)
                  if (packed := zlib.compress(content, level))[1] == second)
    equal(packed[:2], bytes([0x78, second]))
    return packed


def samples():
    """Name, bytes, and the refusal; None where the report in them is to be stored."""
    document = DOCUMENT.encode()
    plain = {
        "document": (document, None),
        "document-behind-bom": (b"\xef\xbb\xbf" + document, None),
        "document-cr": (document.replace(b"\n", b"\r"), None),
        "array": (b"[]", NO_OBJECT),
        "dmarc": (DMARC, IS_DMARC),
        "mail": (MAIL, None),
        "mail-crlf": (MAIL.replace(b"\n", b"\r\n"), None),
        "mail-cr": (MAIL.replace(b"\n", b"\r"), None),
        "mail-behind-bom": (b"\xef\xbb\xbf" + MAIL, None),
        "mail-behind-from-line": (DATED + MAIL, None),
        "mail-behind-bare-from-line": (b"From \n" + MAIL, None),
        "mail-behind-spaces-and-from-line": (b"  \t\n" + DATED + MAIL, None),
        "mail-behind-bom-and-from-line": (b"\xef\xbb\xbf" + DATED + MAIL, None),
        "mail-cr-behind-from-line": ((DATED + MAIL).replace(b"\n", b"\r"), None),
    }
    for name, (content, refusal) in plain.items():
        yield name, content, refusal
        yield name + "-in-gzip", gzip.compress(content), refusal
    for second in (0x01, 0x5e, 0x9c, 0xda):
        yield f"document-in-zlib-78-{second:02x}", of_level(document, second), None
    yield "mail-in-zlib", zlib.compress(MAIL), None
    yield "dmarc-in-zip", zipped(DMARC), IS_DMARC


def same_answer(content, refusal):
    folder = scratch_folder()
    (folder / "sample").write_bytes(content)
    inspected = run("inspect", folder / "sample")
    equal(inspected.returncode, 65 if refusal else 0, inspected.stdout + inspected.stderr)
    contains(inspected.stdout, refusal or "example.org")

    replayed = emptied("replay")
    run("replay", folder / "sample", database=replayed)
    delivered = emptied("deliver")
    equal(run(stdin=content, database=delivered).returncode, 0)
    # Refused for another reason first, so that it is judged again out of quarantine.
    retried = emptied("retry")
    run(stdin=content, database=retried, environment={"TLSRPT_ACCEPT_DOMAINS": "other.example"})
    equal(one(retried, "SELECT count(*) FROM tlsrpt.quarantine"), "1")
    equal(run("quarantine", "retry", "--all", database=retried).returncode, 0)
    for database in (replayed, delivered, retried):
        equal(one(database, "SELECT count(*) FROM tlsrpt.report"), "0" if refusal else "1")
        equal(one(database, "SELECT coalesce(string_agg(detail, ','), '') FROM tlsrpt.quarantine"),
              refusal or "")


for sample_name, sample_content, sample_refusal in samples():
    case(f"/cli/content/same-answer-everywhere/{sample_name}", sample_content,
         sample_refusal)(same_answer)


def mails(n):
    return [mail(part(json.dumps(report(report_id=f"{i}_example.org")))) for i in range(n)]


def mbox(separator, between):
    return b"".join(separator + message + between for message in mails(3))


TEXT = b"\n\nFrom our side all is well.\nNote: it was\n\nFrom Berlin\nhttp://example.org/\n\n"


def containers():
    """Name, bytes of three reports, and how many lines are in doubt."""
    yield "mbox", mbox(DATED, b"\n"), 0
    yield "mbox-without-blank-lines", mbox(DATED, b""), 0
    yield "mbox-of-bare-from-lines", mbox(b"From \n", b"\n"), 2
    yield "mbox-of-bare-from-lines-without-blank-lines", mbox(b"From \n", b""), 2
    yield "mbox-cr", mbox(DATED, b"\n").replace(b"\n", b"\r"), 0
    yield "mbox-cr-in-gzip", gzip.compress(mbox(DATED, b"\n").replace(b"\n", b"\r")), 0
    yield "mbox-crlf", mbox(DATED, b"\n").replace(b"\n", b"\r\n"), 0
    yield "mbox-behind-bom", b"\xef\xbb\xbf" + mbox(DATED, b"\n"), 0
    yield "mbox-with-spaces-before-from-lines", b"  \n" + mbox(DATED, b" \t\n"), 0
    yield "mbox-with-sentences", b"".join(
        DATED + message.replace(b"\n\n--", TEXT + b"--", 1) + b"\n" for message in mails(3)), 6
    yield "mbox-of-gmail", b"".join(
        b"From 17865432109876543%d@xxx Tue Jan 02 03:04:05 +0000 2024\n"
        b"X-GM-THRID: 1\nX-Gmail-Labels: Inbox\n" % i + message + b"\n"
        for i, message in enumerate(mails(3))).replace(b"\n", b"\r\n"), 0


def holds_all(content, doubts):
    folder = scratch_folder()
    (folder / "box").write_bytes(content)
    inspected = run("inspect", folder / "box")
    equal(inspected.returncode, 0, inspected.stdout + inspected.stderr)
    equal(len(re.findall(r"^  Report-ID", inspected.stdout, re.M)), 3)
    database = emptied("replay")
    replayed = run("replay", folder / "box", database=database)
    contains(replayed.stderr, "3 messages: 3 stored, 0 duplicates, 0 quarantined\n")
    if doubts:
        contains(replayed.stderr, f"{doubts} lines that may begin a mail, or may be text")
    else:
        equal("may begin a mail" in replayed.stderr, False, replayed.stderr)


for box_name, box_content, box_doubts in containers():
    case(f"/cli/content/three-reports-of-three/{box_name}", box_content, box_doubts)(holds_all)


@case("/cli/replay/folder-says-what-is-no-mail-and-does-not-keep-it")
def others():
    folder = scratch_folder()
    (folder / "a.eml").write_bytes(MAIL)
    (folder / "passwd").write_text("root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\n")
    (folder / "notes.txt").write_text("From here on it is text.\n")
    (folder / "broken.json").write_text("no JSON\n")
    (folder / "picture").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    database = cluster().database()
    done = run("replay", folder, database=database)
    equal(done.returncode, 0, done.stderr)
    contains(done.stderr, "2 messages: 1 stored, 0 duplicates, 1 quarantined\n")
    contains(done.stderr, "3 files in the folders passed over: no mail, mbox or document\n")
    # What is named is read, whatever it is.
    named = run("replay", folder / "passwd", database=database)
    contains(named.stderr, "1 message: 0 stored, 0 duplicates, 1 quarantined\n")


main()
