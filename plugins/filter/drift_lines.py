# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from ..plugin_utils._once import kept_compiled

with kept_compiled():
    from ..module_utils._schema.names import cut
    from ..module_utils._schema.severities import SEVERITIES
    from ..plugin_utils._drift.findings import ABSENT
    from ..plugin_utils._runbook.visible import visible
    from ..plugin_utils._sheets.sheet import ORDER

_NOTHING = "No drift: the tenant is as the variables want it."
_WIDTH = max(len(severity) for severity in SEVERITIES) + 2
# Elements of a list, and characters of a text, that a line still shows.
_MOST_ELEMENTS = 20
_MOST_CHARACTERS = 200
_PLAIN = re.compile(r"[\w.@:/*+=-]+")


def drift_lines(findings: list[dict[str, Any]]) -> list[str]:
    """See drift_lines.yml."""
    return [visible(_line(finding)) for finding in findings] or [_NOTHING]


def _line(finding: dict[str, Any]) -> str:
    severity = finding["severity"].upper().ljust(_WIDTH)
    return f"{severity}{finding['object']}{_said(finding)}. {finding['consequence']}"


def _said(finding: dict[str, Any]) -> str:
    """What differs, as the end of a sentence that begins with the object."""
    setting, now, wanted = finding["setting"], finding["now"], finding["wanted"]
    lost, gained = finding["lost"], finding["gained"]
    if not setting:
        return " is missing" if now == ABSENT else " should not be there"
    if setting == ORDER:
        parts = [f"below {_listed(gained)}, which should not come first"] if gained else []
        parts += [f"above {_listed(lost)}, which should come first"] if lost else []
        return f" stands {' and '.join(parts)}"
    if lost or gained:
        parts = [f"lacks {_listed(lost)}"] if lost else []
        parts += [f"has {_listed(gained)} beside what is wanted"] if gained else []
        return f": {setting} {' and '.join(parts)}"
    if _empty(wanted):
        return f": {setting} is {_shown(now)} and should not be set"
    present = "not set" if _empty(now) else _shown(now)
    return f": {setting} is {present} instead of {_shown(wanted)}"


def _empty(value: Any) -> bool:
    return value is None or value in ("", [])


def _listed(items: Sequence[str]) -> str:
    return cut([_shown(item) for item in items], _MOST_ELEMENTS)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{_listed(value)}]"
    if not isinstance(value, str):
        return json.dumps(value)
    text = value if len(value) <= _MOST_CHARACTERS else f"{value[:_MOST_CHARACTERS]}..."
    quoted = text.replace('"', "\\u0022")
    return text if _PLAIN.fullmatch(text) else f'"{quoted}"'


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"drift_lines": drift_lines}
