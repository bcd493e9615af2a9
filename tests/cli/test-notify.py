#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""contrib/notify against a server of the test's own: what arrives, what strangers' words become, and that
a server that does not take it leaves a status by which the events are offered again."""
import functools
import hashlib
import hmac
import http.server
import json
import shutil
import subprocess
import threading

from harness import PATIENCE, ROOT, case, clean_environment, contains, equal, main, scratch_folder
from story import Story

FOLDER = ROOT / "contrib" / "notify"
EXAMPLE = json.loads((FOLDER / "event.json").read_text())
CHATS = ("slack", "teams", "mattermost")
KEY = b"0123456789abcdef"


class Server(http.server.ThreadingHTTPServer):
    """Answers with @status; keeps what came."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.came = 200, []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/login")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = functools.cache(Server)


@functools.cache
def files():
    folder = scratch_folder()
    (folder / "hook.curl").write_text(f'url = "http://127.0.0.1:{server().server_port}/secret/hook"\n')
    (folder / "nobody.curl").write_text('url = "http://127.0.0.1:1/"\n')
    (folder / "hook.key").write_bytes(KEY + b"\n")
    (folder / "short.key").write_bytes(KEY[:15] + b"\n")
    return folder


def notify(script, events, file="hook.curl", key="hook.key", status=200):
    """Runs a script as `alert --exec` does; returns its status and stderr, and what the server got."""
    server().status, server().came = status, []
    text = events if isinstance(events, str) else json.dumps(events)
    words = [FOLDER / script, files() / file] + [files() / key] * (script == "webhook")
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=PATIENCE, check=False,
                          env=clean_environment())
    return done.returncode, done.stderr, list(server().came)


def said(script, body):
    """The text that a reader sees."""
    posted = json.loads(body)
    if script == "slack":
        return posted["blocks"][0]["text"]["text"]
    if script == "mattermost":
        return posted["text"]
    return "\n".join(block["inlines"][0]["text"] for block in posted["attachments"][0]["content"]["body"])


def event(**members):
    return {**EXAMPLE["events"][0], **members}


for script in CHATS:
    @case(f"/notify/{script}/tells-each-event-once", script)
    def tells(name):
        status, stderr, came = notify(name, EXAMPLE)
        equal((status, stderr, len(came)), (0, "", 1))
        path, headers, body = came[0]
        equal((path, headers["Content-Type"]), ("/secret/hook", "application/json"))
        text = said(name, body)
        for one in EXAMPLE["events"]:
            contains(text, f"{one['event'].upper()} ({one['severity']}) #{one['number']} {one['title']}\n")
            contains(text, one["text"])

    @case(f"/notify/{script}/ten-events-and-the-number-of-more", script)
    def many(name):
        for n, more in ((10, False), (11, True)):
            _, _, came = notify(name, {**EXAMPLE, "events": [event(number=number) for number in range(n)]})
            text = said(name, came[0][2])
            equal((text.count("OPENED"), "and 1 more" in text), (10, more))

    @case(f"/notify/{script}/no-word-of-a-stranger-is-a-mention-a-link-or-a-line", script)
    def hostile(name):
        title = "<!channel> @channel @all <https://x.example|click> [click](https://x.example) ``` **bold**\nCLOSED &\u202e\u0007\u2028"
        status, stderr, came = notify(name, {**EXAMPLE, "summary": title, "events": [event(title=title, text=title)]})
        equal((status, stderr), (0, ""))
        posted, text = json.loads(came[0][2]), said(name, came[0][2])
        equal(sum(line.startswith("CLOSED") for line in text.splitlines()), 0)
        equal([character for character in "\u202e\u0007\u2028" if character in text], [])
        if name == "slack":
            equal([character for character in "<>" if character in posted["text"]], [])
            equal(posted["blocks"][0]["text"]["type"], "plain_text")
        elif name == "mattermost":
            equal(text.count("```"), 2)
            assert text.startswith("```\n") and text.endswith("\n```"), text
        else:
            equal({inline["type"] for block in posted["attachments"][0]["content"]["body"] for inline in block["inlines"]},
                  {"TextRun"})

    @case(f"/notify/{script}/titles-of-300-characters-and-no-more", script)
    def long_title(name):
        for length, whole in ((300, True), (301, False)):
            title = "x" * (length - 1) + "y"
            _, _, came = notify(name, {**EXAMPLE, "events": [event(title=title)]})
            equal(title in said(name, came[0][2]), whole)

    @case(f"/notify/{script}/nothing-to-tell", script)
    def nothing(name):
        equal(notify(name, {**EXAMPLE, "events": []}), (0, "", []))


@case("/notify/slack/no-more-than-slack-takes")
def slack_cap():
    _, _, came = notify("slack", {**EXAMPLE, "events": [event(title="t" * 300, text="x" * 600)] * 10})
    equal(len(said("slack", came[0][2])), 3000)


@case("/notify/webhook/object-as-it-is-signed")
def webhook():
    status, stderr, came = notify("webhook", EXAMPLE)
    equal((status, stderr, len(came)), (0, "", 1))
    _, headers, body = came[0]
    equal(json.loads(body), EXAMPLE)
    signed = headers["X-Tlsrpt-Timestamp"].encode() + b"." + body
    equal(headers["X-Tlsrpt-Signature"], "sha256=" + hmac.new(KEY, signed, hashlib.sha256).hexdigest())


@case("/notify/webhook/key-of-16-bytes-and-no-less")
def short_key():
    status, stderr, came = notify("webhook", EXAMPLE, key="short.key")
    equal((status != 0, came), (True, []))
    contains(stderr, "shorter than 16 bytes")


@case("/notify/webhook/key-that-is-not-there")
def no_key():
    status, _, came = notify("webhook", EXAMPLE, key="none.key")
    equal((status != 0, came), (True, []))


for script in (*CHATS, "webhook"):
    for answer in (302, 400, 404, 500):
        @case(f"/notify/{script}/not-taken/{answer}", script, answer)
        def not_taken(name, number):
            status, stderr, came = notify(name, EXAMPLE, status=number)
            equal((status != 0, len(came)), (True, 1), stderr)
            contains(stderr, f"the server answered {number}")

    @case(f"/notify/{script}/not-taken/nobody-listens", script)
    def nobody(name):
        status, stderr, _ = notify(name, EXAMPLE, file="nobody.curl")
        assert status != 0
        contains(stderr, "curl: (7)")

    @case(f"/notify/{script}/not-taken/no-file-for-curl", script)
    def no_file(name):
        assert notify(name, EXAMPLE, file="none.curl")[0] != 0


for script in CHATS:
    for what, text in (("another-version", json.dumps({**EXAMPLE, "version": 2})), ("no-json", "OK"), ("half-of-it", '{"version": 1,')):
        @case(f"/notify/{script}/refuses/{what}", script, text)
        def refuses(name, events):
            status, _, came = notify(name, events)
            equal((status != 0, came), (True, []))


@functools.cache
def story():
    return Story("1-4 g.com a.org sts/enforce=mx1.a.org 50", "5-6 g.com a.org sts/enforce=mx1.a.org 0 50:certificate-expired@mx1.a.org")


for script in (*CHATS, "webhook"):
    @case(f"/notify/{script}/what-alert-tells-until-it-is-taken", script)
    def told(name):
        command = " ".join(map(str, [FOLDER / name, files() / "hook.curl"] + [files() / "hook.key"] * (name == "webhook")))
        story().arrive(7)
        for status, ended, n in ((500, 3, 1), (200, 2, 1), (200, 2, 0)):
            server().status, server().came = status, []
            done = story().alert(7, f"--exec={command}")
            equal((done.returncode, len(server().came)), (ended, n), done.stderr)
            if n > 0 and name == "webhook":
                event_told = json.loads(server().came[0][2])["events"][0]
                equal((event_told["event"], event_told["place"], event_told["severity"]), ("opened", "mx1.a.org", "critical"))
            elif n > 0:
                contains(said(name, server().came[0][2]), "OPENED (critical) #1 mx1.a.org: the certificate has expired\n")


if __name__ == "__main__":
    main(None if shutil.which("jq") and shutil.which("curl") else "no jq or no curl here")
