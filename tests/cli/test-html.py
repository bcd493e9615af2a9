#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML digest as its readers meet it: held by two validators, and in a Chromium on wide and narrow screens,
light and dark, with the words of strangers in every place where they can stand."""
import email
import email.policy
import functools
import re
import shutil
import subprocess

from browser import Browser
from harness import PATIENCE, Cluster, Skip, assert_tidy, case, contains, equal, main, parse_strictly, run, scratch_folder
from screen import CONTRAST, OVERFLOW
from story import Story, day_text
from strangers import LIVE, UNTIL, fill

SCREENS = [(width, dark) for width in (1280, 768, 360) for dark in (False, True)]


@functools.cache
def page(kind="hostile"):
    server = Cluster("max_connections=10")
    conninfo = server.database()
    fill(conninfo, kind)
    if kind == "clean":
        updated = run("incident", "update", f"--day={UNTIL}", database=server.login(conninfo, "watcher", "tlsrpt_alerter"))
        equal((updated.returncode, updated.stderr), (0, ""))
    made = run("digest", "--since=30d", f"--until={UNTIL}", "--format=html", database=conninfo)
    equal((made.returncode, made.stderr), (0, ""))
    return made.stdout


def saved(text):
    path = scratch_folder() / "digest.html"
    path.write_text(text)
    return path


@functools.cache
def browser():
    return Browser()


@case("/html/no-parse-error-of-the-standard/hostile", "hostile")
@case("/html/no-parse-error-of-the-standard/clean", "clean")
@case("/html/no-parse-error-of-the-standard/empty", "empty")
def standard(kind):
    parse_strictly(page(kind))
    try:
        parse_strictly(page(kind).replace("</ul>", "</ol>", 1) + "</p>")
    except AssertionError:
        return
    raise AssertionError("html5lib finds no fault with a page that has one")


@case("/html/tidy-has-nothing-to-say/hostile", "hostile")
@case("/html/tidy-has-nothing-to-say/clean", "clean")
@case("/html/tidy-has-nothing-to-say/empty", "empty")
def tidy(kind):
    assert_tidy(saved(page(kind)))


@case("/html/words-of-strangers-stay-words-in-a-browser")
def hostile():
    # The page forbids scripts and the network itself; without that, escaping alone has to hold.
    text = page()
    start = text.index('<meta http-equiv="Content-Security-Policy"')
    bare = saved(text[:start] + text[text.index(">", start) + 1:])
    browser().show(bare.as_uri())
    equal(browser().requests, [bare.as_uri()])
    equal(browser().ask("document.title"), f"TLS reports on all domains, 2024-04-04 to {UNTIL}")
    equal(browser().ask("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))].filter(n =>"
                        " 'script img iframe link object embed form input base style meta title'.split(' ').includes(n)"
                        ").sort().join()"), "meta,style,title")
    equal(browser().ask("document.querySelectorAll('style').length + document.querySelectorAll('head title').length"), 2)
    equal(browser().ask("[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a =>"
                        " a.name.startsWith('on') || ['src', 'style', 'autofocus'].includes(a.name) ||"
                        " a.name === 'href' && !/^#[a-z_]+$/.test(a.value)).length"), 0)
    assert browser().ask(f"document.body.textContent.includes({LIVE[1]!r})")
    equal(browser().ask("/[\\u0001-\\u0008\\u001b\\u202a-\\u202e\\ufffe]/.test(document.documentElement.outerHTML)"), False)


@case("/html/the-page-forbids-scripts-and-the-network-itself")
def policy():
    path = saved(page().replace("<main>", "<main><script>document.title='taken'</script>"
                                "<img src='https://stranger.example/x.png' alt=''>", 1))
    browser().show(path.as_uri())
    equal(browser().ask("document.title"), f"TLS reports on all domains, 2024-04-04 to {UNTIL}")
    # The image alone: an inline script is no request.
    equal((len(browser().requests), browser().refused), (2, ["csp"]))


@case("/html/a-clean-page-loads-nothing-and-complains-of-nothing")
def quiet():
    path = saved(page("clean"))
    browser().console.clear()
    browser().show(path.as_uri())
    equal((browser().requests, browser().console), ([path.as_uri()], []))


def on_each_screen(kind="hostile"):
    path = saved(page(kind).replace("<details", "<details open"))
    for width, dark in SCREENS:
        browser().show(path.as_uri(), width, dark=dark)
        yield f"{width} {'dark' if dark else 'light'}"


@case("/html/no-screen-scrolls-sideways")
def sideways():
    for screen in on_each_screen():
        equal(browser().ask("innerWidth"), int(screen.split()[0]))
        equal(browser().ask("document.documentElement.scrollWidth"), int(screen.split()[0]), screen)
        equal(browser().ask(OVERFLOW), "", screen)
        equal(browser().ask("[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
                            ".length"), 0, screen)


@case("/html/contrast-is-aa-in-light-and-dark")
def contrast():
    backgrounds = set()
    for screen in on_each_screen():
        backgrounds.add(browser().ask("getComputedStyle(document.body).backgroundColor"))
        found = browser().ask(CONTRAST)
        assert len([one for one in found if not one[1]]) > 100 and [one for one in found if one[1]], screen
        low = [one for one in found if one[0] < (3 if one[1] else 4.5)]
        equal(low, [], screen)
    equal(len(backgrounds), 2, backgrounds)


@case("/html/words-are-large-enough-on-every-screen")
def size():
    for screen in on_each_screen():
        smallest = browser().ask("Math.min(...[...document.querySelectorAll('body *')].filter(e => [...e.childNodes]"
                                 ".some(n => n.nodeType === 3 && n.data.trim()) && !'title desc'.includes(e.localName))"
                                 ".map(e => parseFloat(getComputedStyle(e).fontSize)))")
        assert smallest >= 12, f"{screen}: {smallest} px"


@case("/html/each-chart-has-a-name-a-description-and-its-table")
def charts():
    browser().show(saved(page()).as_uri())
    found = browser().ask("""[...document.querySelectorAll('svg.chart')].map(svg => ({role: svg.getAttribute('role'),
      title: svg.querySelector(':scope > title')?.textContent, desc: svg.querySelector(':scope > desc')?.textContent,
      first: svg.firstElementChild.localName, table: (() => { let e = svg.nextElementSibling;
        return (e.matches('table') ? e : e.querySelector('table'))?.getAttribute('aria-label'); })()}))""")
    equal([one["title"] for one in found], ["Failures by type", "Failures by MX", "Sessions by day", "By reporter"])
    for one in found:
        equal((one["role"], one["first"], one["table"]), ("img", "title", one["title"]))
        assert one["desc"].endswith("The table below has the numbers."), one


def accessible(role):
    nodes = browser().call("Accessibility.getFullAXTree")["nodes"]
    return [node for node in nodes if not node.get("ignored") and node.get("role", {}).get("value") == role]


@case("/html/a-screen-reader-finds-tables-charts-and-headings-on-every-screen")
def screen_reader():
    counts = set()
    for _ in on_each_screen():
        roles = {role: accessible(role) for role in ("table", "columnheader", "cell", "image", "heading", "main")}
        assert all(roles.values()), {role: len(nodes) for role, nodes in roles.items()}
        assert all(node["name"]["value"] for role in ("table", "image", "columnheader") for node in roles[role])
        counts.add(tuple(len(nodes) for nodes in roles.values()))
    equal(len(counts), 1, counts)


@case("/html/the-answer-is-on-the-first-screen-of-a-phone")
def answer():
    browser().show(saved(page("clean")).as_uri(), 360, 640)
    leads = browser().ask("[...document.querySelectorAll('.lead > p:first-child')].map(e =>"
                          " [e.textContent, e.getBoundingClientRect().bottom])")
    equal([one[0] for one in leads], ["Broken now (as of 2024-05-03): nothing.", "Ended in this period: nothing."])
    assert leads[-1][1] < 640, leads


@case("/html/the-first-facts-are-there-on-every-screen")
def first_facts():
    for screen in on_each_screen("clean"):
        found = browser().ask("[...document.querySelectorAll('.strip tr')].map(e => [...e.children].map(c => c.innerText))")
        equal([one[0] for one in found], ["Causes", "Domains affected", "Sessions failed", "Data up to", "In quarantine", "Made"], screen)
        equal([one[1] for one in found[:5]],
              ["none", "0 (of 1 with reports)", "0 % (0 of 2,100; no session before to compare with)",
               "2024-04-30 (none of 21 reporters in for 2024-05-03; 21 reports in all)", "nothing"], screen)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", found[5][1]), found[5]


@case("/html/every-link-leads-somewhere")
def links():
    for kind in ("hostile", "clean", "empty"):
        browser().show(saved(page(kind)).as_uri())
        found = browser().ask("[...document.querySelectorAll('a')].map(e => e.getAttribute('href'))")
        equal(browser().ask("[...document.querySelectorAll('a')].filter(e => !document.getElementById("
                            "e.getAttribute('href').slice(1))).map(e => e.outerHTML)"), [], kind)
        equal(bool(found), kind != "empty", kind)


@functools.cache
def many(domains):
    """A mail server of many domains whose certificate has expired, and nothing else."""
    story = Story(*(f"5-6 g.com domain-{number:04}.of-a-customer-with-a-long-name.example sts/enforce=mx.p.net 1 8:certificate-expired@mx.p.net"
                    for number in range(domains)))
    story.arrive(7)
    story.alert(7)
    return story


def digest_of(story, *words):
    made = run("digest", "--since=7d", f"--until={day_text(6)}", *words, database=story.reader)
    equal((made.returncode, made.stderr), (0, ""))
    return made.stdout


@case("/html/200-domains-with-one-cause-are-one-card-on-the-first-screen")
def one_card():
    path = saved(digest_of(many(200), "--format=html"))
    for width, height in ((360, 640), (768, 1024), (1280, 800)):
        browser().show(path.as_uri(), width, height)
        cards = browser().ask("[...document.querySelectorAll('.card')].map(e => [e.querySelector('b').textContent,"
                              " e.querySelector('.tag').textContent, e.querySelector('.effect').textContent,"
                              " (innerWidth < 600 ? e.querySelector('.effect') : e).getBoundingClientRect().bottom])")
        equal([one[:3] for one in cards], [["#1 mx.p.net: the certificate has expired, for 200 domains", "CRITICAL",
                                            "Mail is refused: 3,200 of 3,600 sessions failed (88.9 %)"]])
        assert cards[0][3] < height, cards
        equal(browser().ask("document.body.textContent.split('the certificate has expired').length"), 2)
        # The days of a card stand in words beside the drawing.
        equal(browser().ask("[...document.querySelectorAll('svg.history')].map(e => [e.getAttribute('role'),"
                            " e.querySelector('title').textContent, e.nextElementSibling.textContent])"),
              [["img", *["14 days to 2026-05-06, at most 1,600 sessions on 2026-05-06; dotted: no report"] * 2]])
        # All 200 are there, the first 20 unfolded.
        equal(browser().ask("[...document.querySelectorAll('#domains ~ * td:first-child')].filter(e =>"
                            " e.dataset.name === 'domain' && e.textContent.startsWith('domain-') &&"
                            " e.closest('table').ariaLabel === 'By domain').length"), 200)
        equal(browser().ask("[...document.querySelectorAll('table[aria-label=\"By domain\"] tfoot td')].map(e => e.textContent)"),
              ["All 200", "", "", "1", "3,600", "3,200", "88.9 %", ""])


@case("/html/a-mail-of-1000-domains-is-not-clipped")
def mail_size():
    text = email.message_from_string(digest_of(many(1000), "--format=mail", "--to=post@example.org"),
                                     policy=email.policy.default).get_body(("html",)).get_content()
    assert len(text.encode()) < 100 * 1024, len(text)
    contains(text, "for 1,000 domains")
    parse_strictly(text)
    browser().show(saved(text).as_uri(), 360)
    equal(browser().ask("document.querySelectorAll('.card').length"), 1)
    # The whole message, too: its text has the first domains and says how many more there are.
    whole = digest_of(many(1000), "--format=mail", "--to=post@example.org")
    assert len(whole) < 120 * 1024, len(whole)
    contains(email.message_from_string(whole, policy=email.policy.default).get_body(("plain",)).get_content(), "\nand 950 more\n")


@case("/html/a-mail-without-its-style-says-all-the-same")
def stripped():
    text = email.message_from_string(digest_of(many(200), "--format=mail", "--to=post@example.org"),
                                     policy=email.policy.default).get_body(("html",)).get_content()
    bare = re.sub(r"<style>.*?</style>|<meta[^>]*viewport[^>]*>", "", text, flags=re.S)
    bare = re.sub(r' (?:class|style|role|scope)="[^"]*"', "", bare)
    for word in ("var(", "<svg", "<style", "class=", "<script", "url(", "<pre"):
        assert word not in bare, word
    for width in (360, 768, 1280):
        browser().show(saved(bare).as_uri(), width)
        contains(browser().ask("document.body.innerText"), "Mail is refused: 3,200 of 3,600 sessions failed (88.9 %)")
        contains(browser().ask("document.body.innerText"), "????????????██")
        # Bars are cells with a colour of their own, and as long as what they stand for.
        bars = browser().ask("[...document.querySelectorAll('td[bgcolor]')].map(e => [getComputedStyle(e).backgroundColor,"
                             " e.offsetWidth, e.offsetHeight])")
        assert bars and all(colour in ("rgb(185, 53, 32)", "rgb(232, 236, 239)") and wide and high
                            for colour, wide, high in bars), bars


def dumped(text):
    """As a reader with w3m sees it, who also has it in mutt, 80 columns wide."""
    w3m = shutil.which("w3m")
    if not w3m:
        raise Skip("w3m is not installed")
    done = subprocess.run([w3m, "-dump", "-cols", "80", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8"], input=text.encode(),
                          capture_output=True, timeout=PATIENCE, check=False)
    equal(done.returncode, 0, done.stderr)
    return done.stdout.decode()


# Commands of a page are one line each, to be copied whole; those of a mail, which has no such lines, wrap.
@case("/html/w3m-shows-the-headline-and-each-title-once/page", "html")
@case("/html/w3m-shows-the-headline-and-each-title-once/mail", "mail")
def in_w3m(form):
    text = digest_of(many(200), f"--format={form}", *(["--to=post@example.org"] if form == "mail" else []))
    if form == "mail":
        text = email.message_from_string(text, policy=email.policy.default).get_body(("html",)).get_content()
    said = dumped(text)
    for line in ("TLS reports on all domains, 2026-04-30 to 2026-05-06", "Broken now: 1 incident, 1 critical.",
                 "CRITICAL NEW #1 mx.p.net: the certificate has expired, for 200 domains",
                 "Mail is refused: 3,200 of 3,600 sessions failed (88.9 %)"):
        equal(said.splitlines().count(line), 1, f"{line}\n{said}")
    contains(" ".join(said.split()), "Domains affected 200 (of 200 with reports)")
    equal(re.findall(r"</?[a-z]+[ >]|&[a-z]+;|[{}]", re.sub(r"^(for ip in|tlsrpt-ingest) .*$", "", said, flags=re.M) if form == "html" else
                     re.sub(r"(?s)^What to check\n.*?^What to change\n", "", said, flags=re.M)), [], said)
    # A table with names of 50 characters is wider; what is said in words is not.
    wide = [line for line in said.split("\nFailures by type")[0].splitlines() if len(line) > 80 and not (form == "html" and line.startswith("for ip in "))]
    equal(wide, [])


@case("/html/w3m-shows-hostile-names-as-words")
def hostile_in_w3m():
    said = dumped(page("hostile"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", said), said
    contains(said, "<script>")


@case("/html/with-an-address-of-the-site-each-incident-and-domain-is-a-link")
def site():
    text = digest_of(many(200), "--format=html", "--set=site-url=https://tls.example.org/reports/")
    browser().show(saved(text).as_uri())
    found = set(browser().ask("[...document.querySelectorAll('a')].map(e => e.getAttribute('href'))"))
    equal({one for one in found if not one.startswith("#")},
          {"https://tls.example.org/reports/", "https://tls.example.org/reports/incident/1.html",
           *(f"https://tls.example.org/reports/domain/domain-{number:04}.of-a-customer-with-a-long-name.example.html"
             for number in range(200))})
    mailed = email.message_from_string(digest_of(many(200), "--format=mail", "--to=post@example.org",
                                                 "--set=site-url=https://tls.example.org/reports"), policy=email.policy.default)
    contains(mailed.get_body(("html",)).get_content(), '<a href="https://tls.example.org/reports/incident/1.html">#1 mx.p.net')
    contains(mailed.get_body(("plain",)).get_content(), "\n  https://tls.example.org/reports/incident/1.html\n")


for wrong in ("http://tls.example.org", "https://", "https:///x", "https://a.example/?q", "https://a.example/#x", "javascript:alert(1)",
              "https://a.example/\"onclick=x", "https://u:secret@a.example/", "https://a.example/" + "x" * 483, "//a.example", "https://a b.example"):
    @case(f"/html/refuses-an-address-of-the-site-that-is-none/{wrong[:40]}", wrong)
    def refuses(wrong):
        done = run("digest", f"--set=site-url={wrong}")
        equal((done.returncode, done.stdout), (78, ""), done.stderr)
        contains(done.stderr, "settings: site-url is not")
        assert "secret" not in done.stderr


if __name__ == "__main__":
    main()
