# SPDX-License-Identifier: GPL-3.0-or-later
"""A small internet in namespaces of its own: a signed root with good and broken zones (bind9), a validating
resolver at 1.1.1.1 (unbound), MX hosts with good and broken certificates (Postfix), policy hosts (nginx).

enter() starts the calling program anew inside; there /etc/resolv.conf, the DNSSEC anchor and the list of
certificate authorities are the lab's, so that commands run as they are printed. Needs root.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import time

import laborder
from harness import PATIENCE, clean_environment, scratch_folder

PROGRAMS = ("unshare", "ip", "named", "dnssec-keygen", "dnssec-signzone", "dig", "delv", "curl", "unbound", "nginx", "postfix", "openssl")
AUTHORITY = "192.0.2.53"
RESOLVER = "1.1.1.1"


def why_not():
    """Why the lab cannot be built here; None if it can."""
    if os.geteuid() != 0:
        return "namespaces, port 25 and Postfix need root"
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    if lacking:
        return "not installed: " + " ".join(lacking)
    tried = subprocess.run(["unshare", "-nmp", "--fork", "mount", "-t", "tmpfs", "none", "/mnt"],
                           capture_output=True, check=False)
    return None if tried.returncode == 0 else "no namespaces may be made here"


def enter():
    """Starts this program anew in new network, mount and process namespaces; returns once inside."""
    if os.environ.get("TESTED_LAB") == "inside":
        return
    os.execvpe("unshare", ["unshare", "-nmp", "--propagation", "private", "--fork", "--kill-child", "--mount-proc",
                           sys.executable, *sys.argv], {**os.environ, "TESTED_LAB": "inside"})


def shell(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False,
                          timeout=PATIENCE, env=clean_environment(), **more)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def listens(address, port):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection((address, port), 1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, f"nothing listens at {address} {port}"
            time.sleep(0.02)


class Lab:
    """Hosts are numbers: host n has 192.0.2.n and 2001:db8::n."""

    def __init__(self, hosts, zones, policies):
        """@hosts: name to dict of number, certificate (of laborder), Postfix settings, v6, mail (False: the test serves it); @zones: name to how
        it is signed, and its records or what makes them of an Order; @policies: host name to nginx directives, see the tests."""
        self.folder = scratch_folder("tlsrpt-lab-")
        self.order = laborder.Order(self.folder / "certificates")
        self.hosts, self.zones, self.policies = hosts, zones, policies
        self._network()
        self._certificates()
        self._names()
        self._mail()
        self._web()

    def _network(self):
        shell("ip", "link", "set", "lo", "up")
        numbers = {host["number"] for host in self.hosts.values()} | {53, 80}
        for number in sorted(numbers):
            shell("ip", "address", "add", f"192.0.2.{number}/32", "dev", "lo")
            shell("ip", "-6", "address", "add", f"2001:db8::{number}/128", "dev", "lo", "nodad")
        shell("ip", "address", "add", f"{RESOLVER}/32", "dev", "lo")

    def _mount(self, source, target):
        shell("mount", "--bind", source, target)

    def _certificates(self):
        for name, host in self.hosts.items():
            if host.get("certificate"):
                self.order.issue(name, host["certificate"])
        certs = self.folder / "authorities"
        certs.mkdir()
        shutil.copy(self.order.root, certs / "ca-certificates.crt")
        shutil.copy(self.order.root, certs / "root.pem")
        shell("openssl", "rehash", certs)
        self._mount(certs, "/etc/ssl/certs")

    # Names

    def _key(self, zone, flag=()):
        return shell("dnssec-keygen", "-q", "-K", self.names, "-a", "ECDSAP256SHA256", *flag, zone or ".").strip()

    def _sign(self, zone, records, how):
        """Writes zone @zone and signs it; returns the DS records for its parent."""
        path = self.names / ((zone or "root") + ".zone")
        path.write_text("\n".join(["$TTL 60", f"@ IN SOA ns.lab.test. root.lab.test. {laborder.SERIAL} 60 60 60000 60",
                                   "@ IN NS ns.lab.test.", *records, ""]))
        if how == "unsigned":
            return path, ""
        keys = [self._key(zone, ("-f", "KSK")), self._key(zone)]
        days = ("-P", "-s", "20200101000000", "-e", "20200201000000") if how == "expired" else ()
        shell("dnssec-signzone", "-K", self.names, "-S", "-d", self.names, "-o", zone or ".", *days, "-f",
              f"{path}.signed", path, cwd=self.names)
        if how == "wrong-ds":
            keys[0] = self._key(zone, ("-f", "KSK"))
        return f"{path}.signed", shell("dnssec-dsfromkey", "-2", self.names / (keys[0] + ".key"))

    def _names(self):
        self.names = self.folder / "names"
        self.names.mkdir()
        root, served = [f"ns.lab.test. IN A {AUTHORITY}"], {}
        for zone, (how, records) in self.zones.items():
            records = records(self.order) if callable(records) else records
            served[zone], ds = self._sign(zone, [*records, *self._addresses(zone)], how)
            root += [f"{zone}. IN NS ns.lab.test.", ds]
        served[""], _ = self._sign("", root, "good")
        anchor = next(line for path in self.names.glob("K.+*.key") for line in path.read_text().splitlines()
                      if " 257 3 " in line)
        self._serve(served)
        self._resolve(anchor)

    def _addresses(self, zone):
        if zone == "lab.test":
            yield f"ns.lab.test. IN A {AUTHORITY}"
        for name, host in [*self.hosts.items(), *((name, {"number": 80}) for name in self.policies)]:
            if name.endswith("." + zone):
                yield f"{name}. IN A 192.0.2.{host['number']}"
                if host.get("v6", True):
                    yield f"{name}. IN AAAA 2001:db8::{host['number']}"

    def _serve(self, served):
        """All zones, by one server."""
        zones = "\n".join(f'zone "{zone or "."}" {{ type primary; file "{path}"; }};' for zone, path in served.items())
        (self.names / "named.conf").write_text(f"""
options {{ directory "{self.names}"; listen-on {{ {AUTHORITY}; }}; listen-on-v6 {{ none; }}; recursion no;
  pid-file none; session-keyfile none; dnssec-validation no; notify no; allow-transfer {{ none; }}; }};
controls {{ }};
{zones}
""")
        self._start("named", ["named", "-f", "-c", self.names / "named.conf"], AUTHORITY, 53)

    def _resolve(self, anchor):
        (self.names / "anchor").write_text(anchor + "\n")
        (self.names / "hints").write_text(f". 60 IN NS ns.lab.test.\nns.lab.test. 60 IN A {AUTHORITY}\n")
        (self.names / "unbound.conf").write_text(f"""
server:
  interface: {RESOLVER}
  access-control: 0.0.0.0/0 allow
  do-ip6: no
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  root-hints: {self.names}/hints
  trust-anchor-file: {self.names}/anchor
  local-zone: "test." nodefault
remote-control:
  control-enable: no
""")
        self._start("unbound", ["unbound", "-d", "-c", self.names / "unbound.conf"], RESOLVER, 53)
        (self.names / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions edns0 trust-ad\n")
        self._mount(self.names / "resolv.conf", os.path.realpath("/etc/resolv.conf"))
        key = re.sub(r"^(\S+)\s+IN\s+DNSKEY\s+(\d+) (\d+) (\d+) (.*)$", r'. static-key \2 \3 \4 "\5"', anchor)
        (self.names / "bind.keys").write_text(f"trust-anchors {{ {key}; }};\n")
        self._mount(self.names / "bind.keys", "/etc/bind/bind.keys")
        (self.names / "hosts").write_text("127.0.0.1 localhost\n")
        self._mount(self.names / "hosts", "/etc/hosts")

    def _start(self, name, words, address, port):
        with open(self.folder / f"{name}.log", "wb") as log:
            subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        listens(address, port)

    # Mail

    def _mail(self):
        hosts = {name: host for name, host in self.hosts.items() if host.get("mail", True)}
        if not hosts:
            return
        etc = self.folder / "postfix"
        for name in ("", "spool", "lib", "log"):
            (etc / name).mkdir()
        shutil.chown(etc / "lib", "postfix")
        (etc / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {etc}/spool
data_directory = {etc}/lib
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
maillog_file = {etc}/log/mail.log
maillog_file_prefixes = {etc}/log
inet_protocols = all
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
relay_domains = lab.test
default_transport = error:no mail here
mynetworks =
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
# A client that speaks before its turn is refused, before the banner and after it.
smtpd_forbid_unauth_pipelining = yes
smtpd_delay_reject = no
smtpd_client_restrictions = sleep 1, reject_unauth_pipelining
""")
        lines = ["postlog unix-dgram n - n - 1 postlogd", "anvil unix - - n - 1 anvil", "rewrite unix - - n - - trivial-rewrite",
                 "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr", "pickup unix n - n 60 1 pickup",
                 "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce", "proxymap unix - - n - - proxymap",
                 "tlsmgr unix - - n 1000? 1 tlsmgr", "error unix - - n - - error", "retry unix - - n - - error"]
        for name, host in hosts.items():
            settings = {"myhostname": name, **host.get("settings", {})}
            if host.get("certificate"):
                settings["smtpd_tls_chain_files"] = self.order.file(name)
            else:
                settings["smtpd_tls_security_level"] = "none"
            options = [f"  -o {key}={value}" for key, value in settings.items()]
            for address in [f"192.0.2.{host['number']}"] + [f"[2001:db8::{host['number']}]"] * host.get("v6", True):
                lines += [f"{address}:25 inet n - n - - smtpd", *options]
        (etc / "master.cf").write_text("\n".join(lines) + "\n")
        shell("postfix", "-c", etc, "start")
        for host in hosts.values():
            listens(f"192.0.2.{host['number']}", 25)

    # Web

    def _web(self):
        if not self.policies:
            return
        web = self.folder / "web"
        web.mkdir()
        blocks = []
        for number, (name, policy) in enumerate(self.policies.items()):
            certificate = self.order.issue(name, policy.get("certificate", "good"))
            (web / name).mkdir()
            body = policy.get("body")
            if body is not None:
                (web / name / "policy").write_text(body)
            serve = policy.get("serve", f"types {{ }} default_type {policy.get('type', 'text/plain')}; alias {web}/{name}/policy;")
            blocks.append(f"""server {{ listen 192.0.2.80:443 ssl; listen [2001:db8::80]:443 ssl; server_name {name};
  ssl_certificate {certificate}; ssl_certificate_key {self.order.key(name)};
  location = /.well-known/mta-sts.txt {{ {serve} }} }}""")
        (web / "nginx.conf").write_text(f"""
user root; worker_processes 1; daemon off; pid {web}/pid; error_log {web}/error.log;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {web}/b; proxy_temp_path {web}/p; fastcgi_temp_path {web}/f;
  uwsgi_temp_path {web}/u; scgi_temp_path {web}/s;
{chr(10).join(blocks)}
}}
""")
        self._start("nginx", ["nginx", "-c", web / "nginx.conf"], "192.0.2.80", 443)
