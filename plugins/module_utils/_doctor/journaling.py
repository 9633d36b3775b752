# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Journal rules of others, and the way of the vendor's journal reports. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from .._vendor.portals import VENDOR_DOMAINS, portals
from .finding import DoctorFinding, finding, listed
from .tenant_view import WHOLE, TenantObject, TenantView, in_domain, strings


def journaling(view: TenantView) -> Iterator[DoctorFinding]:
    """What is wrong with journal rules and their reports."""
    foreign = view.foreign("journal_rules")
    yield from view.each(foreign, _to_the_inside, "journal-inside")
    yield from view.each([view.single("transport_config")], _undeliverable, "undeliverable-inside")
    yield from view.each(WHOLE, _through_others, "journal-reports-through-gateway")
    yield from _twice(view, foreign)


def mailbox(view: TenantView, address: str) -> bool | None:
    """Whether an address is a mailbox of the tenant; None when nobody could look."""
    known = view.recipients.get(address.strip().lower())
    if known is None or known.get("kind") == "unknown":
        return None
    return known.get("kind") not in ("missing", "group") and not known.get("external")


def _own_domain(view: TenantView, address: str) -> bool:
    """Whether an address lies in a domain for which the tenant itself is the end of the way."""
    domain = address.rpartition("@")[2].lower()
    return any(
        str(item.get("domain_name")).lower() == domain and item.get("domain_type") != "ExternalRelay"
        for item in view.entire("accepted_domains")
    )


def _to_the_inside(view: TenantView, rule: TenantObject) -> Iterator[DoctorFinding]:
    address = str(rule.get("journal_email_address") or "")
    known = view.recipients.get(address.lower()) or {}
    if not rule.get("enabled") or not _own_domain(view, address) or known.get("external"):
        return
    yield finding("journal-inside", rule=rule["name"], address=address)


def _undeliverable(view: TenantView, config: TenantObject) -> Iterator[DoctorFinding]:
    address = str(config.get("journaling_report_ndr_to") or "")
    inside = mailbox(view, address) if address and address != "<>" else False
    if inside or (inside is None and _own_domain(view, address)):
        yield finding("undeliverable-inside", address=address, what="a mailbox" if inside else "in a domain")


def _through_others(view: TenantView, _tenant: TenantObject) -> Iterator[DoctorFinding]:
    rules = [
        rule
        for rule in view.entire("journal_rules")
        if rule.get("enabled") and any(portals("journal_rules", rule))
    ]
    for rule in rules[:1]:
        domain = str(rule["journal_email_address"]).rpartition("@")[2].lower()
        ways = [
            (fit, item)
            for item in view.entire("outbound_connectors")
            if (fit := _fit(item, domain)) is not None
        ]
        if not ways:
            continue
        _best, connector = max(ways, key=lambda way: way[0])
        hosts = strings(connector, "smart_hosts")
        theirs = view.is_vendor_managed("outbound_connectors", connector)
        if hosts and not theirs and not any(in_domain(host, VENDOR_DOMAINS) for host in hosts):
            yield finding(
                "journal-reports-through-gateway",
                address=rule["journal_email_address"],
                connector=connector["name"],
                hosts=", ".join(hosts),
                domain=domain,
            )


def _fit(item: TenantObject, domain: str) -> int | None:
    """How closely an outbound connector that no rule is needed for names a domain; None when it does not take its mail."""
    if not item.get("enabled") or item.get("is_transport_rule_scoped"):
        return None
    named = [text.lower() for text in strings(item, "recipient_domains")]
    fits = [
        len(text)
        for text in named
        if text in ("*", domain) or (text.startswith("*.") and domain.endswith(text[1:]))
    ]
    return max(fits, default=None)


def _twice(view: TenantView, foreign: list[TenantObject]) -> Iterator[DoctorFinding]:
    if not view.acting_protect_rules():
        return
    outside = partial(_archives, view)
    if archives := view.those(foreign, outside, "journal-archive-twice"):
        yield finding("journal-archive-twice", rules=listed([rule["name"] for rule in archives]))


def _archives(view: TenantView, rule: TenantObject) -> bool:
    address = str(rule.get("journal_email_address") or "")
    return bool(rule.get("enabled")) and bool(address) and not _own_domain(view, address)
