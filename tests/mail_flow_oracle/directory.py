# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is who in a tenant (1.2): domains, addresses, people, membership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .values import Value, every, some

OUTSIDE = "outside.invalid"


@dataclass(frozen=True)
class Person:
    """A sender or recipient.

    written: the address as used, "" for nobody; kind: outside (generic), generic (mailbox), symbolic (member of `group`),
    alias (of a mailbox with unknown primary address), anybody (of whom nothing is known), named (an address; what is known of it stands in the directory).
    """

    written: str
    kind: str = "named"
    group: str = ""


UNNAMED = ("symbolic", "alias", "anybody")
"""Kinds of persons whose address is not known."""
NOBODY = Person("", "outside")
OUTSIDER = Person(f"someone@{OUTSIDE}", "outside")


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def below(domain: str, parent: str) -> bool:
    return domain.lower().endswith("." + parent.lower())


def same_or_below(domain: str, parent: str) -> bool:
    return domain.lower() == parent.lower() or below(domain, parent)


class Directory:
    """Accepted domains and recipients of a snapshot."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.domains = snapshot.get("accepted_domains") or []
        self.records: dict[str, dict[str, Any]] = {}
        self._given = snapshot.get("recipients") or {}
        rows = list(self._given.items())
        for key, row in rows:
            self.records.setdefault(key.lower(), row)
        for _key, row in rows:
            if row.get("address"):
                self.records.setdefault(row["address"].lower(), row)
        for _key, row in rows:
            for address in row.get("addresses") or []:
                self.records.setdefault(address.lower(), row)
        for _key, row in rows:
            for address in row.get("members") or []:
                self.records.setdefault(address.lower(), {"address": address.lower(), "kind": "individual"})

    def record(self, identity: str) -> dict[str, Any] | None:
        return self.records.get(identity.lower())

    @property
    def default_domain(self) -> str:
        names = [row["domain_name"] for row in self.domains if row.get("default")]
        return str((names or [row["domain_name"] for row in self.domains] or ["default.invalid"])[0]).lower()

    def accepted(self, domain: str) -> tuple[Value, str]:
        """Whether a domain is accepted, and of which type, in lower case without spaces."""
        for row in self.domains:
            if row["domain_name"].lower() == domain.lower():
                return True, _type(row)
        found: tuple[Value, str] = (False, "")
        for row in sorted(self.domains, key=lambda row: -len(row["domain_name"])):
            if below(domain, row["domain_name"]):
                if row.get("match_subdomains") is True:
                    return True, _type(row)
                if row.get("match_subdomains") is None:
                    found = (None, _type(row))
        return found

    def disabled(self, person: Person, way: str) -> Value:
        """2.12. way: from or to."""
        rows = [row for row in self.domains if row.get(f"sending_{way}_domain_disabled") is True]
        if person.kind in ("symbolic", "anybody"):
            return None if rows else False
        return any(row["domain_name"].lower() == domain_of(person.written) for row in rows)

    def within(self, domain: str) -> Value:
        """Whether a domain is accepted and authoritative or an internal relay."""
        accepted, kind = self.accepted(domain)
        if accepted is False or kind == "externalrelay":
            return False
        return accepted

    # ------------------------------------------------------------------------------------------ one person

    def primary(self, person: Person) -> str | None:
        """The primary address; None when it is not known."""
        if person.kind in ("outside", "generic"):
            return person.written.lower()
        if person.kind in UNNAMED:
            return None
        row = self.record(person.written)
        if row is not None:
            return str(row["address"]).lower() if row.get("address") else None
        return person.written.lower() if self.accepted(domain_of(person.written))[0] is False else None

    def kind(self, person: Person) -> str:
        """individual, group, other, missing, unknown, or outside."""
        if person.kind in ("generic", "symbolic", "alias"):
            return "individual"
        if person.kind == "anybody":
            return "unknown"
        row = self.record(person.written)
        if person.kind == "outside":
            return "outside"
        if row is not None:
            kind = str(row.get("kind") or "unknown")
            inside = self.accepted(domain_of(str(row.get("address") or "")))[0] is not False
            return "individual" if kind == "contact" and inside else kind
        return "outside" if self.accepted(domain_of(person.written))[0] is False else "unknown"

    def nobody(self, person: Person) -> bool:
        """Whether an address of the organization belongs to nobody, so that its mail goes nowhere in any case (2.8)."""
        domain_type = self.accepted(domain_of(person.written))[1]
        return self.kind(person) == "missing" and domain_type == "authoritative"

    def external(self, person: Person) -> str:
        row = self.record(person.written) if person.kind == "named" else None
        external = str((row or {}).get("external") or "")
        own = {str((row or {}).get("address") or ""), *((row or {}).get("addresses") or [])}
        return "" if external.lower() in {one.lower() for one in own} else external

    def addresses(self, person: Person) -> set[str]:
        """All addresses that are known."""
        row = (self.record(person.written) if person.kind == "named" else None) or {}
        more = [row.get("address") or "", *(row.get("addresses") or [])]
        return {address.lower() for address in (person.written, *more) if address}

    def mailbox_inside(self, person: Person) -> Value:
        """Whether a recipient counts as inside for routing: its domain, or what stands behind it."""
        if person.kind in ("generic", "symbolic", "alias"):
            return True
        if person.kind == "outside":
            return False
        if person.kind == "anybody":
            return None
        address = self.primary(person) or person.written
        return self.accepted(domain_of(address))[0]

    # ------------------------------------------------------------------------------------------ groups

    def member(self, person: Person, group: str, seen: tuple[str, ...] = ()) -> Value:
        """4.9"""
        if person.kind == "outside":
            return False
        row = self.record(group)
        if person.group and person.group.lower() == group.lower():
            return True
        if person.group and row is not None and self.record(person.group) is row:
            return True
        if row is None:
            return None
        if row.get("kind") == "missing":
            return False
        members = row.get("members")
        if row.get("kind") != "group" or members is None:
            return None
        if person.kind == "generic":
            return False
        if self.addresses(person) & {member.lower() for member in members}:
            return True
        if person.kind in UNNAMED:
            return None
        nested = [one for one in members if (self.record(one) or {}).get("kind") == "group"]
        inner = [
            self.member(person, one, (*seen, group.lower())) for one in nested if one.lower() not in seen
        ]
        if some(inner) is not False:
            return None
        # Who is not known may be a member under another address.
        return None if self.kind(person) == "unknown" else False


def _type(row: dict[str, Any]) -> str:
    return str(row.get("domain_type") or "").replace(" ", "").lower()


__all__ = [
    "NOBODY",
    "OUTSIDE",
    "OUTSIDER",
    "UNNAMED",
    "Directory",
    "Person",
    "below",
    "domain_of",
    "every",
    "same_or_below",
]
