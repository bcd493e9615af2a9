# SPDX-License-Identifier: GPL-3.0-or-later
"""A Postfix of the test's own: configuration, queue and log in a folder, SMTP on a loopback port.

The samples of contrib/ are what is under test: they are read from there, and only the paths, user and
address in them are replaced. Needs root, as Postfix does; no other instance is touched.
"""
import atexit
import os
import re
import shutil
import smtplib
import socket
import subprocess
import time

from harness import PATIENCE, PROGRAM, ROOT, Cluster, clean_environment, scratch_folder, sql

CONTRIB = ROOT / "contrib"
USER = "nobody"

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/lib
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}/log
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = mx.example.org
mydomain = example.org
myorigin = example.org
mydestination = local.test
local_recipient_maps =
alias_maps =
alias_database =
virtual_alias_maps =
recipient_delimiter = +
relay_domains = example.org, sink.test
default_transport = error:5.7.1 no outbound mail in the test instance
smtpd_recipient_restrictions = reject_unauth_destination
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
message_size_limit = 20971520
# A deferred mail waits for the test to ask for it.
queue_run_delay = 1000s
minimal_backoff_time = 1000s
sink_destination_recipient_limit = 1
default_process_limit = 30
"""

MASTER = """
postlog   unix-dgram n  -       n       -       1       postlogd
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
local     unix  -       n       n       -       -       local
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
sink      unix  -       n       n       -       1       pipe
  flags=R user={user} argv=/bin/dd status=none of={folder}/sink/${{queue_id}}
"""


def why_not():
    """Why Postfix cannot be run here; None if it can."""
    if os.geteuid() != 0:
        return "Postfix is run by root alone"
    if not shutil.which("postfix") or not os.path.exists("/usr/lib/postfix/sbin/master"):
        return "no Postfix here"
    return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sample(name, **replaced):
    """A file of contrib/ without its comments, with paths, user and address as the test has them."""
    text = "".join(line for line in (CONTRIB / name).read_text().splitlines(True)
                   if not line.startswith("#"))
    for old, new in replaced.items():
        text = text.replace(old, str(new))
    return text


class Site:
    """What every mail system here shares: a database, the program where a plain user may run it, and
    a key file that names the database."""

    def __init__(self):
        self.folder = scratch_folder("tlsrpt-mta-")
        self.cluster = Cluster("unix_socket_permissions=0777")
        self.program = self.folder / "tlsrpt-ingest"
        self.config = self.folder / "tlsrpt-ingest.conf"
        shutil.copy(PROGRAM, self.program)
        self.fresh()

    def fresh(self, *settings):
        """A new database, and the program told to use it, as the least that may write."""
        self.database = self.cluster.database()
        self.writer = self.cluster.login(self.database, USER, "tlsrpt_writer")
        self.settings(*settings)

    def settings(self, *lines):
        """Mails need no signature here, where a test does not ask for it by a line of its own."""
        self.config.write_text("\n".join(["[tlsrpt-ingest]", f"conninfo={self.writer}", "verify-dkim=no", *lines, ""]))

    def counts(self):
        """Reports, quarantined mails."""
        return [int(value) for value in sql(self.database, """SELECT
                (SELECT count(*) FROM tlsrpt.report), (SELECT count(*) FROM tlsrpt.quarantine)""")[0]]


class Postfix:
    def __init__(self, site, main="", master="", files=()):
        self.site = site
        self.folder = scratch_folder("tlsrpt-postfix-")
        self.port = free_port()
        self.log_read = 0
        for name in ("etc", "spool", "lib", "log", "sink"):
            (self.folder / name).mkdir(mode=0o755)
        shutil.chown(self.folder / "lib", "postfix")
        shutil.chown(self.folder / "sink", USER)
        for name, text in dict(files).items():
            (self.folder / "etc" / name).write_text(text)
        names = {"folder": self.folder, "port": self.port, "user": USER}
        (self.folder / "etc" / "main.cf").write_text(MAIN.format(**names) + main)
        (self.folder / "etc" / "master.cf").write_text(MASTER.format(**names) + master)
        atexit.register(self.stop)
        self._postfix("start")

    def _postfix(self, verb):
        subprocess.run(["postfix", "-c", str(self.folder / "etc"), verb], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=PATIENCE, env=clean_environment())

    def stop(self):
        if (self.folder / "spool" / "pid" / "master.pid").exists():
            self._postfix("abort")

    def smtp(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return smtplib.SMTP("127.0.0.1", self.port, "client.test", PATIENCE)
            except ConnectionError:
                assert time.monotonic() < deadline, "Postfix does not listen"
                time.sleep(0.05)

    def send(self, *messages, recipient="tlsrpt@example.org", sender="tls@sender.test"):
        """Hands the messages over in one SMTP session; @sender may be empty, as in a bounce."""
        with self.smtp() as session:
            for message in messages:
                session.sendmail(sender, [recipient], message)

    def log(self):
        return (self.folder / "log" / "mail.log").read_text(errors="replace")

    def outcomes(self, n, relay="tlsrpt"):
        """Waits for @n deliveries since the last call; returns their (status, dsn, text), sorted."""
        pattern = re.compile(rf"relay={relay}, .*?dsn=([\d.]+), status=(\w+) \((.*)\)$", re.M)
        deadline = time.monotonic() + 2 * PATIENCE
        while True:
            found = [(status, dsn, text) for dsn, status, text in pattern.findall(self.log())]
            if len(found) >= self.log_read + n:
                new = found[self.log_read:]
                self.log_read = len(found)
                assert len(new) == n, new
                return sorted(new)
            assert time.monotonic() < deadline, f"{len(found)} deliveries\n" + self.log()[-3000:]
            time.sleep(0.05)

    def queue(self):
        listed = subprocess.run(["postqueue", "-c", str(self.folder / "etc"), "-j"], check=True,
                                capture_output=True, text=True, timeout=PATIENCE)
        return listed.stdout.splitlines()

    def wait_for_empty_queue(self):
        deadline = time.monotonic() + PATIENCE
        while self.queue():
            assert time.monotonic() < deadline, self.queue()
            time.sleep(0.05)

    def flush(self):
        subprocess.run(["postqueue", "-c", str(self.folder / "etc"), "-f"], check=True,
                       timeout=PATIENCE)

    def bounces(self):
        """Mails that came back to the sender at sink.test."""
        self.wait_for_empty_queue()
        return [path.read_text(errors="replace") for path in sorted((self.folder / "sink").iterdir())]

    def forget_bounces(self):
        for path in (self.folder / "sink").iterdir():
            path.unlink()


def with_pipe_transport(site):
    """A Postfix with the sample of contrib/postfix, and nothing else, between SMTP and the program."""
    etc = "$config_directory"
    main = sample("postfix/main.cf",
                  **{"hash:/etc/postfix/tlsrpt-transport": f"texthash:{etc}/transport"})
    master = sample("postfix/master.cf",
                    **{"user=tlsrpt": f"user={USER}", "/usr/bin/tlsrpt-ingest": site.program,
                       "/etc/tlsrpt-ingest.conf": site.config,
                       "/etc/postfix/tlsrpt-status-filter": f"{etc}/status-filter"})
    return Postfix(site, main=main, master=master,
                   files={"transport": sample("postfix/transport") + "sink.test sink:\n",
                          "status-filter": sample("postfix/status-filter")})
