#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site in a folder: what is written and removed there, where its links lead, and how it looks in a browser.
--long measures 2,000 domains."""
import base64
import errno
import functools
import gzip
import hashlib
import html.parser
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
import urllib.parse

import screen
from browser import Browser
from harness import (PATIENCE, PROGRAM, PSQL, Cluster, Skip, case, clean_environment, contains, equal, mail, main, one, parse_strictly,
                     part, report, run, scratch_folder, sql)
from story import Story, day_text
from strangers import LIVE, UNTIL, fill

cluster = functools.cache(lambda: Cluster("max_connections=10"))
DOCUMENT = "data:application/json;base64,"
POLICY = "default-src 'none'; style-src 'self' file:; base-uri 'none'; form-action 'none'"


def site(folder, database, *words, until=UNTIL, environment=None):
    done = run("site", folder, f"--until={until}", *words, database=database, environment=environment)
    equal((done.returncode, done.stderr), (0, ""))
    return tuple(int(word) for word in re.findall(r"\d+", done.stdout))


@functools.cache
def database(kind="hostile"):
    conninfo = cluster().database()
    fill(conninfo, kind)
    updated = run("incident", "update", f"--day={UNTIL}", database=conninfo)
    equal((updated.returncode, updated.stderr), (0, ""))
    return conninfo


def reader(conninfo):
    return cluster().login(conninfo, "site_reader", "tlsrpt_reader")


@functools.cache
def made(kind="hostile"):
    folder = scratch_folder() / "site"
    site(folder, reader(database(kind)))
    return folder


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Page(html.parser.HTMLParser):
    """What a page links to, its anchors, and the elements and attributes that it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.tags, self.attributes, self.policy = [], set(), set(), set(), None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.add(tag)
        self.attributes.update(attrs)
        self.ids.add(attrs.get("id"))
        self.links += [attrs[name] for name in ("href", "src") if name in attrs]
        if attrs.get("http-equiv") == "Content-Security-Policy":
            self.policy = attrs["content"]


def pages(folder):
    return {path: Page(path.read_text()) for path in sorted(folder.rglob("*.html"))}


@case("/site/every-link-leads-somewhere/hostile", "hostile")
@case("/site/every-link-leads-somewhere/clean", "clean")
@case("/site/every-link-leads-somewhere/empty", "empty")
def links(kind):
    found = pages(made(kind))
    reached = {made(kind) / "index.html"}
    for path, page in found.items():
        for link in page.links:
            if link.startswith(DOCUMENT):
                continue
            address = urllib.parse.urlsplit(link)
            equal((address.scheme, address.netloc, link.startswith("/")), ("", "", False), f"{path}: {link}")
            target = (path.parent / urllib.parse.unquote(address.path)).resolve() if address.path else path
            assert target.is_file() and made(kind) in target.parents, f"{path}: {link}"
            if address.fragment:
                assert address.fragment in found[target].ids, f"{path}: {link}"
            if target != path:
                reached.add(target)
    # Every page can be reached from another.
    equal([str(path) for path in found if path not in reached], [])
    equal(sorted(path.name for path in made(kind).glob("*.html")),
          ["days.html", "domains.html", "incidents.html", "index.html", "mx.html", "reporters.html"])


@case("/site/has-no-script-no-style-of-its-own-and-forbids-both")
def forbids():
    for path, page in pages(made()).items():
        equal(page.policy, POLICY, path)
        equal(page.tags & {"script", "style", "img", "iframe", "object", "embed", "form", "input", "base"}, set(), path)
        equal({name for name in page.attributes if name.startswith("on") or name in ("style", "src", "autofocus")}, set(), path)


@case("/site/names-of-strangers-are-names-of-files")
def names():
    names = [str(path.relative_to(made())) for path in made().rglob("*") if path.is_file()]
    assert len([name for name in names if name.startswith("mx/")]) >= len(LIVE), names
    equal([name for name in names if not re.fullmatch(r"(?:[a-z]+/)?[a-z0-9_][a-z0-9_.~-]{0,110}\.(?:html|json|css)", name)],
          [".tlsrpt-site"])
    equal(len({name.lower() for name in names}), len(names))


@case("/site/tidy-and-html5lib-find-no-fault/hostile", "hostile")
@case("/site/tidy-and-html5lib-find-no-fault/empty", "empty")
def standard(kind):
    if not shutil.which("tidy"):
        raise Skip("tidy is not installed")
    # One of each kind but those of MX hosts and reports, which have the strangers' words each in its own page.
    chosen = [path for path in pages(made(kind)) if path.parent == made(kind) or path.parent.name in ("mx", "incident", "domain")
              or path.parent.name in ("day", "reporter", "report") and sum(path.name.encode()) % 4 == 0]
    done = subprocess.run(["tidy", "-errors", "-quiet", "-utf8", "--show-info", "no", *chosen],
                          capture_output=True, text=True, check=False)
    # An attribute of WAI-ARIA 1.1, which this tidy does not know.
    equal([line for line in done.stderr.splitlines() if not line.endswith('proprietary attribute "aria-current"')], [])
    parse_strictly(*(path.read_text() for path in chosen))


@case("/site/a-document-is-there-as-it-was-sent")
def document():
    for uid, report_id, packed in sql(database(), "SELECT report_uid, report_id, encode(evidence, 'hex') FROM tlsrpt.report"
                                                  " WHERE report_id LIKE 'hostile-%'"):
        page = (made() / f"report/{uid}.html").read_text()
        text, = map(inside, pages_links(page))
        equal(text, gzip.decompress(bytes.fromhex(packed)))
        contains(page, f'download="{uid}.json"')
        contains(page, hashlib.sha256(text).hexdigest())
        contains(page, f"<h1>{report_id}</h1>")
        shown = html.unescape(re.search(r"<pre[^>]*>(.*)</pre>", page, re.S)[1])
        equal(json.loads(re.sub(r"\\u\{(.*?)\}", lambda code: json.dumps(chr(int(code[1], 16)))[1:-1], shown)), json.loads(text))


def pages_links(page):
    return [link for link in Page(page).links if link.startswith(DOCUMENT)]


def inside(link):
    return base64.b64decode(link.removeprefix(DOCUMENT), validate=True)


@case("/site/without-the-right-to-documents-pages-say-so")
def no_right():
    conninfo = cluster().database()
    fill(conninfo, "clean")
    sql(conninfo, "REVOKE SELECT ON tlsrpt.report_evidence FROM tlsrpt_reader")
    folder = scratch_folder() / "site"
    site(folder, reader(conninfo))
    found = sorted((folder / "report").iterdir())
    equal({path.suffix for path in found}, {".html"})
    for path in found:
        contains(path.read_text(), "may not read documents")
    # With it they come, and without evidence they go again.
    sql(conninfo, "GRANT SELECT ON tlsrpt.report_evidence TO tlsrpt_reader")
    written, _, removed = site(folder, reader(conninfo))
    equal((written, removed), (len(found), 0))
    equal([len(pages_links(path.read_text())) for path in found], [1] * len(found))
    sql(conninfo, "UPDATE tlsrpt.report SET evidence = NULL")
    written, _, removed = site(folder, reader(conninfo))
    equal((written, removed), (len(found), 0))
    equal([pages_links(path.read_text()) for path in found], [[]] * len(found))
    contains(found[0].read_text(), "was not kept, or was removed")


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@case("/site/writes-only-what-changed-and-removes-what-is-no-more")
def incremental():
    conninfo = cluster().database()
    fill(conninfo, "hostile")
    folder = scratch_folder() / "site"
    first = site(folder, reader(conninfo))
    before, contents = stamps(folder), files(folder)
    equal(site(folder, reader(conninfo)), (0, first[0], 0))
    equal(stamps(folder), before)
    # Pages that somebody changed, or made shorter by nothing, are made again.
    sheet = next((folder / "report").glob("*.html"))
    sheet.write_bytes(sheet.read_bytes().replace(b"<h1>", b"<h2>"))
    (folder / "index.html").write_text("taken over")
    (folder / "domains.html").unlink()
    equal(site(folder, reader(conninfo)), (3, first[0] - 3, 0))
    equal({name: text for name, text in files(folder).items() if name != ".tlsrpt-site"},
          {name: text for name, text in contents.items() if name != ".tlsrpt-site"})
    # What prune removed goes, and a file of somebody else stays.
    (folder / "robots.txt").write_text("Disallow: /")
    (folder / "mx" / "notes.html").write_text("mine")
    sql(conninfo, "DELETE FROM tlsrpt.report")
    _, _, removed = site(folder, reader(conninfo))
    assert removed > 50, removed
    left = set(files(folder))
    equal(left - {name for name in left if "/" not in name}, {"mx/notes.html"})
    equal((folder / "robots.txt").read_text(), "Disallow: /")


@case("/site/reports-have-pages-for-so-many-days")
def window():
    folder = scratch_folder() / "site"
    for words, days, reports in (((), 21, 12), (("--days=30", "--reports=30"), 21, 21), (("--days=5", "--reports=9"), 3, 3),
                                 (("--days=4",), 2, 2), (("--reports=0",), 21, 0)):
        site(folder, reader(database("clean")), *words, until="2024-05-02")
        equal((len(list((folder / "day").iterdir())), len(list((folder / "report").glob("*.html")))), (days, reports), words)


@case("/site/refuses-a-folder-that-is-not-its-own")
def strangers():
    folder = scratch_folder() / "home"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    conninfo = reader(database("clean"))
    done = run("site", folder, database=conninfo)
    equal((done.returncode, done.stdout), (69, ""))
    contains(done.stderr, "has files and was not made by this command")
    equal(files(folder), {"letter.txt": b"dear"})
    # A list that names what is not below the folder is nobody's list.
    for line in ("1 1 - ../letter.txt", "1 1 - /etc/passwd", "1 1 - a/b/c", "1 1 - a/..", "1 1 - .bashrc", "1 1 -", "x 1 - a"):
        (folder / ".tlsrpt-site").write_text(f"tlsrpt-ingest site 1\n{line}\n")
        done = run("site", folder, database=conninfo)
        equal(done.returncode, 69, line)
        contains(done.stderr, "is damaged")
    equal((folder / "letter.txt").read_text(), "dear")


@case("/site/never-writes-over-a-strangers-file-or-through-a-link")
def in_the_way():
    conninfo = reader(database("clean"))
    folder, elsewhere = scratch_folder() / "site", scratch_folder() / "elsewhere"
    elsewhere.mkdir()
    site(folder, conninfo, "--reports=0")
    (folder / "report").mkdir(exist_ok=True)
    uid = one(database("clean"), "SELECT report_uid FROM tlsrpt.report WHERE day = '2024-04-30'")
    (folder / "report" / f"{uid}.html").write_text("mine")
    before = files(folder)
    done = run("site", folder, f"--until={UNTIL}", database=conninfo)
    equal(done.returncode, 69)
    contains(done.stderr, f"has a file report/{uid}.html that this command did not make")
    equal(files(folder), before)
    shutil.rmtree(folder / "report")
    (folder / "report").symlink_to(elsewhere)
    done = run("site", folder, f"--until={UNTIL}", database=conninfo)
    equal((done.returncode, list(elsewhere.iterdir())), (69, []))


@case("/site/a-run-that-dies-is-made-up-for")
def dies():
    conninfo = reader(database("clean"))
    folder = scratch_folder() / "site"
    total = site(folder, conninfo)[0]
    # As after a crash between the list and the last rename: files that are listed and not there, staged ones left.
    for path in (folder / "report").iterdir():
        path.unlink()
    (folder / ".tlsrpt-new").mkdir()
    (folder / ".tlsrpt-new" / "7").write_text("half")
    written, unchanged, removed = site(folder, conninfo)
    equal((written + unchanged, removed, (folder / ".tlsrpt-new").exists()), (total, 0, False))
    equal(written, len(list((folder / "report").iterdir())))


def store(conninfo, *documents):
    box = scratch_folder() / "site.mbox"
    box.write_bytes(b"".join(b"From tls@sender.example Thu Jan  1 00:00:00 1970\n" + mail(part(document)) + b"\n" for document in documents))
    equal(run("replay", box, database=conninfo).returncode, 0)


@case("/site/a-table-has-500-rows-and-says-how-many-more")
def rows():
    for types, more in ((500, []), (501, ["1"])):
        conninfo = cluster().database()
        document = report(failed=types)
        document["policies"][0]["failure-details"] = [{"result-type": f"type-{number}", "failed-session-count": 1} for number in range(types)]
        store(conninfo, document)
        folder = scratch_folder() / "site"
        site(folder, conninfo)
        text = (folder / "domain/example.org.html").read_text()
        equal((len(re.findall(r">type-\d+<", text)), re.findall(r"and (\d+) more", text)), (500, more))


@case("/site/a-page-has-262144-bytes-of-a-document-and-a-file-has-a-longer-one")
def long_document():
    for size in (262144, 262145):
        conninfo = cluster().database()
        text = json.dumps(report())
        # Blanks that gzip cannot pack well: what packs too well is refused.
        text += "".join(random.Random(1).choices(" \t\n", k=size - len(text)))
        store(conninfo, text)
        folder = scratch_folder() / "site"
        site(folder, conninfo)
        page = next((folder / "report").glob("*.html")).read_text()
        files = [path.read_text() for path in (folder / "report").glob("*.json")]
        equal(files + [inside(link).decode() for link in pages_links(page)], [text])
        equal((len(files), "Only its first 262144 bytes are shown here." in page), (size > 262144,) * 2)
        equal(site(folder, conninfo)[::2], (0, 0))


@case("/site/a-damaged-document-is-said-to-be-damaged")
def damaged():
    conninfo = cluster().database()
    store(conninfo, report())
    sql(conninfo, "UPDATE tlsrpt.report SET evidence = '\\x1f8b0800'")
    folder = scratch_folder() / "site"
    site(folder, conninfo)
    contains(next((folder / "report").glob("*.html")).read_text(), "The stored document is damaged.")


@functools.cache
def small_disk():
    """A folder on a disk of 8 MB in a mount namespace of its own, as everybody can name it."""
    if os.geteuid() != 0:
        raise Skip("only root may mount a disk")
    point = scratch_folder() / "disk"
    point.mkdir()
    holder = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c",
                               'mount -t tmpfs -o size=8m tmpfs "$1" && echo mounted && read -r _', "sh", point],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    # The shell ends, and the disk with it, when this program does.
    if holder.stdout.readline() != "mounted\n":
        raise Skip("no disk may be mounted here")
    return holder, pathlib.Path(f"/proc/{holder.pid}/root{point}")


def fill_but(path, left):
    """Writes to @path until the disk is full, and gives @left bytes back."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(65536)):
                pass
        except OSError as error:
            equal(error.errno, errno.ENOSPC)
        file.truncate(file.tell() - left)


@case("/site/a-full-disk-leaves-the-old-pages-and-the-next-run-mends")
def full_disk():
    _, disk = small_disk()
    conninfo = reader(database("clean"))
    for old_until, left in ((None, 0), (None, 8192), ("2024-05-02", 0), ("2024-05-02", 8192)):
        folder = disk / f"site-{old_until}-{left}"
        if old_until:
            site(folder, conninfo, until=old_until)
        before = files(folder)
        fill_but(disk / "ballast", left)
        done = run("site", folder, f"--until={UNTIL}", database=conninfo)
        equal((done.returncode, done.stdout), (75, ""))
        contains(done.stderr, f"in '{folder}': No space left on device; free some space there and run this again")
        after = files(folder)
        after.pop(".tlsrpt-site" if not old_until else "", None)
        equal(after, before)
        (disk / "ballast").unlink()
        site(folder, conninfo)
        equal({name: text for name, text in files(folder).items() if name != ".tlsrpt-site"},
              {name: text for name, text in files(made("clean")).items() if name != ".tlsrpt-site"})
        shutil.rmtree(folder)


class Halted:
    """A run that waits in its midst, behind a lock on a table that it reads late."""

    def __init__(self, owner, login, folder):
        self.owner = owner
        self.locker = subprocess.Popen([PSQL, "-XAtq", "-d", owner], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                       env=clean_environment())
        self.locker.stdin.write("BEGIN; LOCK TABLE tlsrpt.delivery; SELECT 'locked';\n")
        self.locker.stdin.flush()
        equal(self.locker.stdout.readline(), "locked\n")
        self.run = subprocess.Popen([PROGRAM, "site", folder, f"--until={UNTIL}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    text=True, cwd="/", env=clean_environment(TLSRPT_DATABASE=login))
        while self.run.poll() is None and not (self.waits() and any((folder / ".tlsrpt-new").iterdir())):
            pass

    def waits(self):
        return sql(self.owner, "SELECT pid FROM pg_locks WHERE relation = 'tlsrpt.delivery'::regclass AND NOT granted")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.locker, self.run):
            process.kill()
            process.communicate()

    def end(self):
        """Opens the lock; what the run says at its end."""
        self.locker.communicate("ROLLBACK;\n", timeout=PATIENCE)
        out, errors = self.run.communicate(timeout=PATIENCE)
        return self.run.returncode, out, errors


@case("/site/a-second-run-is-refused-and-the-first-is-not-hurt")
def two():
    conninfo = reader(database("clean"))
    folder = scratch_folder() / "site"
    with Halted(database("clean"), conninfo, folder) as first:
        done = run("site", folder, f"--until={UNTIL}", database=conninfo)
        equal((done.returncode, done.stdout), (75, ""))
        contains(done.stderr, f"another run is writing to '{folder}'; wait until it has ended")
        status, out, errors = first.end()
    equal((status, errors), (0, ""))
    contains(out, f"{len(files(made('clean'))) - 1} files written, 0 unchanged, 0 removed")
    equal(site(folder, conninfo)[::2], (0, 0))


@case("/site/a-database-that-goes-away-in-the-midst-leaves-the-old-site-whole")
def goes_away():
    conninfo = reader(database("clean"))
    folder = scratch_folder() / "site"
    site(folder, conninfo, until="2024-05-02")
    before = files(folder)
    with Halted(database("clean"), conninfo, folder) as halted:
        sql(database("clean"), f"SELECT pg_terminate_backend({halted.waits()[0][0]})")
        status, out, errors = halted.end()
    equal((status, out), (75, ""))
    contains(errors, "terminating connection")
    equal(files(folder), before)
    equal(site(folder, conninfo)[2], 1)
    equal({path.name for path in folder.iterdir()}, {path.name for path in made("clean").iterdir()})


@functools.cache
def of_two():
    """What a login that may see own.example gets, where secret.example is in the same store; and the owner."""
    conninfo = cluster().database()
    both = report("both", "own.example", **{"organization-name": "Both", "contact-info": "tls@sender.example"})
    both["policies"].append(report("", "secret.example", failed=4711)["policies"][0])
    theirs = report("secret-1", "secret.example", failed=1234567, **{"organization-name": "secret reporter"})
    theirs["policies"][0]["failure-details"][0]["receiving-mx-hostname"] = "mx.secret.example"
    store(conninfo, report("mine", "own.example", failed=40), both, theirs)
    equal(run("incident", "update", f"--day={UNTIL}", database=conninfo).returncode, 0)
    sql(conninfo, "INSERT INTO tlsrpt.domain_access VALUES ('customer', 'own.example')")
    return conninfo, cluster().login(conninfo, "customer", "tlsrpt_domain_reader")


@case("/site/a-login-for-one-domain-gets-its-own-pages-and-no-word-of-others")
def one_domain():
    folder = scratch_folder() / "site"
    site(folder, of_two()[1])
    for name, text in files(folder).items():
        for word in (b"secret", b"4711", b"4,711", b"1234567", b"1,234,567"):
            assert word not in text and word.decode() not in name, (name, word)
    equal([path.name for path in (folder / "domain").iterdir()], ["own.example.html"])
    contains((folder / "domain/own.example.html").read_text(), "<dt>failed</dt><dd>43</dd>")
    contains((folder / "index.html").read_text(), "own.example")
    contains((folder / "index.html").read_text(), "Reports have no pages: the database user that made this site may not list them.")
    contains((folder / "reporter/sender.example.html").read_text(), "The database user that made this page may not list these.")
    equal((folder / "report").exists(), False)


@case("/site/wrong-words-are-refused")
def words():
    for line, said in ((("site",), "one DIR is needed"), (("site", "a", "b"), "one DIR is needed"),
                       (("site", "a", "--days=0"), "--days is 1 or more"), (("site", "a", "--days=x"), "not a number of days"),
                       (("site", "a", "--reports=-1"), "not a number of days"), (("site", "a", "--until=x"), "--until")):
        done = run(*line)
        equal(done.returncode, 64, line)
        contains(done.stderr, said)


@functools.cache
def browser():
    return Browser()


@functools.cache
def chosen():
    """A page of each kind, the longest names among them."""
    found = list(made().glob("*.html"))
    for kind in ("domain", "mx", "incident", "reporter", "day", "report"):
        found += sorted((made() / kind).glob("*.html"), key=lambda path: -path.stat().st_size)[:2]
    return found


@case("/site/no-page-is-wider-than-its-screen")
def sideways():
    for width in (360, 768, 1280):
        for path in chosen():
            browser().show(path.as_uri(), width)
            equal(browser().ask("document.documentElement.scrollWidth"), width, f"{path} at {width}")
            equal(browser().ask(screen.OVERFLOW), "", f"{path} at {width}")


# Dates of tables and facts that stand in two lines.
BROKEN_DATES = r"""(() => { const broken = [], range = document.createRange();
for (const cell of document.querySelectorAll('td, dd')) {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) for (const found of texts.currentNode.data.matchAll(/\b\d{4}-\d\d-\d\d\b(?! \d)/g)) {
    range.setStart(texts.currentNode, found.index); range.setEnd(texts.currentNode, found.index + 10);
    if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) broken.push(cell.textContent); } }
return broken; })()"""


@case("/site/a-date-stands-in-one-line")
def dates():
    for width in (240, 360):
        for path in [*chosen(), broken() / "index.html", broken() / "incident/1.html"]:
            browser().show(path.as_uri(), width)
            equal(browser().ask(BROKEN_DATES), [], f"{path} at {width}")


@case("/site/contrast-is-aa-in-light-and-dark")
def contrast():
    backgrounds = set()
    for dark in (False, True):
        for path in chosen():
            browser().show(path.as_uri(), 1280, dark=dark)
            backgrounds.add(browser().ask("getComputedStyle(document.body).backgroundColor"))
            low = [one for one in browser().ask(screen.CONTRAST) if one[0] < (3 if one[1] else 4.5)]
            equal(low, [], f"{path}, {'dark' if dark else 'light'}")
    equal(len(backgrounds), 2, backgrounds)


@case("/site/words-of-strangers-stay-words-in-a-browser")
def hostile():
    for path in chosen():
        browser().show(path.as_uri())
        equal(sorted(browser().requests), sorted([path.as_uri(), (made() / "style.css").as_uri()]))
        assert "taken" != browser().ask("document.title"), path
        equal(browser().console, [], path)
        equal(browser().ask("/[\\u0001-\\u0008\\u001b\\u202a-\\u202e\\ufffe]/.test(document.documentElement.outerHTML)"), False)


@case("/site/a-keyboard-reaches-every-link-and-shows-where-it-is")
def keyboard():
    browser().show((made() / "index.html").as_uri())
    seen = []
    for _ in range(4):
        for kind in ("keyDown", "keyUp"):
            browser().call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        seen.append(browser().ask("[document.activeElement.textContent, getComputedStyle(document.activeElement).outlineStyle]"))
    equal(seen, [["Skip to the contents", "solid"], ["Overview", "solid"], ["Domains", "solid"], ["MX hosts", "solid"]])


@functools.cache
def broken():
    """200 domains behind one host whose certificate has expired; one that is sound."""
    story = Story(*(f"5-6 g.com domain-{number:04}.example sts/enforce=mx.p.net 1 8:certificate-expired@mx.p.net"
                    for number in range(200)), "1-6 g.com sound.example sts/enforce=mx.s.net 50")
    story.arrive(7)
    story.alert(7)
    folder = scratch_folder() / "site"
    site(folder, story.alerter, until=day_text(7))
    return folder


@case("/site/the-first-screen-says-what-is-broken")
def first_screen():
    for width, height in ((360, 640), (1280, 800)):
        browser().show((broken() / "index.html").as_uri(), width, height)
        cards = browser().ask("[...document.querySelectorAll('.card')].map(e => [e.querySelector('b').textContent,"
                              " e.querySelector('.tag').textContent, e.querySelector('.effect').textContent,"
                              " e.querySelector('.facts').getBoundingClientRect().bottom])")
        equal([card[:3] for card in cards], [["#1 mx.p.net: the certificate has expired, for 200 domains", "CRITICAL",
                                              "Mail is refused: 3,200 of 3,600 sessions failed (88.9 %)"]])
        assert cards[0][3] < height, cards


@case("/site/each-domain-leads-to-its-incident-and-back")
def there_and_back():
    contains((broken() / "domain/domain-0007.example.html").read_text(), '<a href="../incident/1.html">#1</a>')
    incident = (broken() / "incident/1.html").read_text()
    contains(incident, '<a href="../domain/domain-0007.example.html">')
    contains(incident, '<a href="../mx/mx.p.net.html">')
    contains(incident, '<a href="../reporter/g.com.html">')
    contains(incident, "Reports that tell of it")
    contains((broken() / "mx/mx.p.net.html").read_text(), '<a href="../incident/1.html">#1</a>')
    assert "incident" not in (broken() / "domain/sound.example.html").read_text().split("<main")[1].split("<dt>sessions")[0].replace("<dt>incidents</dt><dd>0</dd>", "")


@case("/site/domains-are-found-by-letter")
def letters():
    text = (broken() / "domains.html").read_text()
    contains(text, '<a href="#at-d">d</a>')
    equal(re.findall(r'<tbody id="at-(.)">', text), ["d", "s"])
    browser().show((broken() / "domains.html").as_uri() + "#at-s", 360, 640)
    equal(browser().ask("document.querySelector(':target a').textContent"), "sound.example")
    assert browser().ask("document.querySelector(':target a').getBoundingClientRect().top") < 640


def long_form():
    """The time of a first, a second and a next day's run over 2,000 domains of 30 days."""
    lines = [f"1-31 g.com domain-{number:04}.example sts/enforce=mx{number % 40}.p.net 90"
             + (f" 8:certificate-expired@mx{number % 40}.p.net" if number % 40 == 3 else "") for number in range(2000)]
    story = Story(*lines)
    for day in range(2, 32):
        story.arrive(day)
    sql(story.owner, "VACUUM ANALYZE")
    folder = scratch_folder() / "site"
    for what, until in (("first", 31), ("second", 31), ("next day's", 32)):
        if until == 32:
            story.arrive(32)
            sql(story.owner, "ANALYZE")
        begin, cpu = time.monotonic(), os.times()
        counts = site(folder, story.alerter, until=day_text(until))
        spent = os.times().children_user + os.times().children_system - cpu.children_user - cpu.children_system
        print(f"{what} run: {time.monotonic() - begin:.1f} s, of them {spent:.1f} s of the program's own; {counts}")


if __name__ == "__main__":
    if "--long" in sys.argv:
        long_form()
    else:
        main()
