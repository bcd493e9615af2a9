# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a test program again with a layer of packages over the system: see tests/mta/layer."""
import os
import subprocess
import sys

from harness import BUILD, PATIENCE, ROOT

LAYER = ROOT / "tests" / "mta" / "layer"


def enter(name):
    """Returns inside the layer, or with the reason why there is none."""
    if os.environ.get("TESTED_LAYER") == name:
        return None
    folder = BUILD / "mta" / name
    if os.geteuid() != 0:
        return "layers are made by root alone"
    if not (folder / "packages").exists():
        return f"no packages of {name} here; tests/run fetches them"
    environment = {**os.environ, "TESTED_LAYER": name, "TESTED_SOURCE_ROOT": str(ROOT),
                   "TESTED_BUILD_ROOT": str(BUILD)}
    probe = subprocess.run([LAYER, "run", folder, "/bin/true"], env=environment, timeout=PATIENCE,
                           stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if probe.returncode != 0:
        return "no overlay may be mounted here: " + probe.stderr.decode().split("\n")[0]
    os.execve(LAYER, [str(LAYER), "run", str(folder), sys.executable,
                     os.path.abspath(sys.argv[0]), *sys.argv[1:]], environment)
