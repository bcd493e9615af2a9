#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The samples of contrib/forward, procmail and maildrop behind a real Postfix: none loses a mail."""
import functools
import shutil
import subprocess

import postfix
from harness import PATIENCE, Skip, case, contains, equal, mail, main, one, part, report

site = functools.cache(postfix.Site)
REPORT = mail(part(report()))


def database_for_commands(site_):
    """What /etc/tlsrpt-ingest.conf would say: local(8) hands on what its main.cf names."""
    return f"export_environment = TZ=UTC TLSRPT_VERIFY_DKIM=no {{ TLSRPT_DATABASE={site_.writer} }}\n"


class Forward:
    """local(8) with a .forward of the user."""
    relay, recipient = "local", f"{postfix.USER}@local.test"

    def start(self, folder):
        (folder / "home").mkdir()
        (folder / "home" / "forward").write_text(
            postfix.sample("forward/forward", **{"/usr/bin/tlsrpt-ingest": site().program}))
        return {"main": f"forward_path = {folder}/home/forward\n" + database_for_commands(site())}


class Procmail:
    """local(8) with procmail as mailbox_command, and our recipe as its rcfile."""
    relay, recipient = "local", f"{postfix.USER}@local.test"

    def start(self, folder):
        if not shutil.which("procmail"):
            raise Skip("no procmail here")
        (folder / "home").mkdir()
        (folder / "home" / "procmailrc").write_text(
            f"TLSRPT_DATABASE='{site().writer}'\nTLSRPT_VERIFY_DKIM=no\nDEFAULT={folder}/home/inbox/\n"
            + postfix.sample("procmail/procmailrc", **{"/usr/bin/tlsrpt-ingest": site().program}))
        shutil.chown(folder / "home", postfix.USER)
        (folder / "home").chmod(0o700)
        return {"main": f"mailbox_command = /usr/bin/procmail -m {folder}/home/procmailrc\n"
                        "forward_path =\n"}


class Maildrop:
    """A pipe(8) transport with maildrop, and our lines as its filter."""
    relay, recipient = "maildrop", "tlsrpt@example.org"

    def start(self, folder):
        if not shutil.which("maildrop"):
            raise Skip("no maildrop here")
        rc = folder / "mailfilter"
        rc.write_text(f"TLSRPT_DATABASE=\"{site().writer}\"\nTLSRPT_VERIFY_DKIM=\"no\"\nDEFAULT=\"{folder}/inbox\"\n"
                      + postfix.sample("maildrop/mailfilter",
                                       **{"/usr/bin/tlsrpt-ingest": site().program}))
        shutil.chown(rc, postfix.USER)
        rc.chmod(0o600)
        shutil.chown(folder, postfix.USER)
        return {"main": "transport_maps = inline:{ {tlsrpt@example.org=maildrop:},"
                        " {sink.test=sink:} }\nmaildrop_destination_recipient_limit = 1\n",
                "master": "maildrop unix - n n - - pipe\n"
                          f"  flags=R user={postfix.USER} null_sender= directory={folder}\n"
                          f"  argv=/usr/bin/maildrop -f ${{sender}} {rc}\n"}


@functools.cache
def served(kind):
    folder = postfix.scratch_folder("tlsrpt-home-")
    way = kind()
    site().fresh()
    way.folder = folder
    way.postfix = postfix.Postfix(site(), **way.start(folder))
    way.database = site().database
    return way


def counts(way):
    return [int(one(way.database, f"SELECT count(*) FROM tlsrpt.{table}"))
            for table in ("report", "quarantine")]


def deliver(kind, message, status, text="", sender="tls@sink.test"):
    way = served(kind)
    way.postfix.forget_bounces()
    way.postfix.send(message, recipient=way.recipient, sender=sender)
    found, _, said = way.postfix.outcomes(1, way.relay)[0]
    equal(found, status, said)
    contains(said, text)
    return way


def again(way, status):
    way.postfix.flush()
    equal(way.postfix.outcomes(1, way.relay)[0][0], status)


def delivers(kind):
    way = served(kind)
    before = counts(way)
    deliver(kind, REPORT, "sent")
    deliver(kind, REPORT, "sent")
    equal(counts(way), [before[0] + 1, before[1]])


def quarantines(kind):
    way = served(kind)
    before = counts(way)
    deliver(kind, mail(subject="tlsrpt@ without a report"), "sent")
    equal(counts(way), [before[0], before[1] + 1])
    equal(way.postfix.bounces(), [])


def defers(kind):
    served(kind)
    site().cluster.stop()
    message = mail(part(report("deferred")))
    way = deliver(kind, message, "deferred")
    site().cluster.start()
    again(way, "sent")
    way.postfix.wait_for_empty_queue()
    equal(one(way.database, "SELECT count(*) FROM tlsrpt.report WHERE report_id = 'deferred'"), "1")
    equal(way.postfix.bounces(), [])


def program_replaced(kind, name, script):
    """Whatever the program's status: the mail waits, and is stored once the program is back."""
    served(kind)
    kept = site().program.rename(site().folder / "away")
    if script:
        site().program.write_text(script)
        site().program.chmod(0o755)
    try:
        way = deliver(kind, mail(part(report(name))), "deferred")
    finally:
        kept.rename(site().program)
    again(way, "sent")
    way.postfix.wait_for_empty_queue()
    equal(one(way.database, f"SELECT count(*) FROM tlsrpt.report WHERE report_id = '{name}'"), "1")
    equal(way.postfix.bounces(), [])


def other_mail(kind):
    """Mail for somebody else goes on to where it would go without us."""
    way = served(kind)
    before = counts(way)
    message = mail().replace(b"To: tlsrpt@example.org", b"To: somebody@example.org")
    deliver(kind, message, "sent")
    equal(counts(way), before)
    kept = [path for path in way.folder.rglob("*") if path.is_file()
            and b"somebody@example.org" in path.read_bytes()]
    equal(len(kept), 1, kept)


for kind in (Forward, Procmail, Maildrop):
    name = kind.__name__.lower()
    case(f"/mta/{name}/delivers-and-knows-a-duplicate", kind)(delivers)
    case(f"/mta/{name}/bad-mail-is-quarantined-and-not-bounced", kind)(quarantines)
    case(f"/mta/{name}/database-down-is-deferred-then-delivered-once", kind)(defers)
    case(f"/mta/{name}/program-that-is-missing-is-deferred", kind, "missing", None)(program_replaced)
    case(f"/mta/{name}/on-reject-bounce-is-deferred", kind, "status 65",
         "#!/bin/sh\ncat >/dev/null\nexit 65\n")(program_replaced)
    if kind is not Forward:
        case(f"/mta/{name}/leaves-other-mail-alone", kind)(other_mail)


class Maildir:
    """local(8) with the .forward of contrib/systemd: a folder that the user alone may enter."""
    relay, recipient = "local", f"{postfix.USER}@local.test"

    def start(self, folder):
        for name in ("", "cur", "new", "tmp"):
            (folder / "Maildir" / name).mkdir()
            shutil.chown(folder / "Maildir" / name, postfix.USER)
            (folder / "Maildir" / name).chmod(0o700)
        (folder / "forward").write_text(
            postfix.sample("systemd/forward", **{"/var/lib/tlsrpt/Maildir": folder / "Maildir"}))
        return {"main": f"forward_path = {folder}/forward\n"}


@case("/mta/maildir/local-8-fills-it-and-the-script-empties-it")
def maildir():
    way = deliver(Maildir, REPORT, "sent")
    deliver(Maildir, mail(), "sent")
    equal(way.postfix.bounces(), [])
    script = way.folder / "tlsrpt-maildir"
    shutil.copy(postfix.CONTRIB / "systemd" / "tlsrpt-maildir", script)
    done = subprocess.run([script, way.folder / "Maildir"], capture_output=True, text=True, check=False, cwd="/",
                          user=postfix.USER, timeout=PATIENCE,
                          env={"PATH": "/usr/bin:/bin", "INGEST": site().program, "TLSRPT_DATABASE": site().writer,
                               "TLSRPT_VERIFY_DKIM": "no"})
    equal((done.returncode, done.stderr.splitlines()[-1]),
          (0, "tlsrpt-maildir: 1 stored, 1 quarantined, 0 refused, 0 tried in vain"))
    equal(counts(way), [1, 1])


if __name__ == "__main__":
    main(postfix.why_not())
