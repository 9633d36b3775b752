# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated tenants with very many rules and people, and how many seconds of CPU the check takes for each."""

from __future__ import annotations

import random
import time

from .compare import product_check
from .tenants import HOME, NOW, Case, Maker, Tenant, _person


class _LargeMaker(Maker):
    """Makes a tenant with a given number of rules, about people, domains, headers and addresses of which there are many."""

    def __init__(self, source: random.Random, rules: int) -> None:
        super().__init__(source)
        self._rules = rules

    def _how_many(self) -> int:
        return self._rules

    def _directory(self) -> None:
        super()._directory()
        people = self.snapshot["recipients"]
        for number in range(self._rules // 3):
            address = f"person{number}@{HOME}"
            people[address] = _person(address, "individual", [address], None, "")
        everybody = self._of_kind("individual")
        for number in range(self._rules // 20):
            address = f"team{number}@{HOME}"
            people[address] = _person(address, "group", [address], self.some(everybody, 9), "")

    def _predicate(self) -> Tenant:
        number = self.random.randrange(self._rules)
        many: list[Tenant] = [
            {"sender_domain_is": [f"partner{number}.example"]},
            {"from": [f"somebody@partner{number}.example"]},
            {"sender_ip_ranges": [f"203.0.{number % 200}.0/28"]},
            {"header_contains_message_header": f"X-{number}", "header_contains_words": ["x"]},
            {"subject_contains_words": [f"word{number}"]},
        ]
        return self.one(many) if self.chance(50) else super()._predicate()

    def _actions(self) -> Tenant:
        if self.chance(15):
            return {"redirect_message_to": self.users()[:1]}
        if self.chance(10):
            number = self.random.randrange(self._rules)
            return {"set_header_name": f"X-{number}", "set_header_value": "x"}
        return super()._actions()


def large(number: int, rules: int) -> Case:
    """The large tenant of that number."""
    return _LargeMaker(random.Random(number), rules).case()


def seconds(case: Case) -> float:
    """Of CPU that the check of a tenant takes."""
    began = time.process_time()
    product_check()(*case, now=NOW)
    return time.process_time() - began
