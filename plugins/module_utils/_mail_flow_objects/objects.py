# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant's objects that decide on mail. What is not known of one is None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .._schema.ip_ranges import Networks, networks
from .logic import Truth, any_of
from .rows import Row, text, texts

ENDING_ACTIONS = {
    "delete_message": "deletes mail",
    "reject_message_reason_text": "rejects mail",
    "reject_message_enhanced_status_code": "rejects mail",
    "quarantine": "quarantines mail",
    "moderate_message_by_user": "holds mail for approval",
}
"""After which no message is left (5.1), for people."""
FINAL = ("deletes mail", "rejects mail")
"""Of these, after which nobody can let the message go on."""
COPYING_ACTIONS = ("add_to_recipients", "copy_to", "blind_copy_to")
"""Which name the recipients that they add (5.3)."""
_ADDS_MANAGER = "add_manager_as_recipient_type"
_OTHER_ACTIONS = (
    "moderate_message_by_manager",
    "redirect_message_to",
    "remove_header",
    "route_message_outbound_connector",
    "set_header_name",
)


@dataclass(frozen=True)
class Inbound:
    """An inbound connector. domains: of senders, "*" for all; certificate: the name that it asks for.

    vendor_certificate: the vendor's hosts have that name; vendor_managed: it is made for the vendor, by that name or by its addresses.
    """

    name: str
    enabled: Truth
    on_premises: Truth
    domains: tuple[str, ...]
    addresses: Networks
    certificate: str
    restricts_addresses: Truth
    restricts_certificate: Truth
    associated: tuple[str, ...]
    as_internal: Truth
    skips_last: Truth
    skipped: Networks
    vendor_certificate: bool
    vendor_managed: bool

    @property
    def restricts(self) -> Truth:
        """Whether it locks its sender domains."""
        return any_of((self.restricts_addresses, self.restricts_certificate))

    @property
    def for_everyone(self) -> bool:
        """Whether it concerns every sender."""
        return "*" in self.domains


@dataclass(frozen=True)
class Outbound:
    """An outbound connector."""

    name: str
    enabled: Truth
    by_rule: Truth
    test_mode: Truth
    use_mx: Truth
    hosts: frozenset[str]
    domains: tuple[str, ...]
    all_accepted: Truth
    via_on_premises: Truth
    tls: str
    tls_domain: str
    dane: str | None
    on_premises: Truth
    rewrites_sender: Truth


@dataclass(frozen=True)
class TransportRule:
    """A mail-flow rule. acts: whether it acts now (4.2); audited: it is in test mode. vendor_managed: it is one of those
    that the integration made.

    place: in the order of all rules. original: it looks at addresses as written. dormant: it is switched on, but not yet or no
    longer in force.
    """

    name: str
    place: int
    acts: Truth
    audited: bool
    vendor_managed: bool
    location: str
    original: Truth
    dormant: bool = False
    conditions: Row = field(default_factory=dict)
    exceptions: Row = field(default_factory=dict)
    actions: Row = field(default_factory=dict)

    @property
    def sections(self) -> tuple[Row, Row]:
        """Conditions and exceptions."""
        return self.conditions, self.exceptions

    @property
    def connector(self) -> str:
        """The outbound connector that it routes to."""
        return str(self.actions.get("route_message_outbound_connector") or "")

    @property
    def stops(self) -> bool:
        """Whether no later rule sees what it takes."""
        return bool(self.actions.get("stop_rule_processing"))

    @property
    def has_effect(self) -> bool:
        """Whether it can do anything to where a message goes (5.6)."""
        if self.stops or self.audited:
            return self.stops
        if text(self.actions, "apply_html_disclaimer_fallback_action").lower() == "reject":
            return True
        return self._has_any(*ENDING_ACTIONS, *COPYING_ACTIONS, _ADDS_MANAGER, *_OTHER_ACTIONS)

    @property
    def only_copies(self) -> bool:
        """Whether it adds recipients that it names and does nothing else."""
        others = (*ENDING_ACTIONS, _ADDS_MANAGER, "apply_html_disclaimer_text", *_OTHER_ACTIONS)
        return not self.stops and not self._has_any(*others)

    def _has_any(self, *names: str) -> bool:
        return any(self.actions.get(name) for name in names)


@dataclass(frozen=True)
class JournalRule:
    """A journal rule."""

    name: str
    address: str
    recipient: str
    scope: str
    enabled: Truth


@dataclass(frozen=True)
class Objects:
    """Everything but recipients and domains. outbound: by name without case."""

    rules: tuple[TransportRule, ...]
    inbound: tuple[Inbound, ...]
    outbound: Mapping[str, Outbound]
    journals: tuple[JournalRule, ...]
    undeliverable: str
    blocked: Networks
    allowed: Networks
    rejects_direct_send: Truth

    @property
    def by_written_address(self) -> bool:
        """Whether some rule may tell the addresses of one recipient apart (4.6, Original)."""
        return any(rule.acts is not False and rule.original is not False for rule in self.rules)

    @cached_property
    def changing(self) -> Mapping[str, list[TransportRule]]:
        """The rules that act, by each header that they set or remove, in lower case."""
        found: dict[str, list[TransportRule]] = {}
        for rule in self.rules:
            for name in {
                text(rule.actions, option).lower() for option in ("remove_header", "set_header_name")
            }:
                if name and rule.acts is not False:
                    found.setdefault(name, []).append(rule)
        return found

    def borders(self) -> list[Networks]:
        """All sets of addresses that something names which acts (1.3)."""
        found = [self.blocked, self.allowed]
        for connector in self.inbound:
            if connector.enabled is not False:
                found += [connector.addresses, connector.skipped]
        for rule in self.rules:
            for section in rule.sections if rule.acts is not False else ():
                found.append(networks(texts(section, "sender_ip_ranges")))
        return list(dict.fromkeys(item for item in found if item.spans))


def header_names(section: Row) -> set[str]:
    """The headers that conditions or exceptions look at, in lower case."""
    options = ("header_contains_message_header", "header_matches_message_header")
    return {text(section, option).lower() for option in options} - {""}
