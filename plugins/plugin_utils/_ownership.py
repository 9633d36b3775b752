# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object under one of our names may be taken over, or belongs to another portal or is something else. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Object = dict[str, Any]
_VENDOR_DOMAINS = r"(?:avanan\.net|checkpointcloudsec\.com)"
# What tells the portal in a header value, a smart host and a journal address of the vendor.
_HEADER_VALUE = re.compile(r"^([a-z0-9-]+),office365_emails\b", re.IGNORECASE)
_HOST = re.compile(rf"^([a-z0-9-]+?)-(?:host|dlp)\.{_VENDOR_DOMAINS}$", re.IGNORECASE)
_ADDRESS = re.compile(rf"@([a-z0-9-]+?)-mail\.{_VENDOR_DOMAINS}$", re.IGNORECASE)
_TITLES = {
    "mail_flow_rules": "the mail-flow rule",
    "inbound_connectors": "the inbound connector",
    "outbound_connectors": "the outbound connector",
    "journal_rules": "the journal rule",
}
# Classes whose objects people take for each other.
_TWINS = {
    "inbound_connectors": "outbound_connectors",
    "outbound_connectors": "inbound_connectors",
    "mail_flow_rules": "journal_rules",
    "journal_rules": "mail_flow_rules",
}


def _portals(topic: str, item: Object) -> Iterator[tuple[str, str]]:
    """The portals of which an object speaks, and where it does."""
    if topic == "mail_flow_rules":
        value = str((item.get("actions") or {}).get("set_header_value") or "")
        found = [(_HEADER_VALUE.search(value), value)]
    elif topic == "outbound_connectors":
        found = [(_HOST.search(str(host)), str(host)) for host in item.get("smart_hosts") or ()]
    elif topic == "journal_rules":
        address = str(item.get("journal_email_address") or "")
        found = [(_ADDRESS.search(address), address)]
    else:
        found = []
    for match, where in found:
        if match:
            yield match.group(1).lower(), where


def ownership_problems(
    found: Mapping[str, Sequence[Object]], names: Mapping[str, Sequence[str]], portal: str
) -> list[str]:
    """A sentence for each object that must not be taken over.

    found: the objects of the tenant by topic, as o365_info returns them. names: the names under which ours would be
    recognized, by topic. portal: ours.
    """
    problems = []
    for topic, wanted in names.items():
        ours = {name.casefold() for name in wanted}
        for item in found.get(topic, ()):
            if str(item["name"]).casefold() not in ours:
                continue
            others = [(other, where) for other, where in _portals(topic, item) if other != portal.lower()]
            problems += [
                f'{_TITLES[topic]} "{item["name"]}" belongs to portal {other} ({where})'
                for other, where in others
            ]
        twin = _TWINS[topic]
        taken = {name.casefold() for name in names.get(twin, ())}
        problems += [
            f'"{item["name"]}" is to be the name of {_TITLES[topic]}, but {_TITLES[twin]} has it'
            for item in found.get(twin, ())
            if str(item["name"]).casefold() in ours - taken
        ]
    return problems
