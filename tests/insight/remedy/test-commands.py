#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that an operator is told to paste, pasted: each into a shell whose programs only say what they
were called with. Domain, MX and addresses come from strangers, and none of their words becomes a command."""
import functools
import pathlib
import re
import shutil
import subprocess

from harness import BUILD, PATIENCE, ROOT, case, contains, equal, main, run, scratch_folder

SHOW = BUILD / "tests" / "insight" / "remedy" / "show-remedy"
PROGRAMS = ("openssl", "dig", "delv", "curl", "whois", "timeout", "xargs", "tlsrpt-ingest")
FILTERS = ("head", "touch", "grep", "awk", "sed")
SOURCES = [ROOT / "src/insight/remedy" / name for name in ("mx.c", "dane.c", "sts.c", "silence.c", "sight.c")]
FINDINGS = [finding for path in SOURCES for finding in re.findall(r'\.finding = "([a-z-]+)"', path.read_text())]
HOSTILE = (
    "$(touch pwned).example", "`touch pwned`.example", ";touch pwned", "x;touch pwned;", "x|touch pwned",
    "x&touch pwned&", "x&&touch pwned", "x||touch pwned", ">pwned", "x>pwned", "<(touch pwned)", "x\ntouch pwned\n",
    "\ntouch pwned", "'; touch pwned; '", '"; touch pwned; "', "\\\ntouch pwned", "# \ntouch pwned", "${x:=$(touch pwned)}",
    "-oProxyCommand=touch pwned", "--output=pwned", "-opwned", "*", "?", "~root", "{a,b}.example", "{mx}", "{domain}", "a b", "!!",
    "x\ttouch", "x\u2028touch pwned", "x" * 254, ".", "-", "%s", "\\", "x\x7f", "@1.1.1.1", "+trace",
)


def shown(finding, *more):
    """The remedy of @finding, as lists of lines by their label."""
    words = [SHOW, f"cause={finding}", "mechanism=sts", *more] + ["security"] * (finding == "foreign-mx")
    if finding == "tlsa-unusable":
        words[1:3] = ["cause=tlsa-invalid", "mechanism=tlsa", "effect=unprotected"]
    text = subprocess.run(words, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout.split("\ndraft\n")[0]
    lines = {}
    for line in text.splitlines():
        label, words = line.split("\t", 1)
        lines.setdefault(label, []).append(words)
    return lines


def commands(finding, *more):
    return shown(finding, *more)["command"]


NAMES = ("kind=policy-mx", "domain=example.org", "mx=mx1.example.net", "ip=192.0.2.9", "reporter=reporter.example")


@functools.cache
def stage():
    """A folder of programs that print their names and words; dig finds two addresses."""
    folder = scratch_folder()
    (folder / "bin").mkdir()
    (folder / "work").mkdir()
    for program in PROGRAMS:
        path = folder / "bin" / program
        # One write a call: the programs of a pipe run at once.
        path.write_text("#!/bin/bash\nIFS=$'\\t'\nprintf '%s\\n' \"${0##*/}${IFS}$*\" >>\"$CALLS\"\n"
                        + "printf '192.0.2.9\\n2001:db8::9\\nalias.example.\\n10 mx7.example.\\n20 -x.example.\\n'\n" * (program == "dig"))
        path.chmod(0o755)
    for program in FILTERS:
        (folder / "bin" / program).symlink_to(shutil.which(program))
    return folder


def paste(lines):
    """Runs @lines as typed; returns the calls, each a list of words."""
    folder = stage()
    calls = folder / "calls"
    calls.write_text("")
    text = "\n".join(lines) + "\n"
    syntax = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    equal((syntax.returncode, syntax.stderr), (0, ""), text)
    done = subprocess.run([shutil.which("bash"), "--norc"], input=text, capture_output=True, text=True, check=False,
                          cwd=folder / "work", timeout=PATIENCE, env={"PATH": str(folder / "bin"), "CALLS": str(calls)})
    equal(done.stderr, "", text)
    equal(list((folder / "work").iterdir()), [], text)
    return [line.split("\t") for line in calls.read_text().splitlines()]


@case("/remedy/commands/of-every-finding-are-filled-in-and-run")
def filled():
    equal(len(FINDINGS), 21)
    for finding in FINDINGS:
        lines = commands(finding, *NAMES)
        calls = paste(lines)
        assert len(calls) >= len(lines) > 0, finding
        for call in calls:
            assert not [word for word in call if re.search(r"\{[a-z]+\}|MX-HOST|DOMAIN|ZONE|ADDRESS", word)], call


@case("/remedy/commands/look-at-every-address-and-at-no-alias")
def addresses():
    calls = paste(commands("certificate-expired", *NAMES)[:1])
    equal([call[call.index("-connect") + 1] for call in calls if call[0] == "timeout"],
          ["[192.0.2.9]:25", "[2001:db8::9]:25"])


@case("/remedy/commands/an-mx-that-no-report-names-is-looked-up")
def looked_up():
    calls = paste(commands("tlsa-invalid", "kind=domain", "place=example.org", "domain=example.org"))
    assert ["dig", "+short", "MX", "example.org"] in calls, calls
    equal({call[call.index("-dane_tlsa_domain") + 1] for call in calls if "-dane_tlsa_domain" in call}, {"mx7.example"})


def named(word):
    return ["kind=policy-mx", *(f"{member}={word}" for member in ("domain", "mx", "ip", "reporter"))]


@case("/remedy/commands/no-word-of-a-stranger-is-one")
def hostile():
    for finding in FINDINGS:
        nameless = shown(finding, *named("-"))
        paste(nameless["command"])
        for word in HOSTILE:
            lines = shown(finding, *named(word))
            equal([lines[label] for label in ("command", "cause", "change")],
                  [nameless[label] for label in ("command", "cause", "change")], word)


@case("/remedy/commands/our-own-exist")
def own_commands():
    names = {words for finding in FINDINGS for lines in shown(finding, *NAMES).values() for line in lines
             for words in re.findall(r"tlsrpt-ingest ((?:[a-z-]+(?![\w.-]) ?)+)", line)}
    equal(len(names) > 0, True)
    for words in map(str.split, names):
        asked = run(words[0], "--help")
        equal(asked.returncode, 0, words)
        for word in words[1:]:
            contains(asked.stdout, word)


@case("/remedy/every-result-type-of-the-decoder-has-an-entry")
def twins():
    source = (pathlib.Path(ROOT) / "src/core/report/failure.c").read_text()
    table = re.search(r"result_types\[\] = \{(.*?)NULL", source, re.S)[1]
    types = set(re.findall(r'"([a-z-]+)"', table))
    equal(len(types), 11)
    equal(types - set(FINDINGS), set())


@case("/remedy/titles-of-the-database-are-those-of-the-program")
def titles():
    rows = re.findall(r"^\('([a-z-]+)', '[a-z-]+', \w+, '(.*)'\)[,;]$", (ROOT / "sql/data/result_type.sql").read_text(), re.M)
    equal([name for name, _ in rows], FINDINGS)
    for name, title in rows:
        assert shown(name)["title"][0].endswith(": " + title.replace("''", "'")), (name, title)


if __name__ == "__main__":
    main()
