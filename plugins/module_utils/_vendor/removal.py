# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken away when the vendor leaves, in an order that never strands mail. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .objects import Wanted, named, noted_filter_entries
from .portal import Portal, networks
from .tenant import Object, ObservedTenant
from .values import vendor


def removal(portal: Portal, tenant: ObservedTenant) -> Iterator[Wanted]:
    """The rules first, so that nothing is routed to what goes after them; the way of journal reports last."""
    ours = {topic: tenant.named(topic, names) for topic, names in portal.owned.items()}
    yield from _rules(ours["mail_flow_rules"])
    journaling = tenant.named("outbound_connectors", portal.names("journaling_connector"))
    ways_out = [item for item in ours["outbound_connectors"] if item not in journaling]
    yield from _connectors(
        "connectors", ways_out, "outbound", "The vendor leaves; no rule routes to it any more."
    )
    yield from _connectors(
        "connectors",
        ours["inbound_connectors"],
        "inbound",
        "The vendor leaves; no mail comes back from it any more.",
    )
    # Whose the entries are cannot be seen any more when nothing else of ours is left.
    if portal.wants("connection_filter") and any(ours.values()):
        yield from _filter_entries(portal, ours["inbound_connectors"])
    yield from _groups(portal)
    yield from _journaling(portal, tenant, ours["journal_rules"], journaling)


def _rules(rules: list[Object]) -> Iterator[Wanted]:
    """All are switched off before the first one goes."""
    for rule in rules:
        reason = "From here on mail takes its old way; first of all, so that nothing is routed to what is taken away after it."
        yield Wanted(
            "rules", "o365_mail_flow_rule", {"reason": reason, "name": rule["name"], "enabled": False}
        )
    for rule in rules:
        yield _gone(
            "rules", "o365_mail_flow_rule", rule["name"], "The vendor leaves; the rule is off already."
        )


def _gone(task: str, module: str, name: str, reason: str) -> Wanted:
    return Wanted(task, module, {"reason": reason, "name": name, "state": "absent"})


def _connectors(task: str, connectors: list[Object], direction: str, reason: str) -> Iterator[Wanted]:
    for connector in connectors:
        options = {"reason": reason, "name": connector["name"], "direction": direction, "state": "absent"}
        yield Wanted(task, "o365_connector", options)


def _filter_entries(portal: Portal, connectors: list[Object]) -> Iterator[Wanted]:
    """Without a region, whatever the vendor uses in any of them; but not what a connector notes as there before us."""
    everywhere = [
        address for region in vendor().regions.values() for address in (*region.incoming, *region.outgoing)
    ]
    before = {entry for item in connectors for entry in noted_filter_entries(str(item.get("comment") or ""))}
    entries = [entry for entry in portal.loop_guard or networks(everywhere) if entry not in before]
    if not entries:
        return
    options = {
        "reason": "The vendor leaves; its addresses are trusted no longer.",
        "ip_allow_list": entries,
        "mode": "remove",
    }
    yield Wanted("connection_filter", "o365_connection_filter", options)


def _groups(portal: Portal) -> Iterator[Wanted]:
    for group in ("incoming_group", "outgoing_group"):
        if portal.wants(group):
            reason = "The vendor leaves; no rule names its groups any more."
            options = {"reason": reason, **named(portal, group), "state": "absent"}
            yield Wanted("groups", "o365_distribution_group", options)


def _journaling(
    portal: Portal, tenant: ObservedTenant, rules: list[Object], connectors: list[Object]
) -> Iterator[Wanted]:
    """Reports must be able to leave for as long as there is a rule; recipient and contact stay while another rule needs them."""
    for rule in rules:
        reason = "The vendor leaves and gets no more copies."
        yield _gone("journal_rules", "o365_journal_rule", rule["name"], reason)
    yield from _connectors(
        "journaling_connectors",
        connectors,
        "outbound",
        "The vendor leaves; there are no more reports to carry.",
    )
    if len(rules) < len(tenant.objects("journal_rules")):
        return
    if _is_ours(portal, str(tenant.setting("transport_config", "journaling_report_ndr_to") or "")):
        options = {
            "reason": "The address is the vendor's, and no journal rule needs it any more.",
            "journaling_report_ndr_to": "",
        }
        yield Wanted("undeliverable_recipient", "o365_transport_config", options)
    if portal.wants("undeliverable_contact"):
        reason = "The address is the vendor's, and nothing names it any more."
        options = {"reason": reason, **named(portal, "undeliverable_contact"), "state": "absent"}
        yield Wanted("contact", "o365_mail_contact", options)


def _is_ours(portal: Portal, address: str) -> bool:
    """Whether the recipient of undeliverable reports is the one that the monitor role sets, of whatever farm."""
    if not address:
        return False
    given = str(portal.inputs["monitor_undeliverable_recipient"])
    pattern = vendor().values["undeliverable_address"]
    parts = {"portal": re.escape(portal.name), "domain": re.escape(portal.brand.domain), "farm": "[a-z0-9-]+"}
    return address.lower() == given.lower() or bool(
        re.fullmatch(pattern.format(**parts), address, re.IGNORECASE)
    )
