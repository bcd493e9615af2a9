#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every block of README.md: commands are run, what they print is compared, samples are those that
tests/mta runs."""
import functools
import os
import pathlib
import re
import shutil
import subprocess

from harness import (PROGRAM, ROOT, Cluster, case, clean_environment, contains, equal, main, one,
                     run, scratch_folder, sql)

BUILD_PATIENCE = 300  # seconds for a whole build on a busy machine

cluster = functools.cache(Cluster)
TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```([\w.]+)\n(.*?)^```$", TEXT, re.M | re.S)


def blocks(language):
    return [text for name, text in BLOCKS if name == language]


@functools.cache
def place():
    """A folder like a checkout, with the program of this build first in PATH."""
    folder = scratch_folder("tlsrpt-readme-")
    for name in ("src", "tests", "sql", "contrib", "meson.build"):
        (folder / name).symlink_to(ROOT / name)
    database = cluster().empty_database()
    shell("tlsrpt-ingest schema install && tlsrpt-ingest replay contrib/sample/tlsrpt.mbox", folder,
          TLSRPT_DATABASE=database)
    return folder, database


@functools.cache
def psqlrc():
    """An error in a query is to end psql."""
    path = scratch_folder() / "psqlrc"
    path.write_text("\\set ON_ERROR_STOP on\n")
    return str(path)


def shell(text, folder, timeout=BUILD_PATIENCE, **more):
    path = more.pop("PATH", None) or f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-e", "-c", text], cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=timeout, check=False,
                          env=clean_environment(PATH=path, PSQLRC=psqlrc(), **more))
    equal(done.returncode, 0, text + done.stdout[-2000:] + done.stderr[-2000:])
    return done.stdout


def quickstart():
    """In the real checkout, as its build is there; the server is left as it was."""
    running = (ROOT / "build-quickstart" / "server" / "data" / "postmaster.pid").exists()
    try:
        output = shell("contrib/quickstart", ROOT)
        contains(output, "TLS reports on all domains, 2026-01-05 to 2026-01-14\n")
        told = [re.sub(r"Made .* UTC", "Made", text).split("\n\n")[1:]
                for text in (shell("contrib/quickstart", ROOT), output)]
        equal(told[0], told[1])
        line = re.search(r"^  (psql '.*' -c .*)$", output, re.M)[1]
        contains(shell(line, ROOT), "Pochta")
    finally:
        if not running:
            shell("tests/postgres stop build-quickstart/server", ROOT)


SHIMS = {
    # Packages and system users are the machine's own: what the rest needs of them is there already.
    "apt-get": "exit 0",
    "adduser": "exit 0",
    "runuser": 'shift 3; exec "$@"',
}


@functools.cache
def installed():
    """The program as the README installs it, under a root of its own, beside a private server."""
    folder = scratch_folder("tlsrpt-install-")
    for name in ("src", "tests", "sql", "contrib"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True)
    shutil.copy(ROOT / "meson.build", folder)
    shims = folder / "shims"
    shims.mkdir()
    for name, line in SHIMS.items():
        (shims / name).write_text(f"#!/bin/sh\n{line}\n")
        (shims / name).chmod(0o755)
    words = dict(re.findall(r"(\w+)=(\S+)", cluster().empty_database()))
    root = folder / "root"
    return folder, {"DESTDIR": str(root), "PGHOST": words["host"], "PGUSER": words["user"],
                    "PATH": f"{shims}:{root}/usr/bin:{os.environ['PATH']}"}


def installation(text):
    folder, environment = installed()
    if "schema status" in text:
        environment = {**environment, "TLSRPT_DATABASE": "dbname=tlsrpt"}
    shell(text, folder, **environment)
    if "meson setup" in text:
        under = folder / "root" / "usr"
        equal(subprocess.run([under / "bin" / "tlsrpt-ingest", "--version"], check=True,
                             capture_output=True).stdout[:13], b"tlsrpt-ingest")
        for page in ("man1/tlsrpt-ingest.1", "man1/tlsrpt-ingest-deliver.1", "man5/tlsrpt-ingest.conf.5",
                     "man7/tlsrpt-ingest-views.7", "man7/tlsrpt-ingest-rfc8460.7"):
            assert list((under / "share" / "man").glob(page + "*")), page
        for place in ("bash-completion/completions/tlsrpt-ingest", "zsh/site-functions/_tlsrpt-ingest",
                      "fish/vendor_completions.d/tlsrpt-ingest.fish"):
            contains((under / "share" / place).read_text(), "tlsrpt-ingest")


def without_time(text):
    return re.sub(r"^(  Made) .*$", r"\1", text, flags=re.M)


def commands(text):
    if text == "contrib/quickstart\n":
        quickstart()
    elif text == "tests/run\n":
        # It is what runs this; that CI calls it is all that is left to see.
        contains((ROOT / ".ci" / "run").read_text(), " tests/run ")
    elif text.startswith(("apt-get", "runuser")):
        installation(text)
    else:
        folder, database = place()
        output = shell(text, folder, TLSRPT_DATABASE=database)
        if "FROM tlsrpt.report r" in text:
            contains(re.sub(r" +$", "", output, flags=re.M), blocks("text")[1])
        if "digest --since=2026-01-05" in text:
            contains(without_time(output), without_time(blocks("text")[0]))


for number, block in enumerate(blocks("sh"), 1):
    case(f"/readme/commands/{number}-{re.sub(r'[^a-z0-9]+', '-', block.splitlines()[0].lower())}",
         block)(commands)


def without_comments(name):
    lines = (ROOT / "contrib" / name).read_text().splitlines(True)
    return "".join(line for line in lines if not line.startswith("#"))


for language, name in (("master.cf", "postfix/master.cf"), ("main.cf", "postfix/main.cf"),
                       ("forward", "forward/forward"), ("procmailrc", "procmail/procmailrc")):
    case(f"/readme/sample/{name}-is-the-one-under-test", language, name)(
        lambda language, name: equal(blocks(language), [without_comments(name)]))


@case("/readme/settings-file-is-read")
def settings_file():
    folder, _ = place()
    (folder / "settings.conf").write_text(blocks("ini")[0])
    done = run("schema", "print", f"--config={folder}/settings.conf")
    equal(done.returncode, 0, done.stderr)


@case("/readme/settings-are-settings-of-the-program")
def settings_table():
    table = TEXT.split("\n## Settings\n")[1].split("\n## ")[0]
    named = re.findall(r"^\| `([\w-]+)` \|", table, re.M)
    known = re.findall(r"^(\S+)", run("--help-settings").stdout, re.M)
    assert named and set(named) <= set(known), set(named) - set(known)


@case("/readme/views-are-views-of-the-schema")
def views():
    database = cluster().database()
    known = {row[0] for row in sql(database, """SELECT 'tlsrpt.' || viewname FROM pg_views
             WHERE schemaname = 'tlsrpt'""")}
    table = TEXT.split("\n## Views\n")[1].split("\n## ")[0]
    named = set(re.findall(r"`(tlsrpt\.\w+)`", table))
    assert named and named <= known, named - known
    equal(one(database, f"SELECT count(*) FROM {min(named)}"), "0")


@case("/readme/has-no-block-that-nothing-tests")
def every_block():
    equal({name for name, _ in BLOCKS} - {"sh", "json", "text", "ini", "dns", "master.cf", "main.cf",
                                          "forward", "procmailrc"}, set())


if __name__ == "__main__":
    main()
