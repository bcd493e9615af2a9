#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`doctor` on real servers. The cases are in the files of this folder that are imported here."""
import lab
from harness import main

reason = lab.why_not()
if reason:
    main(reason)
lab.enter()

import findings  # noqa: E402
import installations  # noqa: E402
import recordings  # noqa: E402
import suggestions  # noqa: E402
import town  # noqa: E402

if __name__ == "__main__":
    town.LAB = town.build()
    main()
