# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the vendor's portals an object of the tenant speaks of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

VENDOR_DOMAINS = ("avanan.net", "checkpointcloudsec.com")
_DOMAINS = "(?:" + "|".join(re.escape(domain) for domain in VENDOR_DOMAINS) + ")"
# What tells the portal in a header value, a smart host and a journal address of the vendor.
_HEADER_VALUE = re.compile(r"^([a-z0-9-]+),office365_emails\b", re.IGNORECASE)
_HOST = re.compile(rf"^([a-z0-9-]+?)-(?:host|dlp)\.{_DOMAINS}$", re.IGNORECASE)
_ADDRESS = re.compile(rf"@([a-z0-9-]+?)-mail\.{_DOMAINS}$", re.IGNORECASE)


def portals(topic: str, item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The portals of which an object speaks, in lower case, and where it does.

    topic: of the object, as o365_info calls it. item: the object in option names.
    """
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
