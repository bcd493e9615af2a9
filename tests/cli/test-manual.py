#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds together what --help says, what the manual says, and what the tables of the program have."""
import functools
import re
import shutil
import subprocess

from harness import ROOT, Skip, case, equal, main, run

PAGE = ROOT / "src" / "tlsrpt-ingest.1"
ADVICE = "src/tlsrpt-ingest.1 and the program differ; the second list is the program's"


@functools.cache
def page():
    return PAGE.read_text()


def section(name):
    return re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", page(), re.M | re.S)[1]


def helped(*words):
    done = run(*words)
    equal(done.returncode, 0, done.stderr)
    return done.stdout


def commands():
    text = helped("--help").split("Commands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  (\S+)", text, re.M)


def options(text):
    """Long options with the name of their value, as --help prints them."""
    return {(name, value) for name, value in re.findall(r"^  (?:-\w, )?--([\w-]+)(?:=(\S+))?", text, re.M)}


def options_of_manual(text):
    items = re.findall(r"^\.It (?:Fl \w , )?Fl -([\w-]+)(?: Ns = Ns Ar (\S+))?", text, re.M)
    return set(items)


@case("/manual/has-every-command")
def every_command():
    named = re.findall(r"^\.It Cm (\w+)", section("COMMANDS"), re.M)
    equal(sorted(named), sorted(commands()), ADVICE)


@case("/manual/has-every-shared-option")
def shared_options():
    equal(sorted(options_of_manual(section("OPTIONS"))),
          sorted(options(helped("schema", "--help"))), ADVICE)


@case("/manual/has-every-option-of-a-command")
def command_options():
    shared = options(helped("schema", "--help"))
    text = section("COMMANDS")
    for name in commands():
        part = re.search(rf"^\.It Cm {name}\b.*?(?=^\.It Cm |\Z)", text, re.M | re.S)[0]
        equal(sorted(options_of_manual(part)), sorted(options(helped(name, "--help")) - shared),
              f"{name}: {ADVICE}")


@case("/manual/has-every-setting")
def settings():
    printed = re.findall(r"^(\S+)  +(\S+)  +", helped("--help-settings"), re.M)
    equal(re.findall(r"^\.It Ic (\S+) Ar (\S+)$", section("SETTINGS"), re.M), printed, ADVICE)


@case("/manual/has-every-exit-status-that-exits-h-has")
def statuses():
    known = set(re.findall(r"= (\d+),", (ROOT / "src" / "exits.h").read_text()))
    equal(set(re.findall(r"^\.It (\d+)$", section("EXIT STATUS"), re.M)), known, ADVICE)


@case("/manual/has-every-deviation")
def deviations():
    table = re.findall(r"ROW \(\w+, \"([^\"]+)\"", (ROOT / "src" / "core" / "deviation.c").read_text())
    equal(re.findall(r"^\.It ([\w-]+) Ta ", section("DEVIATIONS"), re.M), table, ADVICE)


@case("/manual/has-clean-markup")
def markup():
    if not shutil.which("mandoc"):
        raise Skip("no mandoc")
    done = subprocess.run(["mandoc", "-Tlint", str(PAGE)], capture_output=True, text=True, check=False)
    # Whether this machine's index of manuals is up to date is not the page's fault.
    equal([line for line in (done.stdout + done.stderr).splitlines() if "mandoc.db" not in line], [])


@case("/manual/help-names-the-program-and-its-version")
def version():
    project = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text())[1]
    equal(helped("--version"), f"tlsrpt-ingest {project}\n")


if __name__ == "__main__":
    main()
