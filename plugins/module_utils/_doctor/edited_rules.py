# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that were edited below the cmdlets, and rules that the service itself cannot read back. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .finding import EXCHANGE, Finding, finding, listed
from .tenant_view import TenantView


def check(chart: TenantView) -> Iterator[Finding]:
    """A warning for ours, which cannot be managed so; the others for information."""
    ours = {str(rule["name"]) for rule in chart.rules if chart.is_ours("mail_flow_rules", rule)}
    rows = (
        ("manually-modified-rule", "manually_modified", True, "edited below the cmdlets"),
        ("unsupported-rule", "supported", False, "in a form that the cmdlets cannot show completely"),
    )
    for name, note, bad, words in rows:
        marked = [rule for rule, notes in chart.noted("mail_flow_rules").items() if notes.get(note) is bad]
        for rules, severity in (
            ([rule for rule in marked if rule in ours], "warning"),
            ([rule for rule in marked if rule not in ours], "info"),
        ):
            if rules:
                yield finding(
                    name,
                    severity,
                    f"Rules that are {words}: {listed(rules)}.",
                    "What is read of such a rule need not be what it does, and writing it can lose the rest; what it does to "
                    "mail cannot be proved.",
                    EXCHANGE,
                    "Make the rule again in the admin center and remove this one.",
                )
