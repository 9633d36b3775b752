# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of ours that a phase completes after it has opened their way. Pure.

A rule that is switched on and lacks its exceptions loops nothing while its way is closed; it would as soon as the phase has
opened it, until the phase comes to the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .portal import Portal
from .tenant import Object, ObservedTenant

# Phase -> the rules that it completes, and the connector through which their mail comes back.
_COMPLETES = {
    "monitor": (("protect_rule",), "inbound_connector"),
    "inline": (("protect_rule",), "inbound_connector"),
    "outbound": (("protect_outgoing_rule", "protect_internal_rule"), "dlp_inbound_connector"),
}


def waiting_loops(phase: str, portal: Portal, tenant: ObservedTenant) -> Iterator[str]:
    """A sentence for each rule that would loop mail between two calls of the phase."""
    items, way_back = _COMPLETES.get(phase, ((), ""))
    names = [
        name
        for item in items
        for name in (portal.protect_rules if item == "protect_rule" else portal.names(item))
    ]
    for rule in tenant.named("mail_flow_rules", names):
        route = (rule.get("actions") or {}).get("route_message_outbound_connector")
        if not rule.get("enabled") or not route:
            continue
        excepted = (rule.get("exceptions") or {}).get("sender_ip_ranges") or ()
        unguarded = [address for address in portal.loop_guard if address not in excepted]
        closed = list(_closed(portal, tenant, str(route), way_back))
        if closed and unguarded:
            yield (
                f'the mail-flow rule "{rule["name"]}" is switched on, its way is not open ({"; ".join(closed)}), and it does '
                f"not except {', '.join(unguarded)}, so that mail would loop as soon as it is; switch the rule off and run "
                "again: the run completes the rule and switches it on last"
            )


def _closed(portal: Portal, tenant: ObservedTenant, route: str, way_back: str) -> Iterator[str]:
    """Why no mail takes the way of a rule now, when the phase opens it. A way through a connector that no phase writes stays as it is."""
    way = next(iter(tenant.named("outbound_connectors", [route])), {})
    enabled = bool(way.get("enabled"))
    hosts = {portal.value("smart_host").lower(), portal.value("dlp_smart_host").lower()}
    elsewhere = any(str(host).lower() not in hosts for host in way.get("smart_hosts") or ())
    written = [*portal.names("outbound_connector"), *portal.names("dlp_outbound_connector")]
    if route.lower() not in map(str.lower, written) and (elsewhere or not enabled):
        return
    if not enabled:
        yield "its outbound connector is missing or switched off"
    if elsewhere:
        yield "its outbound connector leads elsewhere"
    back = [
        item for item in tenant.named("inbound_connectors", portal.names(way_back)) if item.get("enabled")
    ]
    # Without a connector incoming mail comes back as mail of the internet; outgoing mail does not come back at all.
    if way_back == "dlp_inbound_connector" and not back:
        yield "no inbound connector takes mail back"
    if _keeps_others_out(back):
        yield "the inbound connector keeps other senders out"


def _keeps_others_out(connectors: Sequence[Object]) -> bool:
    switches = ("restrict_domains_to_ip_addresses", "restrict_domains_to_certificate")
    return any(item.get(switch) for item in connectors for switch in switches)
