# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's mail-flow rules as options of o365_mail_flow_rule. Pure.

Each comes with its guard against loops, all of the vendor's addresses as exception, in the call that makes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .objects import Wanted, named
from .portal import Portal
from .scope import rule_steps
from .tenant import ObservedTenant

_MODULE = "o365_mail_flow_rule"
# A rule that somebody made by hand must not do more, or act on less, than the vendor prescribes.
_WHOLE = {
    "mode": "Enforce",
    "activation_date": "",
    "expiry_date": "",
    "purge": ["conditions", "actions"],
}


def uses_group(portal: Portal, item: str) -> bool:
    """Whether a group of the vendor stands for those who are protected. item: incoming_group or outgoing_group."""
    inputs = portal.inputs
    kind, everyone = (
        ("protected", "protect_everyone") if item == "incoming_group" else ("outbound", "outbound_everyone")
    )
    people = inputs[f"{kind}_users"] + inputs[f"{kind}_groups"]
    return portal.can_have(item) and not inputs[everyone] and bool(people)


def scope(portal: Portal, tenant: ObservedTenant) -> dict[str, Any]:
    """Whose incoming mail is to be inspected, by the kinds of scope.py."""
    groups, users = _people(portal, tenant, "incoming_group", "protected")
    return {
        "everyone": portal.inputs["protect_everyone"],
        "groups": groups,
        "users": users,
        "domains": portal.inputs["protected_domains"],
    }


def standing_protect_rule(portal: Portal, tenant: ObservedTenant) -> dict[str, Any] | None:
    """The protect rule that is there, under the best of its names."""
    return next(iter(tenant.named("mail_flow_rules", portal.names("protect_rule"))), None)


def protect_rules(portal: Portal, tenant: ObservedTenant, reason: str, *, rescope: bool) -> Iterator[Wanted]:
    """The protect rules for incoming mail. rescope: leave everything of those that are there but the recipients."""
    steps = rule_steps(
        scope(portal, tenant),
        portal.names("protect_rule"),
        tenant.objects("mail_flow_rules"),
        _protect_rule(portal, tenant),
        rescope=rescope,
    )
    for step in steps:
        yield Wanted("rules", _MODULE, {**step, "reason": reason})


def _protect_rule(portal: Portal, tenant: ObservedTenant) -> dict[str, Any]:
    """The protect rule without name and recipients."""
    inputs = portal.inputs
    there = standing_protect_rule(portal, tenant) if inputs["inline_keep_ip_exceptions"] else None
    kept = (there or {}).get("exceptions", {}).get("sender_ip_ranges", [])
    return {
        "enabled": inputs["inline_rule_enabled"],
        **_WHOLE,
        "conditions": {"from_scope": "NotInOrganization", "sent_to_scope": "InOrganization"},
        "exceptions": {
            "sender_ip_ranges": portal.loop_guard + inputs["inline_additional_ip_addresses"] + kept
        },
        "actions": _routed(portal, tenant, "outbound_connector", "header_value", stop=True),
    }


def _routed(
    portal: Portal, tenant: ObservedTenant, connector: str, header: str, *, stop: bool
) -> dict[str, Any]:
    """What a rule does that takes mail to the vendor, through our connector under the name that it has or will have."""
    names = portal.names(connector)
    there = tenant.named("outbound_connectors", names)
    return {
        "route_message_outbound_connector": there[0]["name"] if there else names[0],
        "set_header_name": portal.value("header_name"),
        "set_header_value": portal.value(header),
        "stop_rule_processing": stop,
    }


def whitelist_rule(portal: Portal) -> Wanted:
    """The rule that keeps what the vendor has passed out of the spam filter."""
    return Wanted(
        "rules",
        _MODULE,
        {
            "reason": "What the vendor has inspected and passed is not to be judged as spam again.",
            **named(portal, "whitelist_rule"),
            "enabled": True,
            **_WHOLE,
            **_place(portal),
            "conditions": {"sender_ip_ranges": portal.incoming_addresses},
            "exceptions": {
                "header_matches_message_header": portal.value("spam_header_name"),
                "header_matches_patterns": ["true"],
            },
            "actions": {"set_scl": "-1"},
        },
    )


def _place(portal: Portal) -> dict[str, Any]:
    """Before all rules of others; those of ours may stand above each other."""
    return {"position": "first", "peers": portal.owned["mail_flow_rules"]}


def protect_outgoing_rule(portal: Portal, tenant: ObservedTenant) -> Wanted:
    """The rule for mail that leaves the organization."""
    groups, users = _people(portal, tenant, "outgoing_group", "outbound")
    conditions = {
        "from_scope": "InOrganization",
        "sent_to_scope": "NotInOrganization",
        "from_member_of": groups,
        "from": users,
    }
    reason = "Outgoing mail of the protected senders goes to the vendor before it leaves."
    actions = _routed(portal, tenant, "dlp_outbound_connector", "outgoing_header_value", stop=True)
    return _dlp_rule(portal, "protect_outgoing_rule", reason, conditions, actions)


def protect_internal_rule(portal: Portal, tenant: ObservedTenant) -> Wanted:
    """The rule for mail that stays in the organization; Portal.missing says what must be given for it."""
    groups, users = _people(portal, tenant, "incoming_group", "protected")
    conditions = {
        "from_scope": "InOrganization",
        "sent_to_scope": "InOrganization",
        "sent_to_member_of": groups,
        "sent_to": users,
    }
    reason = "Internal mail to the protected recipients goes to the vendor before it is delivered."
    stop = bool(portal.given["internal_stop_processing"])
    actions = _routed(portal, tenant, "dlp_outbound_connector", "internal_header_value", stop=stop)
    return _dlp_rule(portal, "protect_internal_rule", reason, conditions, actions)


def _people(
    portal: Portal, tenant: ObservedTenant, group: str, kind: str
) -> tuple[Sequence[str], Sequence[str]]:
    """Groups and users of a rule: the vendor's group alone where it stands for all."""
    if uses_group(portal, group):
        return [portal.group_address(group)], []
    return (
        tenant.addresses(portal.inputs[f"{kind}_groups"]),
        tenant.addresses(portal.inputs[f"{kind}_users"]),
    )


def _dlp_rule(
    portal: Portal, item: str, reason: str, conditions: dict[str, Any], actions: dict[str, Any]
) -> Wanted:
    inputs = portal.inputs
    options = {
        "reason": reason,
        **named(portal, item),
        "enabled": inputs["outbound_rules_enabled"],
        **_WHOLE,
        **_place(portal),
        "conditions": conditions,
        "exceptions": {"sender_ip_ranges": portal.loop_guard + inputs["outbound_additional_ip_addresses"]},
        "actions": actions,
    }
    return Wanted("rules", _MODULE, options)
