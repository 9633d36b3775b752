# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What could not be compared, because nobody said which portal it is or where it stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .finding import OPERATOR, Finding, finding
from .tenant_view import TenantView


def check(chart: TenantView) -> Iterator[Finding]:
    """One finding, when the portal or its addresses are not known."""
    if chart.known("return_addresses"):
        return
    named = bool(chart.integration.get("portal"))
    missing = "portal_region" if named else "portal_name and portal_region"
    yield finding(
        "portal-not-known",
        "info",
        f"The vendor's addresses are not known, because {missing} {'was' if named else 'were'} not given.",
        "Lock-downs and the exceptions of the protect rule were not compared with them.",
        OPERATOR,
        f"Run the doctor with {missing}, or with portal_ip_addresses.",
    )
