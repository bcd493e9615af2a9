# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails that dkimpy signs, with keys in a real name server, in a network and a mount namespace of a test's own."""
import atexit
import base64
import functools
import os
import shutil
import socket
import subprocess
import sys
import time

try:
    import dkim
    import nacl.signing
except ImportError:  # it is Debian's, whichever Python is in front
    dkim = None
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and not os.environ.get("AGAIN"):
        os.environ["AGAIN"] = "1"
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

from harness import PATIENCE, mail, part, report, scratch_folder

INSIDE = "TLSRPT_TEST_INSIDE"
GOOD, HOSTILE, NOBODY = "127.0.0.1", "127.0.0.2", "127.0.0.3"
DOMAINS = ("google.example", "microsoft.example", "sender.example", "evil.example", "lists.example")


def enter():
    """Returns inside the namespaces, or with the reason why there are none."""
    if os.environ.get(INSIDE):
        return None
    missing = [name for name in ("unshare", "ip", "dnsmasq", "openssl") if not shutil.which(name)]
    if dkim is None or missing:
        return f"no {(missing or ['python3-dkim'])[0]} here"
    if os.geteuid() != 0:
        return "only root has namespaces"
    resolv = scratch_folder() / "resolv.conf"
    resolv.write_text(f"nameserver {GOOD}\n")
    command = ["unshare", "--net", "--mount", "--propagation=private", "sh", "-c",
               f'ip link set lo up && mount --bind {resolv} /etc/resolv.conf && exec "$0" "$@"']
    if subprocess.run([*command, "true"], capture_output=True, timeout=PATIENCE, check=False).returncode != 0:
        return "no namespace may be made here"
    status = subprocess.run([*command, sys.executable, *sys.argv], env={**os.environ, INSIDE: "1"}, check=False).returncode
    sys.exit(status)


def ask(address, options=""):
    """Which name server /etc/resolv.conf names from now on."""
    with open("/etc/resolv.conf", "w", encoding="ascii") as resolv:
        resolv.write(f"nameserver {address}\n{options}")


@functools.cache
def key(bits):
    path = scratch_folder() / "private"
    words = ["genpkey", "-algorithm", "ed25519"] if bits == "ed25519" else ["genrsa", "-traditional", bits]
    path.write_bytes(subprocess.run(["openssl", *words], capture_output=True, check=True, timeout=PATIENCE).stdout)
    public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], capture_output=True,
                            check=True, timeout=PATIENCE).stdout
    if bits == "ed25519":
        seed = subprocess.run(["openssl", "pkey", "-in", path, "-outform", "DER"], capture_output=True, check=True,
                              timeout=PATIENCE).stdout[-32:]
        return base64.b64encode(seed), "v=DKIM1; k=ed25519; p=" + base64.b64encode(public[-32:]).decode()
    return path.read_bytes(), "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


@functools.cache
def name_server():
    """dnsmasq with the keys of the domains: s1024, s2048, ed and tlsrpt, which is for that service alone."""
    def line(name, text):
        strings = ",".join('"' + text[i:i + 250] + '"' for i in range(0, len(text), 250))
        return f"txt-record={name},{strings}\n"
    folder = scratch_folder()
    lines = ["no-resolv\nno-hosts\nlocal=/#/\nbind-interfaces\nuser=root\n", f"listen-address={GOOD}\n"]
    for domain in DOMAINS:
        lines += [line(f"s1024._domainkey.{domain}", key("1024")[1]), line(f"s2048._domainkey.{domain}", key("2048")[1]),
                  line(f"ed._domainkey.{domain}", key("ed25519")[1]),
                  line(f"tlsrpt._domainkey.{domain}", key("2048")[1].replace("k=rsa", "k=rsa; s=tlsrpt"))]
    (folder / "conf").write_text("".join(lines))
    process = subprocess.Popen(["dnsmasq", "--no-daemon", f"--conf-file={folder / 'conf'}", "--pid-file="],
                               stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    atexit.register(process.wait, PATIENCE)
    atexit.register(process.terminate)
    deadline = time.monotonic() + PATIENCE
    with socket.socket() as probe:
        while probe.connect_ex((GOOD, 53)) != 0:
            assert time.monotonic() < deadline and process.poll() is None, "dnsmasq does not listen"
            time.sleep(0.05)


def signed(message, domain, selector, names, header="relaxed", body="relaxed"):
    message = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    private = key("ed25519" if selector == "ed" else "1024" if selector == "s1024" else "2048")[0]
    signature = dkim.sign(message, selector.encode(), domain.encode(), private, include_headers=names,
                          canonicalize=(header.encode(), body.encode()),
                          signature_algorithm=b"ed25519-sha256" if selector == "ed" else b"rsa-sha256")
    return signature + message


def ed25519(data):
    """A signature of @data by the key ed."""
    return nacl.signing.SigningKey(base64.b64decode(key("ed25519")[0])).sign(data).signature


def message_of(domain, sender=None, **members):
    document = report(**members)
    return mail(part(document), sender=sender or f"tls@{domain}", header=[f"Message-ID: <1@{domain}>"]).replace(
        b"TLS-Report-Submitter: sender.example", b"TLS-Report-Submitter: " + domain.encode())


def google():
    """Covers the TLS-Report fields, repeats From, and is signed by 2048 bits, relaxed."""
    message = message_of("google.example", "noreply-smtp-tls-reporting@google.example", **{
        "organization-name": "Google Inc.", "contact-info": "smtp-tls-reporting@google.example"})
    return signed(message, "google.example", "s2048", [
        b"to", b"from", b"subject", b"tls-report-domain", b"tls-report-submitter", b"mime-version", b"date", b"from",
        b"to", b"cc", b"subject", b"date", b"message-id", b"reply-to"])


def microsoft():
    """1024 bits, and the TLS-Report fields are not covered."""
    message = message_of("microsoft.example", "tlsrpt-noreply@microsoft.example", **{
        "organization-name": "Microsoft Corporation", "contact-info": "tlsrpt-noreply@microsoft.example",
        "report-id": "133925885310113267+example.org"})
    return signed(message, "microsoft.example", "s1024", [b"from", b"date", b"subject", b"message-id", b"content-type",
                                                          b"mime-version", b"x-ms-exchange-senderadcheck"])
