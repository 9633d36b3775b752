# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of the limits of mail-flow rules is used, and whether the footprint still fits. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .finding import EXCHANGE, OPERATOR, Finding, finding
from .tenant_view import TenantView

# What a footprint adds at most: three rules of incoming protection (groups, users, domains); the whole one also whitelist,
# outgoing and internal, and the pattern "true" of the whitelist rule. Sizes are estimates: Microsoft does not say what it counts.
_OUR_RULES = {"automatic": 6, "manual": 3}
_OUR_PATTERNS = 4
_RULE_BASE = 1200
_PER_NAME = 12
_TIGHT = 0.9


def check(chart: TenantView) -> Iterator[Finding]:
    """Limits that would be exceeded (critical) or nearly so (warning)."""
    limits = chart.snapshot.get("limits") or {}
    if not limits:
        return
    there = sum(1 for rule in chart.rules if chart.is_ours("mail_flow_rules", rule))
    footprint = "automatic" if chart.integration.get("footprint") == "automatic" else "manual"
    rows = (
        ("rules", "rules", max(_OUR_RULES[footprint] - there, 0), "mail-flow rules"),
        (
            "patterns",
            "pattern_characters",
            _OUR_PATTERNS if footprint == "automatic" and not there else 0,
            "characters in patterns of rules",
        ),
    )
    for name, option, added, words in rows:
        used, most = limits.get(option), limits.get(f"{option}_maximum")
        if used is not None and most:
            yield from _judged(name, int(used), int(most), added, words)
    most = limits.get("largest_rule_maximum")
    if most:
        yield from _size(chart, int(most))


def _judged(name: str, used: int, most: int, added: int, words: str) -> Iterator[Finding]:
    after = used + added
    if after <= most * _TIGHT:
        return
    full = after > most
    yield finding(
        f"limit-of-{name}",
        "critical" if full else "warning",
        f"{used} of {most} {words} are used; this integration needs up to {added} more.",
        "It does not fit, and a run would stop half-way." if full else "There is hardly room for more.",
        EXCHANGE,
        "Remove rules that are switched off or no longer needed, or join some.",
    )


def _size(chart: TenantView, most: int) -> Iterator[Finding]:
    scope = chart.known("scope")
    wanted = _RULE_BASE + sum(len(name) + _PER_NAME for name in scope)
    if scope and wanted > most * _TIGHT:
        yield finding(
            "limit-of-rule-size",
            "warning" if wanted <= most else "critical",
            f"The protect rule would take about {wanted} of the {most} bytes that a rule can have; {len(scope)} users, "
            "groups and domains are to be in it.",
            "The service refuses a rule that is too large.",
            OPERATOR,
            "Protect a group instead of its members (protected_groups).",
        )
