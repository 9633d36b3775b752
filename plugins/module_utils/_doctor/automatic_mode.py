# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signs that the vendor's own app manages the tenant. Pure.

Its service user makes the rules again that somebody changes or removes (vendor's administration guide, automatic mode),
so that this collection and the app would undo each other's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finding import VENDOR, Finding, finding, listed
from .tenant_view import TenantView
from .vendor_objects import AUTOMATIC_ONLY

_SERVICE_USER = re.compile(r"\b(?:avanan|check\s?point)[\s_-]*service[\s_-]*user\b", re.IGNORECASE)
_FIX = (
    "Decide who manages the tenant. For the manual mode: switch the portal to it, block the sign-in of the service user, and "
    "only then run this collection. To keep the automatic mode: use this collection for previews and the doctor only."
)


def check(chart: TenantView) -> Iterator[Finding]:
    """Rules that the service user made or changed; objects that only the automatic mode makes."""
    touched = [
        f"{name} ({author})"
        for name, notes in chart.noted("mail_flow_rules").items()
        if (author := _author(notes.get("last_modified_by")) or _author(notes.get("created_by")))
    ]
    if touched:
        yield finding(
            "automatic-mode-active",
            "critical",
            f"The vendor's automated app has written rules of this tenant: {listed(touched)}.",
            "While it is active it makes its rules again, and hand edits are lost; two automations that write the first rule "
            "are an outage.",
            VENDOR,
            _FIX,
        )
    only = [
        str(rule["name"])
        for rule in chart.rules
        if AUTOMATIC_ONLY.search(str(rule["name"])) and chart.is_ours("mail_flow_rules", rule)
    ]
    if only and not touched:
        yield finding(
            "automatic-mode-traces",
            "warning",
            f"There are rules that only the vendor's automatic mode makes: {listed(only)}.",
            "The vendor's app is or was active here; if it still is, it undoes what this collection writes.",
            VENDOR,
            _FIX,
        )


def _author(name: object) -> str:
    found = _SERVICE_USER.search(str(name or ""))
    return found.group(0) if found else ""
