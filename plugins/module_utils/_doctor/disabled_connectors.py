# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connectors that are there and do not act. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._schema.ip_ranges import overlapping
from .finding import EXCHANGE, MICROSOFT, Finding, finding
from .tenant_view import Object, TenantView, acts, outside, strings

# Some offerings (trial, developer and some new tenants) create inbound connectors of type OnPremises disabled, incident
# EX505293, and only support can enable them (SEPPmail, "Enable OnPremConnectors"; Microsoft, inbound connector FAQ).
_TICKET = (
    "When it still reads back disabled after it was enabled, open a ticket with this text: "
    '"The inbound connector {name} of type OnPremises reads back disabled and cannot be '
    "enabled (EX505293: for this service offering, you can't enable an inbound connector). Please enable it; it "
    'receives mail of our own from {source}."'
)


def check(chart: TenantView) -> Iterator[Finding]:
    """Inbound connectors that read back disabled, and outbound ones to which a rule routes all the same."""
    for item in chart.topic("inbound_connectors"):
        if item.get("enabled") is False:
            yield from _inbound(chart, item)
    routed = {
        name.casefold(): str(rule["name"])
        for rule in chart.rules
        if acts(rule)
        for name in strings(rule, "actions", "route_message_outbound_connector")
    }
    for item in chart.topic("outbound_connectors"):
        rule = routed.get(str(item["name"]).casefold())
        if rule and item.get("enabled") is False:
            yield finding(
                "routed-connector-disabled",
                "critical",
                f'The rule "{rule}" takes mail to the outbound connector "{item["name"]}", which is disabled.',
                "What the rule matches has nowhere to go: it waits in the queue until it bounces.",
                EXCHANGE,
                "Enable the connector, or switch the rule off.",
            )


def _inbound(chart: TenantView, item: Object) -> Iterator[Finding]:
    name, ours = str(item["name"]), chart.is_ours("inbound_connectors", item)
    premises = item.get("connector_type") == "OnPremises"
    source = ", ".join(strings(item, "sender_ip_addresses")) or str(
        item.get("tls_sender_certificate_name") or "?"
    )
    if ours:
        severity = "critical" if _is_needed(chart, item) else "warning"
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
        MICROSOFT if premises and ours else EXCHANGE,
        f"{'' if ours else 'Remove it when it is a leftover. '}{_TICKET.format(name=name, source=source)}"
        if premises
        else "Enable it, or remove it when it is a leftover.",
    )


def _is_needed(chart: TenantView, item: Object) -> bool:
    """Whether mail comes back through it now: of outgoing and internal rules by type OnPremises, else incoming mail."""
    premises = item.get("connector_type") == "OnPremises"
    returns = overlapping(strings(item, "sender_ip_addresses"), chart.known("return_addresses"))
    if (returns or not premises) and chart.acting_protect_rules():
        return True
    return premises and any(
        acts(rule) and chart.takes_to_vendor(rule) and not outside(rule) for rule in chart.rules
    )
