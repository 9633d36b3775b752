# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a tenant, as everything that walks through it needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .._schema.ip_ranges import Networks, networks
from .attribution import Entrance, entrance
from .directory import Directory, MailUser, domain_of
from .integration import Integration
from .logic import Truth, any_of
from .message import Headers, Message, Source
from .objects import Objects, TransportRule, text, texts
from .predicates import MessageView
from .routing import Destination, destination
from .rules import RuleSet


@dataclass(frozen=True)
class Model:
    """Everything that a walk needs to know. tracked: the headers that some rule looks at; set_by_rules: those that some rule sets."""

    objects: Objects
    directory: Directory
    known: Integration
    rules: RuleSet
    borders: list[Networks]
    tracked: frozenset[str]
    set_by_rules: frozenset[str]

    @cached_property
    def connectors(self) -> dict[str, Destination]:
        """Where each outbound connector delivers, by its name without case."""
        return {name: destination(item, self.known) for name, item in self.objects.outbound.items()}

    def recipient_match(self, rule: TransportRule, party: MailUser) -> Truth:
        """Whether the parts of a rule that speak of recipients take one of them, whether the rule acts or not."""
        view = MessageView(Message(party, party), False, True, None, Headers())
        return self.rules.recipient_match(rule, view, party)

    def entered(self, message: Message, source: Source, states: Headers) -> tuple[Entrance, MessageView]:
        """How a message enters, and what rules see of it then."""
        way = entrance(self.objects, self.directory, message, source)
        piece = source.piece if way.address_known else None
        return way, MessageView(message, way.authenticated, source.kind == "smtp", piece, states)

    def inside(self, party: MailUser) -> Truth:
        """Whether a recipient's mail belongs into the organization."""
        if party.group or (party.primary is None and party.is_mailbox):
            return True if party.is_mailbox else None
        address = party.primary or party.written
        return self.directory.accepted(domain_of(address)) if "@" in address else None


def is_reversed(model: Model, rule: TransportRule) -> bool:
    """Whether a rule takes what comes from the vendor or goes out, instead of what comes in."""
    wanted = networks(texts(rule.conditions, "sender_ip_ranges"))
    from_vendor = any_of(wanted.contains(span) for span in model.known.loop_guard.spans) is not False
    fields = {
        text(rule.conditions, f"header_{way}_message_header").lower() for way in ("contains", "matches")
    }
    there = model.connectors.get(rule.connector.casefold())
    incoming = there is not None and there.where == "vendor"
    scopes = (text(rule.conditions, "from_scope").lower(), text(rule.conditions, "sent_to_scope").lower())
    swapped = incoming and scopes == ("inorganization", "notinorganization")
    return (bool(wanted) and from_vendor) or model.known.header in fields - {""} or swapped


def expanded(directory: Directory, party: MailUser) -> list[MailUser]:
    """A recipient, or the members of a group, as far as they are known (4.1)."""
    found: dict[MailUser, None] = {}
    for item in _expansion(directory, party, set()):
        found[item] = None
    return list(found)


def _expansion(directory: Directory, party: MailUser, seen: set[str]) -> Iterator[MailUser]:
    if party.kind != "group" or not party.identity:
        yield party
    elif party.identity not in seen:
        seen.add(party.identity)
        members = directory.members(party.identity)
        if members is None:
            yield directory.symbolic_member(party.identity)
        for address in members or ():
            yield from _expansion(directory, directory.party(address), seen)
