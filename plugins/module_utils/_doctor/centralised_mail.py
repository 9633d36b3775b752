# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Centralised mail transport: everything that leaves Exchange Online goes through servers of the organization. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .finding import EXCHANGE, Finding, finding, listed
from .tenant_view import TenantView


def check(chart: TenantView) -> Iterator[Finding]:
    """One finding for all connectors that do so."""
    names = [
        str(item["name"])
        for item in chart.topic("outbound_connectors")
        if item.get("enabled") and item.get("route_all_messages_via_on_premises")
    ]
    if names:
        yield finding(
            "centralised-mail-flow",
            "warning",
            f"All mail that leaves the tenant goes through servers of the organization: outbound connector {listed(names)}.",
            "Whether a rule's own route wins over it, and whether journal reports reach the vendor, is not documented; outgoing "
            "mail passes filters that know nothing of the vendor.",
            EXCHANGE,
            "Test with one pilot user, look at the message trace, and only then widen the scope.",
        )
