# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inbound connectors: what the service makes of a message that comes by SMTP (2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from .directory import Directory, Person, below, domain_of, same_or_below
from .networks import inside, within
from .predicates import Message
from .values import Value, every, negate, setting, some

VENDOR_DOMAINS = ("avanan.net", "checkpointcloudsec.com")
VENDOR = frozenset({"<a name of the vendor>"})
"""The certificate with which the vendor returns mail (7.1)."""


@dataclass(frozen=True)
class Entry:
    """What the service decides: refused as a whole, refused for a recipient, and the message as rules see it.

    locked: refused by a lock-down, whatever else refuses it.
    """

    refused: Value
    each: dict[Person, Value]
    message: Message
    cause: str
    locked: Value = False


def by_ip(connector: dict[str, Any], message: Message) -> Value:
    return inside(message.ip, connector.get("sender_ip_addresses") or [])


def by_certificate(connector: dict[str, Any], message: Message, directory: Directory) -> Value:
    name = (connector.get("tls_sender_certificate_name") or "").lower()
    if not name:
        return False
    if message.certificate is None or "=" in name:
        return None
    if message.certificate is VENDOR:
        bare = name.removeprefix("*.")
        possible = [*VENDOR_DOMAINS, *(row["domain_name"] for row in directory.domains)]
        return None if any(same_or_below(bare, domain) for domain in possible) else False
    return some(fits(shown, name) for shown in message.certificate)


def fits(shown: str, name: str) -> Value:
    """Whether a certificate's name is a connector's, or below it when that begins with *; shown so itself, it is some name below."""
    if shown.startswith("*."):
        if name.startswith("*.") and same_or_below(shown[2:], name[2:]):
            return True
        return None if same_or_below(name.removeprefix("*."), shown[2:]) else False
    return below(shown, name[2:]) if name.startswith("*.") else shown.lower() == name.lower()


def by_domain(connector: dict[str, Any], message: Message) -> Value:
    if not message.envelope.written:
        return "*" in map(_entry, connector.get("sender_domains") or [])
    if message.envelope.kind in ("symbolic", "alias"):
        return True if _covers(connector, "") else None
    return _covers(connector, domain_of(message.envelope.written))


def _covers(connector: dict[str, Any], domain: str) -> bool:
    return any(
        entry == "*" or (below(domain, entry[2:]) if entry.startswith("*.") else domain == entry)
        for entry in map(_entry, connector.get("sender_domains") or [])
    )


def _entry(item: str) -> str:
    return item.lower().removeprefix("smtp:").partition(";")[0]


class Entrance:
    """The inbound connectors and the connection filter of a tenant."""

    def __init__(self, snapshot: dict[str, Any], directory: Directory) -> None:
        self.connectors = snapshot.get("inbound_connectors") or []
        self.filter = snapshot.get("connection_filter") or {}
        self.organization: dict[str, Any] | None = snapshot.get("organization_config")
        self.directory = directory

    def enter(self, message: Message, recipients: tuple[Person, ...]) -> Entry:
        if message.source != "smtp":
            known = True if message.source == "submitted" else message.authenticated
            each = {one: self.directory.disabled(one, "to") for one in recipients}
            refused = self.directory.disabled(message.envelope, "from")
            return Entry(refused, each, replace(message, authenticated=known), "")
        premises = [(self._premises(one, message), one) for one in self._of_type("OnPremises")]
        attributed = some(value for value, _one in premises)
        locked: Value = self._locked(message)
        disabled: Value = False
        if attributed is not False and locked is not False:
            locked = None
        if self.directory.disabled(message.envelope, "from") is not False:
            disabled = None
        refused = some([self._blocked(message), locked, disabled, self._direct_send(message)])
        seen = replace(
            message,
            authenticated=self._authenticated(message, premises),
            seen_ip=None if self._skipped(message) else message.ip,
        )
        each = {one: self._recipient(one, attributed) for one in recipients}
        return Entry(refused, each, seen, "inbound connectors", locked)

    def recognizes(self, message: Message) -> Value:
        """7.9, whether something speaks for the address or the certificate with which the vendor returns a message."""
        found = [inside(message.ip, self.filter.get("ip_allow_list") or [])]
        for one in self.connectors:
            fits_it = some([by_ip(one, message), by_certificate(one, message, self.directory)])
            limited = one.get("connector_type") != "OnPremises"
            found.append(
                every([setting(one, "enabled"), fits_it, by_domain(one, message) if limited else True])
            )
        return some(found)

    def _of_type(self, name: str) -> list[dict[str, Any]]:
        return [one for one in self.connectors if one.get("connector_type") == name]

    def _blocked(self, message: Message) -> Value:
        blocked = inside(message.ip, self.filter.get("ip_block_list") or [])
        allowed = inside(message.ip, self.filter.get("ip_allow_list") or [])
        return None if blocked is True and allowed is not False else blocked

    # ------------------------------------------------------------------------------------------ OnPremises

    def _sender_accepted(self, message: Message) -> Value:
        person = message.envelope
        if not person.written:
            return False
        if person.kind in ("symbolic", "alias"):
            return True
        return self.directory.accepted(domain_of(person.written))[0]

    def _premises(self, connector: dict[str, Any], message: Message) -> Value:
        """2.3, whether the message is attributed to this connector."""
        sender = self._sender_accepted(message)
        name, addresses = connector.get("tls_sender_certificate_name"), connector.get("sender_ip_addresses")
        value: Value = False
        if name:
            certificate = by_certificate(connector, message, self.directory)
            own = self.directory.accepted(domain_of(f"@{name.lower().removeprefix('*.')}"))[0]
            rights = some([own, sender])
            value = every([certificate, True if rights is True else None])
            if addresses and value is not True and by_ip(connector, message) is not False:
                value = None
        elif addresses:
            value = every([by_ip(connector, message), sender])
        associated = [one.lower() for one in connector.get("associated_accepted_domains") or []]
        if value is True and associated and domain_of(message.envelope.written) not in associated:
            value = None
        return every([setting(connector, "enabled"), value])

    def _authenticated(self, message: Message, premises: list[tuple[Value, dict[str, Any]]]) -> Value:
        """2.4, 2.9: every world of which connector takes the message must say the same."""
        taking = [(value, one) for value, one in premises if value is not False]
        if not taking:
            return False
        if not any(value is True for value, _one in taking):
            return None
        sender = self._sender_accepted(message)
        rights = {
            True if every([setting(one, "treat_messages_as_internal"), sender]) is True else None
            for _value, one in taking
        }
        return rights.pop() if len(rights) == 1 else None

    # ------------------------------------------------------------------------------------------ Partner

    def locks(self) -> list[dict[str, Any]]:
        """Partner connectors that may reject what does not come through them."""
        return [
            one
            for one in self._of_type("Partner")
            if setting(one, "enabled") is not False and self._restricts(one) is not False
        ]

    def locked(self, one: dict[str, Any]) -> Value:
        """Whether a connector is a lock-down."""
        return every([setting(one, "enabled"), self._restricts(one)])

    def _restricts(self, one: dict[str, Any]) -> Value:
        return some(
            [
                setting(one, "restrict_domains_to_ip_addresses"),
                setting(one, "restrict_domains_to_certificate"),
            ]
        )

    def _locked(self, message: Message) -> Value:
        """2.5 in every world of unknown membership and unknown fit."""
        options = []
        for one in self.locks():
            concerned = every([setting(one, "enabled"), self._restricts(one), by_domain(one, message)])
            fit = self._meets_restrictions(one, message)
            options.append([(a, b) for a in _worlds(concerned) for b in _worlds(fit)])
        results: set[Value] = set()
        for world in product(*options):
            concerned_fits = [fit for concerned, fit in world if concerned]
            if not concerned_fits or all(concerned_fits):
                results.add(False)
            else:
                results.add(None if any(concerned_fits) else True)
        return results.pop() if len(results) == 1 else None

    def _meets_restrictions(self, one: dict[str, Any], message: Message) -> Value:
        """Each restriction that there is must be met; one that may be there is met for certain only where it would be."""
        needed = []
        for name, fit in (
            ("restrict_domains_to_ip_addresses", by_ip(one, message)),
            ("restrict_domains_to_certificate", by_certificate(one, message, self.directory)),
        ):
            there = setting(one, name)
            if there is not False:
                needed.append(fit if there or fit is True else None)
        return every(needed)

    # ------------------------------------------------------------------------------------------ Direct Send

    def _direct_send(self, message: Message) -> Value:
        """2.11, whether the message is refused as Direct Send."""
        switch: Value = (
            None if self.organization is None else self.organization.get("reject_direct_send") is True
        )
        person = message.envelope
        if not person.written or switch is False:
            return False
        own = self._sender_accepted(message)
        equal = [
            row for row in self.directory.domains if row["domain_name"].lower() == domain_of(person.written)
        ]
        if own is True and person.kind not in ("symbolic", "alias") and not equal:
            own = None
        spoken_for = some(self._speaks_for(one, message) for one in self.connectors)
        return every([switch, own, negate(spoken_for)])

    def _speaks_for(self, one: dict[str, Any], message: Message) -> Value:
        address, certificate = by_ip(one, message), by_certificate(one, message, self.directory)
        if one.get("connector_type") == "OnPremises":
            return every([setting(one, "enabled"), some([address, certificate])])
        found: list[Value] = []
        for name, fit in (
            ("restrict_domains_to_ip_addresses", address),
            ("restrict_domains_to_certificate", certificate),
        ):
            sure = setting(one, name) is True and by_domain(one, message) is True
            found.append(fit if sure or fit is not True else None)
        return every([setting(one, "enabled"), some(found)])

    # ------------------------------------------------------------------------------------------ the rest

    def _recipient(self, person: Person, relaying: Value) -> Value:
        """2.8, whether the recipient is refused."""
        if self.directory.disabled(person, "to") is not False:
            return self._undecided(person, relaying)
        return self._refuses(person, relaying)

    def _undecided(self, person: Person, relaying: Value) -> Value:
        return True if self._refuses(person, relaying) is True else None

    def _refuses(self, person: Person, relaying: Value) -> Value:
        directory = self.directory
        accepted, kind = directory.accepted(domain_of(person.written))
        if person.kind in ("generic", "symbolic", "alias"):
            return False
        if person.kind == "anybody":
            return every([None, negate(relaying)])
        if accepted is not True:
            return every([negate(accepted) if accepted is False else None, negate(relaying)])
        missing = directory.kind(person) == "missing"
        return every([missing and kind == "authoritative", negate(relaying)])

    def _skipped(self, message: Message) -> bool:
        """2.10, whether the IP that rules see may not be known."""
        for one in self.connectors:
            if setting(one, "enabled") is False:
                continue
            if by_ip(one, message) is False and by_certificate(one, message, self.directory) is False:
                continue
            last = setting(one, "ef_skip_last_ip")
            if last is not False or inside(message.ip, one.get("ef_skip_ips") or []) is not False:
                return True
        return False


def vendors_own(connector: dict[str, Any], loop_guard: list[str]) -> bool:
    """Whether an inbound connector is the vendor's."""
    name = (connector.get("tls_sender_certificate_name") or "").lower().removeprefix("*.")
    named = any(same_or_below(name, domain) for domain in VENDOR_DOMAINS)
    return named or within(connector.get("sender_ip_addresses") or [], loop_guard)


def _worlds(value: Value) -> list[bool]:
    return [False, True] if value is None else [value]
