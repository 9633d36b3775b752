# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the connectors to and from the vendor do what the integration needs of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._schema.ip_ranges import overlapping, uncovered
from .._vendor.portals import VENDOR_DOMAINS, portals
from .connectors import outgoing_rules
from .finding import EXCHANGE, OPERATOR, DoctorFinding, finding, listed
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
        yield finding(
            "connector-takes-all-mail",
            "critical",
            f'The outbound connector "{item["name"]}" to {", ".join(hosts)} takes all mail for {", ".join(others[:4])}, '
            "not only what a rule sends there.",
            "Outgoing mail and journal reports go to the vendor's host for inspected mail, with or without the protect rule, and are "
            "refused there or come back as incoming mail.",
            EXCHANGE,
            "Let the connector be used only when a mail-flow rule redirects mail to it (is_transport_rule_scoped true, no "
            "recipient_domains).",
        )


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
    yield finding(
        "wrong-smart-host",
        "critical" if used else "warning",
        f'The outbound connector "{item["name"]}" sends mail of the portal {portal} to {", ".join(hosts)}, which is not its host.',
        "Mail that the rule takes there is refused or inspected for somebody else, and does not come back."
        if used
        else "As soon as a rule takes mail there, it is refused or inspected for somebody else.",
        EXCHANGE,
        f'Correct the smart host of "{item["name"]}" to the one that the portal {portal} shows.',
    )


def _certificate(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    hosts, wanted = strings(item, "smart_hosts"), str(item.get("tls_domain") or "").lower().rstrip(".")
    if item.get("tls_settings") != "DomainValidation" or not any(map(_at_vendor, hosts)):
        return
    if any(_names(wanted, host) for host in hosts):
        return
    used = bool(item.get("enabled")) and any(acts(rule) for rule in _rules_to(view, item))
    yield finding(
        "tls-name-mismatch",
        "critical" if used else "warning",
        f'The outbound connector "{item["name"]}" demands a certificate for {wanted or "no name"}, and its host is {", ".join(hosts)}.',
        "A connection whose certificate does not have that name is given up; mail waits in the queue until it bounces.",
        EXCHANGE,
        "Set tls_settings to EncryptionOnly and clear tls_domain, as the vendor prescribes.",
    )


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
        yield finding(
            "vendor-address-blocked",
            "warning" if open_anyway else "critical",
            f"The connection filter blocks addresses from which the vendor gives mail back: {', '.join(hit)}.",
            "They are on the allow list as well, which is said to win; nobody should rely on that."
            if open_anyway
            else "Mail that comes back from there after inspection is rejected at the door.",
            EXCHANGE,
            "Take these addresses off the IP block list of the connection filter.",
        )


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
    whole = len(missing) == len(theirs)
    yield finding(
        "inbound-connector-missing",
        "critical" if whole else "warning",
        f'The protect rule "{protect[0]["name"]}" acts, and no inbound connector knows the mail that comes back'
        f"{'' if whole else ' from ' + ', '.join(missing)}.",
        "Such mail counts as mail of the internet that the vendor forges: it fails SPF, and ends in junk mail or quarantine.",
        OPERATOR,
        "Run the monitor playbook, which makes the connector, or add the addresses to it; until then switch the rule off.",
    )


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
    if not partner:
        if rules:
            yield _no_way_back(str(rules[0]["name"]), missing)
        return
    yield finding(
        "outgoing-connector-type",
        "critical" if rules else "warning",
        f"The inbound connector {listed([str(item['name']) for item in partner])} for outgoing mail that the vendor has inspected is "
        "not of type OnPremises.",
        "Only that type may hand in mail to other organizations: what comes back is refused (5.7.64), and outgoing mail is lost.",
        EXCHANGE,
        "Remove the connector and run the outbound playbook, which makes it with the type OnPremises.",
    )


def _no_way_back(rule: str, missing: Sequence[str]) -> DoctorFinding:
    return finding(
        "inbound-connector-missing",
        "critical",
        f'The rule "{rule}" takes outgoing or internal mail to the vendor, and there is no inbound connector of type OnPremises for its return '
        f"from {', '.join(missing)}.",
        "What comes back is refused, or counts as mail of the internet.",
        OPERATOR,
        "Run the outbound playbook, which makes the connector; until then switch the rule off.",
    )
