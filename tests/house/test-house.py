# SPDX-License-Identifier: GPL-3.0-or-later
"""What every header and source keeps to: each header compiles alone, each source has one of its name, and no
circle of units include each other."""
import concurrent.futures
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from harness import ROOT, case, equal, main  # noqa: E402

SOURCE = ROOT / "src"
FILES = sorted(path for path in SOURCE.rglob("*") if path.suffix in (".c", ".h"))
PACKAGES = ["gmime-3.0", "json-glib-1.0", "gio-2.0", "libpq", "zlib", "libcrypto"]


def unit(path):
    return str(path.relative_to(SOURCE).with_suffix(""))


@case("/house/each-header-compiles-alone")
def headers():
    compiler = os.environ.get("CC", "cc").split()
    installed = [name for name in PACKAGES
                 if subprocess.run(["pkg-config", "--exists", name], check=False).returncode == 0]
    flags = subprocess.run(["pkg-config", "--cflags", *installed], check=True, capture_output=True,
                           text=True).stdout.split()

    def fails(header):
        done = subprocess.run([*compiler, "-std=gnu11", "-fsyntax-only", f"-I{SOURCE}", *flags, "-x", "c", "-"],
                              input=f'#include "{header.relative_to(SOURCE)}"\n', capture_output=True,
                              text=True, check=False)
        return f"{header}: {done.stderr.splitlines()[0]}" if done.returncode != 0 else None

    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = list(pool.map(fails, [path for path in FILES if path.suffix == ".h"]))
    assert len(found) > 50, found
    equal([line for line in found if line], [])


def reached(uses, start):
    """The units that @start includes, directly or through others."""
    found = set()
    waiting = [start]
    while waiting:
        for name in uses.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def includes(files):
    uses = {}
    for path in files:
        included = re.findall(r'#include "([^"]+)\.h"', path.read_text())
        uses.setdefault(unit(path), set()).update(name for name in included if name != unit(path))
    return uses


@case("/house/no-circle-of-headers")
def circle_of_headers():
    uses = includes([path for path in FILES if path.suffix == ".h"])
    equal([name for name in uses if name in reached(uses, name)], [])


@case("/house/no-circle-of-units")
def circle_of_units():
    uses = includes(FILES)
    equal([name for name in uses if name in reached(uses, name)], [])
    one_in_another = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    equal([name for name in one_in_another if name in reached(one_in_another, name)], ["a", "b", "c"])


@case("/house/each-source-has-a-header-of-its-name")
def headers_of_sources():
    """But main.c, and a command, which is one table entry that command.h declares."""
    table = (SOURCE / "command/command.h").read_text()
    equal([str(path) for path in FILES if path.suffix == ".c" and not path.with_suffix(".h").exists()
           and path.name != "main.c" and f"tlsrpt_command_{path.stem}" not in table], [])


@case("/house/no-command-calls-libpq")
def commands():
    equal([str(path) for path in FILES if unit(path).startswith("command/")
           and re.search(r"\bPQ[a-z]\w+ *\(", path.read_text())], [])


@case("/house/no-parameter-is-counted-by-hand")
def parameters():
    equal([f"{path}: {found}" for path in FILES for found in re.findall(r"\$[1-9][0-9]\b", path.read_text())], [])


main()
