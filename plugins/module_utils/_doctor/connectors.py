# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connectors that keep mail out, take it elsewhere or do nothing, and rules that keep mail out like them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.ip_ranges import overlapping, uncovered
from .finding import EXCHANGE, MICROSOFT, DoctorFinding, finding, listed
from .tenant_view import TenantObject, TenantView, acts, incoming, outside, strings

# ----------------------------------------------------------------------------------------------- lock-downs

_BLOCKING = ("delete_message", "quarantine", "reject_message_reason_text", "redirect_message_to")


def lock_downs(view: TenantView) -> Iterator[DoctorFinding]:
    """Each lock-down by which the mail that the vendor gives back could not come in.

    A partner connector for the sender domain * that restricts to addresses or to a certificate makes Exchange Online reject
    everything else with 5.7.51 (Microsoft, connectors for a partner; IRONSCALES, migration from Barracuda).
    """
    yield from view.each(
        view.topic("inbound_connectors"),
        _locking_connector,
        "lock-down-connector",
        "own-connector-locks-down",
    )
    yield from view.each(view.foreign("mail_flow_rules"), _locking_rule, "lock-down-rule")


def _locking_connector(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    name, theirs = str(item["name"]), view.known("return_addresses")
    by_address = bool(item.get("restrict_domains_to_ip_addresses"))
    locks = by_address or item.get("restrict_domains_to_certificate")
    if not (locks and item.get("enabled") and "*" in strings(item, "sender_domains")):
        return
    if view.is_vendor_managed("inbound_connectors", item):
        yield finding(
            "own-connector-locks-down",
            "critical",
            f'The vendor\'s own inbound connector "{name}" is restricted for the sender domain *.',
            "All mail of the internet that does not come from the vendor is rejected.",
            EXCHANGE,
            "Set restrict_domains_to_ip_addresses and restrict_domains_to_certificate of this connector to false.",
        )
        return
    missing = uncovered(theirs, strings(item, "sender_ip_addresses")) if by_address else theirs
    if by_address and theirs and not missing:
        return
    manner = (
        "from its own addresses"
        if by_address
        else f"with the certificate {item.get('tls_sender_certificate_name')}"
    )
    addresses = f" ({', '.join(missing)})" if missing else ""
    add = (
        f"Add the vendor's return addresses{addresses} to the connector"
        if by_address
        else "The vendor does not present this certificate: give the lock-down up"
    )
    yield finding(
        "lock-down-connector",
        "critical",
        f'The inbound connector "{name}" lets in only mail {manner}, for every sender domain.',
        "Mail that the vendor gives back after inspection does not come so, and is rejected (5.7.51).",
        EXCHANGE,
        f"{add} before going inline, or remove the restriction.",
    )


def _lets_in_some(rule: TenantObject) -> bool:
    """Whether a rule blocks mail that does not come from certain addresses."""
    actions = rule.get("actions") or {}
    conditions = set(rule.get("conditions") or {}) - {"from_scope", "sent_to_scope"}
    blocks = any(actions.get(name) for name in _BLOCKING)
    return blocks and bool(strings(rule, "exceptions", "sender_ip_ranges")) and not conditions


def _locking_rule(view: TenantView, rule: TenantObject) -> Iterator[DoctorFinding]:
    if not (acts(rule) and incoming(rule) and _lets_in_some(rule)):
        return
    theirs = view.known("return_addresses")
    missing = uncovered(theirs, strings(rule, "exceptions", "sender_ip_ranges"))
    if theirs and not missing:
        return
    addresses = f" ({', '.join(missing)})" if missing else ""
    yield finding(
        "lock-down-rule",
        "critical",
        f'The rule "{rule["name"]}" blocks incoming mail that does not come from certain addresses.',
        "Mail that the vendor gives back after inspection comes from other addresses and is blocked.",
        EXCHANGE,
        f"Add the vendor's return addresses{addresses} to the exceptions of this rule before going inline.",
    )


# ------------------------------------------------------------------------------------- what is switched off

# Some offerings (trial, developer and some new tenants) create inbound connectors of type OnPremises disabled, incident
# EX505293, and only support can enable them (SEPPmail, "Enable OnPremConnectors"; Microsoft, inbound connector FAQ).
_TICKET = (
    "When it still reads back disabled after it was enabled, open a ticket with this text: "
    '"The inbound connector {name} of type OnPremises reads back disabled and cannot be '
    "enabled (EX505293: for this service offering, you can't enable an inbound connector). Please enable it; it "
    'receives mail of our own from {source}."'
)


def disabled(view: TenantView) -> Iterator[DoctorFinding]:
    """Inbound connectors that read back disabled, and outbound ones to which a rule routes all the same."""
    yield from view.each(view.topic("inbound_connectors"), _disabled_inbound, "inbound-connector-disabled")
    yield from view.each(view.topic("outbound_connectors"), _routed_and_disabled, "routed-connector-disabled")


def _routed_and_disabled(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    name = str(item["name"]).casefold()

    def routes_here(rule: TenantObject) -> bool:
        routes = strings(rule, "actions", "route_message_outbound_connector")
        return acts(rule) and any(route.casefold() == name for route in routes)

    rules = view.those(view.rules, routes_here, "routed-connector-disabled")
    if rules and item.get("enabled") is False:
        yield finding(
            "routed-connector-disabled",
            "critical",
            f'The rule "{rules[0]["name"]}" takes mail to the outbound connector "{item["name"]}", which is disabled.',
            "What the rule matches has nowhere to go: it waits in the queue until it bounces.",
            EXCHANGE,
            "Enable the connector, or switch the rule off.",
        )


def _disabled_inbound(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    if item.get("enabled") is not False:
        return
    name, managed = str(item["name"]), view.is_vendor_managed("inbound_connectors", item)
    premises = item.get("connector_type") == "OnPremises"
    source = ", ".join(strings(item, "sender_ip_addresses")) or str(
        item.get("tls_sender_certificate_name") or "?"
    )
    if managed:
        severity = "critical" if _is_needed(view, item) else "warning"
        kind = "Outgoing and internal mail" if premises else "Mail"
        why = f"{kind} that the vendor has inspected comes back through it; without it that mail is not recognized."
    else:
        severity, why = "info", "It does nothing as it is; whoever made it may believe that it acts."
    if premises:
        why += " Some service offerings keep inbound connectors of this type disabled, whoever enables them."
    yield finding(
        "inbound-connector-disabled",
        severity,
        f'The inbound connector "{name}" reads back disabled.',
        why,
        MICROSOFT if premises and managed else EXCHANGE,
        f"{'' if managed else 'Remove it when it is a leftover. '}{_TICKET.format(name=name, source=source)}"
        if premises
        else "Enable it, or remove it when it is a leftover.",
    )


def outgoing_rules(view: TenantView) -> list[TenantObject]:
    """The acting rules that take other mail than incoming to the vendor."""
    return view.those(
        view.rules, lambda rule: acts(rule) and view.takes_to_vendor(rule) and not outside(rule)
    )


def _is_needed(view: TenantView, item: TenantObject) -> bool:
    """Whether mail comes back through it now: of outgoing and internal rules by type OnPremises, else incoming mail."""
    premises = item.get("connector_type") == "OnPremises"
    returns = overlapping(strings(item, "sender_ip_addresses"), view.known("return_addresses"))
    if (returns or not premises) and view.acting_protect_rules():
        return True
    return premises and bool(outgoing_rules(view))


# ------------------------------------------------------------------------------ what takes mail another way


def enhanced_filtering(view: TenantView) -> Iterator[DoctorFinding]:
    """A warning on the vendor's connector, information on others."""
    yield from view.each(view.topic("inbound_connectors"), _enhanced_filtering, "enhanced-filtering")


def _enhanced_filtering(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    on = item.get("ef_skip_last_ip") or strings(item, "ef_skip_ips")
    if not (item.get("enabled") and on):
        return
    managed = view.is_vendor_managed("inbound_connectors", item)
    yield finding(
        "enhanced-filtering",
        "warning" if managed else "info",
        f'Enhanced filtering is on for the inbound connector "{item["name"]}".',
        "The service then looks for the sender's address before that of this connector. The protect rule tells the vendor's "
        "mail by its address; whether rules see the real or the earlier address is not documented, and a loop could follow.",
        EXCHANGE,
        "Switch it off for this connector before going inline, or prove with one pilot user that mail does not go round.",
    )


def centralised_mail_flow(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding for all connectors that do so."""
    central = view.those(
        view.topic("outbound_connectors"),
        lambda item: bool(item.get("route_all_messages_via_on_premises") and item.get("enabled")),
        "centralised-mail-flow",
    )
    names = [str(item["name"]) for item in central]
    if names:
        yield finding(
            "centralised-mail-flow",
            "warning",
            f"All mail that leaves the tenant goes through servers of the organization: outbound connector {listed(names)}.",
            "Whether a rule's own route wins over it, and whether journal reports reach the vendor, is not documented; outgoing "
            "mail passes filters that know nothing of the vendor.",
            EXCHANGE,
            "Test with one pilot user, look at the message trace, and only then widen the scope.",
        )
