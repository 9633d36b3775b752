# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..plugin_utils._once import kept_compiled

with kept_compiled():
    from ..module_utils._schema.names import cut
    from ..module_utils._schema.severities import SEVERITIES
    from ..plugin_utils._runbook.doctor_report import MEANINGS, Examined
    from ..plugin_utils._runbook.visible import visible

# More domains and findings are counted, not named, in the summary.
_MOST = 12


def doctor_lines(examined: Mapping[str, Any]) -> list[str]:
    """See doctor_lines.yml."""
    told = Examined(examined)
    return [visible(line) for line in (*_details(told), *_summary(told))]


def _details(told: Examined) -> Iterator[str]:
    """What was found, the gravest last, where a reader of a terminal begins."""
    examined = told.examined
    for who, words in told.permissions:
        yield f"{who}: {words}"
    for domain in examined["domains"]:
        yield f"{domain['domain']}: {domain['mode']}"
        yield from (f"    {line}" for line in domain["evidence"])
    yield from (f"Scope, {row['entry']}: {row['mode']}" for row in told.scope)
    for severity in reversed(SEVERITIES):
        found = told.of(severity)
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


def _summary(told: Examined) -> Iterator[str]:
    examined = told.examined
    yield "=== SUMMARY"
    for mode, domains in _by_mode(examined).items():
        yield f"Effective mode of {cut(domains, _MOST)}: {mode}"
    *counts, left = [f"{number} {words}" for words, number in told.counts]
    yield f"Found: {', '.join(counts)}; {left}."
    grave = told.of("critical")
    for item in grave[:_MOST]:
        yield f"CRITICAL {item['id']}: {item['what']}"
    if len(grave) > _MOST:
        yield f"CRITICAL {len(grave) - _MOST} more, see above"
    yield told.verdict
    files = examined.get("files") or {}
    if files:
        yield f"Report: {files['html']} (beside it: .md, .json)"
    yield f"Next: {told.next_step}"


def _by_mode(examined: Mapping[str, Any]) -> dict[str, list[str]]:
    modes: dict[str, list[str]] = {}
    for domain in examined["domains"]:
        modes.setdefault(domain["mode"], []).append(domain["domain"])
    return modes


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"doctor_lines": doctor_lines}
