# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the tenant's objects from a snapshot. A setting that it lacks is unknown; lists, texts and dates are then empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .._schema.domain_names import host_name
from .._schema.ip_ranges import Networks, networks
from .integration import Integration
from .logic import Truth, all_of, negation
from .objects import Inbound, JournalRule, Objects, Outbound, TransportRule
from .rows import Row, text, texts, truth


def objects(snapshot: Row, known: Integration, now: datetime) -> Objects:
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
        rejects_direct_send=_rejects_direct_send(snapshot.get("organization_config")),
    )


def _listed(policy: Any, key: str) -> Networks:
    if not isinstance(policy, Mapping):
        return Networks(complete=False)
    return networks(texts(policy, key))


def _rejects_direct_send(organization: Any) -> Truth:
    """Off where the service shows nothing (2.11)."""
    if not isinstance(organization, Mapping):
        return None
    return organization.get("reject_direct_send") is True


def _inbound(row: Row, known: Integration) -> Inbound:
    addresses = networks(texts(row, "sender_ip_addresses"))
    certificate = text(row, "tls_sender_certificate_name").lower()
    vendor_certificate = bool(certificate) and known.is_vendor_name(certificate.removeprefix("*."))
    return Inbound(
        name=text(row, "name"),
        enabled=truth(row, "enabled"),
        on_premises=_is(row, "connector_type", "onpremises"),
        domains=tuple(_sender_domain(item) for item in texts(row, "sender_domains")),
        addresses=addresses,
        certificate=certificate,
        restricts_addresses=truth(row, "restrict_domains_to_ip_addresses"),
        restricts_certificate=truth(row, "restrict_domains_to_certificate"),
        associated=tuple(item.lower() for item in texts(row, "associated_accepted_domains")),
        as_internal=truth(row, "treat_messages_as_internal"),
        skips_last=truth(row, "ef_skip_last_ip"),
        skipped=networks(texts(row, "ef_skip_ips")),
        vendor_certificate=vendor_certificate,
        vendor_managed=vendor_certificate or known.covers(addresses),
    )


def _sender_domain(item: str) -> str:
    return item.lower().removeprefix("smtp:").partition(";")[0].strip()


def _outbound(row: Row) -> Outbound:
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
        via_on_premises=truth(row, "route_all_messages_via_on_premises"),
        tls=text(row, "tls_settings").lower(),
        tls_domain=text(row, "tls_domain").lower().rstrip("."),
        dane=str(dane).lower() if dane is not None else None,
        on_premises=_is(row, "connector_type", "onpremises"),
        rewrites_sender=truth(row, "sender_rewriting_enabled"),
    )


def _rule(row: Row, place: int, known: Integration, now: datetime) -> TransportRule:
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
        vendor_managed=name.casefold() in known.protect_rules,
        location=(text(row, "sender_address_location") or "Header").lower(),
        dormant=enabled is not False and in_force is False,
        original=_is({"type": text(row, "recipient_address_type") or "Resolved"}, "type", "original"),
        conditions=row.get("conditions") or {},
        exceptions=row.get("exceptions") or {},
        actions=row.get("actions") or {},
    )


def _begun(row: Row, key: str, now: datetime) -> Truth:
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


def _journal(row: Row) -> JournalRule:
    return JournalRule(
        name=text(row, "name"),
        address=text(row, "journal_email_address").lower(),
        recipient=text(row, "recipient").lower(),
        scope=text(row, "scope").lower(),
        enabled=truth(row, "enabled"),
    )


def _is(row: Row, key: str, wanted: str) -> Truth:
    value = text(row, key).lower()
    return value == wanted if value else None
