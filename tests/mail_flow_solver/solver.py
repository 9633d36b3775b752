# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What any message from outside to one recipient can come to, asked of z3 (sections 2, 4, 5, 6.1, 7.1, 8.2, 8.5, 8.6).

A message is a sender, a recipient and the address from which it comes, all three free. It passes the entrance and the rules once; what
a rule of ours routes comes back from a free address of the vendor, and passes them again.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

import z3

from .core_tenants import PARTNER, SUPPLIER

_FINAL = ("delete_message", "reject_message_reason_text")
_ENDINGS = (*_FINAL, "quarantine")
_SENDERS = ("outside.invalid", PARTNER, SUPPLIER)


@dataclass(frozen=True)
class _Pass:
    """One pass: refused at the door, ended by each rule, routed by ours."""

    refused: Any
    ended: list[Any]
    routed: Any


class Question:
    """A tenant as formulas. told: the last message that was found."""

    def __init__(self, snapshot: dict[str, Any], integration: dict[str, Any]) -> None:
        self.snapshot = snapshot
        self.own = {name.casefold() for name in integration["protect_rules"]}
        self.rules = snapshot["mail_flow_rules"]
        domains = [row["domain_name"] for row in snapshot["accepted_domains"]]
        users = [row["address"] for row in snapshot["recipients"].values() if row["kind"] == "individual"]
        self.recipients = [*users, *(f"someone@{domain}" for domain in domains)]
        self.sender, self.recipient = z3.Ints("sender recipient")
        self.first, self.again = z3.BitVecs("first again", 32)
        self.solver = z3.Solver()
        self.told = ""
        guard = integration["loop_guard"]
        self.solver.add(
            0 <= self.sender,
            self.sender < len(_SENDERS),
            0 <= self.recipient,
            self.recipient < len(self.recipients),
            z3.Not(_inside(self.first, guard)),
            _inside(self.again, integration["return_addresses"]),
        )

    def verdict(self) -> str:
        """loop before lost before safe, as 8.5 has it for what is certain."""
        one, two = self._passed(self.first), self._passed(self.again)
        alone = self._passed(self.first, without_own=True)
        goes = z3.And(z3.Not(one.refused), one.routed)
        gone = [
            end
            for row, end in zip(self.rules, alone.ended, strict=True)
            if any(row["actions"].get(name) for name in _FINAL)
        ]
        anew = [
            z3.And(end, z3.Not(z3.Or(before, *gone)))
            for end, before in zip(two.ended, alone.ended, strict=True)
        ]
        if not self._is_open():
            return "lost" if self._possible(goes) else "safe"
        if self._possible(z3.And(goes, z3.Not(two.refused), two.routed)):
            return "loop"
        lost = z3.Or(two.refused, *anew)
        return "lost" if self._possible(z3.And(goes, lost)) else "safe"

    def _witness(self) -> str:
        """The message that was found, for a reader."""
        found = self.solver.model()
        values = (
            found.eval(item, model_completion=True)
            for item in (self.sender, self.recipient, self.first, self.again)
        )
        sender, recipient, first, again = (int(str(value)) for value in values)
        addresses = [str(ipaddress.IPv4Address(number)) for number in (first, again)]
        return f"{_SENDERS[sender]} from {addresses[0]} to {self.recipients[recipient]}, back from {addresses[1]}"

    def _possible(self, formula: Any) -> bool:
        self.solver.push()
        self.solver.add(formula)
        found = self.solver.check() == z3.sat
        if found:
            self.told = self._witness()
        self.solver.pop()
        return found

    def _is_open(self) -> bool:
        """6.1, of the one connector to which our rules route."""
        return bool(self.snapshot["outbound_connectors"][0]["enabled"])

    def _passed(self, address: Any, *, without_own: bool = False) -> _Pass:
        alive, stopped, routed = z3.BoolVal(True), z3.BoolVal(False), z3.BoolVal(False)
        ended = []
        for row in self.rules:
            mine = row["name"].casefold() in self.own
            takes = z3.BoolVal(False)
            if row["enabled"] and not (mine and without_own):
                takes = z3.And(alive, z3.Not(stopped), self._matches(row, address))
            ends = takes if any(row["actions"].get(name) for name in _ENDINGS) else z3.BoolVal(False)
            ended.append(ends)
            alive = z3.And(alive, z3.Not(ends))
            if row["actions"].get("stop_rule_processing"):
                stopped = z3.Or(stopped, takes)
            if row["actions"].get("route_message_outbound_connector"):
                routed = z3.Or(routed, takes)
        return _Pass(self._refused(address), ended, z3.And(alive, routed))

    def _refused(self, address: Any) -> Any:
        blocked = _inside(address, self.snapshot["connection_filter"]["ip_block_list"])
        locks = [
            z3.And(self._covered(row["sender_domains"]), z3.Not(_inside(address, row["sender_ip_addresses"])))
            for row in self.snapshot["inbound_connectors"]
            if row["restrict_domains_to_ip_addresses"]
        ]
        return z3.Or(blocked, *locks)

    def _covered(self, domains: list[str]) -> Any:
        return z3.Or(
            *(z3.BoolVal(True) if one == "*" else self.sender == _SENDERS.index(one) for one in domains)
        )

    def _matches(self, row: dict[str, Any], address: Any) -> Any:
        conditions = [self._holds(name, value, address) for name, value in row["conditions"].items()]
        exceptions = [self._holds(name, value, address) for name, value in row["exceptions"].items()]
        return z3.And(*conditions, z3.Not(z3.Or(*exceptions)))

    def _holds(self, name: str, value: Any, address: Any) -> Any:
        if name == "from_scope":
            return z3.BoolVal(value == "NotInOrganization")
        if name == "sent_to_scope":
            return z3.BoolVal(value == "InOrganization")
        if name == "sender_ip_ranges":
            return _inside(address, value)
        if name == "sender_domain_is":
            return self._covered(value)
        if name == "recipient_domain_is":
            return self._to([one for one in self.recipients if one.rpartition("@")[2] in value])
        members = value if name == "sent_to" else self._members(value)
        return self._to(members)

    def _members(self, groups: list[str]) -> list[str]:
        return [one for group in groups for one in self.snapshot["recipients"][group]["members"]]

    def _to(self, addresses: list[str]) -> Any:
        return z3.Or(*(self.recipient == self.recipients.index(one) for one in addresses))


def _inside(address: Any, networks: list[str]) -> Any:
    return z3.Or(*(_within(address, text) for text in networks))


def _within(address: Any, text: str) -> Any:
    if "-" in text:
        low, high = (int(ipaddress.IPv4Address(part)) for part in text.split("-"))
    else:
        network = ipaddress.IPv4Network(text, strict=False)
        low, high = int(network[0]), int(network[-1])
    return z3.And(z3.UGE(address, low), z3.ULE(address, high))
