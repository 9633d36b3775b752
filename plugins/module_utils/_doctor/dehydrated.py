# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization that must be customized before some settings can be written. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .finding import OPERATOR, Finding, finding
from .tenant_view import TenantView


def check(chart: TenantView) -> Iterator[Finding]:
    """One finding, when the tenant is dehydrated."""
    if not (chart.snapshot.get("organization_config") or {}).get("is_dehydrated"):
        return
    yield finding(
        "dehydrated-tenant",
        "warning",
        "The organization has not been customized yet (it is dehydrated).",
        "Exchange Online keeps new organizations in a shared form in which some settings cannot be written; the first such "
        "write would fail.",
        OPERATOR,
        "Run the module o365_organization_customization once, and wait until it has taken effect, which can take an hour.",
    )
