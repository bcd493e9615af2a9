#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Completion in the real shells, each on a terminal: what is typed, Tab, and the line that comes of it. And what the
program says to a word that is no command."""
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import termios
import time

from harness import PATIENCE, PROGRAM, Skip, case, clean_environment, contains, equal, main, run, scratch_folder


class Shell:
    """A shell on a terminal, with the program in its path and its script loaded."""

    START = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"], "fish": ["fish", "-N", "-i"]}
    # What makes zsh complete at once, and no shell ask.
    SETUP = {"bash": "PS1=; bind 'set completion-query-items 0'; source '{script}'",
             "zsh": "PS1=; unsetopt prompt_cr prompt_sp beep; autoload -U compinit; compinit -u -D; source '{script}'",
             "fish": "function fish_prompt; end; source '{script}'"}

    def __init__(self, name):
        if not shutil.which(name):
            raise Skip(f"no {name} here")
        self.folder = scratch_folder("tlsrpt-shell-")
        (self.folder / "archive.mbox").write_text("")
        script = self.folder / "script"
        script.write_text(run("completion", name).stdout)
        self.terminal, inner = pty.openpty()
        path = f"{pathlib.Path(PROGRAM).parent}:/usr/bin:/bin"
        self.process = subprocess.Popen(self.START[name], stdin=inner, stdout=inner, stderr=inner, cwd=self.folder,
                                        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
                                        env=clean_environment(PATH=path, TERM="xterm", HOME=str(self.folder), COLUMNS="400"))
        os.close(inner)
        self.n = 0
        self.type(self.SETUP[name].format(script=script) + "\r")
        self.line("true", "")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def read_until(self, pattern):
        seen, deadline = "", time.monotonic() + PATIENCE
        while not re.search(pattern, seen):
            assert time.monotonic() < deadline, seen
            if select.select([self.terminal], [], [], 0.2)[0]:
                seen += os.read(self.terminal, 65536).decode(errors="replace")
        return re.search(pattern, seen)

    def line(self, typed, tab="\t"):
        """What stands on the line after @typed and Tab: it is made an argument of echo, by moving to both ends."""
        self.n += 1
        self.type(f"{typed}{tab}\x01echo '{self.n}'x\"[\x05]\"\r")
        return self.read_until(rf"{self.n}x\[([^\"\]]*)\]")[1]

    def end(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        os.close(self.terminal)


# What is typed, and the line after Tab.
LINES = [
    ("tlsrpt-ingest dig", "tlsrpt-ingest digest "),
    ("tlsrpt-ingest schema ins", "tlsrpt-ingest schema install "),
    ("tlsrpt-ingest quarantine ret", "tlsrpt-ingest quarantine retry "),
    ("tlsrpt-ingest digest --sin", "tlsrpt-ingest digest --since="),
    ("tlsrpt-ingest replay --from-s", "tlsrpt-ingest replay --from-start "),
    ("tlsrpt-ingest doctor --databa", "tlsrpt-ingest doctor --database="),
    ("tlsrpt-ingest replay arch", "tlsrpt-ingest replay archive.mbox "),
    ("tlsrpt-ingest doctor --policy=arch", "tlsrpt-ingest doctor --policy=archive.mbox "),
    ("tlsrpt-ingest alert --set=require-d", "tlsrpt-ingest alert --set=require-dkim="),
    ("tlsrpt-ingest help doc", "tlsrpt-ingest help doctor "),
    ("tlsrpt-ingest completion fi", "tlsrpt-ingest completion fish "),
    ("tlsrpt-ingest schema --sin", "tlsrpt-ingest schema --sin"),
]


def completes(name):
    shell = Shell(name)
    try:
        for typed, wanted in LINES:
            # zsh takes its own blank or = away where another letter is not typed behind it.
            equal(shell.line(typed).rstrip(" ="), wanted.rstrip(" ="), name)
    finally:
        shell.end()


for name in Shell.START:
    case(f"/completion/{name}", name)(completes)


@case("/completion/of-another-shell")
def another_shell():
    for words in (["completion"], ["completion", "ksh"]):
        done = run(*words)
        equal((done.returncode, done.stderr), (64, "tlsrpt-ingest: completion needs a shell: bash, zsh or fish\n"))


# A word, and the command that is meant: two letters away, and not three.
WORDS = [("digst", "digest"), ("digets", "digest"), ("dgst", "digest"), ("alrt", "alert"), ("inspekt", "inspect"),
         ("schemata", "schema"), ("schematas", None), ("x", None), ("quarantaene", "quarantine"), ("doktor", "doctor")]


@case("/words/did-you-mean")
def meant():
    for word, command in WORDS:
        done = run(word)
        equal((done.returncode, done.stderr), (75, f"tlsrpt-ingest: unknown command '{word}'"
              + (f", did you mean '{command}'?" if command else "") + "; see tlsrpt-ingest --help\n"))


# Command line, and the option that is meant.
OPTIONS = [("digest", "--fromat=csv", "format"), ("digest", "--untl", "until"), ("quarantine", "--crit", None),
           ("prune", "--dryrun", "dry-run"), ("schema", "--databse=x", "database"), ("digest", "--zzzzz", None)]


@case("/words/did-you-mean-an-option")
def option_meant():
    for command, word, option in OPTIONS:
        done = run(command, word)
        equal((done.returncode, done.stderr), (64, f"tlsrpt-ingest: Unknown option {word}"
              + (f", did you mean '--{option}'?" if option else "") + f"; see tlsrpt-ingest help {command}\n"))
    done = run("--versoin")
    equal((done.returncode, done.stderr),
          (75, "tlsrpt-ingest: Unknown option --versoin, did you mean '--version'?; see tlsrpt-ingest --help\n"))
    equal(run("digest", "--since").stderr, "tlsrpt-ingest: Missing argument for --since; see tlsrpt-ingest help digest\n")


@case("/words/help-of-a-command")
def help_of():
    equal(run("help").stdout, run("--help").stdout)
    equal(run("help", "help").stdout, run("--help").stdout)
    for command in ("deliver", "schema", "digest"):
        equal(run("help", command).stdout, run(command, "--help").stdout)
    contains(run("help", "digst").stderr, "did you mean 'digest'?")
    equal(run("-V").stdout, run("--version").stdout)


if __name__ == "__main__":
    main()
