# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object under one of our names is ours: to be taken over, and to be taken away. Pure.

Taking over asks whether it speaks of another portal; taking away asks more, whether it works for this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .._resources.index import TOPICS
from .portal import Portal
from .portals import portals
from .tenant import Object, ObservedTenant

_REMEDY = "correct portal_name, rename the object, or name this portal's own objects in portal_values"


def taken_by_others(portal: Portal, tenant: ObservedTenant) -> list[str]:
    """A sentence for each object that must not be taken over."""
    return [
        *_of_other_portals(portal, tenant),
        *_twins(portal.owned, tenant),
        *_retyped(portal, tenant),
    ]


def with_blanks(portal: Portal, tenant: ObservedTenant) -> Iterator[str]:
    """A sentence for each object that is ours but for blanks around its name, which the admin center lets pass and nobody sees."""
    for topic, names in portal.owned.items():
        ours = {name.casefold() for name in names}
        for item in tenant.objects(topic):
            name, bare = str(item["name"]), str(item["name"]).strip()
            if name != bare and bare.casefold() in ours:
                yield f'the {TOPICS[topic].title} "{name}" has a blank before or after its name; rename it to "{bare}" or remove it'


def _of_other_portals(portal: Portal, tenant: ObservedTenant) -> Iterator[str]:
    for topic, names in portal.owned.items():
        for item in tenant.named(topic, names):
            for other, where in portals(topic, item):
                if other != portal.name.lower():
                    yield f'the {TOPICS[topic].title} "{item["name"]}" belongs to portal {other} ({where}); {_REMEDY}'


def _twins(owned: Mapping[str, Sequence[str]], tenant: ObservedTenant) -> Iterator[str]:
    for topic, names in owned.items():
        twin = TOPICS[topic].twin
        taken = {name.casefold() for name in owned[twin]}
        free = [name for name in names if name.casefold() not in taken]
        for item in tenant.named(twin, free):
            yield (
                f'"{item["name"]}" is to be the name of the {TOPICS[topic].title}, but the {TOPICS[twin].title} has it; rename that one, or give '
                "another name in portal_values"
            )


def _retyped(portal: Portal, tenant: ObservedTenant) -> Iterator[str]:
    """The inbound connector of the older way for outgoing mail, unless its type is given."""
    if "inbound_connector_type" in portal.given:
        return
    for item in tenant.named("inbound_connectors", portal.names("inbound_connector")):
        if item.get("connector_type") == "OnPremises":
            yield (
                f"the inbound connector {item['name']} is of type OnPremises, as where outgoing mail comes back through it; set "
                "portal_values.inbound_connector_type to OnPremises to keep that, or to Partner to change it"
            )


def not_ours(portal: Portal, tenant: ObservedTenant) -> list[str]:
    """The names of objects that have a name of ours and do not work for this portal. Hosts read back in small letters."""
    rules = tenant.named("mail_flow_rules", portal.owned["mail_flow_rules"])
    found = [str(rule["name"]) for rule in rules if not _works_for(portal, rule)]
    ways = {
        "outbound_connector": ("smart_hosts", portal.value("smart_host")),
        "dlp_outbound_connector": ("smart_hosts", portal.value("dlp_smart_host")),
        "journaling_connector": ("recipient_domains", portal.value("journal_address").rpartition("@")[2]),
    }
    for item, (setting, host) in ways.items():
        found += [
            str(connector["name"])
            for connector in tenant.named("outbound_connectors", portal.names(item))
            if host.lower().rstrip(".") not in connector.get(setting, ())
        ]
    address = portal.value("journal_address").lower()
    return found + [
        str(rule["name"])
        for rule in tenant.named("journal_rules", portal.names("journal_rule"))
        if str(rule.get("journal_email_address") or "").lower() != address
    ]


def _works_for(portal: Portal, rule: Object) -> bool:
    """Whether a rule names this portal in its header; one without a header names nobody."""
    value = (rule.get("actions") or {}).get("set_header_value")
    given = {
        portal.given.get(key) for key in ("header_value", "outgoing_header_value", "internal_header_value")
    }
    return value is None or value in given or str(value).lower().startswith(f"{portal.name.lower()},")
