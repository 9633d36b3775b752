# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who an address is: accepted domains, recipients and members, as far as they are known (1.2, 4.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .._schema.domain_names import is_below
from .logic import Truth
from .mail_user import MailUser, domain_of
from .rows import text, texts, truth


class Directory:
    """Accepted domains and recipients of a snapshot. A recipient that is not in it is unknown, never missing."""

    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        rows = snapshot.get("accepted_domains")
        self._domains: dict[str, str] = {}
        self._with_subdomains: dict[str, Truth] = {}
        self._disabled: set[tuple[str, str]] = set()
        self.default = ""
        self._complete = rows is not None
        for row in rows or ():
            name = text(row, "domain_name").lower() or text(row, "name").lower()
            self._domains[name] = text(row, "domain_type").lower()
            self._with_subdomains[name] = truth(row, "match_subdomains")
            for way in ("sending_from", "sending_to"):
                if row.get(f"{way}_domain_disabled") is True:
                    self._disabled.add((name, way))
            if row.get("default") or not self.default:
                self.default = name
        self._records: dict[str, Mapping[str, Any]] = {}
        self._index({key: record for key, record in (snapshot.get("recipients") or {}).items() if record})
        self._groups: dict[str, Group] = {}
        self._users: dict[str, MailUser] = {}

    def _index(self, recipients: Mapping[str, Mapping[str, Any]]) -> None:
        for key, record in recipients.items():
            self._records.setdefault(key.lower(), record)
        for record in recipients.values():
            self._records.setdefault(text(record, "address").lower(), record)
        for record in recipients.values():
            for address in texts(record, "addresses"):
                self._records.setdefault(address.lower(), record)
        for record in recipients.values():
            for address in texts(record, "members"):
                # 1.2: a member of which nothing else is known is a mailbox under that address.
                self._records.setdefault(address.lower(), {"address": address, "kind": "individual"})
        self._records.pop("", None)

    # ------------------------------------------------------------------------------------------------- domains

    @property
    def domains(self) -> list[str]:
        """The accepted domains."""
        return list(self._domains)

    def accepted(self, domain: str) -> Truth:
        """Whether a domain is accepted."""
        return self._row(domain)[0]

    def treatment(self, domain: str) -> str:
        """authoritative, internalrelay or externalrelay; "" when the domain is not accepted, or that is not known."""
        return self._row(domain)[1]

    def is_disabled(self, user: MailUser, way: Literal["sending_from", "sending_to"]) -> Truth:
        """Whether mail from or to somebody's domain is switched off (2.12)."""
        if user.group:
            return None if any(one == way for _name, one in self._disabled) else False
        return (user.domain, way) in self._disabled

    def owns(self, name: str) -> Truth:
        """Whether a host name is an accepted domain or below one."""
        found = any(is_below(name, domain) for domain in self._domains)
        return True if found else False if self._complete else None

    def _row(self, domain: str) -> tuple[Truth, str]:
        name = domain.lower()
        if name in self._domains:
            return True, self._domains[name]
        result: Truth = False if self._complete else None
        parent = name.partition(".")[2]
        while parent:
            if parent in self._domains:
                covered = self._with_subdomains[parent]
                if covered:
                    return True, self._domains[parent]
                result = None if covered is None else result
            parent = parent.partition(".")[2]
        return result, ""

    # ---------------------------------------------------------------------------------------------- recipients

    def record(self, identity: str) -> Mapping[str, Any] | None:
        """The record of an identity as some rule writes it; None when nothing is known of it."""
        return self._records.get(identity.strip().lower())

    def user(self, address: str) -> MailUser:
        """Who an address is."""
        written = address.strip().lower()
        if written not in self._users:
            self._users[written] = self._new_user(written)
        return self._users[written]

    def _new_user(self, written: str) -> MailUser:
        record = self.record(written)
        if record is None:
            outside = "@" in written and self.accepted(domain_of(written)) is False
            return MailUser(written, written if outside else None, kind="outside" if outside else "unknown")
        primary = text(record, "address").lower()
        known, kind = record.get("addresses"), text(record, "kind") or "unknown"
        addresses = None if known is None else frozenset(str(item).lower() for item in known) | {primary}
        external = text(record, "external").lower()
        if kind == "contact" and self.accepted(domain_of(primary)) is not False:
            kind = "individual"
        return MailUser(
            written=written if "@" in written else primary,
            primary=primary or None,
            identity=identity_of(record) or written,
            kind=kind,
            addresses=addresses,
            # Whose mail goes on to another address of their own, sends nothing on.
            external="" if external in {primary, *(addresses or ())} else external,
            by_alias="@" in written and written != primary,
        )

    def users(self) -> list[MailUser]:
        """Everybody of whom something is known."""
        addresses = dict.fromkeys(identity_of(record) for record in self._records.values())
        return [self.user(address) for address in addresses if address]

    def forwarding(self) -> Iterator[MailUser]:
        """The mailboxes that are known to send their mail on to somebody else inside, and to whom."""
        for user in self.users():
            away = user.external not in user.names and self.accepted(domain_of(user.external)) is not False
            if user.external and user.is_mailbox and away:
                yield from (user, *self.addressed(user.external))

    def groups_with_strangers(self) -> list[MailUser]:
        """The groups of the organization in which somebody is whose address is elsewhere."""
        groups = [user for user in self.users() if user.kind == "group" and self.inside(user)]
        return [one for one in groups if any(self.inside(user) is False for user in self.expanded(one))]

    def inside(self, user: MailUser) -> Truth:
        """Whether a recipient's mail belongs into the organization."""
        if user.group or (user.primary is None and user.is_mailbox):
            return True if user.is_mailbox else None
        address = user.primary or user.written
        return self.accepted(domain_of(address)) if "@" in address else None

    def is_nobody(self, user: MailUser) -> bool:
        """Whether an address of the organization belongs to nobody, so that its mail ends with or without the vendor (2.8)."""
        return user.kind == "missing" and self.treatment(user.domain) == "authoritative"

    def expanded(self, user: MailUser) -> list[MailUser]:
        """A recipient, or the members of a group, as far as they are known, each once (4.1)."""
        return list(dict.fromkeys(self._expansion(user, set())))

    def addressed(self, address: str) -> list[MailUser]:
        """Who gets mail to an address."""
        return self.expanded(self.user(address))

    def _expansion(self, user: MailUser, seen: set[str]) -> Iterator[MailUser]:
        if user.kind != "group" or not user.identity:
            yield user
        elif user.identity not in seen:
            seen.add(user.identity)
            members = self.members(user.identity)
            if members is None:
                yield self.symbolic_member(user.identity)
            for address in members or ():
                yield from self._expansion(self.user(address), seen)

    def generic_mailbox(self, domain: str) -> MailUser:
        """A mailbox that nothing names."""
        return self.unnamed_mailbox(f"someone@{domain}")

    def unnamed_mailbox(self, address: str) -> MailUser:
        """A mailbox with an address, of which nothing else is known, and that nothing names."""
        return MailUser(
            address,
            address,
            kind="individual",
            addresses=frozenset({address}),
            generic=True,
            identity=address,
        )

    def symbolic_member(self, group: str) -> MailUser:
        """A mailbox of which only one membership is known."""
        return MailUser(f"a member of {group}", None, kind="individual", group=self.key(group))

    def key(self, identity: str) -> str:
        """The same text for all ways to write one recipient."""
        return identity_of(self.record(identity) or {}) or identity.strip().lower()

    def members(self, group: str) -> list[str] | None:
        """The direct members that are known, None when they are not."""
        record = self.record(group)
        if record is None or text(record, "kind") == "missing" or record.get("members") is None:
            return None
        return [str(item).lower() for item in record["members"]]

    def group(self, identity: str) -> Group:
        """A group that some rule names."""
        key = self.key(identity)
        if key not in self._groups:
            direct = self.members(identity)
            nested, known = self._nested(direct or ())
            self._groups[key] = Group(
                key=key,
                missing=text(self.record(identity) or {}, "kind") == "missing",
                listed=direct is not None,
                direct=frozenset(self._spellings(direct or ())),
                nested=nested,
                known=direct is not None and known,
            )
        return self._groups[key]

    def _spellings(self, addresses: Iterable[str]) -> Iterable[str]:
        for address in addresses:
            yield address
            yield self.key(address)

    def _nested(self, direct: Iterable[str]) -> tuple[frozenset[str], bool]:
        """Who is a member only of groups inside, and whether all of these are known."""
        found: set[str] = set()
        known, seen, waiting = True, set(), list(direct)
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            record = self.record(address)
            kind = text(record or {}, "kind")
            if kind in ("", "unknown", "other"):
                known = False
            elif kind == "group":
                inside = self.members(address)
                known = known and inside is not None
                found.update(self._spellings(inside or ()))
                waiting += inside or ()
        return frozenset(found), known


@dataclass(frozen=True)
class Group:
    """A group (4.9), its members by any of their addresses.

    listed: its own members are known; nested: members of groups inside; known: these are all known as well.
    """

    key: str
    missing: bool
    listed: bool
    direct: frozenset[str]
    nested: frozenset[str]
    known: bool

    def has(self, user: MailUser) -> Truth:
        """Whether somebody is a member."""
        if self.missing or (user.generic and user.kind == "outside"):
            return False
        if user.group:
            return True if user.group == self.key else None
        if user.generic:
            return False if self.listed else None
        if not self.direct.isdisjoint(user.names):
            return True
        if not self.known or not self.nested.isdisjoint(user.names):
            return None
        # Of whom nothing is known may be a member under another address.
        return None if user.primary is None or user.kind == "unknown" else False


def identity_of(record: Mapping[str, Any]) -> str:
    """What tells a record apart."""
    return text(record, "address").lower()
