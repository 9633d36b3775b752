# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..plugin_utils._runbook.visible import visible

_NOTE = "This is evidence, not proof: traces show where mail came from, not what was done to it, and lag behind it by some minutes."


def trace_lines(evidence: list[dict[str, Any]], most: int = 5) -> list[str]:
    """See trace_lines.yml."""
    return [visible(line) for finding in evidence for line in _lines(finding, most)] + [_NOTE]


def _lines(finding: dict[str, Any], most: int) -> Iterator[str]:
    verdict = finding["verdict"].replace("_", " ").upper()
    yield f"{finding['user']}: {verdict}. {_sentence(finding['conclusion'])}"
    for item in finding["evidence"][:most]:
        yield f"  {item['received']}, from {item['sender'] or 'nobody'}: {item['what']}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"trace_lines": trace_lines}
