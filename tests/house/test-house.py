# SPDX-License-Identifier: GPL-3.0-or-later
"""What every header and source keeps to: each header compiles alone, and no two units include each other."""
import concurrent.futures
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from harness import ROOT, case, equal, main  # noqa: E402

SOURCE = ROOT / "src"
FILES = sorted(path for path in SOURCE.rglob("*") if path.suffix in (".c", ".h"))
# Being taken apart: these go from here with the last of what they name.
KNOWN_CIRCLES = ["insight/book <-> insight/match"]
KNOWN_COUNTED = ["insight/alert"]
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


@case("/house/no-two-units-include-each-other")
def circles():
    uses = {}
    for path in FILES:
        included = re.findall(r'#include "([^"]+)\.h"', path.read_text())
        uses.setdefault(unit(path), set()).update(name for name in included if name != unit(path))
    circles_found = {f"{one} <-> {other}" for one in uses for other in uses[one]
                     if one < other and one in uses.get(other, ())}
    equal(sorted(circles_found - set(KNOWN_CIRCLES)), [])


@case("/house/no-command-calls-libpq")
def commands():
    equal([str(path) for path in FILES if unit(path).startswith("command/")
           and re.search(r"\bPQ[a-z]\w+ *\(", path.read_text())], [])


@case("/house/no-parameter-is-counted-by-hand")
def parameters():
    equal([f"{path}: {found}" for path in FILES if unit(path) not in KNOWN_COUNTED
           for found in re.findall(r"\$[1-9][0-9]\b", path.read_text())], [])


main()
