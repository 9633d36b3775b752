# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..module_utils._schema.severities import SEVERITIES
from ..plugin_utils._runbook.doctor_report import (
    MEANINGS,
    findings_of,
    next_step,
    permission_lines,
    scope_rows,
    verdict,
)
from ..plugin_utils._runbook.visible import visible

# More domains and findings are counted, not named, in the summary.
_MOST = 12


def doctor_lines(examined: Mapping[str, Any]) -> list[str]:
    """See doctor_lines.yml."""
    return [visible(line) for line in (*_details(examined), *_summary(examined))]


def _details(examined: Mapping[str, Any]) -> Iterator[str]:
    """What was found, the gravest last, where a reader of a terminal begins."""
    for who, words in permission_lines(examined):
        yield f"{who}: {words}"
    for domain in examined["domains"]:
        yield f"{domain['domain']}: {domain['mode']}"
        yield from (f"    {line}" for line in domain["evidence"])
    yield from (f"Scope, {row['entry']}: {row['mode']}" for row in scope_rows(examined))
    for severity in reversed(SEVERITIES):
        found = findings_of(examined, severity)
        if found:
            yield f"--- {severity.upper()}: {MEANINGS[severity]} ({len(found)})"
        for item in found:
            yield f"{item['id']}: {item['what']}"
            yield f"    Why: {item['why']}"
            yield f"    Who: {item['who']}"
            yield f"    Fix: {item['fix']}"
    if examined["not_examined"]:
        yield f"--- NOT EXAMINED ({len(examined['not_examined'])})"
    for item in examined["not_examined"]:
        yield f"{item['what']}: {item['why']}"


def _summary(examined: Mapping[str, Any]) -> Iterator[str]:
    yield "=== SUMMARY"
    for mode, domains in _by_mode(examined).items():
        more = f" and {len(domains) - _MOST} more" if len(domains) > _MOST else ""
        yield f"Effective mode of {', '.join(domains[:_MOST])}{more}: {mode}"
    counts = [f"{len(findings_of(examined, severity))} {severity}" for severity in SEVERITIES]
    yield f"Found: {', '.join(counts)}; {len(examined['not_examined'])} not examined."
    grave = findings_of(examined, "critical")
    for item in grave[:_MOST]:
        yield f"CRITICAL {item['id']}: {item['what']}"
    if len(grave) > _MOST:
        yield f"CRITICAL {len(grave) - _MOST} more, see above"
    yield verdict(examined)
    files = examined.get("files") or {}
    if files:
        yield f"Report: {files['html']} (beside it: .md, .json)"
    yield f"Next: {next_step(examined)}"


def _by_mode(examined: Mapping[str, Any]) -> dict[str, list[str]]:
    modes: dict[str, list[str]] = {}
    for domain in examined["domains"]:
        modes.setdefault(domain["mode"], []).append(domain["domain"])
    return modes


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"doctor_lines": doctor_lines}
