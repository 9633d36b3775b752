# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enhanced filtering (skip listing), which changes what the service takes for the sender's address. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .finding import EXCHANGE, Finding, finding
from .tenant_view import TenantView, strings


def check(chart: TenantView) -> Iterator[Finding]:
    """A warning on the vendor's connector, information on others."""
    for item in chart.topic("inbound_connectors"):
        on = item.get("ef_skip_last_ip") or strings(item, "ef_skip_ips")
        if not (item.get("enabled") and on):
            continue
        ours = chart.is_ours("inbound_connectors", item)
        yield finding(
            "enhanced-filtering",
            "warning" if ours else "info",
            f'Enhanced filtering is on for the inbound connector "{item["name"]}".',
            "The service then looks for the sender's address before that of this connector. The protect rule tells the vendor's "
            "mail by its address; whether rules see the real or the earlier address is not documented, and a loop could follow.",
            EXCHANGE,
            "Switch it off for this connector before going inline, or prove with one pilot user that mail does not go round.",
        )
