# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants of which everything can be decided: rules by scope, people, domains and addresses; one lock-down at most; a block list."""

from __future__ import annotations

import random
from typing import Any

from tests.mail_flow_oracle.tenants import (
    EU,
    GATEWAY,
    HOME,
    OTHER,
    OURS,
    US_IN,
    US_OUT,
    Case,
    complete,
    inbound,
    rule,
)

PARTNER, SUPPLIER = "partner.example", "supplier.example"
_ENDS: tuple[dict[str, Any], ...] = (
    {"delete_message": True},
    {"reject_message_reason_text": "no"},
    {"quarantine": True},
)


class _Maker:
    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.snapshot, self.integration = complete()
        self.groups: list[str] = []
        self.users: list[str] = []

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def one(self, options: Any) -> Any:
        return options[self.random.randrange(len(options))]

    def some(self, options: list[Any]) -> list[Any]:
        return self.random.sample(options, 1 + self.random.randrange(min(2, len(options))))

    def case(self) -> Case:
        self._people()
        rules = self.snapshot["mail_flow_rules"]
        self._change_protect(rules[0])
        if self.chance(30):
            second = {**rules[0], "name": OURS[1]}
            second["conditions"], second["exceptions"] = (
                dict(rules[0]["conditions"]),
                dict(rules[0]["exceptions"]),
            )
            self._narrow(second)
            rules.append(second)
        for number in range(self.one([0, 1, 1, 2, 2, 3, 4])):
            rules.insert(self.random.randrange(len(rules) + 1), self._foreign(number))
        for number, row in enumerate(rules):
            row["priority"] = number
        self._entrance()
        return self.snapshot, self.integration

    def _people(self) -> None:
        domains, people = self.snapshot["accepted_domains"], self.snapshot["recipients"]
        people.clear()
        if self.chance(50):
            domains.append(
                {
                    "domain_name": OTHER,
                    "domain_type": "Authoritative",
                    "default": False,
                    "match_subdomains": False,
                }
            )
        for number in range(1, self.one([2, 3, 4])):
            address = f"user{number}@{self.one([row['domain_name'] for row in domains])}"
            people[address] = _person(address, "individual", None)
        self.users = list(people)
        for name in ("pilot", "sales"):
            address = f"{name}@{HOME}"
            people[address] = _person(address, "group", self.some(self.users))
            self.groups.append(address)

    def _narrow(self, row: dict[str, Any]) -> None:
        row["conditions"].update(
            self.one(
                [
                    {"sent_to": self.some(self.users)},
                    {"sent_to_member_of": self.some(self.groups)},
                    {"recipient_domain_is": [self.one(self.snapshot["accepted_domains"])["domain_name"]]},
                ]
            )
        )

    def _change_protect(self, row: dict[str, Any]) -> None:
        if self.chance(60):
            self._narrow(row)
        if self.chance(40):
            addresses = self.one(
                [[], US_IN, US_IN[:1], EU, [*US_IN, *GATEWAY], [*US_OUT, "44.211.178.96/29"]]
            )
            row["exceptions"] = {"sender_ip_ranges": list(addresses)} if addresses else {}
        if self.chance(15):
            row["exceptions"].update(self._predicate())
        if self.chance(20):
            row["actions"].pop("stop_rule_processing")
        if self.chance(10):
            row["enabled"] = False

    def _foreign(self, number: int) -> dict[str, Any]:
        conditions: dict[str, Any] = {}
        for _number in range(self.one([0, 1, 1, 2])):
            conditions.update(self._predicate())
        exceptions = self._predicate() if self.chance(40) else {}
        actions = dict(self.one([*_ENDS, {"stop_rule_processing": True}, {"prepend_subject": "[x] "}]))
        if "prepend_subject" in actions and self.chance(50):
            actions["stop_rule_processing"] = True
        return rule(f"Rule {number}", conditions, exceptions, actions)

    def _predicate(self) -> dict[str, Any]:
        return dict(
            self.one(
                [
                    {"from_scope": self.one(["InOrganization", "NotInOrganization"])},
                    {"sent_to_scope": self.one(["InOrganization", "NotInOrganization"])},
                    {
                        "sender_ip_ranges": list(
                            self.one([GATEWAY, US_IN, US_IN[:1], ["203.0.113.1-203.0.113.9"]])
                        )
                    },
                    {"sender_domain_is": [self.one([PARTNER, SUPPLIER])]},
                    {"sent_to": self.some(self.users)},
                    {"sent_to_member_of": self.some(self.groups)},
                    {"recipient_domain_is": [self.one([HOME, OTHER])]},
                ]
            )
        )

    def _entrance(self) -> None:
        if self.chance(30):
            lock = inbound("Lock", sender_ip_addresses=list(GATEWAY), restrict_domains_to_ip_addresses=True)
            if self.chance(50):
                lock["sender_ip_addresses"] += US_IN if self.chance(60) else US_IN[:1]
            lock["sender_domains"] = [self.one(["*", PARTNER])]
            self.snapshot["inbound_connectors"].append(lock)
        if self.chance(12):
            self.snapshot["connection_filter"]["ip_block_list"] = self.one(
                [US_IN[:1], ["44.211.178.96/30"], ["198.51.100.0/24"]]
            )
        if self.chance(8):
            self.snapshot["outbound_connectors"][0]["enabled"] = False


def _person(address: str, kind: str, members: Any) -> dict[str, Any]:
    return {"address": address, "kind": kind, "addresses": [address], "members": members, "external": ""}


def core_tenant(seed: int) -> Case:
    """The tenant of that number."""
    return _Maker(random.Random(seed)).case()
