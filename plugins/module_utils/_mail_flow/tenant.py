# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a tenant, as everything that walks through it needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from .._mail_flow_objects.destination import Destination
from .._mail_flow_objects.directory import Directory
from .._mail_flow_objects.headers import Headers
from .._mail_flow_objects.integration import Integration, integration
from .._mail_flow_objects.logic import any_of
from .._mail_flow_objects.mail_user import MailUser
from .._mail_flow_objects.objects import Objects, TransportRule, header_names
from .._mail_flow_objects.reading import objects
from .._mail_flow_objects.routing import destination
from .._mail_flow_objects.rows import text, texts
from .._schema.ip_ranges import Networks, networks
from .attribution import ConnectorAttribution, attribute
from .message import Message, MessageView, Source
from .returns import Return, returns


@dataclass(frozen=True)
class Tenant:
    """Everything that a walk needs to know. borders: where sets of addresses are cut (1.3).

    tracked: the headers that some rule or the vendor looks at; set_by_rules: those that some rule sets.
    """

    objects: Objects
    directory: Directory
    known: Integration
    borders: list[Networks]
    tracked: frozenset[str]
    set_by_rules: frozenset[str]

    @cached_property
    def connectors(self) -> dict[str, Destination]:
        """Where each outbound connector delivers, by its name without case."""
        return {name: destination(item, self.known) for name, item in self.objects.outbound.items()}

    def entered(
        self, message: Message, source: Source, states: Headers
    ) -> tuple[ConnectorAttribution, MessageView]:
        """How a message enters, and what rules see of it then."""
        if (message.sender, source) not in self._attributions:
            self._attributions[message.sender, source] = attribute(
                self.objects, self.directory, message, source
            )
        attribution = self._attributions[message.sender, source]
        address = source.address if attribution.address_known else None
        by_smtp = source.kind == "smtp"
        return attribution, MessageView(message, attribution.authenticated, by_smtp, address, states)

    def returns(self, hop: Destination) -> list[Return]:
        """How messages come back from somebody."""
        if hop not in self._returns:
            self._returns[hop] = returns(hop, self.known, self.objects, self.borders)
        return self._returns[hop]

    @cached_property
    def _attributions(self) -> dict[tuple[MailUser | None, Source], ConnectorAttribution]:
        return {}

    @cached_property
    def _returns(self) -> dict[Destination, list[Return]]:
        return {}

    def is_reversed(self, rule: TransportRule) -> bool:
        """Whether a rule takes what comes from the vendor or goes out, instead of what comes in."""
        wanted = networks(texts(rule.conditions, "sender_ip_ranges"))
        from_vendor = any_of(wanted.contains(span) for span in self.known.loop_guard.spans) is not False
        there = self.connectors.get(rule.connector.casefold())
        incoming = there is not None and there.where == "vendor"
        scopes = (text(rule.conditions, "from_scope").lower(), text(rule.conditions, "sent_to_scope").lower())
        swapped = incoming and scopes == ("inorganization", "notinorganization")
        by_header = self.known.header in header_names(rule.conditions)
        return (bool(wanted) and from_vendor) or by_header or swapped


def tenant(snapshot: Mapping[str, Any], given: Mapping[str, Any], now: datetime) -> Tenant:
    """A tenant as a snapshot shows it. given: what is known of the vendor, as plain data."""
    known, directory = integration(given), Directory(snapshot)
    found = objects(snapshot, known, now)
    acting = [rule for rule in found.rules if rule.acts is not False]
    return Tenant(
        objects=found,
        directory=directory,
        known=known,
        borders=found.borders(),
        tracked=frozenset(name for rule in acting for part in rule.sections for name in header_names(part))
        | {known.header},
        set_by_rules=frozenset({text(rule.actions, "set_header_name").lower() for rule in acting} - {""}),
    )
