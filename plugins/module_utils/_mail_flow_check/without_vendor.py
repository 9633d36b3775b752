# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant without what belongs to this portal: that with which it is compared where nobody knows how it was before. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._mail_flow.tenant import tenant
from .._mail_flow_objects.edit import INBOUND, OUTBOUND, RULES
from .._mail_flow_objects.rows import text


def without_vendor(snapshot: Mapping[str, Any], given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The snapshot without the portal's rules, connectors and journal rules; the given one is left as it is.

    given: what is known of the vendor, as plain data. now: with a time zone.
    """
    found = tenant(snapshot, given, now)
    leading_there = {name for name, there in found.connectors.items() if there.is_vendor}
    gone = {
        RULES: {item.name.casefold() for item in found.objects.rules if item.vendor_managed},
        INBOUND: {item.name.casefold() for item in found.objects.inbound if item.vendor_managed},
        OUTBOUND: leading_there,
        "journal_rules": {
            item.name.casefold()
            for item in found.objects.journals
            if item.address == found.known.journal_address
        },
    }
    left = {
        topic: [row for row in snapshot[topic] if text(row, "name").casefold() not in names]
        for topic, names in gone.items()
        if snapshot.get(topic) is not None
    }
    return {**snapshot, **left}
