# Copyright: (c) 2026, avanan.office365 contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any


def plan_lines(plan: list[dict[str, Any]]) -> list[str]:
    """See plan_lines.yml."""
    return [f"{number}. {_line(step)}" for number, step in enumerate(plan, start=1)]


def _line(step: dict[str, Any]) -> str:
    parameters = [
        f"{name}={_shown(value)}" for name, value in step["parameters"].items() if name != "Confirm"
    ]
    return " ".join([step["cmdlet"], *parameters])


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(str(item) for item in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if " " in value or not value else value
    return json.dumps(value)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, Any]:
        return {"plan_lines": plan_lines}
