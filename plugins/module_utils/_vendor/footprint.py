# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each phase wants in the tenant, in the order in which it is written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from . import objects, rules
from .objects import Wanted
from .portal import Portal
from .removal import removal
from .tenant import ObservedTenant


def _monitor(portal: Portal, tenant: ObservedTenant) -> Iterator[Wanted]:
    if portal.wants("undeliverable_contact"):
        yield objects.contact(portal)
    present = tenant.setting("transport_config", "journaling_report_ndr_to")
    if portal.inputs["monitor_replace_undeliverable_recipient"] or not present:
        yield objects.undeliverable_recipient(portal)
    if portal.can_have("journaling_connector"):
        yield objects.journaling_connector(portal)
    yield objects.journal_rule(portal)
    yield objects.inbound_connector(portal, tenant)


def _inline(portal: Portal, tenant: ObservedTenant) -> Iterator[Wanted]:
    yield from _incoming_group(portal, tenant)
    if portal.wants("connection_filter"):
        yield objects.connection_filter(portal)
    if portal.inputs["inline_inbound_connector"]:
        yield objects.inbound_connector(portal, tenant)
    yield objects.outbound_connector(portal)
    if portal.wants("whitelist_rule"):
        yield rules.whitelist_rule(portal)
    reason = (
        "Incoming mail of the protected recipients goes to the vendor before it is delivered; this is the inline mode. The vendor's "
        "guide calls the rule Checkpoint – Protect."
    )
    yield from rules.protect_rules(portal, tenant, reason, rescope=False)


def _rescope(portal: Portal, tenant: ObservedTenant) -> Iterator[Wanted]:
    yield from _incoming_group(portal, tenant)
    reason = "This rule decides whose incoming mail the vendor inspects before it is delivered; that is to be others."
    yield from rules.protect_rules(portal, tenant, reason, rescope=True)


def _incoming_group(portal: Portal, tenant: ObservedTenant) -> Iterator[Wanted]:
    if rules.uses_group(portal, "incoming_group"):
        members = tenant.addresses(portal.inputs["protected_users"] + portal.inputs["protected_groups"])
        reason = "Its members are those whose incoming mail the vendor inspects."
        yield objects.group(portal, "incoming_group", members, reason)


def _outbound(portal: Portal, tenant: ObservedTenant) -> Iterator[Wanted]:
    outgoing = portal.inputs["outbound_protect_outgoing"]
    if outgoing and rules.uses_group(portal, "outgoing_group"):
        members = tenant.addresses(portal.inputs["outbound_users"] + portal.inputs["outbound_groups"])
        reason = "Its members are those whose outgoing mail the vendor inspects."
        yield objects.group(portal, "outgoing_group", members, reason)
    if not portal.missing("dlp_inbound_connector"):
        yield objects.dlp_inbound_connector(portal)
    yield objects.dlp_outbound_connector(portal)
    if outgoing:
        yield rules.protect_outgoing_rule(portal, tenant)
    if portal.can_have("protect_internal_rule"):
        yield rules.protect_internal_rule(portal, tenant)


_PHASES: Mapping[str, Callable[[Portal, ObservedTenant], Iterator[Wanted]]] = {
    "monitor": _monitor,
    "inline": _inline,
    "rescope": _rescope,
    "outbound": _outbound,
    "remove": removal,
}
# The tasks of the roles that write as many objects as there are; each of the others writes one or none.
_SEVERAL: Mapping[str, Sequence[str]] = {
    "monitor": (),
    "inline": ("rules",),
    "rescope": ("rules",),
    "outbound": ("rules",),
    "remove": ("rules", "connectors", "groups", "journal_rules", "journaling_connectors"),
}


def wanted(phase: str, portal: Portal, tenant: ObservedTenant) -> list[Wanted]:
    """The objects of a phase in their order. portal: of checked variables; tenant: what o365_info has found."""
    return list(_PHASES[phase](portal, tenant))


def by_task(phase: str, objects: Iterable[Wanted]) -> dict[str, Any]:
    """The options of each object by the task that writes it: a list where it can be several; nothing where there is none."""
    several = {task: [item.options for item in objects if item.task == task] for task in _SEVERAL[phase]}
    return {item.task: item.options for item in objects if item.task not in several} | several
