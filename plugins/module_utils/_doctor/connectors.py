# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connectors that keep mail out, take it elsewhere or do nothing, and rules that keep mail out like them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.ip_ranges import overlapping, uncovered
from .finding import DoctorFinding, finding, listed
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
        yield finding("own-connector-locks-down", connector=name)
    elif not by_address:
        certificate = item.get("tls_sender_certificate_name")
        yield finding("lock-down-connector", case="certificate", connector=name, certificate=certificate)
    else:
        missing = uncovered(theirs, strings(item, "sender_ip_addresses"))
        if missing or not theirs:
            yield finding("lock-down-connector", connector=name, addresses=_bracketed(missing))


def _bracketed(addresses: list[str]) -> str:
    return f" ({', '.join(addresses)})" if addresses else ""


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
    if missing or not theirs:
        yield finding("lock-down-rule", rule=rule["name"], addresses=_bracketed(missing))


# ------------------------------------------------------------------------------------- what is switched off


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
        yield finding("routed-connector-disabled", rule=rules[0]["name"], connector=item["name"])


def _disabled_inbound(view: TenantView, item: TenantObject) -> Iterator[DoctorFinding]:
    """Some offerings (trial, developer and some new tenants) create connectors of type OnPremises disabled, incident EX505293, and only
    support can enable them (SEPPmail, "Enable OnPremConnectors"; Microsoft, inbound connector FAQ).
    """
    if item.get("enabled") is not False:
        return
    name, managed = str(item["name"]), view.is_vendor_managed("inbound_connectors", item)
    premises = item.get("connector_type") == "OnPremises"
    source = ", ".join(strings(item, "sender_ip_addresses")) or str(
        item.get("tls_sender_certificate_name") or "?"
    )
    severity = ("critical" if _is_needed(view, item) else "warning") if managed else "info"
    case = "_".join([*(["vendor"] if managed else []), *(["on_premises"] if premises else [])])
    yield finding("inbound-connector-disabled", severity, case, connector=name, source=source)


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
    severity = "warning" if view.is_vendor_managed("inbound_connectors", item) else "info"
    yield finding("enhanced-filtering", severity, connector=item["name"])


def centralised_mail_flow(view: TenantView) -> Iterator[DoctorFinding]:
    """One finding for all connectors that do so."""
    central = view.those(
        view.topic("outbound_connectors"),
        lambda item: bool(item.get("route_all_messages_via_on_premises") and item.get("enabled")),
        "centralised-mail-flow",
    )
    if central:
        yield finding("centralised-mail-flow", connectors=listed([item["name"] for item in central]))
