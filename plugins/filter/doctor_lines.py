# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..module_utils._doctor.finding import SEVERITIES
from ..plugin_utils._runbook.visible import visible

_HEADINGS = {
    "critical": "CRITICAL: mail is or would be lost or uninspected, or nothing can work",
    "warning": "WARNING: to be decided before going inline",
    "info": "FOR INFORMATION",
}
_WHO = {"planner": "Planner (reads)", "applier": "Applier (writes)"}


def doctor_lines(examined: Mapping[str, Any]) -> list[str]:
    """See doctor_lines.yml."""
    return [visible(line) for line in _lines(examined)]


def _lines(examined: Mapping[str, Any]) -> Iterator[str]:
    found = {
        severity: [item for item in examined["findings"] if item["severity"] == severity]
        for severity in SEVERITIES
    }
    counts = ", ".join(f"{len(some)} {severity}" for severity, some in found.items())
    yield f"Found: {counts}." if examined["findings"] else "Nothing was found."
    for who, cmdlets in examined["permissions"].items():
        if cmdlets:
            yield f"{_WHO.get(who, who)}: {_allowed(cmdlets)}"
    for domain in examined["domains"]:
        yield f"{domain['domain']}: {domain['mode']}"
        yield from (f"    {line}" for line in domain["evidence"])
    for severity, some in found.items():
        if some:
            yield f"--- {_HEADINGS[severity]} ({len(some)})"
        for item in some:
            yield f"{item['id']}: {item['what']}"
            yield f"    Why: {item['why']}"
            yield f"    Who: {item['who']}"
            yield f"    Fix: {item['fix']}"


def _allowed(cmdlets: Mapping[str, bool | None]) -> str:
    yes = [name for name, allowed in cmdlets.items() if allowed]
    no = [name for name, allowed in cmdlets.items() if allowed is False]
    rows = (("refused", no if yes else []), ("not established", [n for n in cmdlets if cmdlets[n] is None]))
    rest = "".join(f"; {words}: {_grouped(names)}" for words, names in rows if names)
    return f"{len(yes) or 'none'} of {len(cmdlets)} cmdlets allowed{rest}"


def _grouped(cmdlets: Sequence[str]) -> str:
    """Cmdlets by what they are for: "New- and Set-JournalRule"."""
    nouns: dict[str, list[str]] = {}
    for cmdlet in cmdlets:
        verb, _dash, noun = cmdlet.partition("-")
        nouns.setdefault(noun, []).append(f"{verb}-")
    return ", ".join(
        f"{', '.join(verbs[:-1])} and {verbs[-1]}{noun}" if len(verbs) > 1 else f"{verbs[0]}{noun}"
        for noun, verbs in nouns.items()
    )


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"doctor_lines": doctor_lines}
