# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""python -m tests.mail_flow_oracle --tenants 20000 --seed 1: where the two evaluators differ, each kind once, minimised.

Compared are the verdicts on mail flow, class by class, and whether somebody is called inspected (class "protection") who gets mail that was not.
With --time 300: how many seconds of CPU the product takes for generated tenants of 300 rules; with --time 0 for tenants as they are compared.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "build" / "collections"), str(ROOT)]

from tests.mail_flow_oracle.compare import compare, minimised, shown
from tests.mail_flow_oracle.large import large, seconds
from tests.mail_flow_oracle.oracle import explained, verdicts
from tests.mail_flow_oracle.protection import wrongly_inspected
from tests.mail_flow_oracle.tenants import NOW, Case, tenant


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="only how this evaluator judges them")
    parser.add_argument("--show", type=int, default=5, help="how many disagreements are minimised and shown")
    parser.add_argument(
        "--gravest", type=int, default=2, help="0: wrongly safe only; 1: too mild too; 2: all"
    )
    parser.add_argument(
        "--time",
        type=int,
        metavar="RULES",
        help="only how long tenants of so many rules take; 0 for the usual ones",
    )
    arguments = parser.parse_args()
    numbers = range(arguments.seed * 1_000_000, arguments.seed * 1_000_000 + arguments.tenants)
    if arguments.time is not None:
        return _time(numbers, arguments.time)
    if arguments.alone:
        began = time.monotonic()
        print(Counter(verdicts(*tenant(number), now=NOW)[""] for number in numbers))
        print(f"{(time.monotonic() - began) / len(numbers) * 1000:.1f} ms per tenant")
        return 0
    return _compare(numbers, arguments.show, arguments.gravest)


def _time(numbers: range, rules: int) -> int:
    """The distribution over tenants with so many rules, or of usual size for none, and for which one it is worst."""
    made = ((large(number, rules) if rules else tenant(number), number) for number in numbers)
    taken = sorted((seconds(case), number) for case, number in made)
    for name, part in (("median", 0.5), ("90th percentile", 0.9), ("99th percentile", 0.99), ("worst", 1.0)):
        time_taken, number = taken[min(len(taken) - 1, int(part * len(taken)))]
        print(f"{name:>16}: {time_taken:7.3f} s of CPU (tenant {number})")
    return 0


def _compare(numbers: range, show: int, gravest: int) -> int:
    kinds: Counter[str] = Counter()
    first: dict[str, int] = {}
    for number in numbers:
        for kind in _kinds(tenant(number)):
            if int(kind[0]) <= gravest:
                kinds[kind] += 1
                first.setdefault(kind, number)
    print(f"{len(numbers)} tenants, {sum(kinds.values())} disagreements")
    for kind, count in sorted(kinds.items()):
        print(f"{count:6} {kind}   first: {first[kind]}")
    for kind in sorted(kinds)[:show]:
        _show(kind, first[kind])
    return 1 if kinds else 0


def _kinds(case: Case) -> list[str]:
    """Each disagreement with its gravity and class."""
    found = [
        f"{one.gravity} {one.name.partition(':')[0] or 'tenant'}: product {one.product}, oracle {one.oracle}"
        for one in compare(case)
    ]
    return [*found, *("0 protection: product inspected, oracle not" for _one in wrongly_inspected(case))]


def _show(kind: str, number: int) -> None:
    case = minimised(tenant(number), lambda case: kind in _kinds(case))
    print(f"\n=== {kind} (tenant {number})\n{shown(case)}")
    for told in wrongly_inspected(case):
        print(f"  inspected for the product: {told}")
    name = kind.partition(" ")[2].partition(": product")[0]
    for key, judged in explained(*case, now=NOW).items():
        if key.partition(":")[0] == name:
            print(f"  oracle, {key}: {judged.verdict}")
            for end in judged.ends:
                print(f"    {end}")


if __name__ == "__main__":
    sys.exit(main())
