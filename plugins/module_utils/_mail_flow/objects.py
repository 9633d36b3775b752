# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant's objects, read from a snapshot. A setting that it lacks is unknown; lists, texts and dates are then empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .integration import Integration, host_name
from .logic import Truth, all_of, any_of, negation
from .networks import Networks, networks

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Inbound:
    """An inbound connector. domains: of senders, "*" for all; certificate: the name that it asks for."""

    name: str
    enabled: Truth
    premises: Truth
    domains: tuple[str, ...]
    addresses: Networks
    certificate: str
    requires_tls: Truth
    restricts_addresses: Truth
    restricts_certificate: Truth
    associated: tuple[str, ...]
    as_internal: Truth
    skips_last: Truth
    skipped: Networks
    vendor_certificate: bool
    vendors: bool

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
    through_premises: Truth
    tls: str
    tls_domain: str
    dane: str | None


@dataclass(frozen=True)
class TransportRule:
    """A mail-flow rule. acts: whether it acts now (4.2); audited: it is in test mode. ours: it is one of the vendor's.

    dormant: it is switched on, but not yet or no longer in force.
    """

    name: str
    place: int
    acts: Truth
    audited: bool
    ours: bool
    location: str
    original: Truth
    dormant: bool = False
    conditions: Plain = field(default_factory=dict)
    exceptions: Plain = field(default_factory=dict)
    actions: Plain = field(default_factory=dict)

    @property
    def connector(self) -> str:
        """The outbound connector that it routes to."""
        return str(self.actions.get("route_message_outbound_connector") or "")

    @property
    def stops(self) -> bool:
        """Whether no later rule sees what it takes."""
        return bool(self.actions.get("stop_rule_processing"))


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

    @property
    def by_written_address(self) -> bool:
        """Whether some rule may tell the addresses of one recipient apart (4.6, Original)."""
        return any(rule.acts is not False and rule.original is not False for rule in self.rules)

    def borders(self) -> list[Networks]:
        """All sets of addresses that something names which acts (1.3)."""
        found = [self.blocked, self.allowed]
        for connector in self.inbound:
            if connector.enabled is not False:
                found += [connector.addresses, connector.skipped]
        for rule in self.rules:
            for section in (rule.conditions, rule.exceptions) if rule.acts is not False else ():
                found.append(networks(texts(section, "sender_ip_ranges")))
        return list(dict.fromkeys(item for item in found if item.spans))


def objects(snapshot: Plain, known: Integration, now: datetime) -> Objects:
    """The objects of a snapshot."""
    policy = snapshot.get("connection_filter")
    outbound = [_outbound(row) for row in snapshot.get("outbound_connectors") or ()]
    return Objects(
        rules=tuple(
            _rule(row, place, known, now) for place, row in enumerate(snapshot.get("mail_flow_rules") or ())
        ),
        inbound=tuple(_inbound(row, known) for row in snapshot.get("inbound_connectors") or ()),
        outbound={connector.name.casefold(): connector for connector in outbound},
        journals=tuple(_journal(row) for row in snapshot.get("journal_rules") or ()),
        undeliverable=text(snapshot.get("transport_config") or {}, "journaling_report_ndr_to").lower(),
        blocked=_listed(policy, "ip_block_list"),
        allowed=_listed(policy, "ip_allow_list"),
    )


def _listed(policy: Any, key: str) -> Networks:
    if not isinstance(policy, Mapping):
        return Networks(complete=False)
    return networks(texts(policy, key))


def _inbound(row: Plain, known: Integration) -> Inbound:
    addresses, certificate = (
        networks(texts(row, "sender_ip_addresses")),
        text(row, "tls_sender_certificate_name"),
    )
    name = certificate.lower()
    vendor_certificate = bool(name) and known.is_vendor_name(name.removeprefix("*."))
    return Inbound(
        name=text(row, "name"),
        enabled=truth(row, "enabled"),
        premises=_is(row, "connector_type", "onpremises"),
        domains=tuple(_sender_domain(item) for item in texts(row, "sender_domains")),
        addresses=addresses,
        certificate=name,
        requires_tls=truth(row, "require_tls"),
        restricts_addresses=truth(row, "restrict_domains_to_ip_addresses"),
        restricts_certificate=truth(row, "restrict_domains_to_certificate"),
        associated=tuple(item.lower() for item in texts(row, "associated_accepted_domains")),
        as_internal=truth(row, "treat_messages_as_internal"),
        skips_last=truth(row, "ef_skip_last_ip"),
        skipped=networks(texts(row, "ef_skip_ips")),
        vendor_certificate=vendor_certificate,
        vendors=vendor_certificate or known.covers(addresses),
    )


def _sender_domain(item: str) -> str:
    return item.lower().removeprefix("smtp:").partition(";")[0].strip()


def _outbound(row: Plain) -> Outbound:
    dane = row.get("smtp_dane_mode")
    return Outbound(
        name=text(row, "name"),
        enabled=truth(row, "enabled"),
        by_rule=truth(row, "is_transport_rule_scoped"),
        test_mode=truth(row, "test_mode"),
        use_mx=truth(row, "use_mx_record"),
        hosts=frozenset(map(host_name, texts(row, "smart_hosts"))),
        domains=tuple(_sender_domain(item).rstrip(".") for item in texts(row, "recipient_domains")),
        all_accepted=truth(row, "all_accepted_domains"),
        through_premises=truth(row, "route_all_messages_via_on_premises"),
        tls=text(row, "tls_settings").lower(),
        tls_domain=text(row, "tls_domain").lower().rstrip("."),
        dane=str(dane).lower() if dane is not None else None,
    )


def _rule(row: Plain, place: int, known: Integration, now: datetime) -> TransportRule:
    name = text(row, "name")
    mode = text(row, "mode").lower()
    audited = mode in ("audit", "auditandnotify")
    expired = _begun(row, "expiry_date", now) if text(row, "expiry_date") else False
    in_force = all_of((_begun(row, "activation_date", now), negation(expired)))
    enabled = truth(row, "enabled")
    acting = all_of((enabled, in_force, True if mode == "enforce" or audited else None))
    return TransportRule(
        name=name,
        place=place,
        acts=acting,
        audited=audited,
        ours=name.casefold() in known.ours,
        location=(text(row, "sender_address_location") or "Header").lower(),
        dormant=enabled is not False and in_force is False,
        original=_is({"type": text(row, "recipient_address_type") or "Resolved"}, "type", "original"),
        conditions=row.get("conditions") or {},
        exceptions=row.get("exceptions") or {},
        actions=row.get("actions") or {},
    )


def _begun(row: Plain, key: str, now: datetime) -> Truth:
    """Whether a date is not after now; an empty one is not (4.2)."""
    written = text(row, key)
    if not written:
        return True
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return aware <= now


def _journal(row: Plain) -> JournalRule:
    return JournalRule(
        name=text(row, "name"),
        address=text(row, "journal_email_address").lower(),
        recipient=text(row, "recipient").lower(),
        scope=text(row, "scope").lower(),
        enabled=truth(row, "enabled"),
    )


def truth(row: Plain, key: str) -> Truth:
    """A switch; unknown when it is not there."""
    value = row.get(key)
    return value if isinstance(value, bool) else None


def text(row: Plain, key: str) -> str:
    """A text, "" when it is not there."""
    return str(row.get(key) or "").strip()


def texts(row: Plain, key: str) -> list[str]:
    """A list of texts; a single one counts as such."""
    value = row.get(key)
    items: Iterable[Any] = value if isinstance(value, (list, tuple)) else [value] if value else ()
    return [str(item).strip() for item in items if str(item).strip()]


def _is(row: Plain, key: str, wanted: str) -> Truth:
    value = text(row, key).lower()
    return value == wanted if value else None
