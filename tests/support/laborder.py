# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates to order, each by the openssl program: good, expired, for another name, without their
intermediate, below one that has expired, self-signed."""
import hashlib
import subprocess
import time

from harness import PATIENCE

SERIAL = 2024010101

OPENSSL = """
[ca]
default_ca = order
[order]
database = {folder}/index
new_certs_dir = {folder}/new
rand_serial = yes
default_md = sha256
unique_subject = no
policy = anything
copy_extensions = copy
[anything]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
PAST = ("-startdate", "20200101000000Z", "-enddate", "20200301000000Z")
NOW = ("-startdate", "20200101000000Z", "-enddate", "20480101000000Z")


def days_of(kind):
    """`ends-in-N` is good for N days and an hour."""
    if not kind.startswith("ends-in-"):
        return PAST if kind == "expired" else NOW
    end = time.gmtime(time.time() + int(kind.removeprefix("ends-in-")) * 86400 + 3600)
    return (*NOW[:3], time.strftime("%Y%m%d%H%M%SZ", end))


def openssl(*words):
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


class Order:
    def __init__(self, folder):
        self.folder = folder
        (folder / "new").mkdir(parents=True)
        (folder / "index").write_text("")
        (folder / "openssl.cnf").write_text(OPENSSL.format(folder=folder))
        self.root = folder / "root.pem"
        self._request("root", "Lab Root")
        openssl("ca", "-batch", "-notext", "-config", folder / "openssl.cnf", "-selfsign", "-extensions", "authority",
                "-keyfile", self.key("root"), "-in", folder / "root.csr", "-out", self.root, *NOW)
        self._sign("inter", "Lab Intermediate", "root", "authority", NOW)
        self._sign("old-inter", "Old Lab Intermediate", "root", "authority", PAST)

    def key(self, name):
        return self.folder / f"{name}.key"

    def file(self, name):
        """Key, then the chain as a mail server presents it."""
        return self.folder / f"{name}.all"

    def _request(self, name, subject, *more):
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={subject}", *more,
                "-keyout", self.key(name), "-out", self.folder / f"{name}.csr")

    def _sign(self, name, subject, issuer, extensions, days, *more):
        self._request(name, subject, *more)
        openssl("ca", "-batch", "-notext", "-config", self.folder / "openssl.cnf", "-extensions", extensions, "-keyfile",
                self.key(issuer), "-cert", self.folder / f"{issuer}.pem", "-in", self.folder / f"{name}.csr",
                "-out", self.folder / f"{name}.pem", *days)

    def _massive(self, name):
        """A certificate of more than a megabyte: 30,000 names."""
        config = self.folder / f"{name}.cnf"
        names = "".join(f"DNS.{n} = {n:020}.lab.test\n" for n in range(1, 30001))
        config.write_text(f"[req]\ndistinguished_name = dn\n[dn]\n[huge]\nsubjectAltName = @names\n[names]\n{names}")
        openssl("req", "-x509", "-config", config, "-extensions", "huge", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", "3000", "-subj", f"/CN={name}", "-keyout", self.key(name), "-out", self.folder / f"{name}.pem")

    def issue(self, name, kind):
        """A certificate for host @name; returns the file with the chain."""
        named = ("-addext", f"subjectAltName=DNS:{'old.example' if kind == 'wrong-name' else name}")
        issuer = "old-inter" if kind == "expired-intermediate" else "inter"
        if kind == "massive":
            self._massive(name)
            chain = [name]
        elif kind == "control":
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3000", "-utf8", "-subj",
                    "/CN=a\x1b[2Jb|c", "-addext", "subjectAltName=DNS:\x1b[2J|\x07.example", "-keyout", self.key(name), "-out", self.folder / f"{name}.pem")
            chain = [name]
        elif kind == "self-signed":
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3000", "-subj",
                    f"/CN={name}", *named, "-keyout", self.key(name), "-out", self.folder / f"{name}.pem")
            chain = [name]
        else:
            self._sign(name, name, issuer, "leaf", days_of(kind), *named)
            chain = [name] if kind == "no-intermediate" else [name, issuer]
        text = "".join((self.folder / f"{one}.pem").read_text() for one in chain)
        path = self.folder / f"{name}.chain"
        path.write_text(text)
        self.file(name).write_text(self.key(name).read_text() + text)
        self.file(name).chmod(0o600)
        return path

    def key_digest(self, name):
        """What belongs into a TLSA 3 1 1 record."""
        public = openssl("pkey", "-in", self.key(name), "-pubout", "-outform", "DER")
        return hashlib.sha256(public).hexdigest()
