# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..module_utils._doctor._finding import SEVERITIES
from ..plugin_utils._powershell import visible

_HEADINGS = {
    "critical": "CRITICAL: mail is or would be lost or uninspected, or nothing can work",
    "warning": "WARNING: to be decided before going inline",
    "info": "FOR INFORMATION",
}


def doctor_lines(examined: Mapping[str, Any]) -> list[str]:
    """See doctor_lines.yml."""
    return [visible(line) for line in _lines(examined)]


def _lines(examined: Mapping[str, Any]) -> Iterator[str]:
    for who, cmdlets in examined["permissions"].items():
        if cmdlets:
            yield f"{who.capitalize()}: {_allowed(cmdlets)}"
    for domain in examined["domains"]:
        evidence = f" ({'; '.join(domain['evidence'])})" if domain["evidence"] else ""
        yield f"{domain['domain']}: {domain['mode']}{evidence}"
    for severity in SEVERITIES:
        some = [item for item in examined["findings"] if item["severity"] == severity]
        if some:
            yield f"--- {_HEADINGS[severity]} ({len(some)})"
        for item in some:
            yield f"{item['what']} {item['why']}"
            yield f"    {item['id']}, for {item['who']}: {item['fix']}"
    if not examined["findings"]:
        yield "Nothing was found."


def _allowed(cmdlets: Mapping[str, bool | None]) -> str:
    yes = [name for name, allowed in cmdlets.items() if allowed]
    rows = (
        ("refused", [name for name, allowed in cmdlets.items() if allowed is False]),
        ("not established", [name for name, allowed in cmdlets.items() if allowed is None]),
    )
    rest = "".join(f"; {words}: {', '.join(names)}" for words, names in rows if names)
    return f"{len(yes)} of {len(cmdlets)} cmdlets allowed{rest}"


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"doctor_lines": doctor_lines}
