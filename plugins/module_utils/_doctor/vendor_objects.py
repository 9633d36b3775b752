# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's objects under names that nobody looks for, and those of other portals. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .._vendor.portals import portals
from .finding import OPERATOR, VENDOR, Finding, finding, listed
from .tenant_view import TenantView

_TITLES = {
    "mail_flow_rules": "mail-flow rule",
    "inbound_connectors": "inbound connector",
    "outbound_connectors": "outbound connector",
    "journal_rules": "journal rule",
}
# Objects of which no two portals share one, so that they tell who uses the tenant.
AUTOMATIC_ONLY = re.compile(r"\bjunk filter\b", re.IGNORECASE)


def check(chart: TenantView) -> Iterator[Finding]:
    """Portals beside ours, and objects that our roles would not recognize as the vendor's."""
    elsewhere = list(_other_portals(chart))
    yield from elsewhere
    names = chart.integration.get("names") or {}
    if not names:
        return
    own = str(chart.integration.get("portal") or "").lower()
    for topic, title in _TITLES.items():
        wanted = {str(name).casefold() for name in names.get(topic) or ()}
        for item in chart.topic(topic):
            name = str(item["name"])
            others = {portal for portal, _where in portals(topic, item)} - {own}
            if name.casefold() in wanted or AUTOMATIC_ONLY.search(name) or others:
                continue
            if elsewhere and topic == "inbound_connectors":
                # Nothing in it tells the portal, and the other one has to have one, too.
                continue
            if chart.does_ours(topic, item):
                yield finding(
                    "vendor-object-under-other-name",
                    "warning",
                    f'The {title} "{name}" does the vendor\'s work under a name that this collection does not look for.',
                    "It would be left as it is and a second one made beside it; two rules then take the same mail to the vendor.",
                    OPERATOR,
                    f"Give its name in portal_values (such as {_option(topic)}), rename it, or remove it.",
                )


def _option(topic: str) -> str:
    return {
        "mail_flow_rules": "protect_rule_name",
        "inbound_connectors": "inbound_connector_name",
        "outbound_connectors": "outbound_connector_name",
        "journal_rules": "journal_rule_name",
    }[topic]


def _other_portals(chart: TenantView) -> Iterator[Finding]:
    found: dict[str, list[str]] = {}
    for topic, title in _TITLES.items():
        for item in chart.topic(topic):
            for portal, _where in portals(topic, item):
                found.setdefault(portal, []).append(f"{title} {item['name']}")
    own = str(chart.integration.get("portal") or "").lower()
    others = sorted(set(found) - {own}) if own else sorted(found)
    if not others or (not own and len(others) < 2):
        return
    several = len(found) > 1
    objects = [name for portal in others for name in dict.fromkeys(found[portal])]
    yield finding(
        "several-portals" if several else "other-portal",
        "warning",
        f"Objects of {'the portals' if len(others) > 1 else 'the portal'} {', '.join(others)} are in this tenant: "
        f"{listed(objects)}.",
        "Several portals can share a tenant only with one exclusive group of users each; nobody may be in two, because such "
        "mail would be inspected twice or go round in circles. Objects of another portal are never taken over.",
        VENDOR,
        "Correct portal_name if it is mistyped; remove what a former portal has left; or give this portal's objects names of "
        "their own (portal_values) and keep the scopes apart.",
    )
