# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""python -m tests.mail_flow_solver --tenants 5000 --seed 1: where the solver finds another verdict than the mail-flow check."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "build" / "collections"), str(ROOT)]

from tests.mail_flow_oracle.compare import shown
from tests.mail_flow_solver.agreement import judged
from tests.mail_flow_solver.core_tenants import core_tenant


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    kinds: Counter[str] = Counter()
    mild = strict = 0
    for number in range(arguments.seed * 1_000_000, arguments.seed * 1_000_000 + arguments.tenants):
        one = judged(core_tenant(number))
        kinds[one.solver] += 1
        mild, strict = mild + one.too_mild, strict + one.too_strict
        if one.too_mild or one.too_strict:
            print(f"tenant {number}: check {one.product}, solver {one.solver} ({one.witness})")
        if one.too_mild and mild == 1:
            print(shown(core_tenant(number)))
    print(f"{arguments.tenants} tenants, check too mild {mild}, too strict {strict}; {dict(kinds)}")
    return 1 if mild else 0


if __name__ == "__main__":
    sys.exit(main())
