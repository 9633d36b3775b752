# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of one tenant as the checks look at them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._schema.domain_names import is_below
from .._vendor.portals import VENDOR_DOMAINS, portals
from .finding import DoctorFinding
from .odd_settings import GuardedObject, OddSettings, Unreadable

TenantObject = Mapping[str, Any]
Check = Callable[["TenantView", TenantObject], Iterable[DoctorFinding]]

TITLES = {
    "mail_flow_rules": "mail-flow rule",
    "inbound_connectors": "inbound connector",
    "outbound_connectors": "outbound connector",
    "journal_rules": "journal rule",
    "accepted_domains": "accepted domain",
    "connection_filter": "connection filter",
    "transport_config": "transport configuration",
    "organization_config": "organization configuration",
    "limits": "limits of mail-flow rules",
}
"""What an object of a topic is called."""
WHOLE: tuple[TenantObject, ...] = ({},)
"""For a check that looks at the whole tenant: what it cannot understand leaves it out as one."""

_OUR_NAME = re.compile(r"^\s*(?:avanan|check\s?point)\b", re.IGNORECASE)
_INSPECTED = re.compile(r",office365_emails\b", re.IGNORECASE)


def in_domain(host: str, domains: tuple[str, ...] | list[str]) -> bool:
    """Whether a host is one of the domains or below one."""
    name = host.lower().rstrip(".")
    return any(is_below(name, domain) for domain in domains)


def strings(item: TenantObject, *path: str) -> list[str]:
    """The texts of a list setting; a single text as a list of one; [] when it is unset."""
    value: Any = item
    for key in path:
        value = (value or {}).get(key)
    return [str(part) for part in value] if isinstance(value, list) else [str(value)] if value else []


@dataclass(frozen=True)
class NotExamined:
    """Something that nothing was concluded from. findings: ids of those that it could have been; all that hang on it when empty."""

    what: str
    why: str
    findings: tuple[str, ...] = ()

    def to_result(self) -> dict[str, Any]:
        """As an element of the result."""
        return {"what": self.what, "why": self.why, "findings": list(self.findings)}


@dataclass(frozen=True)
class TenantView:
    """What is known of a tenant.

    snapshot: topics as o365_info returns them; one that could not be read is missing. odd: by topic, for each of its objects in
    the same order, the settings that cannot be understood. notes: what the service notes about
    the objects of a topic, by name. may: cmdlets, and whether the application may run them (None: not established). reasons: why a
    reading cmdlet failed. integration: the options of the same name of o365_doctor. recipients: who the identities
    in question are, in lower case, as RecipientLookup tells. uninspected: rules because of which walked mail passes uninspected,
    which is told of each. not_examined: grows with the checks.
    """

    snapshot: Mapping[str, Any] = field(default_factory=dict)
    odd: Mapping[str, Sequence[OddSettings]] = field(default_factory=dict)
    notes: Mapping[str, Mapping[str, TenantObject]] = field(default_factory=dict)
    may: Mapping[str, bool | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    integration: Mapping[str, Any] = field(default_factory=dict)
    recipients: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    uninspected: frozenset[str] = frozenset()
    not_examined: list[NotExamined] = field(default_factory=list)

    @property
    def header(self) -> str:
        """The header in which the vendor notes how it treated a message, as sentences name it."""
        name = (self.integration.get("mail_flow") or {}).get("header_name")
        return f"header {name}" if name else "vendor's header"

    def topic(self, name: str) -> list[TenantObject]:
        """The objects of a topic, [] when it was not read; one whose name cannot be read is set aside, since nobody could find it."""
        return self.those(self.entire(name), lambda item: "name" not in item or item["name"] is not None)

    def entire(self, name: str) -> list[TenantObject]:
        """Every object of a topic, for those who conclude from what is not there."""
        items = list(self.snapshot.get(name) or [])
        odd = [*self.odd.get(name, ()), *[{}] * len(items)]
        return [_guarded(name, item, odd[index]) for index, item in enumerate(items)]

    def single(self, name: str) -> TenantObject:
        """The one object of a topic, an empty one when it was not read."""
        odd = [*self.odd.get(name, ()), {}]
        return _guarded(name, self.snapshot.get(name) or {}, odd[0])

    def each(self, items: Iterable[TenantObject], check: Check, *findings: str) -> Iterator[DoctorFinding]:
        """What a check says of each object; one that it cannot understand is set aside. findings: ids that the check has."""
        for item in items:
            try:
                yield from list(check(self, item))
            except Unreadable as odd:
                self.set_aside(odd, *findings)

    def those(
        self, items: Iterable[TenantObject], holds: Callable[[TenantObject], bool], *findings: str
    ) -> list[TenantObject]:
        """The objects for which something holds; those for which that cannot be told are set aside."""
        return [item for item in items if self.holds(holds, item, *findings)]

    def holds(self, predicate: Callable[[TenantObject], bool], item: TenantObject, *findings: str) -> bool:
        """Whether something holds for an object; no, where that cannot be told, and the object is set aside."""
        try:
            return predicate(item)
        except Unreadable as odd:
            self.set_aside(odd, *findings)
            return False

    def set_aside(self, odd: Unreadable, *findings: str) -> None:
        """Note what a setting keeps from being examined."""
        self.leave_out(
            odd.what, f"its setting {odd.setting} reads {odd.reads}, which is not understood", *findings
        )

    def leave_out(self, what: str, why: str, *findings: str) -> None:
        """Note that something was not examined."""
        entry = NotExamined(what, why, findings)
        if entry not in self.not_examined:
            self.not_examined.append(entry)

    @property
    def rules(self) -> list[TenantObject]:
        """The mail-flow rules in their order."""
        return self.topic("mail_flow_rules")

    def noted(self, topic: str) -> Mapping[str, TenantObject]:
        """What the service notes about the objects of a topic, by name."""
        return self.notes.get(topic) or {}

    def unread(self, *topics: str) -> list[str]:
        """Those of the topics that could not be read."""
        return [name for name in topics if name not in self.snapshot]

    def known(self, name: str) -> list[str]:
        """A list of the integration, [] when it is not given."""
        return list(self.integration.get(name) or [])

    @property
    def returns_of_others(self) -> list[str]:
        """The addresses from which further portals of the vendor return mail, as far as they are given."""
        portals = (self.integration.get("mail_flow") or {}).get("other_portals") or ()
        ways = ("return_addresses", "dlp_addresses")
        return [address for portal in portals for way in ways for address in portal.get(way) or ()]

    def is_vendor_managed(self, topic: str, item: TenantObject) -> bool:
        """Whether an object is the vendor's, by its name or by what it does."""
        name = str(item.get("name") or "")
        names = {text.casefold() for text in (self.integration.get("names") or {}).get(topic) or ()}
        return name.casefold() in names or bool(_OUR_NAME.match(name)) or self.does_vendor_work(topic, item)

    def does_vendor_work(self, topic: str, item: TenantObject) -> bool:
        """Whether an object does the vendor's work, whatever it is called."""
        if any(portals(topic, item)):
            return True
        if topic == "outbound_connectors":
            hosts = strings(item, "smart_hosts") + strings(item, "recipient_domains")
            return any(in_domain(host, VENDOR_DOMAINS) for host in hosts)
        if topic == "inbound_connectors":
            theirs = strings(item, "sender_ip_addresses")
            return bool(theirs) and set(theirs) <= set(self.known("loop_guard"))
        if topic == "mail_flow_rules":
            return any(_INSPECTED.search(text) for text in strings(item, "actions", "set_header_value"))
        return False

    def protect_rules(self) -> list[TenantObject]:
        """The rules that take incoming mail to the vendor, switched on or not."""
        return self.those(
            self.rules, lambda rule: self.takes_to_vendor(rule) and incoming(rule) and outside(rule)
        )

    def acting_protect_rules(self) -> list[TenantObject]:
        """Those of them that act."""
        return self.those(self.protect_rules(), acts)

    def takes_to_vendor(self, rule: TenantObject) -> bool:
        """Whether a rule routes to a connector of the vendor."""
        return any(
            self.holds(lambda found: self.is_vendor_managed("outbound_connectors", found), item)
            for item in self.routes(rule)
        )

    def routes(self, rule: TenantObject) -> list[TenantObject]:
        """The outbound connectors to which a rule routes, as far as they are there."""
        names = {name.casefold() for name in strings(rule, "actions", "route_message_outbound_connector")}
        return self.those(
            self.topic("outbound_connectors"), lambda item: str(item["name"]).casefold() in names
        )

    def placed_rules(self) -> list[TenantObject]:
        """The mail-flow rules in their order, as far as their places can be told."""
        return self.those(self.rules, lambda rule: rule.get("priority", 0) is not None)

    def other_portal(self, rule: TenantObject) -> str:
        """The portal to which a rule takes mail when it is another than the one that is asked about, else ""."""
        own = str(self.integration.get("portal") or "").lower()
        found = {portal for portal, _where in portals("mail_flow_rules", rule)}
        for item in self.routes(rule):
            found |= {portal for portal, _where in portals("outbound_connectors", item)}
        return "" if not own or not found or own in found else min(found)

    def foreign(self, topic: str) -> list[TenantObject]:
        """The objects of a topic that are not the vendor's."""
        return self.those(self.topic(topic), lambda item: not self.is_vendor_managed(topic, item))


def _guarded(topic: str, item: TenantObject, odd: OddSettings) -> TenantObject:
    if not odd:
        return item
    title = TITLES.get(topic, topic)
    name = item.get("name")
    if topic == "accepted_domains":
        name = name or item.get("domain_name")
    named = f'{title} "{name}"' if name and "name" not in odd else title
    return GuardedObject(item, odd, named)


def acts(rule: TenantObject) -> bool:
    """Whether a rule is switched on and not a mere test."""
    return bool(rule.get("enabled")) and str(rule.get("mode") or "Enforce") == "Enforce"


def incoming(rule: TenantObject) -> bool:
    """Whether a rule can see mail from outside to inside."""
    conditions = rule.get("conditions") or {}
    sent_to = conditions.get("sent_to_scope")
    return conditions.get("from_scope") != "InOrganization" and sent_to in (None, "", "InOrganization")


def outside(rule: TenantObject) -> bool:
    """Whether a rule looks at mail from outside only."""
    return (rule.get("conditions") or {}).get("from_scope") == "NotInOrganization"
