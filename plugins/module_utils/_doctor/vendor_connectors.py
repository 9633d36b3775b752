# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the connectors to and from the vendor do what the integration needs of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._schema.ip_ranges import overlapping, uncovered
from .._vendor.portals import VENDOR_DOMAINS, portals
from .connectors import outgoing_rules
from .finding import DoctorFinding, finding, listed
from .tenant_view import WHOLE, TenantObject, TenantView, acts, in_domain, strings


def vendor_connectors(view: TenantView) -> Iterator[DoctorFinding]:
    """What is wrong on the way to the vendor and back."""
    outbound = view.topic("outbound_connectors")
    yield from view.each(outbound, _not_by_rule, "connector-takes-all-mail")
    yield from view.each(outbound, _wrong_host, "wrong-smart-host")
    yield from view.each(outbound, _certificate, "tls-name-mismatch")
    yield from view.each([view.single("connection_filter")], _blocked, "vendor-address-blocked")
    yield from view.each(WHOLE, _no_way_in, "inbound-connector-missing")
    yield from view.each(WHOLE, _outgoing_type, "outgoing-connector-type")


# --------------------------------------------------------------------------------------------------------- to the vendor


def _rules_to(view: TenantView, connector: TenantObject) -> list[TenantObject]:
    name = str(connector["name"]).casefold()
    return [
        rule
        for rule in view.rules
        if name
        in (route.casefold() for route in strings(rule, "actions", "route_message_outbound_connector"))
    ]


def _at_vendor(host: str) -> bool:
    return in_domain(host, VENDOR_DOMAINS)


def _not_by_rule(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    hosts, domains = strings(item, "smart_hosts"), strings(item, "recipient_domains")
    if not any(map(_at_vendor, hosts)) or item.get("is_transport_rule_scoped") or not item.get("enabled"):
        return
    # What goes to the vendor's own domains is journaling.
    others = [domain for domain in domains if not _at_vendor(domain.removeprefix("*."))]
    if others:
        where = {"hosts": ", ".join(hosts), "domains": ", ".join(others[:4])}
        yield finding("connector-takes-all-mail", connector=item["name"], **where)


def wrong_hosts(view: TenantView, item: TenantObject) -> tuple[str, list[str]]:
    """The portal whose mail an outbound connector gets, and its smart hosts when they are not that portal's; else "" and []."""
    hosts = strings(item, "smart_hosts")
    meant = {portal for rule in _rules_to(view, item) for portal, _where in portals("mail_flow_rules", rule)}
    names = (view.integration.get("names") or {}).get("outbound_connectors") or ()
    by_rule = item.get("is_transport_rule_scoped") or not strings(item, "recipient_domains")
    if not meant and by_rule and str(item["name"]).casefold() in (str(name).casefold() for name in names):
        meant = {str(view.integration.get("portal") or "").lower()} - {""}
    there = {portal for portal, _where in portals("outbound_connectors", item)}
    if not meant or not hosts or there & meant or set(hosts) & set(view.known("smart_hosts")):
        return "", []
    if not there and any(map(_at_vendor, hosts)):
        # A host of the vendor that does not tell its portal.
        return "", []
    return min(meant), hosts


def _wrong_host(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    portal, hosts = wrong_hosts(view, item)
    if not portal:
        return
    used = any(acts(rule) for rule in _rules_to(view, item))
    severity, case = ("critical", "used") if used else ("warning", "")
    values = {"connector": item["name"], "portal": portal, "hosts": ", ".join(hosts)}
    yield finding("wrong-smart-host", severity, case, **values)


def _certificate(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    hosts, wanted = strings(item, "smart_hosts"), str(item.get("tls_domain") or "").lower().rstrip(".")
    if item.get("tls_settings") != "DomainValidation" or not any(map(_at_vendor, hosts)):
        return
    if any(_names(wanted, host) for host in hosts):
        return
    used = bool(item.get("enabled")) and any(acts(rule) for rule in _rules_to(view, item))
    values = {"connector": item["name"], "wanted": wanted or "no name", "hosts": ", ".join(hosts)}
    yield finding("tls-name-mismatch", "critical" if used else "warning", **values)


def _names(wanted: str, host: str) -> bool:
    """Whether a name in a certificate is a host's, or covers it by a star."""
    name = host.lower().rstrip(".")
    if wanted.startswith("*."):
        return name.endswith(wanted[1:]) and "." not in name[: -len(wanted[1:])]
    return bool(wanted) and name == wanted


# ------------------------------------------------------------------------------------------------------- from the vendor


def _blocked(view: TenantView, policy: TenantObject) -> Iterator[DoctorFinding]:
    theirs = view.known("loop_guard") or view.known("return_addresses")
    hit = overlapping(theirs, strings(policy, "ip_block_list"))
    open_anyway = not uncovered(hit, strings(policy, "ip_allow_list"))
    if hit:
        severity, case = ("warning", "allowed") if open_anyway else ("critical", "")
        yield finding("vendor-address-blocked", severity, case, addresses=", ".join(hit))


def _open_ways(view: TenantView, *, on_premises: bool) -> list[TenantObject]:
    """Enabled inbound connectors; on_premises: only those of that type."""
    return [
        item
        for item in view.entire("inbound_connectors")
        if item.get("enabled") and (not on_premises or item.get("connector_type") == "OnPremises")
    ]


def _addresses(items: Sequence[TenantObject]) -> list[str]:
    return [address for item in items for address in strings(item, "sender_ip_addresses")]


def _by_certificate(items: Sequence[TenantObject]) -> bool:
    return any(
        _at_vendor(name.removeprefix("*."))
        for item in items
        for name in strings(item, "tls_sender_certificate_name")
    )


def _no_way_in(view: TenantView, _tenant: TenantObject) -> Iterator[DoctorFinding]:
    protect = [rule for rule in view.acting_protect_rules() if not view.other_portal(rule)]
    theirs = view.known("return_addresses")
    if not protect or not theirs or view.unread("inbound_connectors"):
        return
    ways = _open_ways(view, on_premises=False)
    missing = uncovered(theirs, _addresses(ways))
    told = any(
        item.get("enabled") is False and view.is_vendor_managed("inbound_connectors", item)
        for item in view.entire("inbound_connectors")
    )
    if not missing or told or _by_certificate(ways):
        return
    severity, addresses = "critical", ""
    if len(missing) < len(theirs):
        severity, addresses = "warning", f" from {', '.join(missing)}"
    yield finding("inbound-connector-missing", severity, rule=protect[0]["name"], addresses=addresses)


def _outgoing_type(view: TenantView, _tenant: TenantObject) -> Iterator[DoctorFinding]:
    incoming = view.known("return_addresses")
    theirs = uncovered(view.known("loop_guard"), incoming)
    rules = outgoing_rules(view)
    missing = uncovered(theirs, _addresses(_open_ways(view, on_premises=True)))
    if not missing or _by_certificate(_open_ways(view, on_premises=True)):
        return
    ways = _open_ways(view, on_premises=False)
    partner = [item for item in ways if overlapping(missing, strings(item, "sender_ip_addresses"))]
    if not rules:
        # A connector for both ways is the incoming one as long as nothing goes out.
        partner = [
            item for item in partner if not overlapping(incoming, strings(item, "sender_ip_addresses"))
        ]
    if partner:
        severity, names = "critical" if rules else "warning", [item["name"] for item in partner]
        yield finding("outgoing-connector-type", severity, connectors=listed(names))
    elif rules:
        values = {"rule": rules[0]["name"], "addresses": ", ".join(missing)}
        yield finding("inbound-connector-missing", "critical", "outgoing", **values)
